//! Every statement that this adapter sends while serving, prepared once at the start.
//!
//! Promises: no `SELECT *`, no bound null in a write, plain writes only with a timestamp of ours (but for
//! `user_rooms`, which has no cells), and each statement goes with the profile of its kind.

use hearth_core::port::{ClaimSpace, Freshness, RecordKind};
use scylla::{
    client::{execution_profile::ExecutionProfileHandle, session::Session},
    errors::PrepareError,
    statement::{Statement, prepared::PreparedStatement},
};

use super::routing::Profiles;

/// A read at either freshness.
pub(super) struct Read {
    quorum: PreparedStatement,
    serial: PreparedStatement,
}

/// Events in one answer: of the longest texts, escaped at the worst, 12 MiB.
const ROWS_PAGE: i32 = 128;

impl Read {
    fn in_pages_of(mut self, rows: i32) -> Self {
        self.quorum.set_page_size(rows);
        self.serial.set_page_size(rows);
        self
    }

    pub(super) fn at(&self, freshness: Freshness) -> &PreparedStatement {
        match freshness {
            Freshness::Quorum => &self.quorum,
            Freshness::Serial => &self.serial,
        }
    }
}

/// The statements about records of one kind.
pub(super) struct RecordStatements {
    pub(super) read: Read,
    pub(super) first: PreparedStatement,
    pub(super) after: PreparedStatement,
    pub(super) create: PreparedStatement,
    pub(super) replace: PreparedStatement,
    pub(super) remove: PreparedStatement,
}

/// The statements about claims of names of one space.
pub(super) struct ClaimStatements {
    pub(super) read: PreparedStatement,
    pub(super) claim: PreparedStatement,
    pub(super) confirm: PreparedStatement,
    pub(super) first: PreparedStatement,
    pub(super) after: PreparedStatement,
}

/// All of them.
pub(super) struct Statements {
    pub(super) begin_bucket: PreparedStatement,
    pub(super) move_head: PreparedStatement,
    pub(super) insert_event: PreparedStatement,
    pub(super) erase_body: PreparedStatement,
    pub(super) bucket_head: Read,
    pub(super) rows: Read,

    pub(super) room_cell: PreparedStatement,
    pub(super) put_room_cell: PreparedStatement,
    pub(super) projected: PreparedStatement,
    pub(super) put_projected: PreparedStatement,
    pub(super) member_cells: PreparedStatement,
    pub(super) put_member_cell: PreparedStatement,
    pub(super) spoke_cells: PreparedStatement,
    pub(super) put_spoke_cell: PreparedStatement,
    pub(super) mention_cells: PreparedStatement,
    pub(super) put_mentions_cell: PreparedStatement,
    pub(super) thread_cells: PreparedStatement,
    pub(super) put_thread_cell: PreparedStatement,
    pub(super) thread_first: PreparedStatement,
    pub(super) thread_last: PreparedStatement,
    pub(super) put_in_thread: PreparedStatement,
    pub(super) message_cells: PreparedStatement,
    pub(super) edit_cells: PreparedStatement,
    pub(super) put_edit_cell: PreparedStatement,
    pub(super) put_text_cell: PreparedStatement,
    /// What nobody may do (rule 27): for a seeded bug.
    #[cfg(feature = "mutants")]
    pub(super) remove_text_cell: PreparedStatement,
    pub(super) put_reaction_cell: PreparedStatement,

    pub(super) listed: PreparedStatement,
    pub(super) put_listed: PreparedStatement,
    pub(super) remove_listed: PreparedStatement,

    pub(super) index_rows: PreparedStatement,
    pub(super) put_index: PreparedStatement,

    pub(super) put_room_of: PreparedStatement,
    pub(super) rooms_of: PreparedStatement,
    pub(super) mark: PreparedStatement,
    pub(super) marks: PreparedStatement,
    pub(super) put_mark: PreparedStatement,

    accounts: RecordStatements,
    sessions: RecordStatements,
    logins: RecordStatements,
    own: RecordStatements,
    room_invitation: RecordStatements,
    room_invitations: RecordStatements,
    files: RecordStatements,
    file_ledgers: RecordStatements,
    webhook_in: RecordStatements,
    room_webhooks: RecordStatements,
    webhook_out: RecordStatements,
    settings: RecordStatements,
    due: RecordStatements,
    push: RecordStatements,
    push_users: RecordStatements,
    pushed: RecordStatements,
    requests: RecordStatements,
    users: ClaimStatements,
    looks: ClaimStatements,
    rooms: ClaimStatements,
}

