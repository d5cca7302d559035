//! One binary for all that is seen from outside.

mod config;
mod console;
mod hosts;
mod journey;
mod signatures;
mod tidy;
