//! `#[derive(Stream)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::{arguments::Arguments, errors::Errors, item, krate};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let krate = krate::path();
    let mut errors = Errors::new();
    let kind = Arguments::of_type("stream", "stream(name = \"…\")", input, &mut errors)
        .and_then(|arguments| kind(input, &krate, arguments, &mut errors));
    super::declare(input, &krate, "Stream", kind, errors)
}

/// Range of the retention: <https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html>
fn kind(
    input: &DeriveInput,
    krate: &TokenStream,
    mut arguments: Arguments,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let making = ["shards", "on_demand", "retention_hours"];
    let existing = arguments.existing(&making, errors);
    let name = super::name(existing, "Orders", input, &mut arguments, errors);
    let on_demand = arguments.flag("on_demand", errors);
    if on_demand {
        let why = "a stream `on_demand` has as many shards as it needs: leave `shards` out";
        arguments.refuse("shards", why, errors);
    }
    let shards = arguments.number("shards", 1..=10_000, "shards", 1, errors);
    let retention_hours = arguments.number("retention_hours", 24..=8_760, "hours", 168, errors);
    let kms_key = super::kms_key(krate, &mut arguments, errors);
    let allowed = ["name", "shards", "on_demand", "retention_hours", "kms_key", "existing"];
    arguments.finish(&allowed, errors);
    let name = name?;
    let shards = item::option((!on_demand).then(|| quote!(#shards)));
    Some(quote! {
        Stream(#krate::manifest::Stream {
            name: #krate::__private::text(#name),
            shards: #shards,
            retention_hours: #retention_hours,
            kms_key: #kms_key,
            existing: #existing,
        })
    })
}
