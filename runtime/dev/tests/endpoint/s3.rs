use crate::stage::{LIMITED, Stage, element};

#[test]
fn objects_are_put_got_and_deleted() {
    let stage = Stage::new();
    let headers = [("Content-Type", "text/plain"), ("x-amz-meta-origem", "kinesis")];
    let reply = stage.send("PUT", "/falhas/2026/a%20b.json", &headers, b"hello");
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.header("etag"), "\"5d41402abc4b2a76b9719d911017c592\"");
    let reply = stage.send("GET", "/falhas/2026/a%20b.json", &[], b"");
    assert_eq!((reply.status, reply.body.as_str()), (200, "hello"));
    assert_eq!(reply.header("content-type"), "text/plain");
    assert_eq!(reply.header("x-amz-meta-origem"), "kinesis");
    assert!(reply.header("last-modified").ends_with("GMT"));
    let reply = stage.send("HEAD", "/falhas/2026/a%20b.json", &[], b"");
    assert_eq!((reply.status, reply.header("content-length")), (200, "5"));
    let reply = stage.send("GET", "/falhas/2026/a%20b.json", &[("Range", "bytes=1-3")], b"");
    assert_eq!((reply.status, reply.body.as_str()), (206, "ell"));
    assert_eq!(reply.header("content-range"), "bytes 1-3/5");
    for _ in 0..2 {
        let reply = stage.send("DELETE", "/falhas/2026/a%20b.json", &[], b"");
        assert_eq!(reply.status, 204);
    }
    let reply = stage.send("GET", "/falhas/2026/a%20b.json", &[], b"");
    assert_eq!((reply.status, element(&reply.body, "Code")), (404, "NoSuchKey"));
}

#[test]
fn content_in_chunks_is_put_together() {
    let stage = Stage::new();
    let headers = [("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")];
    let body = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    assert_eq!(stage.send("PUT", "/falhas/a", &headers, body).status, 200);
    assert_eq!(stage.send("GET", "/falhas/a", &[], b"").body, "hello");
    let reply = stage.send("PUT", "/falhas/b", &headers, b"5\r\nhel");
    assert_eq!((reply.status, element(&reply.body, "Code")), (400, "IncompleteBody"));
}

#[test]
fn listings_go_page_by_page_and_group_by_a_delimiter() {
    let stage = Stage::new();
    for key in ["a", "b/1", "b/2", "c", "d/1/x", "e"] {
        stage.send("PUT", &format!("/falhas/{key}"), &[], b"x");
    }
    let keys = |body: &str, name: &str| {
        let open = format!("<{name}>");
        let found = body.match_indices(&open).map(|(at, _)| element(&body[at..], name).to_owned());
        found.collect::<Vec<_>>()
    };
    let list = |query: &str| {
        let reply = stage.send("GET", &format!("/falhas?list-type=2{query}"), &[], b"");
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.body
    };
    assert_eq!(keys(&list(""), "Key"), ["a", "b/1", "b/2", "c", "d/1/x", "e"]);
    assert_eq!(keys(&list("&prefix=b/"), "Key"), ["b/1", "b/2"]);
    assert_eq!(keys(&list("&start-after=c"), "Key"), ["d/1/x", "e"]);
    let mut found = Vec::new();
    let mut query = "&max-keys=2&delimiter=/".to_owned();
    let mut pages = 0;
    loop {
        let body = list(&query);
        pages += 1;
        found.extend(keys(&body, "Key"));
        let common = keys(&body, "CommonPrefixes");
        found.extend(common.iter().map(|it| element(it, "Prefix").to_owned()));
        let token = element(&body, "NextContinuationToken");
        assert_eq!(element(&body, "IsTruncated") == "true", !token.is_empty());
        if token.is_empty() {
            break;
        }
        let token: String = form_urlencoded::byte_serialize(token.as_bytes()).collect();
        query = format!("&max-keys=2&delimiter=/&continuation-token={token}");
    }
    assert_eq!((pages, found), (3, ["a", "b/", "c", "d/", "e"].map(str::to_owned).to_vec()));
    stage.send("PUT", "/falhas/f%26%C3%A9", &[], b"x");
    assert_eq!(keys(&list("&prefix=f"), "Key"), ["f&amp;é"]);
    assert_eq!(keys(&list("&prefix=f&encoding-type=url"), "Key"), ["f%26%C3%A9"]);
}

#[test]
fn buckets_are_listed_and_found() {
    let stage = Stage::new();
    assert_eq!(element(&stage.send("GET", "/", &[], b"").body, "Name"), "falhas");
    assert_eq!(stage.send("HEAD", "/falhas", &[], b"").status, 200);
    assert_eq!(stage.send("HEAD", "/outro", &[], b"").status, 404);
}

#[test]
fn conditions_of_requests_are_kept() {
    let stage = Stage::new();
    let only_new = [("If-None-Match", "*")];
    assert_eq!(stage.send("PUT", "/falhas/a", &only_new, b"hello").status, 200);
    let reply = stage.send("PUT", "/falhas/a", &only_new, b"other");
    assert_eq!((reply.status, element(&reply.body, "Code")), (412, "PreconditionFailed"));
    let known = [("If-None-Match", "\"5d41402abc4b2a76b9719d911017c592\"")];
    assert_eq!(stage.send("GET", "/falhas/a", &known, b"").status, 304);
    assert_eq!(stage.send("GET", "/falhas/a", &[("If-Match", "\"x\"")], b"").status, 412);
}

#[test]
fn what_s3_does_not_take_is_refused_with_its_code() {
    let stage = Stage::new();
    let long = format!("/falhas/{}", "k".repeat(1025));
    for (method, path, status, code) in [
        ("PUT", "/outro/a", 404, "NoSuchBucket"),
        ("GET", "/outro?list-type=2", 404, "NoSuchBucket"),
        ("PUT", "/novo", 501, "NotImplemented"),
        ("POST", "/falhas/a?uploads", 501, "NotImplemented"),
        ("GET", "/falhas/a?tagging", 501, "NotImplemented"),
        ("GET", "/falhas", 501, "NotImplemented"),
        ("GET", "/falhas?list-type=2&max-keys=x", 400, "InvalidArgument"),
        ("GET", "/falhas?list-type=2&continuation-token=!", 400, "InvalidArgument"),
        ("PUT", &long, 400, "KeyTooLongError"),
    ] {
        let reply = stage.send(method, path, &[], b"");
        assert_eq!((reply.status, element(&reply.body, "Code")), (status, code), "{reply:?}");
    }
    stage.send("PUT", "/falhas/a", &[], b"hello");
    let reply = stage.send("GET", "/falhas/a", &[("Range", "bytes=9-")], b"");
    assert_eq!((reply.status, element(&reply.body, "Code")), (416, "InvalidRange"));
}

#[test]
fn who_may_not_list_does_not_learn_what_is_missing() {
    let stage = Stage::new();
    let reply = stage.send_as(Some(LIMITED), "GET", "/falhas/a", &[], b"");
    assert_eq!((reply.status, element(&reply.body, "Code")), (403, "AccessDenied"));
    assert!(reply.body.contains("s3:ListBucket on resource: arn:aws:s3:::falhas "), "{reply:?}");
    stage.send("PUT", "/falhas/a", &[], b"hello");
    assert_eq!(stage.send_as(Some(LIMITED), "GET", "/falhas/a", &[], b"").status, 200);
    let reply = stage.send_as(Some(LIMITED), "PUT", "/falhas/a", &[], b"x");
    assert_eq!((reply.status, element(&reply.body, "Code")), (403, "AccessDenied"));
}
