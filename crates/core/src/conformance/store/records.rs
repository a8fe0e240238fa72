//! Records and claims: compare-and-set, and names that have one holder.

use std::collections::HashMap;

use futures_util::future::join_all;
use hearth_protocol::bounds;
use uuid::Uuid;

use super::kit::{Kit, fresh, pause};
use crate::port::{Claim, ClaimSpace, Record, RecordKind, Store, StoreError, Version, Written};

fn record(version: u64, value: &str) -> Record {
    Record {
        version: Version(version),
        value: value.to_owned(),
    }
}

/// A page of a kind. A listing asks all parts of the store, so it may be `Away` while one of them has just died.
async fn listed(
    store: &dyn Store,
    kind: RecordKind,
    after: Option<&str>,
    limit: usize,
) -> Vec<(String, Record)> {
    for _ in 0..60 {
        match store.records(kind, after, limit).await {
            Err(StoreError::Away(_)) => pause(500).await,
            page => return page.expect("a page"),
        }
    }
    panic!("records are not listed any more");
}

pub(super) async fn a_record_is_made_changed_and_removed_by_version(kit: Kit) {
    let store = kit.store();
    let kind = RecordKind::Account;
    let key = &fresh().to_string();
    let long = format!("\"{}\"", "ü☕".repeat(4000));

    assert_eq!(store.record(kind, key).await.expect("a read"), None);
    let absent = store.put_record(kind, key, Some(Version(1)), "0").await;
    assert_eq!(absent.expect("a write"), Written::Conflict(None));
    let absent = store.remove_record(kind, key, Version(1)).await;
    assert_eq!(absent.expect("a write"), Written::Conflict(None));

    let made = store.put_record(kind, key, None, "{\"a\":1}").await;
    assert_eq!(made.expect("a write"), Written::Done(Version(1)));
    let again = store.put_record(kind, key, None, "{}").await;
    let stands = Written::Conflict(Some(record(1, "{\"a\":1}")));
    assert_eq!(again.expect("a write"), stands);

    let changed = store.put_record(kind, key, Some(Version(1)), &long).await;
    assert_eq!(changed.expect("a write"), Written::Done(Version(2)));
    let stands = Written::Conflict(Some(record(2, &long)));
    for expect in [1, 3] {
        let late = store
            .put_record(kind, key, Some(Version(expect)), "1")
            .await;
        assert_eq!(late.expect("a write"), stands, "expected {expect}");
        let late = store.remove_record(kind, key, Version(expect)).await;
        assert_eq!(late.expect("a write"), stands, "expected {expect}");
    }
    let read = store.record(kind, key).await.expect("a read");
    assert_eq!(read, Some(record(2, &long)));

    let removed = store.remove_record(kind, key, Version(2)).await;
    assert_eq!(removed.expect("a write"), Written::Done(Version(2)));
    assert_eq!(store.record(kind, key).await.expect("a read"), None);
    let gone = store.put_record(kind, key, Some(Version(2)), "1").await;
    assert_eq!(gone.expect("a write"), Written::Conflict(None));
    let anew = store.put_record(kind, key, None, "7").await;
    let Written::Done(version) = anew.expect("a write") else {
        panic!("a removed record could not be made anew");
    };
    let read = store.record(kind, key).await.expect("a read");
    assert_eq!(read, Some(record(version.0, "7")));
}

/// The largest record that anybody writes: all that is one user's own.
pub(super) async fn the_largest_record_is_kept_whole(kit: Kit) {
    let store = kit.store();
    let kind = RecordKind::Own;
    let key = &fresh().to_string();
    for version in 1..=3 {
        let value = format!(
            "\"{}\"",
            version.to_string().repeat(bounds::OWN_BYTES_MAX - 2)
        );
        let expect = (version > 1).then(|| Version(version - 1));
        let written = store.put_record(kind, key, expect, &value).await;
        assert_eq!(written.expect("a write"), Written::Done(Version(version)));
        let read = store.record(kind, key).await.expect("a read");
        assert_eq!(read, Some(record(version, &value)));
    }
}

