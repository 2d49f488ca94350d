//! `bench`: the figures of docs/benchmarks.md.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::{cli::Options, diagnostic::Result, report::Report};

pub(crate) mod application;
mod checkout;
pub(crate) mod deploy;
mod dev;
mod figures;
pub(crate) mod handlers;
mod synth;

/// Measure how fast the tool and the functions are
#[derive(Debug, Args)]
pub(crate) struct Bench {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Synth(synth::Synth),
    Handlers(handlers::Handlers),
    Deploy(deploy::Deploy),
    Dev(dev::Dev),
}

impl Bench {
    pub(crate) fn run(&self, options: &Options, report: &Report) -> Result<ExitCode> {
        match &self.what {
            What::Synth(synth) => synth.run(options, report),
            What::Handlers(handlers) => handlers.run(options, report),
            What::Deploy(deploy) => deploy.run(options, report),
            What::Dev(dev) => dev.run(options, report),
        }
    }
}
