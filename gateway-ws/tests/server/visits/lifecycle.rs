//! The way of a visit by live commands: what is done, what is refused and with which words, who may.

use super::*;

#[tokio::test]
async fn visits_go_their_way_from_outside() {
    let server = Server::start().await;
    a_visit_is_planned_and_carried_out(&server).await;
    what_the_state_does_not_allow_is_refused_by_name(&server).await;
    an_agent_has_one_visit_open(&server).await;
    the_policy_decides_out_of_the_radius(&server).await;
    a_plan_is_changed_upon_the_version_that_was_seen(&server).await;
    visits_are_cancelled_all_or_none(&server).await;
    decisions_of_the_same_moment_follow_each_other(&server).await;
    what_cannot_be_planned_is_refused_by_name(&server).await;
    forms_and_proofs_are_asked_for(&server).await;
    visits_are_listed_by_what_they_are(&server).await;
    the_agents_own_day_has_everything(&server).await;
}

async fn a_visit_is_planned_and_carried_out(server: &Server) {
    let field = Field::new(server).await;
    let id = field.visit(json!({"priority": 70, "purpose": "audit", "note": "ring twice"})).await;
    let visit = field.read(&id).await;
    assert_eq!((&visit["status"], &visit["kind"], &visit["source"]), (&json!("planned"), &json!("routine"), &json!("person")));
    assert_eq!((&visit["place_id"], &visit["territory_id"]), (&json!(field.shop.place), &json!(field.territory)));
    assert_eq!((&visit["duration_s"], &visit["verification"]), (&json!(1_800), &json!("no_data")));

    let on_the_way = field.done(&id, "en-route", json!({})).await;
    assert_eq!(on_the_way["status"], "en_route");
    let command = json!({"id": Uuid::now_v7(), "position": position(&field.shop, 20.0)});
    let there = field.command(&id, "check-in", command.clone()).await.body;
    assert_eq!((&there["status"], &there["performed_by"]), (&json!("checked_in"), &json!(field.agent.id)));
    // The answer was lost: the same command again is carried out once.
    let again = field.done(&id, "check-in", command.clone()).await;
    assert_eq!(again["revision"], there["revision"]);
    // Its id names that event for good: neither another visit nor another command can have it, whether or not they would be carried out.
    let elsewhere = field.visit(json!({})).await;
    let (told, there_too) = (json!({"id": command["id"]}), json!({"id": command["id"], "reason": "flat tyre"}));
    for (visit, what, body) in [(&elsewhere, "en-route", &told), (&elsewhere, "start", &told), (&id, "abandon", &there_too)] {
        let refused = field.command(visit, what, body.clone()).await;
        assert_eq!((refused.status, refused.code()), (409, "id_taken"), "{what}: {refused:?}");
    }
    assert_eq!(field.read(&elsewhere).await["status"], "planned");
    assert_eq!(field.done(&id, "start", json!({})).await["status"], "in_progress");
    let unproductive = field.command(&id, "check-out", json!({"outcome": "unproductive"})).await;
    assert_eq!((unproductive.status, unproductive.field()), (400, "reason"));
    let over = field.done(&id, "check-out", json!({"outcome": "unproductive", "reason": "closed", "note": "nobody there"})).await;
    assert_eq!((&over["status"], &over["reason"]), (&json!("completed"), &json!("closed")));

    let history = server.get(&format!("/visits/{id}/events")).await;
    let events = history["items"].as_array().unwrap();
    let told: Vec<_> = events.iter().filter_map(|event| event["told"]["type"].as_str()).collect();
    assert_eq!(told, ["en_route", "check_in", "start", "check_out"]);
    assert_eq!((&events[0]["kind"], &events[0]["by"]["kind"]), (&json!("planned"), &json!("user")));
    let moved: Vec<_> =
        events.iter().filter(|event| event["kind"] == "told").map(|event| (&event["was"], &event["status"])).collect();
    assert_eq!(moved[1], (&json!("en_route"), &json!("checked_in")));
    assert!(events.iter().filter(|event| event["kind"] == "told").all(|event| event["effect"] == "effective"));
}

