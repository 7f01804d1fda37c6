//! Beats, holidays and who is overdue.

use super::*;
use chrono::{Datelike, NaiveDate, TimeDelta};

fn today() -> NaiveDate {
    chrono::Utc::now().date_naive()
}

#[tokio::test]
async fn beats_make_visits_weeks_ahead() {
    let server = Server::start().await;
    let field = Field::new(&server).await;
    let second = shop(&server, &field.territory, LAT + 0.01).await;
    // Every day of the week, so that what comes next does not depend on today.
    let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let stops: Vec<Value> = weekdays
        .iter()
        .flat_map(|day| {
            [
                json!({"week": 1, "weekday": day, "customer_id": field.shop.customer, "from": "09:00", "to": "10:00"}),
                json!({"week": 1, "weekday": day, "customer_id": second.customer}),
            ]
        })
        .collect();
    let monday = today() - TimeDelta::days(i64::from(today().weekday().num_days_from_monday()) + 7);
    let mut beat = json!({"name": "North", "agent_id": field.agent.id, "territory_id": field.territory, "cycle_weeks": 1,
        "starts_on": monday, "stops": stops});
    let made = server.post("/beats", beat.clone()).await;
    let id = made["id"].as_str().unwrap();
    let of_beat = async || {
        let page = server.get(&format!("/visits?beat={id}&limit=1000&status=planned")).await;
        page["items"].as_array().unwrap().clone()
    };
    let visits = of_beat().await;
    assert_eq!(visits.len(), 29 * 2, "today and four weeks");
    assert!(visits.iter().all(|visit| visit["source"] == "beat" && visit["agent_id"] == field.agent.id.as_str()));
    let again = server.post("/beats/generate", json!({})).await;
    assert_eq!((&again["made"], &again["changed"], &again["withdrawn"]), (&json!(0), &json!(0), &json!(0)), "{again}");

    // What a person cancelled or moved stays as they left it.
    let (cancelled, moved) = (visits[10]["id"].as_str().unwrap(), visits[12]["id"].as_str().unwrap());
    assert_eq!(field.office(cancelled, "cancel", json!({"reason": "on holiday"})).await.status, 200);
    let next_year = today() + TimeDelta::days(300);
    server.patch(&format!("/visits/{moved}"), json!({"day": next_year})).await;
    let again = server.post("/beats/generate", json!({})).await;
    assert_eq!((&again["made"], &again["changed"]), (&json!(0), &json!(0)), "{again}");
    assert_eq!(field.read(moved).await["day"], json!(next_year));

    // A holiday moves the visits of its day to the next, and back when it is none.
    let holiday = today() + TimeDelta::days(20);
    let put = server.call(Method::PUT, "/holidays", Some(json!({"put": [{"date": holiday, "name": "Feast"}]}))).await;
    assert_eq!(put.status, 204, "{put:?}");
    assert!(of_beat().await.iter().all(|visit| visit["day"] != json!(holiday)));
    let shifted = of_beat().await.iter().filter(|visit| visit["day"] == json!(holiday + TimeDelta::days(1))).count();
    assert_eq!(shifted, 4);
    assert_eq!(server.call(Method::PUT, "/holidays", Some(json!({"remove": [holiday]}))).await.status, 204);
    assert_eq!(of_beat().await.iter().filter(|visit| visit["day"] == json!(holiday)).count(), 2);

    // The beat changes: what nobody has touched follows.
    beat["stops"] = json!(stops.iter().filter(|stop| stop["customer_id"] == second.customer.as_str()).collect::<Vec<_>>());
    beat["version"] = json!(1);
    let changed = server.call(Method::PUT, &format!("/beats/{id}"), Some(beat.clone())).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let left = of_beat().await;
    assert!(left.iter().filter(|visit| visit["customer_id"] == field.shop.customer.as_str()).all(|visit| visit["id"] == moved));
    let overtaken = server.call(Method::PUT, &format!("/beats/{id}"), Some(beat)).await;
    assert_eq!((overtaken.status, overtaken.code()), (409, "version_conflict"));
    assert_eq!(server.call(Method::DELETE, &format!("/beats/{id}"), None).await.status, 204);
    assert!(of_beat().await.iter().all(|visit| visit["id"] == moved), "{:?}", of_beat().await);
    assert_eq!(server.call(Method::GET, &format!("/beats/{id}"), None).await.status, 404);
}

#[tokio::test]
async fn who_has_waited_too_long_is_listed() {
    let server = Server::start().await;
    let field = Field::new(&server).await;
    let class = server.call(Method::PUT, "/customer-classes/A", Some(json!({"name": "A", "interval_days": 7}))).await;
    assert!(class.status < 300, "{class:?}");
    server.patch(&format!("/customers/{}", field.shop.customer), json!({"class": "A"})).await;
    let list = async || server.get("/overdue-customers").await["items"].as_array().unwrap().clone();
    assert_eq!(list().await, Vec::<Value>::new(), "made today");
    let long_ago = today() - TimeDelta::days(20);
    let id = field.visit(json!({"day": long_ago})).await;
    let minutes = 20 * 24 * 60;
    field
        .tell(&[
            event(&id, "check_in", minutes_ago(minutes), json!({})),
            event(&id, "check_out", minutes_ago(minutes - 20), check_out()),
        ])
        .await;
    let overdue = list().await;
    assert_eq!(
        (&overdue[0]["customer_id"], &overdue[0]["days_overdue"]),
        (&json!(field.shop.customer), &json!(13)),
        "{overdue:?}"
    );
    assert_eq!(overdue[0]["last_visit"], json!(long_ago));
    let planned = field.visit(json!({})).await;
    assert_eq!(list().await[0]["next_visit"], json!(today()));
    field.done(&planned, "check-in", json!({})).await;
    field.done(&planned, "check-out", check_out()).await;
    assert_eq!(list().await, Vec::<Value>::new());
}
