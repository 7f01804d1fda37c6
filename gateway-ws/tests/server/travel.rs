//! Plans that go by road, drawn along it, and times that are expected because visits took as long before.

use super::common::field::{Field, route_of, tomorrow};
use super::common::{Server, eventually, minutes_ago};
use super::visits::{self, check_out, event};
use salessync_engine::Point;
use salessync_engine::geo::distance::metres;
use serde_json::{Value, json};
use tempfile::TempDir;

const CORNER: (f64, f64) = (52.5, 13.4);

/// Two streets that meet at a corner, one to the north and one to the east, with side streets that make them part of a town.
fn town(dir: &TempDir) -> String {
    let road = |corners: Vec<[f64; 2]>| {
        json!({"type": "Feature", "properties": {"kind": "road", "highway": "residential", "limit_kmh": 30},
            "geometry": {"type": "LineString", "coordinates": corners}})
    };
    let (lat, lon) = CORNER;
    let at = |n: i32| f64::from(n) * 0.002;
    let mut roads =
        vec![road((0..=8).map(|n| [lon, lat + at(n)]).collect()), road((0..=8).map(|n| [lon + at(n), lat]).collect())];
    for n in 1..=8 {
        roads.push(road(vec![[lon, lat + at(n)], [lon - 0.001, lat + at(n)]]));
        roads.push(road(vec![[lon + at(n), lat], [lon + at(n), lat - 0.001]]));
    }
    let town = json!({"type": "FeatureCollection", "format": "salessync-town", "version": 1, "features": roads});
    let file = dir.path().join("town.geojson");
    std::fs::write(&file, town.to_string()).unwrap();
    file.to_str().unwrap().to_owned()
}

fn points(of: &Value) -> Vec<Point> {
    let point = |point: &Value| Point::new(point["lat"].as_f64().unwrap(), point["lon"].as_f64().unwrap()).unwrap();
    of.as_array().unwrap().iter().map(point).collect()
}

fn length_m(line: &[Point]) -> f64 {
    line.windows(2).map(|pair| metres(pair[0], pair[1]).0).sum()
}

#[tokio::test]
async fn a_plan_goes_by_road_is_drawn_along_it_and_leaves_out_where_none_leads() {
    let dir = TempDir::new().unwrap();
    let map = town(&dir);
    let server = Server::with(&[("TRAVEL__PROVIDER", "embedded"), ("TRAVEL__MAP", &map)]).await;
    let loaded = async || (server.get("/system").await["travel"]["map"] == "loaded").then_some(());
    eventually("the map is loaded", loaded).await;
    let field = Field::new(&server, "North", 1).await;
    let day = tomorrow(&server).await;
    let north = field.visit(&server, (CORNER.0 + 0.012, CORNER.1), &day, json!({})).await;
    let east = field.visit(&server, (CORNER.0, CORNER.1 + 0.012), &day, json!({})).await;
    let nowhere = field.visit(&server, (CORNER.0 + 0.2, CORNER.1 + 0.2), &day, json!({})).await;
    field.place_all(&server, &[north.clone(), east.clone()]).await;

    let agent = &field.agents[0].id;
    let plan = field.plan(&server, &day).await;
    assert_eq!(route_of(&plan, agent).len(), 2, "{plan}");
    let base = plan["version"].as_i64().unwrap();
    let refused = field.change(&server, base, json!([{"op": "assign", "visit": nowhere, "agent": agent}])).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    assert!(refused.body.to_string().contains("unreachable"), "{refused:?}");
    let waiting = plan["unassigned"].as_array().unwrap();
    assert_eq!((waiting.len(), &waiting[0]["reasons"]), (1, &json!(["unreachable"])), "{plan}");

    let shown = server.get(&format!("/plans/{}/routes/{agent}?date={day}", field.territory)).await;
    let route = &shown["routes"][0];
    let way = points(&route["way"]);
    let legs = route["legs"].as_array().unwrap();
    assert_eq!(legs.len(), way.len() - 1, "{shown}");
    for (ends, leg) in way.windows(2).zip(legs) {
        assert_eq!((&leg["source"], &leg["is_fallback"]), (&json!("embedded"), &json!(false)));
        let line = points(&leg["points"]);
        assert_eq!((line.first(), line.last()), (Some(&ends[0]), Some(&ends[1])));
    }
    let between = points(&legs.last().unwrap()["points"]);
    let corner = Point::new(CORNER.0, CORNER.1).unwrap();
    assert!(between.iter().any(|point| metres(*point, corner).0 < 2.0), "around the corner: {between:?}");
    let stop = &plan["routes"][0]["stops"][1];
    let planned_m = stop["distance_m"].as_f64().unwrap();
    assert!((planned_m - length_m(&between)).abs() < 20.0, "{planned_m} planned, {} drawn", length_m(&between));
    assert!(planned_m > 1.3 * metres(between[0], *between.last().unwrap()).0, "not as the crow flies: {planned_m}");
}

#[tokio::test]
async fn visits_are_expected_to_take_as_long_as_they_took_before() {
    let mut server = Server::start().await;
    let past = visits::Field::new(&server).await;
    for n in 0..6_i64 {
        let id = past.visit(json!({})).await;
        let (from, to) = (minutes_ago(50 * (7 - n)), minutes_ago(50 * (7 - n) - 45));
        let told = past.tell(&[event(&id, "check_in", from, json!({})), event(&id, "check_out", to, check_out())]).await;
        assert!(told.iter().all(|outcome| outcome["result"] == "taken"), "{told:?}");
        assert_eq!(past.read(&id).await["status"], "completed");
    }
    let field = Field::new(&server, "North", 1).await;
    let day = tomorrow(&server).await;
    let visits = field.visits(&server, 2, &day).await;
    field.place_all(&server, &visits).await;
    // How much later than planned the second is expected, and how sure that is.
    let second = async |server: &Server| {
        let stop = field.plan(server, &day).await["routes"][0]["stops"][1].clone();
        let at = |name: &str| chrono::DateTime::parse_from_rfc3339(stop[name].as_str().unwrap()).unwrap();
        ((at("eta") - at("start")).num_seconds(), stop["eta_std_s"].as_i64().unwrap())
    };
    let before = second(&server).await;
    assert!(before.0.abs() <= 1, "as planned: {before:?}");
    server.terminate().await;
    server.start_again().await;
    let learned = eventually("what was seen is learned", async || {
        let now = second(&server).await;
        (now.0 > 1).then_some(now)
    });
    let learned = learned.await;
    // A quarter of an hour was planned; six took three quarters.
    assert!((300..1_900).contains(&learned.0) && learned.1 > before.1, "{before:?} became {learned:?}");
}
