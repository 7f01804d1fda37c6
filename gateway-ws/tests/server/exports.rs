//! Tracks as files and thinned out: read back with parsers that are not ours, and measured against the whole track.

use super::common::{Agent, Phone, Random, Server, fix, key, keys, minutes_ago};
use super::history::walk;
use salessync_engine::Point;
use salessync_engine::geo::distance::{between, metres};
use serde_json::{Value, json};
use std::collections::HashSet;

const GPX: &str = "http://www.topografix.com/GPX/1/1";
const GPXTPX: &str = "http://www.garmin.com/xmlschemas/TrackPointExtension/v2";
const OURS: &str = "urn:salessync:gpx:1";
const KML: &str = "http://www.opengis.net/kml/2.2";
const GX: &str = "http://www.google.com/kml/ext/2.2";

/// Fixes of a file and whether a new line begins there, one device after the other.
type Lines = Vec<(Value, bool)>;

async fn file(server: &Server, agent: &Agent, query: &str) -> String {
    server.text(&format!("/api/v1/agents/{}/track?{query}", agent.id)).await
}

fn number(text: Option<&str>) -> Value {
    text.filter(|text| !text.is_empty()).map_or(Value::Null, |text| json!(text.parse::<f64>().unwrap()))
}

fn child<'a>(node: roxmltree::Node<'a, '_>, namespace: &str, name: &str) -> Option<&'a str> {
    node.descendants().find(|child| child.has_tag_name((namespace, name))).and_then(|child| child.text())
}

/// Numbers of a fix: whole ones are the same whether written `52` or `52.0`.
fn shown(fix: &Value, fields: &[&str]) -> Vec<Value> {
    let normal = |value: &Value| value.as_f64().map_or_else(|| value.clone(), |number| json!(number));
    fields.iter().map(|field| normal(&fix[*field])).collect()
}

fn read_gpx(text: &str) -> Lines {
    let document = roxmltree::Document::parse(text).unwrap();
    let root = document.root_element();
    assert!(root.has_tag_name((GPX, "gpx")) && root.attribute("version") == Some("1.1") && root.attribute("creator").is_some());
    let mut lines = Lines::new();
    for track in root.children().filter(|node| node.is_element()) {
        assert!(track.has_tag_name((GPX, "trk")), "{track:?}");
        let device = child(track, GPX, "name").unwrap();
        for segment in track.children().filter(|node| node.has_tag_name((GPX, "trkseg"))) {
            for (at, point) in segment.children().filter(|node| node.is_element()).enumerate() {
                // The schema has them in this order.
                let order: Vec<_> =
                    point.children().filter(|node| node.is_element()).map(|node| node.tag_name().name()).collect();
                let known: Vec<_> = ["ele", "time", "extensions"].into_iter().filter(|name| order.contains(name)).collect();
                assert_eq!(order, known);
                let fix = json!({
                    "recorded_at": child(point, GPX, "time"), "device": device,
                    "lat": number(point.attribute("lat")), "lon": number(point.attribute("lon")),
                    "altitude_m": number(child(point, GPX, "ele")), "speed_mps": number(child(point, GPXTPX, "speed")),
                    "bearing_deg": number(child(point, GPXTPX, "course")), "accuracy_m": number(child(point, OURS, "accuracy")),
                    "quarantine": child(point, OURS, "quarantine"),
                });
                lines.push((fix, at == 0));
            }
        }
    }
    lines
}

