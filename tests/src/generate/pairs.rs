//! A covering array: few choices of options that together have every pair of values that can go
//! together.
//!
//! Greedy: each choice starts from a pair that is not yet covered and takes, parameter by
//! parameter, the value that covers most.

use std::collections::BTreeSet;

use super::options::{Options, PARAMETERS, RULES, position};

const COUNT: usize = PARAMETERS.len();

/// How many choices are tried for each that is taken.
const TRIES: usize = 30;

/// The values chosen until now.
type Partial = [Option<usize>; COUNT];

/// A parameter, its value, and another parameter with its.
type Pair = ((usize, usize), (usize, usize));

/// Choices that cover every pair.
pub(super) fn cover(random: &mut fastrand::Rng) -> Vec<Options> {
    let rules = Rules::new();
    let mut open = rules.possible_pairs();
    let mut all = Vec::new();
    while let Some(first) = random.choice(open.iter().copied().collect::<Vec<_>>()) {
        let tried = (0..TRIES).map(|_| choose(first, &open, &rules, random));
        let best = tried.max_by_key(|choice| pairs(choice).filter(|it| open.contains(it)).count());
        let Some(best) = best else { break };
        for pair in pairs(&best) {
            open.remove(&pair);
        }
        all.push(Options(best));
    }
    all
}

/// One choice that has this pair.
fn choose(
    (a, b): Pair,
    open: &BTreeSet<Pair>,
    rules: &Rules,
    random: &mut fastrand::Rng,
) -> [usize; COUNT] {
    let mut chosen: Partial = [None; COUNT];
    (chosen[a.0], chosen[b.0]) = (Some(a.1), Some(b.1));
    let mut order: Vec<usize> = (0..COUNT).filter(|it| chosen[*it].is_none()).collect();
    // Those with most left to cover first: later ones are bound by what is chosen already.
    random.shuffle(&mut order);
    order.sort_by_key(|it| std::cmp::Reverse(PARAMETERS[*it].1.len()));
    for parameter in order {
        let mut values: Vec<usize> = (0..PARAMETERS[parameter].1.len()).collect();
        random.shuffle(&mut values);
        let gain = |value: &usize| {
            let others = (0..COUNT).filter_map(|it| Some((it, chosen[it]?)));
            others.filter(|other| open.contains(&pair((parameter, *value), *other))).count()
        };
        let possible = values.into_iter().filter(|value| {
            let mut next = chosen;
            next[parameter] = Some(*value);
            rules.can_be_completed(&mut next)
        });
        chosen[parameter] = possible.max_by_key(gain);
    }
    chosen.map(|value| value.expect("what can be completed has a value for everything"))
}

fn pair(a: (usize, usize), b: (usize, usize)) -> Pair {
    if a.0 < b.0 { (a, b) } else { (b, a) }
}

/// All pairs that a choice has.
fn pairs(choice: &[usize; COUNT]) -> impl Iterator<Item = Pair> {
    (0..COUNT).flat_map(move |a| (a + 1..COUNT).map(move |b| ((a, choice[a]), (b, choice[b]))))
}

/// A parameter, and some of its values.
type Side = (usize, Vec<usize>);

/// The rules, by position.
struct Rules {
    /// Where the first has one of its values, the second has one of its.
    all: Vec<(Side, Side)>,
    /// The parameters that any rule is about.
    about: Vec<usize>,
}

impl Rules {
    fn new() -> Self {
        let side = |(name, values): (&str, &[&str])| {
            let parameter = position(name);
            let value = |value: &&str| {
                let found = PARAMETERS[parameter].1.iter().position(|it| it == value);
                found.unwrap_or_else(|| panic!("{name} is never {value}"))
            };
            (parameter, values.iter().map(value).collect::<Vec<_>>())
        };
        let all: Vec<_> = RULES.iter().map(|(when, then)| (side(*when), side(*then))).collect();
        let about: BTreeSet<usize> = all.iter().flat_map(|(when, then)| [when.0, then.0]).collect();
        Self { all, about: about.into_iter().collect() }
    }

    fn broken(&self, chosen: &Partial) -> bool {
        self.all.iter().any(|(when, then)| {
            let applies = chosen[when.0].is_some_and(|value| when.1.contains(&value));
            applies && chosen[then.0].is_some_and(|value| !then.1.contains(&value))
        })
    }

    /// Whether the rest can be chosen so that no rule is broken.
    fn can_be_completed(&self, chosen: &mut Partial) -> bool {
        if self.broken(chosen) {
            return false;
        }
        let Some(next) = self.about.iter().copied().find(|it| chosen[*it].is_none()) else {
            return true;
        };
        let found = (0..PARAMETERS[next].1.len()).any(|value| {
            chosen[next] = Some(value);
            self.can_be_completed(chosen)
        });
        chosen[next] = None;
        found
    }

    /// Every pair that some choice has.
    fn possible_pairs(&self) -> BTreeSet<Pair> {
        let values = |parameter: usize| {
            (0..PARAMETERS[parameter].1.len()).map(move |value| (parameter, value))
        };
        let mut possible = BTreeSet::new();
        for (a, b) in (0..COUNT).flat_map(|a| (a + 1..COUNT).map(move |b| (a, b))) {
            for (first, second) in values(a).flat_map(|it| values(b).map(move |other| (it, other)))
            {
                let mut chosen: Partial = [None; COUNT];
                (chosen[a], chosen[b]) = (Some(first.1), Some(second.1));
                if self.can_be_completed(&mut chosen) {
                    possible.insert((first, second));
                }
            }
        }
        possible
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_possible_pair_is_covered_and_no_rule_broken() {
        let rules = Rules::new();
        for seed in 0..3 {
            let all = cover(&mut fastrand::Rng::with_seed(seed));
            let covered: BTreeSet<Pair> = all.iter().flat_map(|it| pairs(&it.0)).collect();
            assert_eq!(covered, rules.possible_pairs());
            assert!(all.iter().all(|it| !rules.broken(&it.0.map(Some))));
            // Five networks and four kinds of names alone make twenty.
            assert!(all.len() <= 30, "{} applications", all.len());
        }
    }

    #[test]
    fn what_cannot_go_together_is_no_pair() {
        let possible = Rules::new().possible_pairs();
        let value = |name: &str, value: &str| {
            let parameter = position(name);
            let found = PARAMETERS[parameter].1.iter().position(|it| *it == value);
            (parameter, found.expect("is a value"))
        };
        let both = |a, b| possible.contains(&pair(a, b));
        assert!(!both(value("capture", "instance"), value("aurora", "none")));
        // Two rules lead from one to the other.
        assert!(!both(value("certificate", "given"), value("vpc", "none")));
        assert!(both(value("capture", "instance"), value("vpc", "nat")));
    }
}
