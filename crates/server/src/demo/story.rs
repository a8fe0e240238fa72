//! What the demonstration tells: six people who build a weather station for gardens, and a week before they show it.

/// Somebody of the team.
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) display: &'static str,
}

/// A room and what happens in it.
pub(super) struct Room {
    /// Empty for the room of two.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) topic: &'static str,
    /// Who is in it; the first makes it.
    pub(super) members: &'static [&'static str],
    pub(super) acts: &'static [Act],
    /// Who has read all of it; the others find something new.
    pub(super) readers: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Public,
    Private,
    Direct,
}

/// Something that somebody does. A number says which act of the room it is about, counted from 0.
pub(super) enum Act {
    Say(&'static str, &'static str),
    Reply(&'static str, usize, &'static str),
    Edit(&'static str, usize, &'static str),
    React(&'static str, usize, &'static str),
}

use Act::{Edit, React, Reply, Say};

pub(super) const PEOPLE: [Person; 6] = [
    Person {
        name: "mara",
        display: "Mara Lindqvist",
    },
    Person {
        name: "jonas",
        display: "Jonas Weber",
    },
    Person {
        name: "priya",
        display: "Priya Raman",
    },
    Person {
        name: "tomas",
        display: "Tomás Ferreira",
    },
    Person {
        name: "ife",
        display: "Ife Adeyemi",
    },
    Person {
        name: "lena",
        display: "Lena Novak",
    },
];

pub(super) const ROOMS: [Room; 5] = [
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
        ],
        readers: &["mara", "jonas", "priya", "ife"],
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
        ],
        readers: &["ife", "mara", "lena"],
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
        ],
        readers: &["priya", "tomas"],
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
    },
];
