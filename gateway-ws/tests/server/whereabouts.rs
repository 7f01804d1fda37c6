//! Where everybody was, and who was there: against a plain look at every fix that was sent, before compaction and after.

use super::common::{Agent, Random, Server, eventually, fix, key, minutes_ago};
use reqwest::Method;
use salessync_engine::Point;
use salessync_engine::geo::distance::{between, metres};
use serde_json::{Value, json};

/// Steps a way between two fixes is looked at in.
const STEPS: i64 = 200;

struct Person {
    agent: Agent,
    territory: bool,
    /// Of each device, in order.
    devices: Vec<(&'static str, Vec<Value>)>,
}

fn point(fix: &Value) -> Point {
    Point::new(fix["lat"].as_f64().unwrap(), fix["lon"].as_f64().unwrap()).unwrap()
}

fn at(fix: &Value) -> i64 {
    fix["recorded_at"].as_i64().unwrap()
}

/// Sparse fixes on long ways, now and then a silence: whoever only looks at fixes, or at the boxes of chunks, finds little.
fn drive(random: &mut Random, from_ms: i64, n: usize) -> Vec<Value> {
    let (mut lat, mut lon, mut time) = (random.degrees(52.4, 52.6), random.degrees(13.3, 13.5), from_ms);
    let mut fixes = Vec::new();
    for _ in 0..n {
        fixes.push(fix(time, lat, lon));
        lat = (lat + random.degrees(-0.03, 0.03)).clamp(52.3, 52.7);
        lon = (lon + random.degrees(-0.05, 0.05)).clamp(13.2, 13.6);
        time += 1_000 * (60 + random.below(240) as i64) + if random.below(12) == 0 { 5_400_000 } else { 0 };
    }
    fixes
}

async fn people(server: &Server, random: &mut Random) -> Vec<Person> {
    let territory = server.territory("Centre").await;
    let mut agents = server.agents(8, Some(&territory)).await;
    agents.extend(server.agents(8, None).await);
    let mut people = Vec::new();
    for (index, agent) in agents.into_iter().enumerate() {
        let mut devices = vec![("default", drive(random, minutes_ago(600) + 7_000 * index as i64, 60))];
        if index % 4 == 0 {
            devices.push(("tablet", drive(random, minutes_ago(600) + 30_000, 30)));
        }
        people.push(Person { agent, territory: index < 8, devices });
    }
    people.sort_by(|a, b| a.agent.id.cmp(&b.agent.id));
    // Late parts: every other fix comes later, so that chunks lie within each other's time.
    for half in [0, 1] {
        for person in &people {
            for (device, fixes) in &person.devices {
                let part: Vec<_> = fixes.iter().skip(half).step_by(2).cloned().collect();
                super::common::Phone::connect(server, &person.agent).await.with_device(device).deliver(&part).await;
            }
        }
        if half == 0 {
            compacted(server, 1.0).await;
        }
    }
    people
}

async fn compacted(server: &Server, fixes: f64) {
    eventually("the journal is compacted", async || {
        (server.metric("salessync_compacted_fixes_total").await >= fixes).then_some(())
    })
    .await;
}

async fn all(server: &Server, path: &str, limit: usize) -> Vec<Value> {
    let (mut items, mut after) = (Vec::new(), String::new());
    loop {
        let page = server.get(&format!("{path}&limit={limit}{after}")).await;
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return items,
        }
    }
}

/// The last fix at or before `time`, and the first after it of the same device.
fn around(person: &Person, time: i64, max_age_s: i64) -> Option<(&'static str, &Value, Option<&Value>)> {
    let before = person.devices.iter().flat_map(|(device, fixes)| {
        fixes.iter().filter(|fix| (time - max_age_s * 1000..=time).contains(&at(fix))).map(move |fix| (*device, fix))
    });
    let (device, before) = before.max_by_key(|(device, fix)| (key(fix, device), *device))?;
    let fixes = &person.devices.iter().find(|(name, _)| *name == device)?.1;
    Some((device, before, fixes.iter().find(|fix| at(fix) > time)))
}

