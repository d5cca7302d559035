//! The shipped file is the documentation, and mistakes are told all at once.

use super::*;

const SHIPPED: &str = include_str!("../../../config/agent.toml");

#[test]
fn the_shipped_file_says_the_defaults() {
    assert_eq!(Config::parse("agent.toml", SHIPPED), Ok(Config::default()));
}

#[test]
fn the_shipped_file_names_every_setting() {
    let told =
        Config::parse("f", "nonsense = 1\n[collector]\nx = 1\n[proxy]\nx = 1\n[spool]\nx = 1\n");
    for problem in told.unwrap_err() {
        let settings = problem.text.split("here go ").nth(1).unwrap().to_owned();
        for name in settings.split(", ") {
            let there = SHIPPED.lines().any(|line| {
                let line = line.trim_start_matches("# ");
                line == format!("[{name}]") || line.starts_with(&format!("{name} = "))
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
fn a_token_is_never_printed() {
    let text = format!("secret.{}", "a".repeat(64));
    let token = Token::try_from(text).unwrap();
    assert_eq!(format!("{token:?}"), "Token(…)");
}
