use super::*;
use quote::quote;

/// What `read` takes from the arguments, and what is wrong with them.
fn read<T>(
    tokens: TokenStream,
    read: impl FnOnce(&mut Arguments, &mut Errors) -> T,
) -> (T, Vec<String>) {
    let mut errors = Errors::new();
    let mut arguments = Arguments::parse("thing", Span::call_site(), tokens, &mut errors);
    let value = read(&mut arguments, &mut errors);
    arguments.finish(&["name", "size", "external", "key"], &mut errors);
    let mistakes = errors.finish().err().into_iter().flatten();
    (value, mistakes.map(|error| error.to_string()).collect())
}

fn number(tokens: TokenStream) -> (u32, Vec<String>) {
    read(tokens, |arguments, errors| arguments.number("size", 1..=10, "MiB", 5, errors))
}

fn names(tokens: TokenStream) -> (Vec<String>, Vec<String>) {
    let (names, mistakes) =
        read(tokens, |arguments, errors| arguments.require_list::<Ident>("key", "id", errors));
    (names.iter().map(ToString::to_string).collect(), mistakes)
}

#[test]
fn a_number_is_within_its_range() {
    assert_eq!(number(quote!()), (5, vec![]));
    assert_eq!(number(quote!(size = 1_0)), (10, vec![]));
    assert_eq!(number(quote!(size = 0x2,)), (2, vec![]));
    for size in ["0", "11", "-1", "99999999999"] {
        let size: TokenStream = size.parse().expect("a number");
        assert_eq!(number(quote!(size = #size)), (5, vec!["`size` is 1 to 10 MiB".into()]));
    }
    assert_eq!(number(quote!(size = "5")).1, ["`size`: expected integer literal"]);
}

#[test]
fn names_are_one_or_several() {
    let two = vec!["a".to_owned(), "b".into()];
    assert_eq!(names(quote!(key = a)), (vec!["a".into()], vec![]));
    assert_eq!(names(quote!(key(a, b))), (two.clone(), vec![]));
    assert_eq!(names(quote!(key = (a, b,))), (two, vec![]));
    assert_eq!(names(quote!()).1, ["`thing` needs `key = id`"]);
    assert_eq!(names(quote!(key())).1, ["`key` needs a value: `key = id`"]);
    assert_eq!(names(quote!(key = "a")).1, ["`key`: expected identifier"]);
}

#[test]
fn a_declared_type_is_named() {
    let named = |tokens| {
        read(tokens, |arguments, errors| arguments.take::<Declared>("key", errors).is_some())
    };
    assert_eq!(named(quote!(key = infra::Key)), (true, vec![]));
    assert_eq!(named(quote!(key = "Key")).1, ["`key`: expected the name of a type"]);
}

#[test]
fn a_choice_is_one_of_its_words() {
    let choice = |tokens| {
        read(tokens, |arguments, errors| {
            arguments.choice("size", &[("small", 1), ("large", 2)], errors)
        })
    };
    assert_eq!(choice(quote!(size = large)), (Some(2), vec![]));
    assert_eq!(choice(quote!()), (None, vec![]));
    for near in [quote!(size = lagre), quote!(size = "large")] {
        let mistake = "`size` is `small` or `large`; did you mean `large`?";
        assert_eq!(choice(near), (None, vec![mistake.to_owned()]));
    }
    assert_eq!(choice(quote!(size = 3)).1, ["`size` is `small` or `large`"]);
}

#[test]
fn what_is_existing_is_not_made() {
    let existing = |tokens| {
        read(tokens, |arguments, errors| {
            let existing = arguments.existing(&["size"], errors);
            (existing, arguments.number("size", 1..=9, "MiB", 5, errors))
        })
    };
    assert_eq!(existing(quote!(size = 2)), ((false, 2), vec![]));
    assert_eq!(existing(quote!(existing)), ((true, 5), vec![]));
    let mistake = "an `existing` thing is not created here: leave `size` out";
    assert_eq!(existing(quote!(size = 77, existing)), ((true, 5), vec![mistake.to_owned()]));
}

#[test]
fn what_is_missing_or_without_value_is_told_once() {
    let text = |tokens| {
        read(tokens, |arguments, errors| {
            arguments.require_text("name", "Orders", errors).map(|text| text.value())
        })
    };
    assert_eq!(text(quote!(name = "a")), (Some("a".into()), vec![]));
    assert_eq!(text(quote!()).1, ["`thing` needs `name = \"Orders\"`"]);
    for without in [quote!(name), quote!(name =), quote!(name =,)] {
        assert_eq!(text(without).1, ["`name` needs a value: `name = …`"]);
    }
    assert_eq!(text(quote!(name = "")).1, ["`name` must not be empty"]);
    assert_eq!(text(quote!("a")).1, ["an argument is written `name = value`"]);
}

#[test]
fn a_flag_has_no_value() {
    let flag = |tokens| read(tokens, |arguments, errors| arguments.flag("external", errors));
    assert_eq!(flag(quote!(external)), (true, vec![]));
    assert_eq!(flag(quote!()), (false, vec![]));
    let refused = vec!["`external` is a flag: write it without a value".to_owned()];
    for with in [quote!(external = true), quote!(external =), quote!(external(a))] {
        assert_eq!(flag(with), (true, refused.clone()));
    }
}

#[test]
fn nothing_unknown_and_nothing_twice() {
    let mistakes = |tokens| read(tokens, |_, _| ()).1;
    assert_eq!(mistakes(quote!(nmae = 1)), ["`thing` has no `nmae`; did you mean `name`?"]);
    assert_eq!(
        mistakes(quote!(colour = 1, name(a))),
        [
            "`thing` has no `colour`; it takes `name`, `size`, `external` and `key`",
            "`thing` has no `name`; did you mean `name`?"
        ]
    );
    assert_eq!(number(quote!(size = 1, size = 2)), (1, vec!["`size` is given twice".into()]));
}