impl Statements {
    /// Prepares all. Fails where the keyspace's tables are not of this schema.
    pub(super) async fn prepare(
        session: &Session,
        profiles: &Profiles,
    ) -> Result<Self, PrepareError> {
        let p = Preparing { session, profiles };
        Ok(Self {
            begin_bucket: p
                .conditional(
                    "UPDATE events SET head = ?, head_ordinal = ? WHERE room = ? AND bucket = ? \
                     IF head = null AND head_ordinal = null",
                )
                .await?,
            move_head: p
                .conditional(
                    "UPDATE events SET head = ?, head_ordinal = ? WHERE room = ? AND bucket = ? \
                     IF head = ? AND head_ordinal = ?",
                )
                .await?,
            insert_event: p
                .conditional(
                    "INSERT INTO events \
                     (room, bucket, seq, ordinal, at_ms, sender, name, id, device, n, body) \
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .await?,
            erase_body: p
                .conditional(
                    "UPDATE events SET body = ? WHERE room = ? AND bucket = ? AND seq = ?",
                )
                .await?,
            bucket_head: p
                .both(
                    "SELECT DISTINCT head, head_ordinal FROM events WHERE room = ? AND bucket = ?",
                )
                .await?,
            rows: p
                .both(
                    "SELECT head, head_ordinal, seq, ordinal, at_ms, sender, name, id, device, n, body \
                     FROM events WHERE room = ? AND bucket = ? AND seq >= ? AND seq <= ? LIMIT ?",
                )
                .await?
                .in_pages_of(ROWS_PAGE),

            room_cell: p
                .read(
                    "SELECT seq, name, kind, topic, members, settings FROM room_state WHERE room = ?",
                )
                .await?,
            put_room_cell: p
                .write(
                    "INSERT INTO room_state (room, seq, name, kind, topic, members, settings) \
                     VALUES (?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?",
                )
                .await?,
            projected: p
                .read("SELECT whole_seq, whole_ordinal FROM room_state WHERE room = ?")
                .await?,
            put_projected: p
                .write(
                    "INSERT INTO room_state (room, whole_seq, whole_ordinal) VALUES (?, ?, ?) \
                     USING TIMESTAMP ?",
                )
                .await?,
            member_cells: p
                .read(
                    "SELECT user, seq, username, room_name, role, ban, entered FROM room_members \
                     WHERE room = ? AND user > ? LIMIT ?",
                )
                .await?,
            put_member_cell: p
                .write(
                    "INSERT INTO room_members (room, user, seq, username, room_name, role, ban, entered) \
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?",
                )
                .await?,
            spoke_cells: p
                .read(
                    "SELECT user, seq, at_ms FROM room_spoke WHERE room = ? AND user > ? LIMIT ?",
                )
                .await?,
            put_spoke_cell: p
                .write(
                    "INSERT INTO room_spoke (room, user, seq, at_ms) VALUES (?, ?, ?, ?) \
                     USING TIMESTAMP ?",
                )
                .await?,
            mention_cells: p
                .read(
                    "SELECT user, seq, newest FROM room_mentions WHERE room = ? AND user > ? LIMIT ?",
                )
                .await?,
            put_mentions_cell: p
                .write(
                    "INSERT INTO room_mentions (room, user, seq, newest) VALUES (?, ?, ?, ?) \
                     USING TIMESTAMP ?",
                )
                .await?,
            thread_cells: p
                .read(
                    "SELECT root, seq, counts FROM room_threads WHERE room = ? AND root < ? \
                     ORDER BY root DESC LIMIT ?",
                )
                .await?,
            put_thread_cell: p
                .write(
                    "INSERT INTO room_threads (room, root, seq, counts) VALUES (?, ?, ?, ?) \
                     USING TIMESTAMP ?",
                )
                .await?,
            thread_first: p
                .read(
                    "SELECT seq FROM thread_messages \
                     WHERE room = ? AND root = ? AND seq >= ? AND seq <= ? LIMIT ?",
                )
                .await?,
            thread_last: p
                .read(
                    "SELECT seq FROM thread_messages \
                     WHERE room = ? AND root = ? AND seq >= ? AND seq <= ? ORDER BY seq DESC LIMIT ?",
                )
                .await?,
            put_in_thread: p
                .write(
                    "INSERT INTO thread_messages (room, root, seq) VALUES (?, ?, ?) USING TIMESTAMP ?",
                )
                .await?,
            message_cells: p
                .read(
                    "SELECT target, emoji, user, seq, text, standing, edited_ms, WRITETIME(edited_ms) \
                     FROM message_cells \
                     WHERE room = ? AND bucket = ? AND target >= ? AND target <= ?",
                )
                .await?,
            edit_cells: p
                .read(
                    "SELECT seq FROM message_edits \
                     WHERE room = ? AND bucket = ? AND target = ? AND seq < ? LIMIT ?",
                )
                .await?,
            put_edit_cell: p
                .write(
                    "INSERT INTO message_edits (room, bucket, target, seq) VALUES (?, ?, ?, ?) \
                     USING TIMESTAMP ?",
                )
                .await?,
            put_text_cell: p
                .write(
                    "INSERT INTO message_cells (room, bucket, target, emoji, user, seq, text, standing, edited_ms) \
                     VALUES (?, ?, ?, '', '', ?, ?, ?, ?) USING TIMESTAMP ?",
                )
                .await?,
            #[cfg(feature = "mutants")]
            remove_text_cell: p
                .write(
                    "DELETE FROM message_cells USING TIMESTAMP ? \
                     WHERE room = ? AND bucket = ? AND target = ? AND emoji = '' AND user = ''",
                )
                .await?,
            put_reaction_cell: p
                .write(
                    "INSERT INTO message_cells (room, bucket, target, emoji, user, seq, standing) \
                     VALUES (?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?",
                )
                .await?,

            listed: p
                .read(
                    "SELECT word, room FROM directory WHERE shelf = ? \
                     AND (word, room) > (?, ?) AND (word, room) < (?, ?) LIMIT ?",
                )
                .await?,
            put_listed: p
                .write(
                    "INSERT INTO directory (shelf, word, room) VALUES (?, ?, ?) USING TIMESTAMP ?",
                )
                .await?,
            remove_listed: p
                .write(
                    "DELETE FROM directory USING TIMESTAMP ? \
                     WHERE shelf = ? AND word = ? AND room = ?",
                )
                .await?,

            index_rows: p
                .read(
                    "SELECT segment, words FROM search_index WHERE room = ? AND block = ? \
                     AND shard = ? AND segment >= ? AND segment <= ?",
                )
                .await?,
            put_index: p
                .write(
                    "INSERT INTO search_index (room, block, shard, segment, seq, words) \
                     VALUES (?, ?, ?, ?, ?, ?) USING TIMESTAMP ?",
                )
                .await?,

            put_room_of: p
                .write("INSERT INTO user_rooms (user, room) VALUES (?, ?)")
                .await?,
            rooms_of: p
                .read("SELECT room FROM user_rooms WHERE user = ? AND room > ? LIMIT ?")
                .await?,
            mark: p
                .read("SELECT revision, seq, ordinal FROM marks WHERE user = ? AND room = ?")
                .await?,
            marks: p
                .read("SELECT room, revision, seq, ordinal FROM marks WHERE user = ? LIMIT ?")
                .await?,
            put_mark: p
                .write(
                    "INSERT INTO marks (user, room, revision, seq, ordinal) VALUES (?, ?, ?, ?, ?) \
                     USING TIMESTAMP ?",
                )
                .await?,

            accounts: p.records("record_account").await?,
            sessions: p.records("record_session").await?,
            logins: p.records("record_logins").await?,
            own: p.records("record_own").await?,
            room_invitation: p.records("record_room_invitation").await?,
            room_invitations: p.records("record_room_invitations").await?,
            files: p.records("record_file").await?,
            file_ledgers: p.records("record_file_ledger").await?,
            webhook_in: p.records("record_webhook_in").await?,
            room_webhooks: p.records("record_room_webhooks").await?,
            webhook_out: p.records("record_webhook_out").await?,
            settings: p.records("record_setting").await?,
            due: p.records("record_due").await?,
            push: p.records("record_push").await?,
            push_users: p.records("record_push_users").await?,
            pushed: p.records("record_pushed").await?,
            requests: p.records("record_requests").await?,
            users: p.claims("users", "username").await?,
            looks: p.claims("user_looks", "look").await?,
            rooms: p.claims("room", "room_name").await?,
        })
    }

    pub(super) fn records(&self, kind: RecordKind) -> &RecordStatements {
        match kind {
            RecordKind::Account => &self.accounts,
            RecordKind::Session => &self.sessions,
            RecordKind::Logins => &self.logins,
            RecordKind::Own => &self.own,
            RecordKind::RoomInvitation => &self.room_invitation,
            RecordKind::RoomInvitations => &self.room_invitations,
            RecordKind::File => &self.files,
            RecordKind::FileLedger => &self.file_ledgers,
            RecordKind::WebhookIn => &self.webhook_in,
            RecordKind::RoomWebhooks => &self.room_webhooks,
            RecordKind::WebhookOut => &self.webhook_out,
            RecordKind::Setting => &self.settings,
            RecordKind::Due => &self.due,
            RecordKind::Push => &self.push,
            RecordKind::PushUsers => &self.push_users,
            RecordKind::Pushed => &self.pushed,
            RecordKind::Requests => &self.requests,
        }
    }

    pub(super) fn claims(&self, space: ClaimSpace) -> &ClaimStatements {
        match space {
            ClaimSpace::User => &self.users,
            ClaimSpace::Look => &self.looks,
            ClaimSpace::Room => &self.rooms,
        }
    }
}

struct Preparing<'a> {
    session: &'a Session,
    profiles: &'a Profiles,
}

