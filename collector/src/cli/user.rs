//! `moored-collector user`: who may use the console.

use super::GOOD;
use super::NOT_SO;
use super::open;
use super::paper::Paper;
use crate::clock;
use crate::config::Config;
use crate::store;
use crate::store::audit::Actor;
use crate::store::people;
use crate::store::people::PeopleError;
use crate::store::people::Role;
use crate::store::people::password;
use crate::store::people::second_factor;
use anyhow::Context;
use clap::Args;
use clap::Subcommand;
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::json;
use std::io;
use std::io::BufRead;

/// The account that the first start makes.
pub const FIRST: &str = "admin";

/// What to do with the people who use the console.
#[derive(Subcommand)]
pub enum Verb {
    /// Make an account, and print its password
    Add {
        /// The name to sign in with
        name: String,
        /// What its owner may do: viewer, analyst or admin
        #[arg(long)]
        role: Role,
        #[command(flatten)]
        password: Given,
    },
    /// List all accounts, by name
    List,
    /// Give an account another role
    ///
    /// Whoever is signed in with it is signed out. Exit code: 0 done, 1 there is no such account,
    /// or nobody would be left who may do everything.
    Role {
        /// The account
        name: String,
        /// What its owner may do: viewer, analyst or admin
        role: Role,
    },
    /// Give an account a new password, and print it
    ///
    /// Whoever is signed in with the old one is signed out.
    Password {
        /// The account
        name: String,
        #[command(flatten)]
        password: Given,
    },
    /// Ask for no one-time code any more: the authenticator is lost
    NoCode {
        /// The account
        name: String,
    },
    /// Let nobody sign in with an account, and sign out who is
    Disable {
        /// The account
        name: String,
    },
    /// Let its owner sign in again
    Enable {
        /// The account
        name: String,
    },
    /// Remove an account; what it did stays in the audit trail
    Remove {
        /// The account
        name: String,
    },
    /// List the sessions that are not over, of one account or of all
    Sessions {
        /// The account
        name: Option<String>,
    },
    /// End a session
    ///
    /// Exit code: 0 ended, 1 there is no such session.
    Revoke {
        /// What `user sessions` calls it
        id: String,
    },
}

/// Where a password comes from.
#[derive(Args)]
pub struct Given {
    /// Read the password from the first line of the input, instead of making one
    #[arg(long)]
    stdin: bool,
}

/// Does what the verb says.
pub fn run(config: &Config, verb: Verb, paper: &mut Paper) -> anyhow::Result<u8> {
    let (store, now) = (open(config)?, clock::now());
    match verb {
        Verb::Add { name, role, password } => {
            let secret = password.secret()?;
            let done =
                act(&store, |store| people::add(store, (&name, role), &secret, &Actor::Cli, now));
            password.told(&name, &secret, done, paper)
        }
        Verb::Password { name, password } => {
            let secret = password.secret()?;
            let done =
                act(&store, |store| people::set_password(store, &name, &secret, &Actor::Cli, now));
            password.told(&name, &secret, done, paper)
        }
        Verb::Role { name, role } => {
            let done =
                act(&store, |store| people::set_role(store, (&name, role), &Actor::Cli, now));
            told(&name, done, paper)
        }
        Verb::NoCode { name } => no_code(&store, &name, now, paper),
        Verb::Disable { name } => {
            let done = act(&store, |store| people::disable(store, &name, &Actor::Cli, now));
            told(&name, done, paper)
        }
        Verb::Enable { name } => {
            let done = act(&store, |store| people::enable(store, &name, &Actor::Cli, now));
            told(&name, done, paper)
        }
        Verb::Remove { name } => {
            let done = act(&store, |store| people::remove(store, &name, &Actor::Cli, now));
            told(&name, done, paper)
        }
        Verb::List => list(&store, now, paper),
        Verb::Sessions { name } => sessions(&store, name.as_deref(), now, paper),
        Verb::Revoke { id } => revoke(&store, &id, now, paper),
    }
}

