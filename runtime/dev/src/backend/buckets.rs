//! The bucket for what mappings give up.

use std::{collections::BTreeMap, ops::Bound};

use esteira::engine;

use super::Behind;
use crate::endpoint::backend::{Buckets, Object};

fn object(object: &engine::Object) -> Object {
    Object {
        content: object.body.clone().into(),
        content_type: "application/json".into(),
        metadata: BTreeMap::new(),
        modified: object.written,
    }
}

impl Buckets for Behind {
    fn buckets(&self) -> Vec<String> {
        vec![self.bucket.clone()]
    }

    fn put_object(&self, bucket: &str, key: &str, object: Object) {
        if bucket == self.bucket {
            let body = String::from_utf8_lossy(&object.content).into_owned();
            let object = engine::Object { body, written: object.modified };
            self.engine().put_object(key.to_owned(), object);
        }
    }

    fn object(&self, bucket: &str, key: &str) -> Option<Object> {
        let engine = self.engine();
        let found = engine.objects().get(key).filter(|_| bucket == self.bucket);
        found.map(object)
    }

    fn delete_object(&self, bucket: &str, key: &str) {
        if bucket == self.bucket {
            self.engine().remove_object(key);
        }
    }

    fn objects(
        &self,
        bucket: &str,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Vec<(String, Object)> {
        if bucket != self.bucket {
            return Vec::new();
        }
        let start = if after < prefix { Bound::Included(prefix) } else { Bound::Excluded(after) };
        let engine = self.engine();
        let behind = engine.objects().range::<str, _>((start, Bound::Unbounded));
        let own = behind.take_while(|(key, _)| key.starts_with(prefix)).take(limit);
        own.map(|(key, it)| (key.clone(), object(it))).collect()
    }
}
