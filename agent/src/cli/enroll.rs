//! `moored enroll`

use super::CANNOT;
use super::paper;
use super::read;
use super::strangers;
use crate::config::Config;
use crate::config::Endpoint;
use crate::config::Token;
use crate::form;
use crate::host::Live;
use crate::identity::Identity;
use crate::identity::Request;
use crate::uplink;
use crate::uplink::Enrolment;
use crate::uplink::Laptop;
use crate::uplink::Trouble;
use anyhow::Context;
use anyhow::anyhow;
use jiff::Timestamp;
use std::path::Path;

#[derive(clap::Args)]
pub struct Arguments {
    /// The collector's address, such as <https://collector.example.com:8443>
    #[arg(long, value_name = "URL")]
    collector: String,
    /// The enrolment token; `moored-collector token new` makes one
    #[arg(long, value_name = "TOKEN", env = "MOORED_TOKEN", hide_env_values = true)]
    token: String,
    /// Only keep the request, as an installer does: nobody is asked, and the agent enrolls when it
    /// can. A laptop that is enrolled there already stays as it is. Exit code: 0, or 2 if the
    /// address or the token is none
    #[arg(long)]
    later: bool,
}

pub fn run(file: &Path, arguments: Arguments) -> anyhow::Result<u8> {
    // Whatever else is wrong in the file: the agent enrolls once that is mended.
    let state = Config::state_at_least(file);
    form::refuse_newer(&state)?;
    let collector = Endpoint::try_from(arguments.collector.clone())
        .map_err(|wrong| anyhow!("--collector: {wrong}"))?;
    let token =
        Token::try_from(arguments.token.clone()).map_err(|wrong| anyhow!("--token: {wrong}"))?;
    if arguments.later {
        return keep(&state, &collector, arguments);
    }
    let config = read(file)?;
    let authority = config.collector.authority.clone();
    let enrolment = Enrolment { collector, token, authority, proxy: config.proxy.clone() };
    let laptop = Laptop::of(&Live::new());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match runtime.block_on(enrolment.make(&laptop)) {
        Ok((identity, _)) => {
            uplink::keep(&config.state, &identity)
                .with_context(|| format!("cannot write to {}", config.state.display()))?;
            let (laptop, collector) = (&identity.certified.laptop, &identity.collector);
            paper::print(&format!("enrolled as {laptop} at {collector}\n"))?;
            Ok(0)
        }
        Err(Trouble::Unanswered(why)) => {
            let request = Request { collector: arguments.collector, token: arguments.token };
            request
                .keep(&config.state)
                .with_context(|| format!("cannot write to {}", config.state.display()))?;
            paper::complain(&format!("moored: {why}\nmoored: kept; the agent enrolls when it can"));
            Ok(1)
        }
        Err(trouble) => {
            paper::complain(&format!("moored: {trouble}"));
            Ok(CANNOT)
        }
    }
}

/// Keeps the request, unless the laptop has a certificate of that collector.
#[expect(clippy::disallowed_methods, reason = "a verb's only time is now")]
fn keep(state: &Path, collector: &Endpoint, arguments: Arguments) -> anyhow::Result<u8> {
    // Whose the folder is has not been asked by anybody yet; the token is for no stranger.
    strangers::refuse_in(state)?;
    let now = Timestamp::now();
    let told = match enrolled(state, now) {
        Some(ours) if ours.collector == collector.to_string() => {
            let (laptop, collector) = (ours.certified.laptop, ours.collector);
            paper::print(&format!("enrolled as {laptop} at {collector} already\n"))?;
            return Ok(0);
        }
        Some(ours) => format!(
            "kept; this laptop stays enrolled at {} until that certificate ends: without --later it \
             moves at once\n",
            ours.collector
        ),
        None => "kept; the agent enrolls when it can\n".to_owned(),
    };
    let request = Request { collector: arguments.collector, token: arguments.token };
    request.keep(state).with_context(|| format!("cannot write to {}", state.display()))?;
    paper::print(&told)?;
    Ok(0)
}

/// The identity by which reports are sent; one that cannot be read is none.
fn enrolled(state: &Path, now: Timestamp) -> Option<Identity> {
    Identity::read(state).ok().flatten().filter(|identity| !identity.has_ended(now))
}
