//! From a phone's fixes to the speeds of roads: through the journal, the timeline and the map, on a real Postgres.

use super::provider::town_file;
use super::service::point;
use crate::common::{World, agent_id, create_agent, deliver};
use salessync_actors::planner::PlanWays;
use salessync_actors::travel::{MapState, Source};
use salessync_engine::geo::distance::between;
use salessync_engine::plan::model::{ProfileIx, StopIx, Travel as _};
use salessync_engine::plan::times::TravelProfile;
use salessync_engine::track::{Fix, RawFix};
use salessync_engine::{AgentId, Timestamp};

/// Around the lake at a quarter of what is usual there, with a rest before and after.
fn slow_drive() -> Vec<Fix> {
    let corners = [(47.0, 8.99), (47.0, 9.0), (47.02, 9.0), (47.02, 9.02), (47.02, 9.04), (47.0, 9.04), (47.0, 9.05)]
        .map(|(lat, lon)| point(lat, lon));
    let start = Timestamp::parse("2026-11-23T10:00:00Z").unwrap();
    let fix = |point: salessync_engine::Point, second: i64| {
        let raw = RawFix {
            recorded_at: start.plus_s(second),
            lat: point.lat(),
            lon: point.lon(),
            accuracy_m: Some(6.0),
            ..RawFix::default()
        };
        Fix::new(&raw).unwrap()
    };
    let mut fixes: Vec<Fix> = (0..40).map(|i| fix(corners[0], i * 10)).collect();
    let mut second = 400;
    for pair in corners.windows(2) {
        let length_m = salessync_engine::geo::distance::metres(pair[0], pair[1]).0;
        // Town traffic: 40 km/h and standing at every other lamp post, 4.5 m/s in the mean, with one fast stretch.
        let steps = (length_m / 45.0).ceil() as i64;
        for step in 1..=steps {
            second += if step % 6 == 0 { 4 } else { 11 };
            fixes.push(fix(between(pair[0], pair[1], step as f64 / steps as f64), second));
        }
    }
    fixes.extend((1..120).map(|i| fix(corners[6], second + i * 10)));
    fixes
}

#[actix::test]
async fn a_slow_drive_makes_the_road_slow_at_that_time_of_day() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::new();
    let file = town_file(&dir);
    let system = world
        .system_with(|settings| {
            (settings.travel.provider, settings.travel.map) = ("embedded".into(), file);
            settings.travel.learn_days = 0; // by hand
        })
        .await;
    system.travel().settled().await;
    let (a, b) = (point(47.0, 9.0), point(47.0, 9.04));
    let leg = async |second: u32| {
        let part = system.travel().parts().at_second(second);
        let answer = system.travel().leg(TravelProfile::Car, a, b, part).await;
        assert_eq!(answer.source, Source::Embedded);
        answer.value.unwrap().duration_s
    };
    let (day, night) = (12 * 3_600, 3_600);
    let before = (leg(day).await, leg(night).await);
    let mut ways = system.travel().plan_ways();
    ways.add_place(a);
    ways.add_place(b);
    let planned = |ways: &PlanWays| ways.leg(ProfileIx(0), StopIx(0), StopIx(1)).unwrap().duration_s as u32;

    let agents: Vec<AgentId> = (1..=12).map(agent_id).collect();
    for agent in &agents {
        create_agent(&system, *agent).await;
        deliver(&system, *agent, &slow_drive()).await;
        system.settle(*agent).await.unwrap();
    }
    system.news_round().await.unwrap();
    let seen = system.learn_speeds().await.unwrap();
    assert!(seen >= 50, "{seen} roads seen taken");
    assert!(
        matches!(system.travel().map_state(), MapState::Loaded { metric_version: 1, .. }),
        "{:?}",
        system.travel().map_state()
    );
    let after = (leg(day).await, leg(night).await);
    assert!(f64::from(after.0) > 1.5 * f64::from(before.0), "{before:?} became {after:?}");
    assert_eq!(after.1, before.1, "nobody drove at night");

    // A plan's table answers as before until it is renewed.
    assert_eq!(planned(&ways), before.0);
    assert!(system.travel().has_news_for(&ways));
    let renewed = system.travel().renewed_ways(ways, &[TravelProfile::Car]).await.unwrap();
    assert_eq!(planned(&renewed), after.0);
    assert!(!system.travel().has_news_for(&renewed));
    system.stop().await;
}
