//! What the demonstration tells: six people who build a weather station for gardens, and a week before they show it.

/// Somebody of the team.
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) display: &'static str,
    /// What they say of themselves: a status as an emoji and a text, their time zone, their language.
    pub(super) status: (&'static str, &'static str),
    pub(super) zone: &'static str,
    pub(super) language: &'static str,
    /// The colour of their picture; who has none shows none.
    pub(super) colour: Option<[u8; 3]>,
}

/// A room and what happens in it.
pub(super) struct Room {
    /// Empty for direct rooms and groups.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) topic: &'static str,
    pub(super) description: &'static str,
    /// The colour of its picture, if it has one.
    pub(super) colour: Option<[u8; 3]>,
    /// Who is in it; the first makes it.
    pub(super) members: &'static [&'static str],
    pub(super) acts: &'static [Act],
    /// Who has read all of it; the others find something new.
    pub(super) readers: &'static [&'static str],
    /// What only its owner sees.
    pub(super) own: &'static [Own],
    /// What a program writes there: who, and what they say.
    pub(super) bridge: Option<&'static str>,
}

impl Room {
    /// A room in which nothing happens.
    const EMPTY: Self = Self {
        name: "",
        kind: Kind::Public,
        topic: "",
        description: "",
        colour: None,
        members: &[],
        acts: &[],
        readers: &[],
        own: &[],
        bridge: None,
    };
}

