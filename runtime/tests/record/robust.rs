//! No input panics, no message grows with it, and what DMS writes is read back.

use arbitrary::{Arbitrary, Unstructured};
use esteira::{Change, Json};

use crate::{
    One, RetailTrans, column,
    properties::{Device, Loose, any_bytes, decodes, round_trip},
    record,
};

const SAMPLES: [&str; 9] = [
    include_str!("samples/mysql-insert.json"),
    include_str!("samples/mysql-update.json"),
    include_str!("samples/mysql-delete.json"),
    include_str!("samples/mysql-load.json"),
    include_str!("samples/mysql-insert-after-load.json"),
    include_str!("samples/control-bare.json"),
    include_str!("samples/control-detailed.json"),
    include_str!("samples/postgres-delete.json"),
    include_str!("samples/postgres-key-update.json"),
];

/// What a mutation may put in: the syntax, and the values that are special somewhere.
const PIECES: [&[u8]; 24] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b",",
    b":",
    b"\\",
    b"\\ud800",
    b"\xff",
    b"null",
    b"true",
    b"\"\"",
    b"1e999999999",
    b"-0.0",
    b"99999999999999999999999999999999999999999",
    b"\"0x\"",
    b"BI_",
    b"\"_doc\":{",
    b"\"before-image\":{",
    b"\"operation\"",
    b"update",
    b"other",
    b"\"{\\\"a\\\":\"",
];

/// xorshift64*: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit.max(1)
    }

    fn mutate(&mut self, bytes: &mut Vec<u8>) {
        let at = self.below(bytes.len());
        let end = (at + 1 + self.below(12)).min(bytes.len());
        match self.below(5) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.truncate(at),
            3 => {
                let copy = bytes[at..end].to_vec();
                let to = self.below(bytes.len());
                drop(bytes.splice(to..to, copy));
            }
            _ => drop(bytes.splice(at..end, PIECES[self.below(PIECES.len())].iter().copied())),
        }
    }
}

#[test]
fn no_mutation_of_a_sample_panics() {
    let mut random = Random(0x00E5_7E12A);
    let (mut decoded, mut refused) = (0, 0);
    for round in 0..30_000 {
        let mut bytes = SAMPLES[round % SAMPLES.len()].as_bytes().to_vec();
        for _ in 0..=random.below(4) {
            random.mutate(&mut bytes);
        }
        match any_bytes(&bytes) {
            0 => refused += 1,
            _ => decoded += 1,
        }
    }
    assert!(decoded > 1_000 && refused > 1_000, "{decoded} decoded, {refused} refused");
}

#[test]
fn no_bytes_panic() {
    let mut random = Random(3);
    for _ in 0..20_000 {
        let length = random.below(64);
        let bytes: Vec<u8> = (0..length).map(|_| random.below(256) as u8).collect();
        any_bytes(&bytes);
        let pieces: Vec<_> = (0..length).map(|_| PIECES[random.below(PIECES.len())]).collect();
        any_bytes(&pieces.concat());
    }
}

#[test]
fn whatever_dms_writes_is_read_back() {
    let mut random = Random(5);
    for _ in 0..5_000 {
        let bytes: Vec<u8> = (0..600).map(|_| random.below(256) as u8).collect();
        let written = Arbitrary::arbitrary(&mut Unstructured::new(&bytes));
        round_trip(written.expect("enough bytes"));
    }
}

#[test]
fn no_mutation_of_a_column_panics() {
    let mut random = Random(7);
    let seeds = ["1.234567890123456789E18", r#""0x00ff""#, r#""{\"a\": [1, 2]}""#, "null", r#""""#];
    for round in 0..20_000 {
        let mut raw = seeds[round % seeds.len()].as_bytes().to_vec();
        random.mutate(&mut raw);
        let Ok(raw) = String::from_utf8(raw) else { continue };
        let record = record("update", &format!(r#""data": {{"v": {raw}, "BI_v": {raw}}}"#));
        decodes::<Change<One<i64>>>(record.as_bytes());
        decodes::<Change<One<Option<u128>>>>(record.as_bytes());
        decodes::<Change<One<Option<f32>>>>(record.as_bytes());
        decodes::<Change<One<Vec<u8>>>>(record.as_bytes());
        decodes::<Change<One<Option<Device>>>>(record.as_bytes());
        decodes::<Change<One<Option<serde_json::Value>>>>(record.as_bytes());
        decodes::<Change<One<std::collections::HashMap<String, String>>>>(record.as_bytes());
    }
}

#[test]
fn deep_nesting_is_refused_without_a_deep_stack() {
    let deep = "[".repeat(200_000) + &"]".repeat(200_000);
    assert!(!decodes::<Change<RetailTrans>>(deep.as_bytes()));
    assert!(!decodes::<Json<serde_json::Value>>(deep.as_bytes()));
    assert!(column::<serde_json::Value>(&deep).is_err());
    assert!(column::<Vec<serde_json::Value>>(&format!("\"{deep}\"")).is_err());
    assert_eq!(column::<i64>(&format!("1, \"w\": {deep}")), Ok(1));
}

#[test]
fn many_empty_columns_are_read_in_reasonable_time() {
    let columns: Vec<_> = (0..200).map(|n| format!(r#""c{n}": """#)).collect();
    let record = record("insert", &format!(r#""data": {{{}}}"#, columns.join(", ")));
    assert!(decodes::<Change<Loose>>(record.as_bytes()));
}
