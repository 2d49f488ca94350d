//! The transactions that were carried out under a token.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::endpoint::failure::{Failure, Outcome};

/// How long a token is remembered.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>
const MEMORY: Duration = Duration::from_secs(10 * 60);

/// Remembers tokens, and what was asked for under them.
#[derive(Debug, Default)]
pub(in crate::endpoint) struct Tokens(Mutex<HashMap<String, (SystemTime, Value)>>);

impl Tokens {
    /// Whether a transaction was carried out under a token before.
    ///
    /// # Errors
    ///
    /// It was another one.
    pub(super) fn is_done(&self, token: &str, request: &Value, now: SystemTime) -> Outcome<bool> {
        let mut done = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        done.retain(|_, (at, _)| now.duration_since(*at).unwrap_or_default() < MEMORY);
        match done.get(token) {
            None => Ok(false),
            Some((_, known)) if known == request => Ok(true),
            Some(_) => Err(Failure::new(
                "IdempotentParameterMismatchException",
                "The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical",
            )),
        }
    }

    /// Remembers that a transaction was carried out.
    pub(super) fn remember(&self, token: String, request: Value, now: SystemTime) {
        let mut done = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        done.insert(token, (now, request));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tokens_are_remembered_for_ten_minutes() {
        let tokens = Tokens::default();
        let now = SystemTime::now();
        let at = |seconds| now + Duration::from_secs(seconds);
        assert_eq!(tokens.is_done("t", &json!(1), now), Ok(false));
        tokens.remember("t".into(), json!(1), now);
        assert_eq!(tokens.is_done("t", &json!(1), at(599)), Ok(true));
        assert!(tokens.is_done("t", &json!(2), at(599)).is_err());
        assert_eq!(tokens.is_done("t", &json!(2), at(600)), Ok(false));
    }
}
