//! `#[derive(Aurora)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, LitStr};

use crate::{
    arguments::{Arguments, Declared},
    errors::Errors,
    item, krate,
};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let krate = krate::path();
    let mut errors = Errors::new();
    let example = "aurora(vpc = …, database = \"…\")";
    let kind = Arguments::of_type("aurora", example, input, &mut errors)
        .and_then(|arguments| kind(&krate, arguments, &mut errors));
    super::declare(input, &krate, "Aurora", kind, errors)
}

/// Instances: <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Replication.html>
fn kind(krate: &TokenStream, mut arguments: Arguments, errors: &mut Errors) -> Option<TokenStream> {
    // Whoever reads an encrypted cluster needs no right to its key, so that it says nothing of one
    // that is existing.
    let existing = arguments.existing(&["instances", "kms_key"], errors);
    let vpc = arguments.require::<Declared>("vpc", "Network", errors);
    let database = arguments.require_text("database", "shop", errors);
    let name = arguments.text("name", errors).or_else(|| database.clone());
    let instances = arguments.number("instances", 1..=16, "instances", 2, errors);
    let kms_key = super::kms_key(krate, &mut arguments, errors);
    let allowed = ["vpc", "database", "instances", "name", "kms_key", "existing"];
    arguments.finish(&allowed, errors);
    if let Some(database) = database.as_ref().filter(|_| !existing) {
        check_database(database, errors);
    }
    let (vpc, database, name) = (vpc?, database?, name?);
    let vpc = item::id_of(krate, "Vpc", &vpc);
    Some(quote! {
        Aurora(#krate::manifest::Aurora {
            name: #krate::__private::text(#name),
            vpc: #vpc,
            database: #krate::__private::text(#database),
            instances: #instances,
            kms_key: #kms_key,
            existing: #existing,
        })
    })
}

/// What RDS takes as the name of a database that it makes:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html>
fn check_database(database: &LitStr, errors: &mut Errors) {
    if !database.value().is_empty() && !is_legal(&database.value()) {
        errors.on(
            database,
            "a database's name has 1 to 64 ASCII letters, digits and `_`, and begins with a letter",
        );
    }
}

fn is_legal(database: &str) -> bool {
    database.starts_with(|c: char| c.is_ascii_alphabetic())
        && database.len() <= 64
        && database.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_named_as_rds_takes_it() {
        for legal in ["ecommerce", "a", "Shop_2", &"a".repeat(64)] {
            assert!(is_legal(legal), "{legal}");
        }
        for illegal in ["", "2shop", "_shop", "my-shop", "loja é", &"a".repeat(65)] {
            assert!(!is_legal(illegal), "{illegal}");
        }
    }
}
