//! Stock phone apps against the real server: what each app sends becomes the track, once and in the right units; a phone is told "yes"
//! only when it may delete its copy; a stranger is told nothing; the phone's words are kept.

use super::common::processes::signal;
use super::common::server::{Answer, answer};
use super::common::{Agent, Server, eventually, minutes_ago};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A phone as enrolled.
struct Enrolled {
    id: String,
    token: String,
    setup: Value,
}

async fn enrol(server: &Server, agent: &Agent, new: Value) -> Enrolled {
    let made = server.post(&format!("/agents/{}/devices", agent.id), new).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Enrolled { id: text(&made["id"]), token: text(&made["token"]), setup: made["setup"].clone() }
}

/// A request as a phone makes it: to the server, with no sign-in.
fn post(server: &Server, path: &str) -> RequestBuilder {
    server.request(Method::POST, path)
}

fn post_json(server: &Server, path: &str, body: &Value) -> RequestBuilder {
    post(server, path).header("content-type", "application/json").body(body.to_string())
}

async fn yes(request: RequestBuilder) -> Value {
    let answer = answer(request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

async fn no(request: RequestBuilder, status: u16, code: &str) -> Answer {
    let answer = answer(request).await;
    assert_eq!((answer.status, answer.code()), (status, code), "{answer:?}");
    assert!(
        !answer.request_id.is_empty() && answer.body["request_id"] == answer.request_id.as_str(),
        "the uniform body: {answer:?}"
    );
    answer
}

fn iso(ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(ms).unwrap().to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// What the track must show of one fix: time, place and the fields given, nothing else.
fn shown(at_ms: i64, lat: f64, lon: f64, device: &str, fields: Value) -> Value {
    let mut fix = json!({"recorded_at": iso(at_ms), "lat": lat, "lon": lon, "source": "unknown", "device": device});
    fix.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    fix
}

async fn traccar_client_of_every_generation(server: &Server) {
    let agent = server.agent().await;
    let phone = enrol(server, &agent, json!({"app": "traccar_client", "name": "nokia"})).await;
    let (token, at) = (&phone.token, minutes_ago(30));
    let mut expected = Vec::new();
    let base = "/phone/osmand";
    let link = phone.setup["link"].as_str().unwrap();
    assert!(link.starts_with(&format!("{}/?id={token}&url=", server.url())), "{link}");

    // Classic: everything in the query of a POST without a body; knots; an accuracy of 0.0 is unknown.
    let seconds = at / 1_000;
    let classic = format!(
        "{base}?id={token}&timestamp={seconds}&lat=52.5&lon=13.4&speed=10.0&bearing=90.0&altitude=34.5&accuracy=0.0&batt=87.0"
    );
    let expect = json!({"speed_mps": 5.14, "bearing_deg": 90.0, "altitude_m": 34.5, "battery": 0.87});
    expected.push(shown(at, 52.5, 13.4, "nokia", expect));
    for _ in 0..3 {
        assert_eq!(yes(post(server, &classic)).await, json!(""), "no words, as Traccar");
    }
    // 9: JSON of the Transistor SDK, m/s.
    let location = json!({"location": {"timestamp": iso(at + 1_250), "coords": {"latitude": 52.5001, "longitude": 13.4, "accuracy": 5, "speed": 2.5,
        "heading": -1, "altitude": 5}, "is_moving": true, "event": "motionchange", "battery": {"level": -1, "is_charging": false},
        "activity": {"type": "walking"}, "extras": {}, "_": "&id=1&lat=1&lon=1&"}, "device_id": token});
    expected.push(shown(at + 1_250, 52.5001, 13.4, "nokia", json!({"accuracy_m": 5.0, "speed_mps": 2.5, "altitude_m": 5.0})));
    for _ in 0..2 {
        yes(post_json(server, base, &location)).await;
    }
    // 10: a form.
    let form = format!("id={token}&timestamp={}&lat=52.5002&lon=13.4&speed=2.92&accuracy=4.5&charge=true&batt=55", seconds + 2);
    let as_form = || post(server, base).header("content-type", "application/x-www-form-urlencoded").body(form.clone());
    let expect = json!({"accuracy_m": 4.5, "speed_mps": 1.5, "battery": 0.55});
    expected.push(shown(at + 2_000, 52.5002, 13.4, "nokia", expect));
    yes(as_form()).await;
    yes(as_form()).await;
    // The same fix from an OsmAnd template whose token stands in the path, with a time in milliseconds, by GET.
    let by_path = format!("{base}/{token}?lat=52.5003&lon=13.4&timestamp={}&hdop=1.0&speed=0.0", at + 3_000);
    expected.push(shown(at + 3_000, 52.5003, 13.4, "nokia", json!({"speed_mps": 0.0})));
    yes(server.request(Method::GET, &by_path)).await;

    assert_eq!(server.track_in_floats(&agent).await, expected);
    server.position_after(&agent, 4).await;
    assert_eq!(server.quarantine(&agent).await, [] as [Value; 0]);

    // What cannot be represented is refused for good, by the app's own name for it.
    let bad = no(post(server, &format!("{base}?id={token}&lat=91&lon=13")), 400, "invalid_field").await;
    assert_eq!((bad.field(), &bad.body["fields"][0]["limit"]), ("lat", &json!("-90..90")));
    let bad = no(post(server, &format!("{base}?id={token}&lat=1&lon=13&timestamp=noon")), 400, "invalid_field").await;
    assert_eq!(bad.field(), "timestamp");
    let broken = post(server, base).header("content-type", "application/json").body("{");
    assert_eq!(no(broken, 400, "invalid_field").await.field(), "body");
    let huge = post(server, base).body(vec![b'a'; 1_048_577]);
    no(huge, 413, "too_large").await;
    // A simulated position is kept aside.
    yes(post(server, &format!("{base}?id={token}&timestamp={}&lat=1&lon=1&mock=true", seconds + 9))).await;
    let aside = server.quarantine(&agent).await;
    assert_eq!((aside.len(), &aside[0]["reason"]), (1, &json!("mock")));
    assert_eq!(server.track_in_floats(&agent).await.len(), 4);
}

async fn a_speed_is_in_the_devices_unit(server: &Server) {
    let agent = server.agent().await;
    let at = minutes_ago(20);
    for (n, (unit, mps)) in [("kn", 5.14), ("kmh", 2.78), ("mph", 4.47), ("mps", 10.0)].iter().enumerate() {
        let phone = enrol(server, &agent, json!({"app": "osmand", "name": unit, "settings": {"speed_unit": unit}})).await;
        let query = format!("/phone/osmand?id={}&timestamp={}&lat=52.5&lon=13.4&speed=10", phone.token, at + n as i64 * 1_000);
        yes(post(server, &query)).await;
        let track = server.track_in_floats(&agent).await;
        assert_eq!((track[n]["speed_mps"].as_f64(), &track[n]["device"]), (Some(*mps), &json!(unit)));
    }
    let phone = enrol(server, &agent, json!({"app": "osmand", "name": "later"})).await;
    let query = |s: i64| format!("/phone/osmand?id={}&timestamp={}&lat=52.6&lon=13.4&speed=10", phone.token, at + s * 1_000);
    yes(post(server, &query(10))).await;
    server.patch(&format!("/devices/{}", phone.id), json!({"settings": {"speed_unit": "mps"}})).await;
    yes(post(server, &query(11))).await;
    let track = server.track_in_floats(&agent).await;
    assert_eq!(
        (track[4]["speed_mps"].as_f64(), track[5]["speed_mps"].as_f64()),
        (Some(5.14), Some(10.0)),
        "a change holds from the next request on"
    );
}

async fn other_trackers_scripts_find_their_device(server: &Server) {
    let agent = server.agent().await;
    let device = enrol(server, &agent, json!({"app": "other", "external_id": "123456", "name": "script"})).await;
    let at = minutes_ago(60);
    for n in 0..20 {
        let query = format!(
            "/phone/osmand/?id=123456&timestamp={}&lat={}&lon=2.35&altitude=1&speed=40&batt=50",
            (at / 1_000) + n * 10,
            48.85 + n as f64 / 1e3
        );
        yes(server.request(Method::GET, &query)).await;
    }
    assert_eq!(server.track_in_floats(&agent).await.len(), 20);
    let location = json!({"location": {"timestamp": iso(at - 1_000), "coords": {"latitude": 48.8, "longitude": 2.3}}, "device_id": "123456"});
    yes(post_json(server, "/phone/osmand", &location)).await;
    assert_eq!(server.track_in_floats(&agent).await.len(), 21);
    // An external id is no token anywhere else.
    no(post_json(server, "/phone/overland/123456", &json!({"locations": []})), 401, "unknown_device").await;
    no(post(server, "/phone/gpslogger/123456?lat=1&lon=1"), 401, "unknown_device").await;
    no(post(server, "/phone/osmand/123456?lat=1&lon=1"), 400, "unknown_device").await;

    let path = format!("/agents/{}/devices", agent.id);
    for (external_id, status, says) in [("123456", 409, "taken"), ("12", 400, "invalid_field"), ("12 45", 400, "invalid_field")] {
        let refused = server.call(Method::POST, &path, Some(json!({"app": "other", "external_id": external_id}))).await;
        assert_eq!((refused.status, refused.code()), (status, says), "{external_id}: {refused:?}");
    }
    server.call(Method::DELETE, &format!("/devices/{}", device.id), None).await;
    no(post(server, "/phone/osmand?id=123456&lat=1&lon=1"), 400, "unknown_device").await;
    enrol(server, &agent, json!({"app": "other", "external_id": "123456", "name": "script"})).await;
    yes(post(server, "/phone/osmand?id=123456&batt=5")).await;
}

async fn owntracks_is_answered_with_a_list(server: &Server) {
    let agent = server.agent().await;
    let phone = enrol(server, &agent, json!({"app": "owntracks", "name": "oriole", "settings": {"send_fences": true}})).await;
    let at = minutes_ago(10);
    let location = |n: i64| {
        json!({"_type": "location", "acc": 13, "alt": 23, "batt": 62, "bs": 2, "cog": 56, "conn": "m", "created_at": at / 1_000 + n + 1,
               "lat": 52.5 + n as f64 / 1e3, "lon": 13.4, "m": 2, "tid": "le", "topic": "owntracks/ada/oriole", "tst": at / 1_000 + n, "vel": 36})
    };
    let basic = |n: i64| post_json(server, "/phone/owntracks?u=Ada&d=Oriole", &location(n)).basic_auth("ada", Some(&phone.token));
    assert_eq!(yes(basic(0)).await, json!([]));
    assert_eq!(yes(basic(0)).await, json!([]));
    let by_path = format!("/phone/owntracks/{}", phone.token);
    assert_eq!(yes(post_json(server, &by_path, &location(1))).await, json!([]));
    let fields = json!({"accuracy_m": 13.0, "speed_mps": 10.0, "bearing_deg": 56.0, "altitude_m": 23.0, "battery": 0.62});
    let expected = [0, 1].map(|n| shown(at + n * 1_000, 52.5 + n as f64 / 1e3, 13.4, "oriole", fields.clone()));
    assert_eq!(server.track_in_floats(&agent).await, expected);

    // Everything else is heard, or passed over, and never sent again.
    let status = json!({"_type": "status", "android": {"hib": 0, "bo": 1, "loc": -4, "ps": 1, "wifi": 0}});
    yes(post_json(server, &by_path, &status)).await;
    for kind in
        ["transition", "waypoint", "waypoints", "lwt", "steps", "beacon", "card", "configuration", "request", "cmd", "new"]
    {
        assert_eq!(yes(post_json(server, &by_path, &json!({"_type": kind, "tst": "1440363922"}))).await, json!([]), "{kind}");
    }
    assert_eq!(yes(post(server, &by_path)).await, json!([]), "an empty body");
    let sealed = no(post_json(server, &by_path, &json!({"_type": "encrypted", "data": "AAAA"})), 400, "invalid_field").await;
    assert_eq!(sealed.field(), "_type");
    assert_eq!(server.track_in_floats(&agent).await, expected);
    let words = eventually("the phone's words are written down", async || {
        let devices = server.get(&format!("/agents/{}/devices", agent.id)).await;
        let words = devices["items"][0]["last_words"].clone();
        (words["event"] == "connection_lost").then_some(words)
    })
    .await;
    for (field, value) in [
        ("battery", json!(0.62)),
        ("is_charging", json!(true)),
        ("network", json!("mobile")),
        ("monitoring", json!("move")),
        ("permission", json!("denied")),
        ("saves_power", json!(true)),
        ("may_be_stopped", json!(true)),
        ("calls_itself", json!("ada/oriole")),
    ] {
        assert_eq!(words[field], value, "{field}: {words}");
    }
    for wrong in [
        post_json(server, "/phone/owntracks", &location(0)),
        post_json(server, "/phone/owntracks", &location(0)).basic_auth("ada", Some("guess")),
        post_json(server, "/phone/owntracks/guess", &location(0)),
    ] {
        no(wrong, 401, "unknown_device").await;
    }
}

fn feature(at_ms: i64, lat: f64, properties: Value) -> Value {
    let mut all = json!({"timestamp": iso(at_ms), "speed": -1, "horizontal_accuracy": 10, "battery_level": -1, "device_id": ""});
    all.as_object_mut().unwrap().extend(properties.as_object().unwrap().clone());
    json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [13.4, lat]}, "properties": all})
}

