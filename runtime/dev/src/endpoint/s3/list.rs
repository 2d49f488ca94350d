//! What is there.

use std::collections::BTreeSet;

use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Answer, S3, document, not_served, object};
use crate::endpoint::{
    backend::Object,
    failure::{Failure, Outcome},
    xml::Xml,
};

/// The most entries of an answer.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>
const ENTRIES: usize = 1000;

/// What is not written with percent signs in names.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Behind every key that begins with what comes before it.
const LAST: char = char::MAX;

pub(super) fn buckets(request: &S3<'_>) -> Outcome<Answer> {
    request.may("s3:ListAllMyBuckets", "*")?;
    let all = request.call.backend.buckets().into_iter().fold(Xml::new(), |all, name| {
        let bucket = Xml::new().text("Name", name).text("CreationDate", "1970-01-01T00:00:00.000Z");
        all.element("Bucket", bucket)
    });
    Ok(document("ListAllMyBucketsResult", Xml::new().element("Buckets", all)))
}

/// Version 2 of the listing.
pub(super) fn objects(request: &S3<'_>) -> Outcome<Answer> {
    request.authorize("s3:ListBucket")?;
    request.open()?;
    if request.parameter("list-type") != Some("2") {
        return Err(not_served("the first version of ListObjects".into()));
    }
    let invalid = |message: &str| Failure::new("InvalidArgument", message);
    let prefix = request.parameter("prefix").unwrap_or_default();
    let delimiter = request.parameter("delimiter").unwrap_or_default();
    let limit = match request.parameter("max-keys") {
        Some(text) => text.parse().map_err(|_| invalid("Provided max-keys not an integer"))?,
        None => ENTRIES,
    };
    let limit = limit.min(ENTRIES);
    let token = request.parameter("continuation-token");
    let after = match token {
        Some(token) => BASE64_STANDARD
            .decode(token)
            .ok()
            .and_then(|it| String::from_utf8(it).ok())
            .ok_or_else(|| invalid("The continuation token provided is incorrect"))?,
        None => request.parameter("start-after").unwrap_or_default().to_owned(),
    };
    let listing = collect(request, prefix, delimiter, after, limit);
    let encoding = request.parameter("encoding-type");
    let name = |text: &str| match encoding {
        Some("url") => utf8_percent_encode(text, PLAIN).to_string(),
        _ => text.to_owned(),
    };
    let next = listing.next.as_ref().map(|it| BASE64_STANDARD.encode(it));
    let mut xml = Xml::new()
        .text("Name", &request.bucket)
        .text("Prefix", name(prefix))
        .optional("Delimiter", (!delimiter.is_empty()).then(|| name(delimiter)))
        .optional("EncodingType", encoding)
        .optional("StartAfter", request.parameter("start-after").map(&name))
        .text("KeyCount", listing.objects.len() + listing.prefixes.len())
        .text("MaxKeys", limit)
        .text("IsTruncated", next.is_some())
        .optional("ContinuationToken", token)
        .optional("NextContinuationToken", next);
    for (key, object) in &listing.objects {
        let contents = Xml::new()
            .text("Key", name(key))
            .text("LastModified", humantime::format_rfc3339_millis(object.modified))
            .text("ETag", object::tag(object))
            .text("Size", object.content.len())
            .text("StorageClass", "STANDARD");
        xml = xml.element("Contents", contents);
    }
    for prefix in &listing.prefixes {
        xml = xml.element("CommonPrefixes", Xml::new().text("Prefix", name(prefix)));
    }
    Ok(document("ListBucketResult", xml))
}

#[derive(Default)]
struct Listing {
    objects: Vec<(String, Object)>,
    /// What keys have in common up to the delimiter.
    prefixes: BTreeSet<String>,
    /// Where to go on, if there is more.
    next: Option<String>,
}

fn collect(
    request: &S3<'_>,
    prefix: &str,
    delimiter: &str,
    mut after: String,
    limit: usize,
) -> Listing {
    let mut listing = Listing::default();
    // A token may be a common prefix that was listed already: none of its keys is listed again.
    loop {
        let room = limit - listing.objects.len() - listing.prefixes.len();
        let page = request.call.backend.objects(&request.bucket, prefix, &after, room + 1);
        let mut jumped = false;
        for (key, object) in page {
            if listing.objects.len() + listing.prefixes.len() == limit {
                listing.next = (limit > 0).then_some(after);
                return listing;
            }
            let rest = key.get(prefix.len()..).unwrap_or_default();
            match rest.find(delimiter).filter(|_| !delimiter.is_empty()) {
                Some(at) => {
                    let end = prefix.len() + at + delimiter.len();
                    let common = key.get(..end).unwrap_or(&key).to_owned();
                    after = format!("{common}{LAST}");
                    listing.prefixes.insert(common);
                    jumped = true;
                    break;
                }
                None => {
                    after = key.clone();
                    listing.objects.push((key, object));
                }
            }
        }
        if !jumped {
            return listing;
        }
    }
}
