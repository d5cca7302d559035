//! A receiver that cannot prove who it is gets nothing, and it is told why.

use super::certificates::Certificates;
use super::receiver::Receiver;
use super::stream;
use collector::store;
use collector::store::events;
use serde_json::Value;
use serde_json::json;
use std::fs;
use std::path::Path;
use tests::port;
use tests::program;
use tests::sample;
use tests::site::PATIENCE;
use tests::site::Site;

/// Every kind that speaks TLS, with what it needs besides an address.
const KINDS: [(&str, &str, &str); 6] = [
    ("syslog", "tls", ""),
    ("splunk", "https", "token_file = \"FOLDER/token\"\nacknowledge = false\n"),
    ("elasticsearch", "https", ""),
    ("otlp", "https", ""),
    ("webhook", "https", ""),
    ("nats", "tls", ""),
];

/// Two receivers with certificates for 127.0.0.1: a web server and NATS.
struct Receivers {
    ours: Certificates,
    /// Another authority.
    other: Certificates,
    /// Another authority of the same name.
    twin: Certificates,
    web: u16,
    nats: u16,
    _running: [Receiver; 2],
}

impl Receivers {
    fn start(folder: &Path) -> Self {
        let ours = Certificates::make(folder, "ours");
        let other = Certificates::make(folder, "other");
        fs::create_dir(folder.join("twin")).unwrap();
        let twin = Certificates::make(&folder.join("twin"), "ours");
        let (web, nats) = (port::free(), port::free());
        let mut running = [
            Receiver::python_over_tls(folder, "web", web, &ours),
            stream::nats(folder, nats, &ours),
        ];
        running.iter_mut().for_each(Receiver::start);
        tokio::runtime::Runtime::new()
            .unwrap()
            .block_on(stream::make_stream(&format!("tls://127.0.0.1:{nats}"), &ours));
        Self { ours, other, twin, web, nats, _running: running }
    }

    /// A sink of each kind, each named `KIND-NAME`, for this host.
    fn sinks(&self, name: &str, host: &str, authority: &str) -> String {
        let sink = |(kind, scheme, more): (&str, &str, &str)| {
            let port = if kind == "nats" { self.nats } else { self.web };
            format!(
                "[sinks.{kind}-{name}]\nkind = \"{kind}\"\nurl = \"{scheme}://{host}:{port}\"\n\
                 {more}{authority}"
            )
        };
        KINDS.map(sink).concat()
    }
}

#[test]
fn a_receiver_with_a_wrong_authority_or_name_gets_nothing_and_it_is_said_why() {
    let folder = tempfile::tempdir().unwrap();
    let receivers = Receivers::start(folder.path());
    let Receivers { ours, other, twin, .. } = &receivers;
    let settings = receivers.sinks("good", "127.0.0.1", &ours.setting())
        + &receivers.sinks("other", "127.0.0.1", &other.setting())
        + &receivers.sinks("twin", "127.0.0.1", &twin.setting())
        + &receivers.sinks("system", "127.0.0.1", "")
        + &receivers.sinks("name", "localhost", &ours.setting());
    fs::write(folder.path().join("token"), "letmein\n").unwrap();
    let settings = settings.replace("FOLDER", &folder.path().display().to_string());
    let site = Site::start(folder.path(), &settings).unwrap();
    // The web server is neither Elasticsearch nor syslog.
    for kind in ["splunk", "otlp", "webhook", "nats"] {
        let (is_taken, told) = site.told(&["sink", "test", &format!("{kind}-good")]).unwrap();
        assert!(is_taken, "{told}");
    }
    let not_of = |certificates: &Certificates| {
        let authority = certificates.authority.display();
        format!("its certificate is not signed by an authority of {authority}")
    };
    let reasons = [
        ("other", not_of(other)),
        ("twin", not_of(twin)),
        (
            "system",
            "its certificate is not signed by an authority of this system; \
            the setting `authority` names another"
                .to_owned(),
        ),
        ("name", "its certificate is not for `localhost`; it is for `127.0.0.1`".to_owned()),
    ];
    for (name, reason) in &reasons {
        for (kind, ..) in KINDS {
            refused(&site, &format!("{kind}-{name}"), reason);
        }
    }
    events::add(&store::open(&site.state()).unwrap(), &sample::full(7)).unwrap();
    for (name, reason) in &reasons {
        for (kind, ..) in KINDS {
            waits(&site, &format!("{kind}-{name}"), reason);
        }
    }
}

/// A test event is not sent, and the sink says so.
fn refused(site: &Site, sink: &str, reason: &str) {
    let (is_taken, told) = site.told(&["sink", "test", sink]).unwrap();
    assert!(!is_taken && told.trim_end().ends_with(reason), "{sink}: {told}");
    assert!(told.starts_with(&format!("{sink} did not take the test event ")), "{told}");
}

/// What is to be sent waits, and the list of sinks says why.
fn waits(site: &Site, sink: &str, reason: &str) {
    let mut figures = Value::Null;
    let is_told = program::wait_for(PATIENCE, || {
        let Value::Array(all) = site.ask_json(&["sink", "list"]).unwrap() else { return false };
        figures = all.into_iter().find(|figures| figures["name"] == sink).unwrap();
        figures["error"].as_str().is_some_and(|error| error.ends_with(reason))
    });
    assert!(is_told, "{figures}");
    let told = ["waiting", "sent", "dead", "lost"].map(|name| &figures[name]);
    assert_eq!(told, [&json!(1), &json!(0), &json!(0), &json!(0)], "{figures}");
    assert!(site.ask(&["sink", "list"]).unwrap().contains(reason));
}
