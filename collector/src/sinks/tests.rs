//! Settings of sinks: mistakes are told, and all kinds are named.

use crate::config::Config;

fn problems(text: &str) -> Vec<String> {
    let told = Config::parse("f", text).map_or_else(|problems| problems, |_| Vec::new());
    told.iter().map(ToString::to_string).collect()
}

#[test]
fn mistakes_are_told_all_at_once_with_their_lines() {
    let text = "[sinks.a]\nkind = \"pigeon\"\n[sinks.b]\nkind = \"splunk\"\nurl = \"splunk:8088\"\n\
        [sinks.c]\nkind = \"syslog\"\nurl = \"udp://x:514\"\nspeed = 1\n\
        [sinks.d]\nurl = \"https://x\"\n[sinks.e]\nkind = \"nats\"\nurl = \"http://x\"\n\
        [sinks.f]\nkind = \"webhook\"\nkey = \"k\"\n";
    assert_eq!(
        problems(text),
        [
            "f: sinks.b.token_file is missing",
            "f: sinks.d.kind is missing",
            "f: sinks.f.certificate and its private key, `key`, go together",
            "f: sinks.f.url is missing, and so is `url_file`",
            "f:2: sinks.a.kind must be one of file, syslog, splunk, elasticsearch, otlp, webhook, nats",
            "f:5: sinks.b.url: `splunk:8088` is not an address such as https://siem.example.com:8088",
            "f:8: sinks.c.url: `udp://x:514` is not an address such as tls://siem.example.com:6514",
            "f:9: sinks.c.speed is not a setting; here go format, raw, severity, groups, leads, kind, \
             authority, certificate, key, limit, confirm, url",
            "f:14: sinks.e.url must be an address such as tls://nats.example.com:4222",
        ]
    );
}

/// Every example of the shipped file, taken out of its comment, is good.
#[test]
fn the_examples_of_the_shipped_file_are_good_and_show_every_kind() {
    let shipped = include_str!("../../../config/collector.toml");
    let (_, examples) = shipped.split_once("# [sinks.").unwrap();
    let (examples, _) = examples.split_once("\n[").unwrap_or((examples, ""));
    let text: String = format!("# [sinks.{examples}")
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.starts_with('[') || line.contains(" = "))
        .fold(String::new(), |text, line| text + line + "\n");
    let config = Config::parse("f", &text).unwrap();
    let mut kinds: Vec<&str> = config.sinks.iter().map(|wanted| wanted.kind.name()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut all = super::KINDS.map(|(name, _)| name);
    all.sort_unstable();
    assert_eq!(kinds, all, "{text}");
}
