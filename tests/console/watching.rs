//! What an analyst sees of recorded laptops, and when.

use super::Desk;
use serde_json::json;
use std::fs;
use tests::recorded;
use tests::recorded::host;
use tests::root;

#[test]
fn findings_are_listed_newest_first_and_each_has_a_page_that_explains_it() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    let _pikvm = desk.play("pikvm", 2);
    let _blind = desk.play("blind-usb", 0);
    let _tools = desk.play("remote-tools", 2);
    let _nanokvm = desk.play("nanokvm", 2);
    let _jetkvm = desk.play("jetkvm-behind-a-dock", 1);
    browser.open("/incidents/1");
    browser.show_as((1280, 900), "light");
    browser.picture(&root().join("target/console.png"));
    browser.open("/findings");
    assert_eq!(browser.text("caption"), "7 findings, newest first");
    let newest = "tbody tr:first-child ";
    assert_eq!(browser.text(&format!("{newest} th a")), "A JetKVM is plugged in");
    assert_eq!(browser.text(&format!("{newest} .severity")), "high");
    assert_eq!(browser.text(&format!("{newest} td a")), "laptop-0862");
    let times = browser
        .run("return Array.from(document.querySelectorAll('tbody time'), (time) => time.dateTime)");
    let mut sorted = times.as_array().unwrap().clone();
    sorted.sort_by_key(|time| std::cmp::Reverse(time.to_string()));
    assert_eq!(times, json!(sorted));
    the_finding_is_explained(&desk);
    the_laptops_say_how_well_they_see(&desk);
}

fn the_finding_is_explained(desk: &Desk) {
    let browser = &desk.browser;
    browser.click("tbody tr:first-child th a");
    browser.until("the finding", || browser.texts("h1") == ["A JetKVM is plugged in"]);
    let innocent = browser.text(".innocent");
    assert!(innocent.starts_with("What could be innocent\n"), "{innocent}");
    let why = browser.text("section[aria-labelledby=why] .said");
    assert!(why.contains("JetKVM"), "{why}");
    let seen = browser.text(".observation caption");
    let path = "/sys/bus/usb/devices/1-3.4.2";
    assert_eq!(seen, format!("usb saw 1-3.4.2\nread from {path}"));
    let rows = browser.texts(".observation tbody tr");
    assert!(rows.contains(&"manufacturer\tJetKVM".to_owned()), "{rows:?}");
    assert!(rows.contains(&"vendor_id\t1d6b".to_owned()), "{rows:?}");
}

fn the_laptops_say_how_well_they_see(desk: &Desk) {
    let browser = &desk.browser;
    browser.open("/laptops");
    let rows = browser.texts("tbody tr");
    let row = |name: &str| rows.iter().find(|row| row.starts_with(name)).unwrap();
    assert!(row("laptop-0417").contains("all 6 sensors see"), "{rows:?}");
    assert!(row("laptop-0417").contains("2 open"), "{rows:?}");
    let blind = row("laptop-0318");
    assert!(blind.contains("1 of 3 sensors blind"), "{blind}");
    assert!(blind.contains("usb: permission denied"), "{blind}");
}

#[test]
fn a_new_finding_appears_on_the_open_page_and_is_announced() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    let _pikvm = desk.play("pikvm", 2);
    browser.open("/findings");
    browser.run("window.here = 'since before'");
    assert_eq!(browser.text("caption"), "2 findings, newest first");
    let _jetkvm = desk.play("jetkvm-behind-a-dock", 1);
    browser.until("the new finding", || {
        browser.texts("tbody tr:first-child th a") == ["A JetKVM is plugged in"]
    });
    assert_eq!(browser.run("return window.here"), "since before", "the page was loaded anew");
    assert_eq!(browser.text("[aria-live=polite]"), "New finding: A JetKVM is plugged in");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_device_that_is_pulled_out_is_closed_on_the_open_page() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    let pikvm = desk.play("pikvm", 2);
    browser.open("/findings");
    assert_eq!(browser.texts("tbody .state"), ["open", "open"]);
    pikvm.change(host("clean-yubikey-two-monitors").unwrap());
    browser
        .until("the end of the findings", || browser.texts("tbody .state") == ["closed", "closed"]);
}

#[test]
fn what_a_device_calls_itself_is_shown_and_never_obeyed() {
    const NAME: &str = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>PiKVM";
    const TITLE: &str = "<script>alert(3)</script> \"quoted\" & 'so'";
    let desk = Desk::entered();
    let browser = &desk.browser;
    let laptop = desk.laptop("laptop");
    let path = root().join("config/signatures/kvm/pikvm.toml");
    let signature = fs::read_to_string(path).unwrap();
    let signature =
        signature.replace("title = \"A PiKVM is plugged in\"", &format!("title = '''{TITLE}'''"));
    fs::write(laptop.signatures().join("kvm/pikvm.toml"), signature).unwrap();
    let mut machine = host("pikvm").unwrap();
    machine.host = "<b onclick=alert(4)>laptop</b>".to_owned();
    machine.text.insert("/sys/bus/usb/devices/1-4/product".to_owned(), NAME.to_owned());
    let _playing = recorded::play(&laptop, machine).unwrap();
    browser.until("its findings", || desk.site.findings().unwrap().len() == 2);
    browser.open("/findings?severity=high&text=script");
    assert_eq!(browser.texts("tbody th a"), [TITLE]);
    assert_eq!(browser.texts("tbody td a"), ["<b onclick=alert(4)>laptop</b>"]);
    browser.click("tbody th a");
    browser.until("the finding", || browser.texts("h1") == [TITLE]);
    let rows = browser.texts(".observation tbody tr");
    assert!(rows.contains(&format!("product\t{NAME}")), "{rows:?}");
    assert_eq!(browser.count("main script, main img, main b"), 0);
    assert!(!browser.has_dialog());
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
