//! The verbs, run as the program runs them.
#![expect(
    clippy::disallowed_methods,
    reason = "the test writes the configuration and reads what was made"
)]

mod places;
mod incidents;
mod people;
mod export;
mod upgrade;

use super::*;
use crate::clock;
use crate::pki::Authority;
use crate::store::tokens;
use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;

struct Place {
    state: TempDir,
    config: PathBuf,
}

impl Place {
    /// As it is before the first start.
    fn empty() -> Self {
        let state = tempfile::tempdir().unwrap();
        let config = state.path().join("collector.toml");
        fs::write(&config, format!("state = {:?}\n", state.path())).unwrap();
        Self { state, config }
    }

    /// As the first start leaves it.
    fn started() -> Self {
        let place = Self::empty();
        store::create(place.state.path()).unwrap();
        Authority::create(place.state.path(), clock::now()).unwrap();
        place
    }

    fn store(&self) -> Connection {
        store::open(self.state.path()).unwrap()
    }

    fn run(&self, words: &[&str]) -> (u8, String) {
        self.attempt(words).unwrap()
    }

    fn attempt(&self, words: &[&str]) -> anyhow::Result<(u8, String)> {
        let config = self.config.to_str().unwrap();
        let words = [&["moored-collector", "--config", config], words].concat();
        let mut out = Vec::new();
        let code = Arguments::try_parse_from(words)?.run(&mut out)?;
        Ok((code, String::from_utf8(out)?))
    }

    fn json(&self, words: &[&str]) -> Value {
        let words = [words, &["--json"]].concat();
        serde_json::from_str(&self.run(&words).1).unwrap()
    }
}

const ROWS: &str = r#"
insert into laptop (id, host, platform, agent, enrolled_at, heard_at, not_after, sight)
values ('a', 'ada', 'linux', '0.1.0', '2026-11-01T00:00:00Z', '2026-11-24T10:00:00Z',
        '2100-01-01T00:00:00Z', '{"usb":"seeing","display":{"blind":{"source":"/x","reason":"y"}}}'),
       ('b', 'b' || char(27), 'windows', '', '2026-11-02T00:00:00Z', null,
        '2026-11-03T00:00:00Z', '{}');
insert into finding values (1, 'a', 'kvm.pikvm', 'A PiKVM', 'high', 'medium', 'T1200',
    '2026-11-24T09:00:00Z', '2026-11-24T09:00:00Z', null, '{}', 'identity', 'alert', null, null, null);
insert into finding values (2, 'b', 'kvm.old', 'Another', 'low', 'high', 'T1200',
    '2026-11-23T09:00:00Z', '2026-11-23T10:00:00Z', '2026-11-23T10:00:00Z', '{}', 'identity', 'alert',
    'present', 'unreadable-instance', null);
insert into finding values (3, 'a', 'kvm.unlisted', 'A keyboard', 'medium', 'low', 'T1200',
    '2026-11-22T09:00:00Z', '2026-11-22T09:00:00Z', null, '{}', 'structure', 'lead',
    'session', 'not-approved', null);
"#;

#[test]
fn the_arguments_are_consistent() {
    Arguments::command().debug_assert();
}

#[test]
fn a_token_is_made_listed_and_revoked() {
    let place = Place::started();
    let made = place.json(&["token", "new", "--label", "May", "--uses", "3"]);
    let (secret, print) = made["token"].as_str().unwrap().split_once('.').unwrap();
    assert_eq!((secret.len(), print.len(), made["uses"].as_u64()), (43, 64, Some(3)));
    let now = clock::now();
    assert_eq!(tokens::spend(&place.store(), secret, now).unwrap(), Ok(1));

    let (code, token) = place.run(&["token", "new", "--any-number"]);
    assert_eq!((code, token.trim_end().len()), (GOOD, 43 + 1 + 64));
    let listed = place.json(&["token", "list"]);
    assert_eq!((&listed[0]["uses_left"], &listed[1]["uses_left"]), (&Value::Null, &2.into()));
    assert_eq!(place.run(&["token", "revoke", "1"]), (GOOD, "revoked\n".to_owned()));
    assert_eq!(place.run(&["token", "revoke", "1"]).0, NOT_SO);
    assert_eq!(place.run(&["token", "revoke", "9"]).0, NOT_SO);
    let (_, table) = place.run(&["token", "list"]);
    let last = table.lines().last().unwrap();
    assert!(last.starts_with("1   May") && last.ends_with("revoked"), "{table}");
}