async fn overland_sends_the_newest_first_and_wants_its_exact_reply(server: &Server) {
    let agent = server.agent().await;
    let phone = enrol(server, &agent, json!({"app": "overland", "name": "iphone"})).await;
    let at = minutes_ago(50);
    let send = |body: Value| post_json(server, "/phone/overland", &body).bearer_auth(&phone.token);
    let backlog: Vec<Value> = (0..900).map(|n| feature(at + n * 1_000, 52.0 + n as f64 / 1e5, json!({}))).collect();
    let current = feature(at + 1_000_000, 52.1, json!({"speed": 4, "course": 90, "battery_level": 0.5}));

    let text = send(json!({"locations": &backlog[..100], "current": current})).send().await.unwrap().text().await.unwrap();
    assert_eq!(text, r#"{"result":"ok"}"#);
    assert_eq!(server.marker(&agent).await.unwrap()["at"], at + 1_000_000);
    // 800 more are two frames; the newest again, the first hundred again, some that are no fixes.
    let mut rest = backlog[50..].to_vec();
    rest.insert(7, feature(at, 95.0, json!({})));
    rest.insert(300, json!({"type": "Feature"}));
    let body = json!({"locations": rest, "current": current, "trip": {"mode": "car", "distance": 5, "start": "x"}});
    for _ in 0..2 {
        assert_eq!(yes(send(body.clone())).await, json!({"result": "ok"}));
    }
    let mut expected: Vec<Value> =
        (0..900).map(|n| shown(at + n * 1_000, 52.0 + n as f64 / 1e5, 13.4, "iphone", json!({"accuracy_m": 10.0}))).collect();
    let fields = json!({"accuracy_m": 10.0, "speed_mps": 4.0, "bearing_deg": 90.0, "battery": 0.5});
    expected.push(shown(at + 1_000_000, 52.1, 13.4, "iphone", fields));
    let track = server.track_in_floats(&agent).await;
    assert_eq!(track.len(), expected.len());
    for (fix, expected) in track.iter().zip(&expected) {
        let close = |field: &str| (fix[field].as_f64().unwrap() - expected[field].as_f64().unwrap()).abs() < 1e-7;
        assert!(close("lat") && close("lon") && fix["recorded_at"] == expected["recorded_at"], "{fix} {expected}");
        for field in ["accuracy_m", "speed_mps", "bearing_deg", "battery", "device"] {
            assert_eq!(fix[field], expected[field], "{fix}");
        }
    }
    server.position_after(&agent, 901).await;
    assert_eq!(server.marker(&agent).await.unwrap()["at"], at + 1_000_000, "the backlog moved nobody back");
    let by_path = format!("/phone/overland/{}", phone.token);
    assert_eq!(yes(post_json(server, &by_path, &json!({"locations": []}))).await, json!({"result": "ok"}));
    no(post_json(server, "/phone/overland", &json!({"locations": []})).bearer_auth("guess"), 401, "unknown_device").await;
    let crowd = no(send(json!({"locations": vec![0; 1_001]})), 400, "invalid_field").await;
    assert_eq!(crowd.field(), "locations");
}

async fn gpslogger_resends_whole_files(server: &Server) {
    let agent = server.agent().await;
    let phone = enrol(server, &agent, json!({"app": "gpslogger", "name": "moto"})).await;
    let at = minutes_ago(40);
    let template = phone.setup["url"].as_str().unwrap().strip_prefix(server.url()).unwrap().to_owned();
    let rendered = |n: i64| {
        let values = [
            ("%LAT", (52.5 + n as f64 / 1e3).to_string()),
            ("%LON", "13.4".to_owned()),
            ("%TIMEOFFSET", String::new()),
            ("%TIME", iso(at + n * 10_500)),
            ("%ACC", if n == 0 { "0.0".to_owned() } else { "8.0".to_owned() }),
            ("%ALT", "45.0".to_owned()),
            ("%SPD", "2.5".to_owned()),
            ("%DIR", "359.0".to_owned()),
            ("%PROV", "gps".to_owned()),
            ("%BATT", "91.0".to_owned()),
            ("%ISCHARGING", "false".to_owned()),
            ("%AID", "22".to_owned()),
        ];
        values.iter().fold(template.clone(), |url, (placeholder, value)| url.replace(placeholder, value))
    };
    for _file in 0..3 {
        for n in 0..10 {
            yes(server.request(Method::GET, &rendered(n))).await;
        }
    }
    let track = server.track_in_floats(&agent).await;
    assert_eq!(track.len(), 10);
    let fields = json!({"speed_mps": 2.5, "bearing_deg": 359.0, "altitude_m": 45.0, "battery": 0.91, "source": "gps"});
    assert_eq!(track[0], shown(at, 52.5, 13.4, "moto", fields), "0.0 m is unknown");
    assert_eq!(track[9]["accuracy_m"].as_f64(), Some(8.0));
    // Other names for the same things; the token as a password; a form.
    let form = format!("LATITUDE=52.6&longitude=13.4&TIME={}&s=2.5", iso(at + 200_000));
    yes(post(server, "/phone/gpslogger").basic_auth("x", Some(&phone.token)).body(form)).await;
    assert_eq!(server.track_in_floats(&agent).await[10]["speed_mps"], 2.5);
    no(post(server, "/phone/gpslogger?lat=1&lon=1&token=guess"), 401, "unknown_device").await;
}

async fn a_heartbeat_is_heard_and_moves_nobody(server: &Server) {
    let agent = server.agent().await;
    let phone = enrol(server, &agent, json!({"app": "traccar_client", "name": "n"})).await;
    let at = minutes_ago(5);
    yes(post(server, &format!("/phone/osmand?id={}&timestamp={}&lat=52.5&lon=13.4&batt=80", phone.token, at / 1_000))).await;
    let before = server.position_after(&agent, 1).await;
    let beat = format!("/phone/osmand?id={}&timestamp={}&batt=7&charge=false&alarm=sos", phone.token, at / 1_000 + 60);
    yes(post(server, &beat)).await;
    let moved = json!({"location": {"timestamp": iso(at + 90_000), "event": "providerchange", "provider": {"enabled": false, "status": 3}},
                       "device_id": phone.token});
    yes(post_json(server, "/phone/osmand", &moved)).await;
    yes(post(server, &format!("/phone/osmand?id={}&notificationToken=abc", phone.token))).await;
    assert_eq!(server.track_in_floats(&agent).await.len(), 1);
    assert_eq!(server.get(&format!("/agents/{}/position", agent.id)).await["recorded_at"], before["recorded_at"]);
    let device = eventually("the words are written down", async || {
        let device = server.get(&format!("/agents/{}/devices", agent.id)).await["items"][0].clone();
        (device["last_words"]["has_location_service"] == false).then_some(device)
    })
    .await;
    let words = &device["last_words"];
    assert_eq!((&words["battery"], &words["alarm"], &words["permission"]), (&json!(0.07), &json!("sos"), &json!("always")));
    assert!(
        device["last_seen_at"].is_string() && device.get("token").is_none() && device.get("token_hash").is_none(),
        "{device}"
    );
}

async fn a_wrong_clock_of_a_known_kind_is_set_right(server: &Server) {
    let agent = server.agent().await;
    let phone = enrol(server, &agent, json!({"app": "owntracks", "name": "n"})).await;
    let by_path = format!("/phone/owntracks/{}", phone.token);
    let at = minutes_ago(5) / 1_000;
    let location = |tst: i64, lat: f64| json!({"_type": "location", "lat": lat, "lon": 13.4, "tst": tst, "tid": "n"});
    let apple = location(at - 978_307_200, 52.5);
    for _ in 0..2 {
        yes(post_json(server, &by_path, &apple)).await;
    }
    yes(post_json(server, &by_path, &location(at + 1 - 1_024 * 7 * 86_400, 52.500_1))).await;
    let track = server.track_in_floats(&agent).await;
    let times: Vec<&Value> = track.iter().map(|fix| &fix["recorded_at"]).collect();
    assert_eq!(times, [&json!(iso(at * 1_000)), &json!(iso(at * 1_000 + 1_000))]);
    let mut reasons: Vec<Value> = server.quarantine(&agent).await.iter().map(|fix| fix["reason"].clone()).collect();
    reasons.sort_by_key(Value::to_string);
    assert_eq!(reasons, [json!("apple_epoch"), json!("week_rollover")]);
    server.position_after(&agent, 2).await;
}

async fn a_revoked_or_rotated_token_is_worth_nothing(server: &Server) {
    let agent = server.agent().await;
    let phone = enrol(server, &agent, json!({"app": "traccar_client", "name": "lost"})).await;
    let ask = |token: &str| post(server, &format!("/phone/osmand?id={token}&batt=5"));
    yes(ask(&phone.token)).await;
    let rotated = server.post(&format!("/devices/{}/token", phone.id), json!({})).await;
    let fresh = rotated["token"].as_str().unwrap();
    assert_ne!(fresh, phone.token);
    no(ask(&phone.token), 400, "unknown_device").await;
    yes(ask(fresh)).await;
    let path = format!("/devices/{}", phone.id);
    let revoked = server.call(Method::DELETE, &path, None).await;
    assert_eq!(revoked.status, 200);
    let again = server.call(Method::DELETE, &path, None).await;
    assert_eq!(again.body["revoked_at"], revoked.body["revoked_at"], "the first time stands");
    no(ask(fresh), 400, "unknown_device").await;
    let unknown =
        json!({"location": {"timestamp": iso(minutes_ago(1)), "coords": {"latitude": 1, "longitude": 1}}, "device_id": fresh});
    no(post_json(server, "/phone/osmand", &unknown), 404, "unknown_device").await;
    no(post(server, "/phone/osmand?lat=1&lon=1"), 400, "unknown_device").await;
    for (method, path) in [(Method::PATCH, path.clone()), (Method::POST, format!("{path}/token"))] {
        let refused = server.call(method, &path, Some(json!({}))).await;
        assert_eq!((refused.status, refused.code()), (409, "revoked"), "{refused:?}");
    }
    let nobody = format!("/devices/{}", uuid::Uuid::now_v7());
    assert_eq!(server.call(Method::DELETE, &nobody, None).await.status, 404);
}

async fn enrolment_is_checked(server: &Server) {
    let agent = server.agent().await;
    let path = format!("/agents/{}/devices", agent.id);
    for (body, field) in [
        (json!({"app": "nokia"}), "app"),
        (json!({}), "app"),
        (json!({"app": "other", "name": "with space"}), "name"),
        (json!({"app": "other", "settings": {"speed_unit": "furlongs"}}), "settings.speed_unit"),
        (json!({"app": "other", "colour": "red"}), "colour"),
    ] {
        let refused = server.call(Method::POST, &path, Some(body.clone())).await;
        assert_eq!((refused.status, refused.field()), (400, field), "{body}: {refused:?}");
    }
    let nobody = format!("/agents/{}/devices", uuid::Uuid::now_v7());
    assert_eq!(server.call(Method::POST, &nobody, Some(json!({"app": "other"}))).await.status, 404);
    assert_eq!(server.call(Method::GET, &nobody, None).await.status, 404);
    enrol(server, &agent, json!({"app": "other", "name": "a"})).await;
    let twice = server.call(Method::POST, &path, Some(json!({"app": "other", "name": "a"}))).await;
    assert_eq!((twice.status, twice.code()), (409, "taken"));
    for _ in 1..20 {
        enrol(server, &agent, json!({"app": "other"})).await;
    }
    let more = server.call(Method::POST, &path, Some(json!({"app": "other"}))).await;
    assert_eq!((more.status, more.code()), (409, "too_many_devices"));
    assert_eq!(server.get(&path).await["items"].as_array().unwrap().len(), 20);
    // Only administrators enrol; an agent's own token does not.
    let bearer = format!("Bearer {}", agent.token);
    let own =
        server.request(Method::POST, &format!("/api/v1{path}")).header("authorization", bearer).json(&json!({"app": "other"}));
    assert_eq!(answer(own).await.status, 403);
    assert_eq!(answer(server.request(Method::GET, &format!("/api/v1{path}"))).await.status, 401);
}

#[tokio::test]
async fn stock_phones_connect() {
    let server = Server::start().await;
    traccar_client_of_every_generation(&server).await;
    a_speed_is_in_the_devices_unit(&server).await;
    other_trackers_scripts_find_their_device(&server).await;
    owntracks_is_answered_with_a_list(&server).await;
    overland_sends_the_newest_first_and_wants_its_exact_reply(&server).await;
    gpslogger_resends_whole_files(&server).await;
    a_heartbeat_is_heard_and_moves_nobody(&server).await;
    a_wrong_clock_of_a_known_kind_is_set_right(&server).await;
    a_revoked_or_rotated_token_is_worth_nothing(&server).await;
    enrolment_is_checked(&server).await;
    assert!(server.metric("salessync_phone_fixes_total").await > 900.0);
    let log = std::fs::read_to_string(server.data_dir().join("server.log")).unwrap();
    assert!(!log.contains("panicked"), "{log}");
}

#[tokio::test]
async fn a_second_port_speaks_osmand_at_every_path() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let settings = [("PHONES__OSMAND_PORT", port.to_string()), ("HTTP__PUBLIC_URL", "https://sales.example.com".to_owned())];
    let settings: Vec<(&str, &str)> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let server =
        Server::with(&[&settings[..], &[("PHONES__ALLOW_EXTERNAL_ID", "false"), ("LOG__FILTER", "info")]].concat()).await;
    let agent = server.agent().await;
    let phone = enrol(&server, &agent, json!({"app": "traccar_client", "name": "n"})).await;
    assert_eq!(phone.setup["url"], "https://sales.example.com/phone/osmand");
    let (http, at) = (reqwest::Client::new(), minutes_ago(9) / 1_000);
    let url = |path: &str, n: i64| format!("http://127.0.0.1:{port}{path}timestamp={}&lat=52.5&lon=13.4", at + n);
    let (token, mut n) = (&phone.token, 0);
    for path in [format!("/?id={token}&"), format!("/any/where?id={token}&"), format!("/{token}?"), format!("/x/{token}?")] {
        n += 1;
        yes(http.post(url(&path, n))).await;
        yes(http.get(url(&path, n))).await;
        assert_eq!(server.track_in_floats(&agent).await.len() as i64, n, "{path}");
    }
    no(http.post(url("/?id=guess&", 9)), 400, "unknown_device").await;
    no(http.post(url("/a/secret-in-a-path?", 9)), 400, "unknown_device").await;
    let refused = server
        .call(Method::POST, &format!("/agents/{}/devices", agent.id), Some(json!({"app": "other", "external_id": "123456"})))
        .await;
    assert_eq!((refused.status, refused.field()), (400, "external_id"));
    let log = std::fs::read_to_string(server.data_dir().join("server.log")).unwrap();
    assert!(
        log.contains("request refused") && !log.contains("secret-in-a-path") && !log.contains(token),
        "tokens stay out of the log: {log}"
    );
}

