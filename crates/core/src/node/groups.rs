//! Groups: rooms of a few people, without a name. Whoever makes one names the others; each of them may bring in more.

use std::collections::BTreeMap;

use hearth_protocol::{
    Body, ErrorCode, RoomId, RoomKind, RoomSnapshot, SendId, Seq, User, UserId,
    bounds::GROUP_DIRECT_MEMBERS_MAX,
};

use super::{
    Node,
    accounts::derived_id,
    chat::{deactivated, rooms_full, their_rooms_full},
};
use crate::refusal::Refusal;

impl Node {
    /// Makes a group with these people, by name or id. The same user and id again: the same group. Another id makes
    /// another one, also with the same people.
    ///
    /// # Errors
    /// Fewer than two others, or more than fit; somebody whom there is not; somebody's rooms are full, or they have
    /// blocked who asks; or the store is away: then the same again tells.
    pub async fn make_group(
        &self,
        by: &User,
        id: SendId,
        users: &[String],
    ) -> Result<(RoomSnapshot, Seq), Refusal> {
        if users.len() > GROUP_DIRECT_MEMBERS_MAX {
            return Err(too_many());
        }
        let mut others: BTreeMap<UserId, String> = BTreeMap::new();
        let mut blocking = Vec::new();
        for named in users {
            let Some(account) = self.account(named.trim()).await? else {
                return Err(Refusal::new(
                    ErrorCode::NotFound,
                    format!("There is no user \u{2018}{}\u{2019}.", named.trim()),
                ));
            };
            if account.deactivated {
                return Err(deactivated());
            }
            if account.blocks {
                blocking.push(account.id);
            }
            others.insert(account.id, account.name);
        }
        others.remove(&by.id);
        if others.len() < 2 {
            let text = "A group has three people at least: name two others. For one other open a direct room.";
            return Err(Refusal::new(ErrorCode::BadRequest, text));
        }
        if others.len() >= GROUP_DIRECT_MEMBERS_MAX {
            return Err(too_many());
        }
        let room = RoomId(derived_id(&[
            b"group",
            by.id.0.as_bytes(),
            id.as_str().as_bytes(),
        ]));
        if !self.one_more_fits(by.id, Some(room)).await? {
            return Err(rooms_full());
        }
        for user in others.keys() {
            // One answer for both: nobody is told that they are blocked.
            if !self.one_more_fits(*user, Some(room)).await?
                || blocking.contains(user) && self.has_blocked(*user, by.id).await?
            {
                return Err(their_rooms_full());
            }
        }
        let body = Body::Create {
            title: String::new(),
            room_kind: RoomKind::Group,
            with: others.into_iter().collect(),
        };
        self.submit(self.own_send(by, id, body), room).await?;
        self.room_of(by, room, Seq(1)).await
    }
}

fn too_many() -> Refusal {
    let text = format!(
        "A group has at most {GROUP_DIRECT_MEMBERS_MAX} people. Make a private room for more."
    );
    Refusal::new(ErrorCode::TooLarge, text)
}