async fn what_the_state_does_not_allow_is_refused_by_name(server: &Server) {
    let field = Field::new(server).await;
    let id = field.visit(json!({})).await;
    for (command, body) in [("start", json!({})), ("check-out", check_out())] {
        let refused = field.command(&id, command, body).await;
        assert_eq!((refused.status, refused.code(), refused.field()), (409, "illegal_transition", "status"), "{refused:?}");
        assert!(refused.body["message"].as_str().unwrap().ends_with("it is planned"), "{refused:?}");
    }
    assert_eq!(field.office(&id, "cancel", json!({"reason": "customer called"})).await.body["status"], "cancelled");
    let refused = field.command(&id, "check-in", json!({})).await;
    assert_eq!((refused.status, refused.code()), (409, "illegal_transition"));
    assert!(refused.body["message"].as_str().unwrap().contains("cancelled"), "{refused:?}");
    assert_eq!(field.office(&id, "reinstate", json!({})).await.body["status"], "planned");
    assert_eq!(field.command(&id, "cancel", json!({"reason": "x"})).await.status, 403, "an agent does not cancel");
    let given_up = field.done(&id, "abandon", json!({"reason": "flat tyre"})).await;
    assert_eq!((&given_up["status"], &given_up["reason"]), (&json!("abandoned"), &json!("flat tyre")));
    let missing = field.command(&id, "abandon", json!({})).await;
    assert_eq!((missing.status, missing.field()), (400, "reason"));
    let long_ago = json!({"at": minutes_ago(60)});
    let refused = field.command(&id, "check-in", long_ago).await;
    assert_eq!((refused.status, refused.field()), (400, "at"));
    // Another agent's visit is not there.
    let other = Field::new(server).await;
    let refused = other.command(&id, "check-in", json!({})).await;
    assert_eq!((refused.status, refused.code()), (404, "not_found"));
    let nowhere = field.command(&id, "check-in", json!({"position": {"lat": 91, "lon": 0}})).await;
    assert_eq!(nowhere.status, 400, "{nowhere:?}");
}

async fn an_agent_has_one_visit_open(server: &Server) {
    let field = Field::new(server).await;
    let next_door = shop(server, &field.territory, LAT + 0.01).await;
    let (first, second) = (field.visit(json!({})).await, field.visit_at(&next_door, json!({})).await);
    field.done(&first, "check-in", json!({})).await;
    let refused = field.command(&second, "check-in", json!({})).await;
    assert_eq!((refused.status, refused.code()), (409, "another_visit_open"), "{refused:?}");
    assert!(refused.body["message"].as_str().unwrap().contains(&first), "{refused:?}");
    field.done(&first, "check-out", check_out()).await;
    field.done(&second, "check-in", json!({})).await;
    field.done(&second, "check-out", check_out()).await;
    // The same place again, a moment later.
    let again = field.visit_at(&next_door, json!({})).await;
    let refused = field.command(&again, "check-in", json!({})).await;
    assert_eq!((refused.status, refused.code()), (409, "cooling_down"), "{refused:?}");

    // The database is the last guard: two at once, and one gets through.
    let third = Field::new(server).await;
    let far = shop(server, &third.territory, LAT + 0.02).await;
    let (a, b) = (third.visit(json!({})).await, third.visit_at(&far, json!({})).await);
    let (a, b) = tokio::join!(third.command(&a, "check-in", json!({})), third.command(&b, "check-in", json!({})));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{a:?} {b:?}");
}

async fn set_rules(server: &Server, rules: Value) {
    let answer = server.call(Method::PUT, "/settings/visits", Some(json!({"rules": rules}))).await;
    assert_eq!(answer.status, 204, "{answer:?}");
}

async fn the_policy_decides_out_of_the_radius(server: &Server) {
    let refused = server.call(Method::PUT, "/settings/visits", Some(json!({"rules": {"radius_m": 5}}))).await;
    assert_eq!((refused.status, refused.field()), (400, "rules.radius_m"));
    let field = Field::new(server).await;
    let far = json!({"position": position(&field.shop, 250.0)});

    set_rules(server, json!({"outside_check_in": "block"})).await;
    let id = field.visit(json!({})).await;
    let refused = field.command(&id, "check-in", far.clone()).await;
    assert_eq!((refused.status, refused.code(), refused.field()), (409, "outside_radius", "position"), "{refused:?}");
    assert!(refused.body["message"].as_str().unwrap().starts_with("250 m away"), "{refused:?}");
    let blind = field.command(&id, "check-in", json!({})).await;
    assert_eq!((blind.status, blind.code()), (409, "position_needed"), "{blind:?}");

    set_rules(server, json!({"outside_check_in": "proof"})).await;
    let refused = field.command(&id, "check-in", far.clone()).await;
    assert_eq!((refused.status, refused.code(), refused.field()), (409, "proof_lacking", "photo_at_check_in"), "{refused:?}");

    set_rules(server, json!({})).await;
    let flagged = field.done(&id, "check-in", far).await;
    assert!(flagged["flags"].as_array().unwrap().contains(&json!("outside_at_check_in")), "{flagged}");
    let marked = server.get(&format!("/visits?flag=outside_at_check_in&agent={}", field.agent.id)).await;
    assert_eq!(marked["items"][0]["id"], id.as_str());
    let settings = server.get("/settings/visits").await;
    assert_eq!((&settings["current"]["radius_m"], settings["versions"].as_array().unwrap().len()), (&json!(100), 3));
}

