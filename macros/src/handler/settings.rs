//! The settings that every function has, whatever invokes it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::LitStr;

use super::{allow::Allow, environment::Environment, idempotent::Idempotent};
use crate::{
    arguments::{Arguments, Declared},
    case::upper_camel,
    errors::Errors,
    item::{id_of, option, unraw},
};

/// The settings of a function.
pub(crate) struct Settings {
    /// The Lambda's name.
    pub(crate) function: String,
    /// Memory in MiB.
    memory: u32,
    /// Timeout in seconds.
    timeout: u32,
    /// The variant of `manifest::Architecture`.
    architecture: Option<&'static str>,
    environment: Environment,
    vpc: Option<Declared>,
    reserved_concurrency: Option<u32>,
    /// What its raw clients may do.
    pub(super) allows: Vec<Allow>,
    pub(super) idempotent: Option<Idempotent>,
}

impl Settings {
    /// The names of the arguments.
    pub(crate) const ARGUMENTS: &'static [&'static str] = &[
        "name",
        "memory",
        "timeout",
        "architecture",
        "environment",
        "vpc",
        "reserved_concurrency",
        "allow",
        "idempotent",
    ];

    /// Ranges: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>. The
    /// concurrency of an account has none; one that is larger than the account's is refused where
    /// it is deployed.
    pub(crate) fn new(function: &Ident, arguments: &mut Arguments, errors: &mut Errors) -> Self {
        let architectures = [("arm64", "Arm64"), ("x86_64", "X86_64")];
        Self {
            function: name(function, arguments, errors),
            memory: arguments.number("memory", 128..=10_240, "MiB", 256, errors),
            timeout: arguments.number("timeout", 1..=900, "seconds", 30, errors),
            architecture: arguments.choice("architecture", &architectures, errors),
            environment: Environment::new(arguments, errors),
            vpc: arguments.take("vpc", errors),
            reserved_concurrency: arguments.optional_number(
                "reserved_concurrency",
                1..=100_000,
                "executions",
                errors,
            ),
            allows: Allow::all(arguments, errors),
            idempotent: Idempotent::new(arguments, errors),
        }
    }

    /// The fields of `manifest::Handler` that they are, but for the name.
    pub(crate) fn describe(&self, krate: &TokenStream) -> TokenStream {
        let Self { memory, timeout, .. } = self;
        let architecture = option(self.architecture.map(|architecture| {
            let variant = Ident::new(architecture, Span::call_site());
            quote!(#krate::manifest::Architecture::#variant)
        }));
        let environment = self.environment.describe(krate);
        let vpc = option(self.vpc.as_ref().map(|vpc| id_of(krate, "Vpc", vpc)));
        let reserved_concurrency = option(self.reserved_concurrency.map(|number| quote!(#number)));
        let allows = self.allows.iter().map(|allow| allow.describe(krate));
        let idempotent = option(self.idempotent.as_ref().map(|it| it.describe(krate)));
        quote! {
            memory: #memory,
            timeout: #timeout,
            architecture: #architecture,
            environment: #environment,
            vpc: #vpc,
            reserved_concurrency: #reserved_concurrency,
            allows: #krate::__private::Borrowed(&[#(#allows),*]),
            idempotent: #idempotent,
            input: ::core::option::Option::None,
        }
    }
}

/// The Lambda's name: by default the function's, in upper camel case.
fn name(function: &Ident, arguments: &mut Arguments, errors: &mut Errors) -> String {
    let default = upper_camel(&unraw(function));
    let name = arguments.take::<LitStr>("name", errors);
    match &name {
        Some(name) if !is_legal(&name.value()) => errors
            .on(name, "a function's name has ASCII letters, digits, `-` and `_`, and at least one"),
        None if !is_legal(&default) => errors.on(
            function,
            format!(
                "`{default}` cannot be a function's name: AWS takes ASCII letters, digits, `-` and `_`; give it one with `name = \"…\"`"
            ),
        ),
        _ => {}
    }
    name.map_or(default, |name| name.value())
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>
fn is_legal(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !name.is_empty() && name.chars().all(allowed)
}
