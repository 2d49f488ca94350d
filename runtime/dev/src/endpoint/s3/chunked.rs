//! Content in chunks, each with its length before it, as clients send it that do not know its
//! checksum beforehand.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>

use hyper::body::Bytes;

use crate::endpoint::failure::{Failure, Outcome};

/// The content without the lengths, signatures and checksums.
pub(super) fn content(body: &[u8]) -> Outcome<Bytes> {
    let broken = || Failure::new("IncompleteBody", "The chunks of the content are not well-formed");
    let mut content = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let end = rest.windows(2).position(|it| it == b"\r\n").ok_or_else(broken)?;
        let (line, behind) = rest.split_at(end);
        let length = line.split(|&byte| byte == b';').next().unwrap_or_default();
        let length =
            std::str::from_utf8(length).ok().and_then(|it| usize::from_str_radix(it, 16).ok());
        let length = length.ok_or_else(broken)?;
        let behind = behind.get(2..).ok_or_else(broken)?;
        if length == 0 {
            // What follows are checksums.
            return Ok(content.into());
        }
        content.extend_from_slice(behind.get(..length).ok_or_else(broken)?);
        rest = behind.get(length..).and_then(|it| it.strip_prefix(b"\r\n")).ok_or_else(broken)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_put_together() {
        let body =
            b"5;chunk-signature=ab\r\nhello\r\n1\r\n!\r\n0\r\nx-amz-checksum-crc32:AA==\r\n\r\n";
        assert_eq!(content(body).expect("is whole"), "hello!");
    }

    #[test]
    fn broken_chunks_are_refused() {
        for body in ["", "5", "5\r\nhell", "z\r\nx\r\n", "5\r\nhello", "ffffffffffffffff\r\nx"] {
            assert!(content(body.as_bytes()).is_err(), "{body:?}");
        }
    }
}