#[test]
fn a_token_wants_a_proper_number_and_time() {
    let place = Place::started();
    for wrong in [
        ["token", "new", "--uses", "0"],
        ["token", "new", "--expires", "never"],
        ["token", "new", "--expires", "500d"],
    ] {
        assert!(place.attempt(&wrong).is_err(), "{wrong:?}");
    }
    assert!(place.attempt(&["token", "new", "--uses", "2", "--any-number"]).is_err());
}

#[test]
fn laptops_and_findings_are_tables_that_cannot_steer_a_terminal() {
    let place = Place::started();
    place.store().execute_batch(ROWS).unwrap();
    let laptops = "\
ID  HOST  PLATFORM  AGENT  HEARD                 ALERTS  LEADS  STATE
a   ada   linux     0.1.0  2026-11-24T10:00:00Z  1       1      display is blind
b   b\u{fffd}    windows          never                 0       0      certificate ended
";
    assert_eq!(place.run(&["laptops"]), (GOOD, laptops.to_owned()));
    let open = "\
ID  WHEN                  LAPTOP  STANDING  SEVERITY  RUNG  VERDICT  TITLE
1   2026-11-24T09:00:00Z  ada     alert     high                     A PiKVM
";
    assert_eq!(place.run(&["findings"]), (GOOD, open.to_owned()));
    let with_lead = "\
ID  WHEN                  LAPTOP  STANDING  SEVERITY  RUNG     VERDICT       TITLE
1   2026-11-24T09:00:00Z  ada     alert     high                             A PiKVM
3   2026-11-22T09:00:00Z  ada     lead      medium    session  not-approved  A keyboard
";
    assert_eq!(place.run(&["findings", "--leads"]), (GOOD, with_lead.to_owned()));
    let all = "\
ID  WHEN                  LAPTOP  STANDING  SEVERITY  RUNG     VERDICT              TITLE
1   2026-11-24T09:00:00Z  ada     alert     high                                    A PiKVM
2   2026-11-23T09:00:00Z  b\u{fffd}      alert     low       present  unreadable-instance  \
        Another (closed 2026-11-23T10:00:00Z)
3   2026-11-22T09:00:00Z  ada     lead      medium    session  not-approved         A keyboard
";
    assert_eq!(place.run(&["findings", "--all"]), (GOOD, all.to_owned()));
    let of_b = place.json(&["findings", "--all", "--laptop", "b"]);
    assert_eq!((of_b.as_array().unwrap().len(), &of_b[0]["id"]), (1, &2.into()));
    let listed = place.json(&["findings", "--leads"]);
    let of_lead = (&listed[1]["kind"], &listed[1]["standing"]);
    assert_eq!(of_lead, (&"structure".into(), &"lead".into()));
    let laptop = &place.json(&["laptops", "list"])[0];
    assert_eq!((&laptop["open_alerts"], &laptop["open_leads"]), (&1.into(), &1.into()));
}

