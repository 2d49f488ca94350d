//! S3 buckets.

use std::collections::BTreeMap;
use std::time::SystemTime;

/// The buckets of a pipeline.
pub trait Buckets {
    /// The names of all buckets.
    fn buckets(&self) -> Vec<String>;

    /// Puts an object into a bucket that exists.
    fn put_object(&self, bucket: &str, key: &str, object: Object);

    /// The object with a key.
    fn object(&self, bucket: &str, key: &str) -> Option<Object>;

    /// Removes an object if it is there.
    fn delete_object(&self, bucket: &str, key: &str);

    /// The objects whose keys begin with `prefix` and come behind `after`, in the order of their
    /// keys, at most `limit`.
    fn objects(
        &self,
        bucket: &str,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Vec<(String, Object)>;
}

/// An object. Copying it copies no content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its content.
    pub content: hyper::body::Bytes,
    /// Such as `application/json`.
    pub content_type: String,
    /// Names, without `x-amz-meta-`, and values.
    pub metadata: BTreeMap<String, String>,
    /// When it was put.
    pub modified: SystemTime,
}
