//! `#[on_event(rule = …)]`

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Type, spanned::Spanned};

use super::{
    Trigger,
    rule::{Rule, declared},
};
use crate::{arguments::Arguments, errors::Errors};

pub(super) struct Event {
    rule: Rule,
}

impl Trigger for Event {
    const ATTRIBUTE: &'static str = "on_event";
    const ENTRY: &'static str = "event";
    const ARGUMENTS: &'static [&'static str] = &["rule"];

    fn new(arguments: &mut Arguments, errors: &mut Errors) -> Option<Self> {
        let rule = arguments.require("rule", "OrderPlaced", errors);
        Some(Self { rule: rule? })
    }

    fn describe(&self, krate: &TokenStream, input: &Type) -> TokenStream {
        let pattern = self.rule.pattern(krate);
        match &self.rule {
            Rule::Typed { event, .. } => {
                let declared = declared(krate, event);
                let same =
                    quote_spanned!(input.span()=> #krate::__private::same::<#input, #event>());
                quote! {
                    Event(#krate::manifest::EventTrigger {
                        bus: #krate::__private::text(#declared.bus),
                        event: {
                            #same;
                            #krate::__private::optional_text(
                                ::core::option::Option::Some(#declared.id)
                            )
                        },
                        pattern: #pattern,
                    })
                }
            }
            Rule::Raw { bus, .. } => {
                let id = quote_spanned!(bus.span()=> <#bus as #krate::Bus>::ID);
                let readable =
                    quote_spanned!(input.span()=> #krate::__private::readable::<#input>());
                quote! {
                    Event(#krate::manifest::EventTrigger {
                        bus: #krate::__private::text(#id),
                        event: {
                            #readable;
                            #krate::__private::optional_text(::core::option::Option::None)
                        },
                        pattern: #pattern,
                    })
                }
            }
        }
    }
}
