//! Plans as dispatchers, phones and programs see them: versions and conflicts, previews, undo, searches, what a crash leaves.

use super::common::field::{as_agent, route_of, skill, spot, today, tomorrow};
use super::common::{Console, Field, Phone, Server, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn ids(value: &Value) -> BTreeSet<String> {
    value.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn of_two_who_edit_the_same_plan_one_is_told_what_has_changed() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 2).await;
    let day = tomorrow(&server).await;
    let visits = field.visits(&server, 3, &day).await;
    let (a, b) = (&field.agents[0].id, &field.agents[1].id);
    let base = field.plan(&server, &day).await["version"].as_i64().unwrap();
    let assign = |visit: &str, agent: &str| json!([{"op": "assign", "visit": visit, "agent": agent}]);

    let path = format!("/plans/{}/changes", field.territory);
    let mine = json!({"id": uuid::Uuid::now_v7(), "base_version": base, "operations": assign(&visits[0], a)});
    let first = server.call(Method::POST, &path, Some(mine.clone())).await;
    assert_eq!((first.status, first.body["version"].as_i64()), (200, Some(base + 1)), "{first:?}");

    // The same again is answered as the first time, and changes nothing.
    let again = server.call(Method::POST, &path, Some(mine)).await;
    assert_eq!((again.status, &again.body), (200, &first.body));

    // Somebody else who saw the same version.
    let second = field.change(&server, base, assign(&visits[0], b)).await;
    assert_eq!((second.status, second.code()), (409, "version_conflict"), "{second:?}");
    let details = &second.body["details"];
    assert_eq!((details["base"].as_i64(), details["current"].as_i64()), (Some(base), Some(base + 1)));
    assert_eq!(ids(&details["visits"]), BTreeSet::from([visits[0].clone()]));
    assert_eq!(details["since"][0]["kind"], "edit");
    let plan = field.plan(&server, &day).await;
    assert_eq!((route_of(&plan, a), route_of(&plan, b)), (vec![visits[0].clone()], vec![]), "a silent overwrite: {plan}");

    // Upon what is there now it is taken.
    let third = field.change(&server, base + 1, assign(&visits[0], b)).await;
    assert_eq!(third.status, 200, "{third:?}");
    let plan = field.plan(&server, &day).await;
    assert_eq!((route_of(&plan, a), route_of(&plan, b)), (vec![], vec![visits[0].clone()]));
    let kinds: Vec<_> = server.get(&format!("/plans/{}/versions", field.territory)).await["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| version["version"].as_i64().unwrap())
        .collect();
    assert_eq!(kinds, [base + 2, base + 1]);
}

#[tokio::test]
async fn console_phone_and_rest_show_the_same_version() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 1).await;
    let day = tomorrow(&server).await;
    let visits = field.visits(&server, 2, &day).await;
    let agent = &field.agents[0];
    let topic = format!("plan:{}", field.territory);
    assert_eq!(field.plan(&server, &day).await["unassigned"].as_array().map(Vec::len), Some(2), "who made them sees them");
    let mut console = Console::connect(&server).await;
    console.say(json!({"type": "subscribe", "topics": [topic], "date": day})).await;
    let snapshot = console.peek().await;
    assert_eq!(
        (snapshot["type"].as_str(), snapshot["topic"].as_str()),
        (Some("plan_snapshot"), Some(topic.as_str())),
        "{snapshot}"
    );
    assert_eq!(snapshot["day"]["unassigned"].as_array().unwrap().len(), 2);
    console.ack(&snapshot).await;
    let mut phone = Phone::connect(&server, agent).await;

    let version = field.place_all(&server, &visits).await;
    let diff = console.peek().await;
    assert_eq!((diff["type"].as_str(), diff["version"].as_i64()), (Some("plan_diff"), Some(version)), "{diff}");
    assert_eq!(diff["changes"].as_array().unwrap().len(), 2);
    console.ack(&diff).await;
    let told = phone.socket.frame().await;
    assert_eq!((told["type"].as_str(), told["version"].as_i64()), (Some("plan_changed"), Some(version)), "{told}");

    let own = as_agent(&server, agent, Method::GET, &format!("/me/route?date={day}"), None).await;
    assert_eq!((own.status, own.body["version"].as_i64()), (200, Some(version)), "{own:?}");
    let plan = field.plan(&server, &day).await;
    let order = route_of(&plan, &agent.id);
    assert_eq!(order.len(), 2);
    let stops =
        |route: &Value| route["stops"].as_array().unwrap().iter().map(|stop| stop["visit_id"].clone()).collect::<Vec<_>>();
    let shown = [&diff["routes"][0], &told["day"], &own.body["routes"][0], &plan["routes"][0]].map(stops);
    assert!(shown.iter().all(|stops| *stops == order), "{shown:?}");

    // Back where one was, with everything missed since, in order.
    let token = json!({topic.clone(): {"epoch": snapshot["epoch"], "rev": snapshot["rev"]}});
    let mut late = Console::connect(&server).await;
    late.say(json!({"type": "subscribe", "topics": [topic], "date": day, "resume": token})).await;
    let missed = late.peek().await;
    assert_eq!((missed["type"].as_str(), &missed["rev"]), (Some("plan_diff"), &diff["rev"]), "{missed}");
}

