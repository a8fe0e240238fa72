//! Profiles of many at once, and the word that one has changed.
//!
//! A change is told with the beats of the node where it was made, for some seconds, so that one lost beat loses nothing.
//! Each node keeps the versions that it has heard of and tells them with presence (`presence.rs`). Nothing rests on it: who
//! was told of nothing reads what they show when they connect again. It must not know what a profile says.

use std::collections::{BTreeMap, BTreeSet};

use hearth_protocol::{ErrorCode, ProfileVersion, UserId, bounds::PROFILES_MAX};

use super::{
    Account, Lane, Node,
    accounts::{derived_id, parse},
    lock,
};
use crate::{port::RecordKind, profile::Profile, refusal::Refusal};

/// Changes are told in beats for this long: three of them.
const TOLD_MS: u64 = 3_200;
/// Changes in one beat; more wait for the next ones.
const TOLD_MAX: usize = 100;
/// Changes that wait to be told. Of more at once, as of a program that goes through all accounts, the further ones are told
/// on this node alone.
const WAITING_MAX: usize = 1_000;
/// Versions that are kept, at least those heard last; never more than twice as many.
const HEARD_MAX: usize = 10_000;

/// What a node knows of versions.
#[derive(Default)]
pub(super) struct Profiles {
    /// Heard since the last time that there were too many, and before.
    heard: BTreeMap<UserId, ProfileVersion>,
    before: BTreeMap<UserId, ProfileVersion>,
    /// Changed on this node, and since when that is told in beats; `None`: in none yet.
    told: BTreeMap<UserId, (ProfileVersion, Option<u64>)>,
}

impl Profiles {
    /// The version that was heard last, if it is kept.
    pub(super) fn version(&self, user: UserId) -> Option<ProfileVersion> {
        let heard = self.heard.get(&user).or_else(|| self.before.get(&user));
        heard.copied()
    }

    /// Somebody's profile is of this version by now.
    pub(super) fn hear(&mut self, user: UserId, version: ProfileVersion) {
        if self.heard.len() >= HEARD_MAX && !self.heard.contains_key(&user) {
            self.before = std::mem::take(&mut self.heard);
        }
        self.heard.insert(user, version);
    }

    /// It was read so. Of whom nothing was heard nothing is kept.
    fn read(&mut self, user: UserId, version: ProfileVersion) {
        // Changed here a moment ago: the reading may have begun before.
        if self.told.contains_key(&user) {
            return;
        }
        if self.version(user).is_some_and(|heard| heard != version) {
            self.hear(user, version);
        }
    }

    fn change(&mut self, user: UserId, version: ProfileVersion) {
        self.hear(user, version);
        if self.told.len() < WAITING_MAX || self.told.contains_key(&user) {
            self.told.insert(user, (version, None));
        }
    }

    /// What the next beat tells.
    pub(super) fn beat(&mut self, now_ms: u64) -> Vec<(UserId, ProfileVersion)> {
        let is_over = |since_ms: u64| now_ms.saturating_sub(since_ms) >= TOLD_MS;
        self.told
            .retain(|_, (_, since)| !since.is_some_and(is_over));
        // Those that are being told first: what has begun ends in time.
        let mut turn: Vec<_> = self.told.iter_mut().collect();
        turn.sort_by_key(|(_, (_, since))| since.unwrap_or(u64::MAX));
        let tell = |(user, (version, since)): (&UserId, &mut (ProfileVersion, Option<u64>))| {
            since.get_or_insert(now_ms);
            (*user, *version)
        };
        turn.into_iter().take(TOLD_MAX).map(tell).collect()
    }
}

impl Account {
    /// The version of what others see of it.
    pub fn profile_version(&self) -> ProfileVersion {
        let Profile {
            status_text,
            status_emoji,
            zone,
            language,
        } = &self.profile;
        let avatar = self.avatar.map(|avatar| avatar.0.into_bytes());
        let id = derived_id(&[
            self.name.as_bytes(),
            self.display.as_bytes(),
            status_text.as_bytes(),
            status_emoji.as_bytes(),
            zone.as_bytes(),
            language.as_bytes(),
            avatar.as_ref().map_or(&[], |avatar| &avatar[..]),
        ]);
        let [a, b, c, d, ..] = id.into_bytes();
        let version = ProfileVersion(u32::from_be_bytes([a, b, c, d]));
        match version {
            ProfileVersion::NOBODY => ProfileVersion(1),
            version => version,
        }
    }
}

