//! `build`: the Lambda zips.

use std::{collections::BTreeMap, fs, path::Path, process::ExitCode, time::Instant};

use clap::Args;
use esteira_manifest::{Handler, Item, Kind, Manifest};
use serde_json::{Value, json};

use crate::{
    app::App,
    archive,
    cli::Options,
    diagnostic::{Diagnostic, Failure, Result},
    generated::{self, Arch},
    graph::Graph,
    output,
    report::Report,
    schema, stage, suggest,
};

/// Build the Lambda zips, one a handler
#[derive(Debug, Args)]
pub(crate) struct Build {
    /// The processor of the functions that say none of their own
    #[arg(long, value_enum, default_value = "arm64")]
    arch: Arch,
    /// Only this handler; may be repeated
    #[arg(long, value_name = "NAME")]
    handler: Vec<String>,
}

/// What was built of a handler.
struct Built {
    handler: String,
    binary: usize,
    zip: usize,
    path: String,
}

impl Build {
    pub(crate) fn run(&self, options: &Options, report: &Report) -> Result<ExitCode> {
        let started = Instant::now();
        let apps = options.apps()?;
        let mut described = Vec::new();
        for app in &apps {
            generated::check_linker(app)?;
            let stage = stage::load(&options.stage, app.package.directory(), &app.workspace.root)?;
            let manifest = generated::describe(app, report)?;
            // What `check` refuses is not built either.
            let schemas = schema::check(app, &manifest)?;
            Graph::with_schemas(&manifest, &schemas, &stage)?;
            for arch in self.chosen(&manifest).into_keys() {
                generated::check_target(app, arch)?;
            }
            described.push((app, manifest));
        }
        self.check_names(&described)?;
        let mut data = Vec::new();
        for (app, manifest) in &described {
            let built = self.build(app, manifest, options, apps.len(), report)?;
            report.data(table(&built));
            data.push(json!({ "app": app.name(), "handlers": as_json(&built) }));
        }
        report.json(&json!({ "applications": data }));
        report.status("Built", format_args!("in {:.2}s", started.elapsed().as_secs_f64()));
        Ok(ExitCode::SUCCESS)
    }

    /// Builds every handler of one application.
    ///
    /// # Errors
    ///
    /// What it takes is not installed; a handler does not compile.
    pub(super) fn all(
        arch: Arch,
        app: &App,
        manifest: &Manifest,
        options: &Options,
        report: &Report,
    ) -> Result<()> {
        let build = Self { arch, handler: Vec::new() };
        generated::check_linker(app)?;
        for arch in build.chosen(manifest).into_keys() {
            generated::check_target(app, arch)?;
        }
        build.build(app, manifest, options, 1, report).map(drop)
    }

    /// Every `--handler` exists in one of the applications.
    fn check_names(&self, described: &[(&App, Manifest)]) -> Result<()> {
        let mut known = Vec::new();
        for (_, manifest) in described {
            known.extend(handlers(manifest).into_iter().map(|(item, _)| item.name()));
        }
        let unknown = self.handler.iter().filter(|name| !known.contains(&name.as_str()));
        let mistakes: Vec<_> = unknown
            .map(|name| {
                Diagnostic::new(format!("no handler `{name}`"))
                    .help(suggest::help(name, known.iter().copied()))
            })
            .collect();
        if mistakes.is_empty() { Ok(()) } else { Err(Failure(mistakes)) }
    }

    /// The handlers to build, by their processor.
    fn chosen<'m>(&self, manifest: &'m Manifest) -> BTreeMap<Arch, Vec<&'m str>> {
        let mut chosen: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (item, handler) in handlers(manifest) {
            let name = item.name();
            if self.handler.is_empty() || self.handler.iter().any(|wanted| wanted == name) {
                let arch = handler.architecture.map_or(self.arch, Arch::from);
                chosen.entry(arch).or_default().push(name);
            }
        }
        chosen
    }

    fn build(
        &self,
        app: &App,
        manifest: &Manifest,
        options: &Options,
        of: usize,
        report: &Report,
    ) -> Result<Vec<Built>> {
        let all = handlers(manifest);
        let mut binaries = Vec::new();
        for (arch, chosen) in self.chosen(manifest) {
            binaries.extend(generated::build_handlers(app, &all, &chosen, arch, report)?);
        }
        let folder = options.output(app, of).join("lambda");
        let mut built = Vec::new();
        for generated::Binary { handler, path } in binaries {
            let binary = fs::read(&path).map_err(|error| {
                Diagnostic::new(format!("cannot read {}: {error}", path.display()))
            })?;
            built.push(pack(&folder, handler, &binary)?);
        }
        Ok(built)
    }
}

