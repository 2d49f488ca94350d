//! The commands, one file each.

pub(crate) mod bench;
pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod deploy;
mod deployed;
pub(crate) mod deployer_policy;
pub(crate) mod destroy;
pub(crate) mod dev;
pub(crate) mod diff;
pub(crate) mod invoke;
pub(crate) mod logs;
pub(crate) mod new;
pub(crate) mod outputs;
mod prepare;
pub(crate) mod redrive;
pub(crate) mod status;
pub(crate) mod synth;
pub(crate) mod test;
mod took;
