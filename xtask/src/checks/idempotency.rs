//! What a handler has done is remembered for as long as it can be told to do it again.

use crate::{
    diagnostic::Diagnostic,
    graph::{Function, Graph, Trigger},
};

pub(super) fn check(graph: &Graph, mistakes: &mut Vec<Diagnostic>) {
    for function in graph.functions.iter() {
        mistakes.extend(forgets(function, graph));
    }
}

fn forgets(function: &Function, graph: &Graph) -> Option<Diagnostic> {
    let ttl = u64::from(function.idempotency?.ttl);
    let (source, keeps, unit, seconds) = match function.trigger {
        Trigger::Mapping(id) => {
            let stream = &graph.streams[graph.mappings[id].stream];
            (&stream.node, stream.retention_hours, "hours", 3_600)
        }
        Trigger::Rule(id) => {
            let bus = &graph.buses[graph.rules[id].bus];
            (&bus.node, bus.archive.as_ref()?.days, "days", 86_400)
        }
    };
    let needed = u64::from(keeps) * seconds;
    let (handler, name) = (&function.handler, source.item());
    (ttl < needed).then(|| {
        Diagnostic::new(format!(
            "`{handler}` remembers for {ttl} seconds what it has done, and `{name}` can be replayed \
             for {keeps} {unit}"
        ))
        .at(function.node.at.clone(), "handled here")
        .at(source.at.clone(), "declared here")
        .help(format!(
            "write `idempotent(…, ttl = {needed})`, or keep it for less: what is replayed after it \
             was forgotten is done again"
        ))
    })
}
