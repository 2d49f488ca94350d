//! `#[derive(Vpc)]`

use std::net::Ipv4Addr;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::DeriveInput;

use crate::{arguments::Arguments, errors::Errors, item, krate};

const CIDR: &str = "10.0.0.0/16";

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let krate = krate::path();
    let mut errors = Errors::new();
    let mut arguments = Arguments::of_type_if_any("vpc", input, &mut errors);
    let existing = arguments.existing(&[], &mut errors);
    let here = !existing || arguments.contains("cidr");
    if !here {
        let why =
            "without `cidr` the subnets of an `existing` vpc are not created here: leave `azs` out";
        arguments.refuse("azs", why, &mut errors);
    }
    let name = super::name_or_default(input, &mut arguments, &mut errors);
    let cidr = arguments.text("cidr", &mut errors);
    let azs = arguments.number("azs", 2..=3, "availability zones", 2, &mut errors);
    let choices = [("endpoints", "Endpoints"), ("nat", "Nat")];
    let egress = arguments.choice("egress", &choices, &mut errors).unwrap_or("Endpoints");
    arguments.finish(&["name", "cidr", "azs", "egress", "existing"], &mut errors);
    if let Some(cidr) = cidr.as_ref().filter(|cidr| !cidr.value().is_empty())
        && let Err(why) = check(&cidr.value())
    {
        errors.on(cidr, why);
    }
    let cidr = cidr.map_or_else(|| CIDR.to_owned(), |cidr| cidr.value());
    let cidr = item::option(here.then(|| quote!(#krate::__private::text(#cidr))));
    let egress = Ident::new(egress, Span::call_site());
    let kind = quote! {
        Vpc(#krate::manifest::Vpc {
            name: #krate::__private::text(#name),
            cidr: #cidr,
            azs: #azs,
            egress: #krate::manifest::Egress::#egress,
            existing: #existing,
        })
    };
    super::declare(input, &krate, "Vpc", Some(kind), errors)
}

/// That it is a network of a size that is split into subnets; otherwise what to write.
///
/// A VPC has a prefix of 16 to 28, and so has a subnet; there are up to six:
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
fn check(cidr: &str) -> Result<(), String> {
    let parsed = cidr.split_once('/').and_then(|(address, prefix)| {
        Some((address.parse::<Ipv4Addr>().ok()?, prefix.parse::<u32>().ok()?))
    });
    let Some((address, prefix)) = parsed else {
        return Err(format!("`cidr` is an IPv4 network and its prefix: write `{CIDR}`"));
    };
    if !(16..=24).contains(&prefix) {
        let near = prefix.clamp(16, 24);
        let network = network(address, near);
        return Err(format!("the prefix of `cidr` is 16 to 24: write `{network}/{near}`"));
    }
    let network = format!("{}/{prefix}", network(address, prefix));
    match network == cidr {
        true => Ok(()),
        false => Err(format!("`{cidr}` is inside a network: write `{network}`")),
    }
}

/// The address with the bits of the hosts, those after the prefix, zero.
fn network(address: Ipv4Addr, prefix: u32) -> Ipv4Addr {
    let hosts = u32::MAX.checked_shr(prefix).unwrap_or(0);
    Ipv4Addr::from_bits(address.to_bits() & !hosts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cidr_is_a_network_that_is_large_enough() {
        for right in [CIDR, "10.0.8.0/22", "192.168.255.0/24", "172.16.0.0/16"] {
            assert_eq!(check(right), Ok(()));
        }
        let written = |cidr| check(cidr).expect_err("a mistake");
        for no_network in ["", "10.0.0.0", "10.0.0/16", "::/16", "10.0.0.0/-1", "10.0.0.0/x"] {
            assert!(written(no_network).ends_with("write `10.0.0.0/16`"), "{no_network}");
        }
        for (cidr, remedy) in [
            ("10.0.0.0/8", "the prefix of `cidr` is 16 to 24: write `10.0.0.0/16`"),
            ("10.0.0.0/0", "the prefix of `cidr` is 16 to 24: write `10.0.0.0/16`"),
            ("10.0.3.128/25", "the prefix of `cidr` is 16 to 24: write `10.0.3.0/24`"),
            ("10.0.0.0/99", "the prefix of `cidr` is 16 to 24: write `10.0.0.0/24`"),
            ("10.0.1.0/16", "`10.0.1.0/16` is inside a network: write `10.0.0.0/16`"),
            ("10.0.1.255/22", "`10.0.1.255/22` is inside a network: write `10.0.0.0/22`"),
            ("10.0.0.0/016", "`10.0.0.0/016` is inside a network: write `10.0.0.0/16`"),
        ] {
            assert_eq!(written(cidr), remedy);
        }
    }
}
