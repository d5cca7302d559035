//! EDIDs from files.

use super::descriptors::hex;
use anyhow::Context;
use std::fs;
use std::path::Path;

/// Reads an EDID: its bytes, or their hexadecimal text.
pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    if bytes.starts_with(&[0, 0xff, 0xff]) {
        return Ok(bytes);
    }
    let text = String::from_utf8(bytes).context("this is neither an EDID nor hexadecimal text")?;
    hex(&text)
}
