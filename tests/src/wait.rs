//! Waiting for something that happens elsewhere.

use std::time::{Duration, Instant};

use anyhow::Context;

use crate::aws::Aws;

/// Longer than anything takes here, even on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(180);

/// Asks until there is an answer, every 200 ms for at most three minutes.
///
/// # Errors
///
/// There was none in time; the last error if asking itself failed.
pub fn until<T>(what: &str, ask: impl FnMut() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
    until_within(PATIENCE, what, ask)
}

/// As [`until`], with more patience, or less.
///
/// # Errors
///
/// There was none in time; the last error if asking itself failed.
pub fn until_within<T>(
    patience: Duration,
    what: &str,
    mut ask: impl FnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let end = Instant::now() + patience;
    loop {
        let last = match ask() {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if Instant::now() > end {
            return Err(last
                .unwrap_or_else(|| anyhow::anyhow!("within {patience:?}"))
                .context(format!("waited in vain for {what}")));
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Does something and waits until it has gone as far as it goes: until each function has run at
/// least that often more, and then nothing more runs.
///
/// # Errors
///
/// Doing it fails, or the functions do not run that often within three minutes.
pub fn until_quiet(
    aws: &Aws,
    expected: &[(&str, usize)],
    act: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let count = || -> anyhow::Result<Vec<usize>> {
        expected.iter().map(|(function, _)| Ok(aws.invocations(function)?.len())).collect()
    };
    let before = count()?;
    act()?;
    let mut last = before.clone();
    let mut quiet = 0;
    until("the functions to have done their work", || {
        let now = count()?;
        let done = now
            .iter()
            .zip(&before)
            .zip(expected)
            .all(|((now, before), (_, least))| now - before >= *least);
        quiet = if done && now == last { quiet + 1 } else { 0 };
        last = now;
        // At 200 ms each; a function answers in a fraction of that time.
        Ok((quiet >= 10).then_some(()))
    })
    .with_context(|| format!("runs before {before:?}, now {last:?}, more expected: {expected:?}"))
}