fn read_kml(text: &str) -> Lines {
    let document = roxmltree::Document::parse(text).unwrap();
    let root = document.root_element();
    assert!(root.has_tag_name((KML, "kml")));
    let mut lines = Lines::new();
    for folder in root.descendants().filter(|node| node.has_tag_name((KML, "Folder"))) {
        let device = child(folder, KML, "name").unwrap();
        for placemark in folder.children().filter(|node| node.has_tag_name((KML, "Placemark"))) {
            let mut is_first = true;
            for track in placemark.descendants().filter(|node| node.has_tag_name((GX, "Track"))) {
                let all = |namespace, name| {
                    let nodes = track.children().filter(move |node| node.has_tag_name((namespace, name)));
                    nodes.map(|node| node.text().unwrap()).collect::<Vec<_>>()
                };
                let (times, places) = (all(KML, "when"), all(GX, "coord"));
                let array = |name: &str| {
                    let array = track.descendants().find(|node| node.attribute("name") == Some(name)).unwrap();
                    array
                        .children()
                        .filter(|node| node.is_element())
                        .map(|node| node.text().unwrap_or_default())
                        .collect::<Vec<_>>()
                };
                let arrays = ["accuracy_m", "speed_mps", "bearing_deg", "battery", "source", "quarantine"].map(array);
                assert!(arrays.iter().all(|array| array.len() == times.len()) && places.len() == times.len());
                for at in 0..times.len() {
                    let place: Vec<_> = places[at].split(' ').collect();
                    let fix = json!({
                        "recorded_at": times[at], "device": device,
                        "lat": number(Some(place[1])), "lon": number(Some(place[0])), "altitude_m": number(place.get(2).copied()),
                        "accuracy_m": number(Some(arrays[0][at])), "speed_mps": number(Some(arrays[1][at])),
                        "bearing_deg": number(Some(arrays[2][at])), "battery": number(Some(arrays[3][at])), "source": arrays[4][at],
                        "quarantine": Some(arrays[5][at]).filter(|text| !text.is_empty()),
                    });
                    lines.push((fix, std::mem::take(&mut is_first)));
                }
            }
        }
    }
    lines
}

fn read_csv(text: &str) -> Vec<Value> {
    assert!(text.ends_with("\r\n") && text.matches('\n').count() == text.matches("\r\n").count());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().unwrap().clone();
    let is_text = |name: &str| ["recorded_at", "source", "device", "quarantine"].contains(&name);
    let record = |record: csv::StringRecord| {
        let fields = names.iter().zip(record.iter());
        fields
            .map(|(name, text)| {
                (name.to_owned(), if is_text(name) && !text.is_empty() { json!(text) } else { number(Some(text)) })
            })
            .collect()
    };
    reader.records().map(|line| record(line.unwrap())).collect()
}

/// GeoJSON lines: a line that goes on begins with the last position of the one before.
fn read_lines(text: &str) -> Lines {
    let collection: Value = serde_json::from_str(text).unwrap();
    let mut lines = Lines::new();
    for feature in collection["features"].as_array().unwrap() {
        let properties = &feature["properties"];
        let places = &feature["geometry"]["coordinates"];
        let places =
            if feature["geometry"]["type"] == "Point" { vec![places.clone()] } else { places.as_array().unwrap().clone() };
        let times = properties["times"].as_array().unwrap();
        assert_eq!((times.len() as u64, places.len()), (properties["fixes"].as_u64().unwrap(), times.len()));
        assert_eq!((times.first(), times.last()), (Some(&properties["from"]), Some(&properties["to"])));
        assert!(places.len() > 1 || feature["geometry"]["type"] == "Point");
        for (at, (place, time)) in places.iter().zip(times).enumerate() {
            let fix = json!({"recorded_at": time, "device": properties["device"], "lat": place[1], "lon": place[0], "altitude_m": place[2],
                             "quarantine": properties["quarantine"][at]});
            let goes_on = at == 0 && lines.last().is_some_and(|(last, _)| *last == fix);
            if !goes_on {
                lines.push((fix, at == 0));
            }
        }
    }
    lines
}

/// The fixes of a track by device, and where a line begins: the rule, written down a second time.
fn expected_lines(whole: &[Value], gap_s: i64) -> Lines {
    let mut devices: Vec<_> = whole.iter().map(|fix| fix["device"].as_str().unwrap()).collect();
    devices.sort_unstable();
    devices.dedup();
    let mut lines = Lines::new();
    for device in devices {
        let mut last: Option<i64> = None;
        for fix in whole.iter().filter(|fix| fix["device"] == device) {
            let at = key(fix, "").0;
            lines.push((fix.clone(), last.is_none_or(|last| at - last > gap_s * 1000)));
            last = Some(at);
        }
    }
    lines
}

