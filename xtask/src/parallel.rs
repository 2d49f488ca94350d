//! Several calls at once: one of the `aws` command line takes half a second.

use std::{
    num::NonZeroUsize,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// What `task` makes of each item, in the order of the items; at most `at_once` at a time.
pub(crate) fn map<T: Sync, R: Send>(
    items: &[T],
    at_once: NonZeroUsize,
    task: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(items.len()));
    thread::scope(|scope| {
        for _ in 0..at_once.get().min(items.len()) {
            scope.spawn(|| {
                while let index = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(item) = items.get(index)
                {
                    let result = task(item);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::{sync::Barrier, time::Duration};

    use super::*;

    const TWO: NonZeroUsize = NonZeroUsize::new(2).unwrap();

    #[test]
    fn results_are_in_the_order_of_the_items() {
        let slower_first = |item: &u64| {
            thread::sleep(Duration::from_millis(20 - item));
            item * 2
        };
        let items: Vec<_> = (0..20).collect();
        let expected: Vec<_> = items.iter().map(|item| item * 2).collect();
        assert_eq!(map(&items, TWO, slower_first), expected);
        assert_eq!(map(&[], TWO, slower_first), Vec::<u64>::new());
    }

    #[test]
    fn as_many_run_at_once_as_may_and_no_more() {
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        // Each waits for another: with fewer than two it would never end.
        let pair = Barrier::new(2);
        map(&[(); 8], TWO, |()| {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            pair.wait();
            running.fetch_sub(1, Ordering::SeqCst);
        });
        assert_eq!(most.into_inner(), 2);
    }
}
