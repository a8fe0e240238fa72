//! Every command: how it is asked, what is seen of it afterwards, and what the same again does.
//!
//! ```text
//! COMMAND                      a route as the description has it, a frame, or `send KIND`
//!     first WHO COMMAND JSON   what has to be there before
//!     by WHO JSON              how it is asked
//!     answers CODE             it is refused so; else it is done
//!     again CODE               what the same again is told; else it is answered alike. `anew`: it is done once more
//!     cut WHO COMMAND JSON     what is asked where it was cut off, so that what was begun comes to its end
//!     then WHO COMMAND JSON    what is asked after both
//!     refused CODE WHO …       the same, and it is refused so
//!     answer COUNT JSON        what is in its answer
//!     stir WHO COMMAND JSON    what is asked before it is looked: where a view follows only what happens after a kill
//!     seen WHO PATH COUNT JSON what is in the answer to this GET, on every server, from then on
//! ```
//!
//! A line of the table may be there several times. Each has people of its own: whoever is named is signed up (`new` is
//! not), with a password where `$ada_password` is named; a route's `{user}` is bob. Only `root` is the same everywhere,
//! the first administrator. Where it says `room` and keeps none, it has a public room of ada's, empty. `send` is asked in both ways, as a
//! frame and by `POST /api/v1/rooms/{room}/events`; what it stores is looked for in the log without being told to.
//!
//! JSON fits what has at least its fields, `null` what is left out; a list fits if each of its items fits one. COUNT is
//! `once`, `never` or `some`: at how many places of the answer it fits, however deep. `$ada` is an id, `$ada_name` a name,
//! `$new` a name that nobody has, `$hall` that of the room, `$log` the path of its events, `$first` what counted in the
//! link for the first administrator, `$totp` a code of now by the `$secret` that was kept. `keep NAME FIELD` behind a
//! request gives NAME to a field of its answer, `keep NAME FIELD of JSON` to one beside what fits. `again CODE` behind it:
//! what the same again may be told, where the first answer did not come.

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

PATCH /api/v1/me
    by ada {"status_text": "up the hill", "status_emoji": "🌱", "zone": "Europe/Lisbon", "language": "pt"}
    seen bob /api/v1/users/$ada once {"status_text": "up the hill", "status_emoji": "🌱", "zone": "Europe/Lisbon"}

DELETE /api/v1/me
    first bob POST /api/v1/rooms/{room}/join
    by bob {"password": "$bob_password"}
    again unauthorized
    cut root DELETE /api/v1/admin/users/{user} again not_found
    refused unauthorized bob POST /api/v1/login {"name": "$bob_name", "password": "$bob_password"}
    refused taken bob POST /api/v1/signup {"name": "$bob_name"}
    refused not_found ada GET /api/v1/users/{user}
    seen ada /api/v1/rooms/$room/members never {"user": "$bob"}
    seen ada /api/v1/rooms once {"id": "$room", "members": 1}
    seen ada $log once {"by": "$bob", "body": {"kind": "leave"}}
    seen root /api/v1/admin/acts some {"act": "deleted", "by": "$bob", "whom": "$bob"}

GET /api/v1/users/{user}
    first bob PATCH /api/v1/me {"display": "Bob of the Dale", "status_text": "asleep"}
    by ada
    answer once {"id": "$bob", "name": "$bob_name", "display": "Bob of the Dale", "status_text": "asleep"}

POST /api/v1/totp
    by ada {"current_password": "$ada_password"}
    again anew
    then ada POST /api/v1/login {"name": "$ada_name", "password": "$ada_password"}
    seen ada /api/v1/sessions once {"current": true}

POST /api/v1/totp/confirm
    first ada POST /api/v1/totp {"current_password": "$ada_password"} keep secret secret
    by ada {"code": "$totp"}
    again forbidden
    refused unauthorized ada POST /api/v1/login {"name": "$ada_name", "password": "$ada_password"}
    refused forbidden ada POST /api/v1/totp {"current_password": "$ada_password"}
    seen ada /api/v1/sessions once {"current": true}

POST /api/v1/totp/confirm
    first ada POST /api/v1/totp {"current_password": "$ada_password"}
    by ada {"code": "not one"}
    answers forbidden
    then ada POST /api/v1/login {"name": "$ada_name", "password": "$ada_password"}
    seen ada /api/v1/sessions once {"current": true}

POST /api/v1/totp/disable
    first ada POST /api/v1/totp {"current_password": "$ada_password"} keep secret secret
    first ada POST /api/v1/totp/confirm {"code": "$totp"} again forbidden
    by ada {"current_password": "$ada_password"}
    then ada POST /api/v1/login {"name": "$ada_name", "password": "$ada_password"}
    seen ada /api/v1/sessions once {"current": true}

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

