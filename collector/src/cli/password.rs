//! `moored-collector password`: a new password for the console.

use super::GOOD;
use super::open;
use super::paper::Paper;
use crate::clock;
use crate::config::Config;
use crate::store::people;
use serde_json::json;

/// The account that is always there.
pub const ACCOUNT: &str = "admin";

/// Gives the account a new password and prints it.
pub fn run(config: &Config, paper: &mut Paper) -> anyhow::Result<u8> {
    let password = people::set_password(&open(config)?, ACCOUNT, clock::now())?;
    print(&password, paper)?;
    Ok(GOOD)
}

/// Prints the password: it is kept nowhere and cannot be printed again.
pub fn print(password: &str, paper: &mut Paper) -> anyhow::Result<()> {
    let text = format!("The password of {ACCOUNT} for the console is {password}");
    paper.one(&json!({ "account": ACCOUNT, "password": password }), &text)?;
    Ok(paper.out.flush()?)
}
