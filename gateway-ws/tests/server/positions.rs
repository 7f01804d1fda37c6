//! Live positions over REST against brute force: nearest, within, pages, territories.

use super::common::{Agent, Random, Server, fix, minutes_ago};
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;

type Places = BTreeMap<String, (f64, f64)>;

/// Metres between two places: the straight line through the WGS84 ellipsoid, bent to a sphere's surface. Exact enough to 100 km.
fn metres((lat_a, lon_a): (f64, f64), (lat_b, lon_b): (f64, f64)) -> f64 {
    let xyz = |lat: f64, lon: f64| {
        let (lat, lon) = (lat.to_radians(), lon.to_radians());
        let n = 6_378_137.0 / (1.0 - 6.694_379_990_141_316e-3 * lat.sin().powi(2)).sqrt();
        [n * lat.cos() * lon.cos(), n * lat.cos() * lon.sin(), n * (1.0 - 6.694_379_990_141_316e-3) * lat.sin()]
    };
    let (a, b) = (xyz(lat_a, lon_a), xyz(lat_b, lon_b));
    let chord = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
    2.0 * 6_371_000.0 * (chord / (2.0 * 6_371_000.0)).min(1.0).asin()
}

fn ids(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().unwrap().iter().map(|row| row["agent"].as_str().unwrap()).collect()
}

fn sorted(mut ids: Vec<&str>) -> Vec<&str> {
    ids.sort_unstable();
    ids
}

async fn nearest_agrees_with_brute_force(server: &Server, places: &Places, random: &mut Random) {
    for round in 0..60 {
        let from = match round % 3 {
            0 => (random.degrees(52.3, 52.7), random.degrees(13.1, 13.7)),
            1 => (random.degrees(-17.1, -16.9), if round % 2 == 0 { 179.99 } else { -179.99 }),
            _ => *places.values().nth(random.below(places.len() as u64) as usize).unwrap(),
        };
        let k = [1, 2, 10, 50, 100][random.below(5) as usize];
        let max_m = [None, Some(500.0), Some(3_000.0), Some(50_000.0)][random.below(4) as usize];
        let limit = max_m.map(|metres: f64| format!("&max_distance_m={metres}")).unwrap_or_default();
        let answer = server.get(&format!("/positions/nearest?lat={}&lon={}&k={k}{limit}", from.0, from.1)).await;
        let mut all: Vec<f64> = places.values().map(|place| metres(from, *place)).collect();
        all.sort_by(f64::total_cmp);
        // What lies within a hair of the limit may be in or out.
        let near = |metres: f64| max_m.is_none_or(|max| metres <= max * 0.9999 - 0.02);
        let far = |metres: f64| max_m.is_some_and(|max| metres > max * 1.0001 + 0.02);
        let items = answer["items"].as_array().unwrap();
        assert!(items.len() >= all.iter().filter(|metres| near(**metres)).count().min(k), "round {round}");
        assert!(items.len() <= all.iter().filter(|metres| !far(**metres)).count().min(k), "round {round}");
        let unique: std::collections::BTreeSet<_> = ids(&answer).into_iter().collect();
        assert_eq!(unique.len(), items.len(), "each once");
        for (index, item) in items.iter().enumerate() {
            let (shown, true_m) = (item["distance_m"].as_f64().unwrap(), metres(from, places[item["agent"].as_str().unwrap()]));
            // Beyond a degree the server measures on the sphere.
            let tolerance = if true_m < 60_000.0 { 1e-4 } else { 1e-2 };
            assert!((shown - true_m).abs() <= 0.02 + tolerance * true_m, "round {round}: {shown} m, should be {true_m}");
            assert!(
                (shown - all[index]).abs() <= 0.02 + tolerance * all[index],
                "round {round}: number {index} is {} m away",
                all[index]
            );
        }
        assert!(items.iter().map(|item| item["distance_m"].as_f64().unwrap()).is_sorted());
    }
}

async fn within_agrees_with_brute_force(server: &Server, places: &Places, random: &mut Random) {
    for round in 0..40 {
        let (south, west) = (random.degrees(52.2, 52.6), random.degrees(13.0, 13.6));
        let (north, east) = (south + random.degrees(0.001, 0.3), west + random.degrees(0.001, 0.4));
        let answer = server.get(&format!("/positions/within?bbox={west},{south},{east},{north}")).await;
        let inside = |(lat, lon): (f64, f64)| (south..=north).contains(&lat) && (west..=east).contains(&lon);
        let expected: Vec<_> = places.iter().filter(|(_, place)| inside(**place)).map(|(id, _)| id.as_str()).collect();
        assert_eq!(sorted(ids(&answer)), expected, "round {round}");
        assert_eq!(answer["truncated"], false);

        // A star around a point, with a hole in the middle of every other one.
        let centre = (random.degrees(52.4, 52.6), random.degrees(13.2, 13.6));
        let ring = |scale: f64, random: &mut Random| {
            let corners = 5 + random.below(12);
            let mut ring: Vec<[f64; 2]> = (0..corners)
                .map(|corner| {
                    let angle = std::f64::consts::TAU * corner as f64 / corners as f64;
                    let radius = scale * (0.5 + random.below(500) as f64 / 1_000.0);
                    [centre.1 + radius * angle.cos(), centre.0 + radius * angle.sin()]
                })
                .collect();
            ring.push(ring[0]);
            ring
        };
        let mut rings = vec![ring(0.2, random)];
        if round % 2 == 0 {
            rings.push(ring(0.03, random));
        }
        let answer = server.post("/positions/within", json!({"area": {"type": "Polygon", "coordinates": rings}})).await;
        let inside = |(lat, lon): (f64, f64)| rings.iter().map(|ring| crossings(ring, lat, lon)).sum::<usize>() % 2 == 1;
        let expected: Vec<_> = places.iter().filter(|(_, place)| inside(**place)).map(|(id, _)| id.as_str()).collect();
        assert_eq!(sorted(ids(&answer)), expected, "round {round}: {rings:?}");
    }

    // Across the antimeridian.
    let answer = server.get("/positions/within?bbox=179.5,-18,-179.5,-16").await;
    let expected: Vec<_> =
        places.iter().filter(|(_, (lat, lon))| *lat < 0.0 && lon.abs() >= 179.5).map(|(id, _)| id.as_str()).collect();
    assert!(expected.len() > 5);
    assert_eq!(sorted(ids(&answer)), expected);
}