POST /api/v1/reset
    first bob GET /api/v1/sessions keep session id of {"current": true}
    first root POST /api/v1/admin/users/{user}/reset keep reset token
    by bob {"token": "$reset", "new_password": "seventeen wet otters"}
    again forbidden
    refused unauthorized bob POST /api/v1/login {"name": "$bob_name", "password": "$bob_password"}
    then bob POST /api/v1/login {"name": "$bob_name", "password": "seventeen wet otters"}
    seen bob /api/v1/sessions never {"id": "$session"}
    seen bob /api/v1/sessions once {"current": true}

POST /api/v1/admin/first
    by ada {"token": "$first"}
    answers forbidden
    then ada POST /api/v1/login {"name": "$ada_name", "password": "$ada_password"}
    seen root /api/v1/admin/users/$ada once {"id": "$ada", "admin": false}
    seen root /api/v1/admin/users/$root once {"id": "$root", "admin": true}
    seen root /api/v1/admin/acts some {"act": "first_administrator", "by": "$root"}

GET /api/v1/admin/users
    by root ?prefix=$ada_name
    answer once {"id": "$ada", "name": "$ada_name", "admin": false, "deactivated": false}

GET /api/v1/admin/users/{user}
    by root
    answer once {"id": "$bob", "name": "$bob_name", "admin": false, "deactivated": false, "has_password": false}

DELETE /api/v1/admin/users/{user}
    first bob POST /api/v1/rooms/{room}/join
    first bob send message {"text": "I was here"}
    by root
    again not_found
    refused unauthorized bob POST /api/v1/login {"name": "$bob_name"}
    refused unauthorized bob GET /api/v1/me
    refused taken bob POST /api/v1/signup {"name": "$bob_name"}
    seen ada /api/v1/rooms/$room/members never {"user": "$bob"}
    seen ada /api/v1/rooms once {"id": "$room", "members": 1}
    seen ada $log once {"by": "$bob", "body": {"text": "I was here"}}
    seen ada $log once {"by": "$bob", "body": {"kind": "leave"}}
    seen root /api/v1/admin/acts some {"act": "deleted", "by": "$root", "whom": "$bob", "whom_name": "$bob_name"}

PUT /api/v1/admin/users/{user}/admin
    by root
    then bob POST /api/v1/login {"name": "$bob_name", "password": "$bob_password"}
    then bob GET /api/v1/admin/health
    refused forbidden root POST /api/v1/admin/users/{user}/deactivate
    seen bob /api/v1/admin/users/$bob once {"id": "$bob", "admin": true}
    seen root /api/v1/admin/acts some {"act": "admin_given", "whom": "$bob"}

PUT /api/v1/admin/users/{user}/admin
    by root
    answers forbidden
    seen root /api/v1/admin/users/$bob once {"id": "$bob", "admin": false, "has_password": false}

DELETE /api/v1/admin/users/{user}/admin
    first root PUT /api/v1/admin/users/{user}/admin
    by root
    then bob POST /api/v1/login {"name": "$bob_name", "password": "$bob_password"}
    refused forbidden bob GET /api/v1/admin/users
    seen root /api/v1/admin/users/$bob once {"id": "$bob", "admin": false}
    seen root /api/v1/admin/acts some {"act": "admin_taken", "by": "$root", "whom": "$bob"}

DELETE /api/v1/admin/users/{user}/admin
    first root PUT /api/v1/admin/users/{user}/admin
    by bob
    again forbidden
    then bob POST /api/v1/login {"name": "$bob_name", "password": "$bob_password"}
    seen root /api/v1/admin/users/$bob once {"id": "$bob", "admin": false}
    seen root /api/v1/admin/acts some {"act": "admin_taken", "by": "$bob", "whom": "$bob"}

POST /api/v1/admin/users/{user}/deactivate
    by root
    refused forbidden bob POST /api/v1/login {"name": "$bob_name"}
    refused unauthorized bob GET /api/v1/me
    seen root /api/v1/admin/users/$bob once {"id": "$bob", "deactivated": true}
    seen root /api/v1/admin/acts some {"act": "deactivated", "by": "$root", "whom": "$bob"}

POST /api/v1/admin/users/{user}/reactivate
    first bob GET /api/v1/sessions keep session id of {"current": true}
    first root POST /api/v1/admin/users/{user}/deactivate
    by root
    refused unauthorized bob GET /api/v1/me
    then bob POST /api/v1/login {"name": "$bob_name"}
    seen bob /api/v1/me once {"id": "$bob"}
    seen bob /api/v1/sessions never {"id": "$session"}
    seen root /api/v1/admin/users/$bob once {"id": "$bob", "deactivated": false}
    seen root /api/v1/admin/acts some {"act": "reactivated", "by": "$root", "whom": "$bob"}

