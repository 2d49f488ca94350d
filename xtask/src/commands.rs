//! The commands, one file each.

pub(crate) mod bench;
pub(crate) mod build;
pub(crate) mod check;
mod copy;
pub(crate) mod deployer_policy;
pub(crate) mod new;
pub(crate) mod synth;
pub(crate) mod test;
