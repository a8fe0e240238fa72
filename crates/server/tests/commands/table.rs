//! Every command: how it is asked, what is seen of it afterwards, and what the same again does.
//!
//! ```text
//! COMMAND                      a route as the description has it, a frame, or `send KIND`
//!     first WHO COMMAND JSON   what has to be there before
//!     calm WHO COMMAND JSON    the same after that, and nobody is killed: what would not be asked again
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
//! link for the first administrator, `$totp` a code of now by the `$secret` that was kept, `$tomorrow` a time a day from the beginning of the run,
//! `$mailed` what counted in the link that was mailed to `$ada_name@example.org`. `{"picture": true}` as a body is a
//! picture. `keep NAME FIELD` behind a
//! request gives NAME to a field of its answer, `keep NAME FIELD of JSON` to one beside what fits. `again CODE` behind it:
//! what the same again may be told, where the first answer did not come.

pub(crate) const TABLE: &str = r#"
POST /signin
    by new {"username": "$new"}
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

GET /api/v1/me/mail
    calm ada PUT /api/v1/me/mail {"mail": "$ada_name@example.org", "current_password": "$ada_password"}
    by ada
    answer once {"mail": null, "pending": "$ada_name@example.org", "sends": true}
    seen ada /api/v1/me/mail once {"mail": null, "pending": "$ada_name@example.org", "sends": true}

PUT /api/v1/me/mail
    by ada {"mail": "$ada_name@example.org", "current_password": "not $ada_password"}
    answers forbidden
    seen ada /api/v1/me/mail once {"mail": null, "pending": null, "sends": true}

DELETE /api/v1/me/mail
    calm ada PUT /api/v1/me/mail {"mail": "$ada_name@example.org", "current_password": "$ada_password"}
    by ada {"current_password": "$ada_password"}
    seen ada /api/v1/me/mail once {"mail": null, "pending": null, "sends": true}

POST /api/v1/mail/confirm
    by ada {"token": "01234567890123456789012345678901 and no more"}
    answers forbidden
    seen ada /api/v1/me/mail once {"mail": null, "sends": true}

POST /api/v1/mail/confirm
    calm ada PUT /api/v1/me/mail {"mail": "$ada_name@example.org", "current_password": "$ada_password"}
    by ada {"token": "$mailed"}
    again forbidden
    seen ada /api/v1/me/mail once {"mail": "$ada_name@example.org", "pending": null, "sends": true}
    seen root /api/v1/admin/users/$ada once {"id": "$ada", "mail": "$ada_name@example.org"}

DELETE /api/v1/me/mail
    calm ada PUT /api/v1/me/mail {"mail": "$ada_name@example.org", "current_password": "$ada_password"}
    by ada {"current_password": "$ada_password"}
    refused forbidden ada POST /api/v1/mail/confirm {"token": "$mailed"}
    seen ada /api/v1/me/mail once {"mail": null, "pending": null, "sends": true}

POST /api/v1/forgot
    by bob {"name": "$bob_name"}
    seen bob /api/v1/me/mail once {"mail": null, "sends": true}

PATCH /api/v1/me
    by bob {"display": "Bob of the Vale"}
    seen ada /api/v1/users?q=$bob_name+val once {"id": "$bob", "display": "Bob of the Vale"}

GET /api/v1/users
    first bob PATCH /api/v1/me {"display": "Bob of the Dale"}
    by ada ?q=$bob_name+dal
    answer once {"users": [{"id": "$bob", "name": "$bob_name", "display": "Bob of the Dale"}]}

GET /api/v1/users/{user}
    first bob PATCH /api/v1/me {"display": "Bob of the Dale", "status_text": "asleep"}
    by ada
    answer once {"id": "$bob", "name": "$bob_name", "display": "Bob of the Dale", "status_text": "asleep"}

GET /api/v1/profiles
    first bob PATCH /api/v1/me {"display": "Bob of the Dale", "status_text": "asleep"}
    by ada ?user=$ada&user=$bob
    answer once {"id": "$bob", "name": "$bob_name", "display": "Bob of the Dale", "status_text": "asleep"}
    answer once {"id": "$ada", "name": "$ada_name"}

