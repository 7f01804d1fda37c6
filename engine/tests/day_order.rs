//! A day is a pure function of the set of its fixes: deliver them late, twice, shuffled, in any batches, and it comes out the same.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use chrono::NaiveDate;
use chrono_tz::Tz;
use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence};
use salessync_engine::Timestamp;
use salessync_engine::agent::{AgentState, Rules};
use salessync_engine::track::day::Placed;
use salessync_engine::track::{Day, Device, Fix, RawFix, codec};

fn fix(second: i64, lat: f64, lon: f64, speed_mps: Option<f64>) -> Fix {
    let recorded_at = Timestamp::parse("2026-11-23T06:00:00Z").unwrap().plus_s(second);
    Fix::new(&RawFix { recorded_at, lat, lon, speed_mps, ..RawFix::default() }).unwrap()
}

/// Up to 400 fixes over ten hours, many at the same second, wandering about a town.
fn fixes() -> impl Strategy<Value = Vec<Fix>> {
    let one = (0i64..36_000, 0.0..0.1f64, 0.0..0.1f64, proptest::option::of(0.0..30.0f64));
    proptest::collection::vec(one, 1..400)
        .prop_map(|many| many.into_iter().map(|(s, lat, lon, v)| fix(s / 7 * 7, 52.0 + lat, 13.0 + lon, v)).collect())
}

fn config() -> Config {
    Config { cases: 300, failure_persistence: Some(Box::new(FileFailurePersistence::Off)), ..Config::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_order_and_any_repetition_give_the_same_day(fixes in fixes(), order in proptest::collection::vec(any::<prop::sample::Index>(), 0..800)) {
        let date = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let expected = Day::derive(date, Tz::UTC, fixes.clone(), usize::MAX);
        let mut distinct = fixes.clone();
        distinct.sort_unstable();
        distinct.dedup();

        // Any deliveries first, repeats among them, then everything once more in the order given.
        let mut day = Day::new(date, Tz::UTC);
        for pick in &order {
            day.place(pick.get(&fixes), usize::MAX);
        }
        for fix in &fixes {
            prop_assert_ne!(day.place(fix, usize::MAX), Placed::Older);
        }
        prop_assert_eq!(day.summary(), expected.summary());
        prop_assert_eq!(day.summary().fixes, distinct.len() as u64);
        prop_assert_eq!(day.last(), distinct.last().copied());
    }

    #[test]
    fn a_bounded_window_only_ever_says_older_never_something_wrong(fixes in fixes()) {
        let date = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let mut day = Day::new(date, Tz::UTC);
        let mut held = Vec::new();
        for fix in &fixes {
            match day.place(fix, 64) {
                Placed::Appended | Placed::Inserted => held.push(*fix),
                Placed::Duplicate => prop_assert!(held.contains(fix)),
                Placed::Older => {}
                Placed::OtherDay => prop_assert!(false, "all fixes are of one day"),
            }
        }
        prop_assert_eq!(day.summary(), Day::derive(date, Tz::UTC, held, usize::MAX).summary());
    }

    #[test]
    fn an_agents_latest_fix_is_the_greatest_whatever_the_order(fixes in fixes(), cut in any::<prop::sample::Index>()) {
        let rules = Rules { zone: Tz::UTC, window_fixes: 64 };
        let device = Device::default();
        let cut = cut.index(fixes.len());
        let mut one = AgentState::default();
        one.observe(&device, &fixes, rules);
        let mut other = AgentState::default();
        other.observe(&device, &fixes[cut..], rules);
        other.observe(&device, &fixes[..cut], rules);
        prop_assert_eq!(one.latest(), other.latest());
        prop_assert_eq!(one.latest().map(|(fix, _)| *fix), fixes.iter().max().copied());
    }

    #[test]
    fn a_chunk_decodes_to_what_was_encoded(fixes in fixes()) {
        prop_assert_eq!(codec::decode(&codec::encode(&fixes)), Ok(fixes));
    }

    #[test]
    fn arbitrary_bytes_never_panic_the_decoder(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = codec::decode(&bytes);
        let _ = AgentState::from_bytes(&bytes, Tz::UTC);
    }

    #[test]
    fn arbitrary_text_never_panics_the_frame_readers(text in "\\PC{0,200}") {
        let _ = salessync_engine::wire::agent::read(&text);
        let _ = salessync_engine::wire::live::read(&text);
    }
}
