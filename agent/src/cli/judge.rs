//! `moored judge`
#![expect(
    clippy::disallowed_methods,
    reason = "the verb reads the clock and the files it is given"
)]

use super::CANNOT;
use super::paper;
use super::scan;
use super::scan::Judged;
use super::table;
use super::tell;
use crate::config::Config;
use crate::host::Host;
use crate::host::Recording;
use crate::host::RecordingError;
use crate::rules::Rules;
use crate::sensors::Asked;
use crate::sensors::Sensor;
use crate::signature;
use crate::watch::Look;
use crate::watch::look;
use anyhow::anyhow;
use jiff::Timestamp;
use std::fmt::Display;
use std::fs;
use std::io;
use std::io::BufRead;
use std::io::Write;
use std::mem;
use std::num::NonZero;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

#[derive(clap::Args)]
pub struct Arguments {
    /// Recordings (TOML, or JSON with one host a line); `-` or none: JSON lines on standard input
    recordings: Vec<PathBuf>,
    /// Print JSON, one line a host
    #[arg(long)]
    json: bool,
}

/// How many bytes of lines are read before they are judged, all cores at once.
const BATCH: usize = 4 << 20;

pub fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<u8> {
    let signatures = signature::load(&config.signatures).map_err(|problems| tell(&problems))?;
    let rules = Rules::new(signatures, config.policy.clone());
    let court = Court {
        asked: rules.asked(),
        rules: Arc::new(rules),
        sensors: config.sensors(),
        now: Timestamp::now(),
        json: arguments.json,
    };
    let mut clerk = Clerk {
        court: &court,
        cores: thread::available_parallelism().map_or(1, NonZero::get),
        out: io::BufWriter::new(io::stdout().lock()),
        guilty: false,
        unreadable: false,
    };
    let standard = [PathBuf::from("-")];
    let files = if arguments.recordings.is_empty() { &standard } else { &arguments.recordings[..] };
    let judged = files.iter().try_for_each(|path| clerk.file(path));
    paper::quiet(judged.and_then(|()| Ok(clerk.out.flush()?)))?;
    Ok(match (clerk.unreadable, clerk.guilty) {
        (true, _) => CANNOT,
        (false, guilty) => u8::from(guilty),
    })
}

/// Brings the recordings before the court and writes down what it says, in order.
struct Clerk<'a, W> {
    court: &'a Court,
    cores: usize,
    out: W,
    guilty: bool,
    unreadable: bool,
}

impl<W: Write> Clerk<'_, W> {
    fn file(&mut self, path: &Path) -> anyhow::Result<()> {
        if path.as_os_str() == "-" {
            return self.lines("standard input", io::stdin().lock());
        }
        let name = path.display().to_string();
        if path.extension().is_some_and(|extension| extension == "toml") {
            return match fs::read_to_string(path) {
                Ok(text) => {
                    let verdict = self.court.say(&name, Recording::from_toml(&text));
                    self.write(&name, verdict)
                }
                Err(error) => {
                    self.complain(&name, &error);
                    Ok(())
                }
            };
        }
        match fs::File::open(path) {
            Ok(file) => self.lines(&name, io::BufReader::new(file)),
            Err(error) => {
                self.complain(&name, &error);
                Ok(())
            }
        }
    }

    fn lines(&mut self, name: &str, input: impl BufRead) -> anyhow::Result<()> {
        let mut batch = Vec::new();
        let mut size = 0;
        for (index, line) in input.lines().enumerate() {
            let name = format!("{name}:{}", index + 1);
            match line {
                Ok(line) if line.trim().is_empty() => {}
                Ok(line) => {
                    size += line.len();
                    batch.push((name, line));
                }
                Err(error) => {
                    self.batch(&mut batch)?;
                    self.complain(&name, &error);
                }
            }
            if size >= BATCH {
                self.batch(&mut batch)?;
                size = 0;
            }
        }
        self.batch(&mut batch)
    }

    /// Has the lines judged, each core taking a part, and writes the verdicts
    /// in the order of the lines.
    fn batch(&mut self, batch: &mut Vec<(String, String)>) -> anyhow::Result<()> {
        let lines = mem::take(batch);
        let court = self.court;
        let part = lines.len().div_ceil(self.cores).max(1);
        let verdicts = thread::scope(|scope| {
            let judge = move |part: &[(String, String)]| -> Vec<_> {
                part.iter()
                    .map(|(name, line)| court.say(name, Recording::from_json(line)))
                    .collect()
            };
            let parts: Vec<_> =
                lines.chunks(part).map(|part| scope.spawn(move || judge(part))).collect();
            let parts =
                parts.into_iter().map(|part| part.join().map_err(|_| anyhow!("a judge died")));
            parts.collect::<anyhow::Result<Vec<_>>>()
        })?;
        for ((name, _), verdict) in lines.iter().zip(verdicts.into_iter().flatten()) {
            self.write(name, verdict)?;
        }
        Ok(())
    }

    fn write(&mut self, name: &str, verdict: anyhow::Result<Verdict>) -> anyhow::Result<()> {
        match verdict {
            Ok(verdict) => {
                self.guilty |= verdict.guilty;
                self.out.write_all(&verdict.text)?;
            }
            Err(error) => self.complain(name, &error),
        }
        Ok(())
    }

    /// One bad recording does not keep the others from being judged.
    fn complain(&mut self, name: &str, error: &dyn Display) {
        paper::complain(&format!("{name}: {error}"));
        self.unreadable = true;
    }
}

/// What all recordings are judged by.
struct Court {
    rules: Arc<Rules>,
    asked: Asked,
    sensors: Vec<&'static dyn Sensor>,
    now: Timestamp,
    json: bool,
}

/// What is to be said of one recording.
struct Verdict {
    text: Vec<u8>,
    guilty: bool,
}

impl Court {
    fn say(
        &self,
        name: &str,
        recording: Result<Recording, RecordingError>,
    ) -> anyhow::Result<Verdict> {
        let recording = recording?;
        let judged = self.judge(name, &recording);
        let mut text = Vec::new();
        if self.json {
            serde_json::to_writer(&mut text, &judged)?;
            writeln!(text)?;
        } else {
            let blind = judged.sight.values().any(|sight| *sight != model::Sight::Seeing);
            let said = match (judged.alerts(), blind) {
                (0, true) => format!(": {}, but a sensor was blind", judged.count()),
                (0, false) => format!(": {}", judged.count()),
                _ => String::new(),
            };
            writeln!(text, "{}{said}", table::harmless(&judged.host))?;
            write!(text, "{}", table::unseen(&judged.unseen))?;
            write!(text, "{}", table::findings(&judged.findings))?;
        }
        Ok(Verdict { text, guilty: judged.alerts() > 0 })
    }

    fn judge(&self, name: &str, recording: &Recording) -> Judged {
        let look = |sensor: &&'static dyn Sensor| look(*sensor, recording, &self.asked);
        let looks: Vec<Look> = self.sensors.iter().map(look).collect();
        let host = Some(recording.hostname()).filter(|host| !host.is_empty());
        let host = host.unwrap_or_else(|| name.to_owned());
        scan::judge(host, looks, Arc::clone(&self.rules), self.now)
    }
}