#[tokio::test]
async fn a_phone_is_told_yes_only_when_its_fixes_are_durable() {
    let settings =
        [("JOURNAL__SPILL_FIXES_MAX", "1000"), ("JOURNAL__COMMIT_TIMEOUT_MS", "1000"), ("PHONES__DURABLE_TIMEOUT_S", "2")];
    let server = Server::with(&settings).await;
    let agents = server.agents(2, None).await;
    let phone = enrol(&server, &agents[0], json!({"app": "traccar_client", "name": "n"})).await;
    let flooding = enrol(&server, &agents[1], json!({"app": "overland", "name": "n"})).await;
    let at = minutes_ago(60);
    let fix = |n: i64| post(&server, &format!("/phone/osmand?id={}&timestamp={}&lat=52.5&lon=13.4", phone.token, at / 1_000 + n));
    let batch = |from: i64| {
        let features: Vec<Value> = (from..from + 500).map(|n| feature(at + n * 1_000, 52.5, json!({}))).collect();
        post_json(&server, "/phone/overland", &json!({"locations": features})).bearer_auth(&flooding.token)
    };
    yes(fix(0)).await;
    yes(post_json(&server, "/phone/overland", &json!({"locations": []})).bearer_auth(&flooding.token)).await;

    let postgres = server.postgres();
    assert!(postgres.len() > 3, "{postgres:?}");
    postgres.iter().for_each(|pid| signal("STOP", *pid));
    let since = Instant::now();
    let response = fix(1).send().await.unwrap();
    assert!(since.elapsed() >= Duration::from_secs(2), "it waited for the commit");
    assert_eq!((response.status().as_u16(), response.headers()["retry-after"].to_str().unwrap()), (503, "5"));
    assert_eq!(response.json::<Value>().await.unwrap()["code"], "not_durable");
    // The buffer holds 1,000 fixes: 1 and 500 are waiting, 500 more do not fit.
    assert_eq!(answer(batch(0)).await.status, 503);
    let full = batch(500).send().await.unwrap();
    assert_eq!((full.status().as_u16(), full.headers().contains_key("retry-after")), (429, true));
    assert_eq!(full.json::<Value>().await.unwrap()["code"], "journal_full");
    postgres.iter().for_each(|pid| signal("CONT", *pid));

    // The phones keep what was not answered with success, and send it again.
    eventually("the journal takes fixes again", async || (answer(fix(1)).await.status == 200).then_some(())).await;
    for from in [0, 500] {
        eventually("the batch is taken", async || (answer(batch(from)).await.status == 200).then_some(())).await;
    }
    assert_eq!(server.track_in_floats(&agents[0]).await.len(), 2, "landed once");
    assert_eq!(server.track_in_floats(&agents[1]).await.len(), 1_000, "landed once");
}