POST /api/v1/totp
    by ada {"current_password": "$ada_password"}
    again anew
    then ada POST /api/v1/login {"name": "$ada_name", "password": "$ada_password"}
    seen ada /api/v1/sessions once {"current": true}

POST /api/v1/totp/confirm
    first ada POST /api/v1/totp {"current_password": "$ada_password"} keep secret secret
    by ada {"code": "$totp"}
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
    first ada POST /api/v1/totp/confirm {"code": "$totp"}
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
    then bob POST /api/v1/reset {"token": "$reset", "new_password": "seventeen wet otters"} again forbidden
    then bob POST /api/v1/login {"name": "$bob_name", "password": "seventeen wet otters"}
    seen root /api/v1/admin/users/$bob once {"id": "$bob", "has_password": true}
    seen root /api/v1/admin/acts some {"act": "reset_made", "by": "$root", "whom": "$bob"}
    seen root /api/v1/admin/acts some {"act": "reset_used", "by": "$bob"}

POST /api/v1/admin/bots
    by root {"name": "$new", "display": "A Robot"}
    seen root /api/v1/admin/users?bots=true&prefix=$new once {"name": "$new", "display": "A Robot", "bot": true}
    seen ada /api/v1/users/$new once {"name": "$new", "bot": true}
    seen root /api/v1/admin/acts some {"act": "bot_made", "by": "$root", "detail": "$new"}

GET /api/v1/admin/bots/{bot}/tokens
    first root POST /api/v1/admin/bots {"name": "$new"}
    first root GET /api/v1/admin/users ?bots=true&prefix=$new keep bot id of {"name": "$new"}
    first root POST /api/v1/admin/bots/{bot}/tokens {"name": "one", "scopes": ["read"]}
    by root
    answer once {"name": "one", "scopes": ["read"], "rooms": []}

POST /api/v1/admin/bots/{bot}/tokens
    first root POST /api/v1/admin/bots {"name": "$new"}
    first root GET /api/v1/admin/users ?bots=true&prefix=$new keep bot id of {"name": "$new"}
    by root {"name": "one", "scopes": ["send", "read"], "days": 7}
    seen root /api/v1/admin/bots/$bot/tokens once {"name": "one", "scopes": ["read", "send"], "rooms": []}
    seen root /api/v1/admin/acts some {"act": "bot_token_made", "by": "$root", "whom": "$bot", "detail": "one"}

DELETE /api/v1/admin/bots/{bot}/tokens/{token}
    first root POST /api/v1/admin/bots {"name": "$new"}
    first root GET /api/v1/admin/users ?bots=true&prefix=$new keep bot id of {"name": "$new"}
    first root POST /api/v1/admin/bots/{bot}/tokens {"name": "one", "scopes": ["read"]} keep token id of {"name": "one"}
    by root
    again not_found
    seen root /api/v1/admin/bots/$bot/tokens never {"id": "$token"}
    seen root /api/v1/admin/acts some {"act": "bot_token_revoked", "by": "$root", "whom": "$bot"}

GET /api/v1/admin/invitations
    first root POST /api/v1/admin/invitations {"uses": 3} keep invitation id
    by root
    answer once {"id": "$invitation", "uses_max": 3, "uses": 0, "by": "$root", "by_name": "$root_name"}

POST /api/v1/admin/invitations
    by root {"uses": 2, "days": 1} keep invitation id
    seen root /api/v1/admin/invitations once {"id": "$invitation", "uses_max": 2, "by": "$root"}
    seen root /api/v1/admin/acts some {"act": "invitation_made", "by": "$root"}

DELETE /api/v1/admin/invitations/{invitation}
    first root POST /api/v1/admin/invitations {} keep invitation id
    by root
    again not_found
    seen root /api/v1/admin/invitations never {"id": "$invitation"}
    seen root /api/v1/admin/acts some {"act": "invitation_withdrawn", "by": "$root", "detail": "$invitation"}

