async fn tell_sales(order: OrderPlaced) -> Result<()> {
    body
}
const _: () = {
    struct __Handler;
    impl ::esteira::__private::Handler for __Handler {
        const ITEM: ::esteira::manifest::Item = ::esteira::manifest::Item {
            id: ::esteira::__private::text(
                ::core::concat!(::core::module_path!(), "::", "tell_sales"),
            ),
            at: ::esteira::__private::location(
                ::core::env!("CARGO_PKG_NAME"),
                ::core::file!(),
                12u32,
            ),
            kind: ::esteira::manifest::Kind::Handler(::esteira::manifest::Handler {
                function: ::esteira::__private::text("TellSales"),
                entry: ::esteira::__private::text(::esteira::__symbol!("tell_sales")),
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
                        attempts: 10u32,
                        max_age: 3600u32,
                    },
                    retry: ::esteira::manifest::Retry {
                        attempts: 1u32,
                        max_age: 600u32,
                    },
                }),
                parameters: ::esteira::__private::Borrowed(
                    &[
                        ::esteira::manifest::Parameter {
                            name: ::esteira::__private::text("order"),
                            at: ::esteira::__private::location(
                                ::core::env!("CARGO_PKG_NAME"),
                                ::core::file!(),
                                12u32,
                            ),
                            role: ::esteira::manifest::Role::Input,
                        },
                    ],
                ),
                memory: 256u32,
                timeout: 30u32,
                architecture: ::core::option::Option::Some(
                    ::esteira::manifest::Architecture::X86_64,
                ),
                environment: ::esteira::__private::Borrowed(
                    &[
                        ::esteira::manifest::Variable {
                            name: ::esteira::__private::text("RUST_LOG"),
                            value: ::esteira::__private::text("debug"),
                        },
                        ::esteira::manifest::Variable {
                            name: ::esteira::__private::text("CURRENCY"),
                            value: ::esteira::__private::text("BRL"),
                        },
                    ],
                ),
                vpc: ::core::option::Option::Some(
                    ::esteira::__private::text(<infra::Network as ::esteira::Vpc>::ID),
                ),
                reserved_concurrency: ::core::option::Option::Some(5u32),
                allows: ::esteira::__private::Borrowed(&[]),
                idempotent: ::core::option::Option::None,
                input: ::core::option::Option::None,
            }),
        };
        type Input = OrderPlaced;
        type Parameters = ();
        type Guard = ();
        async fn call(
            __argument: Self::Input,
            (): Self::Parameters,
        ) -> ::esteira::Result<()> {
            let __outcome: Result<()> = tell_sales(__argument).await;
            <Result<()> as ::esteira::__private::Outcome>::into_result(__outcome)
        }
    }
    ::esteira::__register!(
        < __Handler as ::esteira::__private::Handler > ::ITEM, < __Handler as
        ::esteira::__private::Handler > ::Input
    );
    ::esteira::__entry!(event, __Handler, "tell_sales");
    let _ = tell_sales;
};