/// Sides of the ring that a ray to the east crosses.
fn crossings(ring: &[[f64; 2]], lat: f64, lon: f64) -> usize {
    let crosses = |side: &&[[f64; 2]]| {
        let ([ax, ay], [bx, by]) = (side[0], side[1]);
        (ay > lat) != (by > lat) && lon < ax + (lat - ay) / (by - ay) * (bx - ax)
    };
    ring.windows(2).filter(crosses).count()
}

async fn pages_and_territories_cover_everybody(server: &Server, places: &Places, territory: &str, members: &[Agent]) {
    let mut paged = Vec::new();
    let mut after = String::new();
    loop {
        let page = server.get(&format!("/positions?limit=37{after}")).await;
        paged.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let shown: Places = paged
        .iter()
        .map(|row| (row["agent"].as_str().unwrap().to_owned(), (row["lat"].as_f64().unwrap(), row["lon"].as_f64().unwrap())))
        .collect();
    assert_eq!(paged.len(), places.len(), "each once");
    assert_eq!(&shown, places);
    assert!(paged.iter().all(|row| row["status"] == "moving"));

    let mut expected: Vec<_> = members.iter().map(|agent| agent.id.as_str()).collect();
    expected.sort_unstable();
    let inside = server.get(&format!("/positions?territory={territory}")).await;
    assert_eq!(ids(&inside), expected, "by agent");
    let outside = server.get("/positions?territory=none").await;
    assert_eq!(ids(&outside).len(), places.len() - members.len());
    let empty = server.get(&format!("/positions?territory={}", uuid::Uuid::now_v7())).await;
    assert_eq!(ids(&empty).len(), 0);
}

async fn bad_questions_name_the_field(server: &Server) {
    for (path, field) in [
        ("/positions/nearest?lat=91&lon=0", "lat"),
        ("/positions/nearest?lat=NaN&lon=0", "lat"),
        ("/positions/nearest?lat=0&lon=181", "lon"),
        ("/positions/nearest?lat=0&lon=0&k=0", "k"),
        ("/positions/nearest?lat=0&lon=0&k=101", "k"),
        ("/positions/nearest?lat=0&lon=0&max_distance_m=-1", "max_distance_m"),
        ("/positions/nearest?lat=0&lon=0&max_distance_m=inf", "max_distance_m"),
        ("/positions/within?bbox=1,2,3", "bbox"),
        ("/positions/within?bbox=1,2,3,x", "bbox"),
        ("/positions/within?bbox=13,53,14,52", "bbox"),
        ("/positions/within?bbox=13,52,14,95", "bbox"),
        ("/positions?limit=0", "limit"),
        ("/positions?limit=10001", "limit"),
        ("/positions?after=x", "after"),
        ("/positions?territory=north", "territory"),
    ] {
        let answer = server.call(Method::GET, path, None).await;
        assert_eq!((answer.status, answer.field()), (400, field), "{path}: {answer:?}");
        assert!(answer.body["fields"][0]["limit"].is_string(), "{path}: {answer:?}");
    }
    for (path, field) in [
        ("/positions/nearest?lat=1", "lon"),
        ("/positions/within", "bbox"),
        ("/positions/nearest?lat=a&lon=1", "lat"),
        ("/positions?colour=red", "colour"),
    ] {
        let answer = server.call(Method::GET, path, None).await;
        assert_eq!((answer.status, answer.field()), (400, field), "{path}: {answer:?}");
    }
    let open = json!({"area": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}});
    let answer = server.call(Method::POST, "/positions/within", Some(open)).await;
    assert_eq!((answer.status, answer.field()), (400, "area.coordinates[0][3]"), "{answer:?}");
}

#[tokio::test]
async fn live_questions_agree_with_brute_force() {
    let mut random = Random::new(11);
    let server = Server::start().await;
    let territory = server.territory("Brandenburg").await;
    let members = server.agents(120, Some(&territory)).await;
    let others = server.agents(200, None).await;
    let mut places = Places::new();
    let at = minutes_ago(1);
    let mut fixes = Vec::new();
    for (index, agent) in members.iter().chain(&others).enumerate() {
        let place = match index % 16 {
            0 => (random.degrees(-17.5, -16.5), random.degrees(179.0, 180.0)),
            1 => (random.degrees(-17.5, -16.5), random.degrees(-180.0, -179.0)),
            2 => (52.5, 13.4), // a crowd in one place
            _ => (random.degrees(52.2, 52.8), random.degrees(13.0, 13.8)),
        };
        places.insert(agent.id.clone(), place);
        fixes.push((agent, fix(at, place.0, place.1)));
    }
    let sent = futures_util::stream::iter(fixes).for_each_concurrent(16, async |(agent, fix)| {
        server.ingest(agent, &[fix]).await;
    });
    sent.await;
    nearest_agrees_with_brute_force(&server, &places, &mut random).await;
    within_agrees_with_brute_force(&server, &places, &mut random).await;
    pages_and_territories_cover_everybody(&server, &places, &territory, &members).await;
    bad_questions_name_the_field(&server).await;
}
