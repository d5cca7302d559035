//! The pages for IT: each kit has one, and what they and the others point at is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use tests::kits::kit;
use tests::root;

/// The pages that people write, signatures' aside.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md"), root().join("CHANGELOG.md")];
    for folder in ["docs", "docs/deploy"] {
        let files = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        pages.extend(files.filter(|file| file.extension().is_some_and(|it| it == "md")));
    }
    pages
}

/// Where a page's links lead, as they are written, code aside.
fn links(text: &str) -> Vec<&str> {
    let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    links.map(|(to, _)| to).filter(|to| !to.contains(":/") && !to.contains(' ')).collect()
}

/// What a heading is called in a link.
fn anchor(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn has(page: &Path, wanted: &str) -> bool {
    let text = fs::read_to_string(page).unwrap();
    text.lines().filter(|line| line.starts_with('#')).any(|line| anchor(line) == wanted)
}

#[test]
fn links_lead_somewhere() {
    let mut seen = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for link in links(&text) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let to = if file.is_empty() { page.clone() } else { page.with_file_name(file) };
            assert!(to.exists(), "{}: {link} is not there", page.display());
            let is_there = heading.is_empty() || has(&to, heading);
            assert!(is_there, "{}: {link} is no heading", page.display());
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen} links");
}

#[test]
fn each_kit_has_a_page() {
    let kits = fs::read_dir(kit("")).unwrap();
    let kits = kits.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let kits: BTreeSet<String> = kits.collect();
    assert!(kits.len() >= 8, "{kits:?}");
    let overview = fs::read_to_string(root().join("docs/deploy/README.md")).unwrap();
    for kit in kits {
        let page = fs::read_to_string(root().join(format!("docs/deploy/{kit}.md")));
        let page = page.unwrap_or_else(|_| panic!("{kit} has no page"));
        assert!(page.contains(&format!("`packaging/kits/{kit}`")), "{kit}.md does not name it");
        assert!(overview.contains(&format!("]({kit}.md)")), "{kit} is not in the overview");
    }
}
