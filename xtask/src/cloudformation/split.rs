//! An application that is too large for one stack, in several.
//!
//! What belongs to one handler is all in one stack, and so is what several have in common. A
//! resource that goes from one stack to another is deleted and made again, so what matters is that
//! a handler stays where it is when others come and go. Filling one stack after the other, in any
//! order, moves all that come after a new one; a number of stacks that follows from the number of
//! handlers moves most of them whenever it changes. Here a hash of the handler's name, read bit by
//! bit, leads to its stack, as in a trie: a stack that gets too large is parted in two by the next
//! bit, one half stays, and no other stack knows of it. Stacks are about two thirds full then, which
//! costs nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{
    Contents, Limits, Owners, Portion, Template, Value,
    crossing::{Crossing, Known, output_value},
    limits::Over,
};
use crate::{
    diagnostic::{Diagnostic, Place, Result},
    graph::{Function, Graph, Id, Trigger},
};

/// The bits of a hash that may be read, beside the one that says what invokes a handler.
const DEPTH: u32 = 24;

/// Bytes of what a template has besides what belongs to its handlers, and of one parameter.
const HEAD: usize = 2_000;
const PARAMETER: usize = 250;

/// What belongs to one handler.
struct Piece<'g> {
    function: &'g Function,
    resources: Vec<(String, Value)>,
    outputs: Vec<(String, Value)>,
    /// As [`Crossing::shared`].
    shared: BTreeMap<String, Value>,
    /// As [`Crossing::others`].
    others: BTreeSet<String>,
    /// At most, of a template.
    bytes: usize,
}