async fn everybody_is_where_they_were(server: &Server, people: &[Person], times: &[i64]) {
    for &time in times {
        for (query, max_age_s, gap_s, territory) in [
            ("", 3_600, 0, None),
            ("&max_age_s=120", 120, 0, None),
            ("&max_age_s=0", 0, 0, None),
            ("&interpolate=true", 3_600, 3_600, None),
            ("&interpolate=true&gap_s=150&max_age_s=86400&territory=none", 86_400, 150, Some(false)),
        ] {
            let path = format!("/positions/at?time={time}{query}");
            let given = all(server, &path, 1_000).await;
            assert_eq!(all(server, &path, 3).await, given, "in pages of three");
            let mut given = given.iter();
            for person in people.iter().filter(|person| territory.is_none_or(|territory| person.territory == territory)) {
                let Some((device, before, after)) = around(person, time, max_age_s) else { continue };
                let row = given.next().unwrap();
                assert_eq!(row["agent"], person.agent.id.as_str());
                assert_eq!(key(&row["fix"], ""), key(before, device), "{path}");
                assert_eq!(row["age_s"].as_f64().unwrap(), (time - at(before)) as f64 / 1000.0);
                let way = after.filter(|after| at(after) - at(before) <= gap_s * 1000 && time > at(before));
                assert_eq!(row["interpolated"], way.is_some(), "{path} {row}");
                let place = way.map_or(point(before), |after| {
                    between(point(before), point(after), (time - at(before)) as f64 / (at(after) - at(before)) as f64)
                });
                assert!(metres(point(row), place).0 < 0.03, "{row} instead of {place:?}");
            }
            assert!(given.next().is_none(), "{path}");
        }
    }
}

/// What somebody who knows every fix says of a visit: first, last, seconds inside, fixes inside, nearest.
fn visit(
    person: &Person,
    from: i64,
    to: i64,
    gap_s: i64,
    distance: &impl Fn(Point) -> f64,
    radius: f64,
) -> Option<(i64, i64, f64, u64, f64)> {
    let (mut fixes, mut nearest, mut inside) = (0, f64::INFINITY, Vec::new());
    for (_, track) in &person.devices {
        for fix in track.iter().filter(|fix| (from..to).contains(&at(fix)) && distance(point(fix)) <= radius) {
            fixes += 1;
            inside.push((at(fix), at(fix)));
        }
        for pair in track.windows(2).filter(|pair| at(&pair[1]) - at(&pair[0]) <= gap_s * 1000) {
            let ms = at(&pair[1]) - at(&pair[0]);
            for step in 0..STEPS {
                let (start, end) = (at(&pair[0]) + ms * step / STEPS, at(&pair[0]) + ms * (step + 1) / STEPS);
                let place = between(point(&pair[0]), point(&pair[1]), (step as f64 + 0.5) / STEPS as f64);
                if start >= from && end <= to && distance(place) <= radius {
                    nearest = nearest.min(distance(place));
                    inside.push((start, end));
                }
            }
        }
    }
    inside.sort_unstable();
    let first = inside.first()?.0;
    let mut last = first;
    let mut total = 0;
    for (start, end) in inside {
        total += (end - start.max(last)).max(0);
        last = last.max(end);
    }
    Some((first, last, total as f64 / 1000.0, fixes, nearest))
}

