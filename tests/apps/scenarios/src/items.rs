//! One item at a time.

use esteira::CallError;
use serde_bytes::ByteBuf;

use crate::{Mark, Page, Player, page};

pub(crate) async fn what_was_put_is_got(player: &Player) {
    let whole = Page {
        text: "João disse: “olá” 🦀".into(),
        words: -3,
        weight: 0.1,
        draft: true,
        note: Some(String::new()),
        lines: vec!["a".into(), String::new()],
        picture: Some(ByteBuf::from([0, 255, 195, 40])),
        expires: Some(4_102_444_800),
        ..page("put", 1)
    };
    player.writes.put(&whole).await.expect("is put");
    let got = player.reads.get(Page::key("put", 1u32)).consistent().await;
    assert_eq!(got, Ok(Some(whole)));
    let got = player.reads.get(Page::key("put", 1u32)).await;
    assert_eq!(got.map(|page| page.map(|page| page.number)), Ok(Some(1)));
}

pub(crate) async fn a_missing_item_is_none(player: &Player) {
    assert_eq!(player.reads.get(Page::key("missing", 1u32)).consistent().await, Ok(None));
    player.deletes.delete(Page::key("missing", 1u32)).await.expect("is no error");
}

pub(crate) async fn a_put_replaces_the_whole_item(player: &Player) {
    let noted = Page { note: Some("n".into()), expires: Some(1), ..page("replaced", 1) };
    player.writes.put(&noted).await.expect("is put");
    player.writes.put(&page("replaced", 1)).await.expect("is put again");
    let got = player.reads.get(Page::key("replaced", 1u32)).consistent().await;
    assert_eq!(got, Ok(Some(page("replaced", 1))), "nothing of the first is left");
}

pub(crate) async fn numbers_keep_every_digit(player: &Player) {
    let weights =
        [0.0, -0.5, 0.1 + 0.2, 1e-100, 1.797_693_134_862_315_7e125, 12_345.678_901_234_567];
    for (number, (words, weight)) in
        [0, -1, 1, i64::MAX, i64::MIN, 1 << 53].into_iter().zip(weights).enumerate()
    {
        let page = Page { words, weight, ..page("digits", number as u32) };
        player.writes.put(&page).await.expect("is put");
        let key = Page::key("digits", page.number);
        assert_eq!(player.reads.get(key).consistent().await, Ok(Some(page)));
    }
    for number in [0, -7, i64::MAX, i64::MIN] {
        let mark = Mark { number, text: number.to_string() };
        player.marks.put(&mark).await.expect("is put");
        let got = player.marked.get(Mark::key(number)).consistent().await;
        assert_eq!(got, Ok(Some(mark)), "a number as a key");
    }
    for weight in [f64::NAN, f64::INFINITY, f64::MAX, f64::MIN_POSITIVE] {
        let refused = player.writes.put(&Page { weight, ..page("digits", 100) }).await;
        assert!(matches!(refused, Err(CallError::Invalid(_))), "{weight}: {refused:?}");
    }
}

pub(crate) async fn texts_keep_every_character(player: &Player) {
    for (number, text) in
        ["", " ", "\0\u{1}\u{1f}", "\\\"/\r\n\t", "\u{feff}é e\u{301}", "𝄞 🏳️‍🌈", "<&>'\u{2028}"]
            .into_iter()
            .enumerate()
    {
        let page = Page { text: text.into(), ..page("texts 📖", number as u32) };
        player.writes.put(&page).await.expect("is put");
        let key = Page::key("texts 📖", page.number);
        assert_eq!(player.reads.get(key).consistent().await, Ok(Some(page)));
    }
    let refused = player.writes.put(&page("", 1)).await;
    assert!(matches!(refused, Err(CallError::Invalid(_))), "an empty key: {refused:?}");
}

pub(crate) async fn a_deleted_item_is_gone(player: &Player) {
    player.writes.put(&page("deleted", 1)).await.expect("is put");
    player.writes.put(&page("deleted", 2)).await.expect("is put");
    player.deletes.delete(Page::key("deleted", 1u32)).await.expect("is deleted");
    let left = player.pages.query("deleted").consistent().await;
    assert_eq!(left, Ok(vec![page("deleted", 2)]));
}