impl Preparing<'_> {
    async fn prepare(
        &self,
        text: &str,
        profile: &ExecutionProfileHandle,
        may_repeat: bool,
    ) -> Result<PreparedStatement, PrepareError> {
        let mut statement = self.session.prepare(Statement::new(text)).await?;
        statement.set_execution_profile_handle(Some(profile.clone()));
        statement.set_is_idempotent(may_repeat);
        Ok(statement)
    }

    async fn read(&self, text: &str) -> Result<PreparedStatement, PrepareError> {
        self.prepare(text, &self.profiles.read, true).await
    }

    async fn both(&self, text: &str) -> Result<Read, PrepareError> {
        Ok(Read {
            quorum: self.read(text).await?,
            serial: self.prepare(text, &self.profiles.serial, true).await?,
        })
    }

    async fn write(&self, text: &str) -> Result<PreparedStatement, PrepareError> {
        self.prepare(text, &self.profiles.write, true).await
    }

    async fn conditional(&self, text: &str) -> Result<PreparedStatement, PrepareError> {
        self.prepare(text, &self.profiles.conditional, false).await
    }

    async fn records(&self, table: &str) -> Result<RecordStatements, PrepareError> {
        let columns = "SELECT key, version, value, write FROM";
        Ok(RecordStatements {
            read: self
                .both(&format!("{columns} {table} WHERE key = ?"))
                .await?,
            first: self.read(&format!("{columns} {table} LIMIT ?")).await?,
            after: self
                .read(&format!(
                    "{columns} {table} WHERE token(key) > token(?) LIMIT ?"
                ))
                .await?,
            create: self
                .conditional(&format!(
                    "UPDATE {table} SET version = ?, value = ?, write = ? WHERE key = ? IF version = null"
                ))
                .await?,
            replace: self
                .conditional(&format!(
                    "UPDATE {table} SET version = ?, value = ?, write = ? WHERE key = ? IF version = ?"
                ))
                .await?,
            remove: self
                .conditional(&format!("DELETE FROM {table} WHERE key = ? IF version = ?"))
                .await?,
        })
    }

    async fn claims(&self, table: &str, key: &str) -> Result<ClaimStatements, PrepareError> {
        let columns = format!("SELECT {key}, id, name, confirmed");
        Ok(ClaimStatements {
            read: self
                .read(&format!(
                    "SELECT id, name, confirmed FROM {table} WHERE {key} = ?"
                ))
                .await?,
            claim: self
                .conditional(&format!(
                    "INSERT INTO {table} ({key}, id, name, confirmed) VALUES (?, ?, ?, false) IF NOT EXISTS"
                ))
                .await?,
            confirm: self
                .conditional(&format!(
                    "UPDATE {table} SET confirmed = true WHERE {key} = ? IF id = ?"
                ))
                .await?,
            first: self
                .read(&format!("{columns} FROM {table} LIMIT ?"))
                .await?,
            after: self
                .read(&format!(
                    "{columns} FROM {table} WHERE token({key}) > token(?) LIMIT ?"
                ))
                .await?,
        })
    }
}
