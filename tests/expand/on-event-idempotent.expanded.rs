async fn tell_customer(order: OrderPlaced, customers: Notify<Customers>) -> Result<()> {
    body
}
const _: () = {
    struct __Handler;
    impl ::esteira::__private::Handler for __Handler {
        const ITEM: ::esteira::manifest::Item = ::esteira::manifest::Item {
            id: ::esteira::__private::text(
                ::core::concat!(::core::module_path!(), "::", "tell_customer"),
            ),
            at: ::esteira::__private::location(
                ::core::env!("CARGO_PKG_NAME"),
                ::core::file!(),
                2u32,
            ),
            kind: ::esteira::manifest::Kind::Handler(::esteira::manifest::Handler {
                function: ::esteira::__private::text("TellCustomer"),
                entry: ::esteira::__private::text(::esteira::__symbol!("tell_customer")),
                trigger: ::esteira::manifest::Trigger::Event(::esteira::manifest::EventTrigger {
                    bus: ::esteira::__private::text(
                        ::esteira::__private::event::<OrderPlaced>().bus,
                    ),
                    event: {
                        ::esteira::__private::same::<OrderPlaced, OrderPlaced>();
                        ::esteira::__private::optional_text(
                            ::core::option::Option::Some(
                                ::esteira::__private::event::<OrderPlaced>().id,
                            ),
                        )
                    },
                    pattern: ::esteira::manifest::Json::Object(
                        ::esteira::__private::Borrowed(
                            &[
                                (
                                    ::esteira::__private::text("source"),
                                    ::esteira::manifest::Json::Array(
                                        ::esteira::__private::Borrowed(
                                            &[
                                                ::esteira::manifest::Json::Text(
                                                    ::esteira::__private::text(
                                                        ::esteira::__private::event::<OrderPlaced>().source,
                                                    ),
                                                ),
                                            ],
                                        ),
                                    ),
                                ),
                                (
                                    ::esteira::__private::text("detail-type"),
                                    ::esteira::manifest::Json::Array(
                                        ::esteira::__private::Borrowed(
                                            &[
                                                ::esteira::manifest::Json::Text(
                                                    ::esteira::__private::text(
                                                        ::esteira::__private::event::<OrderPlaced>().detail_type,
                                                    ),
                                                ),
                                            ],
                                        ),
                                    ),
                                ),
                            ],
                        ),
                    ),
                    delivery: ::esteira::manifest::Retry {
                        attempts: 185u32,
                        max_age: 86400u32,
                    },
                    retry: ::esteira::manifest::Retry {
                        attempts: 2u32,
                        max_age: 21600u32,
                    },
                }),
                parameters: ::esteira::__private::Borrowed(
                    &[
                        ::esteira::manifest::Parameter {
                            name: ::esteira::__private::text("order"),
                            at: ::esteira::__private::location(
                                ::core::env!("CARGO_PKG_NAME"),
                                ::core::file!(),
                                2u32,
                            ),
                            role: ::esteira::manifest::Role::Input,
                        },
                        ::esteira::manifest::Parameter {
                            name: ::esteira::__private::text("customers"),
                            at: ::esteira::__private::location(
                                ::core::env!("CARGO_PKG_NAME"),
                                ::core::file!(),
                                2u32,
                            ),
                            role: <Notify<Customers> as ::esteira::Parameter>::ROLE,
                        },
                    ],
                ),
                memory: 256u32,
                timeout: 30u32,
                architecture: ::core::option::Option::None,
                environment: ::esteira::__private::Borrowed(&[]),
                vpc: ::core::option::Option::None,
                reserved_concurrency: ::core::option::Option::None,
                allows: ::esteira::__private::Borrowed(&[]),
                idempotent: ::core::option::Option::Some(::esteira::manifest::Idempotent {
                    ttl: 1209600u32,
                }),
                input: ::core::option::Option::None,
            }),
        };
        type Input = OrderPlaced;
        type Parameters = (Notify<Customers>,);
        type Guard = ::esteira::__private::Once;
        async fn call(
            __argument: Self::Input,
            (__parameter_0,): Self::Parameters,
        ) -> ::esteira::Result<()> {
            let __outcome: Result<()> = tell_customer(__argument, __parameter_0).await;
            <Result<()> as ::esteira::__private::Outcome>::into_result(__outcome)
        }
    }
    impl ::esteira::__private::Idempotent for __Handler {
        const TTL: u32 = 1209600u32;
        fn key(__argument: &OrderPlaced) -> ::std::string::String {
            ::esteira::__private::idempotency_key(&__argument.order)
        }
    }
    ::esteira::__register!(
        < __Handler as ::esteira::__private::Handler > ::ITEM, < __Handler as
        ::esteira::__private::Handler > ::Input
    );
    ::esteira::__entry!(event, __Handler, "tell_customer");
    let _ = tell_customer;
};
