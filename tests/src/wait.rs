//! Waiting for something that happens elsewhere.

use std::time::{Duration, Instant};

/// Asks until there is an answer, every 200 ms for at most a minute.
///
/// # Errors
///
/// There was none in time; the last error if asking itself failed.
pub fn until<T>(
    what: &str,
    mut ask: impl FnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let last = match ask() {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if Instant::now() > end {
            return Err(last
                .unwrap_or_else(|| anyhow::anyhow!("within a minute"))
                .context(format!("waited in vain for {what}")));
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}