#[test]
fn findings_are_filtered_by_how_far_a_tool_has_come_and_by_the_verdict() {
    let place = Place::started();
    place.store().execute_batch(ROWS).unwrap();
    let ids = |words: &[&str]| {
        let found = place.json(&[&["findings", "--all"], words].concat());
        found.as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&["--rung", "present"]), [2, 3]);
    assert_eq!(ids(&["--rung", "running"]), [3]);
    assert_eq!(ids(&["--verdict", "unreadable-instance"]), [2]);
    assert_eq!(ids(&["--verdict", "not-approved", "--rung", "session"]), [3]);
    assert_eq!(ids(&["--verdict", "approved"]), [0; 0]);
    let lead = &place.json(&["findings", "--leads", "--rung", "session"])[0];
    let of_tool = (&lead["rung"], &lead["verdict"], &lead["approval"]);
    assert_eq!(of_tool, (&"session".into(), &"not-approved".into(), &Value::Null));
    for wrong in [["--rung", "high"], ["--verdict", "fine"]] {
        let told = place.attempt(&["findings", wrong[0], wrong[1]]).unwrap_err().to_string();
        assert!(told.contains("possible values: "), "{told}");
    }
}

const BODY: &str = r#"{"signature":"kvm.pikvm","title":"A PiKVM","severity":"high",
"confidence":"medium","corroboration":{"spoke":["structure"],"silent":[],"blind":["display"]},"technique":"T1200","why":"It types.","innocent":"A homelab.",
"references":[],"opened":"2026-11-24T09:00:00Z","evidence":[{"sensor":"usb","subject":"1-4",
"source":"/sys/1-4","fields":{"product":"\u001b[31mPiKVM"}}]}"#;

