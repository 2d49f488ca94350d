//! The attributes and derives of `esteira`, which re-exports and documents them.

use proc_macro::TokenStream;

mod arguments;
mod case;
mod detail;
mod errors;
mod handler;
mod item;
mod krate;
mod resource;
mod serde_attributes;
#[cfg(test)]
mod snapshots;

#[allow(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn on_kinesis(arguments: TokenStream, function: TokenStream) -> TokenStream {
    handler::on_kinesis(arguments.into(), function.into()).into()
}

#[allow(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn on_event(arguments: TokenStream, function: TokenStream) -> TokenStream {
    handler::on_event(arguments.into(), function.into()).into()
}

macro_rules! derives {
    ($($trait:ident($($attribute:ident),*) $name:ident => $derive:path;)+) => {$(
        #[allow(missing_docs, reason = "documented where it is re-exported")]
        #[proc_macro_derive($trait, attributes($($attribute),*))]
        pub fn $name(input: TokenStream) -> TokenStream {
            let input = syn::parse_macro_input!(input as syn::DeriveInput);
            $derive(&input).into()
        }
    )+};
}

derives! {
    Stream(stream) derive_stream => resource::stream::derive;
    Bus(bus) derive_bus => resource::bus::derive;
    Event(event, detail) derive_event => resource::event::derive;
    Table(table, detail) derive_table => resource::table::derive;
    Topic(topic) derive_topic => resource::topic::derive;
    Row(row, detail) derive_row => resource::row::derive;
    Vpc(vpc) derive_vpc => resource::vpc::derive;
    Aurora(aurora) derive_aurora => resource::aurora::derive;
    Capture(capture) derive_capture => resource::capture::derive;
    KmsKey(kms_key) derive_kms_key => resource::kms_key::derive;
    Detail(detail) derive_detail => detail::derive;
}
