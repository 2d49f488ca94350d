//! The page around the flowchart, with a table of the handlers.

use super::{
    Picture, flow, label, mermaid,
    text::{code, markdown},
};
use crate::{
    graph::{Function, Graph, Trigger},
    iam::Resource,
};

/// The whole page.
pub(super) fn page(picture: &Picture, graph: &Graph) -> String {
    let drawing = match mermaid::flowchart(picture) {
        Some(flowchart) => format!("```mermaid\n{flowchart}```\n"),
        None => "![How data flows; too large for Mermaid](architecture.svg)\n".to_owned(),
    };
    let mut text = format!(
        "# {}, stage {}\n\nHow data flows, read off the code. Dashed is what comes from outside the application, or is\npublished for others. The same picture as a drawing: [architecture.svg](architecture.svg).\n\n{drawing}\n\
         ## Handlers\n\n| Function | Trigger | May | Source |\n|---|---|---|---|\n",
        markdown(&graph.app),
        markdown(&graph.stage),
    );
    for function in graph.functions.iter() {
        let name = format!("{} ({})", code(&function.node.name), code(&function.handler));
        let place = code(&function.node.at.to_string());
        let may = grants(function, graph).join("<br>");
        text += &format!("| {name} | {} | {may} | {place} |\n", trigger(function, graph));
    }
    text
}

fn trigger(function: &Function, graph: &Graph) -> String {
    match function.trigger {
        Trigger::Mapping(id) => {
            let mapping = &graph.mappings[id];
            let stream = code(&graph.streams[mapping.stream].node.name);
            format!("stream {stream}, up to {} records at a time", mapping.batch_size)
        }
        Trigger::Rule(id) => {
            let rule = &graph.rules[id];
            let (detail_type, source) = match rule.event.map(|event| &graph.events[event]) {
                Some(event) => (event.detail_type.clone(), event.source.clone()),
                None => {
                    let field = |name| label::allowed(&rule.pattern, name);
                    (field("detail-type"), field("source"))
                }
            };
            let bus = code(&graph.buses[rule.bus].node.name);
            let mut text = format!("event {} from {} on {bus}", code(&detail_type), code(&source));
            if let Some(filter) = label::filter(&rule.pattern) {
                text += &format!(", where {}", code(&filter));
            }
            text
        }
    }
}

fn grants(function: &Function, graph: &Graph) -> Vec<String> {
    let uses = flow::uses(function).flat_map(|(statement, target)| {
        let name = code(&target.node(graph).name);
        statement.actions.iter().map(move |action| format!("{} → {name}", code(action)))
    });
    let published = function.publishes.iter().map(|event| {
        let event = &graph.events[*event];
        let bus = code(&graph.buses[event.bus].node.name);
        format!("{} → {bus}: {}", code("events:PutEvents"), code(&event.detail_type))
    });
    let written = function.role.statements.iter().flat_map(|statement| {
        let arn = match &statement.resource {
            Resource::Written(arn) => Some(code(arn)),
            _ => None,
        };
        let actions = arn.map(|arn| {
            let actions = statement.actions.iter();
            actions.map(move |action| format!("{} → {arn}", code(action)))
        });
        actions.into_iter().flatten()
    });
    uses.chain(written).chain(published).collect()
}
