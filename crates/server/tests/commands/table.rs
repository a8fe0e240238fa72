//! Every command: how it is asked, what is seen of it afterwards, and what the same again does.
//!
//! ```text
//! COMMAND                      a route as the description has it, a frame, or `send KIND`
//!     first WHO COMMAND JSON   what has to be there before
//!     by WHO JSON              how it is asked
//!     answers CODE             it is refused so; else it is done
//!     again CODE               what the same again is told; else it is answered alike. `anew`: it is done once more
//!     then WHO COMMAND JSON    what is asked after both
//!     answer COUNT JSON        what is in its answer
//!     seen WHO PATH COUNT JSON what is in the answer to this GET, on every server, from then on
//! ```
//!
//! A line of the table may be there several times. Each has people of its own: whoever is named is signed up (`new` is
//! not). Where it says `room` and keeps none, it has a public room of ada's, empty. `send` is asked in both ways, as a
//! frame and by `POST /api/v1/rooms/{room}/events`; what it stores is looked for in the log without being told to.
//!
//! JSON fits what has at least its fields, `null` what is left out; a list fits if each of its items fits one. COUNT is
//! `once` or `never`: at how many places of the answer it fits, however deep. `$ada` is an id, `$ada_name` a name,
//! `$new` a name that nobody has, `$hall` that of the room, `$log` the path of its events. `keep NAME FIELD` behind a
//! request gives NAME to a field of its answer, `keep NAME FIELD of JSON` to one beside what fits.

pub(crate) const TABLE: &str = r#"
POST /signin
    by new {"username": "$new"}
    again taken
    then new POST /api/v1/login {"name": "$new"}
    seen new /api/v1/me once {"name": "$new"}

POST /login
    by ada {"id": "$ada_name"}
    answer once {"id": "$ada", "name": "$ada_name"}

POST /create
    by ada {"name": "$new"}
    seen ada /api/v1/rooms once {"name": "$new", "role": "owner"}

POST /join
    by bob {"name": "$hall"}
    seen bob /api/v1/rooms once {"id": "$room", "members": 2}
    seen ada $log once {"by": "$bob", "body": {"kind": "join"}}

POST /api/v1/signup
    by new {"name": "$new", "display": "Somebody New"}
    again taken
    then new POST /api/v1/login {"name": "$new"}
    seen new /api/v1/me once {"name": "$new", "display": "Somebody New"}

POST /api/v1/login
    by ada {"name": "$ada_name", "device_name": "a second one"}
    again anew
    seen ada /api/v1/sessions once {"current": true, "device_name": "a second one"}

POST /api/v1/logout
    first ada GET /api/v1/sessions keep session id of {"current": true}
    by ada
    again unauthorized
    then ada POST /api/v1/login {"name": "$ada_name"}
    seen ada /api/v1/sessions never {"id": "$session"}

GET /api/v1/me
    by ada
    answer once {"id": "$ada", "name": "$ada_name"}

PATCH /api/v1/me
    by ada {"display": "Ada of the Hill"}
    seen ada /api/v1/me once {"id": "$ada", "display": "Ada of the Hill"}

PUT /api/v1/password
    first ada GET /api/v1/sessions keep session id of {"current": true}
    first ada POST /api/v1/login {"name": "$ada_name"}
    by ada {"new_password": "seventeen wet otters"}
    again unauthorized
    then ada POST /api/v1/login {"name": "$ada_name", "password": "seventeen wet otters"}
    seen ada /api/v1/sessions never {"id": "$session"}
    seen ada /api/v1/sessions once {"current": true}

GET /api/v1/sessions
    by ada
    answer once {"current": true}

DELETE /api/v1/sessions
    first ada GET /api/v1/sessions keep session id of {"current": true}
    first ada POST /api/v1/login {"name": "$ada_name"}
    by ada
    seen ada /api/v1/sessions never {"id": "$session"}
    seen ada /api/v1/sessions once {"current": true}

DELETE /api/v1/sessions
    first ada GET /api/v1/sessions keep session id of {"current": true}
    by ada ?all=true
    again unauthorized
    then ada POST /api/v1/login {"name": "$ada_name"}
    seen ada /api/v1/sessions never {"id": "$session"}

