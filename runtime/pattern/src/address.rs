//! IP addresses and ranges of them.

use std::net::Ipv6Addr;

/// An address. One of version 4 that is written as version 6 is of version 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address {
    /// 32 or 128.
    width: u32,
    bits: u128,
}

impl Address {
    /// The address that a text is.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.contains(':') {
            // The dotted form of the last four bytes, `::ffff:10.0.0.1`, is no address to AWS.
            let address: Ipv6Addr = text.parse().ok().filter(|_| !text.contains('.'))?;
            return Some(match address.to_ipv4_mapped() {
                Some(v4) => Self { width: 32, bits: u32::from(v4).into() },
                None => Self { width: 128, bits: address.into() },
            });
        }
        // `Ipv4Addr` refuses the leading zeros that are accepted here.
        if text.len() > 15 || !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            return None;
        }
        let mut parts = text.split('.');
        let mut bits = 0;
        for _ in 0..4 {
            let part: u32 = parts.next()?.parse().ok()?;
            bits = bits << 8 | u128::from(u8::try_from(part).ok()?);
        }
        parts.next().is_none().then_some(Self { width: 32, bits })
    }
}

/// The addresses whose first bits are those of one.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    of: Address,
    mask: u32,
}

/// Why text is no range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Not an address, a slash and a number.
    Form,
    /// What is before the slash is no address.
    Address,
    /// More bits than this.
    Mask(u32),
}

impl Block {
    pub(crate) fn parse(text: &str) -> Result<Self, Refused> {
        let (address, mask) = text.trim_end_matches('/').split_once('/').ok_or(Refused::Form)?;
        let mask: u32 = mask.parse().map_err(|_| Refused::Form)?;
        let of = Address::parse(address).ok_or(Refused::Address)?;
        // A range of one address is written as that address.
        if mask >= of.width { Err(Refused::Mask(of.width - 1)) } else { Ok(Self { of, mask }) }
    }

    pub(crate) fn contains(&self, address: Address) -> bool {
        let free = self.of.width - self.mask;
        let fixed = |address: Address| address.bits.checked_shr(free).unwrap_or(0);
        self.of.width == address.width && fixed(self.of) == fixed(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_same_however_it_is_written() {
        let same = |a, b| {
            let (a, b) = (Address::parse(a), Address::parse(b));
            assert!(a.is_some() && a == b, "{a:?} {b:?}");
        };
        same("10.0.0.5", "10.0.0.005");
        same("10.0.0.5", "::ffff:a00:5");
        same("2001:db8::1", "2001:0DB8:0:0:0:0:0:1");
        for text in ["", "10.0.0", "10.0.0.256", "10.0.0.5.", "+1.2.3.4", ":", "x", "::1.2.3.4"] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_block_holds_what_begins_as_it_does() {
        let holds = |block: &str, address| {
            let address = Address::parse(address).expect("is an address");
            Block::parse(block).expect("is a block").contains(address)
        };
        assert!(holds("10.0.0.0/24", "10.0.0.255"));
        assert!(holds("10.0.0.77/24", "10.0.0.1"));
        assert!(!holds("10.0.0.0/24", "10.0.1.0"));
        assert!(holds("0.0.0.0/0", "255.1.1.1"));
        assert!(holds("::/0", "2001:db8::1"));
        assert!(holds("2001:db8::/127", "2001:db8::1"));
        assert!(!holds("2001:db8::/127", "2001:db8::2"));
        assert!(!holds("10.0.0.0/8", "a00:5::1"));
    }

    #[test]
    fn what_is_no_block_is_refused() {
        for (text, refused) in [
            ("10.0.0.0", Refused::Form),
            ("10.0.0.0/x", Refused::Form),
            ("10.0.0.0/8/8", Refused::Form),
            ("10.0.0.0/-1", Refused::Form),
            ("x/8", Refused::Address),
            ("10.0.0.0/32", Refused::Mask(31)),
            ("::/128", Refused::Mask(127)),
        ] {
            assert_eq!(Block::parse(text).unwrap_err(), refused, "{text}");
        }
    }
}
