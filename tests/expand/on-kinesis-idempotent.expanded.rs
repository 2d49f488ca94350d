async fn tell_customer(
    Json(order): Json<Order>,
    customers: Notify<Customers>,
) -> Result<()> {
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
                trigger: ::esteira::manifest::Trigger::Kinesis(::esteira::manifest::KinesisTrigger {
                    stream: ::esteira::__private::text(
                        <Orders as ::esteira::Stream>::ID,
                    ),
                    batch_size: 100u32,
                    row: ::esteira::__private::optional_text(
                        <Json<Order> as ::esteira::Record>::ROW,
                    ),
                    batching_window: 0u32,
                    parallelization: 1u32,
                    concurrency: 10u32,
                    starting_position: ::esteira::manifest::StartingPosition::TrimHorizon,
                    retry: ::esteira::manifest::Retry {
                        attempts: 10u32,
                        max_age: 86400u32,
                    },
                }),
                parameters: ::esteira::__private::Borrowed(
                    &[
                        ::esteira::manifest::Parameter {
                            name: ::esteira::__private::text("input"),
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
                    ttl: 3600u32,
                }),
                input: ::core::option::Option::None,
            }),
        };
        type Input = Json<Order>;
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
        const TTL: u32 = 3600u32;
        fn key(__argument: &Json<Order>) -> ::std::string::String {
            ::esteira::__private::idempotency_key_by(
                __argument,
                |Json(order)| format!("{}-{}", order.shop, order.number),
            )
        }
    }
    ::esteira::__register!(
        < __Handler as ::esteira::__private::Handler > ::ITEM, < __Handler as
        ::esteira::__private::Handler > ::Input
    );
    ::esteira::__entry!(kinesis, __Handler, "tell_customer");
    let _ = tell_customer;
};
