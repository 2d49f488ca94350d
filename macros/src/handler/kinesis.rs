//! `#[on_kinesis(stream = …)]`

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Type, spanned::Spanned};

use super::Trigger;
use crate::{arguments::Arguments, errors::Errors};

pub(super) struct Kinesis {
    stream: Type,
    batch_size: u32,
}

impl Trigger for Kinesis {
    const ATTRIBUTE: &'static str = "on_kinesis";
    const ENTRY: &'static str = "kinesis";
    const ARGUMENTS: &'static [&'static str] = &["stream", "batch_size"];

    fn new(arguments: &mut Arguments, errors: &mut Errors) -> Option<Self> {
        let stream = arguments.require("stream", "Orders", errors);
        let batch_size = arguments.number("batch_size", 1..=10_000, "records", 100, errors);
        Some(Self { stream: stream?, batch_size })
    }

    fn describe(&self, krate: &TokenStream, input: &Type) -> TokenStream {
        let Self { stream, batch_size } = self;
        let id = quote_spanned!(stream.span()=> <#stream as #krate::Stream>::ID);
        let row = quote_spanned!(input.span()=> <#input as #krate::Record>::ROW);
        quote! {
            Kinesis(#krate::manifest::KinesisTrigger {
                stream: #krate::__private::text(#id),
                batch_size: #batch_size,
                row: #krate::__private::optional_text(#row),
            })
        }
    }
}