#[tokio::test]
async fn a_preview_says_what_the_change_then_does_and_changes_nothing() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 2).await;
    let day = tomorrow(&server).await;
    let visits = field.visits(&server, 8, &day).await;
    let version = field.place_all(&server, &visits).await;
    let before = field.plan(&server, &day).await;
    let from = route_of(&before, &field.agents[0].id);
    let (visit, to) = match from.first() {
        Some(visit) => (visit.clone(), &field.agents[1].id),
        None => (route_of(&before, &field.agents[1].id)[0].clone(), &field.agents[0].id),
    };
    let operations = json!([{"op": "move", "visit": visit, "agent": to, "position": 0}]);
    let body = json!({"base_version": version, "operations": operations});
    let preview = server.post(&format!("/plans/{}/preview", field.territory), body).await;
    let path = format!("/plans/{}/preview", field.territory);
    let gone_by = server.call(Method::POST, &path, Some(json!({"base_version": version - 1, "operations": operations}))).await;
    assert_eq!((gone_by.status, gone_by.code()), (409, "version_conflict"), "{gone_by:?}");
    let of_now = server.post(&path, json!({"operations": operations})).await;
    assert_eq!((of_now["base"].as_i64(), &of_now), (Some(version), &preview), "without a version it is of the plan as it is");
    assert_eq!(field.plan(&server, &day).await, before, "a preview changes nothing");
    let changed = field.change(&server, version, operations).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(preview["bill"], changed.body["bill"]);
    let after = field.plan(&server, &day).await;
    assert_eq!(route_of(&after, to)[0], visit);
    for route in preview["routes"].as_array().unwrap() {
        for (plan, wait, distance) in [(&before, "wait_before_s", "distance_before_m"), (&after, "wait_s", "distance_m")] {
            let routes = plan["routes"].as_array().unwrap();
            let totals = &routes.iter().find(|one| one["agent_id"] == route["agent"]).unwrap()["totals"];
            assert_eq!((&route[wait], &route[distance]), (&totals["wait_s"], &totals["distance_m"]), "{route} {totals}");
        }
        let told: Vec<_> =
            route["stops"].as_array().unwrap().iter().map(|stop| stop["visit_id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(told, route_of(&after, route["agent"].as_str().unwrap()));
    }
}

#[tokio::test]
async fn a_version_is_taken_back_and_versions_are_compared() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 2).await;
    let day = tomorrow(&server).await;
    let visits = field.visits(&server, 4, &day).await;
    let placed = field.place_all(&server, &visits).await;
    let routes = |plan: &Value| field.agents.iter().map(|agent| route_of(plan, &agent.id)).collect::<Vec<_>>();
    let before = routes(&field.plan(&server, &day).await);
    let taken = field.change(&server, placed, json!([{"op": "unassign", "visit": visits[1]}])).await;
    assert_eq!(taken.status, 200, "{taken:?}");
    let undo = async |version: i64, base: i64| {
        let path = format!("/plans/{}/versions/{version}/undo", field.territory);
        server.call(Method::POST, &path, Some(json!({"base_version": base}))).await
    };
    let stale = undo(placed + 1, placed).await;
    assert_eq!((stale.status, stale.code()), (409, "version_conflict"), "{stale:?}");
    let undone = undo(placed + 1, placed + 1).await;
    assert_eq!((undone.status, undone.body["version"].as_i64()), (200, Some(placed + 2)), "{undone:?}");
    assert_eq!(routes(&field.plan(&server, &day).await), before);
    let compared = server.get(&format!("/plans/{}/compare?from={placed}&to={}", field.territory, placed + 2)).await;
    assert_eq!((compared["changes"].as_i64(), compared["moves"].as_array().unwrap().len()), (Some(2), 0), "{compared}");
    let compared = server.get(&format!("/plans/{}/compare?from={placed}&to={}", field.territory, placed + 1)).await;
    assert_eq!(compared["moves"][0]["visit"], visits[1].as_str());
    assert_eq!(compared["moves"][0]["to"], Value::Null);
    let unknown = undo(placed + 99, placed + 2).await;
    assert_eq!((unknown.status, unknown.code()), (404, "not_found"));
}

