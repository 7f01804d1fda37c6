//! What becomes of fixes: kept, rejected, set aside, counted once, late. Seen in REST and on the live map.

use super::common::{Console, Phone, Server, eventually, fix, key, keys, minutes_ago, now_ms};
use futures_util::future::join_all;
use serde_json::{Value, json};

const NONE: &str = "territory:none";

/// Good fixes around bad ones: each bad one is named with field, code and limit, the good ones are the track.
async fn bad_fixes_cost_only_themselves(server: &Server) {
    let agent = server.agent().await;
    let mut phone = Phone::connect(server, &agent).await;
    let at = minutes_ago(10);
    let bad = [
        (format!(r#"{{"recorded_at":{at},"lat":91,"lon":13,"seq":1}}"#), "lat", "out_of_range", "-90..90"),
        (format!(r#"{{"recorded_at":{at},"lat":NaN,"lon":13,"seq":2}}"#), "lat", "not_finite", "-90..90"),
        (format!(r#"{{"recorded_at":{at},"lat":1e999,"lon":13,"seq":3}}"#), "lat", "not_finite", "-90..90"),
        (format!(r#"{{"recorded_at":{at},"lat":52,"lon":-Infinity,"seq":4}}"#), "lon", "not_finite", "-180..180"),
        (format!(r#"{{"recorded_at":{at},"lat":52,"lon":-180.5,"seq":5}}"#), "lon", "out_of_range", "-180..180"),
        (format!(r#"{{"recorded_at":{at},"lat":52,"seq":6}}"#), "lon", "missing", "-180..180"),
        (format!(r#"{{"recorded_at":{at},"lat":"52","lon":13,"seq":7}}"#), "lat", "wrong_type", "-90..90"),
        (r#"{"recorded_at":"noon","lat":52,"lon":13,"seq":8}"#.to_owned(), "recorded_at", "unparsable", "RFC 3339"),
        (r#"{"lat":52,"lon":13,"seq":9}"#.to_owned(), "recorded_at", "missing", "RFC 3339"),
        (format!(r#"{{"recorded_at":{at},"lat":52,"lon":13,"battery":87,"seq":10}}"#), "battery", "out_of_range", "0..1"),
        (format!(r#"{{"recorded_at":{at},"lat":52,"lon":13,"speed_mps":[],"seq":11}}"#), "speed_mps", "wrong_type", "0..10000"),
        (
            format!(r#"{{"recorded_at":{at},"lat":52,"lon":13,"bearing_deg":-1,"seq":12}}"#),
            "bearing_deg",
            "out_of_range",
            "0..360",
        ),
    ];
    let good: Vec<Value> = (0..bad.len()).map(|n| fix(at + 1_000 * n as i64, 52.0, 13.0 + n as f64 / 1e4)).collect();
    let mixed: Vec<String> = bad.iter().zip(&good).flat_map(|(bad, good)| [bad.0.clone(), good.to_string()]).collect();
    phone.frame = 1;
    phone.say(format!(r#"{{"type":"fixes","frame":1,"fixes":[{}]}}"#, mixed.join(","))).await;
    let answers = phone.settled().await;
    let [rejected] = answers.as_slice() else { panic!("{answers:?}") };
    assert_eq!((&rejected["type"], &rejected["frame"]), (&json!("rejected"), &json!(1)));
    let rejected = rejected["fixes"].as_array().unwrap();
    assert_eq!(rejected.len(), bad.len());
    for (n, ((text, field, code, limit), answer)) in bad.iter().zip(rejected).enumerate() {
        let place = (answer["index"].as_u64().unwrap(), answer["seq"].as_u64().unwrap());
        assert_eq!(place, (2 * n as u64, n as u64 + 1), "{text}");
        assert_eq!((answer["field"].as_str(), answer["code"].as_str()), (Some(*field), Some(*code)), "{text}: {answer}");
        assert!(answer["limit"].as_str().unwrap().starts_with(limit), "{text}: {answer}");
    }
    assert_eq!(keys(&server.track(&agent).await, ""), keys(&good, "default"));
    assert_eq!(server.quarantine(&agent).await, [] as [Value; 0]);

    // A frame of nothing but bad fixes is acknowledged too: it need not come again.
    phone.frame = 2;
    phone.say(format!(r#"{{"type":"fixes","frame":2,"fixes":[{}]}}"#, bad[0].0)).await;
    assert_eq!(phone.settled().await.len(), 1);
}

/// The same fix again, in the frame, in another frame, on another connection: one fix in track, count and distance.
async fn a_fix_sent_again_counts_once(server: &Server) {
    let agent = server.agent().await;
    let at = minutes_ago(20);
    let walk: Vec<Value> = (0..30).map(|n| fix(at + 10_000 * n, 52.5, 13.4 + 0.0005 * n as f64)).collect();
    let mut phone = Phone::connect(server, &agent).await;
    phone.send(&[walk[..20].to_vec(), walk[5..8].to_vec()].concat()).await;
    phone.send(&walk[15..25]).await;
    assert_eq!(phone.settled().await, [] as [Value; 0]);
    drop(phone);
    let mut phone = Phone::connect(server, &agent).await;
    phone.send(&walk[..20]).await;
    phone.send(&walk).await;
    assert_eq!(phone.settled().await, [] as [Value; 0]);

    assert_eq!(keys(&server.track(&agent).await, ""), keys(&walk, "default"));
    let day = server.position_after(&agent, 30).await["day"].clone();
    // 29 segments of 0.0005° at 52.5° north: 33.95 m each on WGS84.
    let distance_m = day["distance_m"].as_f64().unwrap();
    assert!((distance_m - 29.0 * 33.95).abs() < 1.0, "{distance_m} m");
    assert_eq!(day["first_at"], server.track(&agent).await[0]["recorded_at"]);

    // What differs in device, time or content is another fix.
    let mut tablet = Phone::connect(server, &agent).await.with_device("tablet-1");
    tablet.send(&walk[..1]).await;
    tablet.send(&[fix(at + 1, 52.5, 13.4), fix(at, 52.5, 13.400_000_1)]).await;
    tablet.settled().await;
    assert_eq!(server.track(&agent).await.len(), 33);
}

/// A late fix is kept, lengthens the day, and moves neither position nor marker back.
async fn a_late_fix_moves_nobody_backwards(server: &Server) {
    let agent = server.agent().await;
    let at = minutes_ago(15);
    let mut console = Console::connect(server).await;
    console.watch(&[NONE]).await;
    server.ingest(&agent, &[fix(at, 52.5, 13.4), fix(at + 600_000, 52.5, 13.5)]).await;
    server.position_after(&agent, 2).await;
    server.ingest(&agent, &[fix(at + 300_000, 52.6, 13.45), fix(at - 60_000, 52.4, 13.3)]).await;
    let position = server.position_after(&agent, 4).await;
    assert_eq!(key(&position, ""), key(&fix(at + 600_000, 52.5, 13.5), "default"));
    assert_eq!(server.marker(&agent).await.unwrap()["at"], at + 600_000);
    // A later fix arrives on the live map after the late ones: had they moved the marker, they would have been seen on the way.
    server.ingest(&agent, &[fix(at + 601_000, 52.5, 13.5)]).await;
    let mut last = 0;
    while last < at + 601_000 {
        console.step().await;
        let Some(row) = console.rows(NONE).get(&agent.id) else { continue };
        let now = row["at"].as_i64().unwrap();
        assert!(now >= last && now >= at, "{row}");
        last = now;
    }
}

/// Wrong clocks and simulated positions are kept aside with their reason.
async fn wrong_clocks_are_set_aside(server: &Server) {
    let agent = server.agent().await;
    let (at, now) = (minutes_ago(5), now_ms());
    let (ahead, just_ahead, ancient) = (now + 2 * 86_400_000, now + 60_000, 315_964_800_000_i64); // the last one: 1980-01-06
    let mut simulated = fix(at + 1_000, 10.0, 10.0);
    simulated["mock"] = json!(true);
    let mut too_far = fix(ahead, 11.0, 11.0);
    too_far["seq"] = json!(77);
    let answers = server.ingest(&agent, &[fix(at, 52.5, 13.4), too_far, fix(ancient, 12.0, 12.0), simulated]).await;
    let [told] = answers.as_slice() else { panic!("{answers:?}") };
    assert_eq!(told["type"], "quarantined");
    let expected = json!([
        {"index": 1, "seq": 77, "reason": "too_far_ahead"}, {"index": 2, "reason": "ancient"}, {"index": 3, "reason": "mock"}
    ]);
    assert_eq!(told["fixes"], expected);
    let aside = eventually("three fixes are in quarantine", async || {
        let aside = server.quarantine(&agent).await;
        (aside.len() == 3).then_some(aside)
    });
    let aside = aside.await;
    let reasons: Vec<_> = aside.iter().map(|fix| (key(fix, "").0, fix["reason"].as_str().unwrap())).collect();
    assert_eq!(reasons, [(ancient, "ancient"), (at + 1_000, "mock"), (ahead, "too_far_ahead")], "by event time");
    assert!(aside.iter().all(|fix| fix["received_at"].is_string()));

    assert_eq!(keys(&server.track(&agent).await, ""), keys(&[fix(at, 52.5, 13.4)], "default"));
    assert_eq!(key(&server.position_after(&agent, 1).await, "").0, at);
    assert_eq!(server.marker(&agent).await.unwrap()["at"], at);

    // A minute ahead is a clock like any other; sent again, what was set aside stays aside and is listed once.
    server.ingest(&agent, &[fix(just_ahead, 52.5, 13.41), fix(ancient, 12.0, 12.0)]).await;
    assert_eq!(key(&server.position_after(&agent, 2).await, "").0, just_ahead);
    assert_eq!(server.quarantine(&agent).await.len(), 3);
    let page = server.get(&format!("/agents/{}/quarantine?limit=2", agent.id)).await;
    let rest = server.get(&format!("/agents/{}/quarantine?limit=2&after={}", agent.id, page["next"].as_str().unwrap())).await;
    let paged = [page["items"].as_array().unwrap().clone(), rest["items"].as_array().unwrap().clone()].concat();
    assert_eq!((paged, &rest["next"]), (aside, &Value::Null));
}

/// What a phone sends is what REST shows, to the precision promised.
async fn fields_are_kept_to_the_precision_promised(server: &Server) {
    let agent = server.agent().await;
    let at = minutes_ago(3);
    let recorded_at = chrono::DateTime::from_timestamp_millis(at).unwrap().to_rfc3339();
    let sent = json!({"seq": 1, "recorded_at": recorded_at, "lat": 52.520_006_64,
        "lon": 13.404_954_0, "accuracy_m": 8.04, "speed_mps": 1.396, "bearing_deg": 87.54, "altitude_m": -34.21, "battery": 0.874,
        "source": "gps", "made_up": {"by": "a newer phone"}});
    Phone::connect(server, &agent).await.with_device("pixel-7").deliver(&[sent]).await;
    let shown = &server.track(&agent).await[0];
    let expected = json!({"lat": 52.520_006_6, "lon": 13.404_954, "accuracy_m": 8.0, "speed_mps": 1.4, "bearing_deg": 87.5,
        "altitude_m": -34.2, "battery": 0.87, "source": "gps", "device": "pixel-7"});
    for (field, value) in expected.as_object().unwrap() {
        let same = value.as_f64().map_or(&shown[field] == value, |number| shown[field].as_f64() == Some(number));
        assert!(same, "{field}: {} instead of {value}", shown[field]);
    }
    assert_eq!(key(shown, "").0, at);
    let bare = server.agent().await;
    server.ingest(&bare, &[fix(at, 0.5, 0.5)]).await;
    let shown = server.track(&bare).await.remove(0);
    let fields: Vec<_> = shown.as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields.len(), 5, "unknown fields are absent: {shown}");
}

#[tokio::test]
async fn fixes_are_judged_one_by_one_and_counted_once() {
    let server = Server::start().await;
    bad_fixes_cost_only_themselves(&server).await;
    a_fix_sent_again_counts_once(&server).await;
    a_late_fix_moves_nobody_backwards(&server).await;
    wrong_clocks_are_set_aside(&server).await;
    fields_are_kept_to_the_precision_promised(&server).await;
}

/// Many phones at once burst beyond what may be unacknowledged and beyond what the journal holds: they are told `busy`, and following the
/// protocol end with every fix stored once.
#[tokio::test]
async fn phones_that_burst_are_told_busy_and_every_fix_is_stored_once() {
    let server = Server::with(&[("JOURNAL__FLUSH_INTERVAL_MS", "50"), ("JOURNAL__SPILL_FIXES_MAX", "1000")]).await;
    let agents = server.agents(10, None).await;
    let at = minutes_ago(120);
    let batch = |from: i64, n: i64| -> Vec<Value> { (from..from + n).map(|n| fix(at + 1_000 * n, 52.0, 13.0)).collect() };
    // Half of the phones send single fixes, of which 128 are more than may be in flight; the others 50 at a time, more than is held.
    let all: Vec<Vec<Vec<Value>>> = (0..agents.len())
        .map(|index| match index % 2 {
            0 => (0..128).map(|n| batch(n, 1)).collect(),
            _ => (0..32).map(|n| batch(50 * n, 50)).collect(),
        })
        .collect();
    let told = join_all(agents.iter().zip(&all).map(async |(agent, batches)| {
        let mut phone = Phone::connect(&server, agent).await;
        phone.burst(batches, 16).await
    }))
    .await;
    let count = |code: &str| told.iter().flatten().filter(|told| *told == code).count();
    assert!(count("journal_full") > 0, "{told:?}");
    assert!(count("in_flight") + count("agent_busy") > 0, "{told:?}");
    let total: usize = told.iter().map(Vec::len).sum();
    assert_eq!(server.metric("salessync_frames_busy_total").await, total as f64, "each answer counts once");
    for (agent, batches) in agents.iter().zip(&all) {
        let sent = batches.concat();
        assert_eq!(keys(&server.track(agent).await, ""), keys(&sent, "default"));
        server.position_after(agent, sent.len() as u64).await;
    }
}