/// Compares an answer with `visit`, to the step that looks; a visit shorter than a step may be missed by it.
fn agrees(
    given: &[Value],
    people: &[Person],
    what: &str,
    expected: impl Fn(&Person) -> Option<(i64, i64, f64, u64, f64)>,
) -> usize {
    assert!(given.is_sorted_by(|a, b| a["agent"].as_str() < b["agent"].as_str()));
    let step_s = 1.0 + 3_600.0 / STEPS as f64;
    let time =
        |row: &Value, field: &str| chrono::DateTime::parse_from_rfc3339(row[field].as_str().unwrap()).unwrap().timestamp_millis();
    let mut met = 0;
    for person in people {
        let row = given.iter().find(|row| row["agent"] == person.agent.id.as_str());
        match (row, expected(person)) {
            (None, None) => {}
            (Some(row), None) => {
                assert!(row["inside_s"].as_f64().unwrap() < step_s && row["fixes"] == 0, "{what}: nobody, {row}")
            }
            (None, Some(expected)) => panic!("{what}: {expected:?} of {} is missing", person.agent.id),
            (Some(row), Some((first, last, inside_s, fixes, nearest))) => {
                met += 1;
                assert_eq!(row["fixes"], fixes, "{what}: {row}");
                // Every way in or out is off by a step at most.
                let visits = 4.0 + inside_s / 30.0;
                assert!((row["inside_s"].as_f64().unwrap() - inside_s).abs() <= visits * step_s, "{what}: {inside_s} s, {row}");
                assert!(
                    (time(row, "first_at") - first).abs() as f64 <= 1_000.0 * step_s || time(row, "first_at") < first,
                    "{what}: {first}, {row}"
                );
                assert!(
                    (time(row, "last_at") - last).abs() as f64 <= 1_000.0 * step_s || time(row, "last_at") > last,
                    "{what}: {last}, {row}"
                );
                assert!(row["nearest_m"].as_f64().unwrap() <= nearest + 0.02, "{what}: {nearest} m, {row}");
            }
        }
    }
    met
}