#[tokio::test]
async fn a_power_cut_leaves_the_last_accepted_plan() {
    let mut server = Server::start().await;
    let field = Field::new(&server, "North", 2).await;
    let day = tomorrow(&server).await;
    let visits = field.visits(&server, 10, &day).await;
    let version = field.place_all(&server, &visits).await;
    let before = field.plan(&server, &day).await;

    // In the middle of a search that was to be applied.
    let improve = json!({"base_version": version, "seconds": 60, "apply": true});
    let job = server.post(&format!("/plans/{}/improve", field.territory), improve).await;
    let path = format!("/plan-jobs/{}", job["id"].as_str().unwrap());
    eventually("the search runs", async || (server.get(&path).await["state"] == "running").then_some(())).await;
    server.kill();
    server.start_again().await;

    assert_eq!(server.get(&path).await["state"], "failed");
    let after = field.plan(&server, &day).await;
    assert_eq!(after["version"].as_i64(), Some(version));
    for agent in &field.agents {
        assert_eq!(route_of(&after, &agent.id), route_of(&before, &agent.id));
    }
    // And it goes on from there.
    let changed = field.change(&server, version, json!([{"op": "unassign", "visit": visits[0]}])).await;
    assert_eq!(changed.status, 200, "{changed:?}");
}

#[tokio::test]
async fn a_search_proposes_and_what_it_found_is_accepted_or_rebased() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 2).await;
    let day = tomorrow(&server).await;
    let visits = field.visits(&server, 12, &day).await;
    // A bad order on purpose: everything to one agent, far and near in turn.
    let a = &field.agents[0].id;
    let assign: Vec<_> =
        (0..12).map(|n| (n * 5) % 12).map(|n| json!({"op": "assign", "visit": visits[n], "agent": a, "position": 0})).collect();
    let base = field.plan(&server, &day).await["version"].as_i64().unwrap();
    let assigned = field.change(&server, base, json!(assign)).await;
    assert_eq!(assigned.status, 200, "{assigned:?}");
    let version = assigned.body["version"].as_i64().unwrap();
    let search = async |apply: bool, base: i64| {
        let body = json!({"base_version": base, "seconds": 1, "apply": apply, "seed": 7});
        let job = server.call(Method::POST, &format!("/plans/{}/improve", field.territory), Some(body)).await;
        assert_eq!(job.status, 202, "{job:?}");
        let path = format!("/plan-jobs/{}", job.body["id"].as_str().unwrap());
        let is_over = |state: &str| !["queued", "running"].contains(&state);
        eventually("the search ends", async || {
            let job = server.get(&path).await;
            is_over(job["state"].as_str().unwrap()).then_some((path.clone(), job))
        })
        .await
    };
    let (path, job) = search(false, version).await;
    assert_eq!(job["state"], "proposed", "{job}");
    let (before, after) = (job["proposal"]["cost_before"].as_i64().unwrap(), job["proposal"]["cost_after"].as_i64().unwrap());
    assert!(after < before, "{job}");
    assert_eq!(field.plan(&server, &day).await["version"].as_i64(), Some(version), "a proposal changes nothing");

    // Somebody changes the plan in between: what was found is adapted to that, and what was taken out stays out.
    let changed = field.change(&server, version, json!([{"op": "unassign", "visit": visits[3]}])).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let accepted = server.call(Method::POST, &format!("{path}/accept"), None).await;
    assert_eq!(accepted.status, 200, "{accepted:?}");
    assert_eq!(accepted.body["state"], "rebased", "{accepted:?}");
    let plan = field.plan(&server, &day).await;
    let planned: BTreeSet<_> = field.agents.iter().flat_map(|agent| route_of(&plan, &agent.id)).collect();
    assert!(planned.len() == 11 && !planned.contains(&visits[3]), "no other visit is lost: {planned:?}");
    let twice = server.call(Method::POST, &format!("{path}/accept"), None).await;
    assert_eq!((twice.status, twice.code()), (409, "job_closed"));

    let now = plan["version"].as_i64().unwrap();
    let (_, applied) = search(true, now).await;
    assert!(["applied", "refused"].contains(&applied["state"].as_str().unwrap()), "{applied}");
    let stale = json!({"base_version": 0, "seconds": 1, "apply": true});
    let stale = server.call(Method::POST, &format!("/plans/{}/improve", field.territory), Some(stale)).await;
    assert_eq!((stale.status, stale.code()), (409, "version_conflict"));
}

