//! `synth` on a workspace of two applications.

mod fixture;

use std::fs;

use fixture::{Fixture, tree};

const ONE: &str = "target/esteira/one/dev/manifest.json";

#[test]
fn synth_writes_every_application_and_a_second_one_changes_nothing() {
    let fixture = Fixture::new();
    fixture.run(".", &["synth", "--check"]).ended(2);
    assert!(!fixture.root.join(ONE).exists(), "--check writes nothing");

    let run = fixture.run(".", &["synth", "--json"]).ended(0);
    let data: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let names: Vec<_> =
        data["applications"].as_array().unwrap().iter().map(|a| a["app"].as_str()).collect();
    assert_eq!(names, [Some("one"), Some("two")]);
    assert!(!run.stderr.contains('\u{1b}'), "no colour where there is no terminal");

    let manifest: esteira_manifest::Manifest = serde_json::from_str(&fixture.read(ONE)).unwrap();
    let ids: Vec<_> = manifest.items.iter().map(|item| item.id.as_ref()).collect();
    assert_eq!(ids, ["one::Fila", "one::primeiro", "one::private::segundo"]);
    assert_eq!(manifest.items[1].at.file, "one/src/lib.rs");

    for file in ["terraform/primeiro_handler.tf", "cloudformation/template.yaml"] {
        fixture.read(&format!("target/esteira/one/dev/{file}"));
    }

    let before = tree(&fixture.root.join("target/esteira/one/dev"));
    let programs = tree(&fixture.root.join("target/xtask/deps")).len();
    fixture.run("one", &["synth", "--check"]).ended(0);
    let again = fixture.run("one", &["synth"]).ended(0);
    assert!(!again.stderr.contains("Compiling"), "{}", again.stderr);
    assert_eq!(tree(&fixture.root.join("target/esteira/one/dev")), before);
    let now = tree(&fixture.root.join("target/xtask/deps")).len();
    assert_eq!(now, programs);
    assert!(!fixture.root.join("target/debug").exists(), "what an editor locks is not used");
}

#[test]
fn a_failure_leaves_the_previous_output_untouched() {
    let fixture = Fixture::new();
    fixture.run("one", &["synth"]).ended(0);
    fixture.write("one/src/lib.rs", &fixture::ONE.replace("primeiro", "terceiro"));
    fixture.run("one", &["synth", "--check"]).ended(2);
    fixture.run("one", &["synth"]).ended(0);
    let terraform = fixture.root.join("target/esteira/one/dev/terraform");
    assert!(terraform.join("terceiro_handler.tf").exists());
    assert!(!terraform.join("primeiro_handler.tf").exists(), "what is no longer declared goes");
    let before = fixture.read(ONE);

    fixture.write("one/src/lib.rs", &format!("{}\nfn broken( {{}}\n", fixture::ONE));
    fixture
        .run("one", &["synth"])
        .refused(&["--> source/one/src/lib.rs:", "`one` does not compile"]);
    let none = "#[unsafe(export_name = \"fixture items\")]
        fn items() -> &'static [(&'static str, &'static str, u32, &'static str)] { &[] }";
    fixture.write("one/src/lib.rs", none);
    let run = fixture
        .run("one", &["synth", "--json"])
        .refused(&["`one` declares no handler", "--> one/src/lib.rs:1"]);
    let errors: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(errors["errors"][0]["message"], "application `one` declares no handler");

    fixture.write("one/esteira.toml", "[stage.dev]\nnames = 3\n");
    fixture.run("one", &["synth"]).refused(&["one/esteira.toml:2:9"]);
    assert_eq!(fixture.read(ONE), before);
}

#[test]
fn an_output_folder_is_named_with_o() {
    let fixture = Fixture::new();
    fixture.run(".", &["synth", "-q", "-o", "out"]).ended(0);
    assert!(fixture.root.join("out/one/manifest.json").exists());
    assert!(fixture.root.join("out/two/manifest.json").exists());
    fixture.write("file", "");
    let args = ["synth", "--app", "one", "-o", "file/below"];
    fixture.run(".", &args).refused(&["cannot write file/below"]);
}

