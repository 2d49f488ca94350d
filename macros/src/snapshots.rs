//! What the macros expand to, compared with `tests/expand`: `name.rs` is expanded, the result is
//! `name.expanded.rs`.

use std::{env, fs, path::Path};

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::{detail, handler, resource};

const BLESS: &str = "ESTEIRA_BLESS=1 cargo test -p esteira-macros snapshots";

/// Expands the attributes and derives of a file that are ours.
fn expand(file: syn::File) -> TokenStream {
    file.items.into_iter().map(expand_item).collect()
}

fn expand_item(item: syn::Item) -> TokenStream {
    match item {
        syn::Item::Fn(mut function) => {
            let attribute = function.attrs.remove(0);
            let arguments = match attribute.meta {
                syn::Meta::List(ref list) => list.tokens.clone(),
                _ => TokenStream::new(),
            };
            let expand = match &*attribute.path().to_token_stream().to_string() {
                "on_kinesis" => handler::on_kinesis,
                "on_event" => handler::on_event,
                other => panic!("no attribute `{other}`"),
            };
            expand(arguments, function.to_token_stream())
        }
        item => {
            let input: syn::DeriveInput = syn::parse2(item.to_token_stream()).expect("a type");
            let derived = input.attrs.iter().find(|a| a.path().is_ident("derive"));
            let derive = match &*derived
                .expect("derives")
                .meta
                .require_list()
                .expect("a list")
                .tokens
                .to_string()
            {
                "Stream" => resource::stream::derive,
                "Bus" => resource::bus::derive,
                "Topic" => resource::topic::derive,
                "Event" => resource::event::derive,
                "Table" => resource::table::derive,
                "Row" => resource::row::derive,
                "Vpc" => resource::vpc::derive,
                "Aurora" => resource::aurora::derive,
                "Capture" => resource::capture::derive,
                "KmsKey" => resource::kms_key::derive,
                "Detail" => detail::derive,
                other => panic!("no derive `{other}`"),
            };
            let derived = derive(&input);
            quote!(#input #derived)
        }
    }
}

#[test]
fn expansions_are_as_committed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/expand");
    let mut compared = 0;
    for entry in fs::read_dir(&folder).expect("tests/expand") {
        let path = entry.expect("tests/expand").path();
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        if name.ends_with(".expanded.rs") {
            continue;
        }
        let source = fs::read_to_string(&path).expect("is text");
        let expansion = expand(syn::parse_file(&source).expect("is Rust"));
        let text = prettyplease::unparse(&syn::parse2(expansion).expect("expands to Rust"));
        let golden = path.with_extension("expanded.rs");
        if env::var_os("ESTEIRA_BLESS").is_some() {
            fs::write(&golden, &text).expect("is written");
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        assert!(
            text == expected,
            "{name} expands to\n\n{text}\nwhich is not what {} says. If it is right, run\n  {BLESS}",
            golden.display()
        );
        compared += 1;
    }
    assert!(compared >= 6, "only {compared} expansions compared");
}
