//! The fleet's beats, and when its customers were visited last: so that weeks ahead are filled, and some customers have waited too long.
//!
//! Made over REST as everything else. Beats begin tomorrow: what is visited today is planned already. Last visits are told as by phones that come
//! back from a week without a network. Everything is decided by seed and day; a second run finds what the first one made.

use super::day::Today;
use super::ground::Ground;
use super::walk::Habits;
use crate::client::{Api, NewAgent};
use crate::rng::Rng;
use anyhow::{Context, Result};
use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Weekday};
use salessync_engine::{AgentId, TerritoryId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Agents of a district who go a round of their own.
const ROUNDS_PER_DISTRICT: usize = 2;
/// Customers of a round, and of a beat that is whoever's it suits.
const STOPS_MAX: usize = 24;
const WEEKDAYS: [&str; 5] = ["mon", "tue", "wed", "thu", "fri"];
/// Customers who were visited before, and how many of these have waited too long by now.
const SHARE_VISITED: f64 = 0.35;
const SHARE_OVERDUE: f64 = 0.2;
/// The first visit of a day long gone, and how far apart they are.
const FIRST_AT: (u32, u32) = (9, 5);
const APART: TimeDelta = TimeDelta::minutes(50);
const PER_REQUEST: usize = 500;

/// The agents' rounds, and the beats of those who are visited seldom. Returns how many there are.
pub async fn go_round(
    api: &Api,
    ground: &Ground,
    today: Today,
    territories: &[TerritoryId],
    people: &[(NewAgent, Habits)],
    customers: &[Value],
    seed: u64,
) -> Result<usize> {
    let beats = beats(ground, today, territories, people, customers, seed);
    for beat in &beats {
        let _: Value = api.post("/beats", beat).await.context("create a beat")?;
    }
    Ok(beats.len())
}

/// Tells when customers were visited last. Returns how many were.
pub async fn tell_last_visits(
    api: &Api,
    today: Today,
    people: &[(NewAgent, Habits)],
    customers: &[Value],
    seed: u64,
) -> Result<usize> {
    let (visits, reports) = last_visits(today, people, customers, seed);
    super::day::create(api, &visits).await.context("visits of the past")?;
    for (agent, events) in &reports {
        for chunk in events.chunks(PER_REQUEST) {
            let told = json!({"agent_id": agent, "events": chunk});
            let _: Value = api.post("/visit-reports", &told).await.context("tell of visits of the past")?;
        }
    }
    Ok(visits.len())
}

fn beats(
    ground: &Ground,
    today: Today,
    territories: &[TerritoryId],
    people: &[(NewAgent, Habits)],
    customers: &[Value],
    seed: u64,
) -> Vec<Value> {
    let starts_on = today.date.succ_opt().unwrap_or(today.date);
    let mut made = Vec::new();
    let mut add = |name: String, territory: TerritoryId, agent: Option<AgentId>, cycle_weeks: usize, stops: Vec<Value>| {
        if stops.is_empty() {
            return;
        }
        let id = Uuid::new_v5(&super::NAMESPACE, format!("beat:{seed}:{territory}:{name}").as_bytes());
        made.push(json!({
            "id": id, "name": name, "territory_id": territory, "agent_id": agent, "cycle_weeks": cycle_weeks, "starts_on": starts_on, "stops": stops,
        }));
    };
    for (district, territory) in territories.iter().enumerate() {
        let within: Vec<&Value> = customers.iter().filter(|customer| customer["territory_id"] == json!(territory)).collect();
        for (agent, _) in people.iter().filter(|(_, habits)| habits.district == district).take(ROUNDS_PER_DISTRICT) {
            let is_theirs = |customer: &&&Value| customer["preferred_agents"][0] == json!(agent.id);
            let theirs: Vec<&Value> = within.iter().filter(is_theirs).copied().take(STOPS_MAX).collect();
            add(format!("Round of {}", agent.name), *territory, Some(agent.id), 2, round(theirs));
        }
        let seldom: Vec<&Value> = within.iter().filter(|customer| customer["class"] == "C").copied().take(STOPS_MAX).collect();
        add(format!("Now and then in {}", ground.districts[district].name), *territory, None, 4, spread(&in_order(seldom), 4));
    }
    made
}

/// Key accounts every week, the others every other week.
fn round(customers: Vec<&Value>) -> Vec<Value> {
    let (key, others): (Vec<_>, Vec<_>) = in_order(customers).into_iter().partition(|customer| customer["class"] == "A");
    let mut stops = spread(&others, 2);
    for (nth, customer) in key.iter().enumerate() {
        stops.extend((1..=2).map(|week| stop(week, nth, customer)));
    }
    stops
}

/// Day after day, neighbours on the same one.
fn spread(customers: &[&Value], weeks: usize) -> Vec<Value> {
    let days = weeks * WEEKDAYS.len();
    let of = |nth: usize| nth * days / customers.len();
    customers.iter().enumerate().map(|(nth, customer)| stop(1 + of(nth) / WEEKDAYS.len(), of(nth), customer)).collect()
}

fn stop(week: usize, day: usize, customer: &Value) -> Value {
    json!({"week": week, "weekday": WEEKDAYS[day % WEEKDAYS.len()], "customer_id": customer["id"]})
}

/// From each to the nearest that is left.
fn in_order(mut left: Vec<&Value>) -> Vec<&Value> {
    let at = |customer: &Value| {
        let point = &customer["places"][0]["point"];
        (point["lat"].as_f64().unwrap_or_default(), point["lon"].as_f64().unwrap_or_default())
    };
    let mut ordered: Vec<&Value> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let (lat, lon) = ordered.last().map_or_else(|| at(left[0]), |last| at(last));
        let far = |customer: &Value| {
            let (there_lat, there_lon) = at(customer);
            (there_lat - lat).hypot((there_lon - lon) * lat.to_radians().cos())
        };
        let next = (0..left.len()).min_by(|a, b| far(left[*a]).total_cmp(&far(left[*b]))).unwrap_or_default();
        ordered.push(left.swap_remove(next));
    }
    ordered
}

