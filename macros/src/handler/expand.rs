//! What a valid handler becomes: a description, an implementation of `Handler`, an entry point.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{Settings, Signature, Trigger, signature::Argument};
use crate::{
    item::{describe, location, unraw},
    krate,
};

pub(super) fn expand<T: Trigger>(
    krate: &TokenStream,
    trigger: &T,
    settings: &Settings,
    Signature { name, input, parameters, output }: &Signature,
) -> TokenStream {
    let plain = unraw(name);
    let function = &settings.function;
    // Of what an `allow` says, only a raw client can make use; and that, only with an `allow`.
    let (taken, used) = match settings.allows.first() {
        None => (quote!(#krate::Parameter), None),
        Some(first) => {
            let taken = quote!(#krate::__private::Allowed);
            let raw = parameters
                .iter()
                .map(|Argument { ty, .. }| quote_spanned!(ty.span()=> <#ty as #taken>::RAW));
            let used = quote_spanned! {first.span()=>
                ::core::assert!(
                    false #(|| #raw)*,
                    "only a `Raw<Client>` can do what `allow` permits: take one, or remove the `allow`"
                );
            };
            (taken, Some(used))
        }
    };
    let idempotent = &settings.idempotent;
    let settings = settings.describe(krate);
    let description = trigger.describe(krate, &input.ty);
    let input_name = &input.name;
    let input_at = location(krate, input.ty.span());
    let others = parameters.iter().map(|parameter| {
        let (name, ty) = (&parameter.name, &parameter.ty);
        let at = location(krate, ty.span());
        let role = quote_spanned!(ty.span()=> <#ty as #taken>::ROLE);
        quote! {
            #krate::manifest::Parameter { name: #krate::__private::text(#name), at: #at, role: #role }
        }
    });
    let mut item = describe(
        krate,
        name,
        &quote! {
            Handler(#krate::manifest::Handler {
                function: #krate::__private::text(#function),
                entry: #krate::__private::text(#krate::__symbol!(#plain)),
                trigger: #krate::manifest::Trigger::#description,
                parameters: #krate::__private::Borrowed(&[
                    #krate::manifest::Parameter {
                        name: #krate::__private::text(#input_name),
                        at: #input_at,
                        role: #krate::manifest::Role::Input,
                    },
                    #(#others),*
                ]),
                #settings
            })
        },
    );
    if used.is_some() {
        item = quote!({ #used #item });
    }
    let entry = format_ident!("{}", T::ENTRY);
    // No item of the user's is called that: a constant would be taken for a pattern. Variables
    // are out of sight as well, the function may have any name.
    let this = format_ident!("__Handler");
    let [argument, outcome] =
        ["__argument", "__outcome"].map(|name| Ident::new(name, Span::mixed_site()));
    let input_type = &input.ty;
    let guard = match idempotent {
        Some(_) => quote!(#krate::__private::Once),
        None => quote!(()),
    };
    let idempotent = idempotent.as_ref().map(|it| it.implement(krate, &this, input_type));
    let types: Vec<_> = parameters.iter().map(|parameter| &parameter.ty).collect();
    let bindings: Vec<_> = (0..parameters.len())
        .map(|position| format_ident!("__parameter_{position}", span = Span::mixed_site()))
        .collect();
    let result = quote_spanned! {output.span()=>
        <#output as #krate::__private::Outcome>::into_result(#outcome)
    };
    // At the function's name: there the compiler says that its future is not `Send`.
    let here = Span::mixed_site().located_at(name.span());
    let ok = krate::at(here);
    let call = quote_spanned! {here=>
        async fn call(
            #argument: Self::Input,
            (#(#bindings,)*): Self::Parameters,
        ) -> #ok::Result<()> {
            let #outcome: #output = #name(#argument #(, #bindings)*).await;
            #result
        }
    };
    quote! {
        const _: () = {
            struct #this;
            impl #krate::__private::Handler for #this {
                const ITEM: #krate::manifest::Item = #item;
                type Input = #input_type;
                type Parameters = (#(#types,)*);
                type Guard = #guard;
                #call
            }
            #idempotent
            #krate::__register!(
                <#this as #krate::__private::Handler>::ITEM,
                <#this as #krate::__private::Handler>::Input
            );
            #krate::__entry!(#entry, #this, #plain);
            // Used by AWS, if by nothing else.
            let _ = #name;
        };
    }
}
