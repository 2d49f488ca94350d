//! The steps of the test suite, those that answer fast first.

use std::ffi::OsString;
use std::path::Path;
use std::{env, fs};

use super::checkout::Checkout;
use super::context::Context;
use super::runs::{self, Counts};
use crate::diagnostic::{Diagnostic, Result};
use crate::tools;

/// A part of the test suite that can be run alone.
pub(super) struct Step {
    pub(super) name: &'static str,
    /// For people, while it runs.
    pub(super) what: &'static str,
    /// Steps that make what this one takes.
    pub(super) needs: &'static [&'static str],
    /// It is mostly waiting for what others do, an emulator above all, so that what comes after it
    /// runs at the same time.
    pub(super) waits: bool,
    pub(super) run: fn(&Context) -> Result<Counts>,
}

/// All steps, in the order in which they run.
pub(super) const STEPS: &[Step] = &[
    Step { name: "fmt", what: "the source is formatted", needs: &[], waits: false, run: fmt },
    Step {
        name: "clippy",
        what: "clippy has nothing to say",
        needs: &[],
        waits: false,
        run: clippy,
    },
    Step {
        name: "deploy",
        what: "small applications, deployed, changed, killed, destroyed",
        needs: &[],
        waits: true,
        run: deploy,
    },
    Step {
        name: "tests",
        what: "unit tests, compile errors, goldens",
        needs: &[],
        waits: false,
        run: tests,
    },
    Step {
        name: "fuzz",
        what: "a minute of inputs that nobody wrote",
        needs: &[],
        waits: false,
        run: fuzz,
    },
    Step {
        name: "doctests",
        what: "examples in the documentation",
        needs: &[],
        waits: false,
        run: doctests,
    },
    Step {
        name: "docs",
        what: "the documentation has no warnings",
        needs: &[],
        waits: false,
        run: docs,
    },
    Step {
        name: "synth",
        what: "every application, twice the same",
        needs: &[],
        waits: false,
        run: synth,
    },
    Step {
        name: "elsewhere",
        what: "an application of another workspace",
        needs: &[],
        waits: false,
        run: elsewhere,
    },
    Step { name: "new", what: "an application from nothing", needs: &[], waits: false, run: new },
    Step {
        name: "static",
        what: "Terraform and cfn-lint on the output",
        needs: &["synth"],
        waits: false,
        run: checks,
    },
    Step {
        name: "generated",
        what: "applications with every pair of options",
        needs: &[],
        waits: false,
        run: generated,
    },
    Step {
        name: "build",
        what: "the x86_64 functions",
        needs: &["synth"],
        waits: false,
        run: build,
    },
    Step {
        name: "handlers",
        what: "the functions, driven as Lambda drives them",
        needs: &["build"],
        waits: false,
        run: handlers,
    },
    Step {
        name: "store",
        what: "the clients of AWS do what memory does",
        needs: &["build"],
        waits: false,
        run: store,
    },
    Step {
        name: "end-to-end",
        what: "both applications, deployed and at work",
        needs: &["build"],
        waits: true,
        run: end_to_end,
    },
    Step {
        name: "cloudformation",
        what: "a small application and the pipeline as stacks",
        needs: &["build"],
        waits: true,
        run: cloudformation,
    },
    Step {
        name: "operate",
        what: "a stage, looked at and called",
        needs: &["build"],
        waits: true,
        run: operate,
    },
    Step {
        name: "dev",
        what: "the pipeline on this machine, on a database",
        needs: &["build"],
        waits: false,
        run: dev,
    },
    Step {
        name: "build-arm64",
        what: "the arm64 functions",
        needs: &["synth"],
        waits: false,
        run: build_arm64,
    },
    Step {
        name: "binaries",
        what: "what the functions carry, arm64 started",
        needs: &["build", "build-arm64"],
        waits: false,
        run: binaries,
    },
    Step {
        name: "reproducible",
        what: "the same zips from another checkout",
        needs: &["build-arm64"],
        waits: false,
        run: reproducible,
    },
];

