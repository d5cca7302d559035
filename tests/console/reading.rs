//! Whether everybody can read and use the pages: by keyboard, in both color
//! schemes, in a narrow window.

use super::Desk;
use super::desk;
use crate::console::browser::Browser;
use fantoccini::key::Key;
use serde_json::json;

/// Every text with less than 4.5:1 against its ground.
const FAINT: &str = include_str!("faint.js");

/// What sticks out of the window, if the page is wider than that.
const WIDE: &str = "const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return Array.from(document.querySelectorAll('body *'))
        .filter((part) => part.getBoundingClientRect().right > width && !part.closest('.wide, nav'))
        .map((part) => part.outerHTML.slice(0, 100));";

#[test]
fn the_list_is_filtered_with_the_keyboard_alone() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    let _tools = desk.play("remote-tools", 2);
    browser.open("/findings");
    browser.press(Key::Tab.into());
    assert_eq!(browser.run("return document.activeElement.className"), "skip");
    let visible = browser.run("return document.activeElement.getBoundingClientRect().left >= 0");
    assert_eq!(visible, json!(true));
    browser.press(Key::Enter.into());
    assert_eq!(browser.run("return document.activeElement.id"), "main");
    browser.press(Key::Tab.into());
    assert_eq!(browser.run("return document.activeElement.id"), "severity");
    // From `any` past `low` and `medium` to `high or higher`.
    for _ in 0..3 {
        browser.press(Key::Down.into());
    }
    to(browser, "BUTTON");
    browser.press(Key::Enter.into());
    browser.until("the narrower list", || browser.page().contains("severity=high"));
    assert_eq!(browser.text("caption"), "1 finding, newest first");
    assert_eq!(browser.texts("tbody .severity"), ["high"]);
}

/// Goes on to the next element of this kind.
fn to(browser: &Browser, tag: &str) {
    for _ in 0..10 {
        browser.press(Key::Tab.into());
        if browser.run("return document.activeElement.tagName") == tag {
            return;
        }
    }
    panic!("no {tag} can be reached");
}

#[test]
fn every_page_can_be_read_by_everybody() {
    let desk = desk();
    let browser = &desk.browser;
    browser.open("/login");
    is_readable(browser);
    browser.enter(&desk.site);
    is_readable(browser);
    let _blind = desk.play("blind-usb", 0);
    let _tools = desk.play("remote-tools", 2);
    let pikvm = desk.play("pikvm", 2);
    pikvm.change(tests::recorded::host("clean-yubikey-two-monitors").unwrap());
    for page in
        ["/findings", "/findings?text=nothing", "/findings/1", "/findings/4", "/places", "/audit"]
    {
        browser.open(page);
        is_readable(browser);
    }
    browser.open("/laptops");
    is_readable(browser);
    for number in 0..browser.count("tbody tr") {
        browser.open("/laptops");
        browser.click(&format!("tbody tr:nth-child({}) th a", number + 1));
        browser.until("the laptop", || browser.count("#sight") == 1);
        is_readable(browser);
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
    browser.open("/no-such-page");
    is_readable(browser);
}

pub(super) fn is_readable(browser: &Browser) {
    let page = browser.page();
    assert_eq!(browser.count("h1"), 1, "{page}");
    assert_eq!(browser.count("html[lang=en]"), 1, "{page}");
    assert_ne!(browser.run("return document.title"), "", "{page}");
    for scheme in ["light", "dark"] {
        browser.show_as((1280, 900), scheme);
        let dark = browser.run("return matchMedia('(prefers-color-scheme: dark)').matches");
        assert_eq!(dark, json!(scheme == "dark"));
        assert_eq!(browser.run(FAINT), json!([]), "{page} in {scheme} colors");
    }
    // A window of 1280 pixels, the same at 200 %, and the narrowest telephone.
    for width in [1280, 640, 320] {
        browser.show_as((width, 900), "light");
        assert_eq!(browser.run(WIDE), json!([]), "{page} in a window of {width} pixels");
    }
    browser.show_as((1280, 900), "light");
}