pub(super) async fn kinds_and_keys_do_not_touch(kit: Kit) {
    let store = kit.store();
    let key = fresh().to_string();
    let kinds = [
        RecordKind::Account,
        RecordKind::Session,
        RecordKind::Logins,
        RecordKind::Own,
        RecordKind::RoomInvitation,
        RecordKind::RoomInvitations,
        RecordKind::File,
        RecordKind::FileLedger,
        RecordKind::WebhookIn,
        RecordKind::RoomWebhooks,
        RecordKind::WebhookOut,
        RecordKind::Setting,
        RecordKind::Due,
        RecordKind::Push,
        RecordKind::PushUsers,
        RecordKind::Pushed,
        RecordKind::Requests,
    ];
    // A key that is another's beginning is another key.
    let keys = [key.clone(), format!("{key}.ключ"), key[..30].to_owned()];
    for kind in kinds {
        for key in &keys {
            let value = format!("\"{kind:?} {key}\"");
            let made = store.put_record(kind, key, None, &value).await;
            assert_eq!(made.expect("a write"), Written::Done(Version(1)));
        }
    }
    for kind in kinds {
        for key in &keys {
            let read = store.record(kind, key).await.expect("a read");
            let value = format!("\"{kind:?} {key}\"");
            assert_eq!(read, Some(record(1, &value)));
        }
        // Several at once, in the order in which they are asked for, also one that is not there and one twice.
        let asked = [2, 0, 3, 0].map(|n| keys.get(n).unwrap_or(&"none".to_owned()).clone());
        let read = store.records_by_key(kind, &asked).await.expect("reads");
        let there = asked.iter().map(|key| {
            let value = format!("\"{kind:?} {key}\"");
            keys.contains(key).then(|| record(1, &value))
        });
        assert_eq!(read, there.collect::<Vec<_>>());
    }
}

pub(super) async fn of_racing_makers_exactly_one_wins(kit: Kit) {
    for _ in 0..4 {
        let key = fresh().to_string();
        let values: Vec<String> = (0..6).map(|w| format!("\"writer {w}\"")).collect();
        let answers = join_all(values.iter().map(|value| {
            kit.store()
                .put_record(RecordKind::Setting, &key, None, value)
        }))
        .await;
        let stands = kit.store().record(RecordKind::Setting, &key).await;
        let stands = stands.expect("a read").expect("one of them");
        assert_eq!(stands.version, Version(1));
        for (value, answer) in values.iter().zip(answers) {
            match answer {
                Ok(Written::Done(version)) => {
                    assert_eq!(version, Version(1));
                    assert_eq!(*value, stands.value, "two winners");
                }
                Ok(Written::Conflict(seen)) => {
                    assert_eq!(seen, Some(stands.clone()), "what a loser sees");
                    assert_ne!(*value, stands.value, "the winner was told that it lost");
                }
                Err(StoreError::Away(_)) => {}
                Err(StoreError::Failed(why)) => panic!("refused: {why}"),
            }
        }
    }
}

pub(super) async fn racing_changes_are_all_kept(kit: Kit) {
    let key = fresh().to_string();
    let made = kit
        .store()
        .put_record(RecordKind::Setting, &key, None, "")
        .await;
    assert_eq!(made.expect("a write"), Written::Done(Version(1)));
    let writers = (0..4).map(|w| {
        let (kit, key) = (kit.clone(), key.clone());
        tokio::spawn(async move {
            for round in 0..6 {
                add(&kit, &key, &format!("{w}.{round};")).await;
            }
        })
    });
    for writer in join_all(writers).await {
        writer.expect("a writer");
    }
    let last = kit.store().record(RecordKind::Setting, &key).await;
    let last = last.expect("a read").expect("the record");
    assert_eq!(last.version, Version(1 + 4 * 6), "one version per change");
    for w in 0..4 {
        // Each writer's own in their order, each once.
        let own: String = last
            .value
            .split_inclusive(';')
            .filter(|token| token.starts_with(&format!("{w}.")))
            .collect();
        let expected: String = (0..6).map(|r| format!("{w}.{r};")).collect();
        assert_eq!(own, expected);
    }
}

