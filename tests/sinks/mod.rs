//! Events reach real receivers, which are killed and started again under load:
//! nothing is lost, and the order of each laptop is kept.

mod certificates;
mod receiver;
mod load;
mod syslog;
mod web;
mod otel;
mod search;
mod stream;
mod file;
mod belief;
mod refusal;
mod trial;