async fn a_plan_is_changed_upon_the_version_that_was_seen(server: &Server) {
    let field = Field::new(server).await;
    let other = server.agents(1, Some(&field.territory)).await.remove(0);
    let id = field.visit(json!({})).await;
    let changed = server.patch(&format!("/visits/{id}"), json!({"version": 1, "priority": 90})).await;
    assert_eq!((&changed["priority"], &changed["version"]), (&json!(90), &json!(2)));
    field.is_as_stored(&changed).await;
    let patch = Some(json!({"version": 1, "priority": 10}));
    let overtaken = server.call(Method::PATCH, &format!("/visits/{id}"), patch).await;
    assert_eq!((overtaken.status, overtaken.code()), (409, "version_conflict"));
    assert_eq!(field.read(&id).await["priority"], 90);

    // All or none.
    let second = field.visit(json!({})).await;
    let assign = |a: i64, b: i64| {
        let one = |visit: &str, version: i64| json!({"visit_id": visit, "version": version, "agent_id": other.id});
        json!({"assignments": [one(&id, a), one(&second, b)]})
    };
    let refused = server.call(Method::POST, "/visits/assign", Some(assign(2, 7))).await;
    assert_eq!((refused.status, refused.code()), (409, "version_conflict"));
    assert_eq!(field.read(&id).await["agent_id"], field.agent.id.as_str());
    let assigned = server.post("/visits/assign", assign(2, 1)).await;
    assert!(assigned["items"].as_array().unwrap().iter().all(|visit| visit["agent_id"] == other.id.as_str()));
    for visit in assigned["items"].as_array().unwrap() {
        field.is_as_stored(visit).await;
    }
    assert_eq!(field.command(&id, "check-in", json!({})).await.code(), "not_assigned");

    let done = server.ask(Some(&other.token), Method::POST, &format!("/visits/{id}/check-in"), Some(json!({}))).await;
    assert_eq!(done.status, 200, "{done:?}");
    let late = server.call(Method::PATCH, &format!("/visits/{id}"), Some(json!({"priority": 1}))).await;
    assert_eq!((late.status, late.code()), (409, "visit_begun"));
}

async fn visits_are_cancelled_all_or_none(server: &Server) {
    let field = Field::new(server).await;
    let (first, begun, second) = (field.visit(json!({})).await, field.visit(json!({})).await, field.visit(json!({})).await);
    field.done(&begun, "check-in", json!({})).await;
    let cancel = async |visits: &[&String], id: Uuid| {
        let body = json!({"id": id, "visits": visits, "reason": "customer_closed"});
        server.call(Method::POST, "/visits/cancel", Some(body)).await
    };
    let refused = cancel(&[&first, &begun, &second], Uuid::now_v7()).await;
    assert_eq!((refused.status, refused.code()), (409, "illegal_transition"), "{refused:?}");
    assert!(refused.field().starts_with("visits[1]"), "{refused:?}");
    for visit in [&first, &second] {
        assert_eq!(field.read(visit).await["status"], "planned", "none of them");
    }
    let stranger = Uuid::now_v7().to_string();
    let refused = cancel(&[&first, &stranger], Uuid::now_v7()).await;
    assert_eq!((refused.status, refused.field()), (400, "visits[1]"), "{refused:?}");
    assert_eq!(cancel(&[&first, &first], Uuid::now_v7()).await.field(), "visits");
    assert_eq!(cancel(&[], Uuid::now_v7()).await.field(), "visits");

    let id = Uuid::now_v7();
    let done = cancel(&[&second, &first], id).await;
    let statuses: Vec<_> = done.body["items"].as_array().unwrap().iter().map(|visit| (&visit["id"], &visit["status"])).collect();
    assert_eq!(statuses, [(&json!(second), &json!("cancelled")), (&json!(first), &json!("cancelled"))], "{done:?}");
    let again = cancel(&[&second, &first], id).await;
    assert_eq!((again.status, &again.body), (200, &done.body), "the same again");
}

