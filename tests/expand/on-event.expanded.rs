#[cfg(feature = "stock")]
#[tracing::instrument]
async fn update_stock(order: OrderPlaced, stock: Update<Stock>) -> Result<()> {
    body
}
#[cfg(feature = "stock")]
const _: () = {
    struct __Handler;
    impl ::esteira::__private::Handler for __Handler {
        const ITEM: ::esteira::manifest::Item = ::esteira::manifest::Item {
            id: ::esteira::__private::text(
                ::core::concat!(::core::module_path!(), "::", "update_stock"),
            ),
            at: ::esteira::__private::location(
                ::core::env!("CARGO_PKG_NAME"),
                ::core::file!(),
                7u32,
            ),
            kind: ::esteira::manifest::Kind::Handler(::esteira::manifest::Handler {
                function: ::esteira::__private::text("UpdateStock"),
                entry: ::esteira::__private::text(::esteira::__symbol!("update_stock")),
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
                                (
                                    ::esteira::__private::text("detail"),
                                    ::esteira::manifest::Json::Object(
                                        ::esteira::__private::Borrowed(
                                            &[
                                                (
                                                    {
                                                        let __field = &<OrderPlaced as ::esteira::Detail>::FIELDS
                                                            .quantity;
                                                        ::esteira::__private::check::numeric(__field);
                                                        ::esteira::__private::check::numeric(__field);
                                                        ::esteira::__private::text(__field.name())
                                                    },
                                                    ::esteira::manifest::Json::Array(
                                                        ::esteira::__private::Borrowed(
                                                            &[
                                                                ::esteira::manifest::Json::Integer(1i64),
                                                                ::esteira::manifest::Json::Object(
                                                                    ::esteira::__private::Borrowed(
                                                                        &[
                                                                            (
                                                                                ::esteira::__private::text("numeric"),
                                                                                ::esteira::manifest::Json::Array(
                                                                                    ::esteira::__private::Borrowed(
                                                                                        &[
                                                                                            ::esteira::manifest::Json::Text(
                                                                                                ::esteira::__private::text(">"),
                                                                                            ),
                                                                                            ::esteira::manifest::Json::Integer(5i64),
                                                                                        ],
                                                                                    ),
                                                                                ),
                                                                            ),
                                                                        ],
                                                                    ),
                                                                ),
                                                            ],
                                                        ),
                                                    ),
                                                ),
                                                (
                                                    {
                                                        let __field = &<OrderPlaced as ::esteira::Detail>::FIELDS
                                                            .customer;
                                                        ::esteira::__private::text(__field.name())
                                                    },
                                                    ::esteira::manifest::Json::Object(
                                                        ::esteira::__private::Borrowed(
                                                            &[
                                                                (
                                                                    {
                                                                        let __field = &::esteira::__private::check::nested(
                                                                                &<OrderPlaced as ::esteira::Detail>::FIELDS.customer,
                                                                            )
                                                                            .country;
                                                                        ::esteira::__private::check::text(__field);
                                                                        ::esteira::__private::text(__field.name())
                                                                    },
                                                                    ::esteira::manifest::Json::Array(
                                                                        ::esteira::__private::Borrowed(
                                                                            &[
                                                                                ::esteira::manifest::Json::Text(
                                                                                    ::esteira::__private::text("BR"),
                                                                                ),
                                                                            ],
                                                                        ),
                                                                    ),
                                                                ),
                                                            ],
                                                        ),
                                                    ),
                                                ),
                                                (
                                                    {
                                                        let __field = &<OrderPlaced as ::esteira::Detail>::FIELDS
                                                            .note;
                                                        ::esteira::__private::check::named(__field);
                                                        ::esteira::__private::text(__field.name())
                                                    },
                                                    ::esteira::manifest::Json::Array(
                                                        ::esteira::__private::Borrowed(
                                                            &[
                                                                ::esteira::manifest::Json::Object(
                                                                    ::esteira::__private::Borrowed(
                                                                        &[
                                                                            (
                                                                                ::esteira::__private::text("exists"),
                                                                                ::esteira::manifest::Json::Bool(true),
                                                                            ),
                                                                        ],
                                                                    ),
                                                                ),
                                                            ],
                                                        ),
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
                                7u32,
                            ),
                            role: ::esteira::manifest::Role::Input,
                        },
                        ::esteira::manifest::Parameter {
                            name: ::esteira::__private::text("stock"),
                            at: ::esteira::__private::location(
                                ::core::env!("CARGO_PKG_NAME"),
                                ::core::file!(),
                                7u32,
                            ),
                            role: <Update<Stock> as ::esteira::Parameter>::ROLE,
                        },
                    ],
                ),
                memory: 512u32,
                timeout: 30u32,
                architecture: ::core::option::Option::None,
                environment: ::esteira::__private::Borrowed(&[]),
                vpc: ::core::option::Option::None,
                reserved_concurrency: ::core::option::Option::None,
                allows: ::esteira::__private::Borrowed(&[]),
                idempotent: ::core::option::Option::None,
                input: ::core::option::Option::None,
            }),
        };
        type Input = OrderPlaced;
        type Parameters = (Update<Stock>,);
        type Guard = ();
        async fn call(
            __argument: Self::Input,
            (__parameter_0,): Self::Parameters,
        ) -> ::esteira::Result<()> {
            let __outcome: Result<()> = update_stock(__argument, __parameter_0).await;
            <Result<()> as ::esteira::__private::Outcome>::into_result(__outcome)
        }
    }
    ::esteira::__register!(
        < __Handler as ::esteira::__private::Handler > ::ITEM, < __Handler as
        ::esteira::__private::Handler > ::Input
    );
    ::esteira::__entry!(event, __Handler, "update_stock");
    let _ = update_stock;
};