const ARCHITECTURES: [&str; 2] = ["arm64", "x86_64"];

fn fmt(context: &Context) -> Result<Counts> {
    runs::check(&mut context.cargo(&["fmt", "--all", "--check"]), context.limit())
}

fn clippy(context: &Context) -> Result<Counts> {
    let deny = ["--all-targets", "--", "--deny", "warnings"];
    let mut counts = Counts::default();
    // The workspace as everybody compiles it, then what only functions and describe programs do.
    for what in [&["--workspace"][..], &["--package", "esteira", "--features", "aws,describe"]] {
        let arguments = [&["clippy"], what, &deny].concat();
        counts += runs::check(&mut context.cargo(&arguments), context.limit())?;
    }
    Ok(counts)
}

fn tests(context: &Context) -> Result<Counts> {
    // The others need what later steps build, and run there.
    let arguments = [
        "test",
        "--workspace",
        "--lib",
        "--bins",
        "--tests",
        "--no-fail-fast",
        "--",
        "--skip",
        "system::",
    ];
    let mut command = context.cargo(&arguments);
    // Among them are builds of small applications, for both processors.
    if let Some(zigbuild) = context.tool(&tools::ZIG)? {
        command.env("PATH", first_on_path(&zigbuild)?);
    }
    for tool in [&tools::ARM64_RUST, &tools::X86_64_RUST, &tools::MARIADB] {
        context.tool(tool)?;
    }
    // The `aws` command line is set up by those that call the local endpoint with it.
    command.env("ESTEIRA_TEST_TOOLS", &context.tools);
    let mut counts = runs::tests(&mut command, context.limit())?;
    // What only functions have is compiled with the SDK, which nothing else here needs.
    let arguments = [
        "test",
        "--package",
        "esteira",
        "--features",
        "aws,describe",
        "--lib",
        "--",
        "aws::",
        "lambda::",
    ];
    counts += runs::tests(&mut context.cargo(&arguments), context.limit())?;
    Ok(counts)
}

/// The fuzz targets, each with what it begins with and an option of libFuzzer.
const FUZZ_TARGETS: [(&str, &[&str], &str); 2] = [
    ("any_bytes", &["runtime/tests/record/samples"], "-dict=tests/fuzz/records.dict"),
    ("round_trip", &[], "-max_len=4096"),
];

/// How long each of them runs.
const FUZZ_SECONDS: u32 = 30;

fn fuzz(context: &Context) -> Result<Counts> {
    let (Some(_), Some(cargo_fuzz)) =
        (context.tool(&tools::NIGHTLY_RUST)?, context.tool(&tools::CARGO_FUZZ)?)
    else {
        return Ok(Counts { skipped: 1, ..Counts::default() });
    };
    let mut counts = Counts::default();
    for (target, seeds, option) in FUZZ_TARGETS {
        let (build, corpus) = context.fuzzing(target)?;
        let mut command = context.program(&cargo_fuzz);
        command.args(["run", "--fuzz-dir", "tests/fuzz", "--target-dir"]).arg(build);
        // There is no unsafe code to watch, and without a sanitizer ten times the inputs.
        command.args(["--sanitizer", "none", target]).arg(corpus).args(seeds).arg("--");
        command.arg(format!("-max_total_time={FUZZ_SECONDS}")).args(["-timeout=20", option]);
        command.env("RUSTUP_TOOLCHAIN", "nightly").env_remove("CARGO").env_remove("RUSTC");
        counts += runs::check(&mut command, context.limit())?;
    }
    Ok(counts)
}

fn doctests(context: &Context) -> Result<Counts> {
    runs::tests(
        &mut context.cargo(&["test", "--workspace", "--doc", "--no-fail-fast"]),
        context.limit(),
    )
}

