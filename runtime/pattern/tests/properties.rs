//! What holds for every pattern and every event, tried on generated ones.

use esteira_pattern::{Pattern, Rules};
use fastrand::Rng;
use serde_json::{Map, Value, json};

const NAMES: [&str; 9] = ["a", "b", "c", "a.b", "$or", "prefix", "numeric", "exists", "ação"];
const TEXTS: [&str; 8] = ["", "a", "ab", "ÃB", "10.0.0.5", "*", "ß", "😀"];

fn pick<'a>(rng: &mut Rng, from: &[&'a str]) -> &'a str {
    from[rng.usize(..from.len())]
}

fn scalar(rng: &mut Rng) -> Value {
    match rng.u8(..6) {
        0 => Value::Null,
        1 => rng.bool().into(),
        2 => rng.i64(-3..3).into(),
        3 => json!(f64::from(rng.i32(-9..9)) / 4.0),
        4 => rng.u64(u64::MAX - 2..).into(),
        _ => pick(rng, &TEXTS).into(),
    }
}

fn any(rng: &mut Rng, names: &[&str], depth: u8) -> Value {
    match rng.u8(..4) {
        0 if depth > 0 => object(rng, names, depth - 1).into(),
        1 if depth > 0 => (0..rng.u8(..4)).map(|_| any(rng, names, depth - 1)).collect(),
        _ => scalar(rng),
    }
}

fn object(rng: &mut Rng, names: &[&str], depth: u8) -> Map<String, Value> {
    let entry = |rng: &mut Rng| (pick(rng, names).to_owned(), any(rng, names, depth));
    (0..rng.u8(1..5)).map(|_| entry(rng)).collect()
}

/// A pattern that the event matches: its own values, of one element of each array.
fn pattern_of(rng: &mut Rng, value: &Value, pattern: &mut Map<String, Value>) {
    let Value::Object(fields) = value else { return };
    for (name, value) in fields {
        let mut value = value;
        while let Value::Array(items) = value {
            match items.get(rng.usize(..items.len().max(1))) {
                Some(item) => value = item,
                None => break,
            }
        }
        match value {
            Value::Object(_) => {
                let mut inner = Map::new();
                pattern_of(rng, value, &mut inner);
                if !inner.is_empty() {
                    pattern.insert(name.clone(), inner.into());
                }
            }
            Value::Array(_) => drop(pattern.insert(name.clone(), json!([{"exists": false}]))),
            scalar => drop(pattern.insert(name.clone(), json!([scalar]))),
        }
    }
}