#[test]
fn an_application_elsewhere_may_use_packages_of_another_workspace() {
    let fixture = Fixture::new();
    // Its path dependency has one of its own, and a patch points out of its workspace too.
    fixture.write(
        "runtime/Cargo.toml",
        &fixture
            .read("runtime/Cargo.toml")
            .replace("[features]", "[dependencies]\nlib = { path = '../lib' }\n[features]"),
    );
    fixture.write(
        "away/Cargo.toml",
        "[workspace]\n[package]\nname = 'away'\nversion = '0.1.0'\n\
        edition = '2024'\n[package.metadata.esteira]\napp = true\n[features]\n\
        lambda = ['esteira/aws']\n[dependencies]\nesteira = { path = '../checkout/runtime' }\n\
        itoa = '1'\n[patch.crates-io]\nitoa = { path = '../patched' }\n",
    );
    let root = fixture.root.parent().unwrap();
    fs::rename(fixture.root.join("away"), root.join("away")).unwrap();
    fs::create_dir_all(root.join("away/src")).unwrap();
    fs::write(
        root.join("away/src/lib.rs"),
        fixture::ONE.replace("itoa::Buffer::new().format", "itoa::patched"),
    )
    .unwrap();
    fs::create_dir_all(root.join("patched/src")).unwrap();
    fs::write(
        root.join("patched/Cargo.toml"),
        "[workspace]\n[package]\nname = 'itoa'\nversion = '1.9.9'\nedition = '2024'\n",
    )
    .unwrap();
    fs::write(root.join("patched/src/lib.rs"), "pub fn patched(n: usize) -> usize { n }").unwrap();
    fixture.lock("../away");

    fixture.run(".", &["synth", "--app", "../away"]).ended(0);
    let manifest = fixture.read("../away/target/esteira/away/dev/manifest.json");
    assert!(manifest.contains("\"file\": \"src/lib.rs\""), "{manifest}");
}

#[test]
fn esteira_may_be_named_by_an_absolute_path() {
    let fixture = Fixture::new();
    let absolute = |file: &str, from: &str| {
        let to = format!("path = '{}'", fixture.root.join("runtime").display());
        fixture.write(file, &fixture.read(file).replace(from, &to));
    };
    absolute("one/Cargo.toml", "path = '../runtime'");
    fixture.run("one", &["synth"]).ended(0);

    // Inherited from the workspace.
    let inherited = fixture.read("two/Cargo.toml").replace(
        "stream = { package = 'esteira', path = '../runtime' }",
        "stream = { workspace = true }",
    );
    fixture.write("two/Cargo.toml", &inherited);
    let root = fixture.read("Cargo.toml")
        + "[workspace.dependencies]\nstream = { package = 'esteira', path = 'runtime' }\n";
    fixture.write("Cargo.toml", &root);
    absolute("Cargo.toml", "path = 'runtime'");
    fixture.run("two", &["synth"]).ended(0);
}

#[test]
fn two_applications_may_be_synthesized_at_once() {
    let fixture = Fixture::new();
    fixture.run(".", &["synth"]).ended(0);
    for _ in 0..10 {
        std::thread::scope(|scope| {
            for app in ["one", "two"] {
                let fixture = &fixture;
                scope.spawn(move || fixture.run(app, &["synth", "--check"]).ended(0));
            }
        });
    }
}

