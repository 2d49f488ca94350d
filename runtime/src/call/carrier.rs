//! Which operation of its service a call is, on AWS.

/// What carries a call out on AWS. It goes with the call from where that is made, so that a function
/// has the operations of DynamoDB that its handler awaits: the client behind a port could be asked
/// for any, and each is tens of kilobytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Carrier {
    #[cfg(feature = "aws")]
    pub(crate) on_aws: crate::aws::Carry,
}

macro_rules! carriers {
    ($($name:ident: $function:ident;)+) => {
        impl Carrier {
            $(pub(crate) const $name: Self = Self {
                #[cfg(feature = "aws")]
                on_aws: crate::aws::carry::$function,
            };)+
        }
    };
}

carriers! {
    GET: get;
    PUT: put;
    UPDATE: update;
    DELETE: delete;
    QUERY: query;
    TRANSACT: transact;
}