fn docs(context: &Context) -> Result<Counts> {
    let mut command = context.cargo(&["doc", "--workspace", "--no-deps"]);
    runs::check(command.env("RUSTDOCFLAGS", "--deny warnings"), context.limit())
}

fn synth(context: &Context) -> Result<Counts> {
    let mut counts = Counts::default();
    for architecture in ARCHITECTURES {
        let folder = context.output.join(architecture);
        // Nothing of an earlier run may pass for what this one makes.
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| {
                Diagnostic::new(format!("cannot remove {}: {error}", folder.display()))
            })?;
        }
        let folder = folder.to_string_lossy();
        counts +=
            runs::check(&mut context.esteira(&["synth", "--output", &folder]), context.limit())?;
        counts += runs::check(
            &mut context.esteira(&["synth", "--check", "--output", &folder]),
            context.limit(),
        )?;
    }
    Ok(counts)
}

fn elsewhere(context: &Context) -> Result<Counts> {
    let folder = context.root.join("tests/apps/elsewhere");
    let mut tests = context.cargo(&["test", "--locked"]);
    let mut counts = runs::tests(tests.current_dir(&folder), context.limit())?;
    counts += runs::check(context.esteira(&["synth"]).current_dir(&folder), context.limit())?;
    Ok(counts)
}

fn new(context: &Context) -> Result<Counts> {
    context.system_tests("new")
}

fn checks(context: &Context) -> Result<Counts> {
    context.system_tests("static_checks")
}

fn generated(context: &Context) -> Result<Counts> {
    context.system_tests("generated")
}

fn deploy(context: &Context) -> Result<Counts> {
    context.system_tests("deploy")
}

fn build(context: &Context) -> Result<Counts> {
    built(context, "x86_64")
}

fn build_arm64(context: &Context) -> Result<Counts> {
    built(context, "arm64")
}

fn built(context: &Context, architecture: &str) -> Result<Counts> {
    let target = if architecture == "arm64" { &tools::ARM64_RUST } else { &tools::X86_64_RUST };
    let (Some(zigbuild), Some(_)) = (context.tool(&tools::ZIG)?, context.tool(target)?) else {
        return Ok(Counts { skipped: 1, ..Counts::default() });
    };
    let folder = context.output.join(architecture);
    let arguments = ["build", "--arch", architecture, "--output", &folder.to_string_lossy()];
    let mut command = context.esteira(&arguments);
    runs::check(command.env("PATH", first_on_path(&zigbuild)?), context.limit())
}

fn handlers(context: &Context) -> Result<Counts> {
    context.system_tests("handlers")
}

fn store(context: &Context) -> Result<Counts> {
    context.system_tests("store")
}

fn end_to_end(context: &Context) -> Result<Counts> {
    context.system_tests("end_to_end")
}

fn cloudformation(context: &Context) -> Result<Counts> {
    context.system_tests("cloudformation")
}

fn operate(context: &Context) -> Result<Counts> {
    context.system_tests("operate")
}

fn dev(context: &Context) -> Result<Counts> {
    context.system_tests("dev")
}

fn binaries(context: &Context) -> Result<Counts> {
    context.system_tests("binaries")
}

fn reproducible(context: &Context) -> Result<Counts> {
    let Some(zigbuild) = context.tool(&tools::ZIG)? else {
        return Ok(Counts { skipped: 1, ..Counts::default() });
    };
    let checkout = Checkout::of(&context.root)?;
    let mut command = checkout.build(context);
    let counts = runs::check(command.env("PATH", first_on_path(&zigbuild)?), context.limit())?;
    if counts.failed > 0 {
        return Ok(counts);
    }
    checkout.compare(&context.output.join("arm64"))
}

/// The `PATH` with a program's folder in front: every build takes the pinned linker, whatever
/// else is installed.
fn first_on_path(program: &Path) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = program.parent().map(Path::to_owned).into_iter().chain(env::split_paths(&path));
    env::join_paths(folders).map_err(|error| Diagnostic::new(format!("PATH: {error}")).into())
}