/// Visits of the past, and what was told of them by agent, one after the other.
fn last_visits(
    today: Today,
    people: &[(NewAgent, Habits)],
    customers: &[Value],
    seed: u64,
) -> (Vec<Value>, BTreeMap<AgentId, Vec<Value>>) {
    let mut rng = Rng::stream(seed, 60);
    let mut taken: BTreeMap<(AgentId, NaiveDate), i32> = BTreeMap::new();
    let (mut visits, mut reports) = (Vec::new(), BTreeMap::<AgentId, Vec<Value>>::new());
    for customer in customers {
        let interval_d = match customer["class"].as_str() {
            Some("A") => 7.0,
            Some("B") => 14.0,
            _ => 28.0,
        };
        let past = if rng.chance(SHARE_OVERDUE) { rng.range(1.1, 1.8) } else { rng.range(0.2, 0.9) };
        if !rng.chance(SHARE_VISITED) {
            continue;
        }
        let colleagues: Vec<_> =
            people.iter().filter(|(agent, _)| json!(agent.territory_id) == customer["territory_id"]).collect();
        let preferred = people.iter().find(|(agent, _)| json!(agent.id) == customer["preferred_agents"][0]);
        let Some((agent, _)) = preferred.or_else(|| (!colleagues.is_empty()).then(|| colleagues[rng.below(colleagues.len())]))
        else {
            continue;
        };
        let date = worked(today.date - Days::new((interval_d * past) as u64 + 1));
        let nth = taken.entry((agent.id, date)).and_modify(|nth| *nth += 1).or_default();
        let begin = NaiveTime::from_hms_opt(FIRST_AT.0, FIRST_AT.1, 0).unwrap_or_default();
        let Some(from) = (date.and_time(begin) + APART * *nth).and_local_timezone(today.zone).earliest() else { continue };
        let to = from + TimeDelta::minutes(12 + rng.below(30) as i64);
        let named = |what: &str| Uuid::new_v5(&super::NAMESPACE, format!("{what}:{seed}:{}:{date}", customer["id"]).as_bytes());
        let id = named("last-visit");
        visits.push(json!({"id": id, "customer_id": customer["id"], "agent_id": agent.id, "day": date}));
        let point = &customer["places"][0]["point"];
        let position = json!({"lat": point["lat"], "lon": point["lon"], "accuracy_m": 8.0});
        let told = reports.entry(agent.id).or_default();
        told.push(
            json!({"id": named("last-check-in"), "visit_id": id, "at": from.to_utc(), "type": "check_in", "position": position}),
        );
        told.push(json!({
            "id": named("last-check-out"), "visit_id": id, "at": to.to_utc(), "type": "check_out", "outcome": "productive", "position": position,
        }));
    }
    (visits, reports)
}

