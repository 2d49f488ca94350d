#[derive(Vpc)]
pub struct Network;
impl ::esteira::Vpc for Network {
    const ID: &'static str = ::core::concat!(::core::module_path!(), "::", "Network");
}
::esteira::__register!(
    ::esteira::manifest::Item { id :
    ::esteira::__private::text(::core::concat!(::core::module_path!(), "::", "Network")),
    at : ::esteira::__private::location(::core::env!("CARGO_PKG_NAME"), ::core::file!(),
    2u32), kind : ::esteira::manifest::Kind::Vpc(::esteira::manifest::Vpc { name :
    ::esteira::__private::text("Network"), cidr :
    ::core::option::Option::Some(::esteira::__private::text("10.0.0.0/16")), azs : 2u32,
    egress : ::esteira::manifest::Egress::Endpoints, existing : false, }), }
);
#[derive(Vpc)]
#[vpc(existing, egress = nat)]
pub struct Company;
impl ::esteira::Vpc for Company {
    const ID: &'static str = ::core::concat!(::core::module_path!(), "::", "Company");
}
::esteira::__register!(
    ::esteira::manifest::Item { id :
    ::esteira::__private::text(::core::concat!(::core::module_path!(), "::", "Company")),
    at : ::esteira::__private::location(::core::env!("CARGO_PKG_NAME"), ::core::file!(),
    6u32), kind : ::esteira::manifest::Kind::Vpc(::esteira::manifest::Vpc { name :
    ::esteira::__private::text("Company"), cidr : ::core::option::Option::None, azs :
    2u32, egress : ::esteira::manifest::Egress::Nat, existing : true, }), }
);