async fn everybody_who_was_there_is_found(server: &Server, people: &[Person], random: &mut Random) {
    let (start, end) = (minutes_ago(620), minutes_ago(1));
    let mut met = 0;
    for (radius, gap_s, from, to) in [
        (300.0, 3_600, start, end),
        (1_500.0, 120, start, end),
        (1_500.0, 3_600, minutes_ago(400), minutes_ago(390)),
        (20.0, 3_600, start, end),
        (12_000.0, 3_600, start, end),
    ] {
        let centre = Point::new(random.degrees(52.45, 52.55), random.degrees(13.35, 13.45)).unwrap();
        let path = format!(
            "/history/near?lat={}&lon={}&radius_m={radius}&from={from}&to={to}&gap_s={gap_s}",
            centre.lat(),
            centre.lon()
        );
        let given = all(server, &path, 100).await;
        assert_eq!(all(server, &path, 2).await, given, "in pages of two");
        let distance = |place| metres(centre, place).0;
        met += agrees(&given, people, &path, |person| visit(person, from, to, gap_s, &distance, radius));

        let line: Vec<_> = (0..4).map(|_| Point::new(random.degrees(52.4, 52.6), random.degrees(13.3, 13.5)).unwrap()).collect();
        let coordinates: Vec<_> = line.iter().map(|place| [place.lon(), place.lat()]).collect();
        let radius = radius / 3.0;
        let body = json!({"line": {"type": "LineString", "coordinates": coordinates}, "radius_m": radius, "from": from, "to": to, "gap_s": gap_s});
        let given = server.post("/history/corridor", body.clone()).await;
        // In a plane that is right to a per cent: the margins below are wider.
        let to_line = |place: Point| {
            let flat = |other: Point| ((other.lon() - place.lon()) * 67_900.0, (other.lat() - place.lat()) * 111_270.0);
            let to_leg = |leg: &[Point]| {
                let ((ax, ay), (bx, by)) = (flat(leg[0]), flat(leg[1]));
                let (dx, dy) = (bx - ax, by - ay);
                let share = (-(ax * dx + ay * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
                (ax + share * dx).hypot(ay + share * dy)
            };
            line.windows(2).map(to_leg).fold(f64::INFINITY, f64::min)
        };
        for row in given["items"].as_array().unwrap() {
            let person = people.iter().find(|person| row["agent"] == person.agent.id.as_str()).unwrap();
            assert!(
                visit(person, from, to, gap_s, &to_line, radius * 1.01 + 50.0).is_some()
                    || row["inside_s"].as_f64().unwrap() < 10.0,
                "{row}"
            );
        }
        for person in people {
            let sure = visit(person, from, to, gap_s, &to_line, radius * 0.99 - 1.0);
            let row = given["items"].as_array().unwrap().iter().find(|row| row["agent"] == person.agent.id.as_str());
            if let Some((.., inside_s, fixes, _)) = sure {
                met += 1;
                let row = row.unwrap_or_else(|| panic!("{body}: {} is missing", person.agent.id));
                assert!(
                    row["fixes"].as_u64().unwrap() >= fixes && row["inside_s"].as_f64().unwrap() + 20.0 >= inside_s,
                    "{inside_s}, {row}"
                );
            }
        }

        let (west, south, side) = (random.degrees(13.3, 13.45), random.degrees(52.4, 52.55), 0.03);
        let (east, north) = (west + side, south + side);
        let bbox = json!([west, south, east, north]);
        let ring = json!([[[west, south], [east, south], [east, north], [west, north], [west, south]]]);
        let ask = |place: &str, value: Value| json!({place: value, "from": from, "to": to, "gap_s": gap_s});
        let given = server.post("/history/area", ask("bbox", bbox)).await;
        let same = server.post("/history/area", ask("area", json!({"type": "Polygon", "coordinates": ring}))).await;
        let outside = |place: Point| {
            let is_inside = (west..=east).contains(&place.lon()) && (south..=north).contains(&place.lat());
            if is_inside { 0.0 } else { 1.0 }
        };
        for given in [given, same] {
            met += agrees(given["items"].as_array().unwrap(), people, "area", |person| {
                visit(person, from, to, gap_s, &outside, 0.5)
            });
        }
    }
    assert!(met > 50, "only {met} visits to compare");
}

async fn bad_questions_name_the_field(server: &Server) {
    let refused = async |method: Method, path: &str, body: Option<Value>, field: &str| {
        let answer = server.call(method, path, body.clone()).await;
        assert_eq!((answer.status, answer.field()), (400, field), "{path} {body:?}: {answer:?}");
        answer
    };
    for (query, field) in [
        ("", "time"),
        ("time=noon", "time"),
        ("time=0&max_age_s=-1", "max_age_s"),
        ("time=0&max_age_s=86401", "max_age_s"),
        ("time=0&max_age_s=NaN", "max_age_s"),
        ("time=0&gap_s=0", "gap_s"),
        ("time=0&interpolate=maybe", "interpolate"),
        ("time=0&territory=here", "territory"),
        ("time=0&limit=10001", "limit"),
        ("time=0&after=x", "after"),
        ("time=0&tim=1", "tim"),
    ] {
        refused(Method::GET, &format!("/positions/at?{query}"), None, field).await;
    }
    let fine = "lat=52&lon=13&radius_m=100&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z";
    assert_eq!(server.get(&format!("/history/near?{fine}")).await, json!({"items": [], "next": null}));
    for (from, to, field) in [
        ("lat=52", "lat=90.1", "lat"),
        ("lat=52", "lat=NaN", "lat"),
        ("lon=13", "lon=-181", "lon"),
        ("radius_m=100", "radius_m=0", "radius_m"),
        ("radius_m=100", "radius_m=-5", "radius_m"),
        ("radius_m=100", "radius_m=50001", "radius_m"),
        ("radius_m=100", "radius_m=NaN", "radius_m"),
        ("to=2026-01-02", "to=2026-02-02", "to"),
        ("to=2026-01-02", "to=2025-01-02", "from"),
        ("to=2026-01-02T00:00:00Z", "to=", "to"),
        ("lon=13", "lon=13&gap_s=86401", "gap_s"),
        ("lon=13", "lon=13&limit=1001", "limit"),
        ("lon=13", "lon=13&after=x", "after"),
    ] {
        let answer = refused(Method::GET, &format!("/history/near?{}", fine.replace(from, to)), None, field).await;
        assert!(answer.body["fields"][0]["limit"].is_string(), "{answer:?}");
    }
    assert_eq!(server.call(Method::GET, "/history/near?lat=52", None).await.field(), "lon");
    let day = json!({"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z"});
    let with = |fields: Value| {
        let mut body = day.clone();
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        Some(body)
    };
    let long: Vec<_> = (0..1_001).map(|at| [13.0, 52.0 + f64::from(at) * 1e-4]).collect();
    let line = |coordinates: Value| json!({"type": "LineString", "coordinates": coordinates});
    let fine = line(json!([[13.0, 52.0], [13.1, 52.0]]));
    server.post("/history/corridor", with(json!({"line": line(json!(long[..1_000])), "radius_m": 50_000})).unwrap()).await;
    for (fields, field) in [
        (json!({"line": line(json!(long)), "radius_m": 5}), "line.coordinates"),
        (json!({"line": line(json!([[13.0, 52.0]])), "radius_m": 5}), "line.coordinates"),
        (json!({"line": line(json!([[13.0, 52.0], [13.0, 91.0]])), "radius_m": 5}), "line.coordinates[1]"),
        (json!({"line": line(json!([[13.0, 52.0], ["x", 1]])), "radius_m": 5}), "line.coordinates[1]"),
        (json!({"line": {"type": "Point", "coordinates": [13.0, 52.0]}, "radius_m": 5}), "line.type"),
        (json!({"line": fine, "radius_m": 0}), "radius_m"),
        (json!({"line": fine}), "radius_m"),
        (json!({"line": fine, "radius_m": 5, "to": 1e300}), "to"),
        (json!({"line": fine, "radius_m": 5, "to": null}), "to"),
        (json!({"line": fine, "radius_m": 5, "to": "2026-03-01T00:00:00Z"}), "to"),
        (json!({"line": fine, "radius_m": 5, "gap_s": 0.5}), "gap_s"),
    ] {
        refused(Method::POST, "/history/corridor", with(fields), field).await;
    }
    let polygon = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]});
    for (fields, field) in [
        (json!({}), "area"),
        (json!({"area": polygon, "bbox": [0, 0, 1, 1]}), "bbox"),
        (json!({"bbox": [0, 1, 1, 0]}), "bbox"),
        (json!({"bbox": [0, 0, 181, 1]}), "bbox"),
        (json!({"area": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}}), "area.coordinates[0]"),
    ] {
        refused(Method::POST, "/history/area", with(fields), field).await;
    }
}

