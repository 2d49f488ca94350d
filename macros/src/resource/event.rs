//! `#[derive(Event)]`

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{DeriveInput, LitStr, spanned::Spanned};

use crate::{
    arguments::{Arguments, Declared},
    detail::{self, Content, Model},
    errors::Errors,
    item, krate,
};

/// The attribute, valid.
struct Declaration {
    bus: Declared,
    source: LitStr,
    detail_type: LitStr,
    external: bool,
}

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let krate = krate::path();
    let mut errors = Errors::new();
    let model = Model::new(input, &mut errors);
    if !matches!(model.content, Content::Object(_)) {
        errors.on(&input.ident, "an event is a struct with named fields: they are its `detail`");
    }
    let declaration = declaration(input, &mut errors);
    let detail = detail::expand(&krate, &model);
    match (errors.finish(), declaration) {
        (Ok(()), Some(declaration)) => {
            let event = expand(&krate, &model, &declaration);
            quote!(#detail #event)
        }
        (result, _) => {
            let mistakes = result.err().map(|error| error.to_compile_error());
            // To the rest of the program, the event is there: one mistake stays one.
            let stub = implementation(&krate, &model, &quote!(""), "", "");
            quote!(#mistakes #detail #stub)
        }
    }
}

fn declaration(input: &DeriveInput, errors: &mut Errors) -> Option<Declaration> {
    let example = "event(bus = …, source = \"…\", detail_type = \"…\")";
    let mut arguments = Arguments::of_type("event", example, input, errors)?;
    let bus = arguments.require("bus", "Shop", errors);
    let source = arguments.require_text("source", "shop.orders", errors);
    let detail_type = arguments.require_text("detail_type", "Order Placed", errors);
    let external = arguments.flag("external", errors);
    arguments.finish(&["bus", "source", "detail_type", "external"], errors);
    Some(Declaration { bus: bus?, source: source?, detail_type: detail_type?, external })
}

fn expand(krate: &TokenStream, model: &Model, declaration: &Declaration) -> TokenStream {
    let Declaration { bus: Declared(bus), source, detail_type, external } = declaration;
    let name = &model.name;
    let registration = item::register(
        krate,
        name,
        &quote! {
            Event(#krate::manifest::Event {
                bus: #krate::__private::text(#krate::__private::event::<#name>().bus),
                source: #krate::__private::text(#source),
                detail_type: #krate::__private::text(#detail_type),
                external: #external,
                detail: <#name as #krate::Detail>::SHAPE,
            })
        },
    );
    let bus = quote_spanned!(bus.span()=> <#bus as #krate::Bus>::ID);
    let event = implementation(krate, model, &bus, &source.value(), &detail_type.value());
    quote!(#event #registration)
}

fn implementation(
    krate: &TokenStream,
    Model { name, generics, .. }: &Model,
    bus: &TokenStream,
    source: &str,
    detail_type: &str,
) -> TokenStream {
    let id = item::id(name);
    let body = quote! {
        const ID: &'static str = #id;
        const BUS: &'static str = #bus;
        const SOURCE: &'static str = #source;
        const DETAIL_TYPE: &'static str = #detail_type;
    };
    item::implement(krate, "Event", name, generics, &body)
}
