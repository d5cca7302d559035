//! What a body of reports says: zstd frames of lines, each a report in JSON.

#[cfg(test)]
mod tests;

use super::refusal::Refusal;
use model::Report;
use model::WIRE_VERSION;
use serde::Deserialize;
use std::io::Read;

/// A frame may look back over 8 MiB at most: what it says it needs is set aside
/// before the first byte comes out.
const WINDOW_LOG: u32 = 23;

/// The longest name of a run, in bytes.
const LONGEST_RUN: usize = 64;

/// The reports of a body, all of one run; at most `limit` bytes of them.
pub fn reports(body: &[u8], limit: u64) -> Result<Vec<Report>, Refusal> {
    let text = decompressed(body, limit)?;
    let lines = text.split(|&byte| byte == b'\n').enumerate();
    let reports: Vec<Report> = lines
        .filter(|(_, line)| !line.is_empty())
        .map(|(index, line)| report(line, index + 1))
        .collect::<Result<_, _>>()?;
    let Some(first) = reports.first() else {
        return Err(Refusal::unclear("There is no report in the request."));
    };
    if reports.iter().any(|report| report.run != first.run) {
        return Err(Refusal::unclear("The reports of one request must all be of one run."));
    }
    Ok(reports)
}

fn decompressed(body: &[u8], limit: u64) -> Result<Vec<u8>, Refusal> {
    let mut text = Vec::new();
    let read = zstd::stream::read::Decoder::with_buffer(body).and_then(|mut decoder| {
        decoder.window_log_max(WINDOW_LOG)?;
        decoder.take(limit.saturating_add(1)).read_to_end(&mut text)
    });
    if text.len() as u64 > limit {
        let outside = format!("The reports are larger than {limit} bytes once decompressed.");
        return Err(Refusal::too_large(outside));
    }
    match read {
        Ok(_) => Ok(text),
        Err(error) => {
            let outside = "The request is not whole zstd frames.";
            Err(Refusal::unclear(outside).because(error))
        }
    }
}

fn report(line: &[u8], number: usize) -> Result<Report, Refusal> {
    #[derive(Deserialize)]
    struct Head {
        version: u64,
    }

    // What a newer agent writes may not even be a report to us.
    if let Ok(Head { version }) = serde_json::from_slice(line)
        && version != u64::from(WIRE_VERSION)
    {
        return Err(Refusal::unclear(format!(
            "The report in line {number} is of version {version}, and this collector reads \
             version {WIRE_VERSION}. Bring agent and collector to the same release."
        )));
    }
    let report: Report = serde_json::from_slice(line)
        .map_err(|error| Refusal::unclear(format!("Line {number} is not a report: {error}.")))?;
    if report.run.is_empty() || report.run.len() > LONGEST_RUN {
        return Err(Refusal::unclear(format!("The run in line {number} has no proper name.")));
    }
    if !(1..=i64::MAX.unsigned_abs()).contains(&report.sequence) {
        return Err(Refusal::unclear(format!("The report in line {number} has no proper number.")));
    }
    Ok(report)
}
