//! Files of customers: the dry run that shows every bad row, all or nothing, what is known already, encodings, and who may bring what.

use super::common::Server;
use super::common::server::{Answer, answer};
use reqwest::Method;
use serde_json::{Value, json};

async fn bring(server: &Server, token: &str, query: &str, file: impl Into<Vec<u8>>) -> Answer {
    let request = server.request(Method::POST, &format!("/api/v1/imports/customers{query}")).bearer_auth(token);
    answer(request.header("content-type", "text/csv").body(file.into())).await
}

async fn count(server: &Server) -> usize {
    server.get("/customers?limit=500").await["items"].as_array().unwrap().len()
}

fn counts(report: &Value) -> [u64; 5] {
    ["rows", "created", "updated", "unchanged", "bad_rows"].map(|name| report[name].as_u64().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_shown_dry_then_imported_whole_or_not_at_all() {
    let server = Server::with(&[("ORGANISATION__TIME_ZONE", "Europe/Berlin")]).await;
    let admin = server.bearer().trim_start_matches("Bearer ").to_owned();
    server.territory("Nord").await;
    server.call(Method::PUT, "/customer-classes/A", Some(json!({"name": "Key account"}))).await;
    let head = "Kundennr;Firma;Klasse;Gebiet;PLZ;Ort;Breite;lon;Öffnungszeiten;Ansprechpartner;Telefon;Extra";
    let good = format!(
        "{head}\r\nK1;Bäckerei Müller;A;Nord;10115;Berlin;52,5;13,4;Mo-Fr 8-18;Uwe Ost;+49 30 1234567;x\r\nK2;Café;;nord;;Köln;;;;;;\r\n"
    );
    let bad = format!("{good}K1;Doppelt;;;;;;;;;;\r\nK4;Weit;B;;;;91;13;;;030;\r\n;Ohne;;;;;;;;;;\r\n");
    let dry = bring(&server, &admin, "?dry_run=true", bad.clone()).await;
    assert_eq!((dry.status, counts(&dry.body)), (200, [5, 2, 0, 0, 3]), "{dry:?}");
    assert_eq!((&dry.body["applied"], &dry.body["ignored_columns"]), (&json!(false), &json!(["Extra"])));
    let flaws: Vec<_> = dry.body["flaws"]
        .as_array()
        .unwrap()
        .iter()
        .map(|flaw| (flaw["line"].as_u64().unwrap(), flaw["field"].as_str().unwrap(), flaw["value"].as_str().unwrap()))
        .collect();
    assert_eq!(
        flaws,
        [
            (4, "ref", "K1"),
            (5, "class", "B"),
            (5, "lat", "91"),
            (5, "contact_phone", "030"),
            (5, "contact_name", ""),
            (6, "ref", "")
        ]
    );
    assert_eq!((count(&server).await, &dry.body["flaws"][1]["column"]), (0, &json!("Klasse")), "nothing is written");

    let refused = bring(&server, &admin, "", bad.clone()).await;
    assert_eq!((refused.status, refused.code(), counts(&refused.body["report"])[4]), (422, "bad_rows", 3));
    assert!(refused.body["request_id"].as_str().is_some_and(|id| !id.is_empty()));
    assert_eq!(count(&server).await, 0, "all or nothing");

    let done = bring(&server, &admin, "", good.clone()).await;
    assert_eq!((done.status, counts(&done.body), &done.body["applied"]), (200, [2, 2, 0, 0, 0], &json!(true)), "{done:?}");
    let page = server.get("/customers?ref=K1").await;
    let customer = &page["items"][0];
    assert_eq!(
        (&customer["name"], &customer["class"], &customer["places"][0]["address"]),
        (&json!("Bäckerei Müller"), &json!("A"), &json!("10115 Berlin"))
    );
    assert_eq!(customer["places"][0]["point"], json!({"lat": 52.5, "lon": 13.4}));
    assert_eq!(
        (&customer["places"][0]["located_by"], &customer["places"][0]["hours"]["zone"]),
        (&json!("imported"), &json!("Europe/Berlin"))
    );
    let contacts = server.get(&format!("/customers/{}/contacts", customer["id"].as_str().unwrap())).await;
    assert_eq!((&contacts["items"][0]["name"], &contacts["items"][0]["phone"]), (&json!("Uwe Ost"), &json!("+49301234567")));
    let fence = server.get(&format!("/fences/{}", customer["places"][0]["id"].as_str().unwrap())).await;
    assert_eq!(fence["name"], "Bäckerei Müller");

    // The same again changes nothing; another version changes what it says, also past a customer that is awake.
    let again = bring(&server, &admin, "", good).await;
    assert_eq!(counts(&again.body), [2, 0, 0, 2, 0], "{again:?}");
    let path = format!("/customers/{}", customer["id"].as_str().unwrap());
    let version = server.patch(&path, json!({"notes": "by hand"})).await["version"].as_i64().unwrap();
    let second = "ref,name,tags,contact_name,contact_phone\nK1,Konditorei,\"b, a\",Uwe Ost,+49 30 7654321\nK3,Neu,,,\n";
    let second = bring(&server, &admin, "", second).await;
    assert_eq!(counts(&second.body), [2, 1, 1, 0, 0], "{second:?}");
    assert_eq!(second.body["outcomes"][0]["fields"], json!(["name", "tags", "contact"]));
    let after = server.get(&path).await;
    assert_eq!(
        (&after["name"], &after["tags"], &after["notes"], &after["class"]),
        (&json!("Konditorei"), &json!(["a", "b"]), &json!("by hand"), &json!("A"))
    );
    assert!(after["version"].as_i64().unwrap() > version);
    let by_hand = server.patch(&path, json!({"notes": "", "version": after["version"]})).await;
    assert_eq!(by_hand["name"], "Konditorei", "the actor has heard of it");

    let mut only = bring(&server, &admin, "?only_good=true", bad).await;
    assert_eq!((only.status, counts(&only.body)[4], only.body["applied"].take()), (200, 3, json!(true)));
    if let Some(acts) = server.sql("select count(*) from audit_log where kind = 'customers_imported'").await {
        assert_eq!(acts, [["4"]]);
    }
    // Whoever was erased does not come back with a file.
    let contact = after["contacts"][0]["id"].as_str().unwrap();
    assert_eq!(server.call(Method::DELETE, &format!("{path}/contacts/{contact}"), None).await.status, 200);
    let back = bring(&server, &admin, "?dry_run=true", "ref,contact_name\nK1,Uwe Ost\n").await;
    assert_eq!((&back.body["flaws"][0]["field"], counts(&back.body)[4]), (&json!("contact_name"), 1), "{back:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_is_named_and_nobody_brings_more_than_they_may() {
    let server = Server::start().await;
    let admin = server.bearer().trim_start_matches("Bearer ").to_owned();
    let ansi = b"ref;name\r\nK1;M\xFCller\r\n".to_vec();
    for (query, file, field, says) in [
        ("", ansi.clone(), "encoding", "line 2 is not UTF-8"),
        ("", Vec::new(), "file", "empty"),
        ("", b"name\nx\n".to_vec(), "columns", "no column is called ref"),
        ("?columns=nonsense", b"ref\n".to_vec(), "columns", "JSON"),
        ("?delimiter=x", b"ref\n".to_vec(), "delimiter", "x"),
        ("?encoding=latin1", b"ref\n".to_vec(), "encoding", "latin1"),
        ("", format!("ref\n{}", "x\n".repeat(10_001)).into_bytes(), "file", "10000 rows"),
    ] {
        let refused = bring(&server, &admin, query, file).await;
        assert_eq!((refused.status, refused.field()), (400, field), "{refused:?}");
        assert!(refused.body["message"].as_str().unwrap().contains(says), "{refused:?}");
    }
    let read = bring(&server, &admin, "?encoding=windows-1252", ansi).await;
    assert_eq!((read.status, server.get("/customers?ref=K1").await["items"][0]["name"].clone()), (200, json!("Müller")));
    let large = bring(&server, &admin, "", vec![b'x'; 17 * 1024 * 1024]).await;
    assert_eq!((large.status, large.code()), (413, "too_large"));
    let json = server.call(Method::POST, "/imports/customers", Some(json!({}))).await;
    assert_eq!((json.status, json.field()), (400, "content-type"));

    let mine = server.territory("Mine").await;
    server.territory("Theirs").await;
    server.person("disp.i@example.com", "dispatcher", json!({"territories": [mine]})).await;
    let dispatcher = server.sign_in("disp.i@example.com").await.access;
    let file = "ref,name,territory\nK1,Taken,\nK2,Theirs,Theirs\nK3,Nowhere,\nK4,Mine,Mine\n";
    let dry = bring(&server, &dispatcher, "?dry_run=true", file).await;
    let told: Vec<_> = dry.body["flaws"]
        .as_array()
        .unwrap()
        .iter()
        .map(|flaw| (flaw["line"].as_u64().unwrap(), flaw["field"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [(2, "ref"), (3, "territory"), (4, "territory")], "{dry:?}");
    assert_eq!(counts(&dry.body), [4, 1, 0, 0, 3]);
    assert_eq!(bring(&server, &server.agent().await.token, "", "ref\n").await.status, 403);
}

/// As many as a file may have, in one go.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_customers_come_at_once() {
    let server = Server::start().await;
    let admin = server.bearer().trim_start_matches("Bearer ").to_owned();
    let rows: String = (0..10_000).map(|n| format!("K{n},Customer {n},{},{}\n", 50.0 + f64::from(n) / 1e4, 8.0)).collect();
    let done = bring(&server, &admin, "", format!("ref,name,lat,lon\n{rows}")).await;
    assert_eq!((done.status, counts(&done.body)), (200, [10_000, 10_000, 0, 0, 0]));
    let found = server.get("/customers?q=customer%20777&limit=20").await;
    assert_eq!(found["items"].as_array().unwrap().len(), 11, "777 and 7770 to 7779");
    let near = server.get("/customers?near=50.5,8&radius_m=100&limit=500").await;
    assert_eq!(near["items"].as_array().unwrap().len(), 17);
}
