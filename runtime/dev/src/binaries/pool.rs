//! The instances of all functions: so many, and who waits for one.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use tokio::{runtime::Handle, sync::oneshot, time::sleep};

use super::instance::Instance;

/// All instances.
pub(super) struct Pool {
    most: usize,
    runtime: Handle,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The seats that are taken, by the handler.
    seats: HashMap<&'static str, usize>,
    /// The last one that was used at the end.
    idle: Vec<Idle>,
    waiting: VecDeque<Waiting>,
    closed: bool,
}

struct Idle {
    instance: Instance,
    since: Instant,
}

struct Waiting {
    function: &'static str,
    tell: oneshot::Sender<Place>,
}

/// What an invocation gets.
#[expect(clippy::large_enum_variant, reason = "most are of the large one, and moved twice")]
pub(super) enum Place {
    /// An instance that was used before.
    Taken(Instance),
    /// The permission to start one.
    Free(Seat),
}

/// That there is one instance less to start, until it is dropped.
pub(super) struct Seat {
    pub(super) function: &'static str,
    /// Weak, for what is idle is in the pool.
    pool: Weak<Pool>,
}

impl Pool {
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, runtime: Handle::current(), state: Mutex::default() })
    }

    /// An instance of a function, or the permission to start one, as soon as there is any; nothing
    /// if the pool is closed.
    pub(super) async fn place(self: &Arc<Self>, function: &'static str) -> Option<Place> {
        // Not ended before the state is let go of: their seats need it.
        let mut ended = Vec::new();
        let place = self.state().place(self, function, &mut ended);
        ended.into_iter().for_each(|instance| self.end(instance));
        match place {
            Ok(place) => Some(place),
            Err(told) => told?.await.ok(),
        }
    }

    /// Takes an instance that is ready for an invocation.
    pub(super) fn give_back(&self, mut instance: Instance) {
        loop {
            let mut state = self.state();
            state.waiting.retain(|waiting| !waiting.tell.is_closed());
            let function = instance.function();
            let waits = state.waiting.iter().position(|waiting| waiting.function == function);
            let front = state.waiting.front().map(|waiting| waiting.function);
            // A function that has no instance at all comes before what this one could serve.
            let starves = front.is_some_and(|front| !state.seats.contains_key(front));
            let waiting = waits.filter(|_| !starves && !state.closed);
            match waiting.and_then(|at| state.waiting.remove(at)) {
                Some(waiting) => {
                    drop(state);
                    match waiting.tell.send(Place::Taken(instance)) {
                        // Nobody waits there any more.
                        Err(Place::Taken(back)) => instance = back,
                        _ => return,
                    }
                }
                None if state.closed || front.is_some() => {
                    drop(state);
                    return self.end(instance);
                }
                None => return state.idle.push(Idle { instance, since: Instant::now() }),
            }
        }
    }

    /// Ends what is idle, and gives nobody anything any more.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        let idle = std::mem::take(&mut state.idle);
        let waiting = std::mem::take(&mut state.waiting);
        drop((state, waiting));
        idle.into_iter().for_each(|idle| self.end(idle.instance));
    }

    fn end_old(&self, longest: Duration) {
        let mut state = self.state();
        let old = state.idle.iter().take_while(|idle| idle.since.elapsed() >= longest).count();
        let old: Vec<Idle> = state.idle.drain(..old).collect();
        drop(state);
        old.into_iter().for_each(|idle| self.end(idle.instance));
    }

    /// Ends an instance elsewhere; its seat becomes free afterwards.
    fn end(&self, instance: Instance) {
        self.runtime.spawn(instance.end());
    }

    /// Gives a seat of a function to whoever has waited longest.
    fn free(self: &Arc<Self>, mut function: &'static str) {
        loop {
            let mut state = self.state();
            if let Some(seats) = state.seats.get_mut(function) {
                *seats -= 1;
                if *seats == 0 {
                    state.seats.remove(function);
                }
            }
            let Some(waiting) = state.waiting.pop_front() else { return };
            let seat = state.seat(self, waiting.function);
            drop(state);
            match waiting.tell.send(Place::Free(seat)) {
                Err(Place::Free(mut seat)) => {
                    // Freed by the next round, not by itself.
                    seat.pool = Weak::new();
                    function = seat.function;
                }
                _ => return,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// What a function gets now, or what tells it later; nothing if the pool is closed.
    fn place(
        &mut self,
        pool: &Arc<Pool>,
        function: &'static str,
        ended: &mut Vec<Instance>,
    ) -> Result<Place, Option<oneshot::Receiver<Place>>> {
        if self.closed {
            return Err(None);
        }
        let own = |idle: &Idle| idle.instance.function() == function;
        while let Some(at) = self.idle.iter().rposition(own) {
            let mut instance = self.idle.remove(at).instance;
            if !instance.is_broken() {
                return Ok(Place::Taken(instance));
            }
            ended.push(instance);
        }
        if self.seats.values().sum::<usize>() < pool.most {
            return Ok(Place::Free(self.seat(pool, function)));
        }
        // One that nobody uses makes room, if none does already.
        if ended.is_empty() && !self.idle.is_empty() {
            ended.push(self.idle.remove(0).instance);
        }
        let (tell, told) = oneshot::channel();
        self.waiting.push_back(Waiting { function, tell });
        Err(Some(told))
    }

    fn seat(&mut self, pool: &Arc<Pool>, function: &'static str) -> Seat {
        *self.seats.entry(function).or_default() += 1;
        Seat { function, pool: Arc::downgrade(pool) }
    }
}

impl Seat {
    pub(super) fn pool(&self) -> Option<Arc<Pool>> {
        self.pool.upgrade()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(pool) = self.pool.upgrade() {
            pool.free(self.function);
        }
    }
}

/// Ends instances that have been idle for so long, as long as there is a pool.
pub(super) async fn reap(pool: Weak<Pool>, longest: Duration) {
    while let Some(pool) = pool.upgrade() {
        pool.end_old(longest);
        drop(pool);
        sleep((longest / 4).clamp(Duration::from_millis(20), Duration::from_secs(10))).await;
    }
}
