//! Every page, as everybody meets it: to people who do not see it or see it
//! badly, on a telephone, enlarged; and with long words. Pictures are kept.

use super::Desk;
use super::browser::Browser;
use super::desk;
use super::reading::is_readable;
use super::seeds;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;
use std::fs;
use tests::root;

/// Name of the picture, address.
const PAGES: [(&str, &str); 20] = [
    ("overview", "/"),
    ("incidents", "/incidents"),
    ("incidents-none", "/incidents?text=nothing"),
    ("incident", "/incidents/1"),
    ("incident-acknowledged", "/incidents/2"),
    ("findings", "/findings"),
    ("finding", "/findings/1"),
    ("laptops", "/laptops"),
    ("laptop", "/laptops/11111111-aaaa-4aaa-8aaa-000000000001"),
    ("signatures", "/signatures"),
    ("signature", "/signatures/kvm.pikvm"),
    ("suppressions", "/suppressions?laptop=11111111-aaaa-4aaa-8aaa-000000000001"),
    ("sinks", "/sinks"),
    ("search", "/search?q=laptop"),
    ("search-person", "/search?q=bettina"),
    ("search-nothing", "/search?q=zzz"),
    ("places", "/places"),
    ("assets", "/assets"),
    ("audit", "/audit"),
    ("missing", "/no-such-page"),
];

/// Pages about people and tokens, of which no picture is kept: they show secrets.
const OTHERS: [&str; 3] = ["/users", "/tokens", "/account"];

/// What a reader of pages finds bad on this one.
fn axe(browser: &Browser) -> Vec<String> {
    let axe = root().join("target/axe/node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(axe).expect("axe-core comes with `make tools`");
    let script = format!(
        "{axe};
        return window.axe.run(document, {{ resultTypes: ['violations'] }}).then((found) =>
            found.violations
                .filter((one) => ['serious', 'critical'].includes(one.impact))
                .map((one) => one.id + ': ' + one.nodes.map((node) => node.html).join(' ; ')))"
    );
    serde_json::from_value(browser.run(&script)).unwrap()
}

#[test]
fn every_page_is_for_everybody_and_has_its_picture() {
    let desk = desk();
    let browser = &desk.browser;
    seeds::fleet(&desk, now());
    browser.enter(&desk.site);
    let pictures = root().join("target/console");
    fs::create_dir_all(&pictures).unwrap();
    let mut bad = Vec::new();
    for (name, page) in PAGES {
        browser.open(page);
        browser.whole(&pictures.join(format!("{name}.png")), (1280, "light"));
        browser.whole(&pictures.join(format!("{name}-320.png")), (320, "light"));
        bad.extend(axe(browser).into_iter().map(|found| format!("{page}: {found}")));
        is_readable(browser);
    }
    for page in OTHERS {
        browser.open(page);
        bad.extend(axe(browser).into_iter().map(|found| format!("{page}: {found}")));
    }
    assert_eq!(bad, Vec::<String>::new());
    browser.open("/");
    browser.whole(&pictures.join("overview-dark.png"), (1280, "dark"));
    browser.open("/incidents/1");
    browser.whole(&pictures.join("incident-dark.png"), (1280, "dark"));
    browser.show_as((1280, 900), "dark");
    assert_eq!(axe(browser), Vec::<String>::new(), "an incident in the dark");
}

#[test]
fn a_dialog_and_a_refused_form_are_for_everybody() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    seeds::fleet(&desk, now());
    let pictures = root().join("target/console");
    fs::create_dir_all(&pictures).unwrap();
    browser.open("/incidents");
    for (key, dialog) in [('c', "close"), ('s', "suppress"), ('n', "note"), ('?', "keys")] {
        let is_open = || browser.count(&format!("#dialog-{dialog}[open]")) == 1;
        // The page may be renewing itself when the key is pressed.
        browser.until("the dialog", || {
            browser.press(key);
            is_open()
        });
        assert_eq!(axe(browser), Vec::<String>::new(), "{dialog}");
        browser.picture(&pictures.join(format!("dialog-{dialog}.png")));
        browser.press(fantoccini::key::Key::Escape.into());
        browser.until("its end", || browser.count("dialog[open]") == 0);
    }
    browser.open("/incidents/1");
    browser.press('n');
    browser.type_text("  ");
    browser.run("document.querySelector('#note-note').required = false");
    browser.click("#note button");
    browser.until("why not", || browser.count("#note-trouble") == 1);
    assert_eq!(browser.text("#note-trouble"), "Say why, in a note.");
    assert_eq!(axe(browser), Vec::<String>::new(), "a refused form");
    browser.whole(&pictures.join("refused.png"), (1280, "light"));
}

#[test]
fn what_a_page_shows_can_be_printed() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    seeds::fleet(&desk, now());
    browser.open("/incidents/1");
    browser.print_it();
    let shown = "return ['.top', '#work', '#story', '#evidence'].map((css) =>
        document.querySelector(css).checkVisibility())";
    assert_eq!(browser.run(shown), json!([false, false, true, true]));
}

#[test]
fn the_picture_of_a_laptop_says_the_same_as_its_table() {
    let desk = Desk::entered();
    let browser = &desk.browser;
    seeds::fleet(&desk, now());
    browser.open("/laptops/11111111-aaaa-4aaa-8aaa-000000000001");
    let drawn =
        browser.run("return document.querySelectorAll('svg.lanes rect:not(.incident)').length");
    let told = browser.run("return document.querySelectorAll('#time ~ details tbody tr').length");
    assert_eq!((drawn, told), (Value::from(4), Value::from(4)));
    let outside = "const all = document.querySelector('svg.lanes').getBoundingClientRect();
        return Array.from(document.querySelectorAll('svg.lanes :is(rect, text, path)'))
            .filter((part) => {
                const box = part.getBoundingClientRect();
                return box.left < all.left - 1 || box.right > all.right + 1;
            }).length";
    assert_eq!(browser.run(outside), 0);
}

#[expect(clippy::disallowed_methods, reason = "pages show how long ago things were")]
fn now() -> Timestamp {
    Timestamp::now()
}
