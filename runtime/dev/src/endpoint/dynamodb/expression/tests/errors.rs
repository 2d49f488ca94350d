use super::*;

#[test]
fn what_is_no_condition_says_why() {
    let many = vec!["n = :one"; 302].join(" OR ");
    let deep = format!("{}n = :one{}", "(".repeat(1000), ")".repeat(1000));
    let nots = format!("{}n = :one", "NOT ".repeat(1000));
    let long = format!("n = :one{}", " ".repeat(4096));
    let among = vec![":one"; 101].join(", ");
    let among = format!("n IN ({among})");
    for (text, why) in [
        ("", "The expression can not be empty;"),
        ("  ", "The expression can not be empty;"),
        ("n = ", "Syntax error; token: \"<EOF>\", near: \"=\""),
        ("n", "Syntax error; token: \"<EOF>\", near: \"n\""),
        ("n ! :one", "Syntax error; token: \"!\", near: \"n ! :one\""),
        ("n = :one x", "Syntax error; token: \"x\", near: \":one x\""),
        ("n = :one)", "Syntax error; token: \")\", near: \":one)\""),
        ("(n = :one", "Syntax error; token: \"<EOF>\""),
        ("AND n = :one", "Syntax error; token: \"AND\""),
        ("n BETWEEN :one", "Syntax error; token: \"<EOF>\""),
        ("n IN ()", "Syntax error; token: \")\""),
        ("steps[x] = :one", "Syntax error; token: \"x\""),
        ("steps[99999999999999999999999] = :one", "Syntax error"),
        ("doc. = :one", "Syntax error; token: \"=\""),
        ("_n = :one", "Syntax error; token: \"_n\""),
        ("n = 1", "Syntax error; token: \"1\""),
        ("é = :one", "Syntax error; token: \"é\", near: \"é =\""),
        (
            "#x = :one",
            "An expression attribute name used in the document path is not defined; attribute name: #x",
        ),
        (
            "n = :x",
            "An expression attribute value used in expression is not defined; attribute value: :x",
        ),
        ("status = :one", "Attribute name is a reserved keyword; reserved keyword: status"),
        ("doc.name = :one", "Attribute name is a reserved keyword; reserved keyword: name"),
        ("unknown(n)", "Invalid function name; function: unknown"),
        ("Attribute_Exists(n)", "Invalid function name; function: Attribute_Exists"),
        (
            "if_not_exists(n, :one)",
            "The function is not allowed to be used this way in an expression; function: if_not_exists",
        ),
        (
            "n = contains(word, :a)",
            "not allowed to be used this way in an expression; function: contains",
        ),
        ("size(n)", "Syntax error; token: \"<EOF>\""),
        (
            "attribute_exists(n, word)",
            "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2",
        ),
        ("contains(word)", "operator or function: contains, number of operands: 1"),
        (
            "attribute_exists(:one)",
            "Operator or function requires a document path; operator or function: attribute_exists",
        ),
        ("attribute_type(n, :bad)", "Invalid attribute type name found; type: TEXT"),
        ("attribute_type(n, :one)", "operator or function: attribute_type, operand type: N"),
        ("begins_with(word, :one)", "operator or function: begins_with, operand type: N"),
        ("size(:one) = :two", "operator or function: size, operand type: N"),
        (
            "n < :true",
            "Incorrect operand type for operator or function; operator: <, operand type: BOOL",
        ),
        ("n >= :list", "operator: >=, operand type: L"),
        (
            "n = n",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [n]",
        ),
        ("contains(word, word)", "operator: contains, first operand: [word]"),
        (
            "n BETWEEN :ten AND :one",
            "requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:10}, upper bound operand: AttributeValue: {N:1}",
        ),
        (
            "n BETWEEN :one AND :text",
            "The BETWEEN operator requires same data type for lower and upper bounds",
        ),
        ("((n = :one))", "The expression has redundant parentheses;"),
        ("((n = :one) AND (n = :two))", ""),
        (&many, "The expression contains too many operators"),
        (&deep, "The expression is nested too deeply; levels: 65"),
        (&nots, "The expression is nested too deeply; levels: 65"),
        (&long, "Expression size has exceeded the maximum allowed size; expression size: 4104"),
        (&among, "The IN operator is provided with too many operands; number of operands: 101"),
    ] {
        match condition(text) {
            Ok(_) => assert_eq!(why, "", "{text} is read"),
            Err(failure) => {
                assert_eq!(failure.code, "ValidationException");
                let expected = format!("Invalid ConditionExpression: {why}");
                assert!(!why.is_empty(), "{text}: {}", failure.message);
                assert!(
                    failure.message.starts_with(&expected) || failure.message.contains(why),
                    "{text}: {}",
                    failure.message
                );
            }
        }
    }
}