fn same_lines(given: &Lines, expected: &Lines, fields: &[&str]) {
    assert_eq!(given.len(), expected.len());
    for ((given, begins), (expected, should_begin)) in given.iter().zip(expected) {
        assert_eq!((shown(given, fields), begins), (shown(expected, fields), should_begin));
    }
}

/// Every format gives `whole`, and breaks lines at the gaps.
pub async fn every_file_holds_the_same(server: &Server, agent: &Agent, whole: &[Value]) {
    let base = ["recorded_at", "device", "lat", "lon", "altitude_m", "quarantine"];
    let gpx = [base.as_slice(), &["speed_mps", "bearing_deg", "accuracy_m"]].concat();
    let all = [gpx.as_slice(), &["battery", "source"]].concat();
    for (query, gap_s) in [("", 3_600), ("&gap_s=4", 4)] {
        let expected = expected_lines(whole, gap_s);
        same_lines(&read_gpx(&file(server, agent, &format!("format=gpx{query}")).await), &expected, &gpx);
        same_lines(&read_kml(&file(server, agent, &format!("format=kml{query}")).await), &expected, &all);
        same_lines(&read_lines(&file(server, agent, &format!("format=geojson&geometry=line{query}")).await), &expected, &base);
    }
    let rows = read_csv(&file(server, agent, "format=csv").await);
    assert_eq!(rows.len(), whole.len());
    for (row, fix) in rows.iter().zip(whole) {
        assert_eq!(shown(row, &all), shown(fix, &all));
    }
    let points = file(server, agent, "format=geojson").await;
    assert_eq!(file(server, agent, "format=geojson&geometry=points").await, points);
}

async fn pages(server: &Server, agent: &Agent, query: &str, limit: usize) -> Vec<Value> {
    let (mut fixes, mut after) = (Vec::new(), String::new());
    loop {
        let page = server.get(&format!("/agents/{}/track?{query}&limit={limit}{after}", agent.id)).await;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        fixes.extend(items.iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return fixes,
        }
    }
}

fn point(fix: &Value) -> Point {
    Point::new(fix["lat"].as_f64().unwrap(), fix["lon"].as_f64().unwrap()).unwrap()
}

/// Whoever is left out is near the line through those that stay, device by device.
fn is_simplified(whole: &[Value], given: &[Value], tolerance_m: f64) {
    for device in ["default", "tablet"] {
        let of = |fixes: &[Value]| fixes.iter().filter(|fix| fix["device"] == device).cloned().collect::<Vec<_>>();
        let (whole, given) = (of(whole), of(given));
        assert_eq!((whole.first(), whole.last()), (given.first(), given.last()));
        let mut stays = given.iter().peekable();
        let mut last = None;
        for fix in &whole {
            if stays.peek() == Some(&fix) {
                last = stays.next();
                continue;
            }
            let (a, b) = (point(last.unwrap()), point(stays.peek().unwrap()));
            let at = |step: i32| metres(point(fix), between(a, b, f64::from(step) / 400.0)).0;
            let near = (0..=20).min_by(|a, b| at(a * 20).total_cmp(&at(b * 20))).unwrap() * 20;
            let nearest = (near - 20..=near + 20).filter(|step| (0..=400).contains(step)).map(at).fold(f64::INFINITY, f64::min);
            assert!(nearest <= tolerance_m + metres(a, b).0 / 800.0 + 0.02, "{nearest} m of {tolerance_m} m at {fix}");
        }
        assert!(stays.next().is_none(), "what stays is part of the whole, in its order");
    }
}

/// The first of each device in each bucket, and the last of all.
fn downsampled(whole: &[Value], every_s: i64) -> Vec<Value> {
    let mut seen = HashSet::new();
    let is_first = |fix: &Value| (key(fix, "").0.div_euclid(every_s * 1000), fix["device"].as_str().unwrap().to_owned());
    let stays = |(at, fix): (usize, &Value)| (seen.insert(is_first(fix)) || at + 1 == whole.len()).then(|| fix.clone());
    whole.iter().enumerate().filter_map(stays).collect()
}