/// Does the change, whole or not at all.
fn act<T>(
    store: &Connection,
    change: impl FnOnce(&Connection) -> Result<T, PeopleError>,
) -> Result<T, PeopleError> {
    let whole = store::change(store)?;
    let done = change(&whole)?;
    whole.commit()?;
    Ok(done)
}

/// Says that it is done, or why it cannot be.
fn told(name: &str, done: Result<(), PeopleError>, paper: &mut Paper) -> anyhow::Result<u8> {
    match done {
        Ok(()) => {
            paper.one(&json!({ "account": name, "done": true }), "done")?;
            Ok(GOOD)
        }
        Err(error @ (PeopleError::Store(_) | PeopleError::Secret(_))) => Err(error.into()),
        Err(error) => {
            let why = error.to_string();
            paper.one(&json!({ "account": name, "done": false, "error": why }), &why)?;
            Ok(NOT_SO)
        }
    }
}

impl Given {
    fn secret(&self) -> anyhow::Result<String> {
        if !self.stdin {
            return Ok(password::random_password()?);
        }
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).context("cannot read the password")?;
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }

    fn told(
        &self,
        name: &str,
        secret: &str,
        done: Result<(), PeopleError>,
        paper: &mut Paper,
    ) -> anyhow::Result<u8> {
        if self.stdin || done.is_err() {
            return told(name, done, paper);
        }
        print(name, secret, paper)?;
        Ok(GOOD)
    }
}

/// Prints a password that was made: it is kept nowhere and cannot be printed again.
pub fn print(name: &str, password: &str, paper: &mut Paper) -> anyhow::Result<()> {
    let text = format!("The password of {name} for the console is {password}");
    paper.one(&json!({ "account": name, "password": password }), &text)?;
    Ok(paper.out.flush()?)
}

fn no_code(
    store: &Connection,
    name: &str,
    now: Timestamp,
    paper: &mut Paper,
) -> anyhow::Result<u8> {
    let was_on = act(store, |store| second_factor::remove(store, name, &Actor::Cli, now))?;
    let text = if was_on { "done" } else { "no code was asked for" };
    paper.one(&json!({ "account": name, "done": was_on }), text)?;
    Ok(if was_on { GOOD } else { NOT_SO })
}

fn list(store: &Connection, now: Timestamp, paper: &mut Paper) -> anyhow::Result<u8> {
    let head = ["NAME", "ROLE", "SIGNS IN", "SESSIONS", "STATE"];
    paper.list(&people::accounts(store, now)?, head, |account| {
        let way = match (&account.issuer, account.second_factor) {
            (Some(issuer), _) => issuer.clone(),
            (None, true) => "password and code".to_owned(),
            (None, false) => "password".to_owned(),
        };
        let state = if account.disabled_at.is_some() { "disabled" } else { "good" };
        let sessions = account.sessions.to_string();
        [account.name.clone(), account.role.to_string(), way, sessions, state.to_owned()]
    })?;
    Ok(GOOD)
}

fn sessions(
    store: &Connection,
    name: Option<&str>,
    now: Timestamp,
    paper: &mut Paper,
) -> anyhow::Result<u8> {
    let head = ["ID", "ACCOUNT", "BEGAN", "ENDS", "SHOWN BY", "BROWSER"];
    paper.list(&people::sessions(store, name, now)?, head, |session| {
        [
            session.id.clone(),
            session.account.clone(),
            session.created_at.to_string(),
            session.expires_at.to_string(),
            session.way.name().to_owned(),
            session.agent.clone(),
        ]
    })?;
    Ok(GOOD)
}

fn revoke(store: &Connection, id: &str, now: Timestamp, paper: &mut Paper) -> anyhow::Result<u8> {
    let ended = act(store, |store| people::end_session_by_id(store, (id, None), &Actor::Cli, now))?;
    let text = if ended { "ended" } else { "there is no such session" };
    paper.one(&json!({ "id": id, "ended": ended }), text)?;
    Ok(if ended { GOOD } else { NOT_SO })
}
