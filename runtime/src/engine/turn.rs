//! What an engine does when something can go on.

use std::{
    sync::Arc,
    task::{Context, Poll, Waker},
    time::{Duration, Instant, SystemTime},
};

use futures_util::{
    FutureExt, StreamExt,
    future::{Either, pending, select},
};
use tracing::{Instrument, error_span};

use super::{
    Engine, Input, What,
    event::Event,
    function::{Failure, Payload, Response},
    journal,
    mapping::{self, Answer},
    node::{Program, Trigger},
    stream::Record,
    tries::{self, Outcome, Try},
};
use crate::{clock::Clock, dispatch::Frame, engine::function::Sandbox};

/// How long a turn may be: others want the engine, too.
const LONGEST: Duration = Duration::from_millis(5);

/// An invocation that has come to its end.
pub(super) struct Finished {
    function: usize,
    of: Of,
    /// Nobody's any more, unless the function ran out of time.
    sandbox: Option<Arc<dyn Sandbox>>,
    result: Result<Response, Failure>,
    trace: Arc<str>,
    took: Duration,
}

/// What an invocation is of.
enum Of {
    /// A batch of a lane.
    Lane(usize, Vec<Arc<Record>>),
    Event(Try<Arc<Event>>),
}

impl Engine {
    /// Does what can be done now. Returns when there is more to do, if nothing else happens before;
    /// the waker is woken if something does.
    pub fn turn(&mut self, context: &mut Context<'_>) -> Option<SystemTime> {
        self.flag.wakes(context.waker());
        let began = Instant::now();
        self.time.reach(self.now());
        self.memory.reach(self.now());
        self.look_around();
        loop {
            let lowered = self.flag.lower();
            let begun = self.begin();
            let finished = self.poll();
            let collected = self.collect();
            if !(lowered || begun || finished || collected || self.flag.is_raised()) {
                return self.next();
            }
            if began.elapsed() > LONGEST {
                self.flag.wake();
                return Some(self.now());
            }
        }
    }

    /// Whether nothing can go on before its time comes.
    pub(crate) fn is_settled(&self) -> bool {
        self.ready.is_empty() && !self.flag.is_raised()
    }