POST /api/v1/admin/users/{user}/reset
    by root keep reset token
    again anew
    refused forbidden bob POST /api/v1/reset {"token": "$reset", "new_password": "seventeen wet otters"}
    seen root /api/v1/admin/users/$bob once {"id": "$bob", "has_password": false}
    seen root /api/v1/admin/acts some {"act": "reset_made", "by": "$root", "whom": "$bob"}

GET /api/v1/admin/invitations
    first root POST /api/v1/admin/invitations {"uses": 3} keep invitation id
    by root
    answer once {"id": "$invitation", "uses_max": 3, "uses": 0, "by": "$root", "by_name": "$root_name"}

POST /api/v1/admin/invitations
    by root {"uses": 2, "days": 1} keep invitation id
    again anew
    seen root /api/v1/admin/invitations once {"id": "$invitation", "uses_max": 2, "by": "$root"}
    seen root /api/v1/admin/acts some {"act": "invitation_made", "by": "$root"}

DELETE /api/v1/admin/invitations/{invitation}
    first root POST /api/v1/admin/invitations {} keep invitation id
    by root
    again not_found
    seen root /api/v1/admin/invitations never {"id": "$invitation"}
    seen root /api/v1/admin/acts some {"act": "invitation_withdrawn", "by": "$root", "detail": "$invitation"}

GET /api/v1/admin/acts
    first root POST /api/v1/admin/users/{user}/deactivate
    by root
    answer some {"act": "deactivated", "by": "$root", "by_name": "$root_name", "whom": "$bob", "whom_name": "$bob_name"}

GET /api/v1/admin/acts
    by ada
    answers forbidden
    answer once {"code": "forbidden"}

GET /api/v1/admin/health
    by root
    answer once {"ready": {"ok": true}, "bus": {"ok": true}, "draining": false}

GET /api/v1/own
    first ada PUT /api/v1/own {"kind": "quiet", "hours": {"from_min": 1320, "to_min": 420, "zone": "Europe/Berlin"}}
    by ada ?kinds=quiet,draft
    answer once {"kind": "quiet", "hours": {"from_min": 1320, "to_min": 420, "zone": "Europe/Berlin"}}

PUT /api/v1/own
    by ada {"kind": "draft", "room": "$room", "text": "I would rather", "reply_to": 1}
    seen ada /api/v1/own once {"kind": "draft", "room": "$room", "text": "I would rather", "reply_to": 1}

PUT /api/v1/own
    by ada {"kind": "blocked", "user": "$eve", "on": true}
    refused full eve POST /api/v1/direct {"user": "$ada_name"}
    seen ada /api/v1/own once {"kind": "blocked", "user": "$eve", "on": true}

PUT /api/v1/own
    first ada send message {"text": "never mind"} keep message seq
    by ada {"kind": "hidden", "room": "$room", "seq": $message, "on": true}
    seen ada /api/v1/own once {"kind": "hidden", "room": "$room", "seq": $message}

PUT /api/v1/own
    first ada send message {"text": "come back to this"} keep message seq
    first ada PUT /api/v1/own {"kind": "saved", "room": "$room", "seq": $message, "on": true}
    by ada {"kind": "saved", "room": "$room", "seq": $message, "on": false}
    seen ada /api/v1/own never {"kind": "saved"}
    seen ada /api/v1/own once {"own": []}
    seen ada /api/v1/saved never {"seq": $message}

GET /api/v1/saved
    first ada send message {"text": "come back to this"} keep message seq
    first ada PUT /api/v1/own {"kind": "saved", "room": "$room", "seq": $message, "on": true}
    by ada
    answer once {"room": "$room", "seq": $message, "event": {"body": {"text": "come back to this"}}}

GET /api/v1/directory
    first ada send topic {"topic": "Dendrochronology for beginners"}
    by bob ?q=dendrochronology+beg
    answer once {"rooms": []}
    stir ada send message {"text": "does anybody count rings?"}
    seen bob /api/v1/directory?q=dendrochronology+beg once {"id": "$room", "name": "$hall", "members": 1, "joined": false}

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

POST /api/v1/groups
    by ada {"users": ["$bob_name", "$eve"]} keep room id
    seen ada /api/v1/rooms once {"id": "$room", "kind": "group", "members": 3, "role": "owner"}
    seen bob /api/v1/rooms once {"id": "$room", "kind": "group", "members": 3}
    seen eve /api/v1/rooms once {"id": "$room", "kind": "group", "members": 3}

