//! The fleet's day: which hours it works today, whom it visits, and the plan of every territory, so that a dispatcher finds routes at once.
//!
//! Planned through the public API as by anybody: visits in bulk, then a short search for each territory, which leaves waiting what does not fit. The day
//! is worked whenever the fleet comes to town: late in the day or at a weekend, agents have a shift of their own and shops keep open.

use super::walk::Habits;
use crate::client::{Api, NewAgent};
use crate::rng::Rng;
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use reqwest::{Method, StatusCode};
use salessync_engine::TerritoryId;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// Hours at which an ordinary day still lies ahead.
const ORDINARY: std::ops::Range<u32> = 5..11;
/// How long the shift of another day is, hours.
const LONG_SHIFT_H: u32 = 9;
const VISITS_PER_AGENT: usize = 7;
/// Of a territory's customers, how many are visited on one day, at most.
const SHARE_OF_CUSTOMERS: f64 = 0.8;
const PER_REQUEST: usize = 500;
/// A short search finds routes, a longer one good ones.
const FIRST_S: u64 = 1;
const BETTER_S: u64 = 8;
/// A plan that changes meanwhile is read again.
const TRIES: usize = 5;
const POLL_EVERY: Duration = Duration::from_millis(250);

/// The day on which the fleet comes to town.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Today {
    pub zone: Tz,
    pub date: NaiveDate,
    /// From when agents work, where the day is none of the week's ordinary ones, or half over.
    pub out_of_hours: Option<NaiveTime>,
}

impl Today {
    pub fn new(now: DateTime<Utc>, zone: Tz) -> Self {
        let local = now.with_timezone(&zone);
        let is_ordinary = ORDINARY.contains(&local.hour()) && !matches!(local.weekday(), Weekday::Sat | Weekday::Sun);
        let from = NaiveTime::from_hms_opt(local.hour(), 0, 0).filter(|_| !is_ordinary);
        Self { zone, date: local.date_naive(), out_of_hours: from }
    }

    /// The next of the week's ordinary days.
    pub fn next_worked(self) -> Self {
        let is_free = |date: &NaiveDate| matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        let date = self.date.iter_days().skip(1).find(|date| !is_free(date)).unwrap_or(self.date);
        Self { date, out_of_hours: None, ..self }
    }

    /// What the server's clock and zone say.
    pub async fn at(api: &Api) -> Result<Self> {
        let settings: Value = api.get("/settings/tracks").await?;
        let zone = settings["time_zone"].as_str().context("the server told no time zone")?;
        Ok(Self::new(Utc::now(), zone.parse().with_context(|| format!("read the time zone {zone:?}"))?))
    }

    /// An agent's dates that go otherwise than their week.
    pub fn shifts(&self) -> Value {
        let Some(from) = self.out_of_hours else { return json!([]) };
        let to = from.overflowing_add_signed(TimeDelta::hours(i64::from(LONG_SHIFT_H))).0;
        json!([{"date": self.date, "shifts": [{"from": clock(from), "to": clock(to), "breaks": []}]}])
    }

    /// A customer's dates that go otherwise than their week.
    pub fn openings(&self) -> Value {
        let days = self.out_of_hours.map(|_| [Some(self.date), self.date.succ_opt()]);
        let open =
            days.into_iter().flatten().flatten().map(|date| json!({"date": date, "hours": [{"from": "00:00", "to": "24:00"}]}));
        Value::Array(open.collect())
    }

    /// A promise of two hours, `after_h` after the shifts begin.
    fn window(&self, after_h: u32) -> Option<Value> {
        let begin = self.out_of_hours.or_else(|| NaiveTime::from_hms_opt(9, 0, 0))?;
        let from = self.date.and_time(begin) + TimeDelta::hours(i64::from(after_h));
        // A window begins on the day of its visit.
        if from.date() != self.date {
            return None;
        }
        let at = |local: chrono::NaiveDateTime| Some(local.and_local_timezone(self.zone).earliest()?.to_utc().to_rfc3339());
        Some(json!({"from": at(from)?, "to": at(from + TimeDelta::hours(2))?}))
    }
}