#[test]
fn an_event_matches_the_pattern_of_its_own_values() {
    let mut rng = Rng::with_seed(1);
    let mut matched = 0;
    for _ in 0..5_000 {
        // A name with a dot is a path too, which may be another field's.
        let event: Value = object(&mut rng, &["a", "b", "c", "ação"], 4).into();
        let mut pattern = Map::new();
        pattern_of(&mut rng, &event, &mut pattern);
        if pattern.is_empty() {
            continue;
        }
        let pattern = Value::Object(pattern);
        // An empty array in one element is no absence if another element has a value.
        if pattern.to_string().contains("exists") {
            continue;
        }
        let parsed = Pattern::new(&pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        assert!(parsed.matches(&event), "{pattern} {event}");
        matched += 1;
    }
    assert!(matched > 3_000, "{matched}");
}

#[test]
fn a_field_is_there_or_it_is_not() {
    let mut rng = Rng::with_seed(2);
    let there = Pattern::parse(r#"{"a": {"b": [{"exists": true}]}}"#).expect("is a pattern");
    let absent = Pattern::parse(r#"{"a": {"b": [{"exists": false}]}}"#).expect("is a pattern");
    let mut seen = [0; 2];
    for _ in 0..5_000 {
        let event = object(&mut rng, &NAMES, 4).into();
        assert_ne!(there.matches(&event), absent.matches(&event), "{event}");
        seen[usize::from(there.matches(&event))] += 1;
    }
    assert!(seen.iter().all(|seen| *seen > 100), "{seen:?}");
}

#[test]
fn nothing_panics_and_a_refusal_says_what_to_write() {
    let mut rng = Rng::with_seed(3);
    let names: Vec<&str> = [
        NAMES.as_slice(),
        &["suffix", "anything-but", "equals-ignore-case", "cidr", "wildcard", "exactly", ""],
    ]
    .concat();
    let mut accepted = 0;
    for _ in 0..10_000 {
        let json = Value::Object(object(&mut rng, &names, 4));
        match Pattern::new(&json) {
            Ok(pattern) => {
                accepted += 1;
                pattern.matches(&any(&mut rng, &names, 4));
            }
            Err(error) => assert!(!error.reason().is_empty() && !error.help().is_empty(), "{json}"),
        }
        let text = json.to_string();
        let cut = (0..=rng.usize(..text.len())).rev().find(|at| text.is_char_boundary(*at));
        let _refused = Pattern::parse(&text[..cut.unwrap_or(0)]);
    }
    assert!(accepted > 100, "{accepted}");
}

#[test]
fn what_is_nested_without_end_is_refused() {
    let deep = |open: &str, close: &str| {
        let error = Pattern::parse(&(open.repeat(5_000) + "1" + &close.repeat(5_000)));
        assert!(error.unwrap_err().reason().contains("deep"));
    };
    deep("[", "]");
    deep(r#"{"a":"#, "}");
    // 2^20 alternatives.
    let choices = vec![r#""$or": [{"a": [1]}, {"b": [1]}]"#; 20].join(", ");
    let error = Pattern::parse(&format!("{{{choices}}}")).unwrap_err();
    assert!(error.reason().contains("more than 1000 alternatives"), "{error}");
}

#[test]
fn long_arrays_are_matched_in_time() {
    let fields = |n: usize| json!({"a": n, "b": n, "c": 0});
    let items: Vec<_> = (0..5_000).map(fields).collect();
    let event = json!({"x": items, "y": items, "z": items});
    let one = |field: &str, b: usize| {
        format!(r#""{field}": {{"a": [{{"exists": true}}], "b": [{b}], "c": [0]}}"#)
    };
    let start = std::time::Instant::now();
    let pattern = |b| format!("{{{}, {}, {}}}", one("x", 5), one("y", 7), one("z", b));
    assert!(Pattern::parse(&pattern(9)).expect("is a pattern").matches(&event));
    assert!(!Pattern::parse(&pattern(5_000)).expect("is a pattern").matches(&event));
    // It takes a fraction of a second. One choice out of each array on its own would be 10^11.
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn rules_are_found_in_order_whatever_they_leave_open() {
    let mut rng = Rng::with_seed(4);
    let envelope = |rng: &mut Rng| match rng.u8(..4) {
        0 => json!([pick(rng, &["s", "t"])]),
        1 => json!([pick(rng, &["s", "t"]), "u"]),
        2 => json!([{"prefix": "s"}]),
        _ => json!(["s", {"anything-but": "t"}]),
    };
    let mut rules = Rules::new();
    let mut patterns = Vec::new();
    for position in 0..200 {
        let mut pattern = Map::from_iter([("x".to_owned(), json!([1, {"exists": false}]))]);
        for name in ["source", "detail-type"] {
            if rng.bool() {
                pattern.insert(name.to_owned(), envelope(&mut rng));
            }
        }
        if rng.u8(..5) == 0 {
            let choices = [json!({"source": envelope(&mut rng)}), json!({"x": [2]})];
            pattern.insert("$or".to_owned(), choices.as_slice().into());
        }
        let pattern = Pattern::new(&pattern.into()).expect("is a pattern");
        rules.add(pattern.clone(), position);
        patterns.push(pattern);
    }
    assert_eq!(rules.len(), 200);
    for source in [json!("s"), json!("t"), json!("u"), json!(["t", "s"]), json!(5), Value::Null] {
        for detail_type in [json!("s"), json!("t"), json!("u"), json!([])] {
            let mut event = json!({"source": source, "detail-type": detail_type, "x": 1});
            if source.is_null() {
                event.as_object_mut().expect("is an object").remove("source");
            }
            let alone: Vec<_> = (0..200).filter(|n| patterns[*n].matches(&event)).collect();
            let together: Vec<_> = rules.matching(&event).copied().collect();
            assert_eq!(together, alone, "{event}");
            if let (Some(source), Some(detail_type)) = (source.as_str(), detail_type.as_str()) {
                let may = |n: &usize| patterns[*n].may_match(source, detail_type);
                assert!(alone.iter().all(may), "{event}");
            }
        }
    }
}