/// Offices decide, plans change and the agent sets out, all at once: whatever is carried out follows from what was carried out before.
async fn decisions_of_the_same_moment_follow_each_other(server: &Server) {
    let field = Field::new(server).await;
    for _ in 0..4 {
        let id = field.visit(json!({})).await;
        let decided = futures_util::future::join_all((0..24).map(async |n| match n % 4 {
            0 | 2 => (true, field.office(&id, "cancel", json!({"id": Uuid::now_v7(), "reason": "customer_closed"})).await),
            1 => (true, field.office(&id, "reinstate", json!({"id": Uuid::now_v7()})).await),
            _ if n % 8 == 3 => (true, field.command(&id, "en-route", json!({"id": Uuid::now_v7()})).await),
            _ => (
                false,
                server.call(Method::PATCH, &format!("/visits/{id}"), Some(json!({"version": 1, "note": format!("{n}")}))).await,
            ),
        }));
        let decided = decided.await;
        assert!(decided.iter().all(|(_, answer)| matches!(answer.status, 200 | 409)), "{decided:?}");
        let done = decided.iter().filter(|(is_told, answer)| *is_told && answer.status == 200).count();
        assert!(done > 0, "{decided:?}");

        let history = server.get(&format!("/visits/{id}/events?limit=1000")).await;
        let events = history["items"].as_array().unwrap();
        assert_eq!(events.iter().filter(|event| event["kind"] == "told").count(), done, "what was answered 200 is there, once");
        for pair in events.windows(2) {
            assert_eq!(pair[1]["was"], pair[0]["status"], "{pair:?}");
            assert_eq!(pair[1]["revision"].as_i64(), pair[0]["revision"].as_i64().map(|revision| revision + 1), "{pair:?}");
        }
        let (last, visit) = (events.last().unwrap(), field.read(&id).await);
        assert_eq!((&last["status"], &last["revision"]), (&visit["status"], &visit["revision"]));
        let cancelled =
            field.office(&id, if visit["status"] == "cancelled" { "reinstate" } else { "cancel" }, json!({"reason": "flooded"}));
        field.is_as_stored(&cancelled.await.body).await;
    }
}

