//! Texts of the binlog, which are in the character set of their column.

use encoding_rs::Encoding;

/// A character set of MySQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Charset {
    /// UTF-8 or a part of it.
    #[default]
    Utf8,
    /// Four bytes a character, the highest first.
    Utf32,
    /// One that the web knows too.
    Encoding(&'static Encoding),
    /// No text at all.
    Binary,
}

impl Charset {
    /// By the name MySQL has for it
    /// (<https://dev.mysql.com/doc/refman/8.0/en/charset-charsets.html>); of one that is not known
    /// here, what is ASCII is right.
    pub(super) fn named(name: &str) -> Self {
        let label = match name {
            "binary" => return Self::Binary,
            "utf32" => return Self::Utf32,
            "ucs2" | "utf16" => "utf-16be",
            "utf16le" => "utf-16le",
            // MySQL's is cp1252, as the web's.
            "latin1" => "windows-1252",
            "latin2" => "iso-8859-2",
            "latin5" => "windows-1254",
            "latin7" => "iso-8859-13",
            "greek" => "iso-8859-7",
            "hebrew" => "iso-8859-8",
            "cp1250" => "windows-1250",
            "cp1251" => "windows-1251",
            "cp1256" => "windows-1256",
            "cp1257" => "windows-1257",
            "cp866" => "ibm866",
            "koi8r" => "koi8-r",
            "koi8u" => "koi8-u",
            "macroman" => "macintosh",
            "tis620" => "windows-874",
            "sjis" | "cp932" => "shift_jis",
            "ujis" | "eucjpms" => "euc-jp",
            "euckr" => "euc-kr",
            "gb2312" | "gbk" => "gbk",
            "gb18030" => "gb18030",
            "big5" => "big5",
            _ => return Self::Utf8,
        };
        Encoding::for_label(label.as_bytes()).map_or(Self::Utf8, Self::Encoding)
    }

    /// A text; what is none in this character set becomes U+FFFD.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 | Self::Binary => String::from_utf8_lossy(bytes).into_owned(),
            Self::Encoding(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            Self::Utf32 => {
                let (characters, _) = bytes.as_chunks::<4>();
                let character = |bytes: &[u8; 4]| {
                    char::from_u32(u32::from_be_bytes(*bytes))
                        .unwrap_or(char::REPLACEMENT_CHARACTER)
                };
                characters.iter().map(character).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Charset;

    #[test]
    fn a_text_is_read_in_the_character_set_of_its_column() {
        for (name, bytes) in [
            ("utf8mb4", "João €".as_bytes()),
            ("latin1", b"Jo\xe3o \x80"),
            ("utf16", b"\0J\0o\0\xe3\0o\0 \x20\xac"),
            ("ucs2", b"\0J\0o\0\xe3\0o\0 \x20\xac"),
            ("utf16le", b"J\0o\0\xe3\0o\0 \0\xac\x20"),
            ("utf32", b"\0\0\0J\0\0\0o\0\0\0\xe3\0\0\0o\0\0\0 \0\0\x20\xac"),
        ] {
            assert_eq!(Charset::named(name).decode(bytes), "João €", "{name}");
        }
        assert_eq!(Charset::named("cp1251").decode(b"\xc4\xe0"), "Да");
        assert_eq!(Charset::named("geostd8").decode(b"abc"), "abc");
        assert_eq!(Charset::named("utf8mb4").decode(b"a\xffb"), "a\u{fffd}b");
    }
}
