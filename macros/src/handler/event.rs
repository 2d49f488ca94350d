//! `#[on_event(rule = …)]`

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Type, spanned::Spanned};

use super::{
    Trigger,
    retry::{Limits, Retry},
    rule::{Rule, declared},
};
use crate::{arguments::Arguments, errors::Errors, item};

pub(super) struct Event {
    rule: Rule,
    /// Of the function.
    retry: Retry,
    /// Of the bus.
    delivery: Retry,
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html>
const RETRY: Limits =
    Limits { retries: ("retries", 0..=2, 2), max_age: ("max_age", 60..=21_600, 21_600) };

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html>
const DELIVERY: Limits = Limits {
    retries: ("delivery_retries", 0..=185, 185),
    max_age: ("delivery_max_age", 60..=86_400, 86_400),
};

impl Trigger for Event {
    const ATTRIBUTE: &'static str = "on_event";
    const ENTRY: &'static str = "event";
    const ARGUMENTS: &'static [&'static str] =
        &["rule", "retries", "max_age", "delivery_retries", "delivery_max_age"];

    fn new(arguments: &mut Arguments, errors: &mut Errors) -> Option<Self> {
        let rule = arguments.require("rule", "OrderPlaced", errors);
        let retry = Retry::new(RETRY, arguments, errors);
        let delivery = Retry::new(DELIVERY, arguments, errors);
        Some(Self { rule: rule?, retry, delivery })
    }

    fn describe(&self, krate: &TokenStream, input: &Type) -> TokenStream {
        let pattern = self.rule.pattern(krate);
        let [retry, delivery] = [&self.retry, &self.delivery].map(|it| it.describe(krate));
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
                        delivery: #delivery,
                        retry: #retry,
                    })
                }
            }
            Rule::Raw { bus, .. } => {
                let bus = item::id_of(krate, "Bus", bus);
                let readable =
                    quote_spanned!(input.span()=> #krate::__private::readable::<#input>());
                quote! {
                    Event(#krate::manifest::EventTrigger {
                        bus: #bus,
                        event: {
                            #readable;
                            #krate::__private::optional_text(::core::option::Option::None)
                        },
                        pattern: #pattern,
                        delivery: #delivery,
                        retry: #retry,
                    })
                }
            }
        }
    }
}
