//! As much of a browser as the demo needs: `curl` with a jar for cookies.

use anyhow::Context;
use anyhow::bail;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;
use tests::program;

/// Somebody signed in to the console.
pub struct Browser {
    console: String,
    folder: TempDir,
}

impl Browser {
    /// Signs in as the first account.
    pub fn sign_in(console: &str, password: &str) -> anyhow::Result<Self> {
        let browser = Self { console: console.to_owned(), folder: tempfile::tempdir()? };
        let form = browser.get("/login")?;
        let fields = hidden(&form).context("the sign-in page has a form with a token")?;
        let mut arguments = vec![
            "--data-urlencode".to_owned(),
            "name=admin".to_owned(),
            "--data-urlencode".to_owned(),
            format!("password={password}"),
        ];
        for (name, value) in fields {
            arguments.extend(["--data-urlencode".to_owned(), format!("{name}={value}")]);
        }
        browser.fetch("/login", &arguments)?;
        Ok(browser)
    }

    /// A page of the console.
    pub fn get(&self, path: &str) -> anyhow::Result<String> {
        self.fetch(path, &[])
    }

    fn fetch(&self, path: &str, arguments: &[String]) -> anyhow::Result<String> {
        let url = format!("https://{}{path}", self.console);
        let jar: PathBuf = self.folder.path().join("cookies");
        let mut curl = Command::new("curl");
        // The authority was made a moment ago on this very machine.
        curl.args(["--silent", "--show-error", "--fail", "--insecure"]);
        curl.arg("--cookie").arg(&jar).arg("--cookie-jar").arg(&jar).args(arguments).arg(&url);
        let output = program::run(&mut curl)?;
        if !output.status.success() {
            bail!("cannot get {url}: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// The hidden fields of a page's forms.
fn hidden(page: &str) -> Option<Vec<(String, String)>> {
    let inputs = page.split("<input").skip(1).filter(|input| input.contains("type=\"hidden\""));
    let fields: Vec<(String, String)> = inputs
        .filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?)))
        .collect();
    (!fields.is_empty()).then_some(fields)
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let after = tag.split(&format!("{name}=\"")).nth(1)?;
    after.split('"').next().map(str::to_owned)
}
