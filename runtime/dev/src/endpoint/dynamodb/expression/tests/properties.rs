//! What holds of every text, from seeds.

use super::*;

const SEEDS: u64 = 10_000;

/// What expressions are made of, and what they are not.
const PARTS: &[&str] = &[
    "n",
    "steps",
    "doc",
    "city",
    "status",
    "#n",
    "#map",
    "#x",
    ":one",
    ":text",
    ":list",
    ":x",
    "AND",
    "OR",
    "NOT",
    "BETWEEN",
    "IN",
    "SET",
    "REMOVE",
    "ADD",
    "DELETE",
    "size(",
    "contains(",
    "begins_with(",
    "attribute_exists(",
    "attribute_type(",
    "if_not_exists(",
    "list_append(",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    "=",
    "<>",
    "<",
    "<=",
    ">",
    ">=",
    "+",
    "-",
    "0",
    "1",
    "99",
    "é",
    "#",
    ":",
    "\0",
    "\n",
    "n = :one",
    "doc.a",
    "steps[0]",
    "attribute_exists(n)",
];

fn text(seed: u64) -> String {
    let mut random = fastrand::Rng::with_seed(seed);
    let length = random.usize(..20);
    // Also words that run into each other.
    let between = if random.bool() { " " } else { "" };
    let parts: Vec<_> = (0..length)
        .map(|_| match random.u8(..20) {
            0 => random.char(..).to_string(),
            _ => PARTS[random.usize(..PARTS.len())].to_owned(),
        })
        .collect();
    parts.join(between)
}

#[test]
fn no_text_makes_the_language_panic() {
    let (item, placeholders) = (item(), placeholders());
    let mut read = 0;
    for text in (0..SEEDS).map(text) {
        if let Ok(condition) = Condition::read("ConditionExpression", &text, &placeholders) {
            read += 1;
            condition.holds(&item);
            condition.paths();
        }
        for text in [text.clone(), format!("SET {text}"), format!("SET n = {text}")] {
            if let Ok(update) = Update::read(&text, &placeholders) {
                read += 1;
                // What it leaves is an item, or a reason.
                let _ = update.apply(&item);
            }
        }
        if let Ok(projection) = Projection::read(&text, &placeholders) {
            read += 1;
            projection.of(&item);
        }
        let _ = KeyCondition::read(&text, &placeholders, &schema());
    }
    assert!(read > 100, "only {read} texts meant anything");
}

#[test]
fn a_condition_and_its_negation_never_agree() {
    let (item, placeholders) = (item(), placeholders());
    let read = |text: &str| Condition::read("ConditionExpression", text, &placeholders);
    let mut compared = 0;
    for text in (0..SEEDS).map(text) {
        if let (Ok(plain), Ok(negated)) = (read(&text), read(&format!("NOT ({text})"))) {
            compared += 1;
            assert_ne!(plain.holds(&item), negated.holds(&item), "{text}");
        }
    }
    assert!(compared > 20, "only {compared} texts were conditions");
}
