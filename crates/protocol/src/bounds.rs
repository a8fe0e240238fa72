//! Every bound that a client can meet, with its unit in its name and its reason beside it.
//! What happens at the bound is written in `docs/protocol.md`.

/// A message's text, in bytes of UTF-8: a long page of prose; more belongs into a file.
pub const TEXT_BYTES_MAX: usize = 16 * 1024;
/// One frame from a client, in bytes: the longest text with every character escaped (`\uXXXX`), and its envelope.
pub const CLIENT_FRAME_BYTES_MAX: usize = 128 * 1024;
/// A user's name, in characters.
pub const USER_NAME_CHARS_MAX: usize = 32;
/// A display name, in characters.
pub const DISPLAY_NAME_CHARS_MAX: usize = 64;
/// What somebody says that they are doing, in characters: a line.
pub const STATUS_CHARS_MAX: usize = 100;
/// A language tag, in bytes: what BCP 47 asks everybody to take.
pub const LANGUAGE_BYTES_MAX: usize = 35;
/// A room's name, in characters: the specification's own bound of `group_name`.
pub const ROOM_NAME_CHARS_MAX: usize = 25;
/// A room's topic, in characters.
pub const TOPIC_CHARS_MAX: usize = 250;
/// A room's description, in characters: half a page. Longer rules belong into a message of the room.
pub const DESCRIPTION_CHARS_MAX: usize = 1_000;
/// Why somebody was removed or banned, in characters: as a topic.
pub const REASON_CHARS_MAX: usize = 250;
/// Bans of one room that stand at a time: what its moderators can still look through, in five pages.
pub const BANS_PER_ROOM_MAX: usize = 1_000;
/// Names of one room, those that it had before included: each stays the room's, so nobody may collect them.
pub const NAMES_PER_ROOM_MAX: usize = 20;
/// Slow mode's wait, in seconds: an hour. Who is to say less should say it elsewhere.
pub const SLOW_SECONDS_MAX: u32 = 3_600;
/// Users mentioned by one message; beyond that it means everyone.
pub const MENTIONED_USERS_MAX: usize = 50;
/// Mentions of one user in one room that are counted, the newest: beyond that nobody reads them one by one.
pub const MENTIONS_COUNTED_MAX: usize = 100;
/// Threads of one room that are counted, those of the newest messages: who follows more does not read them all.
pub const THREADS_COUNTED_MAX: usize = 1_000;
/// Messages of one thread that are counted as unread, the newest: as mentions.
pub const THREAD_UNREAD_COUNTED_MAX: usize = 100;
/// Who follows one thread by having a part in it, those who had it first; whoever comes later follows it by hand.
pub const THREAD_FOLLOWERS_MAX: usize = 200;
/// Threads in one page of a list: each one's first message is read from its room.
pub const THREADS_PAGE_MAX: usize = 50;
/// Threads for which one user has said whether to follow them.
pub const FOLLOWS_MAX: usize = 1_000;
/// Threads of which it is kept how far one user has read them.
pub const THREADS_READ_MAX: usize = 1_000;
/// Members of a room in which receipts are told: among more, each message would be followed by a storm of them.
pub const RECEIPTS_MEMBERS_MAX: usize = 50;
/// Messages pinned in one room at a time: what can be looked through, and read in one call.
pub const PINS_PER_ROOM_MAX: usize = 50;
/// Edits of one message that are told, the newest: what can be looked through, and read in one call.
pub const EDITS_SHOWN_MAX: usize = 50;
/// Files that come with one message: more want a message each, or an archive.
pub const ATTACHMENTS_MAX: usize = 10;
/// A file's name, in characters.
pub const FILE_NAME_CHARS_MAX: usize = 100;
/// What is to be seen in an attachment, in characters: two sentences.
pub const ALT_CHARS_MAX: usize = 200;
/// A picture in very small, in bytes as it stands in the message.
pub const PREVIEW_BYTES_MAX: usize = 1024;
/// A part of an upload, in bytes: each but the last has so many.
pub const CHUNK_BYTES: usize = 1024 * 1024;
/// Uploads of one user that no message refers to yet.
pub const UPLOADS_MAX: usize = 50;
/// The file from which an avatar is made, in bytes.
pub const AVATAR_BYTES_MAX: usize = 8 * 1024 * 1024;
/// A client's id of a send, in bytes: room for a UUID with a prefix, or an `Idempotency-Key`.
pub const SEND_ID_BYTES_MAX: usize = 64;
/// A device's id, in bytes.
pub const DEVICE_ID_BYTES_MAX: usize = 64;
/// A reaction, in bytes: the longest emoji sequences of Unicode have 35.
pub const EMOJI_BYTES_MAX: usize = 64;
/// Different emoji on one message: more are not looked at, and each is shown to everybody.
pub const REACTION_KINDS_MAX: usize = 50;
/// Rooms of one user: what one `hello` can resume.
pub const ROOMS_PER_USER_MAX: usize = 500;
/// Members of one room.
pub const MEMBERS_PER_ROOM_MAX: usize = 100_000;
/// Members of a group: what still fits on a line as its name, and more want a room with one.
pub const GROUP_DIRECT_MEMBERS_MAX: usize = 20;
/// What is one user's own, all together, in bytes as it is kept: what one record takes without being slow to write.
pub const OWN_BYTES_MAX: usize = 128 * 1024;
/// Drafts of one user, those of threads included: nobody has begun more than they come back to.
pub const DRAFTS_MAX: usize = 50;
/// Saved messages of one user.
pub const SAVED_MAX: usize = 500;
/// Saved messages in one page: each is read from its room.
pub const SAVED_PAGE_MAX: usize = 50;
/// Messages that one user has hidden in one room.
pub const HIDDEN_PER_ROOM_MAX: usize = 100;
/// Messages that one user has hidden in all rooms.
pub const HIDDEN_MAX: usize = 500;
/// People whom one user has blocked.
pub const BLOCKED_MAX: usize = 200;
/// Messages of one user that are to be sent later, those that could not be sent among them.
pub const SCHEDULED_MAX: usize = 100;
/// How far ahead a message is scheduled at least, in milliseconds: whoever is to send it has seen it by then.
pub const SCHEDULED_AHEAD_MS_MIN: u64 = 60_000;
/// How far ahead a message is scheduled at most, in milliseconds: a year, also a leap one.
pub const SCHEDULED_AHEAD_MS_MAX: u64 = 366 * 24 * 60 * 60 * 1_000;
/// A time zone's name, in bytes: the longest of the time zone database has 32.
pub const ZONE_BYTES_MAX: usize = 64;
/// Hits of one room in one page of a search.
pub const SEARCH_HITS_MAX: usize = 50;
/// Events in one page of history.
pub const PAGE_EVENTS_MAX: usize = 200;
/// Events in a page whose `limit` is absent.
pub const PAGE_EVENTS_DEFAULT: usize = 50;
/// Events in one `events` frame: a longer run is sent as several frames.
pub const RUN_EVENTS_MAX: usize = 200;
/// Events that a resume replays per room; a reader further behind is told a gap and gets the newest page.
pub const RESUME_EVENTS_MAX: u64 = 1_000;
/// Events that an append looks back over for de-duplication; a resend whose `after` lies further back is "too old".
pub const SCAN_EVENTS_MAX: u64 = 10_000;
/// People whose presence one connection can watch.
pub const WATCHED_USERS_MAX: usize = 100;
/// People whose profiles one call reads.
pub const PROFILES_MAX: usize = 100;
/// Requests of one connection under way at once; the server reads on when one of them is done.
pub const REQUESTS_IN_FLIGHT_MAX: usize = 16;
/// Frames that one connection's outbox may hold, in bytes; beyond it the socket closes with `slow`.
pub const OUTBOX_BYTES_MAX: usize = 1024 * 1024;
/// Messages in the specification's own frames: `msg`, in characters.
pub const SEED_MSG_CHARS_MAX: usize = 1000;
/// How long a typing notice lives without another, in milliseconds.
pub const TYPING_MS: u64 = 4_000;
/// The server's ping, in milliseconds: well inside the time-outs of proxies (Nginx's default is 60 s).
pub const PING_INTERVAL_MS: u64 = 25_000;
