//! A tool as a list describes it: the draft must be a signature, whatever the
//! list says.
#![no_main]

use agent::import::Kind;
use agent::import::Made;
use agent::import::import;
use agent::signature;
use libfuzzer_sys::fuzz_target;

const FAMILY: &str = include_str!("../../config/signatures/lolrmm/family.toml");

fuzz_target!(|bytes: &[u8]| {
    let Ok(imported) = import(Kind::Lolrmm, "foreign.yaml", bytes) else { return };
    let Made::Draft(draft) = imported.made else { return };
    let family = signature::parse_family("family.toml", FAMILY).unwrap();
    signature::read(&format!("lolrmm.{}", draft.name), "draft", &draft.text, &family).unwrap();
});
