//! `moored judge`
#![expect(clippy::print_stderr, reason = "this is what talks to a person")]
#![expect(
    clippy::disallowed_methods,
    reason = "the verb reads the clock and the files it is given"
)]

use super::CANNOT;
use super::scan::Judged;
use super::table;
use super::tell;
use crate::config::Config;
use crate::host::Host;
use crate::host::Recording;
use crate::host::RecordingError;
use crate::ledger::Ledger;
use crate::sensors::Sensor;
use crate::signature;
use crate::signature::Signature;
use crate::world::World;
use jiff::Timestamp;
use std::fs;
use std::io;
use std::io::BufRead;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Arguments {
    /// Recordings (TOML, or JSON with one host a line); `-` or none: JSON lines on standard input
    recordings: Vec<PathBuf>,
    /// Print JSON, one line a host
    #[arg(long)]
    json: bool,
}

/// What all recordings are judged by.
struct Court {
    signatures: Vec<Signature>,
    sensors: Vec<&'static dyn Sensor>,
    now: Timestamp,
    json: bool,
    guilty: bool,
    unreadable: bool,
}

pub fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<u8> {
    let signatures = signature::load(&config.signatures).map_err(|problems| tell(&problems))?;
    let mut court = Court {
        signatures,
        sensors: config.sensors(),
        now: Timestamp::now(),
        json: arguments.json,
        guilty: false,
        unreadable: false,
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let standard = [PathBuf::from("-")];
    let files = if arguments.recordings.is_empty() { &standard } else { &arguments.recordings[..] };
    for path in files {
        court.file(path, &mut out)?;
    }
    out.flush()?;
    Ok(match (court.unreadable, court.guilty) {
        (true, _) => CANNOT,
        (false, guilty) => u8::from(guilty),
    })
}

impl Court {
    fn file(&mut self, path: &Path, out: &mut impl Write) -> anyhow::Result<()> {
        if path.as_os_str() == "-" {
            return self.lines("standard input", io::stdin().lock(), out);
        }
        let name = path.display().to_string();
        if path.extension().is_some_and(|extension| extension == "toml") {
            return match fs::read_to_string(path) {
                Ok(text) => self.one(&name, Recording::from_toml(&text), out),
                Err(error) => {
                    self.complain(&name, &error);
                    Ok(())
                }
            };
        }
        match fs::File::open(path) {
            Ok(file) => self.lines(&name, io::BufReader::new(file), out),
            Err(error) => {
                self.complain(&name, &error);
                Ok(())
            }
        }
    }

    fn lines(
        &mut self,
        name: &str,
        input: impl BufRead,
        out: &mut impl Write,
    ) -> anyhow::Result<()> {
        for (index, line) in input.lines().enumerate() {
            let name = format!("{name}:{}", index + 1);
            match line {
                Ok(line) if line.trim().is_empty() => {}
                Ok(line) => self.one(&name, Recording::from_json(&line), out)?,
                Err(error) => self.complain(&name, &error),
            }
        }
        Ok(())
    }

    fn one(
        &mut self,
        name: &str,
        recording: Result<Recording, RecordingError>,
        out: &mut impl Write,
    ) -> anyhow::Result<()> {
        let recording = match recording {
            Ok(recording) => recording,
            Err(error) => {
                self.complain(name, &error);
                return Ok(());
            }
        };
        let judged = self.judge(name, &recording);
        self.guilty |= !judged.findings.is_empty();
        if self.json {
            serde_json::to_writer(&mut *out, &judged)?;
            writeln!(out)?;
        } else {
            let blind = judged.sight.values().any(|sight| *sight != model::Sight::Seeing);
            let clean = judged.findings.is_empty();
            let said = match (clean, blind) {
                (true, true) => ": nothing found, but a sensor was blind",
                (true, false) => ": nothing found",
                (false, _) => "",
            };
            writeln!(out, "{}{said}", table::harmless(&judged.host))?;
            write!(out, "{}", table::findings(&judged.findings))?;
        }
        Ok(())
    }

    fn judge(&self, name: &str, recording: &Recording) -> Judged {
        let mut world = World::default();
        for sensor in &self.sensors {
            world.take(sensor.name(), sensor.look(recording));
        }
        let mut ledger = Ledger::default();
        let findings = ledger.judge(self.signatures.iter(), &world, self.now);
        let host = Some(recording.hostname()).filter(|host| !host.is_empty());
        Judged { host: host.unwrap_or_else(|| name.to_owned()), findings, sight: world.sight() }
    }

    /// One bad recording does not keep the others from being judged.
    fn complain(&mut self, name: &str, error: &dyn std::error::Error) {
        eprintln!("{name}: {error}");
        self.unreadable = true;
    }
}