GET /api/v1/admin/rooms
    first ada GET /api/v1/rooms
    by root ?q=$hall
    answer once {"id": "$room", "name": "$hall", "kind": "public", "members": 1, "archived": false}
    seen root /api/v1/admin/acts some {"act": "rooms_listed", "by": "$root"}

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
    by ada {"kind": "thread_draft", "room": "$room", "root": 1, "text": "Or not", "reply_to": 1}
    seen ada /api/v1/own?kinds=thread_draft once {"kind": "thread_draft", "room": "$room", "root": 1, "text": "Or not", "reply_to": 1}

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

POST /api/v1/uploads
    by ada {"room": "$room", "name": "soup.txt", "size": 17} keep upload id
    seen ada /api/v1/uploads/$upload once {"id": "$upload", "room": "$room", "name": "soup.txt", "offset": 0, "whole": false}

GET /api/v1/uploads/{upload}
    first ada POST /api/v1/uploads {"room": "$room", "name": "soup.txt", "size": 17} keep upload id
    by ada
    answer once {"id": "$upload", "size": 17, "offset": 0, "whole": false}

PUT /api/v1/uploads/{upload}
    first ada POST /api/v1/uploads {"room": "$room", "name": "soup.txt", "size": 17} keep upload id
    by ada ?offset=0 {"hello":"there"}
    seen ada /api/v1/uploads/$upload once {"id": "$upload", "offset": 17, "whole": true, "type": "text/plain"}
    seen ada /files/$upload once {"hello": "there"}

DELETE /api/v1/uploads/{upload}
    first ada POST /api/v1/uploads {"room": "$room", "name": "soup.txt", "size": 17} keep upload id
    by ada
    again not_found
    refused not_found ada PUT /api/v1/uploads/{upload} {"hello":"there"}
    seen ada /api/v1/uploads/$upload never {"id": "$upload"}

PUT /api/v1/me/avatar
    by ada {"this": "is no picture"}
    answers bad_request
    seen ada /api/v1/me once {"id": "$ada", "avatar": null}

PUT /api/v1/me/avatar
    by ada {"picture": true}
    again anew
    then ada GET /api/v1/me keep avatar avatar
    seen bob /api/v1/users/$ada once {"id": "$ada", "avatar": "$avatar"}
    seen bob /avatars/$avatar/64 once {"type": "image/jpeg"}

DELETE /api/v1/me/avatar
    first ada PUT /api/v1/me/avatar {"picture": true}
    by ada
    seen ada /api/v1/me once {"id": "$ada", "avatar": null}

PUT /api/v1/rooms/{room}/avatar
    by ada {"this": "is no picture"}
    answers bad_request
    seen ada /api/v1/rooms once {"id": "$room", "head": 1, "avatar": null}

PUT /api/v1/rooms/{room}/avatar
    by ada {"picture": true}
    again anew
    then ada GET /api/v1/rooms keep avatar avatar of {"id": "$room"}
    seen ada /api/v1/rooms once {"id": "$room", "avatar": "$avatar"}
    seen ada $log once {"body": {"kind": "avatar", "avatar": "$avatar"}}
    seen ada /avatars/$avatar/256 once {"type": "image/jpeg"}

DELETE /api/v1/rooms/{room}/avatar
    first ada PUT /api/v1/rooms/{room}/avatar {"picture": true}
    by ada
    seen ada /api/v1/rooms once {"id": "$room", "avatar": null}
    seen ada $log once {"body": {"kind": "avatar", "avatar": null}}

GET /api/v1/notifications
    first bob POST /api/v1/rooms/{room}/join
    first bob send message {"text": "is anybody there?"}
    by ada ?after=0&for_s=6
    answer once {"room": "$room", "by": "$bob", "name": "$bob_name", "why": "all"}

GET /api/v1/push
    by ada keep key public_key
    seen bob /api/v1/push once {"public_key": "$key"}

