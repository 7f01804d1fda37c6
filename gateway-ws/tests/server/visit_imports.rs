//! Files of visits: the dry run that shows every bad row, all or nothing, the same file twice, and who may plan what.

use super::common::Server;
use super::common::field::{today, tomorrow};
use super::common::server::{Answer, answer};
use reqwest::Method;
use serde_json::{Value, json};

async fn bring(server: &Server, token: &str, query: &str, file: impl Into<Vec<u8>>) -> Answer {
    let request = server.request(Method::POST, &format!("/api/v1/imports/visits{query}")).bearer_auth(token);
    answer(request.header("content-type", "text/csv").body(file.into())).await
}

fn counts(report: &Value) -> [u64; 5] {
    ["rows", "created", "unchanged", "kept", "bad_rows"].map(|name| report[name].as_u64().unwrap())
}

fn flaws(report: &Value) -> Vec<(u64, &str)> {
    let flaws = report["flaws"].as_array().unwrap().iter();
    flaws.map(|flaw| (flaw["line"].as_u64().unwrap(), flaw["field"].as_str().unwrap())).collect()
}

async fn customer(server: &Server, reference: &str, more: Value) -> String {
    let mut body =
        json!({"name": reference, "ref": reference, "places": [{"address": "Hauptstr. 1", "point": {"lat": 52.5, "lon": 13.4}}]});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    server.post("/customers", body).await["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_visits_is_shown_dry_then_made_whole_and_once() {
    let server = Server::with(&[("ORGANISATION__TIME_ZONE", "Europe/Berlin")]).await;
    let admin = server.bearer().trim_start_matches("Bearer ").to_owned();
    let nord = server.territory("Nord").await;
    let agent = server.agents(1, Some(&nord)).await.remove(0);
    let known = customer(&server, "K1", json!({"territory_id": nord})).await;
    customer(&server, "K2", json!({"places": [{"address": "Nirgends 1"}]})).await;
    let (date, past) = (tomorrow(&server).await, "2020-01-02");
    let head = "Kunde;Datum;Zeitfenster;Vertreter;Dauer;Nr;Extra";
    let good = format!("\u{feff}{head}\r\nK1;{date};9-12;{};45;;x\r\nK2;{date};;;;V-2;\r\n", agent.id);
    let bad = format!("{good}K9;{date};;;;;\r\nK1;{past};;;;;\r\nK1;{date};9-8-7;Nobody;0;;\r\nK2;{date};;;;V-2;\r\n");
    let dry = bring(&server, &admin, "?dry_run=true", bad.clone()).await;
    assert_eq!((dry.status, counts(&dry.body)), (200, [6, 2, 0, 0, 4]), "{dry:?}");
    let expected = [(4, "customer"), (5, "date"), (6, "window"), (6, "agent"), (6, "minutes"), (7, "ref")];
    assert_eq!(flaws(&dry.body), expected, "{dry:?}");
    assert_eq!((&dry.body["ignored_columns"], dry.body["flaws"][0]["column"].as_str()), (&json!(["Extra"]), Some("Kunde")));
    assert_eq!((&dry.body["to_locate"], &dry.body["not_located"]), (&json!(0), &json!(1)), "there is no geocoder");
    assert_eq!(dry.body["outcomes"][1]["place"], "not_located");
    let list = format!("/visits?from={date}&to={date}");
    let planned = async || server.get(&list).await["items"].as_array().unwrap().clone();
    assert_eq!(planned().await.len(), 0, "nothing is written");
    let refused = bring(&server, &admin, "", bad).await;
    assert_eq!((refused.status, refused.code(), planned().await.len()), (422, "bad_rows", 0), "all or nothing");

    let done = bring(&server, &admin, "", good.clone()).await;
    assert_eq!((done.status, counts(&done.body), &done.body["applied"]), (200, [2, 2, 0, 0, 0], &json!(true)), "{done:?}");
    let visits = planned().await;
    let visit = visits.iter().find(|visit| visit["customer_id"] == known.as_str()).unwrap();
    assert_eq!((&visit["source"], &visit["agent_id"], &visit["duration_s"]), (&json!("import"), &json!(agent.id), &json!(2_700)));
    assert_eq!((&visit["territory_id"], visit["windows"].as_array().unwrap().len()), (&json!(nord), 1));
    assert_eq!(visit["id"], done.body["outcomes"][0]["id"]);

    // The same again makes nothing; what was changed since stays, and the report says so.
    let again = bring(&server, &admin, "", good.clone()).await;
    assert_eq!((again.status, counts(&again.body)), (200, [2, 0, 2, 0, 0]), "{again:?}");
    server.patch(&format!("/visits/{}", visit["id"].as_str().unwrap()), json!({"agent_id": null, "duration_s": 600})).await;
    let after = bring(&server, &admin, "", good).await;
    assert_eq!((after.status, counts(&after.body)), (200, [2, 0, 1, 1, 0]), "{after:?}");
    assert_eq!(
        (&after.body["outcomes"][0]["outcome"], &after.body["outcomes"][0]["fields"]),
        (&json!("kept"), &json!(["agent", "minutes"]))
    );
    let visits = planned().await;
    assert_eq!((visits.len(), visits.iter().filter(|visit| visit["agent_id"].is_null()).count()), (2, 2));
    if let Some(acts) = server.sql("select count(*) from audit_log where kind = 'visits_imported'").await {
        assert_eq!(acts, [["3"]]);
    }
    let only = bring(&server, &admin, "?only_good=true", format!("customer,date\nK9,{date}\nK1,{date}\n")).await;
    assert_eq!((only.status, counts(&only.body), planned().await.len()), (200, [2, 1, 0, 0, 1], 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_plans_more_than_they_may_by_a_file() {
    let server = Server::start().await;
    let admin = server.bearer().trim_start_matches("Bearer ").to_owned();
    let (mine, theirs) = (server.territory("Mine").await, server.territory("Theirs").await);
    let stranger = server.agents(1, Some(&theirs)).await.remove(0);
    customer(&server, "K1", json!({"territory_id": mine})).await;
    customer(&server, "K2", json!({"territory_id": theirs})).await;
    let date = today(&server).await;
    assert_eq!(bring(&server, &admin, "", format!("customer,date,ref\nK2,{date},V1\n")).await.status, 200);
    server.person("disp.v@example.com", "dispatcher", json!({"territories": [mine]})).await;
    let dispatcher = server.sign_in("disp.v@example.com").await.access;
    let file = format!(
        "customer,date,ref,agent,territory\nK1,{date},V1,,\nK2,{date},,,\nK1,{date},,{},\nK1,{date},,,Theirs\nK1,{date},V5,,\n",
        stranger.id
    );
    let dry = bring(&server, &dispatcher, "?dry_run=true", file.clone()).await;
    assert_eq!(flaws(&dry.body), [(2, "ref"), (3, "customer"), (4, "agent"), (5, "territory")], "{dry:?}");
    assert_eq!((counts(&dry.body), bring(&server, &dispatcher, "", file).await.status), ([5, 1, 0, 0, 4], 422));
    let alone = bring(&server, &dispatcher, "", format!("customer,date,ref\nK1,{date},V5\n")).await;
    assert_eq!((alone.status, counts(&alone.body)), (200, [1, 1, 0, 0, 0]), "{alone:?}");

    for (file, field) in [(&b""[..], "file"), (b"customer\n", "columns"), (b"customer;date\nM\xFCller;x\n", "encoding")] {
        let refused = bring(&server, &admin, "", file).await;
        assert_eq!((refused.status, refused.field()), (400, field), "{refused:?}");
    }
    assert_eq!(bring(&server, &server.agent().await.token, "", format!("customer,date\nK1,{date}\n")).await.status, 422);
}

/// As many as a file may have, in one go.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_visits_come_at_once() {
    let server = Server::start().await;
    let admin = server.bearer().trim_start_matches("Bearer ").to_owned();
    customer(&server, "K1", json!({})).await;
    let date = tomorrow(&server).await;
    let rows: String = (0..10_000).map(|n| format!("K1,{date},V{n}\n")).collect();
    let file = format!("customer,date,ref\n{rows}");
    let done = bring(&server, &admin, "", file.clone()).await;
    assert_eq!((done.status, counts(&done.body)), (200, [10_000, 10_000, 0, 0, 0]));
    let again = bring(&server, &admin, "", file).await;
    assert_eq!((again.status, counts(&again.body)), (200, [10_000, 0, 10_000, 0, 0]));
}