#[tokio::test]
async fn whoever_has_made_a_visit_reads_it_in_the_next_breath() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 1).await;
    let day = tomorrow(&server).await;
    for n in 0..20 {
        let visit = field.visit(&server, spot(n), &day, json!({})).await;
        let plan = field.plan(&server, &day).await;
        let waiting = plan["unassigned"].as_array().unwrap();
        assert!(waiting.iter().any(|left| left["visit_id"] == visit.as_str()), "visit {n} of {}: {plan}", waiting.len());
        let moved = server.call(Method::PATCH, &format!("/visits/{visit}"), Some(json!({"priority": 99}))).await;
        assert_eq!(moved.status, 200, "{moved:?}");
        let plan = field.plan(&server, &day).await;
        let left = plan["unassigned"].as_array().unwrap().iter().find(|left| left["visit_id"] == visit.as_str()).unwrap();
        assert_eq!(left["priority"], 99, "{left}");
    }
}

#[tokio::test]
async fn a_change_that_breaks_a_constraint_names_it_and_nothing_happens() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 1).await;
    let day = tomorrow(&server).await;
    let near = field.visit(&server, (52.5, 13.4), &day, json!({})).await;
    skill(&server, "crane").await;
    let skilled = field.visit(&server, (52.5, 13.41), &day, json!({"skills": ["crane"]})).await;
    let before = field.plan(&server, &day).await;
    let base = before["version"].as_i64().unwrap();
    let agent = &field.agents[0].id;
    let both = json!([{"op": "assign", "visit": near, "agent": agent}, {"op": "assign", "visit": skilled, "agent": agent}]);
    let refused = field.change(&server, base, both).await;
    assert_eq!((refused.status, refused.code()), (422, "breaks_constraint"), "{refused:?}");
    assert_eq!(refused.body["details"]["refusal"]["code"], "skill_missing");
    assert_eq!(refused.body["details"]["refusal"]["skills"], json!(["crane"]));
    assert_eq!(field.plan(&server, &day).await, before, "all or none");
    let explained = server.get(&format!("/plans/{}/visits/{skilled}/explanation", field.territory)).await;
    assert_eq!(
        (explained["kind"].as_str(), explained["reason"].as_str()),
        (Some("waiting"), Some("nobody_skilled")),
        "{explained}"
    );
    let nobody = uuid::Uuid::now_v7().to_string();
    for (operations, status, field_name) in [
        (json!([{"op": "assign", "visit": near, "agent": nobody}]), 400, "operations[0].agent"),
        (json!([{"op": "assign", "visit": nobody, "agent": agent}]), 400, "operations[0].visit"),
        (json!([]), 400, "operations"),
        (json!([{"op": "sing", "visit": near}]), 400, "operations[0].op"),
        (json!([{"op": "assign", "visit": near, "agent": "me"}]), 400, "operations[0].agent"),
    ] {
        let refused = field.change(&server, base, operations.clone()).await;
        assert_eq!((refused.status, refused.field()), (status, field_name), "{operations}: {refused:?}");
    }
}

