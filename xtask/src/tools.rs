//! The programs that the test suite drives, where they are found and how they are set up.
//!
//! Everything that can be installed is: linters and emulators into virtual environments of their
//! own below `target/esteira/tools`, the rest with the system's package manager or rustup. Each
//! version is pinned. What is already there is found without starting a process, but for rustup's, so
//! that asking twice costs nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::diagnostic::{Diagnostic, Result};

pub mod process;
pub mod terraform;

/// A program, or a part of a toolchain, that a test needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tool {
    /// What messages call it; also the folder of its virtual environment.
    pub name: &'static str,
    source: Source,
    advice: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// Found on the `PATH`, never installed.
    Path { program: &'static str },
    /// A virtual environment with these packages.
    Python { program: &'static str, packages: &'static [&'static str] },
    /// A Debian package, known by a file that it brings.
    Debian { package: &'static str, file: &'static str },
    /// The standard library for a target.
    RustTarget { triple: &'static str },
    /// A program of a crate.
    Cargo { version: &'static str },
    /// A toolchain of rustup, never installed: what belongs to it is the user's choice.
    Toolchain { channel: &'static str },
}

/// The emulator of AWS.
pub const MINISTACK: Tool = Tool {
    name: "ministack",
    source: Source::Python { program: "python", packages: &["ministack==1.5.33"] },
    advice: PYTHON_ADVICE,
};

/// The command line of AWS, which users bring themselves.
pub const AWS_CLI: Tool = Tool {
    name: "awscli",
    source: Source::Python { program: "aws", packages: &["awscli==1.46.3"] },
    advice: PYTHON_ADVICE,
};

/// The linter of CloudFormation templates.
pub const CFN_LINT: Tool = Tool {
    name: "cfn-lint",
    source: Source::Python { program: "cfn-lint", packages: &["cfn-lint==1.58.0"] },
    advice: PYTHON_ADVICE,
};

/// The linker that builds for another architecture, and for an older glibc than this machine's.
pub const ZIG: Tool = Tool {
    name: "zig",
    source: Source::Python {
        program: "cargo-zigbuild",
        packages: &["cargo-zigbuild==0.23.4", "ziglang==0.15.2"],
    },
    advice: PYTHON_ADVICE,
};

/// The SDK that Python functions use, and what Lambda runs them with.
pub const BOTO3: Tool = Tool {
    name: "boto3",
    source: Source::Python {
        program: "python",
        packages: &["awslambdaric==4.2.2", "boto3==1.44.8", "botocore==1.44.8"],
    },
    advice: PYTHON_ADVICE,
};

/// Terraform itself. Its provider is a matter of [`terraform`].
pub const TERRAFORM: Tool = Tool {
    name: "terraform",
    source: Source::Path { program: "terraform" },
    advice: "install Terraform 1.6 or later and put it on the PATH",
};

/// Runs arm64 programs on another processor.
pub const QEMU: Tool = Tool {
    name: "qemu",
    source: Source::Debian { package: "qemu-user-static", file: "/usr/bin/qemu-aarch64-static" },
    advice: "as root: apt-get install qemu-user-static",
};

/// The arm64 dynamic linker and C library that [`QEMU`] loads programs with.
pub const ARM64_LIBC: Tool = Tool {
    name: "arm64 libc",
    source: Source::Debian {
        package: "libc6-arm64-cross",
        file: "/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1",
    },
    advice: "as root: apt-get install libc6-arm64-cross",
};

/// A database whose binlog is read.
pub const MARIADB: Tool = Tool {
    name: "mariadb",
    source: Source::Debian { package: "mariadb-server", file: "/usr/sbin/mariadbd" },
    advice: "as root: apt-get install mariadb-server",
};

/// The Rust standard library for arm64 functions.
pub const ARM64_RUST: Tool = Tool {
    name: "rust-std for arm64",
    source: Source::RustTarget { triple: "aarch64-unknown-linux-gnu" },
    advice: "rustup target add aarch64-unknown-linux-gnu",
};

/// The Rust standard library for x86_64 functions.
pub const X86_64_RUST: Tool = Tool {
    name: "rust-std for x86_64",
    source: Source::RustTarget { triple: "x86_64-unknown-linux-gnu" },
    advice: "rustup target add x86_64-unknown-linux-gnu",
};

/// Builds and runs fuzz targets.
pub const CARGO_FUZZ: Tool = Tool {
    name: "cargo-fuzz",
    source: Source::Cargo { version: "0.13.2" },
    advice: "cargo install cargo-fuzz --locked --version 0.13.2",
};

/// What compiles fuzz targets: only this toolchain counts which code an input reaches.
pub const NIGHTLY_RUST: Tool = Tool {
    name: "nightly Rust",
    source: Source::Toolchain { channel: "nightly" },
    advice: "rustup toolchain install nightly --profile minimal",
};

const PYTHON_ADVICE: &str =
    "install Python 3.11 or later with its venv module (Debian: apt-get install python3-venv)";

/// Names the packages that a virtual environment was made of; written last, so that a set-up
/// that was interrupted is begun again.
const STAMP: &str = "esteira-packages";

/// How long an installation may take before it is given up.
const PATIENCE: Duration = Duration::from_secs(600);

impl Tool {
    /// Where the tool is, setting it up in `folder` first if that is possible and needed.
    ///
    /// # Errors
    ///
    /// It is not there and cannot be set up; the help says what to install.
    pub fn ensure(&self, folder: &Path) -> Result<PathBuf> {
        match self.source {
            Source::Path { program } => {
                on_path(program).ok_or_else(|| self.missing("not on the PATH").into())
            }
            Source::Python { program, packages } => {
                self.environment(folder, packages).map(|bin| bin.join(program))
            }
            Source::Debian { package, file } => self.debian(package, Path::new(file)),
            Source::RustTarget { triple } => self.rust_target(triple),
            Source::Cargo { version } => self.cargo(folder, version),
            Source::Toolchain { channel } => self.toolchain(channel),
        }
    }

    fn missing(&self, why: impl std::fmt::Display) -> Diagnostic {
        Diagnostic::new(format!("{} is missing: {why}", self.name)).help(self.advice)
    }

    /// The `bin` folder of the tool's virtual environment.
    fn environment(&self, folder: &Path, packages: &[&str]) -> Result<PathBuf> {
        let home = folder.join(self.name);
        let bin = home.join("bin");
        let stamp = packages.join("\n");
        let ready = || fs::read_to_string(home.join(STAMP)).is_ok_and(|text| text == stamp);
        if ready() {
            return Ok(bin);
        }
        fs::create_dir_all(folder)
            .map_err(|e| self.missing(format!("{}: {e}", folder.display())))?;
        // Two test runs may set up the same tool: the second waits and then finds it ready.
        let lock = folder.join(format!("{}.lock", self.name));
        let lock = fs::File::create(&lock)
            .map_err(|e| self.missing(format!("{}: {e}", lock.display())))?;
        lock.lock().map_err(|e| self.missing(e))?;
        if ready() {
            return Ok(bin);
        }
        eprintln!("setting up {} ({})", self.name, packages.join(" "));
        let create = || {
            let mut command = Command::new("python3");
            command.args(["-m", "venv", "--clear"]).arg(&home);
            self.install(&mut command)
        };
        // Debian leaves the module that venv needs out of its plain python3.
        create().or_else(|first| match on_path("apt-get") {
            Some(_) => self.apt_get("python3-venv").and_then(|()| create()).map_err(|_| first),
            None => Err(first),
        })?;
        let pip = || {
            let mut command = Command::new(bin.join("python"));
            command
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
                .args(packages);
            self.install(&mut command)
        };
        pip().or_else(|_| pip())?;
        fs::write(home.join(STAMP), stamp).map_err(|e| self.missing(e))?;
        Ok(bin)
    }

    fn debian(&self, package: &str, file: &Path) -> Result<PathBuf> {
        if !file.exists() {
            if on_path("apt-get").is_none() {
                return Err(self.missing(format!("{} does not exist", file.display())).into());
            }
            eprintln!("setting up {} (Debian package {package})", self.name);
            self.apt_get(package)?;
            if !file.exists() {
                return Err(self
                    .missing(format!("{package} brought no {}", file.display()))
                    .into());
            }
        }
        Ok(file.to_owned())
    }

    fn apt_get(&self, package: &str) -> Result<()> {
        let apt = |arguments: &[&str]| {
            let mut command = Command::new("apt-get");
            command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
            self.install(&mut command)
        };
        let install = ["install", "--yes", "--quiet", "--no-install-recommends", package];
        // The lists of a fresh container are empty, those of an old one out of date.
        apt(&install).or_else(|_| apt(&["update", "--quiet"]).and_then(|()| apt(&install)))
    }

    fn rust_target(&self, triple: &str) -> Result<PathBuf> {
        let libraries = |()| -> Option<PathBuf> {
            let output = Command::new("rustc")
                .args(["--print", "target-libdir", "--target", triple])
                .output()
                .ok()?;
            let folder = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
            let core =
                |entry: fs::DirEntry| entry.file_name().to_string_lossy().starts_with("libcore-");
            fs::read_dir(&folder).ok()?.flatten().any(core).then_some(folder)
        };
        if let Some(folder) = libraries(()) {
            return Ok(folder);
        }
        eprintln!("setting up {} (rustup)", self.name);
        let mut command = Command::new("rustup");
        command.args(["target", "add", triple]);
        self.install(&mut command)?;
        libraries(()).ok_or_else(|| self.missing(format!("rustup brought no {triple}")).into())
    }

    fn cargo(&self, folder: &Path, version: &str) -> Result<PathBuf> {
        // The version is in the name, so that another one is not taken for it.
        let root = folder.join(format!("{}-{version}", self.name));
        let program = root.join("bin").join(self.name);
        if !program.exists() {
            eprintln!("setting up {} {version} (cargo)", self.name);
            let mut command = Command::new("cargo");
            command.args(["install", "--quiet", "--locked", "--root"]).arg(&root);
            command.args([self.name, "--version", version]);
            self.install(&mut command)?;
        }
        Ok(program)
    }

    /// The folder of a toolchain.
    fn toolchain(&self, channel: &str) -> Result<PathBuf> {
        let mut command = Command::new("rustup");
        command.args(["run", channel, "rustc", "--print", "sysroot"]);
        command.env("RUSTUP_AUTO_INSTALL", "0");
        let finished = process::output(&mut command, PATIENCE).map_err(|e| self.missing(e))?;
        match finished.success {
            true => Ok(PathBuf::from(finished.text.trim())),
            false => Err(self.missing(finished.text.trim()).into()),
        }
    }

    fn install(&self, command: &mut Command) -> Result<()> {
        let finished = process::output(command, PATIENCE).map_err(|e| self.missing(e))?;
        match finished.success {
            true => Ok(()),
            false => {
                Err(self.missing(format!("setting it up failed\n{}", finished.text.trim())).into())
            }
        }
    }
}

/// The executable file of that name on the `PATH`.
pub fn on_path(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Whether this is a continuous-integration run, where a missing tool is a failure.
pub fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| matches!(value.as_str(), "true" | "1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_says_what_to_install() {
        let tool = Tool {
            name: "nothing",
            source: Source::Path { program: "no-such-program" },
            advice: "install nothing",
        };
        let failure = tool.ensure(Path::new("unused")).unwrap_err();
        assert_eq!(
            failure.0[0].to_string(),
            "error: nothing is missing: not on the PATH\n  = help: install nothing"
        );
    }

    #[test]
    fn a_stamped_environment_is_not_made_again() {
        let folder = std::env::temp_dir().join(format!("esteira-tools-{}", std::process::id()));
        fs::create_dir_all(folder.join("linter")).unwrap();
        fs::write(folder.join("linter").join(STAMP), "a==1\nb==2").unwrap();
        let tool = Tool {
            name: "linter",
            source: Source::Python { program: "lint", packages: &["a==1", "b==2"] },
            advice: "",
        };
        assert_eq!(tool.ensure(&folder).unwrap(), folder.join("linter/bin/lint"));
        fs::remove_dir_all(folder).unwrap();
    }
}