/// The templates of the base stack and those of handlers, in the order in which they are deployed.
pub(super) fn split(
    whole: Contents,
    mut owners: Owners,
    graph: &Graph,
    limits: &Limits,
) -> Result<Vec<Template>> {
    let Contents { parameters, conditions, resources, outputs } = whole;
    owners.extend(groups(graph));
    let owner = |id: &str| owners.get(id).copied();
    let known = Known::new(graph);

    let mut own: HashMap<Option<Id<Function>>, Contents> = HashMap::new();
    for (id, resource) in resources {
        own.entry(owner(&id)).or_default().resources.push((id, resource));
    }
    for (name, output) in outputs {
        let owner = referred(&output).iter().find_map(|id| owner(id));
        own.entry(owner).or_default().outputs.push((name, output));
    }
    let mut base = own.remove(&None).unwrap_or_default();
    let base_ids: Vec<_> = base.resources.iter().map(|(id, _)| id.clone()).collect();
    let base_ids: HashSet<_> = base_ids.iter().map(String::as_str).collect();

    let mut pieces = Vec::new();
    for (id, function) in graph.functions.ids().zip(graph.functions.iter()) {
        let contents = own.remove(&Some(id)).unwrap_or_default();
        pieces.push(Piece::new(function, contents, &known, &base_ids));
    }
    let mut leaves = BTreeMap::new();
    let (readers, consumers): (Vec<_>, Vec<_>) =
        pieces.into_iter().partition(|it| address(it.function) & 1 == 1);
    for (number, pieces) in [(0, consumers), (1, readers)] {
        part(pieces, number, 1, limits, &mut leaves)?;
    }

    let mut shared = BTreeMap::new();
    for piece in leaves.values().flatten() {
        shared.extend(piece.shared.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    base.parameters = parameters.clone();
    base.conditions = conditions;
    let mut templates = vec![base_template(base, shared, &known, &base_ids, limits, graph)?];
    let mut handlers: Vec<_> = leaves
        .into_iter()
        .map(|(number, pieces)| (Portion::of_handlers(number + 1), pieces))
        .collect();
    handlers.sort_by_key(|(portion, _)| *portion);
    for (portion, pieces) in handlers {
        templates.push(handlers_template(portion, pieces, &parameters, limits, graph)?);
    }
    Ok(templates)
}

/// The security groups of handlers, with what they open, by their logical ids.
fn groups(graph: &Graph) -> Owners {
    let mut owners = Owners::new();
    let mut groups = HashMap::new();
    for (id, function) in graph.functions.ids().zip(graph.functions.iter()) {
        if let Some(network) = function.network {
            groups.insert(network.group.index(), id);
            let group = &graph.groups[network.group].node;
            owners.insert(group.logical.camel.clone(), id);
        }
    }
    for opening in &graph.openings {
        if let Some(id) = groups.get(&opening.from.index()) {
            let rules = opening.egress(graph).into_iter().chain(opening.ingress(graph));
            owners.extend(rules.map(|node| (node.logical.camel, *id)));
        }
    }
    owners
}

/// The logical ids that an output refers to.
fn referred(output: &Value) -> BTreeSet<String> {
    let (known, nothing) = (Known::default(), HashSet::new());
    let mut crossing = Crossing::new(&known, &nothing, &nothing);
    crossing.value(output.clone());
    crossing.others
}

impl<'g> Piece<'g> {
    fn new(
        function: &'g Function,
        contents: Contents,
        known: &Known,
        base: &HashSet<&str>,
    ) -> Self {
        let own: Vec<_> = contents.resources.iter().map(|(id, _)| id.clone()).collect();
        let own = own.iter().map(String::as_str).collect();
        let mut crossing = Crossing::new(known, &own, base);
        let resources: Vec<_> = contents
            .resources
            .into_iter()
            .map(|(id, resource)| (id, crossing.resource(resource)))
            .collect();
        let Crossing { shared, others, .. } = crossing;
        let Contents { outputs, .. } = contents;
        let of = |entries: &[(String, Value)]| -> usize {
            entries.iter().map(|(id, value)| id.len() + value.bytes(2)).sum()
        };
        let bytes = of(&resources) + of(&outputs) + PARAMETER;
        Self { function, resources, outputs, shared, others, bytes }
    }
}

/// Where a handler belongs: from the lowest bit on, what invokes it and a hash of its name. It must
/// never change.
fn address(function: &Function) -> u32 {
    let hash = hmac_sha256::Hash::hash(function.handler.as_bytes());
    let hash = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
    (hash << 1) | u32::from(matches!(function.trigger, Trigger::Mapping(_)))
}

/// Parts handlers, whose addresses end in the same bits, until each part fits into a stack. The one
/// whose next bit is zero keeps its number.
fn part<'g>(
    pieces: Vec<Piece<'g>>,
    number: u32,
    depth: u32,
    limits: &Limits,
    leaves: &mut BTreeMap<u32, Vec<Piece<'g>>>,
) -> Result<()> {
    let Some(first) = pieces.first() else { return Ok(()) };
    let Some(over) = over(&pieces, limits) else {
        leaves.insert(number, pieces);
        return Ok(());
    };
    if pieces.len() == 1 || depth > DEPTH {
        let at = first.function.node.at.clone();
        return Err(too_large(over, "a stack of this handler", Some((at, "the handler"))).into());
    }
    let bit = 1 << depth;
    let (one, zero): (Vec<_>, Vec<_>) =
        pieces.into_iter().partition(|it| address(it.function) & bit != 0);
    part(zero, number, depth + 1, limits, leaves)?;
    part(one, number | bit, depth + 1, limits, leaves)
}

/// What a stack of these handlers has too much of.
fn over(pieces: &[Piece<'_>], limits: &Limits) -> Option<Over> {
    let shared: BTreeSet<_> = pieces.iter().flat_map(|it| it.shared.keys()).collect();
    let others = pieces.iter().flat_map(|it| &it.others).filter(|it| !it.starts_with("AWS::"));
    let parameters = shared.len() + others.collect::<BTreeSet<_>>().len();
    let sum = |of: fn(&Piece<'_>) -> usize| pieces.iter().map(of).sum::<usize>();
    [
        ("resources", sum(|it| it.resources.len()), limits.resources),
        ("parameters", parameters, limits.parameters),
        ("outputs", sum(|it| it.outputs.len()), limits.outputs),
        ("bytes", HEAD + PARAMETER * parameters + sum(|it| it.bytes), limits.bytes),
    ]
    .into_iter()
    .find(|(_, count, most)| count > most)
    .map(|(what, count, most)| Over { what, count, most })
}

/// The base, with an output for each value that another stack takes as a parameter.
fn base_template(
    mut base: Contents,
    shared: BTreeMap<String, Value>,
    known: &Known,
    ids: &HashSet<&str>,
    limits: &Limits,
    graph: &Graph,
) -> Result<Template> {
    let nothing = HashSet::new();
    let mut crossing = Crossing::new(known, ids, &nothing);
    base.resources =
        base.resources.into_iter().map(|(id, it)| (id, crossing.resource(it))).collect();
    for (_, condition) in &base.conditions {
        crossing.value(condition.clone());
    }
    base.parameters.retain(|(name, _)| crossing.others.contains(name));
    // Names that the stage gives are told by whoever knows the graph. As outputs they only have
    // what room there is.
    let told = |output: &Value| output_value(output).is_some_and(|it| known.text(it).is_some());
    if base.outputs.len() + shared.len() > limits.outputs {
        base.outputs.retain(|(_, output)| !told(output));
    }
    for (name, value) in shared {
        if !base.outputs.iter().any(|(known, _)| *known == name) {
            base.outputs.push((name, Value::map([("Value", value)])));
        }
    }
    let places: Vec<_> = base.resources.iter().map(|(_, resource)| source(resource)).collect();
    let past = |over: &Over| {
        let at = (over.what == "resources").then(|| places.get(over.most).cloned().flatten());
        at.flatten().map(|at| (at, "the first resource that does not fit"))
    };
    if let Some(over) = base.over(limits) {
        return Err(too_large(over, "what several handlers have in common", past(&over)).into());
    }
    let template = Template::new(Portion::Base, base, graph)?;
    fits(&template, "what several handlers have in common", limits)?;
    Ok(template)
}

fn handlers_template(
    portion: Portion,
    pieces: Vec<Piece<'_>>,
    parameters: &[(String, Value)],
    limits: &Limits,
    graph: &Graph,
) -> Result<Template> {
    let mut contents = Contents::default();
    let mut shared = BTreeSet::new();
    let mut others = BTreeSet::new();
    for piece in pieces {
        contents.resources.extend(piece.resources);
        contents.outputs.extend(piece.outputs);
        shared.extend(piece.shared.into_keys());
        others.extend(piece.others);
    }
    let general = parameters.iter().filter(|(name, _)| others.contains(name));
    contents.parameters = general.cloned().collect();
    contents.parameters.extend(shared.into_iter().map(|name| {
        let description = format!("The output {name} of the base stack.");
        let parameter =
            Value::map([("Type", "String".into()), ("Description", description.into())]);
        (name, parameter)
    }));
    let template = Template::new(portion, contents, graph)?;
    fits(&template, "a stack of handlers", limits)?;
    Ok(template)
}

/// The bytes are known only once it is written.
fn fits(template: &Template, what: &str, limits: &Limits) -> Result<()> {
    let (count, most) = (template.text().len(), limits.bytes);
    match count > most {
        true => Err(too_large(Over { what: "bytes", count, most }, what, None).into()),
        false => Ok(()),
    }
}

fn too_large(over: Over, of: &str, at: Option<(Place, &str)>) -> Diagnostic {
    let Over { what, count, most } = over;
    let mistake = Diagnostic::new(format!(
        "no CloudFormation template is written: {of} would have {count} {what}, and a stack takes \
         {most}"
    ))
    .help("the Terraform is complete: deploy that, or split the application in two");
    at.into_iter().fold(mistake, |mistake, (at, label)| mistake.at(at, label))
}

/// Where a resource is declared.
fn source(resource: &Value) -> Option<Place> {
    let get = |value: &Value, name: &str| match value {
        Value::Map(entries) => {
            entries.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
        }
        _ => None,
    };
    let notes = get(&get(resource, "Metadata")?, "Esteira")?;
    let Value::Text(source) = get(&notes, "Source")? else { return None };
    let (file, line) = source.rsplit_once(':')?;
    Some(Place::new(file, line.parse().ok()?))
}

#[cfg(test)]
mod tests;