#[tokio::test]
async fn a_bad_problem_is_answered_with_the_visit_and_the_field() {
    let server = Server::start().await;
    let (visit, shift) = (uuid::Uuid::from_u128(7), uuid::Uuid::from_u128(8));
    let problem = |change: &dyn Fn(&mut Value)| {
        let mut problem = json!({
            "origin": "2026-11-23T00:00:00Z",
            "stops": [{"lat": 52.5, "lon": 13.4}, {"lat": 52.51, "lon": 13.41}],
            "skills": ["crane"],
            "visits": [{"id": visit, "stop": 1, "service_s": 600, "windows": [{"opens_s": 32400, "closes_s": 36000}]}],
            "shifts": [{"id": {"agent": shift, "date": "2026-11-23"}, "start_stop": 0, "earliest_start_s": 28800, "latest_end_s": 61200}],
        });
        change(&mut problem);
        json!({"problem": problem, "seconds": 1})
    };
    let good = server.post("/plans/solve", problem(&|_| ())).await;
    assert_eq!(good["routes"][0]["visits"][0]["id"], visit.to_string(), "{good}");
    let start = good["routes"][0]["visits"][0]["start_s"].as_i64().unwrap();
    assert!((32_400..=36_000).contains(&start), "{good}");
    // Nobody works: an answer, not a flaw.
    let nobody = server.post("/plans/solve", problem(&|p| p["shifts"] = json!([]))).await;
    assert_eq!(
        (nobody["unassigned"][0]["id"].as_str(), nobody["unassigned"][0]["reason"].as_str()),
        (Some(visit.to_string().as_str()), Some("no_shift"))
    );
    // A place that no way leads to.
    let apart = server.post("/plans/solve", problem(&|p| p["matrices"] = json!([{"duration_s": [[0, null], [null, 0]]}]))).await;
    assert_eq!(apart["unassigned"][0]["reason"], "unreachable", "{apart}");
    let of = |field: &str| format!("visits[{visit}].{field}");
    type Case<'a> = (&'a dyn Fn(&mut Value), String);
    let cases: [Case<'_>; 8] = [
        (&|p| p["visits"][0]["windows"][0] = json!({"opens_s": 36000, "closes_s": 32400}), of("windows.closes_s")),
        (&|p| p["visits"][0]["windows"] = json!([]), of("windows")),
        (&|p| p["visits"][0]["skills"] = json!(["dance"]), of("skills")),
        (&|p| p["visits"][0]["stop"] = json!(9), of("stop")),
        (&|p| p["visits"][0]["service_s"] = json!(-1), of("service_s")),
        (&|p| p["visits"] = json!([p["visits"][0], p["visits"][0]]), of("id")),
        (&|p| p["stops"][1]["lat"] = json!(91.0), "stops[1].lat".to_owned()),
        (&|p| p["stops"][1] = json!({}), "stops[1].lat".to_owned()),
    ];
    for (change, field) in cases {
        let body = problem(change);
        let refused = server.call(Method::POST, "/plans/solve", Some(body.clone())).await;
        assert_eq!((refused.status, refused.code(), refused.field()), (400, "invalid_problem", field.as_str()), "{refused:?}");
    }
    // NaN is no JSON: the body as a whole is refused, and nothing falls over.
    let text = problem(&|_| ()).to_string().replace("600", "NaN");
    let request = server.request(Method::POST, "/api/v1/plans/solve").header("authorization", server.bearer());
    let response = request.header("content-type", "application/json").body(text).send().await.unwrap();
    assert_eq!(response.status(), 400);
}

/// The work of an agent who works round the clock, from somewhere.
pub fn always(more: Value) -> Value {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let mut work = json!({"rotas": [{"valid_from": "2020-01-01", "shifts": [{"days": days, "from": "00:00", "to": "23:59"}]}]});
    work.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    work
}

