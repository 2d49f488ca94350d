//! `#[derive(Detail)]`: the shape of a type and the mirror of its fields.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{DeriveInput, Type, spanned::Spanned};

use crate::{
    errors::Errors,
    item::{self, unraw},
    krate,
};

mod model;

pub(crate) use model::{Content, FieldModel, Model};

/// `#[derive(Detail)]`.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::new();
    let model = Model::new(input, &mut errors);
    let detail = expand(&krate::path(), &model);
    let mistakes = errors.finish().err().map(|error| error.to_compile_error());
    quote!(#mistakes #detail)
}

/// The implementation of `Detail`.
pub(crate) fn expand(krate: &TokenStream, model: &Model) -> TokenStream {
    let name = &model.name;
    if !model.generics.params.is_empty() {
        return leaf(krate, model, &quote!(Any));
    }
    match &model.content {
        Content::Object(fields) => object(krate, name, fields),
        Content::Newtype(inner) => {
            let inner = inner.as_ref();
            quote! {
                impl #krate::Detail for #name {
                    const SHAPE: #krate::manifest::Shape = <#inner as #krate::Detail>::SHAPE;
                    type Fields = <#inner as #krate::Detail>::Fields;
                    const FIELDS: &'static Self::Fields = <#inner as #krate::Detail>::FIELDS;
                    type Value = <#inner as #krate::Detail>::Value;
                }
            }
        }
        Content::Choice(variants) => {
            let shape = quote! {
                OneOf(#krate::__private::Borrowed(&[#(#krate::__private::text(#variants)),*]))
            };
            let leaf = leaf(krate, model, &shape);
            quote! {
                #leaf
                impl #krate::__private::Text for #name {}
            }
        }
        Content::Tagged(tag) => tagged(krate, model, tag),
        Content::Opaque => leaf(krate, model, &quote!(Any)),
    }
}

fn leaf(
    krate: &TokenStream,
    Model { name, generics, .. }: &Model,
    shape: &TokenStream,
) -> TokenStream {
    let (impl_generics, type_generics, clause) = generics.split_for_impl();
    quote! {
        impl #impl_generics #krate::Detail for #name #type_generics #clause {
            const SHAPE: #krate::manifest::Shape = #krate::manifest::Shape::#shape;
            type Fields = #krate::__private::NoFields;
            const FIELDS: &'static Self::Fields = &#krate::__private::NoFields;
            type Value = Self;
        }
    }
}

/// An enum told apart by a tag: of its fields, only the tag is known to be there.
fn tagged(krate: &TokenStream, model: &Model, tag: &str) -> TokenStream {
    let name = &model.name;
    match item::field(tag, name.span()) {
        Some(field) => {
            let text: Type = syn::parse_quote!(::std::string::String);
            let field = FieldModel { ident: field, ty: text, name: tag.to_owned(), default: false };
            let mirror = mirror(krate, name, std::slice::from_ref(&field));
            implementation(krate, name, &quote!(Any), &mirror)
        }
        // A tag that no Rust field could be called: no rule can name it.
        None => leaf(krate, model, &quote!(Any)),
    }
}

fn object(krate: &TokenStream, name: &Ident, fields: &[FieldModel]) -> TokenStream {
    let shapes = fields.iter().map(|FieldModel { ty, name, default, .. }| {
        let shape = quote_spanned!(ty.span()=> <#ty as #krate::Detail>::SHAPE);
        quote! {
            #krate::manifest::Field {
                name: #krate::__private::text(#name),
                shape: #shape,
                default: #default,
            }
        }
    });
    let shape = quote!(Object(#krate::__private::Borrowed(&[#(#shapes),*])));
    implementation(krate, name, &shape, &mirror(krate, name, fields))
}

/// The mirror: its type and its value.
struct Mirror {
    definition: TokenStream,
    name: Ident,
    value: TokenStream,
}

fn mirror(krate: &TokenStream, name: &Ident, fields: &[FieldModel]) -> Mirror {
    // No type of the user's, which a field could be of, is called that.
    let mirror = format_ident!("__{}Fields", unraw(name));
    let (definitions, values): (Vec<_>, Vec<_>) = fields
        .iter()
        .map(|FieldModel { ident, ty, name, .. }| {
            // Flattened: it has no name, only its fields have.
            let (kind, value) = match name.as_str() {
                "" => (quote!(__private::Flattened), quote!(__private::Flattened::new())),
                name => (quote!(Field), quote!(Field::new(#name))),
            };
            (
                quote_spanned!(ident.span()=> pub #ident: #krate::#kind<#ty>),
                quote!(#ident: #krate::#value),
            )
        })
        .unzip();
    Mirror {
        definition: quote! {
            #[doc(hidden)]
            #[allow(dead_code, missing_docs, non_camel_case_types, non_snake_case, unreachable_pub)]
            pub struct #mirror { #(#definitions),* }
        },
        value: quote!(#mirror { #(#values),* }),
        name: mirror,
    }
}

fn implementation(
    krate: &TokenStream,
    name: &Ident,
    shape: &TokenStream,
    Mirror { definition, name: mirror, value }: &Mirror,
) -> TokenStream {
    quote! {
        const _: () = {
            #definition
            impl #krate::Detail for #name {
                const SHAPE: #krate::manifest::Shape = #krate::manifest::Shape::#shape;
                type Fields = #mirror;
                const FIELDS: &'static Self::Fields = &#value;
                type Value = Self;
            }
        };
    }
}
