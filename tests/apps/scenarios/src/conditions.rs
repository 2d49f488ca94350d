//! What a write may depend on.

use esteira::{CallError, Condition, Detail};
use serde_bytes::ByteBuf;

use crate::{Page, Player, page};

type Fields = <Page as Detail>::Fields;

/// Whether a condition holds for the item with that key.
async fn holds(player: &Player, book: &str, when: fn(&Fields) -> Condition) -> bool {
    let change = player.changes.update(Page::key(book, 1u32)).when(when);
    match change.set(|page| page.words.plus(0)).await {
        Ok(()) => true,
        Err(CallError::ConditionFailed { .. }) => false,
        Err(error) => panic!("{error:?}"),
    }
}

/// Asserts of conditions which of them hold.
macro_rules! check {
    ($player:ident, $book:literal: $($expected:literal $condition:expr;)+) => {
        $(assert_eq!(
            holds($player, $book, $condition).await, $expected, stringify!($condition)
        );)+
    };
}

pub(crate) async fn comparisons_are_of_values(player: &Player) {
    let item = Page {
        text: "Olá".into(),
        weight: 1.5,
        lines: vec!["a".into()],
        draft: true,
        picture: Some(ByteBuf::from([0, 255])),
        ..page("compared", 1)
    };
    player.writes.put(&item).await.expect("is put");
    check! { player, "compared":
        true |page| page.words.equals(&10);
        false |page| page.words.equals(&9);
        true |page| page.words.differs_from(&9);
        false |page| page.words.differs_from(&10);
        true |page| page.words.at_least(10);
        false |page| page.words.at_least(11);
        true |page| page.words.at_most(10);
        false |page| page.words.at_most(9);
        true |page| page.words.greater_than(9);
        false |page| page.words.greater_than(10);
        true |page| page.words.less_than(11);
        false |page| page.words.less_than(10);
        true |page| page.words.greater_than(-100);
        true |page| page.weight.equals(&1.5);
        true |page| page.weight.at_least(1.499_999_999_999_999);
        true |page| page.text.equals("Olá");
        false |page| page.text.equals("olá");
        true |page| page.text.begins_with("Ol");
        false |page| page.text.begins_with("l");
        true |page| page.draft.equals(&true);
        false |page| page.draft.equals(&false);
        true |page| page.lines.equals(&vec!["a".to_owned()]);
        false |page| page.lines.equals(&Vec::<String>::new());
        true |page| page.picture.equals(&ByteBuf::from([0, 255]));
        false |page| page.picture.equals(&ByteBuf::from([0]));
        true |page| page.picture.differs_from(&ByteBuf::from([255, 0]));
        false |page| page.picture.differs_from(&ByteBuf::from([0, 255]));
        true |page| page.number.equals(&1);
        true |page| page.book.begins_with("comp");
    }
}

pub(crate) async fn conditions_combine(player: &Player) {
    player.writes.put(&page("combined", 1)).await.expect("is put");
    check! { player, "combined":
        true |page| page.words.equals(&10).and(page.text.equals("x"));
        false |page| page.words.equals(&10).and(page.text.equals("y"));
        true |page| page.words.equals(&9).or(page.text.equals("x"));
        false |page| page.words.equals(&9).or(page.text.equals("y"));
        true |page| !page.words.equals(&9);
        false |page| !(page.words.equals(&9).or(page.text.equals("x")));
        true |page| page.words.equals(&10).or(page.words.equals(&9)).and(page.text.equals("x"));
        false |page| page.words.equals(&10).or(page.words.equals(&9)).and(page.text.equals("y"));
        true |page| page.words.equals(&10).or(page.words.equals(&9).and(page.text.equals("y")));
        true |page| !page.words.equals(&9) .and(page.text.exists());
    }
}

pub(crate) async fn a_missing_attribute_is_neither(player: &Player) {
    player.writes.put(&page("lacking", 1)).await.expect("is put");
    check! { player, "lacking":
        true |page| page.note.absent();
        false |page| page.note.exists();
        false |page| page.note.equals("n");
        true |page| page.note.differs_from("n");
        true |page| !page.note.equals("n");
    }
}

pub(crate) async fn a_failed_condition_brings_the_item(player: &Player) {
    let item = Page { note: Some("n".into()), ..page("brought", 1) };
    player.writes.put(&item).await.expect("is put");
    let key = || Page::key("brought", 1u32);
    let failures = [
        player.writes.put(&page("brought", 1)).if_absent().await,
        player.writes.put(&page("brought", 1)).when(|page| page.words.equals(&9)).await,
        player.changes.update(key()).when(|p| p.words.equals(&9)).set(|p| p.words.to(&1)).await,
        player.deletes.delete(key()).when(|page| page.words.equals(&9)).await,
    ];
    for failure in failures {
        let Err(CallError::ConditionFailed { existing: Some(existing) }) = failure else {
            panic!("{failure:?}")
        };
        assert_eq!(existing.read::<Page>(), Ok(item.clone()));
    }
    assert_eq!(player.reads.get(key()).consistent().await, Ok(Some(item)), "nothing was done");
}

pub(crate) async fn puts_and_deletes_may_be_conditional(player: &Player) {
    let key = || Page::key("conditional", 1u32);
    let none = Err(CallError::ConditionFailed { existing: None });
    assert_eq!(player.writes.put(&page("conditional", 1)).if_exists().await, none);
    assert_eq!(player.deletes.delete(key()).if_exists().await, none);
    player.writes.put(&page("conditional", 1)).if_absent().await.expect("there was none");
    let shorter = Page { words: 1, ..page("conditional", 1) };
    let shorten = player.writes.put(&shorter).if_exists().when(|page| page.words.greater_than(1));
    shorten.await.expect("both hold");
    player.deletes.delete(key()).when(|page| page.words.equals(&1)).await.expect("it does");
    assert_eq!(player.reads.get(key()).consistent().await, Ok(None));
}
