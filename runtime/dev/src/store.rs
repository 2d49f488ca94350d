//! What is kept from one run to the next.
//!
//! The engine says after each turn what has changed, and that is written as one transaction, with
//! how far the source was read. So whenever the process ends, what is found later is what was true
//! at one moment: nothing is lost between the source and the tables, and nothing counted twice.

use std::{
    fs, io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread::JoinHandle,
};

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};

use crate::run::Error;

/// The most changes of turns that are one transaction.
const TOGETHER: usize = 64;

const STATE: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("state");

/// What is kept under a key, or that nothing is any more. It is written down by the thread that
/// keeps it.
pub(crate) type Change = (String, Option<Bytes>);

/// Writes something down.
pub(crate) type Bytes = Box<dyn FnOnce() -> Vec<u8> + Send>;

/// What is kept, in the order of the keys.
pub(crate) type Kept = Vec<(String, Vec<u8>)>;

/// A file with what is kept, and the thread that writes it.
pub(crate) struct Store {
    /// None once it is told to end.
    changes: Option<Sender<Vec<Change>>>,
    /// Those that were sent and are not written.
    waiting: Arc<AtomicUsize>,
    writer: Option<JoinHandle<Result<(), redb::Error>>>,
}

impl Store {
    /// Opens the store in a folder, which is made if it is not there. Returns what is in it, in the
    /// order of the keys.
    ///
    /// # Errors
    ///
    /// Another process has it open, or it cannot be read.
    pub(crate) fn open(folder: &Path, fresh: bool) -> Result<(Self, Kept), Error> {
        let file = folder.join("state.redb");
        let failed = |error: redb::Error| match error {
            redb::Error::DatabaseAlreadyOpen => Error::from(format!(
                "{} is open: this application and stage are running on this machine already; end \
                 that run first",
                file.display()
            )),
            error => {
                format!("{} cannot be read ({error}); `--fresh` begins without it", file.display())
                    .into()
            }
        };
        fs::create_dir_all(folder)
            .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
        if fresh {
            remove(&file)?;
        }
        let database = Database::create(&file).map_err(|error| failed(error.into()))?;
        let kept = read(&database).map_err(failed)?;
        let (changes, received) = channel();
        let waiting = Arc::<AtomicUsize>::default();
        let written = waiting.clone();
        let writer = std::thread::spawn(move || write(&database, &received, &written));
        Ok((Self { changes: Some(changes), waiting, writer: Some(writer) }, kept))
    }

    /// Writes changes, all or none; later than this returns.
    ///
    /// # Errors
    ///
    /// What was to be written before could not be.
    pub(crate) fn write(&mut self, changes: Vec<Change>) -> Result<(), Error> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        match &self.changes {
            Some(sender) if sender.send(changes).is_ok() => Ok(()),
            _ => self.close(),
        }
    }

    /// Whether so much waits to be written that no more should come.
    pub(crate) fn is_behind(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 4 * TOGETHER
    }

    /// Waits until everything is written.
    ///
    /// # Errors
    ///
    /// Something could not be.
    pub(crate) fn close(&mut self) -> Result<(), Error> {
        self.changes = None;
        let Some(writer) = self.writer.take() else { return Ok(()) };
        match writer.join() {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(format!("the state cannot be written: {error}").into()),
            Err(_) => Err("the state cannot be written: its thread ended".into()),
        }
    }
}

fn remove(file: &Path) -> Result<(), Error> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(format!("{} cannot be removed: {error}", file.display()).into())
        }
        _ => Ok(()),
    }
}

fn read(database: &Database) -> Result<Kept, redb::Error> {
    let transaction = database.begin_write()?;
    transaction.open_table(STATE)?;
    transaction.commit()?;
    let table = database.begin_read()?.open_table(STATE)?;
    let all = table.iter()?.map(|entry| {
        let (key, value) = entry?;
        Ok((key.value().to_owned(), value.value().to_vec()))
    });
    all.collect()
}

/// Writes until nobody is left who could change anything; what came meanwhile together, but not
/// without end.
fn write(
    database: &Database,
    received: &Receiver<Vec<Change>>,
    waiting: &AtomicUsize,
) -> Result<(), redb::Error> {
    while let Ok(first) = received.recv() {
        let transaction = database.begin_write()?;
        let mut batches = 0;
        {
            let mut table = transaction.open_table(STATE)?;
            for changes in std::iter::once(first).chain(received.try_iter().take(TOGETHER)) {
                batches += 1;
                for (key, value) in changes {
                    match value {
                        Some(value) => drop(table.insert(key.as_str(), value().as_slice())?),
                        None => drop(table.remove(key.as_str())?),
                    }
                }
            }
        }
        transaction.commit()?;
        waiting.fetch_sub(batches, Ordering::Relaxed);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(key: &str, value: Option<&'static str>) -> Change {
        let write = value.map(|value| {
            let write: Bytes = Box::new(move || value.into());
            write
        });
        (key.to_owned(), write)
    }

    #[test]
    fn what_was_written_is_there_the_next_time_unless_it_is_to_be_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, kept) = Store::open(folder.path(), false).unwrap();
        assert_eq!(kept, []);
        store.write(vec![change("b", Some("1")), change("a", Some("2"))]).unwrap();
        store.write(vec![change("b", None), change("c", Some("3"))]).unwrap();
        store.close().unwrap();
        let (mut store, kept) = Store::open(folder.path(), false).unwrap();
        assert_eq!(kept, [("a".into(), b"2".to_vec()), ("c".into(), b"3".to_vec())]);
        store.close().unwrap();
        let (_store, kept) = Store::open(folder.path(), true).unwrap();
        assert_eq!(kept, []);
    }

    #[test]
    fn who_runs_a_second_time_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let _first = Store::open(folder.path(), false).unwrap();
        let error = Store::open(folder.path(), false).err().expect("is open").to_string();
        assert!(error.contains("running on this machine already"), "{error}");
    }
}