POST /api/v1/rooms/{room}/invitations
    by ada {"uses": 3, "valid_s": 3600} keep code code
    again anew
    then bob POST /api/v1/invitations/{code}
    seen bob /api/v1/rooms once {"id": "$room", "members": 2}
    seen ada $log once {"by": "$ada", "body": {"kind": "invite", "user": "$bob", "accepted": true}}
    seen ada /api/v1/rooms/$room/invitations once {"by": "$ada", "uses": 3, "used": 1}

GET /api/v1/rooms/{room}/invitations
    first ada POST /api/v1/rooms/{room}/invitations {"uses": 5} keep invitation id of {"uses": 5}
    by ada
    answer once {"id": "$invitation", "by": "$ada", "uses": 5, "used": 0}

DELETE /api/v1/rooms/{room}/invitations/{invitation}
    first ada POST /api/v1/rooms/{room}/invitations {} keep code code keep invitation id of {"uses": 1}
    by ada
    again not_found
    refused not_found bob POST /api/v1/invitations/{code}
    seen ada /api/v1/rooms/$room/invitations never {"id": "$invitation"}
    seen ada /api/v1/rooms once {"id": "$room", "members": 1}

POST /api/v1/invitations/{code}
    first ada POST /api/v1/rooms/{room}/invitations {"uses": 1} keep code code
    by bob
    refused full eve POST /api/v1/invitations/{code}
    seen bob /api/v1/rooms once {"id": "$room", "members": 2}
    seen ada $log once {"by": "$ada", "body": {"kind": "invite", "user": "$bob", "accepted": true}}
    seen ada /api/v1/rooms/$room/members never {"user": "$eve"}

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

GET /api/v1/rooms/{room}/pins
    first ada send message {"text": "the rules of the house"} keep message seq
    first ada send pin {"target": $message, "on": true}
    by ada
    answer once {"message": {"seq": $message, "body": {"text": "the rules of the house"}}, "by": "$ada"}

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

group
    by ada {"users": ["$bob_name", "$eve"]} keep room id of {"kind": "group"}
    seen ada /api/v1/rooms once {"id": "$room", "kind": "group", "members": 3, "role": "owner"}
    seen bob /api/v1/rooms once {"id": "$room", "kind": "group", "members": 3}
    seen eve /api/v1/rooms once {"id": "$room", "kind": "group", "members": 3}

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

pins
    first ada send message {"text": "the rules of the house"} keep message seq
    first ada send pin {"target": $message, "on": true}
    by ada {"room": "$room"}
    answer once {"message": {"seq": $message, "body": {"text": "the rules of the house"}}, "by": "$ada"}

own
    first ada PUT /api/v1/own {"kind": "draft", "room": "$room", "text": "I would rather"}
    by ada {"kinds": ["draft"]}
    answer once {"kind": "draft", "room": "$room", "text": "I would rather"}

set
    by ada {"own": {"kind": "notify", "room": "$room", "level": "mentions"}}
    seen ada /api/v1/own once {"kind": "notify", "room": "$room", "level": "mentions"}

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

send message
    first bob POST /api/v1/rooms/{room}/join
    by ada {"text": "@bob, look.", "mentions": {"users": ["$bob"]}}
    seen ada $log once {"by": "$ada", "body": {"text": "@bob, look.", "mentions": {"users": ["$bob"]}}}
    seen bob /api/v1/rooms once {"id": "$room", "unread": 1, "mentioned": [3]}

send message
    first ada send message {"text": "from over there"} keep message seq
    by ada {"text": "", "forward": {"room": "$room", "seq": $message}}
    seen ada $log once {"body": {"text": "from over there", "forward": {"room": "$room", "seq": $message, "by": "$ada"}}}

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

send pin
    first ada send message {"text": "the rules of the house"} keep message seq
    by ada {"target": $message, "on": true}
    seen ada $log once {"body": {"kind": "pin", "target": $message, "on": true}}
    seen ada /api/v1/rooms/$room/pins once {"message": {"seq": $message}, "by": "$ada"}

send pin
    first ada send message {"text": "the rules of the house"} keep message seq
    first ada send pin {"target": $message, "on": true}
    by ada {"target": $message, "on": false}
    seen ada /api/v1/rooms/$room/pins never {"message": {"seq": $message}}
    seen ada /api/v1/rooms/$room/pins once {"pins": []}

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

send description
    by ada {"description": "All about campanology: towers, and who rings."}
    seen ada /api/v1/rooms once {"id": "$room", "description": "All about campanology: towers, and who rings."}
    stir ada send message {"text": "does anybody ring?"}
    seen bob /api/v1/directory?q=campanology once {"id": "$room", "joined": false}

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