#[test]
fn what_an_application_lacks_is_said_with_its_line() {
    let fixture = Fixture::new();
    let manifest = fixture.read("one/Cargo.toml");
    let with = |from: &str, to: &str| fixture.write("one/Cargo.toml", &manifest.replace(from, to));
    let check = |expected: &[&str]| drop(fixture.run(".", &["check"]).refused(expected));

    with("lambda = ['esteira/aws']", "lambda = []");
    check(&["lacks `esteira/aws`", "--> one/Cargo.toml:8", "lambda = [\"esteira/aws\"]"]);
    with("esteira = { package", "other = { path = '../lib', package = 'lib' }\n#");
    with(
        "lambda = ['esteira/aws']\n[dependencies]\nesteira = { package = 'esteira', path = '../runtime' }",
        "[dependencies]",
    );
    check(&["`one` does not depend on esteira", "--> one/Cargo.toml:8"]);
    with("esteira/aws", "esteira/aws");
    fs::rename(fixture.root.join("one/src/lib.rs"), fixture.root.join("one/src/main.rs")).unwrap();
    check(&["`one` has no library target", "--> one/Cargo.toml:1"]);

    fixture.run(".", &["synth", "--app", "tow"]).refused(&["no application `tow`", "mean `two`?"]);
    fixture.run(".", &["synth", "--app", "lib"]).refused(&["`lib` is not an esteira application"]);
    fixture.run("/", &["synth"]).refused(&["cargo cannot read the workspace", "--app PATH"]);
    fixture.run(".", &["synht"]).refused(&["unrecognized subcommand"]);
    fixture.write("lib/Cargo.toml", "[package\n");
    let run = fixture.run(".", &["synth"]).refused(&["lib/Cargo.toml:1:9"]);
    assert!(!run.stderr.contains("--app PATH"), "{}", run.stderr);
    fixture.run(".", &["--help"]).ended(0);
}

#[test]
fn a_row_type_is_held_against_its_migrations() {
    let fixture = Fixture::new();
    let items = "(\"one::primeiro\", file!(), 11, \"handler one::primeiro\"),";
    let row = "(\"one::Pedido\", file!(), 7, \"row sql/\"),";
    assert!(fixture::ONE.contains(items));
    fixture.write("one/src/lib.rs", &fixture::ONE.replace(items, &format!("{items}{row}")));
    fixture
        .run("one", &["check"])
        .refused(&["cannot read the schema `one/sql`", "--> one/src/lib.rs:7"]);
    fixture.write("one/sql/V1__a.sql", "CREATE TABLE pedidos (\n  id INT PRIMARY KEY\n);\n");
    fixture.run(".", &["check"]).ended(0);
    fixture.write("one/sql/V2__b.sql", "\nALTER TABLE pedidos MODIFY id BIGINT;\n");
    for command in ["check", "synth"] {
        fixture.run(".", &[command]).refused(&[
            "`pedidos.id` is BIGINT, and the field is `i32`",
            "--> one/src/lib.rs:7",
            "--> one/sql/V2__b.sql:2",
            "make the field `i64`",
        ]);
    }
    assert!(!fixture.root.join(ONE).exists(), "a mistake writes nothing");
}

#[test]
fn the_lock_file_decides_the_versions() {
    let fixture = Fixture::new();
    fs::remove_file(fixture.root.join("Cargo.lock")).unwrap();
    let run = fixture.run(".", &["synth"]).refused(&["cargo generate-lockfile"]);
    assert_eq!(run.stderr.matches("error:").count(), 1, "once, not once an application");
    fixture.write("Cargo.lock", "version = 4\n[[package]\n");
    fixture.run("one", &["synth"]).refused(&["checkout/Cargo.lock:2:"]);
    fixture.lock(".");
    fixture.run("one", &["synth"]).ended(0);
    let lock = fixture.read("target/esteira/one/describe/Cargo.lock");
    let itoa =
        |lock: &str| lock.split("[[package]]").find(|p| p.contains("\"itoa\"")).map(str::to_owned);
    assert_eq!(itoa(&lock), itoa(&fixture.read("Cargo.lock")));
}

#[test]
fn the_configuration_of_the_user_does_not_lead_astray() {
    let fixture = Fixture::new();
    fixture.write(
        ".cargo/config.toml",
        "[build]\ntarget = 'wasm32-unknown-unknown'\ntarget-dir = 'elsewhere'\n",
    );
    fixture.run("two", &["synth"]).ended(0);
    assert!(fixture.root.join("elsewhere/esteira/two/dev/manifest.json").exists());
}
