use super::*;

fn printed(value: Expression) -> String {
    file(&[Block::new("b", &[]).set("a", value)])
}

fn list<const N: usize>(elements: [Expression; N]) -> Expression {
    Expression::list(elements)
}

/// What a library reads from a printed text.
fn read_back(text: &str) -> String {
    let body: hcl::Body = hcl::parse(&printed(text.into())).expect("HCL");
    let block = body.blocks().next().expect("a block");
    let value = block.body().attributes().next().expect("an attribute").expr();
    let value = hcl::eval::Evaluate::evaluate(value, &hcl::eval::Context::new());
    value.expect("a constant").as_str().expect("a string").to_owned()
}

#[test]
fn text_is_read_back_as_it_was() {
    for text in [
        "",
        "Confirmação de Pedido 😀",
        "\"quoted\" and \\escaped\\",
        "line\nbreak\r\ttab",
        "${not.a.reference} %{ if x }",
        "$${twice} %%{twice} $$${thrice}",
        "$ % $$ %% { }",
        "a\u{0}b\u{7f}c\u{feff}d\u{202e}e",
        "ends in $",
    ] {
        assert_eq!(read_back(text), text);
    }
}

#[test]
fn text_is_escaped() {
    assert_eq!(
        printed("${a} %{b} \"c\"\n\\ \u{1}é".into()),
        "b {\n  a = \"$${a} %%{b} \\\"c\\\"\\n\\\\ \\u0001é\"\n}\n"
    );
}

#[test]
fn equals_signs_of_neighbouring_lines_are_in_one_column() {
    let block = Block::new("b", &["l"])
        .set("a", 1)
        .set("long_name", "x")
        .set("object", Expression::object([("ação", "x"), ("b", "y"), ("events:source", "z")]))
        .set("after", true)
        .set("why", 2)
        .why("because")
        .set("z", 3);
    assert_eq!(
        file(&[block]),
        r#"b "l" {
  a         = 1
  long_name = "x"
  object = {
    "ação"          = "x"
    b               = "y"
    "events:source" = "z"
  }
  after = true
  # because
  why = 2
  z   = 3
}
"#
    );
}

#[test]
fn blocks_stand_apart() {
    let inner = |name| Block::new(name, &[]).set("x", 1);
    let block = Block::new("b", &[]).set("a", 1).block(inner("c")).block(inner("d")).set("e", 2);
    assert_eq!(
        file(&[block, Block::new("empty", &[]).comment("src/a.rs:1")]),
        "b {\n  a = 1\n\n  c {\n    x = 1\n  }\n\n  d {\n    x = 1\n  }\n\n  e = 2\n}\n\n\
         # src/a.rs:1\nempty {}\n"
    );
}

#[test]
fn short_lists_take_a_line_and_long_ones_several() {
    let one = Expression::object([("numeric", list([">".into(), 0.into()]))]);
    assert_eq!(
        printed(list([one, "x".into()])),
        "b {\n  a = [{ numeric = [\">\", 0] }, \"x\"]\n}\n"
    );

    let long = "x".repeat(50);
    assert_eq!(
        printed(list([long.as_str().into(), long.as_str().into()])),
        format!("b {{\n  a = [\n    \"{long}\",\n    \"{long}\",\n  ]\n}}\n")
    );
    assert_eq!(
        printed(Expression::List(vec![(vec!["why".into()], 1.into())])),
        "b {\n  a = [\n    # why\n    1,\n  ]\n}\n"
    );
}

#[test]
fn a_key_that_is_no_identifier_is_quoted() {
    let keys = ["for", "detail-type", "$or", "plain_1", "1st", "${x}"];
    let printed = printed(Expression::object(keys.map(|key| (key, 1))));
    let expected = r#"b {
  a = {
    "for"         = 1
    "detail-type" = 1
    "$or"         = 1
    plain_1       = 1
    "1st"         = 1
    "$${x}"       = 1
  }
}
"#;
    assert_eq!(printed, expected);
}

#[test]
fn a_comment_cannot_be_left() {
    let block = Block::new("b", &[]).comment("src/a\n} resource \"x\".rs:1");
    assert_eq!(file(&[block]), "# src/a\n# } resource \"x\".rs:1\nb {}\n");
}

#[test]
fn json_keeps_its_types() {
    let json: esteira_manifest::Json =
        serde_json::from_str(r#"[null, true, -5, 0.1, 1e300, "1", {}, []]"#).unwrap();
    let printed = printed((&json).into());
    assert_eq!(printed, "b {\n  a = [null, true, -5, 0.1, 1e+300, \"1\", {}, []]\n}\n");
}
