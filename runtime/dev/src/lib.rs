//! What the local engine of *Esteira* is made of. Not a library of its own: `cargo xtask dev` uses
//! it, and what an application needs is in `esteira`.

pub mod binaries;
pub mod view;
