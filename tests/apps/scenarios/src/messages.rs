//! What goes out.

use esteira::CallError;

use crate::{Player, Spoken};

pub(crate) async fn lines_leave_in_their_order(player: &Player) {
    for number in 0..25 {
        let text = if number % 10 == 3 { "é".repeat(20_000) } else { "“olá” 🦀\n".into() };
        player.lines.publish(&Spoken { number, text }).expect("is small enough");
    }
}

pub(crate) async fn a_line_has_a_limit(player: &Player) {
    let refused = player.lines.publish(&Spoken { number: 100, text: "x".repeat(1_000_000) });
    assert!(matches!(refused, Err(CallError::Invalid(_))), "{refused:?}");
}

pub(crate) async fn the_audience_is_told(player: &Player) {
    player.audience.notify("Olá, “João” & <Maria> 🦀\n+ %20").await.expect("is sent");
    let told = player.audience.notify("x".repeat(256 * 1024)).subject("Promoção");
    told.await.expect("is as large as may be");
    let told = player.audience.notify("to some").attribute("seat", 7).attribute("name", "Zé");
    told.attribute("acts", ["1", "“2”"]).await.expect("is sent");
}

pub(crate) async fn a_message_has_limits(player: &Player) {
    for (message, what) in [
        (player.audience.notify(""), "no text"),
        (player.audience.notify("x".repeat(256 * 1024 + 1)), "too long a text"),
        (player.audience.notify("x").subject(""), "no subject"),
        (player.audience.notify("x").subject("x".repeat(100)), "too long a subject"),
        (player.audience.notify("x").subject("a\nb"), "two lines"),
    ] {
        let refused = message.await;
        assert!(matches!(refused, Err(CallError::Invalid(_))), "{what}: {refused:?}");
    }
}

pub(crate) async fn a_message_may_carry_bytes(player: &Player) {
    let sealed = player.audience.notify("sealed").attribute("seal", b"\0\xff\xc3(");
    sealed.attribute("of", "João").await.expect("is sent");
    let refused = player.audience.notify("x").attribute("seal", b"").await;
    assert!(matches!(refused, Err(CallError::Invalid(_))), "no bytes: {refused:?}");
}

pub(crate) async fn a_group_is_told_in_order(player: &Player) {
    for number in 0..12 {
        for group in ["stalls", "balcony"] {
            let next = player.programme.notify(format!("{group}: {number}")).subject("Next");
            let next = next.attribute("number", number).group(group);
            next.deduplication(format!("{group}-{number}")).await.expect("is sent");
        }
    }
}

pub(crate) async fn a_repetition_is_told_to_nobody(player: &Player) {
    let tell = async |text: &str, group: &str, id: &str| {
        let told = player.programme.notify(text).group(group).deduplication(id);
        told.await.expect("is taken, told or not");
    };
    tell("first", "box", "a").await;
    // The id counts, in whatever group, and not the text.
    tell("first, again", "box", "a").await;
    tell("first", "gallery", "a").await;
    tell("first", "box", "b").await;
}

pub(crate) async fn an_id_has_limits(player: &Player) {
    let longest = "x".repeat(128);
    let whole = player.programme.notify("long").group(&longest).deduplication(&longest);
    whole.await.expect("is as long as may be");
    let long = format!("{longest}x");
    for (group, id) in [("", "a"), ("a", ""), (&long, "a"), ("a", &long), ("a b", "c"), ("a", "é")]
    {
        let refused = player.programme.notify("x").group(group).deduplication(id).await;
        assert!(matches!(refused, Err(CallError::Invalid(_))), "{group} {id}: {refused:?}");
    }
}
