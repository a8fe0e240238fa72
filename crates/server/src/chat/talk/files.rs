//! Files of messages, as the person asks for them.

use hearth_core::files::file_name;
use hearth_protocol::{
    RoomId, Seq,
    client::{Client, RoomLog},
};

use super::{AvatarOf, Call, Talk};

impl Talk {
    /// Keeps somebody's picture, or the room's.
    pub(super) fn save_avatar(
        &mut self,
        client: &Client,
        room: RoomId,
        of: Option<String>,
        file: String,
    ) {
        let snapshot = client.room(room).and_then(RoomLog::snapshot);
        let of = match of {
            Some(name) => Some(AvatarOf::User(name)),
            None => snapshot.and_then(|s| s.avatar).map(AvatarOf::File),
        };
        match of {
            Some(of) => self.calls.push(Call::SaveAvatar { of, file }),
            None => self.note("This room has no picture. /room-avatar FILE gives it one."),
        }
    }

    /// Keeps the files of a message: under their own names, or the only one under this.
    pub(super) fn save_files(
        &mut self,
        client: &Client,
        room: RoomId,
        seq: Seq,
        name: Option<String>,
    ) {
        let event = client
            .room(room)
            .and_then(|log: &RoomLog| log.events().find(|event| event.seq == seq));
        let files = event.map_or(&[][..], |event| event.body.attachments());
        if files.is_empty() {
            return self.alarm(&format!(
                "#{seq} has no file, or is not here. /history shows more."
            ));
        }
        if name.is_some() && files.len() > 1 {
            let many = files.len();
            return self.alarm(&format!(
                "#{seq} has {many} files: /save-file {seq} keeps each under its own name."
            ));
        }
        let files = files.iter().map(|file| {
            // What a server says is no path.
            let own = || file_name(&file.name);
            (file.id, name.clone().unwrap_or_else(own))
        });
        self.calls.push(Call::SaveFiles(files.collect()));
    }
}
