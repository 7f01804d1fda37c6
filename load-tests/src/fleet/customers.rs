//! The fleet's customers and how its agents work, made over REST as everything else: the town's shops, and offices and practices along its streets.
//!
//! Everything is decided by the seed, ids too, so that a second run finds what the first one made and leaves what people have changed since.

use super::day::Today;
use super::ground::{Ground, Mode};
use super::walk::Habits;
use crate::client::{Api, NewAgent};
use crate::rng::Rng;
use crate::town::names::Namer;
use crate::town::plane::{along, length};
use anyhow::{Context, Result, ensure};
use reqwest::{Method, StatusCode};
use salessync_engine::{CustomerId, TerritoryId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Customers beside the shops.
const OFFICES: usize = 540;
const PER_REQUEST: usize = 200;
/// How far a door is from the middle of its street.
const FROM_STREET_M: f64 = 11.0;

/// Code, name, days between visits, how long one takes.
const CLASSES: [(&str, &str, u32, u32); 3] =
    [("A", "Key account", 7, 2_700), ("B", "Regular", 14, 1_800), ("C", "Occasional", 28, 1_200)];
const SKILLS: [(&str, &str); 3] = [("cold", "Cold chain"), ("fitting", "Shop fitting"), ("pharma", "Pharmacy products")];

/// What kind of office it is, and what its sign says.
const OFFICES_BY_KIND: [(&str, &[&str]); 6] = [
    ("practice", &["Dental Practice", "Surgery", "Physiotherapy", "Veterinary Practice"]),
    ("law firm", &["Solicitors", "Notaries"]),
    ("agency", &["Travel", "Insurance", "Estate Agents"]),
    ("workshop", &["Joinery", "Plumbing & Heating", "Electricians", "Printers"]),
    ("school", &["Language School", "Driving School", "Nursery"]),
    ("hotel", &["Guest House", "Hotel", "Inn"]),
];

/// Makes what is not there yet; some prefer the guest. Returns the customers as they were sent.
pub async fn settle(
    api: &Api,
    ground: &Ground,
    territories: &[TerritoryId],
    people: &[(NewAgent, Habits)],
    (today, seed): (Today, u64),
    guest: Option<&NewAgent>,
) -> Result<Vec<Value>> {
    for (code, name, interval_days, visit_duration_s) in CLASSES {
        let class = json!({"name": name, "interval_days": interval_days, "visit_duration_s": visit_duration_s});
        put_if_new(api, "/customer-classes", code, &class).await?;
    }
    for (code, name) in SKILLS {
        put_if_new(api, "/skills", code, &json!({"name": name})).await?;
    }
    let mut customers = customers(ground, territories, people, (today, seed));
    guest.into_iter().for_each(|guest| super::guest::prefer(guest, &mut customers));
    for chunk in customers.chunks(PER_REQUEST) {
        let _: Value = api.post("/customers/bulk", &json!({"customers": chunk})).await.context("create customers")?;
    }
    for (index, (agent, habits)) in people.iter().enumerate() {
        // Said once: what a dispatcher changes afterwards stays.
        let path = format!("/agents/{}/work?version=0", agent.id);
        let (status, text) = api.exchange(Method::PUT, &path, Some(&work(ground, index, *habits, (today, seed)))).await?;
        ensure!(status.is_success() || status == StatusCode::CONFLICT, "PUT {path}: HTTP {status}: {text}");
    }
    Ok(customers)
}

async fn put_if_new(api: &Api, list: &str, code: &str, entry: &Value) -> Result<()> {
    let known: Value = api.get(list).await?;
    let is_known = known["items"].as_array().into_iter().flatten().any(|item| item["code"] == code);
    if !is_known {
        let _: Value = api.call(Method::PUT, &format!("{list}/{code}"), Some(entry)).await?;
    }
    Ok(())
}

/// The bodies of all customers.
pub(super) fn customers(
    ground: &Ground,
    territories: &[TerritoryId],
    people: &[(NewAgent, Habits)],
    (today, seed): (Today, u64),
) -> Vec<Value> {
    let mut rng = Rng::stream(seed, 30);
    let mut namer = Namer::new(seed ^ 0x6f66_6669);
    ground.shops.iter().for_each(|shop| namer.take(&shop.name));
    let mut made = Vec::new();
    let mut add = |rng: &mut Rng, name: &str, kind: &str, address: &str, at, district: usize| {
        let number = made.len();
        let (lat, lon) = ground.projection.degrees(at);
        let class = match rng.unit() {
            x if x < 0.15 => "A",
            x if x < 0.5 => "B",
            _ => "C",
        };
        let nearby: Vec<_> = people.iter().filter(|(_, habits)| habits.district == district).collect();
        // In turn, so that nobody's day stays empty.
        let preferred: Vec<_> =
            if class != "C" && !nearby.is_empty() { vec![nearby[number % nearby.len()].0.id] } else { Vec::new() };
        let skills: &[&str] = match kind {
            "pharmacy" => &["pharma"],
            "butcher" => &["cold"],
            "workshop" if rng.chance(0.3) => &["fitting"],
            _ => &[],
        };
        let place = json!({
            "address": address, "point": {"lat": lat, "lon": lon}, "located_by": "imported", "hours": hours(kind, today),
            "access_notes": if rng.chance(0.1) { "Ring at the back door" } else { "" },
        });
        made.push(json!({
            "id": id(seed, number), "name": name, "ref": format!("C-{:05}", 10_000 + number), "class": class,
            "territory_id": territories[district], "preferred_agents": preferred, "skills": skills, "tags": [kind], "places": [place],
        }));
    };
    for shop in &ground.shops {
        if let Some(district) = shop.district {
            add(&mut rng, &shop.name, &shop.category, &shop.address, shop.at, district);
        }
    }
    let mut offices = 0;
    for _ in 0..20 * OFFICES {
        if offices == OFFICES || ground.streets.is_empty() {
            break;
        }
        let street = &ground.streets[rng.below(ground.streets.len())];
        let (on_street, way) = along(&street.line, rng.range(0.05, 0.95) * length(&street.line));
        let side = if rng.chance(0.5) { FROM_STREET_M } else { -FROM_STREET_M };
        let at = on_street + way.left() * side;
        let Some(district) = ground.district_of(at) else { continue };
        let (kind, signs) = &OFFICES_BY_KIND[rng.below(OFFICES_BY_KIND.len())];
        let name = namer.office(signs);
        let address = format!("{} {}", 1 + rng.below(140), street.name);
        add(&mut rng, &name, kind, &address, at, district);
        offices += 1;
    }
    made
}

/// The customers that the town's shops are, by the shop's index: those of districts come first, in their order.
pub fn of_shops(ground: &Ground, seed: u64) -> BTreeMap<usize, CustomerId> {
    let shops = ground.shops.iter().enumerate().filter(|(_, shop)| shop.district.is_some());
    shops.enumerate().map(|(number, (shop, _))| (shop, CustomerId(id(seed, number)))).collect()
}

fn id(seed: u64, number: usize) -> Uuid {
    Uuid::new_v5(&super::NAMESPACE, format!("customer:{seed}:{number}").as_bytes())
}

/// When a trade is open. None: nobody has said.
fn hours(kind: &str, today: Today) -> Value {
    let weekdays = ["mon", "tue", "wed", "thu", "fri"];
    let six = ["mon", "tue", "wed", "thu", "fri", "sat"];
    let opening = |days: &[&str], from: &str, to: &str| json!({"days": days, "from": from, "to": to});
    let weekly = match kind {
        "bakery" | "kiosk" => vec![opening(&six, "06:30", "17:00")],
        "café" => vec![opening(&six, "08:00", "18:30")],
        "grocery" => vec![opening(&six, "08:00", "20:00")],
        "restaurant" => vec![opening(&six, "11:00", "14:30"), opening(&six, "17:00", "22:30")],
        "pharmacy" | "practice" => vec![opening(&weekdays, "08:30", "12:30"), opening(&weekdays, "14:00", "18:00")],
        "garage" | "workshop" => vec![opening(&weekdays, "07:30", "16:30")],
        "school" => vec![opening(&weekdays, "08:00", "16:00")],
        "hotel" => return Value::Null,
        _ => vec![opening(&weekdays, "09:00", "18:00"), opening(&["sat"], "09:00", "14:00")],
    };
    json!({"zone": today.zone.name(), "weekly": weekly, "exceptions": today.openings()})
}

/// How an agent works.
fn work(ground: &Ground, index: usize, habits: Habits, (today, seed): (Today, u64)) -> Value {
    let mut rng = Rng::stream(seed, 40_000 + index as u64);
    let (from, to) = *rng.pick(&[("08:00", "17:00"), ("07:00", "15:30"), ("09:00", "18:00"), ("10:00", "19:00")]);
    let pause = json!({"from": "11:30", "to": "14:00", "duration_s": 1_800});
    let mut shifts = vec![json!({"days": ["mon", "tue", "wed", "thu", "fri"], "from": from, "to": to, "breaks": [pause]})];
    if index.is_multiple_of(4) {
        shifts.push(json!({"days": ["sat"], "from": "09:00", "to": "13:00"}));
    }
    let (profile, name, max_distance_m) = match habits.mode {
        Mode::Foot => ("foot", "On foot", 15_000),
        Mode::Bicycle => ("bike", "Cargo bike", 50_000),
        Mode::Car => ("car", "Van", 200_000),
    };
    let near: Vec<_> = ground.shops.iter().filter(|shop| shop.district == Some(habits.district)).collect();
    let base = near.get(rng.below(near.len().max(1))).map(|shop| {
        let (lat, lon) = ground.projection.degrees(shop.at);
        json!({"start": {"address": format!("Above {}", shop.name), "point": {"lat": lat, "lon": lon}}})
    });
    let skills: Vec<Value> = SKILLS.iter().filter(|_| rng.chance(0.55)).map(|(code, _)| json!({"code": code})).collect();
    json!({
        "rotas": [{"valid_from": "2020-01-01", "shifts": shifts}],
        "exceptions": today.shifts(),
        "vehicle": {"profile": profile, "name": name, "max_distance_m": max_distance_m},
        "base": base.unwrap_or_else(|| json!({})),
        "skills": skills,
        "cost": {"hourly_minor": 2_200 + 100 * rng.below(12), "overtime_hourly_minor": 3_600},
        "overtime_max_s": 3_600,
        // Few enough that everybody has something to do.
        "max_visits_per_day": 6 + rng.below(3),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use salessync_engine::customer::NewCustomer;
    use salessync_engine::work::Work;
    use std::collections::BTreeSet;

    /// Everything that would be sent is what the server takes, and the same for the same seed.
    #[test]
    fn customers_and_work_are_such_as_the_server_takes() {
        let town = crate::town::generate(7, crate::town::CENTRE_LAT, crate::town::CENTRE_LON);
        let ground = &Ground::read(&town).unwrap();
        let territories: Vec<_> = (0..ground.districts.len()).map(|n| TerritoryId(Uuid::from_u128(n as u128))).collect();
        let late = Today::new("2026-11-26T19:30:00Z".parse().unwrap(), chrono_tz::Europe::Berlin);
        let made = customers(ground, &territories, &[], (late, 7));
        assert!(made.len() > 300, "{}", made.len());
        assert_eq!(made, customers(ground, &territories, &[], (late, 7)));
        let ids: BTreeSet<_> = made.iter().map(|customer| customer["id"].to_string()).collect();
        let names: BTreeSet<_> = made.iter().map(|customer| customer["name"].to_string()).collect();
        assert_eq!((ids.len(), names.len()), (made.len(), made.len()));
        for (shop, customer) in of_shops(ground, 7) {
            let of_shop = made.iter().find(|made| made["id"] == json!(customer)).unwrap();
            assert_eq!(of_shop["name"], ground.shops[shop].name.as_str());
        }
        for customer in made {
            let new: NewCustomer = serde_json::from_value(customer.clone()).unwrap();
            let draft = new.checked(&mut Uuid::now_v7).unwrap_or_else(|flaw| panic!("{flaw}: {customer}"));
            assert!(draft.places[0].point.is_some() && !draft.places[0].address.is_empty(), "{customer}");
        }
        for index in 0..60 {
            let mode = [Mode::Foot, Mode::Bicycle, Mode::Car][index % 3];
            let habits = Habits { mode, district: index % ground.districts.len(), long_stops: 0.0, visit_scale: 1.0 };
            let work: Work = serde_json::from_value(work(ground, index, habits, (late, 7))).unwrap();
            work.checked().unwrap();
        }
    }
}
