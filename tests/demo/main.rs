//! `make demo`: a whole site on this machine, to look at.
//!
//! A collector and its console on loopback, this machine's own agent, and
//! recorded laptops played through the same agent code. With `--once` it ends
//! by itself after it has read the findings back from console and command line.

mod browser;
mod guest;

use anyhow::Context;
use anyhow::bail;
use browser::Browser;
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::Duration;
use std::time::Instant;
use tests::recorded;
use tests::recorded::Playing;
use tests::site::Laptop;
use tests::site::PATIENCE;
use tests::site::Site;

/// The recorded laptops, and what there is to say of each.
const LAPTOPS: [(&str, &str); 4] = [
    ("pikvm", "a laptop with a PiKVM at its ports"),
    ("jetkvm-behind-a-dock", "a docked laptop with a JetKVM behind the dock"),
    ("clean-docked-gaming-keyboard", "a clean docked laptop with a gaming keyboard"),
    ("clean-yubikey-two-monitors", "a clean laptop with a YubiKey and two monitors"),
];

/// What the recorded laptops must show.
const EXPECTED: [&str; 3] = ["kvm.jetkvm", "kvm.pikvm", "kvm.pikvm-display-name"];

fn main() -> ExitCode {
    let once = std::env::args().any(|argument| argument == "--once");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let ended = runtime.block_on(async {
        let demo = tokio::task::spawn_blocking(move || demo(once));
        tokio::select! {
            ended = demo => ended.unwrap_or_else(|error| Err(error.into())),
            _ = tokio::signal::ctrl_c() => {
                println!("\nstopping everything");
                STOP.store(true, std::sync::atomic::Ordering::Relaxed);
                Ok(())
            }
        }
    });
    // Waits for the demo's thread, which stops what it started.
    drop(runtime);
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the demo failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

static STOP: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

fn is_stopped() -> bool {
    STOP.load(std::sync::atomic::Ordering::Relaxed)
}

fn demo(once: bool) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    println!("Starting a collector …");
    let site = Site::start(folder.path(), "")?;
    println!("  agents report to   https://{}", site.agents);
    println!("  the console is at  https://{}", site.console);
    println!("  sign in as         admin, with the password {}", site.password()?);
    println!("  (the browser warns: it does not know the authority this collector just made)\n");
    let mut this = site.laptop("this-machine")?;
    this.use_shipped_signatures()?;
    this.start()?;
    this.is_well()?;
    println!("This machine is enrolled and watched; its own agent sees: {}", seeing(&this)?);
    let _playing = play_all(&site)?;
    let guest = guest::start(&site, once)?;
    println!(
        "\nFindings as they arrive (plug something in, or start x11vnc, to see one of yours):"
    );
    let ended = watch(&site, once, guest.is_some())
        .and_then(|()| if once { read_back(&site) } else { Ok(()) });
    STOP.store(true, std::sync::atomic::Ordering::Relaxed);
    if let Some(guest) = guest {
        drop(guest.join());
    }
    ended
}

fn seeing(laptop: &Laptop) -> anyhow::Result<String> {
    let (_, status) = laptop.status()?;
    let sight = status["sight"].as_object().context("a status says how well it sees")?;
    Ok(sight.keys().cloned().collect::<Vec<_>>().join(", "))
}

fn play_all(site: &Site) -> anyhow::Result<Vec<Playing>> {
    let mut playing = Vec::new();
    for (name, what) in LAPTOPS {
        let laptop = site.laptop(name)?;
        laptop.use_shipped_signatures()?;
        playing.push(recorded::play(&laptop, recorded::host(name)?)?);
        println!("Playing {what}");
    }
    Ok(playing)
}

/// Prints each finding once. Ends when stopped, or when all that is expected
/// has arrived and every laptop was heard.
fn watch(site: &Site, once: bool, has_guest: bool) -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut told = BTreeSet::new();
    while !is_stopped() {
        for finding in site.findings()?.iter().rev() {
            if told.insert(finding["id"].to_string()) {
                let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
                println!("  {:<8} {:<44} on {}", text("severity"), text("title"), text("host"));
            }
        }
        if once && is_complete(site, has_guest)? {
            return Ok(());
        }
        if once && begun.elapsed() > if has_guest { 4 * PATIENCE } else { PATIENCE } {
            bail!("not everything arrived:\n{}", site.ask(&["findings"])?);
        }
        std::thread::sleep(Duration::from_millis(300));
    }
    Ok(())
}

fn is_complete(site: &Site, has_guest: bool) -> anyhow::Result<bool> {
    let findings = site.findings()?;
    let is_there = |id: &&str| findings.iter().any(|finding| finding["signature"] == **id);
    let laptops = site.ask_json(&["laptops"])?;
    let laptops = laptops.as_array().cloned().unwrap_or_default();
    let heard = laptops.iter().filter(|laptop| laptop["heard_at"] != Value::Null).count();
    let is_guests =
        |finding: &Value| finding["signature"] == guest::EXPECTED && finding["host"] == guest::NAME;
    let guest_is_done = !has_guest || findings.iter().any(is_guests);
    let laptops = LAPTOPS.len() + 1 + usize::from(has_guest);
    Ok(EXPECTED.iter().all(is_there) && guest_is_done && heard == laptops)
}

/// Reads the findings back the two ways a person would.
fn read_back(site: &Site) -> anyhow::Result<()> {
    println!("\nRead back from the command line:\n{}", site.ask(&["findings"])?);
    println!("{}", site.ask(&["laptops"])?);
    let browser = Browser::sign_in(&site.console, &site.password()?)?;
    let page = browser.get("/findings?standing=all")?;
    for finding in site.findings()? {
        let title = finding["title"].as_str().unwrap_or_default();
        if !page.contains(&title.replace('\'', "&#39;")) {
            bail!("the console does not show “{title}”");
        }
    }
    for laptop in ["laptop-0233", "laptop-0094"] {
        if page.contains(laptop) {
            bail!("{laptop} is clean, but the console shows a finding of it");
        }
    }
    println!("Read back from the console: the same findings, and none of the clean laptops.");
    Ok(())
}
