//! `#[derive(Capture)]`

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{DeriveInput, spanned::Spanned};

use crate::{
    arguments::{Arguments, Declared},
    errors::Errors,
    item, krate,
};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let krate = krate::path();
    let mut errors = Errors::new();
    let example = "capture(from = …, tables(…), into = …)";
    let kind = Arguments::of_type("capture", example, input, &mut errors)
        .and_then(|arguments| kind(input, &krate, arguments, &mut errors));
    super::declare(input, &krate, "Capture", kind, errors)
}

/// Large objects, at most 1 MiB into Kinesis:
/// <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Kinesis.html>
fn kind(
    input: &DeriveInput,
    krate: &TokenStream,
    mut arguments: Arguments,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let from = arguments.require::<Declared>("from", "Store", errors);
    let tables: Vec<Declared> = arguments.require_list("tables", "(Order, Item)", errors);
    let into = arguments.require::<Declared>("into", "Orders", errors);
    let lob_kib = arguments.number("lob_kib", 1..=1_024, "KiB", 32, errors);
    let name = super::name_or_default(input, &mut arguments, errors);
    arguments.finish(&["from", "tables", "into", "lob_kib", "name"], errors);
    let written: Vec<String> =
        tables.iter().map(|Declared(table)| table.to_token_stream().to_string()).collect();
    for (position, Declared(table)) in tables.iter().enumerate() {
        if written[..position].contains(&written[position]) {
            errors.on(table, format!("`{}` is captured twice", written[position]));
        }
    }
    let (from, into) = (from?, into?);
    let from = item::id_of(krate, "Aurora", &from);
    let tables = tables.iter().map(|Declared(table)| {
        let id = quote_spanned!(table.span()=> #krate::__private::row::<#table>());
        quote!(#krate::__private::text(#id))
    });
    let into = item::id_of(krate, "Stream", &into);
    let this = &input.ident;
    Some(quote! {
        Capture(#krate::manifest::Capture {
            // Nothing refers to a capture; it is none the less not dead code.
            name: {
                let _ = ::core::marker::PhantomData::<#this>;
                #krate::__private::text(#name)
            },
            from: #from,
            tables: #krate::__private::Borrowed(&[#(#tables),*]),
            into: #into,
            lob_kib: #lob_kib,
        })
    })
}