async fn what_cannot_be_planned_is_refused_by_name(server: &Server) {
    let field = Field::new(server).await;
    let elsewhere = Field::new(server).await;
    let customer = &field.shop.customer;
    for (more, name) in [
        (json!({"customer_id": Uuid::now_v7()}), "customer_id"),
        (json!({"place_id": elsewhere.shop.place}), "place_id"),
        (json!({"agent_id": Uuid::now_v7()}), "agent_id"),
        (json!({"duration_s": 59}), "duration_s"),
        (json!({"priority": 101}), "priority"),
        (json!({"kind": "party"}), "kind"),
        (json!({"day": "tomorrow"}), "day"),
        (json!({"day": "0001-01-01"}), "day"),
        (json!({"skills": ["levitation"]}), "skills[0]"),
        (json!({"skills": ["nul\u{0}"]}), "skills[0]"),
        (json!({"windows": [{"from": minutes_ago(5), "to": minutes_ago(10)}]}), "windows[0].to"),
        (json!({"colour": "red"}), "colour"),
    ] {
        let mut new = json!({"customer_id": customer});
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let refused = server.call(Method::POST, "/visits", Some(new)).await;
        assert_eq!((refused.status, refused.field()), (400, name), "{more}: {refused:?}");
    }
    // The same id again is the same visit; in bulk all or none.
    let id = Uuid::now_v7();
    let new = json!({"id": id, "customer_id": customer});
    assert_eq!(server.call(Method::POST, "/visits", Some(new.clone())).await.status, 201);
    assert_eq!(server.call(Method::POST, "/visits", Some(new)).await.status, 200);
    let bulk = json!({"visits": [{"customer_id": customer}, {"customer_id": customer, "priority": -1}]});
    let refused = server.call(Method::POST, "/visits/bulk", Some(bulk)).await;
    assert_eq!((refused.status, refused.field()), (400, "visits[1].priority"));
    let made = server.get(&format!("/visits?customer={customer}")).await;
    assert_eq!(made["items"].as_array().unwrap().len(), 1);
    // A skill is one of the organisation's, and stays one while a visit to come asks for it.
    let asking = |skills: Value| json!({"customer_id": customer, "skills": skills});
    let bulk = json!({"visits": [asking(json!([])), asking(json!(["levitation"]))]});
    let by_agent = Some(field.agent.token.as_str());
    for (token, path, body, name) in [
        (None, "/visits/bulk", bulk, "visits[1].skills[0]"),
        (None, "/dispatch/jobs", json!({"visit": asking(json!(["levitation"]))}), "visit.skills[0]"),
        (by_agent, "/visits", asking(json!(["levitation"])), "skills[0]"),
    ] {
        let refused = match token {
            Some(token) => server.ask(Some(token), Method::POST, path, Some(body)).await,
            None => server.call(Method::POST, path, Some(body)).await,
        };
        assert_eq!((refused.status, refused.code(), refused.field()), (400, "invalid_field", name), "{refused:?}");
        assert!(refused.body["message"].as_str().unwrap().contains("levitation"), "{refused:?}");
    }
    assert!(server.call(Method::PUT, "/skills/juggling", Some(json!({"name": "Juggling"}))).await.status < 300);
    let skilled = field.visit(json!({"skills": ["juggling"]})).await;
    let patch = json!({"skills": ["juggling", "levitation"]});
    let refused = server.call(Method::PATCH, &format!("/visits/{skilled}"), Some(patch)).await;
    assert_eq!((refused.status, refused.field()), (400, "skills[1]"), "{refused:?}");
    let used = server.call(Method::DELETE, "/skills/juggling", None).await;
    assert_eq!((used.status, used.code()), (409, "in_use"), "{used:?}");
    assert_eq!(field.office(&skilled, "cancel", json!({"reason": "flooded"})).await.status, 200);
    assert_eq!(server.call(Method::DELETE, "/skills/juggling", None).await.status, 204);
    // An agent makes ad hoc visits in their territory, for themselves.
    let ad_hoc = json!({"customer_id": customer});
    let made = server.ask(Some(&field.agent.token), Method::POST, "/visits", Some(ad_hoc.clone())).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!((&made.body["kind"], &made.body["agent_id"]), (&json!("ad_hoc"), &json!(field.agent.id)));
    let strange = server.ask(Some(&elsewhere.agent.token), Method::POST, "/visits", Some(ad_hoc)).await;
    assert_eq!((strange.status, strange.field()), (400, "customer_id"));
}

