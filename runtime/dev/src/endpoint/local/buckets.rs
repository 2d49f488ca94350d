//! Buckets in memory.

use std::ops::Bound;

use super::Local;
use crate::endpoint::backend::{Buckets, Object};

impl Buckets for Local {
    fn buckets(&self) -> Vec<String> {
        self.state().buckets.keys().cloned().collect()
    }

    fn put_object(&self, bucket: &str, key: &str, object: Object) {
        if let Some(bucket) = self.state().buckets.get_mut(bucket) {
            bucket.insert(key.to_owned(), object);
        }
    }

    fn object(&self, bucket: &str, key: &str) -> Option<Object> {
        self.state().buckets.get(bucket)?.get(key).cloned()
    }

    fn delete_object(&self, bucket: &str, key: &str) {
        if let Some(bucket) = self.state().buckets.get_mut(bucket) {
            bucket.remove(key);
        }
    }

    fn objects(
        &self,
        bucket: &str,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Vec<(String, Object)> {
        let state = self.state();
        let Some(bucket) = state.buckets.get(bucket) else { return Vec::new() };
        let start = if after < prefix { Bound::Included(prefix) } else { Bound::Excluded(after) };
        bucket
            .range::<str, _>((start, Bound::Unbounded))
            .take_while(|(key, _)| key.starts_with(prefix))
            .take(limit)
            .map(|(key, object)| (key.clone(), object.clone()))
            .collect()
    }
}
