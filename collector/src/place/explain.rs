//! A whole decision in words, so that anyone can check it.

use super::decide::Decision;
use super::decide::Found;
use super::decide::Known;
use super::geo::Voice;
use super::landmark::Landmark;
use super::point::Band;
use std::fmt::Write;

/// The decision about a laptop, as text of several lines.
pub fn text(known: &Known<'_>, voices: &[Voice], decision: &Decision) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = exit(&mut text, known, voices);
    let _ = way(&mut text, known);
    let _ = landmarks(&mut text, known);
    let _ = findings(&mut text, decision);
    text
}

fn exit(text: &mut String, known: &Known<'_>, voices: &[Voice]) -> std::fmt::Result {
    let exit = known.exit;
    writeln!(text, "exit      {}", exit.address)?;
    let network = &exit.network;
    write!(text, "network   {} ({})", network.class, network.because)?;
    match (exit.system, &exit.organization) {
        (Some(number), Some(name)) => writeln!(text, ", AS{number} {name}")?,
        (Some(number), None) => writeln!(text, ", AS{number}")?,
        (None, _) => writeln!(text)?,
    }
    writeln!(text, "country   {}", exit.vote.outcome)?;
    for voice in voices.iter().filter(|voice| voice.country.is_some()) {
        let country = voice.country.map(|country| country.to_string()).unwrap_or_default();
        let region = voice.region.as_deref().map(|name| format!(", {name}")).unwrap_or_default();
        let (database, age) = (&voice.database, age(voice.age_days));
        writeln!(text, "          {database}: {country}{region} ({age}, origin {})", voice.origin)?;
    }
    if voices.is_empty() {
        writeln!(text, "          no database knows the address: see `geo status`")?;
    }
    if let (Some(spot), Some(expected)) = (&exit.vote.spot, known.expected) {
        let far = expected.km_outside(spot.point).map(Band::of);
        let radius = spot.radius.map_or("nothing said".to_owned(), |km| format!("{km:.0} km"));
        if let Some(far) = far {
            writeln!(text, "distance  {far} outside what is expected; radius {radius}")?;
        }
    }
    if let Some(expected) = known.expected {
        let areas: Vec<String> = expected.areas().map(ToString::to_string).collect();
        writeln!(text, "expected  {}", areas.join("; "))?;
    }
    Ok(())
}

fn age(days: i64) -> String {
    match days {
        1 => "1 day old".to_owned(),
        ..=3650 => format!("{days} days old"),
        _ => "of unknown age".to_owned(),
    }
}

fn way(text: &mut String, known: &Known<'_>) -> std::fmt::Result {
    let path = known.path;
    let (Some(tcp), Some(echo)) = (path.tcp_ms, path.echo_ms) else {
        return writeln!(text, "way       not measured");
    };
    writeln!(
        text,
        "way       TCP {tcp:.1} ms, echo {echo:.1} ms; {} connections on {} days, {} echoes or more each",
        path.connections, path.days, path.echoes
    )?;
    writeln!(
        text,
        "          an answer in that time comes from within {:.0} km",
        echo * super::point::KM_PER_MS
    )
}

fn landmarks(text: &mut String, known: &Known<'_>) -> std::fmt::Result {
    for Landmark { name, way, .. } in known.landmarks {
        let reach = way.least_ms * super::point::KM_PER_MS;
        writeln!(
            text,
            "landmark  {name}: {:.1} ms, so the laptop is within {reach:.0} km, if nothing on the way answered",
            way.least_ms
        )?;
    }
    Ok(())
}

fn findings(text: &mut String, decision: &Decision) -> std::fmt::Result {
    writeln!(text)?;
    if decision.found.is_empty() {
        writeln!(text, "Nothing is found.")?;
    }
    for found in &decision.found {
        one(text, found)?;
    }
    for note in &decision.notes {
        writeln!(text, "Left aside: {note}.")?;
    }
    let score = &decision.score;
    let families = score.families.iter().map(|(family, weight)| format!("{family:?} {weight:.1}"));
    let families = families.collect::<Vec<_>>().join(", ").to_lowercase();
    writeln!(text, "score     {:.1} ({}), {:.2} %", score.logit, families, score.percent())?;
    writeln!(text, "band      {}", score.band)
}

fn one(text: &mut String, found: &Found) -> std::fmt::Result {
    let meaning = found.code.meaning();
    let place = format!("{:?}", meaning.place).to_lowercase();
    writeln!(text, "{} [{}, {place}]: {}", found.code, found.severity, meaning.title)?;
    writeln!(text, "    shown by   {}", found.shows)?;
    writeln!(text, "    not shown  {}", meaning.not_shown)?;
    match &found.waits {
        Some(what) => writeln!(text, "    opens after {what}"),
        None => writeln!(text, "    weighs     {:.1}", found.weight),
    }
}