DELETE /api/v1/sessions/{session}
    first ada GET /api/v1/sessions keep session id of {"current": true}
    first ada POST /api/v1/login {"name": "$ada_name"}
    by ada
    again not_found
    seen ada /api/v1/sessions never {"id": "$session"}
    seen ada /api/v1/sessions once {"current": true}

GET /api/v1/rooms
    by ada
    answer once {"id": "$room", "name": "$hall", "role": "owner"}

POST /api/v1/rooms
    by ada {"name": "$new", "kind": "private"}
    seen ada /api/v1/rooms once {"name": "$new", "kind": "private", "role": "owner"}

POST /api/v1/direct
    by ada {"user": "$bob_name"} keep room id
    seen ada /api/v1/rooms once {"id": "$room", "kind": "direct", "peer": "$bob"}
    seen bob /api/v1/rooms once {"id": "$room", "kind": "direct", "peer": "$ada"}

POST /api/v1/rooms/{room}/join
    by bob
    seen bob /api/v1/rooms once {"id": "$room", "members": 2}
    seen ada $log once {"by": "$bob", "body": {"kind": "join"}}

POST /api/v1/rooms/{room}/leave
    first bob POST /api/v1/rooms/{room}/join
    by bob
    again not_member
    seen bob /api/v1/rooms never {"id": "$room"}
    seen ada $log once {"by": "$bob", "body": {"kind": "leave"}}
    seen ada /api/v1/rooms once {"id": "$room", "members": 1}

POST /api/v1/rooms/{room}/rename
    by ada {"name": "$new"}
    seen ada /api/v1/rooms once {"id": "$room", "name": "$new"}
    seen ada $log once {"body": {"kind": "rename", "name": "$new"}}

GET /api/v1/rooms/{room}/bans
    first ada send ban {"user": "$eve", "reason": "shouting"}
    by ada
    answer once {"user": "$eve", "reason": "shouting", "by": "$ada"}

POST /api/v1/rooms/{room}/mark
    first bob POST /api/v1/rooms/{room}/join
    first ada send message {"text": "the kettle is on"} keep message seq
    first ada send message {"text": "and there is cake"}
    by bob {"seq": $message}
    seen bob /api/v1/rooms once {"id": "$room", "mark": $message, "unread": 1}

GET /api/v1/rooms/{room}/events
    first ada send message {"text": "is anybody there?"}
    by ada ?limit=1
    answer once {"body": {"kind": "message", "text": "is anybody there?"}}

GET /api/v1/rooms/{room}/members
    first bob POST /api/v1/rooms/{room}/join
    by ada
    answer once {"user": "$ada", "role": "owner"}
    answer once {"user": "$bob", "role": "member"}

POST /api/v1/rooms/{room}/events
    by ada {"after": 1, "body": {"kind": "message", "text": "by a program that keeps a place"}}
    seen ada $log once {"body": {"text": "by a program that keeps a place"}}

hello
    by ada {"device": "the-first"}
    answer once {"type": "welcome", "user": {"id": "$ada"}, "rooms": [{"id": "$room"}]}

ping
    by ada {}
    answer once {"type": "pong"}

create
    by ada {"name": "$new", "kind": "private"}
    seen ada /api/v1/rooms once {"name": "$new", "kind": "private", "role": "owner"}

join
    by bob {"room": "$room"}
    seen bob /api/v1/rooms once {"id": "$room", "members": 2}
    seen ada $log once {"by": "$bob", "body": {"kind": "join"}}

direct
    by ada {"user": "$bob"} keep room id of {"kind": "direct"}
    seen ada /api/v1/rooms once {"id": "$room", "peer": "$bob"}
    seen bob /api/v1/rooms once {"id": "$room", "peer": "$ada"}

leave
    first bob POST /api/v1/rooms/{room}/join
    by bob {"room": "$room"}
    again not_member
    seen bob /api/v1/rooms never {"id": "$room"}
    seen ada $log once {"by": "$bob", "body": {"kind": "leave"}}

rename
    by ada {"room": "$room", "name": "$new"}
    seen ada /api/v1/rooms once {"id": "$room", "name": "$new"}
    seen ada $log once {"body": {"kind": "rename", "name": "$new"}}

history
    first ada send message {"text": "long ago"}
    by ada {"room": "$room"}
    answer once {"body": {"kind": "message", "text": "long ago"}}

