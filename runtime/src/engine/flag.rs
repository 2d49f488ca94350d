//! Whether something of an engine can go on.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Wake, Waker},
};

/// Raised when something can go on; whoever has the engine is then woken.
#[derive(Default)]
pub(super) struct Flag {
    raised: AtomicBool,
    owner: Mutex<Option<Waker>>,
}

impl Flag {
    /// From now on this one is woken.
    pub(super) fn wakes(&self, owner: &Waker) {
        let mut known = self.owner.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.as_ref().is_some_and(|known| known.will_wake(owner)) {
            *known = Some(owner.clone());
        }
    }

    /// Takes it down; whether it was raised.
    pub(super) fn lower(&self) -> bool {
        self.raised.swap(false, Ordering::AcqRel)
    }

    pub(super) fn is_raised(&self) -> bool {
        self.raised.load(Ordering::Acquire)
    }

    pub(super) fn wake(&self) {
        if !self.raised.swap(true, Ordering::AcqRel)
            && let Some(owner) = &*self.owner.lock().unwrap_or_else(PoisonError::into_inner)
        {
            owner.wake_by_ref();
        }
    }
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        Flag::wake(&self);
    }

    fn wake_by_ref(self: &Arc<Self>) {
        Flag::wake(self);
    }
}
