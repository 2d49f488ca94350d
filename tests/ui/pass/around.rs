//! What stands on, in and around a handler stays as written.
#![deny(warnings, clippy::all)]

use esteira::*;
use serde::{Deserialize, Serialize};

mod declared {
    use super::*;

    #[derive(Bus)]
    #[bus(name = "Shop")]
    pub(crate) struct Shop;

    #[derive(Event, Serialize, Deserialize, Default)]
    #[event(bus = Shop, source = "a", detail_type = "b")]
    pub(crate) struct Placed {
        pub(crate) order: u8,
        #[cfg(any())]
        pub(crate) never: Unknown,
        #[cfg(all())]
        pub(crate) always: u8,
    }
}

use declared::Placed;

/// Documented.
#[on_event(rule = Placed { always: [1] })]
#[allow(unused_variables, clippy::needless_pass_by_value)]
#[inline]
#[must_use]
pub(crate) async fn attributes_stay(mut event: Placed, #[allow(unused_mut)] mut ctx: Context) -> Result<()> {
    event.order += 1;
    assert_ne!(event.order, 0);
    let unused = 1;
    drop(ctx);
    Ok(())
}

#[on_event(rule = Placed)]
#[cfg(any())]
async fn not_there(event: Unknown) -> Result<()> {
    Ok(())
}

#[cfg(any())]
#[on_event(rule = Placed)]
async fn not_there_either(event: Unknown) -> Result<()> {
    Ok(())
}

#[cfg(all())]
#[on_event(rule = Placed)]
#[cfg(all())]
async fn there(_: Placed) -> std::result::Result<(), String> {
    Ok(())
}

#[cfg_attr(all(), on_event(rule = Placed, name = "Conditional"))]
async fn under_cfg_attr(Placed { order, .. }: Placed) -> std::io::Result<()> {
    assert_eq!(order, 0);
    Ok(())
}

mod private {
    mod deep {
        #[esteira::on_event(rule = crate::declared::Placed)]
        async fn nobody_else_sees(_event: super::super::Placed) -> esteira::Result<()> {
            Ok(())
        }
    }
}

macro_rules! handlers {
    ($($name:ident: $event:ident { $field:ident: [$value:literal] };)+) => {$(
        #[on_event(rule = $event { $field: [$value, { numeric: [">", 5] }] })]
        async fn $name(event: $event) -> Result<()> {
            drop(event);
            Ok(())
        }
    )+};
}

handlers! {
    one: Placed { order: [1] };
    two: Placed { always: [2] };
}

fn main() {
    // Called with the signature as written.
    let memory = Memory::new();
    drop(attributes_stay(Placed::default(), Context::in_memory(&memory)));
    drop(there(Placed::default()));
    drop((one(Placed::default()), two(Placed::default())));
}
