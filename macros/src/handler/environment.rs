//! `environment(NAME = "value", …)`

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Ident, LitStr, Token,
    parse::{Parse, ParseStream},
};

use crate::{arguments::Arguments, errors::Errors, item::unraw};

/// What Lambda sets itself and takes from nobody:
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
const RESERVED: [&str; 18] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
];

/// The variables of a function, as the user gives them.
pub(super) struct Environment(Vec<Variable>);

struct Variable {
    name: Ident,
    value: LitStr,
}

impl Parse for Variable {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let how = |error: syn::Error| {
            syn::Error::new(error.span(), "a variable is written `NAME = \"value\"`")
        };
        let name = input.parse().map_err(how)?;
        input.parse::<Token![=]>().map_err(how)?;
        Ok(Self { name, value: input.parse().map_err(how)? })
    }
}

impl Environment {
    pub(super) fn new(arguments: &mut Arguments, errors: &mut Errors) -> Self {
        let variables: Vec<Variable> =
            arguments.list("environment", "(LOG_LEVEL = \"debug\")", errors);
        for (position, Variable { name, .. }) in variables.iter().enumerate() {
            if variables[..position].iter().any(|other| other.name == *name) {
                errors.on(name, format!("`{name}` is given twice"));
            } else if let Err(why) = check(&unraw(name)) {
                errors.on(name, why);
            }
        }
        Self(variables)
    }

    /// A list of `manifest::Variable`.
    pub(super) fn describe(&self, krate: &TokenStream) -> TokenStream {
        let variables = self.0.iter().map(|Variable { name, value }| {
            let name = unraw(name);
            quote! {
                #krate::manifest::Variable {
                    name: #krate::__private::text(#name),
                    value: #krate::__private::text(#value),
                }
            }
        });
        quote!(#krate::__private::Borrowed(&[#(#variables),*]))
    }
}

/// That a function may have a variable of this name; otherwise why not.
///
/// <https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html>
fn check(name: &str) -> Result<(), String> {
    if RESERVED.contains(&name) {
        return Err(format!("Lambda sets `{name}` itself: give the variable another name"));
    }
    if name.starts_with("ESTEIRA_") {
        return Err(format!(
            "`{name}` could be the variable of a resource, they begin with `ESTEIRA_`: give it another name"
        ));
    }
    let letters = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !letters || !name.starts_with(|c: char| c.is_ascii_alphabetic()) || name.len() < 2 {
        return Err(format!(
            "`{name}` is no name that Lambda takes: it has two or more ASCII letters, digits and `_`, and begins with a letter"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_has_a_name_that_lambda_takes_and_nobody_else_uses() {
        for right in ["RUST_LOG", "aB", "A1", "TZ", "AWS_XRAY_CONTEXT_MISSING", "ESTEIRA"] {
            assert_eq!(check(right), Ok(()));
        }
        for (wrong, why) in [
            ("AWS_REGION", "Lambda sets"),
            ("_HANDLER", "Lambda sets"),
            ("ESTEIRA_SHOP_STOCK", "of a resource"),
            ("A", "no name"),
            ("_A", "no name"),
            ("NÍVEL", "no name"),
            ("", "no name"),
        ] {
            assert!(check(wrong).expect_err(wrong).contains(why), "{wrong}");
        }
    }
}
