//! `#[derive(Table)]`

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{DeriveInput, Ident, spanned::Spanned};

use crate::{
    arguments::Arguments,
    detail::{self, Content, FieldModel, Model},
    errors::Errors,
    item, krate,
};

/// The attribute, as far as it is valid.
struct Declaration<'a> {
    name: Option<String>,
    partition: Option<&'a FieldModel>,
    /// None if there is none, or none such.
    sort: Option<&'a FieldModel>,
    /// Whether a sort key is written, right or wrong.
    sorted: bool,
    ttl: Option<&'a FieldModel>,
    /// An expression.
    kms_key: TokenStream,
    existing: bool,
}

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let krate = krate::path();
    let mut errors = Errors::new();
    let model = Model::new(input, &mut errors);
    if !matches!(model.content, Content::Object(_)) {
        errors.on(&input.ident, "the item of a table is a struct with named fields");
    }
    let declaration = declaration(&krate, input, &model, &mut errors);
    let detail = detail::expand(&krate, &model);
    let table = implementation(&krate, &model, &declaration);
    let key = key_function(&krate, input, &declaration);
    let rest = match (errors.finish(), &declaration.name) {
        (Ok(()), Some(name)) => registration(&krate, &model.name, name, &declaration),
        (result, _) => result.err().map(|error| error.to_compile_error()).into_token_stream(),
    };
    quote!(#detail #table #key #rest)
}

fn declaration<'a>(
    krate: &TokenStream,
    input: &DeriveInput,
    model: &'a Model,
    errors: &mut Errors,
) -> Declaration<'a> {
    let example = "table(name = \"…\", partition_key = …)";
    let Some(mut arguments) = Arguments::of_type("table", example, input, errors) else {
        return Declaration {
            name: None,
            partition: None,
            sort: None,
            sorted: false,
            ttl: None,
            kms_key: item::option(None),
            existing: false,
        };
    };
    // The keys and the time to live are what the type says of an existing table too.
    let existing = arguments.existing(&[], errors);
    let name = super::name(existing, "Inventory", input, &mut arguments, errors);
    let partition = arguments.require::<Ident>("partition_key", "product", errors);
    let sorted = arguments.contains("sort_key");
    let sort = arguments.take::<Ident>("sort_key", errors);
    let ttl = arguments.take::<Ident>("ttl", errors);
    let kms_key = super::kms_key(krate, &mut arguments, errors);
    let allowed = ["name", "partition_key", "sort_key", "ttl", "kms_key", "existing"];
    arguments.finish(&allowed, errors);
    if let (Some(partition), Some(sort)) = (&partition, &sort)
        && partition == sort
    {
        errors.on(sort, "the sort key must be another field than the partition key");
    }
    Declaration {
        name,
        partition: partition.and_then(|key| super::named_field(&key, model, errors)),
        sort: sort.and_then(|key| super::named_field(&key, model, errors)),
        sorted,
        ttl: ttl.and_then(|ttl| super::named_field(&ttl, model, errors)),
        kms_key,
        existing,
    }
}

/// Also beside a mistake: to the rest of the program, the table is there.
fn implementation(
    krate: &TokenStream,
    model: &Model,
    Declaration { partition, sort, .. }: &Declaration<'_>,
) -> TokenStream {
    let id = item::id(&model.name);
    let text = syn::parse_quote!(::std::string::String);
    let (partition, ty) = partition.map_or(("", &text), |field| (field.name.as_str(), &field.ty));
    let sort_type = match sort {
        Some(FieldModel { ty, .. }) => ty.to_token_stream(),
        None => quote!(#krate::__private::NoSortKey),
    };
    let sort = item::option(sort.map(|FieldModel { name, .. }| quote!(#name)));
    let body = quote! {
        const ID: &'static str = #id;
        const PARTITION_KEY: &'static str = #partition;
        const SORT_KEY: ::core::option::Option<&'static str> = #sort;
        type Partition = #ty;
        type Sort = #sort_type;
    };
    item::implement(krate, "Table", &model.name, &model.generics, &body)
}

/// The function `key` of the type. Of a key that is not known it takes anything.
fn key_function(
    krate: &TokenStream,
    input: &DeriveInput,
    Declaration { partition, sort, sorted, .. }: &Declaration<'_>,
) -> TokenStream {
    let (name, visibility) = (&input.ident, &input.vis);
    let (impl_generics, type_generics, clause) = input.generics.split_for_impl();
    let known: Option<Vec<&FieldModel>> = match (partition, sort, sorted) {
        (Some(partition), Some(sort), _) if partition.ident != sort.ident => {
            Some(vec![*partition, *sort])
        }
        (Some(partition), None, false) => Some(vec![*partition]),
        _ => None,
    };
    let function = match known.filter(|_| input.generics.params.is_empty()) {
        Some(keys) => {
            let (idents, types): (Vec<_>, Vec<_>) =
                keys.iter().map(|field| (&field.ident, &field.ty)).unzip();
            let names = keys.iter().map(|field| &field.name);
            let doc = format!(
                "The key of an item: {}.",
                idents.iter().map(|ident| format!("`{ident}`")).collect::<Vec<_>>().join(" and ")
            );
            quote! {
                #[doc = #doc]
                #visibility fn key(
                    #(#idents: impl ::core::convert::Into<#types>),*
                ) -> #krate::Key<#name> {
                    #(let #idents: #types = ::core::convert::Into::into(#idents);)*
                    #krate::Key::new(&[#((#names, &#idents)),*])
                }
            }
        }
        None => {
            let keys = (0..1 + usize::from(*sorted)).map(|key| quote::format_ident!("_{key}"));
            quote! {
                #visibility fn key(#(#keys: impl ::core::marker::Sized),*) -> #krate::Key<Self>
                where
                    Self: #krate::Table,
                {
                    #krate::Key::new(&[])
                }
            }
        }
    };
    quote! {
        #[allow(dead_code, non_snake_case)]
        impl #impl_generics #name #type_generics #clause { #function }
    }
}

fn registration(
    krate: &TokenStream,
    name: &Ident,
    table: &str,
    Declaration { sort, ttl, kms_key, existing, .. }: &Declaration<'_>,
) -> TokenStream {
    let sort = item::option(sort.map(|FieldModel { ty, name, .. }| {
        quote_spanned!(ty.span()=> #krate::__private::key::<#ty>(#name))
    }));
    let ttl = item::option(ttl.map(|FieldModel { ty, name, .. }| {
        quote_spanned!(ty.span()=> #krate::__private::time_to_live::<#ty>(#name))
    }));
    item::register(
        krate,
        name,
        &quote! {
            Table(#krate::manifest::Table {
                name: #krate::__private::text(#table),
                partition_key: #krate::__private::partition_key::<#name>(),
                sort_key: #sort,
                ttl: #ttl,
                kms_key: #kms_key,
                existing: #existing,
                item: <#name as #krate::Detail>::SHAPE,
            })
        },
    )
}
