//! `#[derive(Stream)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::{arguments::Arguments, errors::Errors, krate};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let krate = krate::path();
    let mut errors = Errors::new();
    let kind = Arguments::of_type("stream", "stream(name = \"…\")", input, &mut errors).and_then(
        |mut arguments| {
            let name = arguments.require_text("name", "Orders", &mut errors);
            let shards = arguments.number("shards", 1..=10_000, "shards", 1, &mut errors);
            arguments.finish(&["name", "shards"], &mut errors);
            let name = name?;
            Some(quote! {
                Stream(#krate::manifest::Stream {
                    name: #krate::__private::text(#name),
                    shards: #shards,
                })
            })
        },
    );
    super::declare(input, &krate, "Stream", kind, errors)
}