pub(crate) async fn updates_create_and_count(player: &Player) {
    let key = || Page::key("counted", 1u32);
    let refused = player.changes.update(key()).if_exists().set(|page| page.words.plus(1)).await;
    assert_eq!(refused, Err(CallError::ConditionFailed { existing: None }));
    let whole = |change: esteira::UpdateItem<Page>| {
        change
            .set(|page| page.text.to("t"))
            .set(|page| page.weight.to(&1.0))
            .set(|page| page.draft.to(&false))
            .set(|page| page.lines.to(&vec!["a".to_owned(), "b".to_owned()]))
    };
    let created = whole(player.changes.update(key())).set(|page| page.words.plus(3)).await;
    created.expect("counts from zero");
    for _ in 0..2 {
        let change = player.changes.update(key()).if_exists();
        change.set(|page| page.words.minus(5)).await.expect("is there");
    }
    let got = player.reads.get(key()).consistent().await;
    let expected = Page {
        words: -7,
        text: "t".into(),
        weight: 1.0,
        lines: vec!["a".into(), "b".into()],
        ..page("counted", 1)
    };
    assert_eq!(got, Ok(Some(expected)));
}

pub(crate) async fn every_assignment_sees_the_item_as_it_was(player: &Player) {
    let key = || Page::key("assigned", 1u32);
    player.writes.put(&Page { note: Some("n".into()), ..page("assigned", 1) }).await.expect("put");
    player
        .changes
        .update(key())
        .when(|page| page.words.equals(&10))
        .when(|page| page.note.exists())
        .set(|page| page.words.minus(4))
        .set(|page| page.note.remove())
        .set(|page| page.expires.to(&9))
        .await
        .expect("the conditions are of the item before");
    let expected = Page { words: 6, expires: Some(9), ..page("assigned", 1) };
    assert_eq!(player.reads.get(key()).consistent().await, Ok(Some(expected)));
}

pub(crate) async fn what_is_too_large_is_refused(player: &Player) {
    let text = |bytes| Page { text: "x".repeat(bytes), ..page("large", 1) };
    player.writes.put(&text(390_000)).await.expect("fits");
    let refused = player.writes.put(&text(410_000)).await;
    assert!(matches!(refused, Err(CallError::Invalid(_))), "{refused:?}");
    // Only the one who has the item can tell that it grows too large.
    let change = player.changes.update(Page::key("large", 1u32));
    let refused = change.set(|page| page.note.to(&"x".repeat(20_000))).await;
    assert!(matches!(refused, Err(CallError::Invalid(_))), "{refused:?}");
    let long = player.reads.get(Page::key("x".repeat(2_049), 1u32)).await;
    assert!(matches!(long, Err(CallError::Invalid(_))), "{long:?}");
}

pub(crate) async fn bytes_are_kept_as_they_are(player: &Player) {
    let key = || Page::key("bytes", 1u32);
    let with = |bytes: &[u8]| Page { picture: Some(ByteBuf::from(bytes)), ..page("bytes", 1) };
    let every: Vec<u8> = (0..=255).collect();
    // No text in any encoding, nor base64 of one.
    for bytes in [&every[..], b"", b"\0", b"\xff\xfe\xc3(", b"aGk="] {
        player.writes.put(&with(bytes)).await.expect("is put");
        let got = player.reads.get(key()).consistent().await;
        assert_eq!(got, Ok(Some(with(bytes))), "{bytes:?}");
    }
    let drawn = ByteBuf::from(every);
    let draw = player.changes.update(key()).when(|page| page.picture.differs_from(&drawn));
    draw.set(|page| page.picture.to(&drawn)).await.expect("is drawn");
    let got = player.pages.query("bytes").consistent().await;
    assert_eq!(got, Ok(vec![with(&drawn)]));
    let wipe = || player.changes.update(key()).when(|page| page.picture.equals(&drawn));
    wipe().set(|page| page.picture.remove()).await.expect("is the same");
    let Err(CallError::ConditionFailed { existing: Some(existing) }) =
        wipe().set(|page| page.picture.remove()).await
    else {
        panic!("there is no picture any more")
    };
    assert_eq!(existing.read::<Page>(), Ok(page("bytes", 1)));

    // They count as they are, not as the third more that they are on the way.
    let large = |bytes| Page { picture: Some(ByteBuf::from(vec![7; bytes])), ..page("bytes", 2) };
    player.writes.put(&large(400_000)).await.expect("fits");
    let refused = player.writes.put(&large(410_000)).await;
    assert!(matches!(refused, Err(CallError::Invalid(_))), "{refused:?}");
}
