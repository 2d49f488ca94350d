//! The zip of a function: the same bytes for the same binary, whenever and wherever it is made.

use std::io::{self, Write};

use flate2::{Compression, write::DeflateEncoder};
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveWriter, crc32, time::UtcDateTime};

/// 1980-01-01T00:00:00Z, the earliest a zip can say: a real time would change the bytes.
const EARLIEST: i64 = 315_532_800;

/// A zip with one executable, `bootstrap`, as the runtime `provided.al2023` starts it.
pub(crate) fn bootstrap(binary: &[u8]) -> io::Result<Vec<u8>> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    let file = archive.new_file("bootstrap");
    let file = file.compression_method(CompressionMethod::DEFLATE);
    let file = file.last_modified(UtcDateTime::from_unix(EARLIEST)).unix_permissions(0o755);
    let (mut entry, config) = file.start().map_err(io::Error::other)?;
    // The best level takes twice as long and saves half a percent.
    let mut content = config.wrap(DeflateEncoder::new(&mut entry, Compression::default()));
    content.write_all(binary)?;
    let (encoder, checksum) = content.finish().map_err(io::Error::other)?;
    encoder.finish()?;
    entry.finish(checksum).map_err(io::Error::other)?;
    archive.finish().map_err(io::Error::other)
}

/// Whether a zip was made of a binary, as far as its size and checksum tell.
pub(crate) fn is_of(zip: &[u8], binary: &[u8]) -> bool {
    let Ok(archive) = ZipArchive::from_slice(zip) else { return false };
    let mut entries = archive.entries();
    let (Ok(Some(file)), Ok(None)) = (entries.next_entry(), entries.next_entry()) else {
        return false;
    };
    file.uncompressed_size_hint() == binary.len() as u64 && file.crc32() == crc32(binary)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::bufread::DeflateDecoder;
    use rawzip::time::ZipDateTimeKind;

    use super::*;

    #[test]
    fn a_zip_holds_the_executable_and_is_the_same_every_time() {
        let zip = bootstrap(b"\x7fELF binary").unwrap();
        assert_eq!(zip, bootstrap(b"\x7fELF binary").unwrap());
        assert!(is_of(&zip, b"\x7fELF binary"));
        for other in [&b"\x7fELF Binary"[..], b"\x7fELF binary ", b""] {
            assert!(!is_of(&zip, other));
        }
        assert!(!is_of(&zip[..zip.len() - 9], b"\x7fELF binary"), "it is cut off");
        let archive = ZipArchive::from_slice(&zip).unwrap();
        let mut entries = archive.entries();
        let file = entries.next_entry().unwrap().unwrap();
        assert_eq!(file.file_path().try_normalize().unwrap().as_ref(), "bootstrap");
        assert_eq!(file.mode().permissions(), 0o755);
        let earliest = UtcDateTime::from_unix(EARLIEST);
        assert_eq!(file.last_modified(), ZipDateTimeKind::Utc(earliest));
        let content = archive.get_entry(file.wayfinder()).unwrap();
        let mut bytes = Vec::new();
        let mut reader = content.verifying_reader(DeflateDecoder::new(content.data()));
        reader.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, b"\x7fELF binary");
        assert!(entries.next_entry().unwrap().is_none());
    }
}
