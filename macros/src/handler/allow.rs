//! `allow(actions("dynamodb:Scan"), on = Inventory)`

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{
    LitStr,
    parse::{Parse, ParseStream},
    spanned::Spanned,
};

use crate::{
    arguments::{Arguments, Declared},
    errors::Errors,
    item::location,
};

/// What the raw clients of a handler may do to one resource.
pub(super) struct Allow {
    span: Span,
    actions: Vec<LitStr>,
    on: Option<On>,
}

/// What an `allow` is about.
enum On {
    Resource(Box<Declared>),
    Arn(LitStr),
}

impl Parse for On {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return input.parse().map(Self::Arn);
        }
        let mistake = input.error("expected the name of a declared type, or an ARN as a text");
        input.parse().map(|ty| Self::Resource(Box::new(ty))).map_err(|_| mistake)
    }
}

impl Allow {
    /// Takes every `allow` of a handler.
    pub(super) fn all(arguments: &mut Arguments, errors: &mut Errors) -> Vec<Self> {
        let mut all = Vec::new();
        while arguments.contains("allow") {
            if let Some(arguments) = arguments.nested("allow", errors) {
                all.push(Self::new(arguments, errors));
            }
        }
        all
    }

    fn new(mut arguments: Arguments, errors: &mut Errors) -> Self {
        let span = arguments.span();
        let actions: Vec<LitStr> = arguments.require_list("actions", "(\"dynamodb:Scan\")", errors);
        let on = arguments.require("on", "Inventory", errors);
        arguments.finish(&["actions", "on"], errors);
        for (position, action) in actions.iter().enumerate() {
            let text = action.value();
            if actions[..position].iter().any(|other| other.value() == text) {
                errors.on(action, format!("`{text}` is given twice"));
            } else if let Err(why) = check_action(&text) {
                errors.on(action, why);
            }
        }
        if let Some(On::Arn(arn)) = &on
            && let Err(why) = check_arn(&arn.value())
        {
            errors.on(arn, why);
        }
        Self { span, actions, on }
    }

    /// Where it is written.
    pub(super) fn span(&self) -> Span {
        self.span
    }

    /// A `manifest::Allow`.
    pub(super) fn describe(&self, krate: &TokenStream) -> TokenStream {
        let at = location(krate, self.span);
        let actions = &self.actions;
        let on = self.on.as_ref().map(|on| match on {
            On::Resource(declared) => {
                let Declared(ty) = &**declared;
                let id = quote_spanned!(ty.span()=> <#ty as #krate::Resource>::RESOURCE);
                quote!(#krate::manifest::On::Resource(#krate::__private::text(#id)))
            }
            On::Arn(arn) => quote!(#krate::manifest::On::Arn(#krate::__private::text(#arn))),
        });
        quote! {
            #krate::manifest::Allow {
                at: #at,
                actions: #krate::__private::Borrowed(&[#(#krate::__private::text(#actions)),*]),
                on: #on,
            }
        }
    }
}

/// That a text is one action of IAM; otherwise why not.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
fn check_action(text: &str) -> Result<(), String> {
    if text.contains(['*', '?']) {
        return Err(format!("`{text}` is not one action: write each that is needed"));
    }
    let service = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    match text.split_once(':') {
        Some((before, after))
            if !before.is_empty()
                && before.chars().all(service)
                && after.starts_with(|c: char| c.is_ascii_alphabetic())
                && after.chars().all(|c| c.is_ascii_alphanumeric()) =>
        {
            Ok(())
        }
        _ => Err(format!(
            "`{text}` is not an action: it is written `service:Action`, as in `dynamodb:Scan`"
        )),
    }
}

/// That a text can be the resource of a policy; otherwise why not.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
fn check_arn(text: &str) -> Result<(), String> {
    // For actions that AWS defines for no particular resource.
    if text == "*" {
        return Ok(());
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let whole = matches!(
        parts.as_slice(),
        ["arn", partition, service, _, _, resource]
            if partition.starts_with("aws") && !service.is_empty() && !resource.is_empty()
    );
    match whole && text.chars().all(|c| c.is_ascii_graphic()) {
        true => Ok(()),
        false => Err(format!(
            "`{text}` is not an ARN: it is written `arn:partition:service:region:account:resource`, as in `arn:aws:s3:::photos/*`; a type that is declared is named without quotes"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_names_a_service_and_one_thing_it_does() {
        for right in ["dynamodb:Scan", "execute-api:Invoke", "rds-db:connect", "s3:GetObject"] {
            assert_eq!(check_action(right), Ok(()));
        }
        for (wrong, why) in [
            ("dynamodb:*", "not one action"),
            ("dynamodb:Get?tem", "not one action"),
            ("*", "not one action"),
            ("Scan", "`service:Action`"),
            (":Scan", "`service:Action`"),
            ("dynamodb:", "`service:Action`"),
            ("DynamoDB:Scan", "`service:Action`"),
            ("dynamodb:Scan:Items", "`service:Action`"),
            ("dynamodb: Scan", "`service:Action`"),
            ("", "`service:Action`"),
        ] {
            assert!(check_action(wrong).expect_err(wrong).contains(why), "{wrong}");
        }
    }

    #[test]
    fn a_resource_is_named_by_its_whole_arn() {
        for right in [
            "*",
            "arn:aws:s3:::photos/*",
            "arn:aws-cn:ssm:cn-north-1:123456789012:parameter/shop/${aws:PrincipalTag/team}",
            "arn:aws:logs:*:*:log-group:a:b",
        ] {
            assert_eq!(check_arn(right), Ok(()));
        }
        for wrong in [
            "",
            "photos",
            "arn:aws:s3",
            "arn:aws:s3:::",
            "arn::s3:::a",
            "arn:aws::::a",
            "arn:aws:s3:::a b",
        ] {
            assert!(check_arn(wrong).expect_err(wrong).contains("not an ARN"), "{wrong}");
        }
    }
}