GET /api/v1/push/subscriptions
    first ada PUT /api/v1/push/subscriptions {"endpoint": "https://push.example.org/a", "keys": {"p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "auth": "BTBZMqHH6r4Tts7J_aSIgg"}} keep id id
    by ada
    answer once {"id": "$id", "service": "push.example.org", "text": true, "current": true}

PUT /api/v1/push/subscriptions
    by ada {"endpoint": "https://push.example.org/a", "text": false, "keys": {"p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "auth": "BTBZMqHH6r4Tts7J_aSIgg"}} keep id id
    seen ada /api/v1/push/subscriptions once {"id": "$id", "service": "push.example.org", "text": false}
    seen bob /api/v1/push/subscriptions once {"subscriptions": []}

DELETE /api/v1/push/subscriptions/{subscription}
    first ada PUT /api/v1/push/subscriptions {"endpoint": "https://push.example.org/a", "keys": {"p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "auth": "BTBZMqHH6r4Tts7J_aSIgg"}} keep subscription id
    by ada
    again not_found
    seen ada /api/v1/push/subscriptions once {"subscriptions": []}

GET /api/v1/scheduled
    first ada POST /api/v1/scheduled {"room": "$room", "at_ms": $tomorrow, "text": "good morning"}
    by ada
    answer once {"kind": "scheduled", "room": "$room", "text": "good morning"}

POST /api/v1/scheduled
    by ada {"room": "$room", "at_ms": $tomorrow, "text": "good morning", "reply_to": 1}
    seen ada /api/v1/scheduled once {"room": "$room", "text": "good morning", "reply_to": 1, "state": null}
    seen bob /api/v1/scheduled once {"scheduled": []}

PUT /api/v1/scheduled/{id}
    first ada POST /api/v1/scheduled {"room": "$room", "at_ms": $tomorrow, "text": "good morning"} keep id id
    by ada {"room": "$room", "at_ms": $tomorrow, "text": "good night"}
    seen ada /api/v1/scheduled once {"id": "$id", "text": "good night"}
    seen ada /api/v1/scheduled never {"text": "good morning"}

DELETE /api/v1/scheduled/{id}
    first ada POST /api/v1/scheduled {"room": "$room", "at_ms": $tomorrow, "text": "good morning"} keep id id
    by ada
    again not_found
    seen ada /api/v1/scheduled once {"scheduled": []}

POST /api/v1/scheduled/{id}/send
    first ada POST /api/v1/scheduled {"room": "$room", "at_ms": $tomorrow, "text": "good morning"} keep id id
    by ada
    again not_found
    seen ada $log once {"by": "$ada", "body": {"kind": "message", "text": "good morning"}}
    seen ada /api/v1/scheduled once {"scheduled": []}

PUT /api/v1/own
    first bob POST /api/v1/rooms/{room}/join
    first ada POST /api/v1/rooms/{room}/mark {"seq": 2}
    by ada {"kind": "receipts", "on": false}
    refused forbidden ada GET /api/v1/rooms/{room}/receipts
    seen ada /api/v1/own once {"kind": "receipts", "on": false}
    seen bob /api/v1/rooms/$room/receipts never {"user": "$ada"}

PUT /api/v1/own
    first ada send message {"text": "who brings cake?"} keep root seq
    by ada {"kind": "follow", "room": "$room", "root": $root, "on": true}
    seen ada /api/v1/own once {"kind": "follow", "room": "$room", "root": $root, "on": true, "since": $root}

PUT /api/v1/own
    first bob POST /api/v1/rooms/{room}/join
    first ada send message {"text": "who brings cake?"} keep root seq
    first bob send message {"text": "I do", "thread": {"root": $root}} keep reply seq
    by ada {"kind": "read", "room": "$room", "root": $root, "seq": $reply}
    seen ada /api/v1/own once {"kind": "read", "room": "$room", "root": $root, "seq": $reply}
    seen ada /api/v1/threads once {"root": $root, "messages": 1, "read": $reply, "unread": null}

GET /api/v1/threads
    first bob POST /api/v1/rooms/{room}/join
    first ada send message {"text": "who brings cake?"} keep root seq
    first bob send message {"text": "I do", "thread": {"root": $root}} keep reply seq
    by ada
    answer once {"room": "$room", "root": $root, "messages": 1, "following": true, "unread": [$reply], "message": {"body": {"text": "who brings cake?"}}}

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

POST /hooks/{secret}
    first ada POST /api/v1/rooms/{room}/webhooks/in {"name": "CI"} keep secret secret
    by new {"text": "the build is *green*", "username": "Build 7"}
    seen ada $log once {"name": "Build 7 (webhook)", "body": {"kind": "message", "text": "the build is **green**"}}
    seen ada /api/v1/rooms once {"id": "$room", "ordinal": 1, "unread": 1}

POST /api/v1/rooms/{room}/webhooks/in
    by ada {"name": "CI"} keep webhook id of {"direction": "in"}
    seen ada /api/v1/rooms/$room/webhooks once {"direction": "in", "name": "CI", "by": "$ada"}
    seen ada /api/v1/rooms/$room/members once {"name": "CI (webhook)", "role": "member", "bot": true}

POST /api/v1/rooms/{room}/webhooks/out
    by ada {"url": "http://127.0.0.1:9/told", "name": "there", "kinds": ["message"]}
    seen ada /api/v1/rooms/$room/webhooks once {"direction": "out", "name": "there", "out": {"kinds": ["message"]}}

GET /api/v1/rooms/{room}/webhooks
    first ada POST /api/v1/rooms/{room}/webhooks/in {"name": "CI"}
    by ada
    answer some {"direction": "in", "name": "CI", "by": "$ada", "by_name": "$ada_name"}

PATCH /api/v1/rooms/{room}/webhooks/{webhook}
    first ada POST /api/v1/rooms/{room}/webhooks/in {"name": "CI"} keep webhook id of {"direction": "in"}
    by ada {"name": "Builds"}
    seen ada /api/v1/rooms/$room/webhooks once {"id": "$webhook", "name": "Builds"}
    seen ada /api/v1/users/$webhook once {"id": "$webhook", "name": "Builds (webhook)", "bot": true}

DELETE /api/v1/rooms/{room}/webhooks/{webhook}
    first ada POST /api/v1/rooms/{room}/webhooks/in {"name": "CI"} keep webhook id of {"direction": "in"} keep secret secret
    by ada
    again not_found
    refused not_found new POST /hooks/{secret} {"text": "anybody?"}
    refused not_found ada GET /api/v1/users/{webhook}
    seen ada /api/v1/rooms/$room/webhooks never {"id": "$webhook"}
    seen ada /api/v1/rooms/$room/members never {"user": "$webhook"}

POST /api/v1/rooms/{room}/webhooks/{webhook}/resume
    first ada POST /api/v1/rooms/{room}/webhooks/out {"url": "http://127.0.0.1:9/told"} keep webhook id of {"direction": "out"}
    by ada
    seen ada /api/v1/rooms/$room/webhooks once {"id": "$webhook", "by": "$ada"}

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

GET /api/v1/rooms/{room}/events/{seq}/edits
    first ada send message {"text": "opne"} keep seq seq
    first ada send edit {"target": $seq, "text": "open"}
    by ada
    answer once {"body": {"kind": "message", "text": "opne"}}
    answer once {"body": {"kind": "edit", "text": "open"}}

GET /api/v1/search
    first ada send message {"text": "who rings the campanile?"} keep message seq
    by ada ?q=campan+from:me&room=$room
    answer once {"room": "$room", "count": 1, "hits": [{"seq": $message, "by": "$ada", "marks": [[14, 23]]}]}

GET /api/v1/rooms/{room}/receipts
    first bob POST /api/v1/rooms/{room}/join
    first ada send message {"text": "the kettle is on"} keep message seq
    first bob POST /api/v1/rooms/{room}/mark {"seq": $message}
    by ada
    answer once {"user": "$bob", "read": $message, "delivered": $message}

GET /api/v1/rooms/{room}/threads/{root}
    first ada send message {"text": "who brings cake?"} keep root seq
    first ada send message {"text": "me, if nobody does", "thread": {"root": $root}} keep reply seq
    by ada
    answer once {"seq": $reply, "body": {"text": "me, if nobody does", "thread": {"root": $root, "by": "$ada"}}}

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

thread
    first ada send message {"text": "who brings cake?"} keep root seq
    first ada send message {"text": "me, if nobody does", "thread": {"root": $root}} keep reply seq
    by ada {"room": "$room", "root": $root}
    answer once {"seq": $reply, "body": {"text": "me, if nobody does"}}

threads
    first ada send message {"text": "who brings cake?"} keep root seq
    first ada send message {"text": "me, if nobody does", "thread": {"root": $root}}
    by ada {}
    answer once {"room": "$room", "root": $root, "messages": 1, "following": true}

receipts
    first bob POST /api/v1/rooms/{room}/join
    first ada send message {"text": "the kettle is on"} keep message seq
    first bob POST /api/v1/rooms/{room}/mark {"seq": $message}
    by ada {"room": "$room"}
    answer once {"user": "$bob", "read": $message, "delivered": $message}

delivered
    by ada {"room": "$room", "seq": 1}
    seen ada /api/v1/rooms once {"id": "$room", "head": 1}

edits
    first ada send message {"text": "opne"} keep message seq
    first ada send edit {"target": $message, "text": "open"}
    by ada {"room": "$room", "seq": $message}
    answer once {"body": {"kind": "message", "text": "opne"}}
    answer once {"body": {"kind": "edit", "text": "open"}}

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

search
    first ada send message {"text": "who rings the campanile?"} keep message seq
    first ada send edit {"target": $message, "text": "who rings the carillon?"}
    by ada {"q": "carillon -campanile"}
    answer once {"room": "$room", "count": 1, "hits": [{"seq": $message}]}

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

send message
    first ada POST /api/v1/uploads {"room": "$room", "name": "soup.txt", "size": 17} keep upload id
    first ada PUT /api/v1/uploads/{upload} ?offset=0 {"hello":"there"}
    by ada {"text": "", "attachments": [{"id": "$upload", "alt": "a greeting"}]}
    seen ada $log once {"id": "$upload", "name": "soup.txt", "type": "text/plain", "size": 17, "alt": "a greeting"}
    seen ada /files/$upload once {"hello": "there"}

send delete
    first ada POST /api/v1/uploads {"room": "$room", "name": "soup.txt", "size": 17} keep upload id
    first ada PUT /api/v1/uploads/{upload} ?offset=0 {"hello":"there"}
    first ada send message {"text": "here", "attachments": [{"id": "$upload"}]} keep message seq
    by ada {"target": $message}
    refused not_found ada GET /files/{upload}
    seen ada $log never {"id": "$upload"}
    seen ada /files/$upload never {"hello": "there"}

send message
    first ada send message {"text": "who brings cake?"} keep root seq
    first bob POST /api/v1/rooms/{room}/join
    by bob {"text": "I do", "thread": {"root": $root}}
    seen ada $log once {"by": "$bob", "body": {"text": "I do", "thread": {"root": $root, "by": "$ada"}}}
    seen ada /api/v1/rooms once {"id": "$room", "ordinal": 1}
    seen ada /api/v1/threads once {"root": $root, "messages": 1, "following": true}
    seen bob /api/v1/threads once {"root": $root, "messages": 1, "following": true, "unread": null}

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

send avatar
    by ada {"avatar": "$ada"}
    answers bad_request
    seen ada /api/v1/rooms once {"id": "$room", "head": 1, "avatar": null}

send archive
    by ada {"on": true}
    seen ada /api/v1/rooms once {"id": "$room", "archived": true}

send slow
    by ada {"seconds": 60}
    seen ada /api/v1/rooms once {"id": "$room", "slow_seconds": 60}

send right
    by ada {"right": "pin", "role": "member"}
    seen ada /api/v1/rooms once {"id": "$room", "rights": {"pin": "member"}}

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
