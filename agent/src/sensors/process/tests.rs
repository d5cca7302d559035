//! Processes without their secrets.

use super::*;
use model::Value;

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

#[test]
fn only_verbs_are_kept_of_the_arguments() {
    for (arguments, expected) in [
        (&["tunnel", "--name", "host7", "--accept"][..], &["tunnel", "--name", "--accept"][..]),
        (&["-R", "80:localhost:22", "user@example.com"], &["-R"]),
        (&["-forever", "-rfbauth", "/home/a/.vnc/passwd"], &["-forever", "-rfbauth"]),
        (&["--password=secret", "--cm"], &["--password", "--cm"]),
        (&["/home/a/anydesk.txt", "s3cret!"], &[]),
        (&["-p$ecret", "-", "--"], &["--"]),
    ] {
        assert_eq!(verbs(&words(arguments)), words(expected), "{arguments:?}");
    }
}

#[test]
fn a_program_is_the_last_part_of_its_path() {
    for (path, expected) in [
        ("/usr/bin/x11vnc", Some("x11vnc")),
        ("/opt/a/tool (deleted)", Some("tool")),
        ("C:\\Program Files\\AnyDesk\\AnyDesk.exe", Some("AnyDesk")),
        ("/usr/bin/", None),
    ] {
        assert_eq!(program(path).as_deref(), expected, "{path}");
    }
}

#[test]
fn a_process_names_its_parent() {
    let row = |id, parent, name: &str| ProcessRow {
        id,
        parent,
        name: name.to_owned(),
        executable: None,
        arguments: Vec::new(),
        user: None,
    };
    let names = BTreeMap::from([(1, "systemd")]);
    let seen = running(&row(7, Some(1), "sshd"), &names, Signed::default());
    assert_eq!(seen.subject, "7");
    assert_eq!(seen.fields["parent"], Value::Text("systemd".to_owned()));
    assert!(
        !running(&row(7, Some(2), "sshd"), &names, Signed::default()).fields.contains_key("parent")
    );
}

#[test]
fn a_recording_keeps_only_the_processes_asked_for() {
    let row = |id, name: &str| ProcessRow {
        id,
        parent: None,
        name: name.to_owned(),
        executable: None,
        arguments: words(&["--cm", "secret"]),
        user: None,
    };
    let mut rows = vec![row(1, "rustdesk"), row(2, "vim")];
    let wanted = |seen: &Observation| seen.fields["name"] == Value::Text("rustdesk".to_owned());
    keep(&mut rows, &BTreeMap::new(), wanted, |_| Vec::new());
    assert_eq!(rows, [ProcessRow { arguments: words(&["--cm"]), ..row(1, "rustdesk") }]);
}

#[test]
fn options_of_a_command_on_another_machine_are_not_those_of_ssh() {
    let cases: [(&[&str], &[&str]); 4] = [
        (&["-p", "22", "host", "ls", "-R"], &["-p", "22", "host"]),
        (&["host", "-N", "-R", "1:b:2"], &["host", "-N", "-R", "1:b:2"]),
        (&["-vp22", "-l", "-x", "host", "-4", "grep", "-R"], &["-vp22", "-l", "-x", "host", "-4"]),
        (&["-fNR", "1:b:2", "host"], &["-fNR", "1:b:2", "host"]),
    ];
    for (arguments, expected) in cases {
        let arguments: Vec<String> = arguments.iter().map(|&word| word.to_owned()).collect();
        assert_eq!(until_command(&arguments, "BbcDEeFIiJLlmOoPpQRSWw"), expected);
    }
}

#[test]
fn the_subcommand_of_a_script_is_told_as_that_of_a_program() {
    let verbs = |name: &str, executable: &str, arguments: &[&str]| {
        let row = ProcessRow {
            id: 7,
            parent: None,
            name: name.to_owned(),
            executable: Some(executable.to_owned()),
            arguments: words(arguments),
            user: None,
        };
        running(&row, &BTreeMap::new(), Signed::default()).fields["verbs"].clone()
    };
    let list = |all: &[&str]| Value::List(all.iter().map(|it| Value::Text((*it).into())).collect());
    let python = "/usr/bin/python3.11";
    let script = ["/usr/bin/xpra", "start", ":77", "--bind-tcp=127.0.0.1:14500"];
    assert_eq!(verbs("xpra", python, &script), list(&["start", "--bind-tcp"]));
    assert_eq!(verbs("xpra", python, &["start", "--bind-tcp"]), list(&["start", "--bind-tcp"]));
    let long = ["/opt/a-script-with-a-long-name", "attach"];
    assert_eq!(verbs("a-script-with-a", python, &long), list(&["attach"]));
    assert_eq!(verbs("python3", python, &script), list(&["--bind-tcp"]));
    assert_eq!(verbs("xpra", "/opt/bin/xpra", &script), list(&["--bind-tcp"]));
}

#[test]
fn who_has_signed_a_program_is_told_if_the_signature_is_good() {
    let host = r#"
platform = "windows"
process = [
    { id = 1, name = "AnyDesk.EXE" },
    { id = 2, name = "a.exe", executable = 'C:\A\a.exe' },
    { id = 3, name = "b.exe", executable = 'C:\A\b.exe' },
]
[signer."C:/A/a.exe"]
trusted = true
name = "Maker"
[signer."C:/A/b.exe"]
trusted = false
name = "Maker"
"#;
    let host = crate::host::Recording::from_toml(host).unwrap();
    let seen = Process.look(&host).unwrap();
    let field = |one: &Observation, name: &str| one.fields.get(name).map(ToString::to_string);
    let told: Vec<_> = seen.iter().map(|it| (field(it, "program"), field(it, "signer"))).collect();
    let text = |text: &str| Some(text.to_owned());
    let expected = [(text("AnyDesk"), None), (text("a"), text("Maker")), (text("b"), None)];
    assert_eq!(told, expected);
}