    /// Whether nothing is under way, and nothing waits, be it for later.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.is_settled() && self.running.is_empty() && self.waiting() == 0
    }

    /// How many records and events wait for their functions, or are with them.
    #[must_use]
    pub fn waiting(&self) -> usize {
        (0..self.functions.len()).map(|function| self.lag(function)).sum()
    }

    /// How many records and events could go on now, or are with their functions: not those that
    /// wait for a later time.
    #[must_use]
    pub fn pressing(&self) -> usize {
        let now = self.now();
        let of = |function: &super::node::Function| match &function.trigger {
            Trigger::Stream { mapping, .. } => mapping.pressing(now),
            Trigger::Rule { invocations, .. } => invocations.ready() + function.running,
        };
        self.functions.iter().map(of).sum()
    }

    /// How many records or events wait for a function, or are with it.
    #[must_use]
    pub fn lag(&self, function: usize) -> usize {
        let function = &self.functions[function];
        match &function.trigger {
            Trigger::Stream { mapping, .. } => mapping.open(),
            Trigger::Rule { deliveries, invocations, .. } => {
                deliveries.open() + invocations.open() + function.running
            }
        }
    }

    /// Waits until something can go on, and asks to be woken then.
    pub fn woken(&self, context: &mut Context<'_>) -> Poll<()> {
        self.flag.wakes(context.waker());
        match self.is_settled() {
            true => Poll::Pending,
            false => Poll::Ready(()),
        }
    }

    /// Moves virtual time on to a moment.
    pub(crate) fn reach(&mut self, moment: SystemTime) {
        self.time.reach(moment);
    }

    /// Moves virtual time on, past whatever is due.
    pub fn skip(&mut self, time: Duration) {
        self.reach(self.now() + time);
    }

    /// When something is due that is not yet: for a wait of a function, or for a delivery.
    pub(crate) fn next(&self) -> Option<SystemTime> {
        self.functions.iter().filter_map(due).chain(self.time.next()).min()
    }

    /// Whether anything is invoked.
    pub(crate) fn is_running(&self) -> bool {
        !self.running.is_empty()
    }

    /// Finds the functions for which something has become due.
    fn look_around(&mut self) {
        let now = self.now();
        let due = |it: &super::node::Function| due(it).is_some_and(|due| due <= now);
        let found = self.functions.iter().enumerate().filter(|(_, it)| due(it));
        self.ready.extend(found.map(|(index, _)| index));
    }

    /// Begins what can be begun; whether there was any.
    fn begin(&mut self) -> bool {
        let mut ready = std::mem::take(&mut self.ready);
        ready.sort_unstable();
        ready.dedup();
        let any = !ready.is_empty();
        for function in ready {
            while self.begin_one(function) {}
        }
        any
    }

    /// Does one thing for a function; whether there was any.
    fn begin_one(&mut self, function: usize) -> bool {
        let now = self.now();
        let node = &mut self.functions[function];
        let free = node.running < node.limit;
        match &mut node.trigger {
            // Looked at again when it is free: on AWS it would be throttled until then.
            Trigger::Stream { .. } if !free => return false,
            Trigger::Stream { stream, mapping, .. } => match mapping.task(now) {
                Some(mapping::Task::Deliver(lane, records)) => {
                    let stream = self.streams[*stream].named.arn.clone();
                    let payload = Payload::Batch { records: records.clone(), stream };
                    self.invoke(function, Of::Lane(lane, records), payload, None);
                }
                Some(mapping::Task::GiveUp(given_up)) => {
                    self.give_up_records(function, &given_up, None);
                }
                None => return false,
            },
            Trigger::Rule { deliveries, broken, invocations, .. } => {
                match deliveries.task(now, true) {
                    Some(tries::Task::Try(tried)) => match broken {
                        None => invocations.accept(tried.what, now),
                        Some((failure, passing)) => {
                            let failure = failure.clone();
                            let outcome = if *passing { Outcome::Failed } else { Outcome::Refused };
                            if let Some((given_up, why)) = deliveries.settle(tried, outcome, now) {
                                self.give_up_delivery(function, &given_up, why, &failure);
                            }
                        }
                    },
                    Some(tries::Task::GiveUp(given_up, why)) => {
                        let failure = broken.clone().map(|(failure, _)| failure);
                        let failure = failure.unwrap_or_else(|| Failure {
                            kind: String::new(),
                            message: String::new(),
                        });
                        self.give_up_delivery(function, &given_up, why, &failure);
                    }
                    None => match invocations.task(now, free) {
                        Some(tries::Task::Try(tried)) => {
                            let trace = tried.what.trace.clone();
                            let payload = Payload::Event(tried.what.clone());
                            self.invoke(function, Of::Event(tried), payload, trace);
                        }
                        Some(tries::Task::GiveUp(given_up, why)) => {
                            self.give_up_event(function, &given_up, why, None);
                        }
                        None => return false,
                    },
                }
            }
        }
        true
    }

    /// Invokes a function.
    fn invoke(&mut self, function: usize, of: Of, payload: Payload, trace: Option<Arc<str>>) {
        let trace = trace.unwrap_or_else(|| self.new_trace());
        let node = &mut self.functions[function];
        let seconds = node.declared.timeout;
        let deadline = self.time.now() + Duration::from_secs(seconds.into());
        let frame = Frame {
            clock: self.time.clone(),
            deadline,
            trace: Some(trace.clone()),
            metrics: self.memory.metrics(),
            stop: pending().boxed().shared(),
        };
        let began = Instant::now();
        node.running += 1;
        let instance = node.instance();
        // For whoever shows what the function logs.
        let span = error_span!("invocation", handler = node.handler(), trace = &*trace);
        let time = self.time.clone();
        let ends_itself = matches!(node.program, Program::External { .. });
        let invocation = async move {
            let (sandbox, result) = match instance {
                Err(failure) => (None, Err(failure)),
                Ok(sandbox) => {
                    let invoked = sandbox.clone().invoke(payload, frame);
                    let end = if ends_itself { pending().boxed() } else { time.until(deadline) };
                    match select(invoked, end).await {
                        Either::Left((result, _)) => (Some(sandbox), result),
                        Either::Right(_) => (None, Err(out_of_time(seconds))),
                    }
                }
            };
            Finished { function, of, sandbox, result, trace, took: began.elapsed() }
        };
        self.running.push(Box::pin(invocation.instrument(span)));
    }

    /// The header of a new trace.
    /// <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html>
    fn new_trace(&self) -> Arc<str> {
        let now = self.now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let random = self.time.random() >> 32;
        format!("Root=1-{:08x}-{random:024x};Sampled=1", now.as_secs()).into()
    }

    /// Lets what is invoked go on; whether any came to its end.
    fn poll(&mut self) -> bool {
        let waker = Waker::from(self.flag.clone());
        let mut context = Context::from_waker(&waker);
        let mut any = false;
        while let Poll::Ready(Some(finished)) = self.running.poll_next_unpin(&mut context) {
            any = true;
            // Before whatever comes of its end: it is because of this that it ended so.
            self.collect();
            self.finish(finished);
        }
        any
    }

    fn finish(&mut self, finished: Finished) {
        let Finished { function, of, sandbox, result, trace, took } = finished;
        let now = self.now();
        let node = &mut self.functions[function];
        node.running -= 1;
        node.idle.extend(sandbox);
        self.ready.push(function);
        let failure = result.as_ref().err().cloned();
        let node = &mut self.functions[function];
        let (input, again) = match (&mut node.trigger, of) {
            (Trigger::Stream { stream, mapping, .. }, Of::Lane(lane, records)) => {
                let answer = result
                    .as_ref()
                    .map_or(Answer::Failed, |failures| Answer::Failures(failures.clone()));
                let settled = mapping.settle(lane, answer, now);
                let stream = self.streams[*stream].named.id;
                for record in &settled.done {
                    self.journal.remove(|| journal::of_record(node.named.id, stream, record));
                }
                if let Some(given_up) = settled.given_up {
                    self.give_up_records(function, &given_up, failure.as_ref());
                }
                let again = records.len() - settled.done.len();
                (Input::Records(records.len()), again)
            }
            (Trigger::Rule { invocations, .. }, Of::Event(tried)) => {
                let input = Input::Event(tried.what.detail_type.clone());
                let outcome = if result.is_ok() { Outcome::Done } else { Outcome::Failed };
                if outcome == Outcome::Done {
                    self.journal.remove(|| journal::of_event(node.named.id, &tried.what));
                }
                if let Some((given_up, why)) = invocations.settle(tried, outcome, now) {
                    self.give_up_event(function, &given_up, why, failure.as_ref());
                }
                (input, 0)
            }
            _ => return,
        };
        if self.seen.is_some() {
            let outcome = result.map(|_| again);
            self.see(Some(trace), What::Invoked { function, input, took, outcome });
        }
    }
}

/// When a function has something to do; what may run now but finds it busy is looked at when it
/// no longer is.
fn due(function: &super::node::Function) -> Option<SystemTime> {
    match &function.trigger {
        Trigger::Stream { .. } if function.running >= function.limit => None,
        Trigger::Stream { mapping, .. } => mapping.next(),
        Trigger::Rule { deliveries, invocations, .. } => {
            deliveries.next().into_iter().chain(invocations.next()).min()
        }
    }
}

/// As Lambda says it.
fn out_of_time(seconds: u32) -> Failure {
    Failure {
        kind: "Sandbox.Timedout".into(),
        message: format!("Task timed out after {seconds}.00 seconds"),
    }
}