members
    first bob POST /api/v1/rooms/{room}/join
    by ada {"room": "$room"}
    answer once {"user": "$bob", "role": "member"}

bans
    first ada send ban {"user": "$eve", "reason": "shouting"}
    by ada {"room": "$room"}
    answer once {"user": "$eve", "reason": "shouting", "by": "$ada"}

mark
    first bob POST /api/v1/rooms/{room}/join
    first ada send message {"text": "the kettle is on"} keep message seq
    first ada send message {"text": "and there is cake"}
    by bob {"room": "$room", "seq": $message}
    seen bob /api/v1/rooms once {"id": "$room", "mark": $message, "unread": 1}

typing
    by ada {"room": "$room"}
    seen ada /api/v1/rooms once {"id": "$room", "head": 1}

presence
    by ada {"status": "online", "watch": ["$bob"]}
    answer once {"user": "$bob", "status": "offline"}

send message
    first bob POST /api/v1/rooms/{room}/join
    by bob {"text": "the soup is ready", "reply_to": 1}
    seen ada $log once {"by": "$bob", "body": {"kind": "message", "text": "the soup is ready"}}
    seen ada /api/v1/rooms once {"id": "$room", "ordinal": 1, "unread": 1}

send edit
    first ada send message {"text": "tea"} keep message seq
    by ada {"target": $message, "text": "coffee"}
    seen ada $log once {"seq": $message, "text": "coffee"}

send delete
    first ada send message {"text": "never mind"} keep message seq
    by ada {"target": $message}
    seen ada $log once {"seq": $message, "body": {"kind": "erased"}}
    seen ada $log never {"text": "never mind"}

send react
    first ada send message {"text": "we are open"} keep message seq
    by ada {"target": $message, "emoji": "🎉", "on": true}
    seen ada $log once {"emoji": "🎉", "users": ["$ada"]}

send invite
    by ada {"user": "$eve"}
    seen eve /api/v1/rooms once {"id": "$room", "members": 2}
    seen ada /api/v1/rooms/$room/members once {"user": "$eve", "role": "member"}

send remove
    first eve POST /api/v1/rooms/{room}/join
    by ada {"user": "$eve", "reason": "shouting"}
    seen eve /api/v1/rooms never {"id": "$room"}
    seen ada /api/v1/rooms/$room/members never {"user": "$eve"}

send ban
    first eve POST /api/v1/rooms/{room}/join
    by ada {"user": "$eve", "reason": "shouting"}
    seen eve /api/v1/rooms never {"id": "$room"}
    seen ada /api/v1/rooms/$room/bans once {"user": "$eve", "reason": "shouting"}

send unban
    first ada send ban {"user": "$eve"}
    by ada {"user": "$eve"}
    then eve POST /api/v1/rooms/{room}/join
    seen ada /api/v1/rooms/$room/bans never {"user": "$eve"}
    seen ada /api/v1/rooms/$room/members once {"user": "$eve", "role": "member"}

send role
    first bob POST /api/v1/rooms/{room}/join
    by ada {"user": "$bob", "role": "moderator"}
    seen bob /api/v1/rooms once {"id": "$room", "role": "moderator"}

send topic
    by ada {"topic": "what we eat on Thursday"}
    seen ada /api/v1/rooms once {"id": "$room", "topic": "what we eat on Thursday"}

send archive
    by ada {"on": true}
    seen ada /api/v1/rooms once {"id": "$room", "archived": true}

send slow
    by ada {"seconds": 60}
    seen ada /api/v1/rooms once {"id": "$room", "slow_seconds": 60}

send rename
    by ada {"name": "$new"}
    answers bad_request
    seen ada /api/v1/rooms once {"id": "$room", "name": "$hall", "head": 1}

send create
    by ada {"title": "$new", "room_kind": "public"}
    answers bad_request
    seen ada /api/v1/rooms once {"id": "$room", "head": 1}

send join
    by ada {}
    answers bad_request
    seen ada /api/v1/rooms once {"id": "$room", "head": 1}

send leave
    by ada {}
    answers bad_request
    seen ada /api/v1/rooms once {"id": "$room", "head": 1}

send erased
    by ada {}
    answers bad_request
    seen ada /api/v1/rooms once {"id": "$room", "head": 1}
"#;
