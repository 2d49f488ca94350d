//! What is compared: how each contender is built and started.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Serialize;

use super::{
    folder,
    plan::{Contender, Program},
};
use crate::{
    app::App,
    archive, cargo,
    diagnostic::{Diagnostic, Result},
    generated::{self, Arch},
    graph::{Function, Graph, Value, Variable},
    report::Report,
    stage::Stage,
    tools::{self, process},
};

/// The functions that Esteira builds.
pub(super) const ESTEIRA: &str = "Esteira";
/// The same functions, written by hand.
pub(super) const BY_HAND: &str = "by hand";
/// What users have today.
pub(super) const PYTHON: &str = "Python";
/// Those of Esteira, if a panic ended the process.
pub(super) const ABORT: &str = "panic = \"abort\"";

/// Bytes of the binaries and zips, by contender and function.
pub(super) type Sizes = BTreeMap<&'static str, BTreeMap<String, Size>>;

/// How large a function is.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Size {
    pub(super) binary: usize,
    pub(super) zip: usize,
}

/// No build takes so long.
const LIMIT: Duration = Duration::from_secs(3 * 60 * 60);

/// The names of the functions, with their environments.
type Functions = BTreeMap<String, BTreeMap<String, String>>;

/// Builds all contenders.
pub(super) fn prepare(
    app: &App,
    sources: &Path,
    abort: bool,
    report: &Report,
) -> Result<(Vec<Contender>, Sizes)> {
    let tools = app.generated().join("tools");
    tools::ZIG.ensure(&tools)?;
    let arch = host()?;
    match arch {
        Arch::Arm64 => tools::ARM64_RUST.ensure(&tools)?,
        Arch::X86_64 => tools::X86_64_RUST.ensure(&tools)?,
    };
    let python = tools::BOTO3.ensure(&tools)?;

    let told = functions(app, report)?;
    let plain: Functions = told.keys().map(|name| (name.clone(), plain())).collect();
    let mut built = vec![(ESTEIRA, &told, ours(app, &told, arch, None)?)];
    report.status("Building", "the functions that are written by hand");
    let by_hand = generated::build_beside(app, &sources.join("by_hand"), arch, report)?;
    built.push((BY_HAND, &plain, by_hand));
    if abort {
        built.push((ABORT, &told, ours(app, &told, arch, Some("abort"))?));
    }

    let mut sizes = Sizes::new();
    let mut contenders = Vec::new();
    for (name, environments, binaries) in built {
        sizes.insert(name, binaries.iter().map(sized).collect::<Result<_>>()?);
        let start = |(function, program): (String, PathBuf)| {
            let environment = environments.get(&function).cloned().unwrap_or_default();
            (function, Program { program, arguments: Vec::new(), environment })
        };
        let functions = binaries.into_iter().map(start).collect();
        contenders.push(Contender { name: name.to_owned(), guarantees: true, functions });
    }
    contenders.push(in_python(&python, &sources.join("python"), plain));
    Ok((contenders, sizes))
}

/// The processor of this machine: what is measured is not emulated.
fn host() -> Result<Arch> {
    match env::consts::ARCH {
        "x86_64" => Ok(Arch::X86_64),
        "aarch64" => Ok(Arch::Arm64),
        other => Err(Diagnostic::new(format!("no function runs on {other}"))
            .help("measure on x86_64 or on arm64")
            .into()),
    }
}

/// What the application's functions are told where they run. Nothing listens under the names of
/// these resources but the AWS that is played to them, which takes any.
fn functions(app: &App, report: &Report) -> Result<Functions> {
    let manifest = generated::describe(app, report)?;
    let graph = Graph::new(&manifest, &Stage::new("dev"))?;
    let variable = |variable: &Variable| {
        let value = match &variable.value {
            Value::Literal(text) => text.clone(),
            Value::Of(_) => "bench".to_owned(),
        };
        (variable.name.clone(), value)
    };
    let function = |function: &Function| {
        (function.handler.clone(), function.environment.iter().map(variable).collect())
    };
    Ok(graph.functions.iter().map(function).collect())
}

/// What the functions by hand and in Python read, whichever of it they need.
fn plain() -> BTreeMap<String, String> {
    ["BUS_NAME", "TABLE_NAME", "TOPIC_ARN", "IDEMPOTENCY_TABLE"]
        .map(|name| (name.to_owned(), "bench".to_owned()))
        .into()
}

/// The application's functions, by this program's own `build`: what users get, and not another
/// build for the occasion.
fn ours(
    app: &App,
    functions: &Functions,
    arch: Arch,
    panic: Option<&str>,
) -> Result<BTreeMap<String, PathBuf>> {
    let failed = |why: String| Diagnostic::new(format!("cannot build the functions: {why}"));
    let output = folder(app).join(panic.unwrap_or("esteira"));
    let this = env::current_exe().map_err(|error| failed(error.to_string()))?;
    let mut command = cargo::tool(this, &app.workspace.root);
    command.args(["build", "--app", app.name(), "--arch", arch.name(), "--output"]).arg(&output);
    if let Some(panic) = panic {
        command.env("CARGO_PROFILE_RELEASE_PANIC", panic);
    }
    let built = process::run(&mut command, LIMIT, |line| eprintln!("{line}"))
        .map_err(|error| failed(error.to_string()))?;
    if !built.success {
        return Err(failed("see above".to_owned()).into());
    }
    let bootstrap =
        |name: &String| (name.clone(), output.join("lambda").join(name).join("bootstrap"));
    Ok(functions.keys().map(bootstrap).collect())
}

/// Under AWS's own runtime interface client.
fn in_python(python: &Path, sources: &Path, functions: Functions) -> Contender {
    let start = |(name, mut environment): (String, BTreeMap<String, String>)| {
        environment.insert("PYTHONPATH".to_owned(), sources.display().to_string());
        let arguments = ["-m".to_owned(), "awslambdaric".to_owned(), format!("{name}.handler")];
        (name, Program { program: python.to_owned(), arguments: arguments.into(), environment })
    };
    let functions = functions.into_iter().map(start).collect();
    Contender { name: PYTHON.to_owned(), guarantees: false, functions }
}

fn sized((function, path): (&String, &PathBuf)) -> Result<(String, Size)> {
    let unreadable = |why: String| Diagnostic::new(format!("{}: {why}", path.display()));
    let binary = fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let zip = archive::bootstrap(&binary).map_err(|error| unreadable(error.to_string()))?;
    Ok((function.clone(), Size { binary: binary.len(), zip: zip.len() }))
}
