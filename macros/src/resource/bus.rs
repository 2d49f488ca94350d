//! `#[derive(Bus)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::{arguments::Arguments, errors::Errors, item, krate};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let krate = krate::path();
    let mut errors = Errors::new();
    let kind = Arguments::of_type("bus", "bus(name = \"…\")", input, &mut errors).and_then(
        |mut arguments| {
            let existing = arguments.existing(&["archive_days"], &mut errors);
            let name = super::name(existing, "Shop", input, &mut arguments, &mut errors);
            let archive_days =
                arguments.optional_number("archive_days", 1..=3_650, "days", &mut errors);
            arguments.finish(&["name", "archive_days", "existing"], &mut errors);
            let name = name?;
            let archive_days = item::option(archive_days.map(|days| quote!(#days)));
            Some(quote! {
                Bus(#krate::manifest::Bus {
                    name: #krate::__private::text(#name),
                    archive_days: #archive_days,
                    existing: #existing,
                })
            })
        },
    );
    super::declare(input, &krate, "Bus", kind, errors)
}
