//! Applications that nobody wrote: every pair of options is in one of them.
//!
//! What one option does is tested where it is at home; that it goes with every other is tested
//! here, on applications that declare what a person could. The same seed makes the same ones.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::Context;

use names::Names;
use options::Options;

mod names;
mod options;
mod pairs;
mod source;
mod stage_file;

/// The environment variable that holds the seed.
pub const SEED: &str = "ESTEIRA_SEED";

/// The stages that each of them has.
pub const STAGES: [&str; 2] = ["dev", "prod"];

/// A generated application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The name of its package.
    pub name: String,
    options: Options,
    names: Names,
}

/// The seed of this run: that of the environment, or else always the same.
///
/// # Errors
///
/// The environment has no number.
pub fn seed() -> anyhow::Result<u64> {
    match std::env::var(SEED) {
        Ok(seed) => seed.parse().with_context(|| format!("{SEED} is `{seed}`")),
        Err(_) => Ok(1),
    }
}

/// As few applications as it takes to have every pair of options.
pub fn applications(seed: u64) -> Vec<Application> {
    let mut random = fastrand::Rng::with_seed(seed);
    let all = pairs::cover(&mut random);
    let named = |(number, options): (usize, Options)| Application {
        name: format!("generated-{number:02}"),
        names: Names::new(options.value("names"), number, &mut random),
        options,
    };
    all.into_iter().enumerate().map(named).collect()
}

/// Writes a workspace of them, in which esteira is the one of that repository.
///
/// # Errors
///
/// It cannot be written.
pub fn write(applications: &[Application], repository: &Path, folder: &Path) -> anyhow::Result<()> {
    let members: Vec<String> = applications.iter().map(|it| format!("{:?}", it.name)).collect();
    let runtime = repository.join("runtime");
    let workspace = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n\
         [workspace.dependencies]\nesteira = {{ path = {runtime:?} }}\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\n",
        members.join(", ")
    );
    put(&folder.join("Cargo.toml"), &workspace)?;
    // The same versions as here, so that nothing has to be fetched.
    let lock = fs::read_to_string(repository.join("Cargo.lock"))?;
    put(&folder.join("Cargo.lock"), &lock)?;
    for application in applications {
        let package = folder.join(&application.name);
        put(&package.join("Cargo.toml"), &application.manifest())?;
        put(&package.join("src/lib.rs"), &source::text(&application.options, &application.names))?;
        let migration = source::migration(&application.names);
        put(&package.join("migrations/1_itens.sql"), &migration)?;
        let stages = stage_file::text(&application.options, &application.names);
        put(&package.join("esteira.toml"), &stages)?;
    }
    Ok(())
}

/// Writes a file, unless it says the same already: cargo would build it again.
fn put(path: &Path, text: &str) -> anyhow::Result<()> {
    if fs::read_to_string(path).is_ok_and(|before| before == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text).with_context(|| path.display().to_string())
}

/// What helps to understand a failure: the options of the applications that its text names, and
/// how to have them again.
pub fn explain(text: &str, applications: &[Application], seed: u64) -> String {
    let mut explanation = format!("repeat with {SEED}={seed}\n");
    for application in applications.iter().filter(|it| text.contains(&it.name)) {
        let _ = writeln!(explanation, "{}: {}", application.name, application.options);
    }
    explanation
}

impl Application {
    fn manifest(&self) -> String {
        format!(
            "[package]\nname = {:?}\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
             [package.metadata.esteira]\napp = true\n\n\
             [features]\nlambda = [\"esteira/aws\"]\n\n\
             [dependencies]\nesteira.workspace = true\nserde.workspace = true\n",
            self.name
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_the_same_applications_again() {
        assert_eq!(applications(7), applications(7));
        assert_ne!(applications(7), applications(8));
    }

    #[test]
    fn a_failure_is_explained_by_the_options_of_the_application() {
        let all = applications(1);
        let text = explain("error in module.generated-03_dev", &all, 1);
        assert!(text.starts_with("repeat with ESTEIRA_SEED=1\ngenerated-03: stream="), "{text}");
        assert_eq!(text.lines().count(), 2);
    }
}