#[test]
fn one_finding_is_told_in_full_and_cannot_steer_a_terminal_either() {
    let place = Place::started();
    let store = place.store();
    store.execute_batch(ROWS).unwrap();
    store.execute("update finding set body = ?1 where id = 1", [BODY]).unwrap();
    let told = "\
A PiKVM
alert, high severity, medium confidence, kvm.pikvm, ATT&CK T1200
identity evidence: what it says it is
on ada (a), since 2026-11-24T09:00:00Z, still holds

Other kinds of evidence agree: structure.
Could not see: display. Blind is not clean.

Why it matters: It types.

What could be innocent: A homelab.

usb 1-4, read at /sys/1-4
    product: \u{fffd}[31mPiKVM
";
    assert_eq!(place.run(&["findings", "1"]), (GOOD, told.to_owned()));
    assert_eq!(place.json(&["findings", "1"])["body"]["why"], "It types.");
    let (code, told) = place.run(&["findings", "9"]);
    assert_eq!(code, NOT_SO);
    assert!(told.starts_with("there is no finding 9"), "{told}");
}

/// Says of the first finding that it is about a tool, and how it went.
const TOOL: &str = r#"
update finding set body = json_set(body, '$.tool', json('{"id":"any\u001bdesk",
    "category":"remote-desktop","rung":"session","verdict":"approved",
    "approval":{"owner":"Gr\nace","reason":"help\u001bdesk","expires":"2026-12-31"}}')) where id = 1;
insert into finding_step values
    (1, 1, '2026-11-24T09:00:00Z', 'AnyDesk is' || char(10) || 'installed', 'low', 'lead', 'present', null, 1),
    (1, 4, '2026-11-24T09:05:00Z', 'Someone is connected', 'high', 'alert', 'session', 'approved', 1),
    (1, 5, '2026-11-24T09:06:00Z', 'Someone is connected', 'high', 'alert', 'session', 'approved', 0);
"#;

#[test]
fn a_tool_is_told_with_its_approval_and_how_it_went() {
    let place = Place::started();
    let store = place.store();
    store.execute_batch(ROWS).unwrap();
    store.execute("update finding set body = ?1 where id = 1", [BODY]).unwrap();
    store.execute_batch(TOOL).unwrap();
    let (_, told) = place.run(&["findings", "1"]);
    let of_tool = "
Remote tool: any\u{fffd}desk (remote-desktop)
How far it has come: session (somebody connected)
Policy: approved. The policy approves this tool, and this instance of it.
Approval: by Gr\u{fffd}ace, for help\u{fffd}desk, last day 2026-12-31 (UTC)

Other kinds of evidence agree: structure.
";
    assert!(told.contains(of_tool), "{told}");
    let steps = "
What could be innocent: A homelab.

How it went:
    2026-11-24T09:00:00Z  AnyDesk is\u{fffd}installed (lead, low, present)
    … 2 steps are no longer kept
    2026-11-24T09:05:00Z  Someone is connected (alert, high, session, approved)
    2026-11-24T09:06:00Z  Someone is connected (alert, high, session, approved, closed)

usb 1-4, read at /sys/1-4
";
    assert!(told.contains(steps), "{told}");
    let steps = &place.json(&["findings", "1"])["steps"];
    let second = (&steps[1]["number"], &steps[1]["rung"], &steps[1]["open"]);
    assert_eq!(second, (&4.into(), &"session".into(), &true.into()));
}

#[test]
fn a_laptop_is_revoked_once() {
    let place = Place::started();
    place.store().execute_batch(ROWS).unwrap();
    assert_eq!(place.run(&["laptops", "revoke", "a"]), (GOOD, "revoked\n".to_owned()));
    assert_eq!(place.run(&["laptops", "revoke", "a"]).0, NOT_SO);
    assert_eq!(place.run(&["laptops", "revoke", "c"]).0, NOT_SO);
    let (_, table) = place.run(&["laptops"]);
    assert!(table.lines().last().unwrap().ends_with("revoked"), "{table}");
}

#[test]
fn before_the_first_start_verbs_say_so_and_make_nothing() {
    let place = Place::empty();
    for words in [["token", "list"].as_slice(), &["token", "new"], &["findings"], &["user", "list"]]
    {
        let told = place.attempt(words).unwrap_err().to_string();
        assert!(told.contains("start the collector once"), "{told}");
    }
    assert!(!place.state.path().join(store::FILE).exists());
}

#[test]
fn check_tells_all_that_is_wrong() {
    let place = Place::empty();
    let file = place.config.display();
    assert_eq!(place.run(&["check"]), (GOOD, format!("{file} is good\n")));
    assert_eq!(place.json(&["check"]), Value::Array(vec![]));
    fs::write(&place.config, "x = 1\n[agents]\nnames = []\n").unwrap();
    let (code, told) = place.run(&["check"]);
    assert_eq!((code, told.lines().count()), (NOT_SO, 2));
    assert!(told.starts_with(&format!("{file}:1: x is not a setting")), "{told}");
    fs::write(&place.config, "[agents]\ncertificate = \"/none\"\nkey = \"/none\"\n").unwrap();
    let (code, told) = place.run(&["check"]);
    assert_eq!(code, NOT_SO);
    assert!(told.starts_with(&format!("{file}: cannot read /none: ")), "{told}");
    assert_eq!(place.json(&["check"])[0]["line"], Value::Null);
}

#[test]
fn man_pages_and_completions_are_written() {
    let place = Place::empty();
    let folder = place.state.path().join("man/man1");
    place.run(&["man", folder.to_str().unwrap()]);
    for page in ["moored-collector.1", "moored-collector-token-new.1"] {
        assert!(fs::read_to_string(folder.join(page)).unwrap().contains(".TH moored-collector"));
    }
    assert!(place.run(&["man"]).1.contains("moored\\-collector"));
    assert!(place.run(&["completions", "bash"]).1.contains("complete -F _moored"));
}

#[test]
fn an_expired_token_is_listed_as_such() {
    let place = Place::started();
    let wanted = tokens::Wanted {
        label: String::new(),
        expires_at: Some(Timestamp::UNIX_EPOCH),
        uses: None,
        group: None,
    };
    tokens::add(&place.store(), &wanted, "secret", Timestamp::UNIX_EPOCH).unwrap();
    assert!(place.run(&["token", "list"]).1.trim_end().ends_with("expired"));
}