/// The last day that was worked, up to this one.
fn worked(date: NaiveDate) -> NaiveDate {
    match date.weekday() {
        Weekday::Sat => date - Days::new(1),
        Weekday::Sun => date - Days::new(2),
        _ => date,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::ground::Mode;
    use salessync_engine::beat::BeatContent;
    use salessync_engine::visit::report::Told;
    use std::collections::BTreeSet;
    use std::sync::OnceLock;

    fn ground() -> &'static Ground {
        static GROUND: OnceLock<Ground> = OnceLock::new();
        GROUND.get_or_init(|| Ground::read(&crate::town::generate(7, crate::town::CENTRE_LAT, crate::town::CENTRE_LON)).unwrap())
    }

    type Town = (Today, Vec<TerritoryId>, Vec<(NewAgent, Habits)>, Vec<Value>);

    fn town() -> Town {
        let today = Today::new("2026-11-26T07:30:00Z".parse().unwrap(), chrono_tz::Europe::Berlin);
        let territories: Vec<_> = (0..ground().districts.len()).map(|n| TerritoryId(Uuid::from_u128(n as u128))).collect();
        let person = |n: usize| {
            let district = n % territories.len();
            let agent = NewAgent {
                id: AgentId(Uuid::from_u128(1_000 + n as u128)),
                name: format!("Agent {n}"),
                territory_id: Some(territories[district]),
            };
            (agent, Habits { mode: Mode::Car, district, long_stops: 0.0, visit_scale: 1.0 })
        };
        let people: Vec<_> = (0..30).map(person).collect();
        let customers = crate::fleet::customers::customers(ground(), &territories, &people, (today, 7));
        (today, territories, people, customers)
    }

    #[test]
    fn beats_are_such_as_the_server_takes() {
        let (today, territories, people, customers) = town();
        let made = beats(ground(), today, &territories, &people, &customers, 7);
        assert_eq!(made, beats(ground(), today, &territories, &people, &customers, 7));
        assert!(made.len() > 2 * territories.len(), "{}", made.len());
        for mut beat in made {
            beat.as_object_mut().unwrap().remove("id").unwrap();
            let content = serde_json::from_value::<BeatContent>(beat).unwrap().checked().unwrap();
            let weeks: BTreeSet<u8> = content.stops.iter().map(|stop| stop.week).collect();
            assert!(content.starts_on > today.date && weeks.len() > 1, "{content:?}");
        }
    }

    #[test]
    fn last_visits_are_over_one_after_the_other_and_some_too_long_ago() {
        let (today, _, people, customers) = town();
        let (visits, reports) = last_visits(today, &people, &customers, 7);
        assert!(visits.len() > 100 && visits.len() * 2 == reports.values().map(Vec::len).sum::<usize>(), "{}", visits.len());
        let class: BTreeMap<String, &str> =
            customers.iter().map(|c| (c["id"].to_string(), c["class"].as_str().unwrap())).collect();
        let age = |visit: &Value| (today.date - visit["day"].as_str().unwrap().parse::<NaiveDate>().unwrap()).num_days();
        let too_long = |visit: &&Value| {
            age(visit)
                > match class[&visit["customer_id"].to_string()] {
                    "A" => 7,
                    "B" => 14,
                    _ => 28,
                }
        };
        assert!(visits.iter().all(|visit| age(visit) > 0));
        let overdue = visits.iter().filter(too_long).count();
        assert!((20..visits.len() / 2).contains(&overdue), "{overdue} of {}", visits.len());
        for events in reports.values() {
            let mut days: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for event in events {
                let mut told = event.clone();
                for key in ["id", "visit_id", "at"] {
                    told.as_object_mut().unwrap().remove(key).unwrap();
                }
                serde_json::from_value::<Told>(told).unwrap();
                let at = event["at"].as_str().unwrap();
                days.entry(&at[..10]).or_default().push(at);
            }
            assert!(days.values().all(|times| times.is_sorted()), "{days:?}");
        }
    }
}
