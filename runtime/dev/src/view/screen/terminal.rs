//! The terminal, taken over and given back.

use std::{
    io::{self, Stdout},
    panic::{self, PanicHookInfo},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use ratatui::{
    Frame, Terminal,
    backend::CrosstermBackend,
    crossterm::{
        execute,
        terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
    },
};

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

/// A terminal that is as it was when this is dropped, at a panic too.
///
/// A panic writes nothing meanwhile: those of handlers are errors of their records, and go on. They
/// are logged; the one that ends the program is told when the terminal is given back.
pub(super) struct Taken {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    hook: Option<Hook>,
    last: Arc<Mutex<String>>,
}

impl Taken {
    /// # Errors
    ///
    /// It is no terminal that can show a picture.
    pub(super) fn take() -> io::Result<Self> {
        enable_raw_mode()?;
        let terminal = execute!(io::stdout(), EnterAlternateScreen)
            .and_then(|()| Terminal::new(CrosstermBackend::new(io::stdout())));
        let terminal = terminal.inspect_err(|_| give_back())?;
        let last = Arc::<Mutex<String>>::default();
        let hook = panic::take_hook();
        let kept = last.clone();
        panic::set_hook(Box::new(move |panic| {
            let text = panic.payload_as_str().unwrap_or_default();
            let at = panic.location().map(ToString::to_string).unwrap_or_default();
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = panic.to_string();
            tracing::error!(panic = text, at, "a panic");
        }));
        Ok(Self { terminal, hook: Some(hook), last })
    }

    pub(super) fn draw(&mut self, picture: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(picture).map(|_| ())
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        // Before the terminal's own cursor is where it was.
        let _ = self.terminal.show_cursor();
        give_back();
        if thread::panicking() {
            eprintln!("{}", self.last.lock().unwrap_or_else(PoisonError::into_inner));
        } else if let Some(hook) = self.hook.take() {
            panic::set_hook(hook);
        }
    }
}

/// Whatever is not as it was, nobody can be told.
fn give_back() {
    let _ = disable_raw_mode();
    let _ = execute!(io::stdout(), LeaveAlternateScreen);
}
