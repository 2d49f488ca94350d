//! The items of a partition.

use crate::{Page, Player, Word, page};

fn numbers(pages: Result<Vec<Page>, esteira::CallError>) -> Vec<u32> {
    pages.expect("is answered").into_iter().map(|page| page.number).collect()
}

async fn with(player: &Player, book: &str, numbers: impl IntoIterator<Item = u32>, text: &str) {
    for number in numbers {
        let page = Page { text: text.into(), ..page(book, number) };
        player.writes.put(&page).await.expect("is put");
    }
}

pub(crate) async fn a_query_stays_in_its_partition(player: &Player) {
    with(player, "mine", [1, 2], "").await;
    with(player, "mine too", [3], "").await;
    assert_eq!(numbers(player.pages.query("mine").consistent().await), [1, 2]);
    assert_eq!(numbers(player.pages.query("nobody's").await), [0; 0]);
}

pub(crate) async fn a_query_runs_either_way(player: &Player) {
    with(player, "ordered", [100, 9, 10, 0, u32::MAX], "").await;
    let query = || player.pages.query("ordered").consistent();
    assert_eq!(numbers(query().await), [0, 9, 10, 100, u32::MAX]);
    assert_eq!(numbers(query().descending().await), [u32::MAX, 100, 10, 9, 0]);
    assert_eq!(numbers(query().limit(2).await), [0, 9]);
    assert_eq!(numbers(query().descending().limit(2).await), [u32::MAX, 100]);
    assert_eq!(numbers(query().limit(5).await), [0, 9, 10, 100, u32::MAX], "and no page after it");
    assert_eq!(numbers(query().limit(0).await), [0; 0]);
}

async fn words(player: &Player, language: &str, words: &[&str]) {
    for (count, word) in words.iter().enumerate() {
        let (language, word) = (language.into(), (*word).into());
        let word = Word { language, word, count: count as u64 };
        player.word.put(&word).await.expect("is put");
    }
}

fn in_order(words: Result<Vec<Word>, esteira::CallError>) -> Vec<String> {
    words.expect("is answered").into_iter().map(|word| word.word).collect()
}

pub(crate) async fn texts_are_in_byte_order(player: &Player) {
    // In UTF-16 the last would come before the one that precedes it.
    let ordered = ["10", "9", "Z", "a", "aa", "b", "é", "\u{fffd}", "🦀"];
    words(player, "order", &ordered).await;
    assert_eq!(in_order(player.words.query("order").consistent().await), ordered);
}

pub(crate) async fn a_prefix_is_of_the_sort_key(player: &Player) {
    words(player, "prefix", &["a", "ab", "abc", "b", "áb"]).await;
    let query = || player.words.query("prefix").consistent();
    assert_eq!(in_order(query().begins_with("ab").await), ["ab", "abc"]);
    assert_eq!(in_order(query().begins_with("a").descending().await), ["abc", "ab", "a"]);
    assert_eq!(in_order(query().begins_with("á").await), ["áb"]);
    assert_eq!(in_order(query().begins_with("x").await), [""; 0]);
    assert_eq!(in_order(query().begins_with("").await).len(), 5);
}

/// Twelve pages of 300 KB: a call brings back 1 MB at most.
const PAGES: std::ops::Range<u32> = 0..12;

pub(crate) async fn pages_are_followed_to_the_end(player: &Player) {
    with(player, "long", PAGES, &"x".repeat(300_000)).await;
    let all = player.pages.query("long").consistent();
    assert_eq!(numbers(all.await), PAGES.collect::<Vec<_>>());
    let back = player.pages.query("long").consistent().descending();
    assert_eq!(numbers(back.await), PAGES.rev().collect::<Vec<_>>());
}

pub(crate) async fn a_limit_spans_pages(player: &Player) {
    with(player, "longer", PAGES, &"x".repeat(300_000)).await;
    let some = player.pages.query("longer").consistent().limit(7);
    assert_eq!(numbers(some.await), [0, 1, 2, 3, 4, 5, 6]);
}