pub async fn set_work(server: &Server, agent: &str, work: Value) {
    let written = server.call(Method::PUT, &format!("/agents/{agent}/work"), Some(work)).await;
    assert_eq!(written.status, 200, "{written:?}");
}

#[tokio::test]
async fn plans_keep_to_shifts_skills_and_absences_and_follow_them() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 2).await;
    let day = tomorrow(&server).await;
    let (a, b) = (&field.agents[0].id, &field.agents[1].id);
    let skill = server.call(Method::PUT, "/skills/crane", Some(json!({"name": "Crane"}))).await;
    assert!(skill.status < 300, "{skill:?}");
    let base = json!({"start": {"point": {"lat": 52.5, "lon": 13.4}}});
    set_work(&server, a, always(json!({"base": base, "skills": [{"code": "crane"}]}))).await;
    set_work(&server, b, always(json!({}))).await;
    let heavy = field.visit(&server, (52.501, 13.401), &day, json!({"skills": ["crane"]})).await;
    let light = field.visit(&server, (52.502, 13.402), &day, json!({})).await;
    field.place_all(&server, &[heavy.clone(), light.clone()]).await;
    let plan = field.plan(&server, &day).await;
    assert!(route_of(&plan, a).contains(&heavy), "only one of them can: {plan}");
    let of_a = plan["routes"].as_array().unwrap().iter().find(|route| route["agent_id"] == a.as_str()).unwrap();
    assert_eq!(of_a["start"], json!({"lat": 52.5, "lon": 13.4}), "{of_a}");
    assert_eq!(of_a["start"], of_a["end"], "a day ends where it began");

    // Whoever cannot do it is told so, and nothing happens.
    let version = plan["version"].as_i64().unwrap();
    let refused = field.change(&server, version, json!([{"op": "move", "visit": heavy, "agent": b}])).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    assert!(refused.body.to_string().contains("skill"), "{refused:?}");

    // A day of absence: what fits others goes to them, what fits nobody waits, and both are told at once.
    let from = format!("{day}T00:00:00Z");
    let absence = json!({"from": chrono::DateTime::parse_from_rfc3339(&from).unwrap() - chrono::TimeDelta::days(1),
        "to": chrono::DateTime::parse_from_rfc3339(&from).unwrap() + chrono::TimeDelta::days(2), "reason": "ill"});
    set_work(&server, a, always(json!({"base": base, "skills": [{"code": "crane"}], "absences": [absence]}))).await;
    eventually("the plan does without the agent", async || {
        let plan = field.plan(&server, &day).await;
        let waits = plan["unassigned"].as_array().unwrap().iter().any(|left| left["visit_id"] == heavy.as_str());
        (waits && route_of(&plan, a).is_empty() && route_of(&plan, b) == [light.clone()]).then_some(())
    })
    .await;
}

