//! How agents work: what is refused, and working days against a count of minutes, across changes of the clocks.

use super::*;
use chrono::{Datelike, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;
use proptest::prelude::*;
use serde_json::{Value, json};

fn work(json: Value) -> Result<Work, FieldFlaw> {
    serde_json::from_value::<Work>(json).unwrap().checked()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

#[test]
fn a_flaw_names_the_field_and_the_limit() {
    let week = |shift: Value| json!({ "rotas": [{ "valid_from": "2026-01-01", "shifts": [{ "days": ["mon"], "from": "08:00", "to": "12:00" }, shift] }] });
    let pause = |from: &str, to: &str, duration_s: u32| {
        week(
            json!({ "days": ["tue"], "from": "22:00", "to": "06:00", "breaks": [{ "from": from, "to": to, "duration_s": duration_s }] }),
        )
    };
    for (json, field, limit) in [
        (week(json!({ "days": [], "from": "08:00", "to": "12:00" })), "rotas[0].shifts[1].days", "1..7"),
        (week(json!({ "days": ["mon", "mon"], "from": "13:00", "to": "14:00" })), "rotas[0].shifts[1].days", "each once"),
        (week(json!({ "days": ["tue"], "from": "08:00", "to": "08:00" })), "rotas[0].shifts[1].to", "differ"),
        (week(json!({ "days": ["tue"], "from": "24:00", "to": "08:00" })), "rotas[0].shifts[1].from", "23:59"),
        (week(json!({ "days": ["mon", "tue"], "from": "11:59", "to": "14:00" })), "rotas[0].shifts[1].from", "another shift"),
        (pause("21:00", "23:00", 60), "rotas[0].shifts[1].breaks[0].from", "within the shift"),
        (pause("05:00", "06:30", 60), "rotas[0].shifts[1].breaks[0].to", "within the shift"),
        (pause("01:00", "00:30", 60), "rotas[0].shifts[1].breaks[0].to", "after `from`"),
        (pause("01:00", "01:30", 1_801), "rotas[0].shifts[1].breaks[0].duration_s", "at most the window"),
        (pause("01:00", "01:30", 59), "rotas[0].shifts[1].breaks[0].duration_s", "at least 60"),
        (
            json!({ "rotas": [{ "valid_from": "2026-01-01", "shifts": [] }, { "valid_from": "2026-01-01", "shifts": [] }] }),
            "rotas[1].valid_from",
            "no other",
        ),
        (json!({ "exceptions": [{ "date": "1850-01-01" }] }), "exceptions[0].date", "1900"),
        (
            json!({ "absences": [{ "from": "2026-01-02T00:00:00Z", "to": "2026-01-02T00:00:00Z" }] }),
            "absences[0].to",
            "after `from`",
        ),
        (json!({ "absences": [{ "from": 0, "to": 1, "reason": "x".repeat(121) }] }), "absences[0].reason", "120"),
        (json!({ "vehicle": { "profile": "car", "capacity": 0 } }), "vehicle.capacity", "1..1000000"),
        (json!({ "vehicle": { "profile": "car", "max_distance_m": 999 } }), "vehicle.max_distance_m", "1000..5000000"),
        (json!({ "skills": [{ "code": "a" }, { "code": "a" }] }), "skills[1].code", "another code"),
        (json!({ "skills": [{ "code": "a b" }] }), "skills[0].code", "1..32"),
        (json!({ "skills": [{ "code": "a", "expires_on": "9999-12-31" }] }), "skills[0].expires_on", "1900-01-01..2199-12-31"),
        (json!({ "cost": { "hourly_minor": -1 } }), "cost.hourly_minor", "0..1000000000"),
        (json!({ "overtime_max_s": 43_201 }), "overtime_max_s", "0..43200"),
        (json!({ "max_visits_per_day": 0 }), "max_visits_per_day", "1..500"),
    ] {
        let got = work(json.clone()).unwrap_err();
        assert!(got.field == field && got.limit.contains(limit), "{got} for {json}");
    }
}

#[test]
fn nothing_said_is_no_work_and_reads_back_as_it_was() {
    let nothing = work(json!({})).unwrap();
    assert_eq!(nothing, Work::default());
    assert_eq!(work_days(&nothing, date("2026-01-01"), date("2027-01-01"), Tz::UTC), []);
    let said = work(json!({
        "base": { "start": { "address": "Home", "point": { "lat": 1.5, "lon": 2.5 } }, "end": { "kind": "open" } },
        "vehicle": { "profile": "bike" }, "skills": [{ "code": "cold", "expires_on": "2026-12-31" }],
    }))
    .unwrap();
    assert_eq!(serde_json::from_value::<Work>(serde_json::to_value(&said).unwrap()).unwrap(), said);
    assert_eq!(said.end_place(), None);
    assert!(said.has_skill("cold", date("2026-12-31")) && !said.has_skill("cold", date("2027-01-01")));
    assert!(!said.has_skill("hot", date("2026-01-01")));
}

#[test]
fn a_version_holds_from_its_date_and_a_dated_exception_stands_before_it() {
    let shift = |from: &str| {
        json!([{ "days": ["mon", "tue", "wed", "thu", "fri"], "from": from, "to": "17:00",
        "breaks": [{ "from": "11:30", "to": "13:30", "duration_s": 1800 }] }])
    };
    let work = work(json!({
        "rotas": [{ "valid_from": "2026-03-03", "shifts": shift("09:00") }, { "valid_from": "2026-01-01", "shifts": shift("08:00") }],
        "exceptions": [{ "date": "2026-03-04", "shifts": [{ "from": "10:00", "to": "11:00" }] }, { "date": "2026-03-05" }],
        "absences": [{ "from": "2026-03-03T12:00:00Z", "to": "2026-03-03T15:00:00Z", "reason": "dentist" }],
    }))
    .unwrap();
    let days = work_days(&work, date("2026-03-01"), date("2026-03-07"), Tz::UTC);
    let shown: Vec<_> =
        days.iter().map(|day| (day.date.to_string(), day.start.to_string(), day.end.to_string(), day.breaks.len())).collect();
    let expected = [
        ("2026-03-02", "2026-03-02T08:00", "2026-03-02T17:00", 1),
        ("2026-03-03", "2026-03-03T09:00", "2026-03-03T12:00", 1),
        ("2026-03-03", "2026-03-03T15:00", "2026-03-03T17:00", 0),
        ("2026-03-04", "2026-03-04T10:00", "2026-03-04T11:00", 0),
        ("2026-03-06", "2026-03-06T09:00", "2026-03-06T17:00", 1),
    ];
    let expected = expected
        .map(|(date, start, end, breaks)| (date.to_owned(), format!("{start}:00.000Z"), format!("{end}:00.000Z"), breaks));
    assert_eq!(shown, expected);
    // Of the window only the half before the dentist is left.
    assert_eq!(days[1].breaks[0].to, at("2026-03-03T12:00:00Z"));
}

#[test]
fn a_night_shift_is_as_long_as_the_night() {
    let night = work(
        json!({ "rotas": [{ "valid_from": "2026-01-01", "shifts": [{ "days": ["sat"], "from": "22:00", "to": "06:00" }] }] }),
    )
    .unwrap();
    let berlin: Tz = "Europe/Berlin".parse().unwrap();
    for (saturday, hours) in [("2026-03-21", 8), ("2026-03-28", 7), ("2026-10-24", 9)] {
        let days = work_days(&night, date(saturday), date(saturday).succ_opt().unwrap(), berlin);
        assert_eq!((days.len(), days[0].end.since_ms(days[0].start) / 3_600_000), (1, hours), "{saturday}");
    }
}

/// The first minute at which clocks in the zone show this or later: scanned, not computed.
fn first_minute(zone: Tz, local: NaiveDateTime) -> Timestamp {
    let mut minute = Timestamp::from(local.and_utc()).plus_s(-30 * 3_600);
    while minute.to_utc().with_timezone(&zone).naive_local() < local {
        minute = minute.plus_s(60);
    }
    minute
}

/// All minutes worked, counted one by one.
fn minutes_worked(work: &Work, from: NaiveDate, to: NaiveDate, zone: Tz) -> BTreeSet<Timestamp> {
    let mut worked = BTreeSet::new();
    for date in from.iter_days().take_while(|date| *date < to) {
        let rota = work.rotas.iter().filter(|rota| rota.valid_from <= date).max_by_key(|rota| rota.valid_from);
        let day = DayOfWeek::of(date.weekday());
        let weekly = rota.into_iter().flat_map(|rota| &rota.shifts).filter(|shift| shift.days.contains(&day)).map(Shift::times);
        let own = work.exceptions.iter().find(|exception| exception.date == date).map(|exception| &exception.shifts);
        let shifts: Vec<Times<'_>> = own.map_or_else(|| weekly.collect(), |own| own.iter().map(ShiftHours::times).collect());
        for times in shifts {
            let midnight = date.and_hms_opt(0, 0, 0).unwrap();
            let begin = midnight + TimeDelta::minutes(times.from.minutes().into());
            let mut minute = first_minute(zone, begin);
            let end = first_minute(zone, begin + TimeDelta::minutes(times.length_min().into()));
            while minute < end {
                let is_absent = work.absences.iter().any(|absence| (absence.from..absence.to).contains(&minute));
                if !is_absent {
                    worked.insert(minute);
                }
                minute = minute.plus_s(60);
            }
        }
    }
    worked
}

fn any_hours() -> impl Strategy<Value = Value> {
    (0..96u16, 1..80u16).prop_map(|(from, quarters)| {
        let clock = |quarter: u16| format!("{:02}:{:02}", quarter % 96 / 4, quarter % 4 * 15);
        json!({ "from": clock(from), "to": clock(from + quarters) })
    })
}

fn any_work(around: NaiveDate) -> impl Strategy<Value = Work> {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let shift = (any_hours(), proptest::sample::subsequence(days.to_vec(), 1..=7)).prop_map(|(mut hours, days)| {
        hours["days"] = json!(days);
        hours
    });
    let rota = (-10..4i64, proptest::collection::vec(shift, 0..4));
    let exception = (-3..4i64, proptest::collection::vec(any_hours(), 0..3));
    let absence = (-5_000..5_000i64, 1..3_000i64);
    let day = move |offset: i64| (around + TimeDelta::days(offset)).to_string();
    (
        proptest::collection::vec(rota, 0..4),
        proptest::collection::vec(exception, 0..3),
        proptest::collection::vec(absence, 0..4),
    )
        .prop_filter_map("shifts overlap", move |(rotas, exceptions, absences)| {
            let middle = Timestamp::from(around.and_hms_opt(0, 0, 0).unwrap().and_utc());
            work(json!({
                "rotas": rotas.into_iter().map(|(from, shifts)| json!({ "valid_from": day(from), "shifts": shifts })).collect::<Value>(),
                "exceptions": exceptions.into_iter().map(|(on, shifts)| json!({ "date": day(on), "shifts": shifts })).collect::<Value>(),
                "absences": absences.into_iter()
                    .map(|(from, minutes)| json!({ "from": middle.plus_s(60 * from), "to": middle.plus_s(60 * (from + minutes)) }))
                    .collect::<Value>(),
            }))
            .ok()
        })
}

/// Nights on which clocks change, by an hour, half an hour, at midnight; and one on which they do not.
const NIGHTS: [(&str, &str); 7] = [
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Asia/Beirut", "2026-03-29"),
    ("America/St_Johns", "2026-11-01"),
    ("Asia/Kolkata", "2026-06-01"),
];

#[test]
fn an_agent_is_away_on_the_dates_of_which_absences_leave_nothing() {
    let away = |work: Work| {
        let days = days_away(&work, date("2026-06-01"), date("2026-06-08"), chrono_tz::UTC);
        days.into_iter().map(|day| day.to_string()[8..].to_owned()).collect::<Vec<_>>()
    };
    // Tuesday noon to Thursday noon.
    let absences = json!([{ "from": "2026-06-02T12:00:00Z", "to": "2026-06-04T12:00:01Z" }]);
    assert_eq!(away(work(json!({ "absences": absences })).unwrap()), ["02", "03", "04"], "nothing is said of shifts");
    let shifts = json!([{ "days": ["tue", "wed", "sat"], "from": "08:00", "to": "17:00" }]);
    let rotas = json!([{ "valid_from": "2026-01-01", "shifts": shifts }]);
    let with_rota = work(json!({ "rotas": rotas, "absences": absences })).unwrap();
    assert_eq!(away(with_rota), ["03"], "Tuesday's morning is worked, Thursday is free anyway");
    let exceptions = json!([{ "date": "2026-06-03", "shifts": [] }]);
    let with_exception = work(json!({ "rotas": rotas, "exceptions": exceptions, "absences": absences })).unwrap();
    assert_eq!(away(with_exception), Vec::<String>::new());
}

fn night_and_work() -> impl Strategy<Value = (Tz, NaiveDate, Work)> {
    (0..NIGHTS.len()).prop_flat_map(|at| {
        let (zone, night) = NIGHTS[at];
        (Just(zone.parse::<Tz>().unwrap()), Just(date(night)), any_work(date(night)))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn working_days_are_the_minutes_worked((zone, night, work) in night_and_work()) {
        let (from, to) = (night - TimeDelta::days(3), night + TimeDelta::days(4));
        let days = work_days(&work, from, to, zone);
        for pair in days.windows(2) {
            prop_assert!(pair[0].end <= pair[1].start, "{:?}", pair);
        }
        let mut counted = BTreeSet::new();
        for day in &days {
            prop_assert!((from..to).contains(&day.date) && day.start < day.end, "{:?}", day);
            let mut minute = day.start;
            while minute < day.end {
                counted.insert(minute);
                minute = minute.plus_s(60);
            }
        }
        // The shift of the day before may reach into the first date: its minutes belong to it, and nobody works twice at a time.
        let before = minutes_worked(&work, from - TimeDelta::days(1), from, zone);
        let mut expected = minutes_worked(&work, from, to, zone);
        expected.retain(|minute| !before.contains(minute));
        prop_assert_eq!(counted, expected);
    }
}
