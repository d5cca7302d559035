//! The domains in which names are looked up (`man 5 resolv.conf`, which macOS
//! writes too; on Windows in the registry).

use super::windows;
use crate::host::Host;
use crate::host::LinkRow;
use crate::host::Platform;
use crate::host::Recording;

/// Where the resolver's settings are.
const FILE: &str = "/etc/resolv.conf";

/// The C library's limit on a line is 4 KiB, and there are few.
const MOST: usize = 64 << 10;

/// So many domains are told.
const DOMAINS: usize = 4;

/// The domains, each as far as somebody registered it, in the order in which they
/// are asked, with that of the way out; none where none is set.
pub fn read(host: &dyn Host, link: Option<&LinkRow>) -> Vec<String> {
    if host.platform() == Platform::Windows {
        let domains = windows::domains(host, link);
        return told(domains.iter().map(String::as_str));
    }
    let bytes = host.file(FILE, MOST).unwrap_or_default();
    registered(&String::from_utf8_lossy(&bytes))
}

/// Leaves in a recording only what is told.
pub fn blank(recording: &mut Recording) {
    if let Some(text) = recording.text.get_mut(FILE) {
        *text = format!("search {}\n", registered(text).join(" "));
    }
    recording.bytes.remove(FILE);
    windows::blank(recording, |list| told(list.split([',', ' '])).join(","));
    for link in recording.link.iter_mut().flatten() {
        link.domain = link.domain.as_deref().and_then(registrable);
    }
}

/// Of several lines the last counts.
fn registered(text: &str) -> Vec<String> {
    let mut lines = text.lines().filter_map(|line| {
        let mut words = line.split_ascii_whitespace();
        matches!(words.next()?, "search" | "domain").then_some(words)
    });
    told(lines.next_back().into_iter().flatten())
}

/// What is told of names, each once.
fn told<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut told = Vec::new();
    for name in names.filter_map(registrable) {
        if !told.contains(&name) && told.len() < DOMAINS {
            told.push(name);
        }
    }
    told
}

/// Top-level domains besides those of countries in which companies and
/// providers have their names. Others, such as `lan`, are nobody's.
const GENERIC: [&str; 8] = ["com", "net", "org", "edu", "gov", "mil", "int", "info"];

/// What stands below a country's domain for a kind of holder, as in `co.uk`.
const KINDS: [&str; 9] = ["ac", "co", "com", "edu", "gov", "govt", "ne", "net", "org"];

/// Services that give names to their customers: whose network it is, is said
/// by the customer's part, which is not to be told.
const GIVEN: [&str; 6] =
    ["dyndns.org", "duckdns.org", "no-ip.org", "ddns.net", "dynv6.net", "myfritz.net"];

/// What somebody registered at a registry, by rule of thumb: of a host's name,
/// the part that says whose network it is. The list of all public suffixes
/// would be a sixth of the program. `None` for names that are nobody's, such as
/// `home` or `smith.lan`, and for those that a provider gives to its customers.
fn registrable(name: &str) -> Option<String> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    if name.len() > 253 || !name.bytes().all(is_part) {
        return None;
    }
    let mut labels = name.rsplit('.');
    let (top, second) = (labels.next()?, labels.next().filter(|label| !label.is_empty())?);
    let is_country = top.len() == 2 && top.bytes().all(|byte| byte.is_ascii_lowercase());
    if !is_country && !GENERIC.contains(&top) {
        return None;
    }
    let domain = if is_country && KINDS.contains(&second) {
        format!("{}.{second}.{top}", labels.next().filter(|label| !label.is_empty())?)
    } else {
        format!("{second}.{top}")
    };
    Some(domain).filter(|domain| !GIVEN.contains(&domain.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_told_as_far_as_somebody_registered_it() {
        for (name, expected) in [
            ("hsd1.ma.comcast.net", Some("comcast.net")),
            ("corp.example.co.uk.", Some("example.co.uk")),
            ("Example.COM", Some("example.com")),
            ("fritz.box", None),
            ("office.example.de", Some("example.de")),
            ("co.uk", None),
            ("lan", None),
            ("smith.lan", None),
            ("smith.home.arpa", None),
            ("com", None),
            ("alice.dyndns.org", None),
            (".", None),
            ("", None),
            ("a_b.example.com", None),
            ("ex\u{e4}mple.com", None),
        ] {
            assert_eq!(registrable(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn the_last_line_counts_and_four_are_told() {
        let text = "# search x.example.com\nnameserver 192.0.2.1\ndomain a.example.org\n\
            search\tb.example.com c.example.com example.net example.org example.edu example.info\n";
        let expected = ["example.com", "example.net", "example.org", "example.edu"];
        assert_eq!(registered(text), expected);
        assert_eq!(registered("search example.com\ndomain lan\n"), Vec::<String>::new());
        assert_eq!(registered("search .\noptions edns0\n"), Vec::<String>::new());
        assert_eq!(registered("searching example.com\n"), Vec::<String>::new());
    }

    #[test]
    fn a_recording_keeps_only_what_is_told() {
        let mut host = Recording::blank(Platform::Linux, "x");
        let text = "nameserver 192.0.2.1\nsearch alice.example.com smith.lan\n";
        host.text.insert(FILE.to_owned(), text.to_owned());
        blank(&mut host);
        assert_eq!(host.text[FILE], "search example.com\n");
        assert_eq!(read(&host, None), ["example.com"]);
    }
}
