//! One binary for all that is seen from outside.

mod api;
mod cli;
mod config;
mod console;
mod contents;
mod endings;
mod gateway;
mod hosts;
mod jiggler;
mod journey;
mod lab;
mod neighbor;
mod logins;
mod names;
mod relay;
mod researched;
mod route;
mod rtt;
mod sharing;
mod siem;
mod signatures;
mod sinks;
mod socket;
mod ssh;
mod tidy;
mod tools;
