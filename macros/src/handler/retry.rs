//! How often, and for how long, a hand-over is tried.

use std::ops::RangeInclusive;

use proc_macro2::TokenStream;
use quote::quote;

use crate::{arguments::Arguments, errors::Errors};

/// The arguments of a retry, their ranges and their defaults.
pub(super) struct Limits {
    pub(super) retries: (&'static str, RangeInclusive<u32>, u32),
    /// In seconds.
    pub(super) max_age: (&'static str, RangeInclusive<u32>, u32),
}

/// `manifest::Retry`.
pub(super) struct Retry {
    attempts: u32,
    max_age: u32,
}

impl Retry {
    pub(super) fn new(limits: Limits, arguments: &mut Arguments, errors: &mut Errors) -> Self {
        let (retries, range, default) = limits.retries;
        let attempts = arguments.number(retries, range, "retries", default, errors);
        let (max_age, range, default) = limits.max_age;
        Self { attempts, max_age: arguments.number(max_age, range, "seconds", default, errors) }
    }

    pub(super) fn describe(&self, krate: &TokenStream) -> TokenStream {
        let Self { attempts, max_age } = self;
        quote!(#krate::manifest::Retry { attempts: #attempts, max_age: #max_age })
    }
}
