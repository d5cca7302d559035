//! The shipped file is the documentation, and mistakes are told all at once.

use super::*;
use crate::host::Platform;
use crate::policy::Mode;

const SHIPPED: &str = include_str!("../../../config/agent.toml");

#[test]
fn the_shipped_file_says_the_defaults() {
    let shipped = Config::parse_for(Platform::Linux, "agent.toml", SHIPPED);
    assert_eq!(shipped, Ok(Config::usual(Platform::Linux)));
}

#[test]
fn the_shipped_file_names_every_setting() {
    let told = Config::parse(
        "f",
        "nonsense = 1\n[collector]\nx = 1\n[proxy]\nx = 1\n[spool]\nx = 1\n[policy]\nx = 1\n[siem]\nx = 1\n[place]\nx = 1\n",
    );
    for problem in told.unwrap_err() {
        let settings = problem.text.split("here go ").nth(1).unwrap().to_owned();
        for name in settings.split(", ") {
            let there = SHIPPED.lines().any(|line| {
                let line = line.trim_start_matches("# ");
                line == format!("[{name}]")
                    || line == format!("[[{name}]]")
                    || line.starts_with(&format!("{name} = "))
            });
            assert!(there, "{name} is missing from config/agent.toml");
        }
    }
}

#[test]
fn every_mistake_is_told_with_its_line() {
    let text =
        "look = \"2d\"\ndisabled = [\"mouse\"]\n[collector]\nurl = \"http://x\"\ntoken = \"x\"\n";
    let told: Vec<String> =
        Config::parse("f", text).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "f:1: look must be at most 24h",
            "f:2: disabled names `mouse`, which is no sensor",
            "f:4: collector.url: `http://x` is not an address such as https://collector:8443",
            "f:5: collector.token: is not an enrolment token; `moored-collector token new` makes one",
        ]
    );
}

#[test]
fn approvals_are_read_and_their_mistakes_told() {
    let approval = "[[approved]]\ntool = \"anydesk\"\nowner = \"help desk\"\nreason = \"support\"\nexpires = \"2027-06-30\"\n";
    let policy =
        Config::parse("f", &format!("[policy]\nmode = \"audit\"\n{approval}")).unwrap().policy;
    assert_eq!((policy.mode, policy.approved.len()), (Mode::Audit, 1));
    assert_eq!(policy.approved[0].expires, "2027-06-30".parse().unwrap());
    let told = |text: &str| Config::parse("f", text).unwrap_err()[0].to_string();
    let day = approval.replace("2027-06-30", "2027-06-31");
    assert!(told(&day).starts_with("f:5: approved: "), "{}", told(&day));
    let nobody = approval.replace("help desk", "");
    assert_eq!(
        told(&nobody),
        "f:1: approved has a mistake: an approval says nothing under `owner`"
    );
    let other = approval.replace("tool", "tools");
    assert!(told(&other).contains("unknown field `tools`"), "{}", told(&other));
}

#[test]
fn landmarks_are_names_with_ports_and_not_many() {
    let read = |list: &str| Config::parse("f", &format!("[place]\nlandmarks = [{list}]\n"));
    let good = ["eu.collector.example.com:8443", "192.0.2.1:443", "[2001:db8::1]:8443"];
    let list = good.map(|name| format!("{name:?}")).join(", ");
    let landmarks = read(&list).unwrap().landmarks;
    assert_eq!(landmarks.iter().map(Landmark::as_str).collect::<Vec<_>>(), good);
    let wrong =
        ["eu.example.com", "https://eu.example.com:1", "eu.example.com:0", ":1", "a@b:1", "a b:1"];
    for wrong in wrong {
        let told = read(&format!("{wrong:?}")).unwrap_err()[0].to_string();
        let expected = format!("f:2: place.landmarks: `{wrong}` is not a name and a port");
        assert!(told.starts_with(&expected), "{told}");
    }
    let many = vec!["\"a:1\""; 17].join(",");
    assert_eq!(read(&many).unwrap_err()[0].to_string(), "f:2: place.landmarks must be 16 at most");
}

/// What comes of these lines below `[siem]`: where events go, or the first mistake.
fn way(platform: Platform, lines: &str) -> Result<Way, String> {
    let config = Config::parse_for(platform, "f", &format!("[siem]\n{lines}"));
    config.map(|config| config.siem.unwrap().to).map_err(|wrong| wrong[0].to_string())
}

#[test]
fn each_platform_has_its_own_log_and_all_have_files_and_servers() {
    let (log, unified) = ("to = \"eventlog\"", "to = \"unified-log\"");
    assert_eq!(way(Platform::Windows, log), Ok(Way::EventLog));
    assert_eq!(way(Platform::Macos, unified), Ok(Way::UnifiedLog));
    let journal = way(Platform::Linux, "to = \"journald\"");
    assert_eq!(journal, Ok(Way::Journal("/run/systemd/journal/socket".into())));
    for platform in [Platform::Linux, Platform::Windows, Platform::Macos] {
        let server = way(platform, "to = \"syslog\"\nserver = \"192.0.2.10:601\"");
        assert_eq!(server, Ok(Way::Tcp("192.0.2.10:601".parse().unwrap())));
        assert!(matches!(way(platform, "to = \"file\"\npath = \"x\""), Ok(Way::File { .. })));
    }
}

#[test]
fn a_log_that_the_platform_has_not_is_refused_with_what_there_is() {
    let refused = |platform, name: &str, rest: &str| {
        let told = way(platform, &format!("to = \"{name}\"")).unwrap_err();
        assert_eq!(told, format!("f:2: siem.to {rest}"));
    };
    let there = "`journald`, `syslog`, `file`";
    let name = "eventlog";
    refused(Platform::Linux, name, &format!("cannot be `{name}`; on linux there are {there}"));
    let there = there.replace("journald", "unified-log");
    refused(Platform::Macos, name, &format!("cannot be `{name}`; on macos there are {there}"));
    let there = there.replace("unified-log", name);
    let name = "journald";
    refused(Platform::Windows, name, &format!("cannot be `{name}`; on windows there are {there}"));
    let alone = "needs the `server`, too: this system has no syslog of its own";
    refused(Platform::Windows, "syslog", alone);
    refused(Platform::Macos, "syslog", alone);
    assert_eq!(
        way(Platform::Windows, "to = \"eventlog\"\npath = \"x\"").unwrap_err(),
        "f:3: siem.path is not for a log of the system that has one place"
    );
}

#[test]
fn a_token_is_never_printed() {
    let text = format!("secret.{}", "a".repeat(64));
    let token = Token::try_from(text).unwrap();
    assert_eq!(format!("{token:?}"), "Token(…)");
}