fn clock(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// Makes the visits of today. Returns them as they were sent.
pub async fn visit(
    api: &Api,
    today: Today,
    territories: &[TerritoryId],
    people: &[(NewAgent, Habits)],
    customers: &[Value],
    seed: u64,
) -> Result<Vec<Value>> {
    let visits = visits(today, territories, people, customers, seed);
    create(api, &visits).await?;
    Ok(visits)
}

/// Creates visits, as many at once as the server takes.
pub async fn create(api: &Api, visits: &[Value]) -> Result<()> {
    for chunk in visits.chunks(PER_REQUEST) {
        let _: Value = api.post("/visits/bulk", &json!({"visits": chunk})).await.context("create visits")?;
    }
    Ok(())
}

/// The bodies of today's visits.
fn visits(
    today: Today,
    territories: &[TerritoryId],
    people: &[(NewAgent, Habits)],
    customers: &[Value],
    seed: u64,
) -> Vec<Value> {
    let mut rng = Rng::stream(seed ^ u64::from(today.date.num_days_from_ce().unsigned_abs()), 50);
    let mut made = Vec::new();
    for (district, territory) in territories.iter().enumerate() {
        let agents = people.iter().filter(|(_, habits)| habits.district == district).count();
        let mut nearby: Vec<&Value> = customers.iter().filter(|customer| customer["territory_id"] == json!(territory)).collect();
        let most = (nearby.len() as f64 * SHARE_OF_CUSTOMERS) as usize;
        for _ in 0..most.min(agents * VISITS_PER_AGENT) {
            let customer = nearby.swap_remove(rng.below(nearby.len()));
            let promise = if rng.chance(0.18) { today.window(1 + rng.below(6) as u32) } else { None };
            let priority = *rng.pick(&[30, 50, 50, 50, 70, 80]);
            let purpose = *rng.pick(&["order", "order", "audit", "launch", "service"]);
            let name = format!("visit:{seed}:{}:{}", today.date, customer["id"]);
            made.push(json!({
                "id": Uuid::new_v5(&super::NAMESPACE, name.as_bytes()), "customer_id": customer["id"], "day": today.date,
                "windows": promise.into_iter().collect::<Vec<_>>(), "priority": priority, "purpose": purpose,
            }));
        }
    }
    made
}

/// Searches for routes, territory by territory: first some, then better ones. What cannot be planned is told and left.
pub async fn plan(api: &Api, today: Today, territories: &[TerritoryId], better: bool) {
    for territory in territories {
        let seconds = if better { BETTER_S } else { FIRST_S };
        if let Err(error) = search(api, today, *territory, seconds).await {
            println!("fleet: the plan of {territory} stays as it is: {error:#}");
        }
    }
}

async fn search(api: &Api, today: Today, territory: TerritoryId, seconds: u64) -> Result<()> {
    for _ in 0..TRIES {
        let plan: Value = api.get(&format!("/plans/{territory}?date={}", today.date)).await?;
        let body = json!({"base_version": plan["version"], "seconds": seconds, "dates": [today.date], "apply": true});
        let (status, text) = api.exchange(Method::POST, &format!("/plans/{territory}/improve"), Some(&body)).await?;
        match status {
            StatusCode::ACCEPTED => {}
            StatusCode::CONFLICT | StatusCode::SERVICE_UNAVAILABLE => {
                tokio::time::sleep(4 * POLL_EVERY).await;
                continue;
            }
            _ => bail!("HTTP {status}: {text}"),
        }
        let job: Value = serde_json::from_str(&text).context("read the search")?;
        match settled(api, &job, seconds).await?.as_str() {
            "applied" | "rebased" => return Ok(()),
            // Somebody changed the plan meanwhile, or nothing better was found.
            state => println!("fleet: a search for {territory} was {state}"),
        }
        return Ok(());
    }
    bail!("it changes all the time")
}

/// Waits for a search; returns its state then.
async fn settled(api: &Api, job: &Value, seconds: u64) -> Result<String> {
    let path = format!("/plan-jobs/{}", job["id"].as_str().context("the search has no id")?);
    let wait = Duration::from_secs(30 + 4 * seconds);
    let read = async {
        loop {
            tokio::time::sleep(POLL_EVERY).await;
            let job: Value = api.get(&path).await?;
            match job["state"].as_str() {
                Some("queued" | "running") => {}
                Some(state) => return anyhow::Ok(state.to_owned()),
                None => bail!("the search has no state: {job}"),
            }
        }
    };
    tokio::time::timeout(wait, read).await.context("the search does not come to an end")?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::ground::Mode;
    use salessync_engine::fence::Calendar;
    use salessync_engine::visit::NewVisit;
    use salessync_engine::visit::plan::Defaults;
    use salessync_engine::{AgentId, PlaceId};
    use std::collections::BTreeSet;

    fn at(text: &str) -> Today {
        Today::new(text.parse().unwrap(), chrono_tz::Europe::Berlin)
    }

    #[test]
    fn an_ordinary_day_has_ordinary_hours_and_any_other_its_own() {
        let thursday = at("2026-11-26T07:30:00Z");
        assert_eq!((thursday.date.to_string().as_str(), thursday.out_of_hours), ("2026-11-26", None));
        assert_eq!((thursday.shifts(), thursday.openings()), (json!([]), json!([])));
        let evening = at("2026-11-26T19:30:00Z");
        let shift = json!([{"date": "2026-11-26", "shifts": [{"from": "20:00", "to": "05:00", "breaks": []}]}]);
        assert_eq!((evening.shifts(), evening.openings().as_array().unwrap().len()), (shift, 2));
        assert_eq!(at("2026-11-28T07:30:00Z").shifts()[0]["shifts"][0]["from"], "08:00", "a Saturday");
        let calendar: Calendar =
            serde_json::from_value(json!({"zone": "Europe/Berlin", "weekly": [], "exceptions": evening.openings()})).unwrap();
        assert!(calendar.is_open(salessync_engine::Timestamp::parse("2026-11-26T22:59:00Z").unwrap()));
        assert_eq!(at("2026-11-26T23:30:00Z").date.to_string(), "2026-11-27", "of the server's zone");
        assert_eq!(evening.next_worked().date.to_string(), "2026-11-27");
        assert_eq!(evening.next_worked().next_worked().date.to_string(), "2026-11-30");
    }

    /// At every hour of a week everything that would be sent is what the server takes, the same for the same day.
    #[test]
    fn the_visits_of_any_hour_are_such_as_the_server_takes() {
        let territory = TerritoryId(Uuid::from_u128(1));
        let habits = Habits { mode: Mode::Car, district: 0, long_stops: 0.0, visit_scale: 1.0 };
        let agent = |n| NewAgent { id: AgentId(Uuid::from_u128(n)), name: "A".to_owned(), territory_id: Some(territory) };
        let people: Vec<_> = (0..5).map(|n| (agent(n), habits)).collect();
        let customers: Vec<_> = (0..100).map(|n| json!({"id": Uuid::from_u128(n), "territory_id": territory})).collect();
        for hour in 0..24 * 7 {
            let today = Today::new(
                "2026-10-23T00:30:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hour),
                chrono_tz::Europe::Berlin,
            );
            let made = visits(today, &[territory], &people, &customers, 7);
            let count = people.len() * VISITS_PER_AGENT;
            assert_eq!((made.len(), &made), (count, &visits(today, &[territory], &people, &customers, 7)));
            assert_eq!(made.iter().map(|visit| visit["id"].to_string()).collect::<BTreeSet<_>>().len(), count);
            for visit in made {
                let new: NewVisit = serde_json::from_value(visit.clone()).unwrap();
                let defaults = Defaults {
                    place_id: PlaceId(Uuid::nil()),
                    territory_id: None,
                    duration_s: 1_800,
                    skills: vec![],
                    today: today.date,
                    zone: today.zone,
                };
                new.checked(&defaults).unwrap_or_else(|flaw| panic!("{flaw}: {visit}"));
            }
        }
    }
}
