//! The places where bytes from outside are read, each as a function of any input. What it checks holds for every input; that nothing
//! panics goes without saying. The engine's tests run the same functions over `seeds/`, so that a fresh clone needs no fuzzer.

use salessync_engine::Timestamp;
use salessync_engine::customer::import::{FIELDS, Known, plan};
use salessync_engine::import::{Encoding, Options, ROWS_MAX, Sheet};
use salessync_engine::track::{Admission, Fix, admit, codec};
use salessync_engine::visit::import as visit;
use salessync_engine::wire::phone::{
    Delivery, FIXES_MAX, PhoneFlaw, SpeedUnit, gpslogger, osmand, overland, owntracks, transistor,
};
use salessync_engine::wire::{agent, live};

/// A name, that of the fuzz target and of its folder under `seeds/`, and what is fuzzed.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const ALL: [Target; 10] = [
    ("phone_osmand", phone_osmand),
    ("phone_transistor", phone_transistor),
    ("phone_owntracks", phone_owntracks),
    ("phone_overland", phone_overland),
    ("phone_gpslogger", phone_gpslogger),
    ("agent_frame", agent_frame),
    ("live_frame", live_frame),
    ("chunk", chunk),
    ("customer_file", customer_file),
    ("visit_file", visit_file),
];

/// The first line is the query, the rest the form.
pub fn phone_osmand(input: &[u8]) {
    let (query, form) = request(input);
    for unit in [SpeedUnit::Knots, SpeedUnit::MilesPerHour] {
        sound(osmand::read(&query, form, unit, now()));
    }
}

pub fn phone_transistor(input: &[u8]) {
    sound(transistor::read(input, now()));
}

pub fn phone_owntracks(input: &[u8]) {
    sound(owntracks::read(input, now()));
}

pub fn phone_overland(input: &[u8]) {
    sound(overland::read(input, now()));
}

/// The first line is the query, the rest the body.
pub fn phone_gpslogger(input: &[u8]) {
    let (query, body) = request(input);
    sound(gpslogger::read(&query, body, now()));
}

pub fn agent_frame(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(agent::ClientFrame::Fixes(frame)) = agent::read(text) {
        assert!((1..=agent::FIXES_PER_FRAME_MAX).contains(&(frame.fixes.len() + frame.rejected.len())));
        frame.fixes.iter().for_each(|taken| kept_as_it_is(taken.fix));
    }
}

pub fn live_frame(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let _ = live::read(text);
}

/// What decodes is what was encoded: encoding it again and decoding that gives the same fixes.
pub fn chunk(input: &[u8]) {
    if let Ok(fixes) = codec::decode(input) {
        assert_eq!(codec::decode(&codec::encode(&fixes)).as_ref(), Ok(&fixes));
    }
}

/// Every row of a file is planned or told why not, each with its line.
pub fn customer_file(input: &[u8]) {
    for encoding in [Encoding::Utf8, Encoding::Windows1252] {
        let options = Options { encoding, ..Options::default() };
        let Ok(sheet) = Sheet::open(input, FIELDS, &options) else { continue };
        let known = Known::default();
        let mut minted = 0;
        let mut mint = || {
            minted += 1;
            uuid::Uuid::from_u128(minted)
        };
        let Ok(planned) = plan(&sheet, &known, &mut mint) else { continue };
        assert_eq!(planned.rows, planned.steps.len() + planned.bad_rows);
        assert!(planned.rows <= ROWS_MAX && planned.flaws.iter().all(|flaw| flaw.line > 1 && !flaw.limit.is_empty()));
    }
}

/// The same of a file of visits; no two of those planned are one.
pub fn visit_file(input: &[u8]) {
    for encoding in [Encoding::Utf8, Encoding::Windows1252] {
        let options = Options { encoding, ..Options::default() };
        let Ok(sheet) = Sheet::open(input, visit::FIELDS, &options) else { continue };
        let known = visit::Known::nothing(now().to_utc().date_naive());
        let Ok(planned) = visit::plan(&sheet, &known) else { continue };
        assert_eq!(planned.rows, planned.steps.len() + planned.bad_rows);
        let ids: std::collections::BTreeSet<_> = planned.steps.iter().map(|step| step.id).collect();
        assert_eq!(ids.len(), planned.steps.len());
        assert!(planned.rows <= ROWS_MAX && planned.flaws.iter().all(|flaw| flaw.line > 1 && !flaw.limit.is_empty()));
    }
}

fn now() -> Timestamp {
    Timestamp::from_ms_clamped(1_795_420_800_000)
}

fn request(input: &[u8]) -> (String, &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    (String::from_utf8_lossy(&input[..end]).into_owned(), input.get(end + 1..).unwrap_or_default())
}

/// A delivery is bounded, its fixes are on the storage grid, its refusals name a field, its words are short.
fn sound(delivery: Result<Delivery, PhoneFlaw>) {
    let delivery = match delivery {
        Ok(delivery) => delivery,
        Err(flaw) => return assert!(!flaw.field.is_empty() && !flaw.limit.is_empty()),
    };
    assert!(delivery.fixes.len() + delivery.refused.len() <= FIXES_MAX + 1);
    assert!(delivery.refused.iter().all(|refused| !refused.flaw.field.is_empty() && !refused.flaw.limit.is_empty()));
    delivery.fixes.iter().for_each(|fix| kept_as_it_is(*fix));
    if let Some(words) = delivery.words {
        assert!(words.battery.is_none_or(|level| (0.0..=1.0).contains(&level)));
        let texts = [&words.calls_itself, &words.activity, &words.event, &words.alarm];
        assert!(texts.into_iter().flatten().all(|text| text.chars().count() <= 64));
    }
}

fn kept_as_it_is(fix: Fix) {
    assert_eq!(Fix::new(&fix.to_raw()), Ok(fix));
    assert_eq!(codec::decode(&codec::encode(&[fix])), Ok(vec![fix]));
    if let Admission::Repaired { came, meant, .. } = admit(fix, now()) {
        assert_eq!((came, meant.point()), (fix, fix.point()));
    }
}
