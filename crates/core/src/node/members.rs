//! Members by their names.
//!
//! A room has all its members in memory, in the order of their ids, and no index of names. So whoever looks for one looks
//! through them, a bounded number for each request, and says where to go on.

use hearth_protocol::{ErrorCode, Member, RoomId, User, UserId, bounds::PAGE_EVENTS_MAX};
use tokio::sync::oneshot;

use super::{Lane, Node, chat::answered, directory::SOUGHT_CHARS_MAX, room_task::Command};
use crate::{refusal::Refusal, words};

/// Members looked at in one turn of the room: some milliseconds, in which nobody else is served there.
const LOOK_MAX: usize = 1_000;
/// Turns for one request.
const TURNS_MAX: usize = 10;

impl Node {
    /// A page of a room's members whose names have words that begin so, by id, and where the next begins. It may have
    /// fewer than asked for, or none, though there are more: of a large room a request looks at a part.
    ///
    /// # Errors
    /// Not a member, what is looked for is too long, or the store is away.
    pub async fn find_members(
        &self,
        by: &User,
        room: RoomId,
        sought: &str,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<(Vec<Member>, Option<UserId>), Refusal> {
        self.pressure().admit(Lane::History)?;
        self.member_view(by.id, room).await?;
        if sought.chars().count() > SOUGHT_CHARS_MAX {
            let text = format!("At most {SOUGHT_CHARS_MAX} characters can be looked for.");
            return Err(Refusal::new(ErrorCode::TooLarge, text));
        }
        let sought = words::sought(sought);
        if sought.is_empty() {
            return Ok((Vec::new(), None));
        }
        let limit = limit.clamp(1, PAGE_EVENTS_MAX);
        let (mut found, mut after) = (Vec::new(), after);
        for _ in 0..TURNS_MAX {
            let (reply, answer) = oneshot::channel();
            let command = Command::FindMembers {
                sought: sought.clone(),
                after,
                limit: limit - found.len(),
                look: LOOK_MAX,
                reply,
            };
            self.command(room, command).await?;
            let (more, next) = answered(answer).await?;
            found.extend(more);
            after = next;
            if after.is_none() || found.len() == limit {
                break;
            }
        }
        Ok((found, after))
    }
}