/// Writes the binary of a handler and its zip into a folder.
fn pack(folder: &Path, handler: String, binary: &[u8]) -> Result<Built> {
    let bootstrap = folder.join(&handler).join("bootstrap");
    let path = folder.join(format!("{handler}.zip"));
    // To compress takes seconds, which a deploy that changes nothing need not take again.
    let zipped = || {
        let same = fs::read(&bootstrap).is_ok_and(|before| before == binary);
        same.then(|| fs::read(&path).ok()).flatten().filter(|zip| archive::is_of(zip, binary))
    };
    let zip = match zipped() {
        Some(zip) => zip,
        None => archive::bootstrap(binary)
            .map_err(|error| Diagnostic::new(format!("cannot zip `{handler}`: {error}")))?,
    };
    output::write(&bootstrap, binary)?;
    output::set_executable(&bootstrap)?;
    output::write(&path, &zip)?;
    let path = path.display().to_string();
    Ok(Built { handler, binary: binary.len(), zip: zip.len(), path })
}

/// The handlers of an application; that no two share a name has been checked.
pub(super) fn handlers(manifest: &Manifest) -> Vec<(&Item, &Handler)> {
    manifest
        .items
        .iter()
        .filter_map(|item| match &item.kind {
            Kind::Handler(handler) => Some((item, handler)),
            _ => None,
        })
        .collect()
}

fn table(built: &[Built]) -> String {
    let width = built.iter().map(|b| b.handler.chars().count()).max().unwrap_or(0).max(7);
    let mut text = format!("{:width$}  {:>10}  {:>10}", "handler", "binary", "zip");
    for Built { handler, binary, zip, .. } in built {
        text += &format!("\n{handler:width$}  {:>10}  {:>10}", size(*binary), size(*zip));
    }
    text
}

/// Bytes in the unit that Lambda's limits are given in.
fn size(bytes: usize) -> String {
    format!("{:.2} MB", bytes as f64 / (1024.0 * 1024.0))
}

fn as_json(built: &[Built]) -> Vec<Value> {
    let entry = |b: &Built| json!({ "handler": b.handler, "binary_bytes": b.binary, "zip_bytes": b.zip, "zip": b.path });
    built.iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use esteira_manifest::Architecture;

    use super::*;

    #[test]
    fn a_handler_is_built_for_its_own_processor_if_it_has_one() {
        let mut manifest = crate::fixture::manifest();
        for item in &mut manifest.items {
            if let (Kind::Handler(handler), "avisar") =
                (&mut item.kind, item.id.rsplit("::").next().unwrap())
            {
                handler.architecture = Some(Architecture::X86_64);
            }
        }
        let build = |handlers: &[&str]| Build {
            arch: Arch::Arm64,
            handler: handlers.iter().map(|name| (*name).to_owned()).collect(),
        };
        let all = build(&[]).chosen(&manifest);
        assert_eq!(all[&Arch::X86_64], ["avisar"]);
        assert_eq!(all[&Arch::Arm64].len(), 4);
        let one = build(&["avisar"]).chosen(&manifest);
        assert_eq!(one.into_keys().collect::<Vec<_>>(), [Arch::X86_64], "and no other is needed");
    }

    #[test]
    fn a_zip_is_always_that_of_its_binary() {
        let folder = tempfile::tempdir().unwrap();
        let zip = folder.path().join("avisar.zip");
        let pack = |binary: &[u8]| {
            pack(folder.path(), "avisar".into(), binary).unwrap();
            assert!(archive::is_of(&fs::read(&zip).unwrap(), binary));
        };
        pack(b"one");
        pack(b"one");
        pack(b"two");
        // What was zipped before is looked at before it is taken for what is wanted.
        fs::write(&zip, archive::bootstrap(b"one").unwrap()).unwrap();
        pack(b"two");
        fs::write(&zip, b"").unwrap();
        pack(b"two");
        fs::remove_file(&zip).unwrap();
        pack(b"two");
    }

    #[test]
    fn sizes_are_aligned() {
        let built = |handler: &str, bytes| Built {
            handler: handler.into(),
            binary: bytes,
            zip: bytes / 2,
            path: String::new(),
        };
        let table = table(&[built("a", 1024 * 1024), built("notificar_cliente", 3_000_000)]);
        let widths: Vec<_> = table.lines().map(str::len).collect();
        assert_eq!(widths, [widths[0]; 3], "{table}");
        assert!(table.contains("1.00 MB"), "{table}");
    }
}
