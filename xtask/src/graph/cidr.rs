//! Ranges of IPv4 addresses.

use std::{fmt, net::Ipv4Addr, str::FromStr};

/// A range of IPv4 addresses, as `10.0.0.0/16`: its first address, and how many leading bits all
/// its addresses share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cidr {
    first: Ipv4Addr,
    prefix: u32,
}

impl Cidr {
    /// The sizes of a VPC and of a subnet, in leading bits
    /// (<https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>).
    const LARGEST: u32 = 16;
    const SMALLEST: u32 = 28;

    /// The range in `2^bits` equal parts, in order.
    ///
    /// # Errors
    ///
    /// A part would be smaller than a subnet can be.
    pub(crate) fn split(self, bits: u32) -> Result<Vec<Self>, String> {
        let prefix = self.prefix + bits;
        if prefix > Self::SMALLEST {
            return Err(format!(
                "`{self}` has too few addresses for its subnets: AWS takes none smaller than /{}, \
                 so write /{} or larger",
                Self::SMALLEST,
                Self::SMALLEST - bits
            ));
        }
        let size = 1_u32 << (32 - prefix);
        let part = |n| Self { first: Ipv4Addr::from_bits(self.first.to_bits() + n * size), prefix };
        Ok((0..1 << bits).map(part).collect())
    }
}

impl FromStr for Cidr {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(first, prefix)| {
            Some((first.parse::<Ipv4Addr>().ok()?, prefix.parse::<u32>().ok()?))
        });
        let Some((first, prefix)) = parts else {
            return Err(format!(
                "`{text}` is no range of IPv4 addresses: write one as `10.0.0.0/16`"
            ));
        };
        if !(Self::LARGEST..=Self::SMALLEST).contains(&prefix) {
            return Err(format!(
                "a VPC cannot have the addresses `{text}`: AWS takes /{} to /{}",
                Self::LARGEST,
                Self::SMALLEST
            ));
        }
        let lowest = Ipv4Addr::from_bits(first.to_bits() & (u32::MAX << (32 - prefix)));
        if first != lowest {
            return Err(format!(
                "`{text}` starts in the middle of a range: write {lowest}/{prefix}"
            ));
        }
        Ok(Self { first, prefix })
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn split(text: &str, bits: u32) -> Vec<String> {
        let parts = text.parse::<Cidr>().expect("a range").split(bits).expect("room");
        parts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn parts_are_equal_and_cover_the_range() {
        let expected = ["10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18", "10.0.192.0/18"];
        assert_eq!(split("10.0.0.0/16", 2), expected);
        assert_eq!(split("10.0.8.0/22", 1), ["10.0.8.0/23", "10.0.10.0/23"]);
        assert_eq!(split("255.255.255.0/25", 3).last().unwrap(), "255.255.255.112/28");
        assert_eq!(split("192.168.0.16/28", 0), ["192.168.0.16/28"]);
    }

    #[test]
    fn a_range_that_aws_would_refuse_is_explained() {
        let refused = |text: &str| text.parse::<Cidr>().unwrap_err();
        assert!(refused("10.0.0.0").contains("write one as `10.0.0.0/16`"));
        assert!(refused("10.0.0/16").contains("no range of IPv4 addresses"));
        assert!(refused("10.0.0.0/+99").contains("AWS takes /16 to /28"));
        assert!(refused("10.0.0.0/8").contains("AWS takes /16 to /28"));
        assert!(refused("10.0.9.0/22").contains("write 10.0.8.0/22"));
        let small = "10.0.0.0/26".parse::<Cidr>().unwrap().split(3).unwrap_err();
        assert!(small.contains("write /25 or larger"), "{small}");
    }
}
