//! The rows by which people are found.

use hearth_protocol::UserId;
use uuid::Uuid;

use super::kit::{Kit, fresh_room, fresh_user};
use crate::port::{PersonRow, Version};

/// A word that nobody else has.
fn own_word(sign: char) -> String {
    let own: String = fresh_room().to_string().replace('-', "x");
    format!("{sign}{}", &own[20..])
}

async fn list(kit: &Kit, user: UserId, words: &[&str], version: u64) {
    let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
    let listed = kit.store().list_person(user, &words, Version(version));
    listed.await.expect("a row");
}

async fn unlist(kit: &Kit, user: UserId, words: &[&str], version: u64) {
    let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
    let unlisted = kit.store().unlist_person(user, &words, Version(version));
    unlisted.await.expect("a row less");
}

/// All rows that begin so, in pages.
async fn found(kit: &Kit, begin: &str, limit: usize) -> Vec<PersonRow> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = kit.store().people(begin, after.as_ref(), limit).await;
        let page = page.expect("a page");
        assert!(page.len() <= limit, "more than the limit");
        let Some(last) = page.last() else { return all };
        after = Some(last.clone());
        all.extend(page);
        assert!(all.len() <= 1_000, "a page came twice");
    }
}

pub(super) async fn people_are_found_by_the_beginnings_of_words_in_pages(kit: Kit) {
    let own = &own_word('q');
    let mut expected = Vec::new();
    for n in 0..12 {
        let user = fresh_user();
        let word = format!("{own}{}", ["a", "ä", "料"][n % 3]);
        let other = format!("{own}{}", ["ab", "", "料理"][n % 3]);
        list(&kit, user, &[&word, &other], 1).await;
        expected.extend([word, other].map(|word| PersonRow { word, user }));
    }
    expected.sort();
    for limit in [1, 5, 100] {
        assert_eq!(found(&kit, own, limit).await, expected, "{limit} at a time");
    }
    for end in ["a", "ab", "ä", "料", "料理"] {
        let begin = format!("{own}{end}");
        let of_begin = expected.iter().filter(|row| row.word.starts_with(&begin));
        let of_begin: Vec<_> = of_begin.cloned().collect();
        assert_eq!(found(&kit, &begin, 3).await, of_begin, "{begin}");
    }
    assert_eq!(found(&kit, &format!("{own}zz"), 5).await, []);
    // Rooms are found by the same words, and are no people; nor the other way.
    let rooms = kit.store().listed(own, None, 100).await.expect("a page");
    assert_eq!(rooms, []);
    let after = PersonRow {
        word: own.clone(),
        user: UserId(Uuid::max()),
    };
    let page = kit.store().people(own, Some(&after), 1).await;
    assert_eq!(page.expect("a page"), [expected[4].clone()]);
}

pub(super) async fn of_a_persons_rows_only_those_of_no_later_version_are_taken_away(kit: Kit) {
    let own = &own_word('r');
    let (user, other) = (fresh_user(), fresh_user());
    let row = |user| PersonRow {
        word: own.clone(),
        user,
    };
    list(&kit, user, &[own], 5).await;
    list(&kit, other, &[own], 1).await;
    let mut both = [row(user), row(other)];
    both.sort();
    unlist(&kit, user, &[own], 4).await;
    assert_eq!(found(&kit, own, 5).await, both, "a later version's");
    // An older one that comes late changes nothing.
    list(&kit, user, &[own], 2).await;
    unlist(&kit, user, &[own], 4).await;
    assert_eq!(found(&kit, own, 5).await, both);
    unlist(&kit, user, &[own, "nothing"], 6).await;
    unlist(&kit, user, &[own], 6).await;
    assert_eq!(found(&kit, own, 5).await, [row(other)]);
    list(&kit, user, &[own], 8).await;
    unlist(&kit, user, &[own], 7).await;
    assert_eq!(found(&kit, own, 5).await, both, "it came back since");
}