impl Node {
    /// The accounts of these users, each once, without those that there are not (any more).
    ///
    /// # Errors
    /// Too many, or the store is away.
    pub async fn profiles(&self, users: &[UserId]) -> Result<Vec<Account>, Refusal> {
        if users.len() > PROFILES_MAX {
            let text = format!("At most {PROFILES_MAX} people are read at once.");
            return Err(Refusal::new(ErrorCode::BadRequest, text));
        }
        self.pressure().admit(Lane::History)?;
        let users: BTreeSet<_> = users.iter().collect();
        let keys: Vec<_> = users.into_iter().map(UserId::to_string).collect();
        let records = self.0.store.records_by_key(RecordKind::Account, &keys);
        let records = records.await.map_err(|error| self.refused(error))?;
        let gone = keys.iter().zip(&records);
        let gone = gone.filter(|(_, record)| record.is_none());
        let gone: Vec<UserId> = gone.filter_map(|(key, _)| key.parse().ok()).collect();
        let accounts = records.into_iter().flatten();
        let accounts: Result<Vec<Account>, _> =
            accounts.map(|record| parse(&record.value)).collect();
        let accounts = accounts?;
        let mut profiles = lock(&self.0.profiles);
        for account in &accounts {
            profiles.read(account.id, account.profile_version());
        }
        for user in gone {
            profiles.read(user, ProfileVersion::NOBODY);
        }
        Ok(accounts)
    }

    /// What somebody shows has changed on this node.
    pub(super) fn profile_changed(&self, user: UserId, version: ProfileVersion) {
        lock(&self.0.profiles).change(user, version);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn user(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    const V: ProfileVersion = ProfileVersion(7);

    #[test]
    fn each_change_is_in_three_beats_however_many_there_are() {
        let mut profiles = Profiles::default();
        for n in 0..250 {
            profiles.change(user(n), V);
        }
        let mut times = BTreeMap::<UserId, usize>::new();
        for beat in 0..20 {
            let told = profiles.beat(beat * 1_000);
            assert!(told.len() <= TOLD_MAX, "{}", told.len());
            for (user, _) in told {
                *times.entry(user).or_default() += 1;
            }
        }
        assert_eq!(times.len(), 250);
        assert!(times.values().all(|times| *times >= 3), "{times:?}");
        assert!(profiles.told.is_empty());
    }

    #[test]
    fn what_changes_again_is_told_again_and_what_waits_and_is_kept_is_bounded() {
        let mut profiles = Profiles::default();
        profiles.change(user(1), V);
        assert_eq!(profiles.beat(0), [(user(1), V)]);
        let later = ProfileVersion(8);
        profiles.change(user(1), later);
        assert_eq!(profiles.beat(4_000), [(user(1), later)]);
        for n in 0..3 * HEARD_MAX as u128 {
            profiles.change(user(n), V);
        }
        assert_eq!(profiles.told.len(), WAITING_MAX);
        assert!(profiles.heard.len() + profiles.before.len() <= 2 * HEARD_MAX);
        assert_eq!(profiles.version(user(3 * HEARD_MAX as u128 - 1)), Some(V));
        assert_eq!(profiles.version(user(2)), None, "heard too long ago");
    }

    #[test]
    fn what_is_read_is_truer_than_what_was_heard() {
        let mut profiles = Profiles::default();
        profiles.read(user(1), V);
        assert_eq!(profiles.version(user(1)), None, "nothing was heard of them");
        profiles.hear(user(1), V);
        profiles.read(user(1), ProfileVersion(8));
        assert_eq!(profiles.version(user(1)), Some(ProfileVersion(8)));
    }
}
