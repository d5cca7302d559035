//! An incident from the alert to its end, suppressions and the search.

use super::Desk;
use super::seeds;
use fantoccini::key::Key;
use jiff::Timestamp;
use serde_json::json;

#[test]
fn an_incident_goes_from_alert_to_closure_with_the_keyboard_alone() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    browser.open("/incidents");
    assert!(browser.text(".empty").starts_with("Nothing needs you"));
    let _pikvm = desk.play("pikvm", 2);
    browser.until("the incident", || browser.count("[data-incident]") == 1);
    let news = browser.text("[aria-live=polite]");
    assert!(news.starts_with("New incident: 1: "), "{news}");
    let focused = || browser.run("return document.activeElement.id");

    browser.press('?');
    browser.until("the keys", || browser.count("#dialog-keys[open]") == 1);
    browser.press(Key::Escape.into());
    browser.press('j');
    assert_eq!(focused(), "incident-1");
    browser.press('a');
    browser.until("that it is looked into", || {
        browser.texts("tbody .state") == ["acknowledged"] && focused() == "incident-1"
    });

    browser.press('n');
    browser.until("the dialog", || browser.count("#dialog-note[open]") == 1);
    browser.type_text("IT knows of none");
    browser.press(Key::Tab.into());
    browser.press(Key::Enter.into());
    browser.until("the list", || browser.count("dialog[open]") == 0 && focused() == "incident-1");

    browser.press(Key::Enter.into());
    browser.until("the incident", || browser.page() == "/incidents/1");
    let steps = browser.texts("#steps + .story li");
    assert!(steps.last().unwrap().ends_with("note by admin: IT knows of none"), "{steps:?}");
    browser.press('c');
    assert_eq!(browser.run("return document.activeElement.value"), "true");
    browser.press(Key::Down.into());
    browser.press(Key::Tab.into());
    browser.type_text("a bench, as the user showed");
    browser.press(Key::Tab.into());
    browser.press(Key::Enter.into());
    browser.until("its end", || browser.text("#incident-state").starts_with("closed as benign"));
    browser.press('u');
    browser.until("the list", || browser.page() == "/incidents");
    assert!(browser.text(".empty").starts_with("Nothing needs you"));
    assert_eq!(desk.site.ask_json(&["incidents", "1"]).unwrap()["row"]["outcome"], "benign");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_same_can_be_done_without_keys_and_without_scripts() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    let _pikvm = desk.play("pikvm", 2);
    browser.forbid_scripts();
    browser.open("/incidents");
    browser.click("#acknowledge-1");
    let row = || desk.site.ask_json(&["incidents", "1"]).unwrap()["row"].clone();
    browser.until("that it is looked into", || row()["state"] == "acknowledged");
    // The answer to the form leads back to the list.
    browser.until("the list", || browser.page() == "/incidents#incident-1");
    browser.open("/incidents/1");
    browser.click("#close summary");
    browser.click("#close input[value=false]");
    browser.fill("#close-note", "a mistake");
    browser.click("#close form button");
    browser.until("its end", || row()["outcome"] == "false");
}

#[test]
fn single_keys_can_be_switched_off() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    seeds::fleet(&desk, now());
    browser.open("/incidents");
    browser.press('?');
    browser.click("#keys-off");
    browser.press(Key::Escape.into());
    browser.open("/incidents");
    browser.press('c');
    browser.press('j');
    assert_eq!(browser.count("dialog[open]"), 0);
    assert_eq!(browser.run("return document.activeElement.tagName"), "BODY");
}

#[test]
fn what_is_typed_or_ticked_is_not_lost_to_a_live_page() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    let _pikvm = desk.play("pikvm", 2);
    browser.open("/incidents");
    browser.fill("#text", "half a word");
    // Told later than the page's own script, which waits for two seconds.
    browser.run(
        "document.activeElement.blur();
        window.isTold = false;
        new EventSource('/live').addEventListener('changed',
            () => setTimeout(() => { window.isTold = true; }, 5000));",
    );
    let _jetkvm = desk.play("jetkvm-behind-a-dock", 1);
    browser.until("the change", || browser.run("return window.isTold") == true);
    assert_eq!(browser.run("return document.querySelector('#text').value"), "half a word");
    assert_eq!(browser.count("[data-incident]"), 1, "the page was put in the place of the text");

    browser.open("/incidents/1");
    browser.click("#step-1");
    browser.run("window.before = document.querySelector('h1'); document.activeElement.blur();");
    let _nanokvm = desk.play("nanokvm", 2);
    browser.until("the new page", || browser.run("return window.before.isConnected") == false);
    assert_eq!(browser.run("return document.querySelector('#step-1').checked"), json!(true));
}

#[test]
fn a_signature_is_suppressed_from_its_page_and_let_go_again() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    seeds::fleet(&desk, now());
    browser.open("/signatures/kvm.jetkvm");
    browser.click("#suppress");
    browser.until("the form", || browser.count("#add") == 1);
    assert_eq!(browser.run("return document.querySelector('#signature').value"), "kvm.jetkvm");
    browser.fill("#why", "sold in the canteen");
    browser.click("#add");
    browser.until("the suppression", || browser.count("[data-suppression]") == 2);
    let first = browser.text("[data-suppression] th");
    assert_eq!(first, "2: signature kvm.jetkvm");
    browser.click("[data-suppression] button");
    browser.until("its end", || browser.count("[data-suppression]") == 1);
    assert!(browser.texts("tr.gone td").iter().any(|text| text.ends_with("by hand")));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_box_above_every_page_finds_laptops_people_and_signatures() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    seeds::fleet(&desk, now());
    for (words, found) in [
        ("arbeitsplatz", seeds::LONG_HOST),
        ("5cg1234abc", "laptop-0862"),
        ("bettina", seeds::LONG_HOST),
    ] {
        browser.open("/incidents");
        browser.press('/');
        assert_eq!(browser.run("return document.activeElement.id"), "seek");
        browser.type_text(words);
        browser.press(Key::Enter.into());
        browser.until("what was found", || browser.count("#laptops") == 1);
        assert_eq!(browser.texts("#laptops + .wide tbody th a"), [found], "{words}");
    }
    browser.fill("#q", "rustdesk");
    browser.click("main .filter button");
    browser.until("the signature", || browser.count("#signatures") == 1);
    browser.click("#signatures + ul a");
    browser.until("its page", || browser.page() == "/signatures/remote-tools.rustdesk");
    assert_eq!(browser.count("svg.weeks rect.hit"), 26);
}

#[expect(clippy::disallowed_methods, reason = "pages show how long ago things were")]
fn now() -> Timestamp {
    Timestamp::now()
}