#[test]
fn what_is_no_update_says_why() {
    let deep = format!("SET n = {}:one{}", "(".repeat(1000), ")".repeat(1000));
    let functions = format!("SET n = {}", "list_append(".repeat(300));
    for (text, why) in [
        ("", "The expression can not be empty;"),
        ("word = :a", "Syntax error; token: \"word\", near: \"word =\""),
        ("SET", "Syntax error; token: \"<EOF>\", near: \"SET\""),
        ("SET word", "Syntax error; token: \"<EOF>\", near: \"word\""),
        ("SET word = :a,", "Syntax error; token: \"<EOF>\", near: \",\""),
        (
            "SET word = :a SET n = :one",
            "The \"SET\" section can only be used once in an update expression;",
        ),
        ("SET n = :one + :two - :ten", "Syntax error; token: \"-\""),
        ("SET n = :text + :one", "operator or function: +, operand type: S"),
        (
            "SET steps = list_append(steps, :one)",
            "operator or function: list_append, operand type: N",
        ),
        ("SET n = if_not_exists(:one, :two)", "Operator or function requires a document path"),
        (
            "SET n = size(word)",
            "The function is not allowed to be used this way in an expression; function: size",
        ),
        ("SET n = plus(n, :one)", "Invalid function name; function: plus"),
        (
            "SET n = :one, n = :two",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [n], path two: [n]",
        ),
        (
            "SET doc = :map REMOVE doc.a",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [doc], path two: [doc, a]",
        ),
        ("SET doc.a = :one, doc[0] = :two", "Two document paths conflict with each other"),
        (
            "ADD n :text",
            "Incorrect operand type for operator or function; operator: ADD, operand type: STRING",
        ),
        ("ADD n word", "Syntax error; token: \"word\""),
        ("DELETE tags :one", "operator: DELETE, operand type: NUMBER"),
        (&deep, "The expression is nested too deeply; levels: 65"),
        (&functions, "The expression is nested too deeply; levels: 65"),
        ("REMOVE n = :one", "Syntax error; token: \"=\""),
    ] {
        let failure = update(text).expect_err(text);
        assert_eq!(failure.code, "ValidationException");
        let expected = format!("Invalid UpdateExpression: {why}");
        assert!(
            failure.message.starts_with(&expected) || failure.message.contains(why),
            "{text}: {}",
            failure.message
        );
    }
}

#[test]
fn what_is_no_projection_says_why() {
    for (text, why) in [
        ("", "The expression can not be empty;"),
        ("n,", "Syntax error; token: \"<EOF>\""),
        ("n word", "Syntax error; token: \"word\""),
        (":one", "Syntax error; token: \":one\""),
        ("doc, doc.a", "Two document paths overlap"),
        ("name", "reserved keyword: name"),
    ] {
        let failure = projection(text).expect_err(text);
        assert!(
            failure.message.starts_with(&format!("Invalid ProjectionExpression: {why}"))
                || failure.message.contains(why),
            "{text}: {}",
            failure.message
        );
    }
}

#[test]
fn placeholders_are_all_used_and_well_named() {
    let names = |name: &str| Some(HashMap::from([(name.to_owned(), "x".to_owned())]));
    let values = |name: &str| Some(HashMap::from([(name.to_owned(), AttributeValue::Bool(true))]));
    let message = |it: Outcome<Placeholders>| it.expect_err("is refused").message;
    assert_eq!(
        message(Placeholders::new(names("x"), None, true)),
        "ExpressionAttributeNames contains invalid key: Syntax error; key: \"x\""
    );
    assert_eq!(
        message(Placeholders::new(None, values(":"), true)),
        "ExpressionAttributeValues contains invalid key: Syntax error; key: \":\""
    );
    assert_eq!(
        message(Placeholders::new(Some(HashMap::new()), None, true)),
        "ExpressionAttributeNames must not be empty"
    );
    assert_eq!(
        message(Placeholders::new(None, values(":x"), false)),
        "ExpressionAttributeValues can only be specified when using expressions"
    );
    let unused = Placeholders::new(names("#x"), values(":x"), true).expect("are placeholders");
    assert_eq!(
        unused.finish().expect_err("are not used").message,
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}"
    );
    Condition::read("ConditionExpression", "#x = :x", &unused).expect("is a condition");
    assert_eq!(unused.finish(), Ok(()));
}