#[tokio::test]
async fn who_goes_off_duty_gives_up_their_day_and_may_come_back() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 2).await;
    let day = today(&server).await;
    let (a, b) = (&field.agents[0].id, &field.agents[1].id);
    set_work(&server, a, always(json!({}))).await;
    set_work(&server, b, always(json!({}))).await;
    let visit = field.visit(&server, (52.501, 13.401), &day, json!({"duration_s": 60})).await;
    let version = field.plan(&server, &day).await["version"].as_i64().unwrap();
    let given = field.change(&server, version, json!([{"op": "assign", "visit": visit, "agent": a}])).await;
    assert_eq!(given.status, 200, "{given:?}");
    let tell = async |state: &str| {
        let body = json!({"state": state, "at": chrono::Utc::now()});
        let told = server.call(Method::POST, &format!("/agents/{a}/duty"), Some(body)).await;
        assert!(told.status < 300, "{told:?}");
    };
    tell("off").await;
    eventually("the other has it", async || {
        let plan = field.plan(&server, &day).await;
        (route_of(&plan, b) == [visit.clone()] && route_of(&plan, a).is_empty()).then_some(())
    })
    .await;
    let version = field.plan(&server, &day).await["version"].as_i64().unwrap();
    let refused = field.change(&server, version, json!([{"op": "assign", "visit": visit, "agent": a}])).await;
    assert_eq!(refused.status, 422, "off duty: {refused:?}");
    tell("on").await;
    eventually("the agent takes visits again", async || {
        let version = field.plan(&server, &day).await["version"].as_i64().unwrap();
        let given = field.change(&server, version, json!([{"op": "assign", "visit": visit, "agent": a}])).await;
        (given.status == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_day_that_a_dispatcher_ended_stays_ended_over_a_kill_until_it_is_undone() {
    let mut server = Server::start().await;
    let field = Field::new(&server, "North", 2).await;
    let day = tomorrow(&server).await;
    let (a, b) = (&field.agents[0].id, &field.agents[1].id);
    let visit = field.visits(&server, 1, &day).await.remove(0);
    let version = field.plan(&server, &day).await["version"].as_i64().unwrap();
    let assign = json!([{"op": "assign", "visit": visit, "agent": a}]);
    assert_eq!(field.change(&server, version, assign.clone()).await.status, 200);
    let release = json!([{"op": "release_agent", "agent": a, "date": day, "replace": true}]);
    let ended = field.change(&server, version + 1, release).await;
    assert_eq!(ended.status, 200, "{ended:?}");
    let version = ended.body["version"].as_i64().unwrap();
    assert_eq!(route_of(&field.plan(&server, &day).await, b), std::slice::from_ref(&visit));
    server.kill();
    server.start_again().await;
    let refused = field.change(&server, version, assign).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    let path = format!("/plans/{}/versions/{version}/undo", field.territory);
    let undone = server.call(Method::POST, &path, Some(json!({"base_version": version}))).await;
    assert_eq!(undone.status, 200, "{undone:?}");
    assert_eq!(route_of(&field.plan(&server, &day).await, a), [visit]);
}

#[tokio::test]
async fn a_day_that_was_ended_is_opened_again_after_the_plan_went_on() {
    let mut server = Server::start().await;
    let field = Field::new(&server, "North", 2).await;
    let day = tomorrow(&server).await;
    let (a, b) = (&field.agents[0].id, &field.agents[1].id);
    let visits = field.visits(&server, 2, &day).await;
    let change = async |server: &Server, operation: Value| {
        let version = field.plan(server, &day).await["version"].as_i64().unwrap();
        field.change(server, version, json!([operation])).await
    };
    let to = |visit: &String, agent: &String| json!({"op": "assign", "visit": visit, "agent": agent});
    let ended = change(&server, json!({"op": "release_agent", "agent": a, "date": day, "replace": true})).await;
    assert_eq!(ended.status, 200, "{ended:?}");
    let shown = async |server: &Server| {
        let plan = field.plan(server, &day).await;
        plan["routes"].as_array().unwrap().iter().find(|route| route["agent_id"] == **a).unwrap()["is_ended"].clone()
    };
    assert_eq!(shown(&server).await, true);
    assert_eq!(change(&server, to(&visits[0], b)).await.status, 200);
    assert_eq!(change(&server, to(&visits[1], a)).await.status, 422, "the day is over");

    let open = json!({"op": "return_agent", "agent": a, "date": day});
    let opened = change(&server, open.clone()).await;
    assert_eq!(opened.status, 200, "{opened:?}");
    assert_eq!(shown(&server).await, false);
    server.kill();
    server.start_again().await;
    assert_eq!(shown(&server).await, false);
    assert_eq!(change(&server, to(&visits[1], a)).await.status, 200);
    let again = change(&server, open).await;
    assert_eq!((again.status, &again.body["diff"]["routes"]), (200, &json!([])), "nothing is to be opened");

    let nobody = change(&server, json!({"op": "return_agent", "agent": field.territory, "date": day})).await;
    assert_eq!(nobody.status, 400, "{nobody:?}");
    let told = server.call(Method::GET, "/audit?limit=50", None).await;
    let acts = told.body["items"].as_array().unwrap();
    let says = |word: &str| acts.iter().filter(|act| act["after"][word].is_array()).count();
    assert_eq!((says("ended"), says("opened")), (1, 1), "{acts:?}");
}