#[tokio::test]
async fn the_past_of_everybody_is_what_a_plain_look_says() {
    let mut random = Random::new(23);
    let mut server = Server::with(&[("STORAGE__COMPACT_AFTER_S", "1")]).await;
    let people = people(&server, &mut random).await;
    let fixes: f64 = people.iter().flat_map(|person| &person.devices).map(|(_, fixes)| fixes.len() as f64).sum();
    let mut times: Vec<_> = (0..6).map(|_| minutes_ago(30 + random.below(560) as i64)).collect();
    times.extend([at(&people[3].devices[0].1[20]), at(&people[0].devices[0].1[7]) - 1]);
    bad_questions_name_the_field(&server).await;
    everybody_is_where_they_were(&server, &people, &times).await;
    everybody_who_was_there_is_found(&server, &people, &mut random).await;

    // In chunks, all of it; then again from the journal's tail.
    compacted(&server, fixes).await;
    everybody_is_where_they_were(&server, &people, &times).await;
    everybody_who_was_there_is_found(&server, &people, &mut random).await;
    server.set("STORAGE__COMPACT_AFTER_S", "120");
    assert!(server.terminate().await.success());
    server.start_again().await;
    for person in people.iter().step_by(3) {
        for (device, fixes) in &person.devices {
            super::common::Phone::connect(&server, &person.agent).await.with_device(device).deliver(fixes).await;
        }
    }
    everybody_is_where_they_were(&server, &people, &times).await;
    everybody_who_was_there_is_found(&server, &people, &mut random).await;
}
