//! Opening hours as people write them into one cell: `Mo-Fr 08:00-12:00,13:00-18:00; Sa 9-13`. English and German days, the hours of maps.

use crate::fence::calendar::{DayOfWeek, Opening, TimeOfDay};
use crate::flaw::FieldFlaw;
use crate::words::folded;

const LIMIT: &str = "must be opening hours such as Mo-Fr 08:00-12:00,13:00-18:00; Sa 09:00-13:00, or 24/7";

const DAYS: [(DayOfWeek, &[&str]); 7] = [
    (DayOfWeek::Mon, &["mo", "mon", "monday", "montag"]),
    (DayOfWeek::Tue, &["tu", "tue", "tuesday", "di", "dienstag"]),
    (DayOfWeek::Wed, &["we", "wed", "wednesday", "mi", "mittwoch"]),
    (DayOfWeek::Thu, &["th", "thu", "thursday", "do", "donnerstag"]),
    (DayOfWeek::Fri, &["fr", "fri", "friday", "freitag"]),
    (DayOfWeek::Sat, &["sa", "sat", "saturday", "samstag", "sonnabend"]),
    (DayOfWeek::Sun, &["su", "sun", "sunday", "so", "sonntag"]),
];

/// Returns the openings of a week; none at all: always open.
pub fn openings(text: &str) -> Result<Vec<Opening>, FieldFlaw> {
    let text = folded(text).replace(['–', '—'], "-");
    if text.trim() == "24/7" {
        return Ok(Vec::new());
    }
    let mut openings = Vec::new();
    for rule in text.split([';', '\n']).map(str::trim).filter(|rule| !rule.is_empty()) {
        openings.extend(of_rule(rule).ok_or_else(|| FieldFlaw::new("hours", LIMIT))?);
    }
    if openings.is_empty() { Err(FieldFlaw::new("hours", LIMIT)) } else { Ok(openings) }
}

/// `mo-fr,su 08:00-12:00,13:00-18:00`; a rule that closes has no openings.
fn of_rule(rule: &str) -> Option<Vec<Opening>> {
    let begin = rule.find(|c: char| c.is_ascii_digit());
    let closed = ["off", "closed", "geschlossen"].into_iter().find_map(|word| rule.strip_suffix(word));
    let (days, hours) = match (closed, begin) {
        (Some(days), None) => (days, None),
        (None, Some(begin)) => (&rule[..begin], Some(&rule[begin..])),
        (Some(_), Some(_)) | (None, None) => return None,
    };
    let days = days_of(days.trim().trim_end_matches(':'))?;
    let Some(hours) = hours else { return Some(Vec::new()) };
    Some(spans(hours)?.into_iter().map(|(from, to)| Opening { days: days.clone(), from, to }).collect())
}

/// Hours of one day: `9-12`, `08:00-12:00,13:00-18:00`. None where something else stands there.
pub fn spans(text: &str) -> Option<Vec<(TimeOfDay, TimeOfDay)>> {
    let read = text.split([',', '+', ';', '|']).map(|span| {
        let (from, to) = span.trim().split_once(['-', '–', '—'])?;
        let (from, to) = (time_of(from)?, time_of(to)?);
        (from != to).then_some((from, to))
    });
    read.collect()
}

/// `mo-fr`, `mo,we`, `sa-mo`; nothing: every day.
fn days_of(text: &str) -> Option<Vec<DayOfWeek>> {
    if text.is_empty() {
        return Some(DAYS.iter().map(|(day, _)| *day).collect());
    }
    let index = |name: &str| DAYS.iter().position(|(_, names)| names.contains(&name.trim().trim_end_matches('.')));
    let mut wanted = [false; 7];
    for part in text.split([',', '+']) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (index(first)?, index(last)?);
        let count = (last + 7 - first) % 7;
        (0..=count).for_each(|step| wanted[(first + step) % 7] = true);
    }
    Some(DAYS.iter().zip(wanted).filter(|(_, is_wanted)| *is_wanted).map(|((day, _), _)| *day).collect())
}

/// `08:00`, `8.30`, `8`.
pub fn time_of(text: &str) -> Option<TimeOfDay> {
    let text = text.trim().trim_end_matches("uhr").trim_end_matches("Uhr").trim();
    let (hour, minute) = text.split_once([':', '.']).unwrap_or((text, "00"));
    let hour: u8 = hour.parse().ok()?;
    format!("{hour:02}:{minute}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(text: &str) -> Option<Value> {
        openings(text).ok().map(|openings| json!(openings))
    }

    #[test]
    fn hours_are_read_as_people_and_maps_write_them() {
        let weekdays = ["mon", "tue", "wed", "thu", "fri"];
        let split = json!([{ "days": weekdays, "from": "08:00", "to": "12:00" }, { "days": weekdays, "from": "13:00", "to": "18:00" },
                           { "days": ["sat"], "from": "09:00", "to": "13:00" }]);
        for text in [
            "Mo-Fr 08:00-12:00,13:00-18:00; Sa 09:00-13:00",
            "mo–fr: 8-12, 13-18; SAT 9.00-13.00; Su off",
            "Montag-Freitag 8:00-12:00,13:00-18:00 Uhr\nSamstag 9-13 Uhr\nSonntag geschlossen",
        ] {
            assert_eq!(read(text), Some(split.clone()), "{text}");
        }
        assert_eq!(read("Sa-Mo 22:00-02:00"), Some(json!([{ "days": ["mon", "sat", "sun"], "from": "22:00", "to": "02:00" }])));
        assert_eq!(read("09:00-17:00").unwrap()[0]["days"].as_array().unwrap().len(), 7);
        assert_eq!(read("24/7"), Some(json!([])));
    }

    #[test]
    fn what_are_no_hours_is_refused() {
        for text in ["", "always", "Mo", "Mo-Xx 8-9", "Mo 8-25", "Mo 8:60-9", "Mo 8-8", "Mo 8", "Mo off 8-9", "Su off", "8-9-10"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