async fn forms_and_proofs_are_asked_for(server: &Server) {
    let field = Field::new(server).await;
    let facings =
        json!({"key": "facings", "label": "Facings", "kind": "number", "min": 0.0, "decimals": 0, "required": "always"});
    let code = json!({"key": "code", "label": "Shelf", "kind": "scan"});
    let form = server.post("/forms", json!({"title": "Audit", "fields": [facings, code]})).await;
    let (form_id, kind) = (form["id"].as_str().unwrap(), Uuid::now_v7());
    let body = json!({"name": format!("Audit {kind}"), "form_id": form_id});
    assert_eq!(server.call(Method::PUT, &format!("/activity-types/{kind}"), Some(body.clone())).await.status, 200);
    let namesake = server.call(Method::PUT, &format!("/activity-types/{}", Uuid::now_v7()), Some(body)).await;
    assert_eq!((namesake.status, namesake.code()), (409, "taken"), "{namesake:?}");
    set_rules(
        server,
        json!({"requirements": [{"outcomes": ["productive"], "proofs": [format!("activity:{kind}"), "note", "scan"]}]}),
    )
    .await;

    let id = field.visit(json!({})).await;
    let path = format!("/visits/{id}/activities");
    let add = async |body: Value| server.ask(Some(&field.agent.token), Method::POST, &path, Some(body)).await;
    let early = add(json!({"type_id": kind, "answers": {"facings": 3}})).await;
    assert_eq!((early.status, early.code()), (409, "not_checked_in"));
    field.done(&id, "check-in", json!({})).await;
    let refused = field.command(&id, "check-out", check_out()).await;
    assert_eq!((refused.status, refused.code()), (409, "proof_lacking"));
    let lacking: Vec<_> = refused.body["fields"].as_array().unwrap().iter().map(|field| field["field"].clone()).collect();
    assert_eq!(lacking, [json!("note"), json!("scan"), json!(format!("activity:{kind}"))]);

    let wrong = add(json!({"type_id": kind, "answers": {"facings": 2.5, "shade": "blue"}})).await;
    let fields: Vec<_> = wrong.body["fields"].as_array().unwrap().iter().map(|field| field["field"].clone()).collect();
    assert_eq!((wrong.status, fields), (400, vec![json!("answers.shade"), json!("answers.facings")]), "{wrong:?}");
    // The form goes on; an answer keeps the version it was given under.
    let more = json!({"key": "price", "label": "Price", "kind": "number", "required": "always"});
    let newer = server
        .call(Method::PUT, &format!("/forms/{form_id}"), Some(json!({"version": 1, "title": "Audit", "fields": [more]})))
        .await;
    assert_eq!((newer.status, &newer.body["version"]), (200, &json!(2)));
    let told =
        json!({"id": Uuid::now_v7(), "type_id": kind, "form_version": 1, "answers": {"facings": 3, "code": "4006381333931"}});
    let added = add(told.clone()).await;
    assert_eq!(added.status, 201, "{added:?}");
    assert_eq!(add(told).await.status, 200);
    let listed = server.get(&path).await;
    assert_eq!((&listed["items"][0]["form_version"], listed["items"].as_array().unwrap().len()), (&json!(1), 1));
    let over = field.done(&id, "check-out", json!({"outcome": "productive", "note": "fine"})).await;
    assert_eq!((&over["status"], &over["lacking"]), (&json!("completed"), &json!([])));
    set_rules(server, json!({})).await;
}

async fn visits_are_listed_by_what_they_are(server: &Server) {
    let field = Field::new(server).await;
    let mut all = Vec::new();
    for _ in 0..5 {
        all.push(field.visit(json!({})).await);
    }
    let nobody = field.visit(json!({"agent_id": null, "territory_id": field.territory})).await;
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = server.get(&format!("/visits?agent={}&limit=2{after}", field.agent.id)).await;
        seen.extend(page["items"].as_array().unwrap().iter().map(|visit| visit["id"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let mut sorted = all.clone();
    sorted.sort();
    assert_eq!(seen, sorted);
    let unassigned = server.get(&format!("/visits?territory={}&unassigned=true", field.territory)).await;
    assert_eq!(unassigned["items"][0]["id"], nobody.as_str());
    for (query, name) in [
        ("status=asleep", "status"),
        ("limit=0", "limit"),
        ("from=x", "from"),
        ("agent=7", "agent"),
        ("after=x", "after"),
        ("kind=a,b", "kind"),
    ] {
        let refused = server.call(Method::GET, &format!("/visits?{query}"), None).await;
        assert_eq!((refused.status, refused.field()), (400, name), "{query}");
    }
}

async fn the_agents_own_day_has_everything(server: &Server) {
    let field = Field::new(server).await;
    let contact = format!("/customers/{}/contacts/{}", field.shop.customer, Uuid::now_v7());
    let person = json!({"name": "Anna Berg", "role": "buyer", "phone": "+49 30 1234567"});
    assert_eq!(server.call(Method::PUT, &contact, Some(person)).await.status, 200);
    let id = field.visit(json!({})).await;
    field.done(&id, "check-in", json!({})).await;
    let day = server.ask(Some(&field.agent.token), Method::GET, "/me/day", None).await;
    assert_eq!(day.status, 200, "{day:?}");
    assert_eq!(day.body["visits"][0]["visit"]["status"], "checked_in");
    let customer = &day.body["customers"][0];
    assert_eq!(
        (&customer["places"][0]["id"], &customer["contacts"][0]["phone"]),
        (&json!(field.shop.place), &json!("+49301234567"))
    );
    assert!(day.body["seq"].as_i64() > Some(0) && day.body["rules"]["radius_m"] == 100, "{day:?}");
    let tomorrow = server.ask(Some(&field.agent.token), Method::GET, "/me/day?date=2031-01-01", None).await;
    assert_eq!(tomorrow.body["visits"], json!([]));
    assert_eq!(server.call(Method::GET, "/me/day", None).await.status, 403, "an administrator is no agent");
}
