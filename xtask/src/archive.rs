//! The zip of a function: the same bytes for the same binary, whenever and wherever it is made.

use std::io::{Cursor, Write};

use zip::{CompressionMethod, DateTime, ZipWriter, result::ZipResult, write::SimpleFileOptions};

/// A zip with one executable, `bootstrap`, as the runtime `provided.al2023` starts it.
pub(crate) fn bootstrap(binary: &[u8]) -> ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        // The earliest a zip can say: a real time would change the bytes.
        .last_modified_time(DateTime::default())
        .unix_permissions(0o755);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("bootstrap", options)?;
    writer.write_all(binary)?;
    Ok(writer.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn a_zip_holds_the_executable_and_is_the_same_every_time() {
        let zip = bootstrap(b"\x7fELF binary").unwrap();
        assert_eq!(zip, bootstrap(b"\x7fELF binary").unwrap());
        let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
        let mut file = archive.by_name("bootstrap").unwrap();
        assert_eq!(file.unix_mode().unwrap() & 0o777, 0o755);
        assert_eq!(file.last_modified(), Some(DateTime::default()));
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, b"\x7fELF binary");
    }
}
