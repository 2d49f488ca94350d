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
