//! Security groups, and the openings between them.

use super::{Graph, Id, Logical, Node, Step, Vpc};

/// A security group. It allows nothing but its [openings](Opening).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    pub(crate) node: Node,
    pub(crate) vpc: Id<Vpc>,
    pub(crate) description: String,
}

/// TCP connections that one side may open to the other: a rule out of the one and, where that is a
/// group too, a rule into the other. A group of others is never changed: its side is its owner's.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Opening {
    pub(crate) from: Id<Group>,
    pub(crate) to: Peer,
    pub(crate) port: u16,
    /// What for, as the rules' description: AWS takes ASCII letters, digits, spaces and
    /// `._-:/()#,@[]+=&;{}!$*`, 255 at most.
    pub(crate) purpose: String,
}

impl Opening {
    /// The rule out of the one side, if that is created here.
    pub(crate) fn egress(&self, graph: &Graph) -> Option<Node> {
        self.rule(self.from, "Egress", graph)
    }

    /// The rule into the other side, if that is a group that is created here.
    pub(crate) fn ingress(&self, graph: &Graph) -> Option<Node> {
        let Peer::Group(to) = self.to else { return None };
        self.rule(to, "Ingress", graph)
    }

    fn rule(&self, side: Id<Group>, kind: &str, graph: &Graph) -> Option<Node> {
        let side = &graph.groups[side];
        if !side.node.is_created() {
            return None;
        }
        let from = &graph.groups[self.from].node;
        let to = match self.to {
            Peer::Group(to) => &graph.groups[to].node.logical.snake,
            Peer::DynamoDb => "dynamodb",
            Peer::Internet => "internet",
        };
        let name = format!("{}_to_{to}_{}", from.logical.snake, self.port);
        Some(Node { logical: Logical::part(&name, kind), ..side.node.clone() })
    }
}

/// The other side of an opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    Group(Id<Group>),
    /// The addresses of DynamoDB in the region, behind the gateway endpoint.
    DynamoDb,
    /// Any address.
    Internet,
}

/// Makes one of openings that are alike, which AWS would refuse as duplicates, and tells of those
/// into a group of others: that its owner has to make.
pub(crate) fn settle(graph: &mut Graph) {
    let mut openings = Vec::<Opening>::new();
    for opening in graph.openings.drain(..) {
        let alike =
            |o: &&mut Opening| (o.from, o.to, o.port) == (opening.from, opening.to, opening.port);
        match openings.iter_mut().find(alike) {
            None => openings.push(opening),
            Some(first) if first.purpose.split(", ").any(|p| p == opening.purpose) => {}
            Some(first) => first.purpose = format!("{}, {}", first.purpose, opening.purpose),
        }
    }
    graph.openings = openings;
    let steps: Vec<_> = graph.openings.iter().filter_map(|opening| step(opening, graph)).collect();
    graph.steps.extend(steps);
}

fn step(opening: &Opening, graph: &Graph) -> Option<Step> {
    let Opening { from, to: Peer::Group(to), port, purpose } = opening else { return None };
    let (from, to) = (&graph.groups[*from], &graph.groups[*to]);
    let id = to.node.existing.as_ref()?;
    let name = &from.node.name;
    Some(Step {
        title: format!("let {name} into {id}, which others own, at TCP port {port} ({purpose})"),
        text: format!(
            "from=$({find})\n\
             aws ec2 authorize-security-group-ingress --group-id {id} \\\n  \
             --protocol tcp --port {port} --source-group \"$from\"",
            find = find(from, graph)
        ),
        by_hand: false,
    })
}

/// The command that says the id of a group that is created here.
pub(crate) fn find(group: &Group, graph: &Graph) -> String {
    let mut filters = format!("Name=group-name,Values={}", group.node.name);
    if let Some(vpc) = &graph.vpcs[group.vpc].node.existing {
        filters += &format!(" Name=vpc-id,Values={vpc}");
    }
    format!(
        "aws ec2 describe-security-groups --filters {filters} \\\n  \
         --query 'SecurityGroups[0].GroupId' --output text"
    )
}
