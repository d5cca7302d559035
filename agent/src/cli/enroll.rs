//! `moored enroll`

use super::CANNOT;
use super::paper;
use super::read;
use crate::config::Endpoint;
use crate::config::Token;
use crate::form;
use crate::host::Live;
use crate::identity::Request;
use crate::uplink;
use crate::uplink::Enrolment;
use crate::uplink::Laptop;
use crate::uplink::Trouble;
use anyhow::Context;
use anyhow::anyhow;
use std::path::Path;

#[derive(clap::Args)]
pub struct Arguments {
    /// The collector's address, such as <https://collector.example.com:8443>
    #[arg(long, value_name = "URL")]
    collector: String,
    /// The enrolment token; `moored-collector token new` makes one
    #[arg(long, value_name = "TOKEN", env = "MOORED_TOKEN", hide_env_values = true)]
    token: String,
}

pub fn run(file: &Path, arguments: Arguments) -> anyhow::Result<u8> {
    let config = read(file)?;
    form::refuse_newer(&config.state)?;
    let collector = Endpoint::try_from(arguments.collector.clone())
        .map_err(|wrong| anyhow!("--collector: {wrong}"))?;
    let token =
        Token::try_from(arguments.token.clone()).map_err(|wrong| anyhow!("--token: {wrong}"))?;
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
