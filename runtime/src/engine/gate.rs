//! What a function may do here: what its role would allow it on AWS, and nothing else.

use std::{
    collections::HashSet,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
};

use super::{Engine, Refusal, What, time::Time};
use crate::{
    Memory, Message,
    call::{Call, CallError, EventEntry, Port, Reply, Target},
    clock::BoxFuture,
    connect::Connector,
    handle::Seat,
    manifest::{Action, Grant, Handler, Idempotent, Role},
    publish::Outbox,
    table::Gathering,
};

/// Carries the calls of one function out, as far as its role allows them.
pub(super) struct Gate {
    function: String,
    grants: HashSet<Grant>,
    memory: Memory,
    left: Arc<Left>,
}

/// What functions leave behind for the engine to go on with.
#[derive(Default)]
pub(super) struct Left(Mutex<Leavings>);

#[derive(Default)]
pub(super) struct Leavings {
    /// Events that a bus accepted.
    pub(super) events: Vec<EventEntry>,
    /// What topics took, by their ids.
    pub(super) messages: Vec<(&'static str, Message)>,
    /// Calls that were refused.
    pub(super) refusals: Vec<Refusal>,
}

impl Left {
    fn with(&self, put: impl FnOnce(&mut Leavings)) {
        put(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn take(&self) -> Leavings {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Gate {
    pub(super) fn new(
        function: &str,
        handler: &Handler,
        memory: &Memory,
        left: &Arc<Left>,
    ) -> Arc<Self> {
        Arc::new(Self {
            function: function.to_owned(),
            grants: grants(handler),
            memory: memory.clone(),
            left: left.clone(),
        })
    }

    fn check(&self, call: &Call) -> Result<(), CallError> {
        let Some(grant) = call.grants().into_iter().find(|grant| !self.grants.contains(grant))
        else {
            return Ok(());
        };
        let Grant { action, resource } = grant;
        let reason = format!(
            "the role of `{}` does not allow {} on `{resource}`: its handler takes no handle for \
             it, such as a parameter `{}<{}>`",
            self.function,
            action.iam(),
            handle(action),
            resource.rsplit("::").next().unwrap_or(&resource),
        );
        let refusal = Refusal { function: self.function.clone(), reason: reason.clone() };
        self.left.with(|left| left.refusals.push(refusal));
        Err(CallError::Refused(reason))
    }
}

/// The permissions of a handler: those of its handles, and what remembers its events.
pub(super) fn grants(handler: &Handler) -> HashSet<Grant> {
    let handles = handler.parameters.iter().filter_map(|parameter| match &parameter.role {
        Role::Handle(grant) => Some(grant.clone()),
        _ => None,
    });
    let own = [Action::PutItem, Action::UpdateItem, Action::DeleteItem]
        .map(|action| Grant { action, resource: Idempotent::TABLE.into() });
    let own = own.into_iter().filter(|_| handler.idempotent.is_some());
    handles.chain(own).collect()
}

fn handle(action: Action) -> &'static str {
    match action {
        Action::GetItem => "Get",
        Action::PutItem => "Put",
        Action::UpdateItem => "Update",
        Action::DeleteItem => "Delete",
        Action::Query => "Query",
        Action::PutEvents => "Publish",
        Action::Publish => "Notify",
    }
}

impl Port for Gate {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, CallError>> {
        if let Err(refused) = self.check(&call) {
            return Box::pin(std::future::ready(Err(refused)));
        }
        Box::pin(async move {
            match &call {
                Call::PutEvents(entries) => {
                    let entries = entries.clone();
                    let answer = self.memory.carry_out(call).await;
                    if let Ok(Reply::Events(results)) = &answer {
                        let accepted = entries.iter().zip(results).filter(|(_, it)| it.is_ok());
                        let accepted = accepted.map(|(entry, _)| entry.clone());
                        self.left.with(|left| left.events.extend(accepted));
                    }
                    answer
                }
                Call::Notify { topic, message } => {
                    let taken = (topic.id, message.clone());
                    let answer = self.memory.carry_out(call).await;
                    if answer.is_ok() {
                        self.left.with(|left| left.messages.push(taken));
                    }
                    answer
                }
                _ => self.memory.carry_out(call).await,
            }
        })
    }
}

/// Connects the handles of one instance of a function.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(super) gate: Arc<Gate>,
    pub(super) time: Arc<Time>,
}

impl Connection {
    /// What the handles of one instance share.
    pub(super) fn instance(&self) -> Instance {
        Instance { connection: self.clone(), gathering: Gathering::default() }
    }
}

/// One instance of a function: on Lambda, a process.
pub struct Instance {
    connection: Connection,
    gathering: Gathering,
}

impl Instance {
    fn seat(&self, id: &'static str) -> Seat {
        Seat {
            port: self.connection.gate.clone(),
            target: Target { id, name: id.into() },
            clock: self.connection.time.clone(),
            deadline: None,
            outbox: Outbox::default(),
            gathering: self.gathering.clone(),
        }
    }
}

impl Connector for Instance {
    type Error = Infallible;

    fn table(&self, id: &'static str) -> Result<Seat, Infallible> {
        Ok(self.seat(id))
    }
    fn bus(&self, id: &'static str) -> Result<Seat, Infallible> {
        Ok(self.seat(id))
    }
    fn topic(&self, id: &'static str) -> Result<Seat, Infallible> {
        Ok(self.seat(id))
    }
}

impl Engine {
    /// What the role of a function allows.
    #[must_use]
    pub fn grants(&self, function: usize) -> HashSet<Grant> {
        grants(self.functions[function].declared)
    }

    /// Notes that a call from outside was refused to a function.
    pub fn refused(&mut self, function: &str, reason: String) {
        self.see(None, What::Refused(Refusal { function: function.to_owned(), reason }));
        self.flag.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        call::{Carrier, ItemCall, ItemOperation},
        manifest::{Location, Parameter},
    };

    /// A handler with these handles.
    fn handler(grants: &[(Action, &'static str)]) -> Handler {
        let crate::manifest::Kind::Handler(handler) = crate::dispatch::tests::item(1).kind else {
            unreachable!("it is one");
        };
        let at = Location { package: "p".into(), file: "f.rs".into(), line: 1 };
        let parameters = grants.iter().map(|(action, resource)| Parameter {
            name: "p".into(),
            at: at.clone(),
            role: Role::Handle(Grant { action: *action, resource: (*resource).into() }),
        });
        Handler { parameters: parameters.collect(), ..handler }
    }

    fn get(table: &'static str) -> Call {
        let key = [("id".to_owned(), serde_dynamo::AttributeValue::S("1".into()))];
        let call = ItemCall {
            table: Target { id: table, name: table.into() },
            key: std::collections::HashMap::from(key).into(),
            partition_key: "id",
            operation: ItemOperation::Get { consistent: false },
            condition: None,
        };
        Call::Item(call, Carrier::GET)
    }

    #[tokio::test]
    async fn a_call_that_the_role_would_not_allow_is_refused_with_what_to_ask_for() {
        let left = Arc::<Left>::default();
        let memory = Memory::new();
        let handler =
            handler(&[(Action::GetItem, "shop::Stock"), (Action::PutItem, "shop::Sales")]);
        let gate = Gate::new("Keep", &handler, &memory, &left);
        assert!(gate.call(get("shop::Stock")).await.is_ok());
        let refused = gate.call(get("shop::Sales")).await.unwrap_err();
        let CallError::Refused(reason) = &refused else { panic!("{refused}") };
        assert_eq!(
            reason,
            "the role of `Keep` does not allow dynamodb:GetItem on `shop::Sales`: its handler \
             takes no handle for it, such as a parameter `Get<Sales>`"
        );
        let noticed = left.take().refusals;
        assert_eq!(noticed, [Refusal { function: "Keep".into(), reason: reason.clone() }]);
    }
}
