//! Words of which common passwords are made: those about passwords, keyboards, names, seasons, teams, love and beasts that
//! people reach for. Written by us; what is made of them, by digits, signs and other spellings, is found by rule.

/// In lower case and in order.
#[rustfmt::skip]
pub(super) const WORDS: &[&str] = &[
    "abcdef", "access", "account", "adam", "adidas", "admin", "administrator", "africa", "airplane", "alex",
    "alexander", "alexandra", "alice", "alpha", "amanda", "america", "amour", "amsterdam", "andrea", "andrew",
    "angel", "angela", "angels", "animal", "anna", "anthony", "apple", "april", "argentina", "arsenal", "arthur",
    "asdf", "asdfgh", "asdfghjkl", "ashley", "asshole", "august", "australia", "austria", "autumn", "azerty",
    "azertyuiop", "babies", "baby", "backup", "bailey", "banana", "bandit", "barbara", "barcelona", "baseball",
    "basketball", "batman", "bayern", "beach", "beautiful", "benjamin", "berlin", "biteme", "black", "blessed",
    "blink", "blue", "bonjour", "boomer", "boston", "bowling", "brandon", "brasil", "brazil", "broncos", "brother",
    "bubbles", "buddy", "bullshit", "burger", "buster", "butter", "butterfly", "calvin", "camaro", "canada",
    "cancel", "captain", "caroline", "casino", "cat", "catherine", "change", "changeit", "changeme", "changethis",
    "charles", "charlie", "cheese", "chelsea", "chester", "chicago", "chicken", "china", "chocolate", "chouchou",
    "chris", "christ", "christian", "christmas", "christopher", "cinema", "claudia", "coffee", "computer",
    "contrasena", "cookie", "cookies", "corvette", "counter", "cowboy", "cowboys", "cristina", "crystal", "dad",
    "daniel", "daniela", "danielle", "dark", "database", "david", "december", "default", "demo", "dennis", "denver",
    "diamond", "diego", "dinosaur", "doctor", "dog", "doggy", "dolphin", "dolphins", "donald", "dragon", "dragons",
    "dream", "dude", "eagle", "eagles", "earth", "edward", "einstein", "elephant", "elizabeth", "emily", "emma",
    "engineer", "england", "enter", "eric", "estrella", "eternity", "facebook", "falcon", "family", "fantasy",
    "father", "february", "felix", "ferrari", "fire", "fireball", "firebird", "flower", "flowers", "football",
    "forever", "forgot", "france", "francesco", "francis", "frank", "freddy", "freedom", "friday", "friend",
    "friends", "fuck", "fucker", "fuckoff", "fuckyou", "gabriel", "games", "gandalf", "garden", "geheim", "george",
    "germany", "ghost", "ginger", "girls", "giuseppe", "gold", "golden", "goldfish", "golf", "google", "gordon",
    "grandma", "green", "guest", "guitar", "guitars", "hacker", "hallo", "hammer", "hannah", "happy", "harley",
    "harry", "head", "hearth", "heather", "heaven", "hello", "hellokitty", "helpme", "hockey", "hola", "home",
    "honda", "honey", "hooters", "hotmail", "house", "hunter", "hunting", "iceman", "iloveu", "iloveyou", "india",
    "instagram", "install", "internet", "ironman", "isabella", "italia", "italy", "jackson", "jaguar", "james",
    "january", "japan", "jasmine", "jason", "jennifer", "jeremy", "jessica", "jesus", "jesuschrist", "john",
    "johnny", "jonathan", "jordan", "joseph", "joshua", "juice", "julia", "july", "june", "junior", "justin",
    "juventus", "karate", "kennwort", "kevin", "killer", "kimberly", "king", "kingdom", "kitten", "kitty", "knight",
    "lakers", "laura", "lauren", "legend", "leonardo", "letmein", "letmeinnow", "liberty", "lion", "liverpool",
    "login", "lol", "lollipop", "london", "lord", "lorenzo", "louis", "love", "lovely", "lover", "loveyou", "lucky",
    "madison", "madrid", "magic", "manager", "manchester", "march", "maria", "marina", "mario", "marlboro",
    "marseille", "martin", "martina", "marvin", "master", "matrix", "matthew", "maverick", "maximus", "melissa",
    "mercedes", "metallica", "mexico", "michael", "michelle", "mickey", "midnight", "million", "minecraft", "mom",
    "monday", "money", "monica", "monika", "monkey", "monster", "morgan", "mother", "motorola", "mountain", "music",
    "mustang", "myname", "mypass", "mypassword", "naruto", "natasha", "nathan", "nature", "network", "newpass",
    "newpassword", "newyork", "nicholas", "nicole", "nintendo", "nirvana", "nothing", "november", "october",
    "officer", "olivia", "orange", "orlando", "pacific", "pakistan", "paradise", "paris", "parola", "pass", "passe",
    "passion", "passw", "passwd", "password", "passwords", "passwort", "patrick", "paul", "peace", "peanut",
    "pepper", "peter", "phantom", "phoenix", "picture", "pirate", "pizza", "player", "please", "pokemon", "polska",
    "porsche", "portugal", "power", "prince", "princess", "private", "purple", "pussy", "qazwsx", "qazwsxedc",
    "queen", "qwer", "qwert", "qwerty", "qwertyui", "qwertyuiop", "qwertz", "qwertzuiop", "rabbit", "rachel",
    "raiders", "rainbow", "ranger", "rebecca", "red", "redskins", "richard", "robert", "roberto", "rock", "rocket",
    "rockyou", "roma", "root", "rosebud", "russia", "samantha", "samsung", "samuel", "sandra", "sarah", "saturday",
    "scarface", "schalke", "school", "scooter", "scorpion", "sebastian", "secret", "secreto", "secure", "security",
    "senha", "september", "server", "sexy", "shadow", "shadows", "shit", "silver", "simone", "simpsons", "skater",
    "skywalker", "slayer", "smith", "smokey", "snoopy", "snowball", "soccer", "sofia", "soleil", "sommer", "sophie",
    "spain", "spiderman", "spring", "staff", "star", "starwars", "steelers", "stefan", "stella", "stephen", "steven",
    "student", "success", "summer", "sun", "sunday", "sunshine", "superman", "superstar", "support", "sweet",
    "swimming", "switzerland", "system", "target", "taylor", "teacher", "temp", "temporary", "tennis", "teresa",
    "test", "tester", "testing", "testtest", "texas", "thomas", "thunder", "thursday", "tiger", "tigers", "tigger",
    "tinkerbell", "toyota", "travel", "trinity", "trustme", "trustno", "tuesday", "turtle", "twitter", "unicorn",
    "united", "unknown", "user", "username", "vacation", "valentina", "vampire", "vanessa", "victor", "victoria",
    "vienna", "viking", "vincent", "violet", "virginia", "warrior", "water", "wednesday", "welcome", "welcomeback",
    "werder", "whatever", "white", "whoami", "william", "willkommen", "windows", "winner", "winter", "wizard",
    "wolf", "wolves", "women", "world", "xbox", "xxx", "yamaha", "yankees", "yellow", "you", "youtube", "zxcvbn",
    "zxcvbnm",
];

/// Whether it is one of them.
pub(super) fn is_word(text: &str) -> bool {
    WORDS.binary_search(&text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_in_order_and_plain() {
        assert!(WORDS.len() > 400);
        assert!(WORDS.windows(2).all(|pair| pair[0] < pair[1]));
        let plain = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase());
        assert!(WORDS.iter().all(plain));
    }
}
