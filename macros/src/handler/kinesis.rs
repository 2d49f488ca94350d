//! `#[on_kinesis(stream = …)]`

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Type, spanned::Spanned};

use super::{
    Trigger,
    retry::{Limits, Retry},
};
use crate::{
    arguments::{Arguments, Declared},
    errors::Errors,
    item,
};

pub(super) struct Kinesis {
    stream: Declared,
    batch_size: u32,
    batching_window: u32,
    parallelization: u32,
    concurrency: u32,
    /// A variant of `manifest::StartingPosition`.
    starting_position: &'static str,
    retry: Retry,
}

/// Without a bound, one record that always fails would hold its shard up until it expires.
const RETRY: Limits =
    Limits { retries: ("retries", 0..=10_000, 10), max_age: ("max_age", 60..=604_800, 86_400) };

/// Enough that the waits of a batch overlap, and few enough for what they wait for.
const CONCURRENCY: u32 = 10;

impl Trigger for Kinesis {
    const ATTRIBUTE: &'static str = "on_kinesis";
    const ENTRY: &'static str = "kinesis";
    const ARGUMENTS: &'static [&'static str] = &[
        "stream",
        "batch_size",
        "batching_window",
        "parallelization",
        "concurrency",
        "starting_position",
        "retries",
        "max_age",
    ];

    /// Ranges: <https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html>
    fn new(arguments: &mut Arguments, errors: &mut Errors) -> Option<Self> {
        let stream = arguments.require("stream", "Orders", errors);
        let batch_size = arguments.number("batch_size", 1..=10_000, "records", 100, errors);
        let batching_window = arguments.number("batching_window", 0..=300, "seconds", 0, errors);
        let parallelization =
            arguments.number("parallelization", 1..=10, "batches of a shard", 1, errors);
        let concurrency =
            arguments.number("concurrency", 1..=1_000, "records of a batch", CONCURRENCY, errors);
        let positions = [("trim_horizon", "TrimHorizon"), ("latest", "Latest")];
        let starting_position = arguments.choice("starting_position", &positions, errors);
        let starting_position = starting_position.unwrap_or("TrimHorizon");
        let retry = Retry::new(RETRY, arguments, errors);
        Some(Self {
            stream: stream?,
            batch_size,
            batching_window,
            parallelization,
            concurrency,
            starting_position,
            retry,
        })
    }

    fn describe(&self, krate: &TokenStream, input: &Type) -> TokenStream {
        let Self { stream, batch_size, batching_window, parallelization, .. } = self;
        let Self { concurrency, starting_position, retry, .. } = self;
        let starting_position = Ident::new(starting_position, Span::call_site());
        let stream = item::id_of(krate, "Stream", stream);
        let row = quote_spanned!(input.span()=> <#input as #krate::Record>::ROW);
        let retry = retry.describe(krate);
        quote! {
            Kinesis(#krate::manifest::KinesisTrigger {
                stream: #stream,
                batch_size: #batch_size,
                row: #krate::__private::optional_text(#row),
                batching_window: #batching_window,
                parallelization: #parallelization,
                concurrency: #concurrency,
                starting_position: #krate::manifest::StartingPosition::#starting_position,
                retry: #retry,
            })
        }
    }
}