/// Adds a token to the record's value, however often others come first.
async fn add(kit: &Kit, key: &str, token: &str) {
    let kind = RecordKind::Setting;
    for attempt in 0..500 {
        let Ok(Some(now)) = kit.store().record(kind, key).await else {
            pause(attempt).await;
            continue;
        };
        if now.value.contains(token) {
            // An earlier try was answered `Away`, and happened.
            return;
        }
        let value = format!("{}{token}", now.value);
        let version = now.version;
        match kit
            .store()
            .put_record(kind, key, Some(version), &value)
            .await
        {
            Ok(Written::Done(next)) => {
                assert_eq!(next, Version(version.0 + 1));
                return;
            }
            Ok(Written::Conflict(seen)) => {
                let seen = seen.expect("nobody removed it");
                assert!(seen.version > version, "a conflict with nothing newer");
            }
            Err(StoreError::Away(_)) => {}
            Err(StoreError::Failed(why)) => panic!("refused: {why}"),
        }
        pause(attempt).await;
    }
    panic!("{token} starves");
}

pub(super) async fn records_are_listed_in_pages(kit: Kit) {
    let store = kit.store();
    let kind = RecordKind::Session;
    let mut own: HashMap<String, u32> = HashMap::new();
    for i in 0..20 {
        let key = fresh().to_string();
        let made = store.put_record(kind, &key, None, &i.to_string()).await;
        assert_eq!(made.expect("a write"), Written::Done(Version(1)));
        if i % 5 == 0 {
            let removed = store.remove_record(kind, &key, Version(1)).await;
            assert_eq!(removed.expect("a write"), Written::Done(Version(1)));
            own.insert(key, 99);
        } else {
            own.insert(key, 0);
        }
    }
    let elsewhere = fresh().to_string();
    for other in [
        RecordKind::Account,
        RecordKind::Logins,
        RecordKind::Own,
        RecordKind::Setting,
    ] {
        let made = store.put_record(other, &elsewhere, None, "0").await;
        assert_eq!(made.expect("a write"), Written::Done(Version(1)));
    }
    let mut after: Option<String> = None;
    loop {
        let page = listed(store, kind, after.as_deref(), 7).await;
        assert!(page.len() <= 7, "more than the limit");
        let Some((last, _)) = page.last() else { break };
        assert_ne!(after.as_ref(), Some(last), "a page came twice");
        after = Some(last.clone());
        for (key, found) in page {
            assert_ne!(key, elsewhere, "of another kind");
            if let Some(times) = own.get_mut(&key) {
                *times += 1;
                let alone = store.record(kind, &key).await.expect("a read");
                assert_eq!(alone, Some(found), "listed and read differ");
            }
        }
    }
    for (key, times) in own {
        assert!(
            times == 1 || times == 99,
            "{key} was listed {times} times (99 and more: removed)"
        );
    }
}

pub(super) async fn a_name_is_claimed_once_and_confirmed_by_its_holder(kit: Kit) {
    let store = kit.store();
    let (mine, theirs) = (fresh(), fresh());
    let folded = format!("täglich {mine}");
    let name = format!("Täglich {mine}");
    let claim = |id: Uuid, name: &str, confirmed| Claim {
        id,
        name: name.to_owned(),
        confirmed,
    };
    let space = ClaimSpace::Room;

    assert_eq!(store.claimed(space, &folded).await.expect("a read"), None);
    store.confirm(space, &folded, mine).await.expect("confirm");
    let none = store.claimed(space, &folded).await.expect("a read");
    assert_eq!(none, None, "confirming claims nothing");

    let pending = claim(mine, &name, false);
    for _ in 0..2 {
        let stands = store.claim(space, &folded, &name, mine).await;
        assert_eq!(stands.expect("a claim"), pending, "and the same again");
    }
    let stands = store.claim(space, &folded, &folded, theirs).await;
    assert_eq!(stands.expect("a claim"), pending, "the first one stands");
    store
        .confirm(space, &folded, theirs)
        .await
        .expect("confirm");
    let stands = store.claimed(space, &folded).await.expect("a read");
    assert_eq!(stands, Some(pending), "another's confirmation does nothing");

    for _ in 0..2 {
        store.confirm(space, &folded, mine).await.expect("confirm");
        let stands = store.claimed(space, &folded).await.expect("a read");
        assert_eq!(stands, Some(claim(mine, &name, true)));
    }
    for id in [mine, theirs] {
        let stands = store.claim(space, &folded, "other", id).await;
        assert_eq!(stands.expect("a claim"), claim(mine, &name, true));
    }
    // Users' names are others than rooms', and others than what they look like.
    for space in [ClaimSpace::User, ClaimSpace::Look] {
        let user = store.claimed(space, &folded).await;
        assert_eq!(user.expect("a read"), None);
    }
    let user = store.claim(ClaimSpace::User, &folded, "u", theirs).await;
    assert_eq!(user.expect("a claim"), claim(theirs, "u", false));
    let look = store.claim(ClaimSpace::Look, &folded, "l", mine).await;
    assert_eq!(look.expect("a claim"), claim(mine, "l", false));
}

