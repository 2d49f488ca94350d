use super::*;

/// The side of the function: one client, which keeps its connection.
struct Asker {
    agent: ureq::Agent,
    root: String,
}

impl Asker {
    fn new(api: &RuntimeApi) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None);
        Self { agent: config.build().new_agent(), root: format!("http://{}", api.address()) }
    }

    /// The id of the request, the milliseconds until its deadline, and the event.
    fn next(&self) -> (String, u128, Value) {
        let url = format!("{}/2018-06-01/runtime/invocation/next", self.root);
        let mut answer = self.agent.get(url).call().expect("is answered");
        let header = |name: &str| answer.headers()[name].to_str().expect("is text").to_owned();
        let id = header("Lambda-Runtime-Aws-Request-Id");
        let deadline: u128 = header("Lambda-Runtime-Deadline-Ms").parse().expect("is a number");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("is later").as_millis();
        (id, deadline - now, answer.body_mut().read_json().expect("is JSON"))
    }

    fn post(&self, path: &str, body: &Value) -> u16 {
        let url = format!("{}{path}", self.root);
        self.agent.post(url).send(body.to_string()).expect("is answered").status().as_u16()
    }
}

#[test]
fn invocations_are_handed_out_in_order_and_answers_find_theirs() {
    let api = RuntimeApi::start().expect("starts");
    let asker = Asker::new(&api);
    let pending: Vec<Pending> = (1..=3)
        .map(|number| {
            let invocation = Invocation::new(&json!(number)).within(Duration::from_secs(number));
            api.begin(&invocation)
        })
        .collect();
    for (number, pending) in (1_u64..).zip(&pending) {
        let (id, left, event) = asker.next();
        assert_eq!((&id, event), (&pending.id, json!(number)));
        let most = u128::from(number) * 1_000;
        assert!((most - 500..=most).contains(&left), "{left} ms are left of {most}");
        let (kind, body) = match number {
            2 => ("error", json!({ "errorMessage": "no" })),
            _ => ("response", json!({ "number": number })),
        };
        let path = format!("/2018-06-01/runtime/invocation/{id}/{kind}");
        assert_eq!(asker.post(&path, &body), 202);
        let done = pending.done.recv().expect("is answered");
        let expected = if number == 2 { Answer::Error(body) } else { Answer::Response(body) };
        assert_eq!(done.answer, expected);
        assert!(done.left < Duration::from_secs(number), "{done:?}");
    }
    assert!(api.unknown().is_empty(), "{:?}", api.unknown());
}

#[test]
fn what_the_api_does_not_have_is_refused_and_recorded() {
    let api = RuntimeApi::start().expect("starts");
    let asker = Asker::new(&api);
    assert_eq!(asker.post("/2018-06-01/runtime/invocation/other/response", &json!(1)), 403);
    assert_eq!(asker.post("/2019-01-01/runtime", &json!(2)), 404);
    assert_eq!(
        api.unknown(),
        ["POST /2018-06-01/runtime/invocation/other/response: 1", "POST /2019-01-01/runtime: 2"]
    );
}

#[test]
fn a_failure_to_start_and_extensions_are_recorded() {
    let api = RuntimeApi::start().expect("starts");
    let asker = Asker::new(&api);
    let error = json!({ "errorMessage": "no table" });
    assert_eq!(asker.post("/2018-06-01/runtime/init/error", &error), 202);
    assert_eq!(api.init_error(), Some(error));
    let url = format!("{}/2020-01-01/extension/register", asker.root);
    let request = asker.agent.post(url).header("Lambda-Extension-Name", "shutdown");
    let registered = request.send(r#"{"events":[]}"#).expect("is answered");
    assert!(registered.headers().contains_key("Lambda-Extension-Identifier"));
    assert_eq!(api.extensions(), ["shutdown"]);
}
