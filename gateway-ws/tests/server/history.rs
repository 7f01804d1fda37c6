//! One agent's history: the same answer by pages, by formats, by SQL, before and after compaction, for any date.

use super::common::{Agent, Phone, Random, Server, eventually, fix, key, keys, minutes_ago, now_ms};
use super::exports::every_file_holds_the_same;
use reqwest::Method;
use serde_json::{Value, json};

/// A day in 2008, far outside the partitions.
const IN_2008_MS: i64 = 1_211_018_400_000;

/// A walk with every field, some of them missing now and then.
pub fn walk(random: &mut Random, from_ms: i64, step_ms: i64, n: usize) -> Vec<Value> {
    let (mut lat, mut lon) = (52.5, 13.4);
    let mut fixes = Vec::with_capacity(n);
    for index in 0..n {
        lat += random.degrees(-0.001, 0.001);
        lon += random.degrees(-0.001, 0.001);
        let mut fix = fix(from_ms + step_ms * index as i64, lat, lon);
        for (field, value) in [
            ("accuracy_m", random.below(500) as f64 / 10.0),
            ("speed_mps", random.below(4_000) as f64 / 100.0),
            ("bearing_deg", random.below(3_600) as f64 / 10.0),
            ("altitude_m", random.below(9_000) as f64 / 10.0 - 100.0),
            ("battery", random.below(101) as f64 / 100.0),
        ] {
            if random.below(3) > 0 {
                fix[field] = json!(value);
            }
        }
        if random.below(2) > 0 {
            fix["source"] = json!(["gps", "network", "fused", "manual"][random.below(4) as usize]);
        }
        fixes.push(fix);
    }
    fixes
}

fn times(track: &[Value]) -> Vec<i64> {
    track.iter().map(|fix| key(fix, "").0).collect()
}