pub(super) async fn claims_of_a_space_are_listed_in_pages(kit: Kit) {
    let store = kit.store();
    let space = ClaimSpace::Room;
    let mut own: HashMap<String, (Claim, u32)> = HashMap::new();
    for i in 0..20 {
        let id = fresh();
        // One is the beginning of another.
        let folded = format!("räume {}{}", "x".repeat(i % 3), id);
        let claim = store.claim(space, &folded, "Räume", id).await;
        let mut claim = claim.expect("a claim");
        if i % 2 == 0 {
            store.confirm(space, &folded, id).await.expect("confirm");
            claim.confirmed = true;
        }
        own.insert(folded, (claim, 0));
    }
    let elsewhere = fresh();
    for other in [ClaimSpace::User, ClaimSpace::Look] {
        let folded = format!("räume {elsewhere}");
        let claim = store.claim(other, &folded, "n", elsewhere).await;
        claim.expect("a claim");
    }
    let mut after: Option<String> = None;
    loop {
        let page = claims(store, space, after.as_deref(), 7).await;
        assert!(page.len() <= 7, "more than the limit");
        let Some((last, _)) = page.last() else { break };
        assert_ne!(after.as_ref(), Some(last), "a page came twice");
        after = Some(last.clone());
        for (folded, found) in page {
            assert_ne!(found.id, elsewhere, "of another space");
            if let Some((claim, times)) = own.get_mut(&folded) {
                *times += 1;
                assert_eq!(found, *claim, "listed and claimed differ");
            }
        }
    }
    for (folded, (_, times)) in own {
        assert_eq!(times, 1, "{folded}");
    }
}

/// A page of claims, as [`listed`].
async fn claims(
    store: &dyn Store,
    space: ClaimSpace,
    after: Option<&str>,
    limit: usize,
) -> Vec<(String, Claim)> {
    for _ in 0..60 {
        match store.claims(space, after, limit).await {
            Err(StoreError::Away(_)) => pause(500).await,
            page => return page.expect("a page"),
        }
    }
    panic!("claims are not listed any more");
}

pub(super) async fn of_racing_claims_exactly_one_wins(kit: Kit) {
    for _ in 0..4 {
        let folded = fresh().to_string();
        let ids: Vec<Uuid> = (0..6).map(|_| fresh()).collect();
        let answers = join_all(
            ids.iter()
                .map(|id| kit.store().claim(ClaimSpace::User, &folded, "name", *id)),
        )
        .await;
        let stands = settled(kit.store(), &folded, ids[0]).await;
        assert!(ids.contains(&stands.id), "a holder that never claimed");
        for answer in answers {
            match answer {
                Ok(seen) => assert_eq!(seen, stands, "two holders"),
                Err(StoreError::Away(_)) => {}
                Err(StoreError::Failed(why)) => panic!("refused: {why}"),
            }
        }
    }
}

/// The claim that stands, claimed once more if all were answered `Away` and none is there.
async fn settled(store: &dyn Store, folded: &str, id: Uuid) -> Claim {
    for attempt in 0..60 {
        if let Ok(Some(claim)) = store.claimed(ClaimSpace::User, folded).await {
            return claim;
        }
        store.claim(ClaimSpace::User, folded, "name", id).await.ok();
        pause(attempt).await;
    }
    panic!("nobody holds the name");
}

pub(super) async fn the_store_is_ready_and_says_what_it_flushes(kit: Kit) {
    kit.store().ready().await.expect("ready");
    assert!(!kit.store().durability().trim().is_empty());
}
