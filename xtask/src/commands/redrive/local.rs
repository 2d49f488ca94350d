//! The stage that `dev` runs on this machine, which does it itself.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    process::ExitCode,
    time::Duration,
};

use serde_json::json;

use crate::{
    cli::Options,
    commands::dev::state,
    diagnostic::{Diagnostic, Result},
    report::Report,
};

/// How long the program may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks the program that runs the stage to hand what these handlers gave up, or all, to them again.
///
/// # Errors
///
/// No such program runs, or it has no such handler.
pub(super) fn redrive(handlers: &[String], options: &Options, report: &Report) -> Result<ExitCode> {
    let app = options.app()?;
    let (name, stage) = (app.name(), options.stage.as_str());
    let run = format!("run `cargo xtask dev --app {name} --stage {stage}` beside this");
    let not_there = |why: &str| {
        Diagnostic::new(format!("stage `{stage}` of {name} is not run here{why}")).help(&run)
    };
    let endpoint = state::endpoint(&app, stage).ok_or_else(|| not_there(""))?;
    let asked = match handlers {
        [] => vec![None],
        names => names.iter().map(|name| Some(name.as_str())).collect(),
    };
    let mut redriven = BTreeMap::new();
    for handler in asked {
        let (status, body) = post(endpoint, handler)
            .map_err(|error| not_there(&format!(" any more: {endpoint}: {error}")))?;
        redriven.extend(read(status, &body)?);
    }
    for (handler, number) in &redriven {
        report.data(format_args!("{handler}  {number}"));
    }
    report.json(&json!({ "app": name, "stage": stage, "redriven": redriven }));
    Ok(ExitCode::SUCCESS)
}

fn read(status: u16, body: &str) -> Result<BTreeMap<String, u64>> {
    if status != 200 {
        // The program words its refusals for people.
        let said = body.trim();
        let said = said.strip_prefix("error: ").unwrap_or(said);
        let message = if said.is_empty() { format!("it answered {status}") } else { said.into() };
        return Err(Diagnostic::new(message).into());
    }
    serde_json::from_str(body).map_err(|error| {
        Diagnostic::new(format!("the answer of the program is not understood: {error}: {body}"))
            .help("it may be of another version: end `dev` and run it again")
            .into()
    })
}

/// HTTP 1.0, so that the answer ends where the connection does.
fn post(endpoint: SocketAddr, handler: Option<&str>) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect_timeout(&endpoint, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let query = handler.map(|name| format!("?handler={}", encoded(name))).unwrap_or_default();
    // At once: whoever answers what is read first may be gone before the rest.
    let request = format!(
        "POST /_esteira/redrive{query} HTTP/1.0\r\nHost: {endpoint}\r\nContent-Length: 0\r\n\r\n"
    );
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    parse(&String::from_utf8_lossy(&answer)).ok_or_else(|| {
        std::io::Error::new(std::io::ErrorKind::InvalidData, "what answers there is no HTTP")
    })
}

fn parse(answer: &str) -> Option<(u16, String)> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/")?.split(' ').nth(1)?.parse().ok()?;
    Some((status, body.to_owned()))
}

/// A name in a query. Those of Rust may have any letter.
fn encoded(name: &str) -> String {
    name.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, thread};

    use super::*;

    /// Serves one request with an answer; returns what it was.
    fn served(answer: &'static str, handler: Option<&str>) -> (String, (u16, String)) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let length = stream.read(&mut request).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        let answered = post(endpoint, handler).unwrap();
        (server.join().unwrap(), answered)
    }

    #[test]
    fn the_program_is_asked_and_its_answer_read() {
        let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"avisar\": 2}";
        let (request, (status, body)) = served(answer, Some("avisar"));
        assert!(request.starts_with("POST /_esteira/redrive?handler=avisar HTTP/1."), "{request}");
        assert_eq!(read(status, &body).unwrap(), [("avisar".to_owned(), 2)].into());
        let (request, _) = served(answer, None);
        assert!(request.starts_with("POST /_esteira/redrive HTTP/1."), "{request}");
    }

    #[test]
    fn a_refusal_is_told_in_the_words_of_the_program() {
        let answer = "HTTP/1.1 404 Not Found\r\n\r\nno handler `avisa`\n";
        let (_, (status, body)) = served(answer, Some("avisa"));
        let refused = read(status, &body).unwrap_err().0[0].to_string();
        assert_eq!(refused, "error: no handler `avisa`");
        assert!(read(200, "hello").is_err());
    }

    #[test]
    fn a_name_is_encoded() {
        assert_eq!(encoded("processar_pedido"), "processar_pedido");
        assert_eq!(encoded("não"), "n%C3%A3o");
    }
}
