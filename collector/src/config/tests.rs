//! The shipped file is the documentation, and mistakes are told all at once.

use super::*;

const SHIPPED: &str = include_str!("../../../config/collector.toml");

#[test]
fn the_shipped_file_says_the_defaults() {
    assert_eq!(Config::parse("collector.toml", SHIPPED), Ok(Config::default()));
}

#[test]
fn the_shipped_file_names_every_setting_in_its_section() {
    let nonsense = "x = 1\n[agents]\nx = 1\n[console]\nx = 1\n[certificates]\nx = 1\n\
        [keep]\nx = 1\n[metrics]\nx = 1\n[log]\nx = 1\n";
    let told = Config::parse("f", nonsense).unwrap_err();
    assert_eq!(told.len(), 7);
    for problem in told {
        let (key, settings) = problem.text.split_once(" is not a setting; here go ").unwrap();
        let section = match key.split_once('.') {
            Some((name, _)) => section(&format!("\n[{name}]\n")),
            None => SHIPPED,
        };
        for name in settings.split(", ") {
            let there = section.lines().any(|line| {
                let line = line.trim_start_matches("# ");
                let below = line.starts_with('[') && line.ends_with(&format!(".{name}]"));
                below
                    || line == format!("[{name}]")
                    || line.starts_with(&format!("[{name}."))
                    || line.starts_with(&format!("{name} = "))
            });
            assert!(there, "{name} is missing beside {key} in config/collector.toml");
        }
    }
}

fn section(head: &str) -> &'static str {
    let (_, rest) = SHIPPED.split_once(head).unwrap();
    rest.split("\n[").next().unwrap()
}

#[test]
fn every_mistake_is_told_with_its_line() {
    let text = "stat = 1\n[agents]\nlisten = \"here\"\nnames = []\nconnections = 0\nkey = \"x\"\n\
        [console]\nsession = \"2\"\ncertificate = \"x\"\n[certificates]\nlifetime = \"500d\"\n\
        [incidents]\nlearn_until = \"soon\"\n";
    let told: Vec<String> =
        Config::parse("f", text).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "f:1: stat is not a setting; here go state, agents, console, certificates, place, incidents, events, sinks, keep, metrics, log",
            "f:3: agents.listen: invalid socket address syntax",
            "f:4: agents.names must have a name: agents check it",
            "f:5: agents.connections: invalid value: integer `0`, expected a nonzero u32",
            "f:6: agents.key needs the file of its certificate, `certificate`, too",
            "f:8: console.session: `2` is not a length of time such as 90s, 10m, 12h or 30d",
            "f:9: console.certificate needs the file of its private key, `key`, too",
            "f:11: certificates.lifetime: `500d` must be from 1s to 400d",
            "f:13: incidents.learn_until must be a day, such as \"2027-01-31\"",
        ]
    );
}

#[test]
fn landmarks_are_names_with_ports_and_places() {
    let read = |text: &str| Config::parse("f", &format!("[place.landmarks]\n{text}\n"));
    let place = read("\"eu.example.com:8443\" = \"50.1,8.7\"\n\"[2001:db8::1]:1\" = \"1,2\"");
    let landmarks = place.unwrap().place.landmarks;
    let told: Vec<(&str, f64)> =
        landmarks.iter().map(|(name, point)| (name.as_str(), point.latitude)).collect();
    assert_eq!(told, [("[2001:db8::1]:1", 1.0), ("eu.example.com:8443", 50.1)]);
    let told = read("eu = \"50.1,8.7\"\n\"us:1\" = \"here\"\n\"x:1\" = 5").unwrap_err();
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "f:2: place.landmarks.eu must be a name and a port, such as \"eu.example.com:8443\"",
            "f:3: place.landmarks.us:1 `here` is not a latitude and a longitude, such as 30.3,-97.7",
            "f:4: place.landmarks.x:1: invalid type: integer `5`, expected a string",
        ]
    );
}

#[test]
fn a_name_is_a_dns_name_or_an_address() {
    for good in ["collector.example.com", "10.0.0.1", "::1", "localhost"] {
        assert_eq!(Name::try_from(good.to_owned()).unwrap().as_str(), good);
    }
    for bad in ["", "https://x", "a b", "*.example.com", "x:1"] {
        let told = Name::try_from(bad.to_owned());
        assert_eq!(told, Err(format!("`{bad}` is not a DNS name or an IP address")));
    }
}

#[test]
fn both_addresses_must_not_be_the_same() {
    let text = "[agents]\nlisten = \"127.0.0.1:1\"\n[console]\nlisten = \"127.0.0.1:1\"\n";
    let told = Config::parse("f", text).unwrap_err();
    let expected = "agents.listen and console.listen must not both be 127.0.0.1:1";
    assert_eq!(told, [Problem::whole("f", expected)]);
}

#[test]
fn a_provider_is_told_whole_or_not_at_all() {
    let whole = "[console.oidc]\nissuer = \"https://id.example.com\"\nclient_id = \"moored\"\n\
        address = \"https://console.example.com\"\n[console.oidc.roles]\nsoc = \"analyst\"\n";
    let oidc = Config::parse("f", whole).unwrap().console.oidc.unwrap();
    assert_eq!(oidc.role(["x", "soc"]), Some(crate::role::Role::Analyst));
    assert_eq!(oidc.role(["x"]), None);
    let half = "[console.oidc]\nissuer = \"http://id.example.com\"\nclient_secret_file = \"x\"\n\
        [console.oidc.roles]\nsoc = \"root\"\n";
    let told: Vec<String> =
        Config::parse("f", half).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 4, "{told:?}");
    for part in
        ["issuer must begin with https://", "client_id is missing", "address is missing", "roles: "]
    {
        assert!(told.iter().any(|line| line.contains(part)), "{part}: {told:?}");
    }
}

#[test]
fn a_wrong_age_level_or_form_is_told() {
    let text = "[keep]\nfindings = \"1y\"\nrevoked = \"4000d\"\n[metrics]\nlisten = \"9100\"\n\
        [log]\nformat = \"xml\"\nlevel = \"loud\"\n";
    let told: Vec<String> =
        Config::parse("f", text).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "f:2: keep.findings: `1y` is not an age such as 90d or 400d, and not `forever`",
            "f:3: keep.revoked: `4000d` must be from 1d to 3650d, or `forever`",
            "f:5: metrics.listen: invalid socket address syntax",
            "f:7: log.format: unknown variant `xml`, expected `text` or `json`",
            "f:8: log.level: unknown variant `loud`, expected one of `error`, `warn`, `info`, `debug`",
        ]
    );
}
