//! Each platform's way of setting, from recordings and from files.

use super::*;
use crate::host::Recording;

const CONFIG: &str = "/etc/moored/agent.toml";
const URL: &str = "https://collector.example.com:8443";

fn token() -> String {
    format!("s3cret.{}", "a".repeat(64))
}

/// A recorded machine that holds these lines of TOML.
fn machine(lines: &str) -> Recording {
    Recording::from_toml(lines).unwrap()
}

fn linux(environment: &str) -> Recording {
    let file = serde_json::to_string(environment).unwrap();
    machine(&format!(
        "platform = \"linux\"\nhost = \"ada\"\n[text]\n\"/etc/moored/environment\" = {file}\n"
    ))
}

fn windows(values: &str) -> Recording {
    machine(&format!(
        "platform = \"windows\"\nhost = \"ada\"\n\
         [registry.'HKLM\\SOFTWARE\\Policies\\Moored']\n{values}"
    ))
}

fn macos(list: &str) -> Recording {
    let list = format!("<plist version=\"1.0\"><dict>{list}</dict></plist>");
    machine(&format!(
        "platform = \"macos\"\nhost = \"ada\"\n[text]\n\
         \"/Library/Managed Preferences/org.moored.agent.plist\" = '''{list}'''\n"
    ))
}

/// What a configuration file becomes under what is set.
fn laid_over(host: &Recording, text: &str) -> Result<Config, Vec<String>> {
    let config =
        Config::parse_under(&Managed::of(host, Path::new(CONFIG)), host.platform(), "f", text);
    config.map_err(|wrong| wrong.iter().map(ToString::to_string).collect())
}

#[test]
fn what_is_set_goes_before_the_file_on_each_platform() {
    let token = token();
    let proxy = "http://proxy.example.com:3128";
    let machines = [
        linux(&format!(
            "# of the manager\n\nMOORED_COLLECTOR=\"{URL}\"\n MOORED_TOKEN = {token}\r\n\
             MOORED_PROXY='http://wrong:1'\nMOORED_PROXY={proxy}\nHTTPS_PROXY=\\x\n"
        )),
        windows(&format!("Collector = '{URL}'\nTOKEN = '{token}'\nProxy = '{proxy}'\nOther = 1\n")),
        macos(&format!(
            "<key>Collector</key><string>{URL}</string><key>Token</key><string>{token}</string>\
             <key>Proxy</key><string>{proxy}</string><key>PayloadUUID</key><string>x</string>"
        )),
    ];
    let file = "look = \"5m\"\n[collector]\nurl = \"https://other:1\"\n[proxy]\nuse = \"none\"\n";
    for machine in machines {
        let config = laid_over(&machine, file).unwrap();
        assert_eq!(config.collector.url.unwrap().to_string(), URL, "{:?}", machine.platform());
        assert_eq!(config.collector.token, Some(Token::try_from(token.clone()).unwrap()));
        assert_eq!(config.proxy, Proxy::try_from(proxy.to_owned()).unwrap());
        assert_eq!(config.managed, ["collector", "token", "proxy"]);
        assert_eq!(config.look.to_string(), "5m");
    }
}

#[test]
fn what_is_not_set_or_empty_stays_as_the_file_says() {
    let none = [
        linux("MOORED_TOKEN=\nPATH=/bin\n"),
        windows("Token = ''\n"),
        macos("<key>Token</key><string></string>"),
        machine("platform = \"linux\"\nhost = \"ada\"\n"),
        machine("platform = \"windows\"\nhost = \"ada\"\n"),
        machine("platform = \"macos\"\nhost = \"ada\"\n"),
    ];
    for machine in none {
        let read = laid_over(&machine, "[proxy]\nuse = \"none\"\n").unwrap();
        let expected = Config { proxy: Proxy::None, ..Config::usual(machine.platform()) };
        assert_eq!(read, expected);
    }
}

#[test]
fn every_mistake_is_told_with_its_place_beside_those_of_the_file() {
    let told = |machine: Recording| laid_over(&machine, "look = \"2d\"\n").unwrap_err();
    let address = "`http://x` is not an address such as https://collector:8443";
    let of_the_file = "f:1: look must be at most 24h";
    assert_eq!(
        told(linux("MOORED_COLLECTOR=http://x\nMOORED_TOKEN=x\n")),
        [
            "/etc/moored/environment:1: MOORED_COLLECTOR: ".to_owned() + address,
            "/etc/moored/environment:2: MOORED_TOKEN: is not an enrolment token; \
             `moored-collector token new` makes one"
                .to_owned(),
            of_the_file.to_owned(),
        ]
    );
    assert_eq!(
        told(windows("Collector = 'http://x'\nProxy = 1\n")),
        [
            r"HKLM\SOFTWARE\Policies\Moored\Collector: ".to_owned() + address,
            r"HKLM\SOFTWARE\Policies\Moored\Proxy: must be a text (REG_SZ)".to_owned(),
            of_the_file.to_owned(),
        ]
    );
    let list = "/Library/Managed Preferences/org.moored.agent.plist: ";
    let wrong = told(macos("<key>Collector</key><string>http://x</string>"));
    assert_eq!(wrong, [format!("{list}Collector: {address}"), of_the_file.to_owned()]);
    let cut = told(macos("<key>Collector</key><string>"));
    assert_eq!(cut, [format!("{list}is not a property list"), of_the_file.to_owned()]);
}

#[test]
fn a_line_that_systemd_would_read_otherwise_is_a_mistake() {
    let told = |line: &str| laid_over(&linux(line), "").unwrap_err();
    let way = "quotes go around all of a value or nowhere, and there are no backslashes";
    for value in ["\"https://x", "https://x\\", "'https://x\"", "\"", "https://\"x\""] {
        let told = told(&format!("\nMOORED_COLLECTOR={value}\n"));
        assert_eq!(
            told,
            [format!("/etc/moored/environment:2: MOORED_COLLECTOR: {way}")],
            "{value}"
        );
    }
    assert_eq!(told("export MOORED_TOKEN=x"), ["/etc/moored/environment:1: is not NAME=value"]);
    assert_eq!(
        told("MOORED_COLECTOR=x"),
        ["/etc/moored/environment:1: MOORED_COLECTOR is not set here; here go MOORED_COLLECTOR, \
          MOORED_TOKEN, MOORED_PROXY"]
    );
}

#[test]
fn a_collector_that_is_set_and_events_that_go_elsewhere_exclude_each_other() {
    let told = laid_over(&linux(&format!("MOORED_COLLECTOR={URL}")), "[siem]\nto = \"journald\"\n");
    assert_eq!(
        told.unwrap_err(),
        ["f:1: siem and the collector's address in /etc/moored/environment:1 exclude each other"]
    );
}

#[test]
fn a_token_is_in_no_problem_and_in_no_trace() {
    let cut = token().replace('.', "");
    for machine in [linux(&format!("MOORED_TOKEN={cut}")), windows(&format!("Token = '{cut}'\n"))] {
        assert!(!laid_over(&machine, "").unwrap_err().concat().contains("s3cret"));
    }
    let managed = Managed::of(&linux(&format!("MOORED_TOKEN={}", token())), Path::new(CONFIG));
    assert!(!format!("{managed:?}").contains("s3cret"));
}