/// Every way of asking gives `whole`.
async fn every_way_of_asking_agrees(server: &Server, agent: &Agent, whole: &[Value]) {
    let path = format!("/agents/{}/track", agent.id);
    assert!(times(whole).is_sorted());

    for limit in [1, 7, 97] {
        let from = if limit == 1 { whole[whole.len() - 30]["recorded_at"].as_str().unwrap() } else { "1970-01-01T00:00:00Z" };
        let expected: Vec<_> =
            whole.iter().filter(|fix| limit != 1 || key(fix, "").0 >= key(&whole[whole.len() - 30], "").0).collect();
        let (mut paged, mut after) = (Vec::new(), String::new());
        loop {
            let page = server.get(&format!("{path}?limit={limit}&from={from}{after}")).await;
            let items = page["items"].as_array().unwrap();
            assert!(items.len() == limit || page["next"].is_null() && items.len() < limit, "{} of {limit}", items.len());
            paged.extend(items.iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(paged.iter().collect::<Vec<_>>(), expected, "in pages of {limit}");
    }

    let collection: Value = serde_json::from_str(&server.text(&format!("/api/v1{path}?format=geojson")).await).unwrap();
    let features = collection["features"].as_array().unwrap();
    assert_eq!(features.len(), whole.len());
    for (feature, fix) in features.iter().zip(whole) {
        let place = &feature["geometry"]["coordinates"];
        assert_eq!((&place[0], &place[1], &place[2]), (&fix["lon"], &fix["lat"], &fix["altitude_m"]));
        assert_eq!(&feature["properties"], fix);
    }

    every_file_holds_the_same(server, agent, whole).await;

    // From is in, to is out; as RFC 3339 and as milliseconds.
    for (first, last) in [(0, 1), (10, 11), (250, 900), (whole.len() - 2, whole.len() - 1)] {
        let (from, to) = (key(&whole[first], "").0, key(&whole[last], "").0);
        let expected: Vec<_> = whole.iter().filter(|fix| (from..to).contains(&key(fix, "").0)).collect();
        let text = |ms| chrono::DateTime::from_timestamp_millis(ms).unwrap().to_rfc3339().replace('+', "%2B");
        for (from, to) in [(text(from), text(to)), (from.to_string(), to.to_string())] {
            let range = server.get(&format!("{path}?from={from}&to={to}&limit=10000")).await;
            assert_eq!(range["items"].as_array().unwrap().iter().collect::<Vec<_>>(), expected, "{from}..{to}");
        }
        let geojson = server.text(&format!("/api/v1{path}?format=geojson&from={from}&to={to}")).await;
        assert_eq!(geojson.matches("\"Feature\"").count(), expected.len());
    }

    sql_agrees(server, agent, whole).await;
}

/// `track_points` gives BI tools what REST gives.
async fn sql_agrees(server: &Server, agent: &Agent, whole: &[Value]) {
    let columns = "(extract(epoch from recorded_at) * 1000)::bigint, lat, lon, \
                   accuracy_m, speed_mps, bearing_deg, altitude_m, battery, source, device";
    let ask = async |from: &str, to: &str| {
        let query = format!("select {columns} from track_points('{}', '{from}', '{to}')", agent.id);
        server.sql(&query).await
    };
    let Some(rows) = ask("1900-01-01", "2200-01-01").await else { return };
    let shown = |fix: &Value| {
        let number = |field: &str| fix[field].as_f64().map(|value| format!("{value:.7}")).unwrap_or_default();
        let numbers = ["lat", "lon", "accuracy_m", "speed_mps", "bearing_deg", "altitude_m", "battery"].map(number);
        let text = |field: &str| fix[field].as_str().unwrap().to_owned();
        [vec![key(fix, "").0.to_string()], numbers.to_vec(), vec![text("source"), text("device")]].concat()
    };
    let normal = |row: &Vec<String>| {
        let number = |text: &String| text.parse::<f64>().map(|value| format!("{value:.7}")).unwrap_or_default();
        [vec![row[0].clone()], row[1..8].iter().map(number).collect(), row[8..].to_vec()].concat()
    };
    let mut expected: Vec<_> = whole.iter().map(shown).collect();
    let mut given: Vec<_> = rows.iter().map(normal).collect();
    assert!(rows.iter().map(|row| row[0].parse::<i64>().unwrap()).is_sorted());
    expected.sort();
    given.sort();
    assert_eq!(given.len(), expected.len());
    assert_eq!(given, expected);
    let (from, to) = (whole[100]["recorded_at"].as_str().unwrap(), whole[400]["recorded_at"].as_str().unwrap());
    let some = ask(from, to).await.unwrap();
    assert_eq!(
        some.len(),
        times(whole).iter().filter(|at| (key(&whole[100], "").0..key(&whole[400], "").0).contains(at)).count()
    );
}

async fn bad_questions_name_the_field(server: &Server, agent: &Agent) {
    let track = format!("/agents/{}/track", agent.id);
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=10001", "limit"),
        ("limit=-1", "limit"),
        ("from=2026-11-24T00:00:00Z&to=2026-11-23T00:00:00Z", "from"),
        ("from=noon", "from"),
        ("to=2026-13-01T00:00:00Z", "to"),
        ("after=nonsense", "after"),
        ("after=eyJhIjoxfQ", "after"),
        ("simplify_m=0", "simplify_m"),
        ("simplify_m=-1", "simplify_m"),
        ("simplify_m=NaN", "simplify_m"),
        ("simplify_m=inf", "simplify_m"),
        ("simplify_m=10000.1&format=kml", "simplify_m"),
        ("every_s=0", "every_s"),
        ("every_s=86401", "every_s"),
        ("every_s=1.5", "every_s"),
        ("every_s=-60&format=csv", "every_s"),
        ("every_s=NaN", "every_s"),
        ("every_s=60&simplify_m=5", "every_s"),
        ("gap_s=0", "gap_s"),
        ("gap_s=86401&format=gpx", "gap_s"),
        ("geometry=line", "geometry"),
        ("geometry=line&format=gpx", "geometry"),
    ] {
        let answer = server.call(Method::GET, &format!("{track}?{query}"), None).await;
        assert_eq!((answer.status, answer.code(), answer.field()), (400, "invalid_field", field), "{query}: {answer:?}");
        assert!(answer.body["fields"][0]["limit"].is_string(), "{query}: {answer:?}");
    }
    for (query, field) in
        [("format=pdf", "format"), ("limit=many", "limit"), ("form=gpx", "form"), ("simplify_m=far", "simplify_m")]
    {
        let answer = server.call(Method::GET, &format!("{track}?{query}"), None).await;
        assert_eq!((answer.status, answer.field()), (400, field), "{query}: {answer:?}");
    }
    let stranger = uuid::Uuid::now_v7();
    assert_eq!(server.call(Method::GET, &format!("/agents/{stranger}/track"), None).await.status, 404);
    assert_eq!(server.call(Method::GET, "/agents/somebody/track", None).await.status, 400);
    assert_eq!(server.get(&format!("{track}?from=2030-01-01T00:00:00Z")).await, json!({"items": [], "next": null}));
}

#[tokio::test]
async fn history_is_the_same_however_and_whenever_it_is_asked_for() {
    let mut random = Random::new(7);
    let mut server = Server::with(&[("STORAGE__COMPACT_AFTER_S", "120")]).await;
    let agent = server.agent().await;
    let today = walk(&mut random, minutes_ago(120), 5_000, 1_200);
    let weeks_ago = walk(&mut random, now_ms() - 20 * 86_400_000, 60_000, 200);
    let years_ago = walk(&mut random, IN_2008_MS, 3_600_000, 200);
    // The tablet was there at the same moments.
    let tablet: Vec<Value> =
        today.iter().step_by(10).map(|fix| json!({"recorded_at": fix["recorded_at"], "lat": 52.4, "lon": 13.3})).collect();
    let phone_fixes = [years_ago, weeks_ago, today].concat();
    let mut batches: Vec<_> = phone_fixes.chunks(150).collect();
    batches.reverse();
    let mut phone = Phone::connect(&server, &agent).await;
    for batch in &batches {
        phone.send(batch).await;
    }
    phone.settled().await;
    Phone::connect(&server, &agent).await.with_device("tablet").deliver(&tablet).await;

    let whole = server.track(&agent).await;
    let mut expected = [keys(&phone_fixes, "default"), keys(&tablet, "tablet")].concat();
    expected.sort();
    assert_eq!(keys(&whole, ""), expected);
    every_way_of_asking_agrees(&server, &agent, &whole).await;
    bad_questions_name_the_field(&server, &agent).await;

    // Restarted, so that everything is compacted at the first occasion.
    server.set("STORAGE__COMPACT_AFTER_S", "1");
    assert!(server.terminate().await.success());
    server.start_again().await;
    eventually("the journal is compacted", async || {
        let compacted = server.metric("salessync_compacted_fixes_total").await;
        (compacted >= whole.len() as f64).then_some(())
    })
    .await;
    assert_eq!(server.track(&agent).await, whole);
    every_way_of_asking_agrees(&server, &agent, &whole).await;

    // Sent again, the same fixes are in chunks and in the journal's tail, and in the answers once.
    let mut phone = Phone::connect(&server, &agent).await;
    for batch in &batches {
        phone.send(batch).await;
    }
    phone.settled().await;
    assert_eq!(server.track(&agent).await, whole);
    every_way_of_asking_agrees(&server, &agent, &whole).await;
}