#[tokio::test]
async fn a_thinned_track_is_the_same_in_pages_and_in_files() {
    let mut random = Random::new(11);
    let server = Server::start().await;
    let agent = server.agent().await;
    // More than one run, with a silence in the middle; and a tablet that was silent for most of it.
    let morning = walk(&mut random, minutes_ago(700), 4_000, 3_500);
    let evening = walk(&mut random, minutes_ago(320), 4_000, 3_500);
    let parked: Vec<_> = (0..300).map(|at| fix(minutes_ago(80) + at * 7_000, 52.6, 13.5)).collect();
    let phone_fixes = [morning, evening, parked].concat();
    let tablet: Vec<Value> = phone_fixes[3_200..3_900]
        .iter()
        .map(|fix| json!({"recorded_at": fix["recorded_at"], "lat": fix["lat"], "lon": 13.3}))
        .collect();
    let mut phone = Phone::connect(&server, &agent).await;
    for batch in phone_fixes.chunks(150) {
        phone.send(batch).await;
        phone.settled().await;
    }
    let mut phone = Phone::connect(&server, &agent).await.with_device("tablet");
    for batch in tablet.chunks(150) {
        phone.deliver(batch).await;
    }
    let whole = server.track(&agent).await;
    assert_eq!(whole.len(), phone_fixes.len() + tablet.len());
    every_file_holds_the_same(&server, &agent, &whole).await;

    let mut before = whole.len();
    for tolerance_m in [0.5, 40.0, 1_000.0] {
        let query = format!("simplify_m={tolerance_m}&suspects=include");
        let given = pages(&server, &agent, &query, 10_000).await;
        is_simplified(&whole, &given, tolerance_m);
        assert!(given.len() < before, "{} fixes stay within {tolerance_m} m", given.len());
        before = given.len();
        assert_eq!(pages(&server, &agent, &query, 61).await, given, "whatever the size of a page");
        assert_eq!(keys(&read_csv(&file(&server, &agent, &format!("{query}&format=csv")).await), ""), keys(&given, ""));
        let line = read_gpx(&file(&server, &agent, &format!("{query}&format=gpx")).await);
        // Lines break where the whole track does, not where a straight way has been simplified to its ends.
        let breaks = |lines: &Lines| lines.iter().filter(|(_, begins)| *begins).map(|(fix, _)| key(fix, "")).collect::<Vec<_>>();
        assert_eq!(breaks(&line), breaks(&expected_lines(&whole, 3_600)));
        let fixes: Vec<_> = line.into_iter().map(|(fix, _)| fix).collect();
        let given: HashSet<_> = keys(&fixes, "").into_iter().collect();
        let by_key: Vec<_> = whole.iter().filter(|fix| given.contains(&key(fix, ""))).cloned().collect();
        is_simplified(&whole, &by_key, tolerance_m);
    }
    for every_s in [1, 30, 3_600, 86_400] {
        let query = format!("every_s={every_s}&suspects=include");
        let expected = downsampled(&whole, every_s);
        assert_eq!(pages(&server, &agent, &query, 10_000).await, expected, "{query}");
        assert_eq!(pages(&server, &agent, &query, 7.max(expected.len() / 20)).await, expected, "{query}, in small pages");
        assert_eq!(keys(&read_csv(&file(&server, &agent, &format!("{query}&format=csv")).await), ""), keys(&expected, ""));
        let of_phone: Vec<_> = whole.iter().filter(|fix| fix["device"] == "default").cloned().collect();
        let gpx = read_gpx(&file(&server, &agent, &format!("{query}&format=gpx")).await);
        let given: Vec<_> = gpx.into_iter().map(|(fix, _)| fix).filter(|fix| fix["device"] == "default").collect();
        assert_eq!(keys(&given, ""), keys(&downsampled(&of_phone, every_s), ""));
    }
    let nobody = server.agent().await;
    for format in ["gpx", "kml", "csv", "geojson", "geojson&geometry=line"] {
        let text = file(&server, &nobody, &format!("format={format}")).await;
        let n = match format {
            "gpx" => read_gpx(&text).len(),
            "kml" => read_kml(&text).len(),
            "csv" => read_csv(&text).len(),
            _ => serde_json::from_str::<Value>(&text).unwrap()["features"].as_array().unwrap().len(),
        };
        assert_eq!(n, 0, "{format} of nothing");
    }
}