/// Something of somebody's own. The number says which act of the room it is about.
pub(super) enum Own {
    Saves(&'static str, usize),
    Drafts(&'static str, &'static str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Public,
    Private,
    Direct,
    /// Without a name, of three and more.
    Group,
    /// Only its maker writes.
    Broadcast,
}

/// Something that somebody does. A number says which act of the room it is about, counted from 0.
pub(super) enum Act {
    Say(&'static str, &'static str),
    Reply(&'static str, usize, &'static str),
    Edit(&'static str, usize, &'static str),
    React(&'static str, usize, &'static str),
    /// Into the thread that begins at a message.
    Thread(&'static str, usize, &'static str),
    Pin(&'static str, usize),
    Delete(&'static str, usize),
    /// With a text.
    File(&'static str, &'static str, File),
    /// Gives somebody the right to keep order.
    Moderator(&'static str, &'static str),
}

/// A file that is made when it is sent.
#[derive(Clone, Copy)]
pub(super) struct File {
    pub(super) name: &'static str,
    /// What is to be seen, for who does not see it.
    pub(super) alt: &'static str,
    pub(super) content: Content,
}

#[derive(Clone, Copy)]
pub(super) enum Content {
    Text(&'static str),
    /// Bars of these heights, of a hundred.
    Chart(&'static [u32]),
}

use Act::{Delete, Edit, Moderator, Pin, React, Reply, Say, Thread};
use Own::{Drafts, Saves};

pub(super) const PEOPLE: [Person; 6] = [
    Person {
        name: "mara",
        display: "Mara Lindqvist",
        status: ("🎨", "redrawing the drop"),
        zone: "Europe/Stockholm",
        language: "sv",
        colour: Some([214, 93, 58]),
    },
    Person {
        name: "jonas",
        display: "Jonas Weber",
        status: ("", "at the desk by the window"),
        zone: "Europe/Berlin",
        language: "de",
        colour: Some([52, 101, 164]),
    },
    Person {
        name: "priya",
        display: "Priya Raman",
        status: ("🔋", "one station on the bench"),
        zone: "Europe/London",
        language: "en",
        colour: Some([115, 84, 160]),
    },
    Person {
        name: "tomas",
        display: "Tomás Ferreira",
        status: ("🪴", ""),
        zone: "Europe/Lisbon",
        language: "pt-PT",
        colour: Some([60, 130, 84]),
    },
    Person {
        name: "ife",
        display: "Ife Adeyemi",
        status: ("🎪", "garden fair on Saturday"),
        zone: "Europe/London",
        language: "en",
        colour: Some([196, 137, 26]),
    },
    Person {
        name: "lena",
        display: "Lena Novak",
        status: ("", ""),
        zone: "Europe/Prague",
        language: "cs",
        colour: None,
    },
];

/// Millimetres of a wet week.
const RAIN: File = File {
    name: "rain.png",
    alt: "Bars for each day of last week: little rain until Thursday, much on Friday, none since.",
    content: Content::Chart(&[12, 8, 0, 20, 95, 3, 0]),
};
const BATTERY: File = File {
    name: "battery.csv",
    alt: "A table of hours and volts.",
    content: Content::Text(
        "hour,volt\n0,4.11\n1,4.10\n2,4.08\n3,4.07\n4,4.01\n5,4.04\n6,4.03\n7,4.02\n8,4.01\n",
    ),
};

pub(super) const ROOMS: [Room; 8] = [
    Room {
        name: "kitchen",
        kind: Kind::Public,
        topic: "Food, plants, and whose mug is that",
        members: &["mara", "jonas", "priya", "tomas", "ife", "lena"],
        acts: &[
            Say(
                "mara",
                "Good morning! There is banana bread next to the kettle. First come, first served.",
            ),
            React("jonas", 0, "🍌"),
            React("priya", 0, "🍌"),
            Say("tomas", "I came second and there are crumbs. Who did this?"),
            Reply("lena", 3, "I would like to speak to my lawyer."),
            React("mara", 4, "😄"),
            React("tomas", 4, "😄"),
            Say(
                "ife",
                "Soup on Thursday? I can do the lentil one if somebody brings bread.",
            ),
            React("mara", 7, "🍲"),
            React("lena", 7, "🍲"),
            React("priya", 7, "🍲"),
            Reply(
                "jonas",
                7,
                "Bread is mine. The dark one from the corner, or the one with seeds?",
            ),
            Reply(
                "ife",
                11,
                "Seeds, please. And no raisins this time, we talked about that.",
            ),
            Say(
                "priya",
                "Whoever waters the fern: it has had enough. It is a fern, not a rice field.",
            ),
            React("tomas", 13, "🌿"),
            Say("tomas", "That was me, I thought it looked sad on Friday."),
            Reply("priya", 15, "It always looks sad. That is just its face."),
            React("ife", 16, "😂"),
            Say(
                "mara",
                "@room the kettle will be descaled on Friday. Tea until then, or courage.",
            ),
            Thread(
                "lena",
                7,
                "I would eat it with spoons. Is there something without onions?",
            ),
            Thread(
                "ife",
                7,
                "For you I cook a small pot without. @lena is two o'clock good?",
            ),
            Thread("lena", 7, "Two is perfect, thank you!"),
            React("ife", 21, "💛"),
            Say("jonas", "Does anybody want the last"),
            Delete("jonas", 23),
        ],
        readers: &["mara", "jonas", "priya", "ife"],
        description: "The table at which the work stops: meals, plants, lost mugs.",
        colour: Some([176, 108, 52]),
        own: &[Drafts(
            "mara",
            "Who has taken the big lid? I am not angry, I ",
        )],
        ..Room::EMPTY
    },
    Room {
        name: "launch",
        kind: Kind::Public,
        topic: "Garden fair on Saturday: station, stand, stories",
        members: &["ife", "mara", "jonas", "priya", "lena"],
        acts: &[
            Say(
                "ife",
                "Five days to the fair. What we still need:\n\n- three stations that run for two days without a cable\n- the poster\n- somebody who can explain rain in one sentence",
            ),
            Say(
                "mara",
                "Poster is nearly there. The drop is a bit smaller now and nobody calls it an onion any more.",
            ),
            React("lena", 1, "🎉"),
            Reply(
                "priya",
                0,
                "Batteries: two stations are at 58 hours, the third stops after 31. I have it open on the bench.",
            ),
            Say(
                "jonas",
                "The page with the live readings is up. It refreshes by itself, so the tablet at the stand can just stay on it.",
            ),
            React("ife", 4, "👏"),
            React("mara", 4, "👏"),
            Reply(
                "lena",
                4,
                "Can it show the last rain as well? People always ask *when did it rain*, never *how much*.",
            ),
            Reply("jonas", 7, "Good idea, it will be there by tonigth."),
            Edit("jonas", 8, "Good idea, it will be there by tonight."),
            Say(
                "priya",
                "Found it: the third station asked the network for the time every ten seconds. It is polite now and asks once an hour.",
            ),
            React("jonas", 10, "🔋"),
            React("ife", 10, "🎉"),
            Reply("ife", 10, "You are a hero. So all three will last?"),
            Reply(
                "priya",
                13,
                "All three will last until Sunday noon, with an hour to spare.",
            ),
            Say(
                "lena",
                "I practised my sentence on my neighbour: \"It tells your tomatoes what the sky is planning.\" He bought two.",
            ),
            React("mara", 15, "🍅"),
            React("ife", 15, "🍅"),
            React("priya", 15, "😂"),
            Reply("mara", 15, "That goes on the poster. I am not even asking."),
            Say(
                "ife",
                "Plan for Saturday: meet at **7:30** at the back gate, Mara has the key. I bring coffee, everybody brings a jumper.",
            ),
            Edit(
                "ife",
                20,
                "Plan for Saturday: meet at **7:15** at the back gate (they moved us to the far end), Mara has the key. I bring coffee, everybody brings a jumper.",
            ),
            React("lena", 20, "☕"),
            React("jonas", 20, "👍"),
            Pin("ife", 20),
            Thread(
                "jonas",
                0,
                "For the cables: I have two long ones and a drum, in case it rains.",
            ),
            Thread("priya", 0, "No cables! That is what the batteries are for."),
            Thread("jonas", 0, "In case it rains *a lot*, @mara."),
            React("priya", 27, "☔"),
            Say(
                "lena",
                "@ife @mara I need one of you at the stand from two to three, for the school class.",
            ),
            Reply("mara", 29, "I come. @lena keep me a chair."),
            Act::File("jonas", "The last rain, as the tablet will show it.", RAIN),
            React("lena", 31, "😍"),
            React("ife", 31, "😍"),
        ],
        readers: &["ife", "mara", "lena"],
        description: "All that has to be ready when the gate of the garden fair opens.",
        own: &[Saves("mara", 20), Saves("mara", 15)],
        ..Room::EMPTY
    },
    Room {
        name: "workshop",
        kind: Kind::Public,
        topic: "Boards, sensors, firmware. Please label your screws.",
        members: &["priya", "jonas", "tomas"],
        acts: &[
            Say(
                "priya",
                "The new humidity sensors are here. First look: they agree with each other to within one percent, which the old ones never did.",
            ),
            Reply(
                "tomas",
                0,
                "Lovely. Do they still think a closed drawer is the rain forest?",
            ),
            React("priya", 1, "😄"),
            Say(
                "jonas",
                "I would like the station to send its reading with a number that counts up. Then I can see if one went missing instead of guessing.",
            ),
            Reply(
                "priya",
                3,
                "Easy, there is room for four bytes. Should it start again after a restart?",
            ),
            Reply(
                "jonas",
                4,
                "Better not. If it can be kept over a restart, I never have to wonder whether 7 is the old 7 or the new one.",
            ),
            Reply(
                "priya",
                5,
                "Then it is kept. I will write it down before it is sent, so it can skip a number but never use one twice.",
            ),
            React("jonas", 6, "💯"),
            Say(
                "tomas",
                "Small thing: the lid of box B closes only if you believe in it. Filing it down now.",
            ),
            Say(
                "tomas",
                "```\nbox A   fits\nbox B   fits, after a talk\nbox C   fits\n```",
            ),
            React("priya", 9, "📦"),
            Say(
                "priya",
                "Tomorrow at ten I let one of them stand under the shower for an hour. Science!",
            ),
            React("tomas", 11, "🚿"),
            React("jonas", 11, "🚿"),
            Moderator("priya", "jonas"),
            Act::File("priya", "The night on the bench, hour by hour.", BATTERY),
            Thread(
                "tomas",
                15,
                "The dip at four is the heating in the hall, I think.",
            ),
            Thread("priya", 15, "It is! I moved it away from the pipe."),
            Pin("jonas", 3),
            Say(
                "jonas",
                "How a reading is sent, so that nobody has to look for it:\n\n> number, time, then the values, and a checksum that is *not* the number of the values\n\n1. `n` counts up and is never used twice\n2. times are UTC\n3. what is missing is left out, not zero",
            ),
            Pin("jonas", 19),
        ],
        readers: &["priya", "tomas"],
        description: "What is on the bench, what broke, and why it will not again.",
        colour: Some([88, 110, 117]),
        ..Room::EMPTY
    },
    Room {
        name: "new colleague",
        kind: Kind::Private,
        topic: "Somebody for support and the newsletter, from May",
        members: &["ife", "lena", "mara"],
        acts: &[
            Say(
                "ife",
                "Two letters came in over the weekend, both good. One of them keeps bees, which I am trying not to count.",
            ),
            Reply("lena", 0, "Count it. Bees are patience with wings."),
            React("mara", 1, "🐝"),
            Say(
                "mara",
                "Shall we ask both to answer one real letter from a customer? The one with the station in the aquarium, say.",
            ),
            React("ife", 3, "👍"),
            React("lena", 3, "👍"),
            Reply(
                "lena",
                3,
                "I will take the names out of it and send it round tomorrow.",
            ),
        ],
        readers: &["ife", "lena", "mara"],
        ..Room::EMPTY
    },
    Room {
        name: "announcements",
        kind: Kind::Broadcast,
        topic: "From Ife, to all",
        description: "What everybody has to know. Ife writes here; the rest of us read and put hearts on it.",
        members: &["ife", "mara", "jonas", "priya", "tomas", "lena"],
        acts: &[
            Say(
                "ife",
                "We have been two years old since Monday. Thank you, all of you. There is cake in the *kitchen*, where else.",
            ),
            React("mara", 0, "🎂"),
            React("jonas", 0, "🎂"),
            React("priya", 0, "🎂"),
            React("lena", 0, "❤️"),
            Say(
                "ife",
                "@room On the Monday after the fair the workshop stays closed: everybody sleeps. That is an order.",
            ),
            React("tomas", 5, "😴"),
            React("priya", 5, "🙏"),
        ],
        readers: &["ife", "priya", "jonas"],
        ..Room::EMPTY
    },
    Room {
        name: "",
        kind: Kind::Group,
        topic: "",
        members: &["lena", "mara", "tomas"],
        acts: &[
            Say(
                "lena",
                "It is Priya's birthday on Sunday, and she thinks that nobody knows.",
            ),
            Reply("tomas", 0, "I have known since the fern. I was waiting."),
            Say("mara", "A book, or something with a screwdriver?"),
            Reply("tomas", 2, "Something with a very small screwdriver."),
            React("lena", 3, "🪛"),
        ],
        readers: &["lena", "tomas"],
        ..Room::EMPTY
    },
    Room {
        name: "old ubuntu",
        kind: Kind::Public,
        topic: "An afternoon of #ubuntu, to scroll and to search",
        description: "Said on 2 September 2017 in a public room elsewhere, brought here by a webhook. From the corpus of \
                      Kummerfeld et al., \"A Large-Scale Corpus for Conversation Disentanglement\" (ACL 2019), CC BY 4.0.",
        members: &["tomas", "priya"],
        acts: &[Say(
            "tomas",
            "I let a webhook bring in an afternoon of #ubuntu, so that there is something to search in. Try it: look for `sd card`.",
        )],
        bridge: Some(include_str!("irc.txt")),
        ..Room::EMPTY
    },
    Room {
        name: "",
        kind: Kind::Direct,
        topic: "",
        members: &["mara", "jonas"],
        acts: &[
            Say(
                "mara",
                "Do you have ten minutes for the colours of the chart? The blue and the other blue are the same blue.",
            ),
            Say(
                "jonas",
                "They are two very different blues, but yes. At three?",
            ),
            React("mara", 1, "😄"),
            Say(
                "mara",
                "Three is good. I bring what is left of the banana bread.",
            ),
            Reply("jonas", 3, "There is something left?"),
            Reply("mara", 4, "There is now. I hid it behind the oat milk."),
            React("jonas", 5, "🙏"),
        ],
        readers: &["mara"],
        ..Room::EMPTY
    },
];
