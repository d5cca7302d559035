//! A real OpenTelemetry collector, Rotel.

use super::load;
use super::load::Promise;
use super::receiver::Receiver;
use super::web::lines;
use collector::store;
use collector::store::events;
use std::path::Path;
use std::process::Command;
use tests::port;
use tests::program;
use tests::root;
use tests::sample;
use tests::site::PATIENCE;
use tests::site::Site;

/// Rotel with these arguments, and a site whose events it gets.
fn start(folder: &Path, arguments: &[String]) -> (Receiver, Site) {
    let (port, other) = (port::free(), port::free());
    let (arguments, pid) = (arguments.to_vec(), folder.join("rotel.pid"));
    let mut rotel = Receiver::new(folder, port, move || {
        let mut command = Command::new(root().join("target/python/rotel/rotel-agent"));
        command.arg("start").args(&arguments).arg("--pid-file").arg(&pid);
        command.args(["--otlp-http-endpoint", &format!("127.0.0.1:{port}")]);
        command.args(["--otlp-grpc-endpoint", &format!("127.0.0.1:{other}")]);
        command
    });
    rotel.start();
    let settings = format!("[sinks.otel]\nkind = \"otlp\"\nurl = \"http://127.0.0.1:{port}\"\n");
    (rotel, Site::start(folder, &settings).unwrap())
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

#[test]
fn a_real_opentelemetry_collector_understands_what_it_gets() {
    let folder = tempfile::tempdir().unwrap();
    let told = words("--exporter blackhole --debug-log logs --debug-log-verbosity detailed");
    let (rotel, site) = start(folder.path(), &told);
    let store = store::open(&site.state()).unwrap();
    events::add(&store, &sample::full(7)).unwrap();
    let came = || rotel.printed().contains("EventName: moored.incident");
    assert!(program::wait_for(PATIENCE, came), "{}", rotel.printed());
    let printed = rotel.printed();
    for line in ["service.name: Str(moored-collector)", "SEVERITY_NUMBER_ERROR(17)", "lt-007"] {
        assert!(printed.contains(line), "{line} is missing:\n{printed}");
    }
}

/// It is asked to end, and not killed: Rotel answers that it has events while it
/// holds them in memory, up to a fifth of a second, and has no queue on disk. A
/// kill loses those whatever a sender does; with batching off it loses fewer, and
/// mixes up their order. What is judged is what it hands on.
#[test]
fn a_real_opentelemetry_collector_that_is_stopped_twice_hands_on_all_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let (port, next) = (port::free(), folder.path().join("next"));
    std::fs::create_dir(&next).unwrap();
    let mut behind = Receiver::python(&next, "export", port);
    behind.start();
    let arguments = format!(
        "--exporter otlp --otlp-exporter-protocol http \
         --otlp-exporter-endpoint http://127.0.0.1:{port}"
    );
    let (rotel, site) = start(folder.path(), &words(&arguments));
    let (got, all) = (next.join("got"), usize::try_from(load::EVENTS).unwrap());
    load::run(&site, &mut rotel.stopped_in_peace(), Promise::AtLeastOnce, || {
        // The last ones are handed on a little later.
        program::wait_for(PATIENCE, || lines(&got).len() >= all);
        lines(&got)
    });
}
