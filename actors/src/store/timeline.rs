//! Timelines as they are published: writing what a derivation changed, and the feed of those changes.
//!
//! Written by one writer only, in the transaction of the snapshots the changes belong to. Reading is in `timeline_read`.

use super::StoreError;
use chrono::NaiveDate;
use salessync_engine::track::amend::{Change, Op, amend};
use salessync_engine::track::feed::{FeedEntry, Subject, outward, outward_day};
use salessync_engine::track::item::Body;
use salessync_engine::track::walk::{DayEnd, DaySummary};
use salessync_engine::track::{Device, Item, Patch, Published};
use salessync_engine::{AgentId, ItemId, Timestamp};
use serde_json::value::RawValue;
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Whose timeline.
type Whose = (AgentId, String);
/// What becomes of a day, and its revision; None: it is no more.
type Days = BTreeMap<(Whose, NaiveDate), Option<(Box<DayEnd>, i64)>>;

/// Applies patches and writes down what changed.
pub(super) async fn apply(
    connection: &mut PgConnection,
    patches: Vec<(AgentId, Device, Patch)>,
    now: Timestamp,
    zone: chrono_tz::Tz,
) -> Result<Vec<FeedEntry>, StoreError> {
    if patches.is_empty() {
        return Ok(Vec::new());
    }
    let mut news = News::default();
    let mut published = published(connection, &patches).await?;
    let mut days = days(connection, &patches).await?;
    for (agent, device, patch) in patches {
        let whose = (agent, device.as_str().to_owned());
        let rows = published.entry(whose.clone()).or_default();
        for section in &patch.sections {
            for change in amend(rows, section, || ItemId(Uuid::now_v7())) {
                news.item(&whose, change, zone);
            }
        }
        news.days(&whose, patch, days.remove(&whose).unwrap_or_default());
    }
    news.write(connection, now).await
}

/// Everything there is to write.
#[derive(Default)]
struct News {
    /// What becomes of each row in the end, and whether the table has it yet.
    items: HashMap<ItemId, (Whose, Option<Published>, bool)>,
    days: Days,
    feed: Vec<FeedEntry>,
    zone: Option<chrono_tz::Tz>,
}

impl News {
    fn item(&mut self, whose: &Whose, change: Change, zone: chrono_tz::Tz) {
        self.zone = Some(zone);
        let Change { op, id, revision, old, new, is_silent } = change;
        let is_known = self.items.get(&id).map_or(op != Op::Created, |(_, _, is_known)| *is_known);
        let row = new.clone().map(|item| Published { id, revision, item });
        self.items.insert(id, (whose.clone(), row, is_known));
        let Some(item) = new.as_ref().or(old.as_ref()) else { return };
        if !is_silent {
            self.feed.push(FeedEntry {
                seq: 0,
                at: Timestamp::MIN,
                agent_id: whose.0,
                device: whose.1.clone(),
                op,
                kind: Subject::from_code(item.body.kind().code()).unwrap_or(Subject::Day),
                id: Some(id),
                date: item.start_at.civil_date(zone),
                revision,
                old: old.as_ref().map(outward),
                new: new.as_ref().map(outward),
            });
        }
    }

    /// A day is said when it begins, when it is over, and when late data changed it: not with every fix.
    fn days(&mut self, whose: &Whose, patch: Patch, mut known: BTreeMap<NaiveDate, StoredDay>) {
        let walked_anew = !patch.walked.is_empty();
        for (date, old) in &known {
            if old.summary.last_at.is_some_and(|last_at| patch.is_withdrawn(*date, last_at)) {
                self.days.insert((whose.clone(), *date), None);
                self.say_day(whose, Op::Withdrawn, old.revision + 1, Some(&old.summary), None);
            }
        }
        for (date, end) in patch.days {
            let old = known.remove(&date);
            let changed = old.as_ref().is_none_or(|old| old.summary != end.summary);
            if !changed && old.as_ref().is_some_and(|old| old.carry_out == end.carry_out) {
                continue;
            }
            let amended = changed && walked_anew;
            let revision = old.as_ref().map_or(1, |old| old.revision + i64::from(amended));
            let ends = old.as_ref().is_some_and(|old| old.carry_out.is_none()) && end.carry_out.is_some();
            match &old {
                None => self.say_day(whose, Op::Created, revision, None, Some(&end.summary)),
                Some(old) if amended || ends => {
                    self.say_day(whose, Op::Amended, revision, Some(&old.summary), Some(&end.summary));
                }
                Some(_) => {}
            }
            self.days.insert((whose.clone(), date), Some((end, revision)));
        }
    }

    fn say_day(&mut self, whose: &Whose, op: Op, revision: i64, old: Option<&DaySummary>, new: Option<&DaySummary>) {
        let Some(day) = new.or(old) else { return };
        self.feed.push(FeedEntry {
            seq: 0,
            at: Timestamp::MIN,
            agent_id: whose.0,
            device: whose.1.clone(),
            op,
            kind: Subject::Day,
            id: None,
            date: day.date,
            revision,
            old: old.map(outward_day),
            new: new.map(outward_day),
        });
    }

    async fn write(self, connection: &mut PgConnection, now: Timestamp) -> Result<Vec<FeedEntry>, StoreError> {
        let sql = |error| StoreError::sql("write timelines", error);
        let zone = self.zone.unwrap_or(chrono_tz::UTC);
        let mut gone = Vec::new();
        let (mut known, mut fresh) = (ItemColumns::default(), ItemColumns::default());
        for (id, (whose, row, is_known)) in self.items {
            match (row, is_known) {
                (None, true) => gone.push(id.0),
                (None, false) => {}
                (Some(row), true) => known.push(&whose, row, zone),
                (Some(row), false) => fresh.push(&whose, row, zone),
            }
        }
        if !gone.is_empty() {
            sqlx::query!("delete from timeline_items where id = any($1)", &gone).execute(&mut *connection).await.map_err(sql)?;
        }
        known.update(connection).await.map_err(sql)?;
        fresh.insert(connection).await.map_err(sql)?;
        write_days(connection, self.days).await.map_err(sql)?;
        write_feed(connection, self.feed, now).await.map_err(sql)
    }
}

#[derive(Default)]
struct ItemColumns {
    ids: Vec<Uuid>,
    agents: Vec<Uuid>,
    devices: Vec<String>,
    kinds: Vec<i16>,
    subjects: Vec<Uuid>,
    dates: Vec<NaiveDate>,
    starts: Vec<Timestamp>,
    ends: Vec<Option<Timestamp>>,
    decisions: Vec<Timestamp>,
    revisions: Vec<i64>,
    bodies: Vec<Json<Body>>,
}

impl ItemColumns {
    fn push(&mut self, (agent, device): &Whose, Published { id, revision, item }: Published, zone: chrono_tz::Tz) {
        let key = item.key();
        self.ids.push(id.0);
        self.agents.push(agent.0);
        self.devices.push(device.clone());
        self.kinds.push(key.kind.code());
        self.subjects.push(key.subject);
        self.dates.push(item.start_at.civil_date(zone));
        self.starts.push(item.start_at);
        self.ends.push(item.end_at);
        self.decisions.push(item.decided_at);
        self.revisions.push(revision);
        self.bodies.push(Json(item.body));
    }

    async fn insert(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        if self.ids.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            r#"insert into timeline_items (id, agent_id, device, kind, subject, date, start_at, end_at, decided_at, revision, body)
               select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::smallint[], $5::uuid[], $6::date[], $7::timestamptz[],
                                    $8::timestamptz[], $9::timestamptz[], $10::bigint[], $11::jsonb[])"#,
            &self.ids,
            &self.agents,
            &self.devices,
            &self.kinds,
            &self.subjects,
            &self.dates,
            &self.starts as &[Timestamp],
            &self.ends as &[Option<Timestamp>],
            &self.decisions as &[Timestamp],
            &self.revisions,
            &self.bodies as &[Json<Body>]
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    async fn update(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        if self.ids.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            r#"update timeline_items i
               set subject = t.subject, date = t.date, start_at = t.start_at, end_at = t.end_at, decided_at = t.decided_at,
                   revision = t.revision, body = t.body
               from unnest($1::uuid[], $2::uuid[], $3::date[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::bigint[],
                           $8::jsonb[]) as t (id, subject, date, start_at, end_at, decided_at, revision, body)
               where i.id = t.id"#,
            &self.ids,
            &self.subjects,
            &self.dates,
            &self.starts as &[Timestamp],
            &self.ends as &[Option<Timestamp>],
            &self.decisions as &[Timestamp],
            &self.revisions,
            &self.bodies as &[Json<Body>]
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

async fn write_days(connection: &mut PgConnection, days: Days) -> Result<(), sqlx::Error> {
    let (mut gone_agents, mut gone_devices, mut gone_dates) = (Vec::new(), Vec::new(), Vec::new());
    let (mut agents, mut devices, mut dates, mut revisions, mut carries) = (vec![], vec![], vec![], vec![], vec![]);
    let (mut fixes, mut distances, mut motions, mut idles, mut gaps) = (vec![], vec![], vec![], vec![], vec![]);
    let (mut speeds, mut firsts, mut lasts) = (vec![], vec![], vec![]);
    for (((agent, device), date), row) in days {
        let Some((end, revision)) = row else {
            gone_agents.push(agent.0);
            gone_devices.push(device);
            gone_dates.push(date);
            continue;
        };
        let DayEnd { summary, carry_out } = *end;
        let (Some(first), Some(last)) = (summary.first_at, summary.last_at) else { continue };
        agents.push(agent.0);
        devices.push(device);
        dates.push(date);
        revisions.push(revision);
        carries.push(carry_out);
        fixes.push(summary.fixes as i64);
        distances.push(summary.distance_mm);
        motions.push(summary.motion_ms);
        idles.push(summary.idle_ms);
        gaps.push(summary.gap_ms);
        speeds.push(i32::try_from(summary.max_speed_cmps).unwrap_or(i32::MAX));
        firsts.push(first);
        lasts.push(last);
    }
    if !gone_agents.is_empty() {
        sqlx::query!(
            r#"delete from timeline_days d
               using unnest($1::uuid[], $2::text[], $3::date[]) as t (agent_id, device, date)
               where d.agent_id = t.agent_id and d.device = t.device and d.date = t.date"#,
            &gone_agents,
            &gone_devices,
            &gone_dates
        )
        .execute(&mut *connection)
        .await?;
    }
    if !agents.is_empty() {
        sqlx::query!(
            r#"insert into timeline_days (agent_id, device, date, revision, carry_out, fixes, distance_mm, motion_ms, idle_ms, gap_ms,
                                          max_speed_cmps, first_at, last_at)
               select * from unnest($1::uuid[], $2::text[], $3::date[], $4::bigint[], $5::bytea[], $6::bigint[], $7::bigint[],
                                    $8::bigint[], $9::bigint[], $10::bigint[], $11::integer[], $12::timestamptz[], $13::timestamptz[])
               on conflict (agent_id, device, date) do update
               set revision = excluded.revision, carry_out = excluded.carry_out, fixes = excluded.fixes,
                   distance_mm = excluded.distance_mm, motion_ms = excluded.motion_ms, idle_ms = excluded.idle_ms,
                   gap_ms = excluded.gap_ms, max_speed_cmps = excluded.max_speed_cmps, first_at = excluded.first_at,
                   last_at = excluded.last_at"#,
            &agents,
            &devices,
            &dates,
            &revisions,
            &carries as &[Option<Vec<u8>>],
            &fixes,
            &distances,
            &motions,
            &idles,
            &gaps,
            &speeds,
            &firsts as &[Timestamp],
            &lasts as &[Timestamp]
        )
        .execute(connection)
        .await?;
    }
    Ok(())
}

/// Numbers the changes and writes them.
async fn write_feed(
    connection: &mut PgConnection,
    mut feed: Vec<FeedEntry>,
    now: Timestamp,
) -> Result<Vec<FeedEntry>, sqlx::Error> {
    if feed.is_empty() {
        return Ok(feed);
    }
    let agents: Vec<_> = feed.iter().map(|entry| entry.agent_id.0).collect();
    let devices: Vec<_> = feed.iter().map(|entry| entry.device.clone()).collect();
    let ops: Vec<_> = feed.iter().map(|entry| entry.op.code()).collect();
    let kinds: Vec<_> = feed.iter().map(|entry| entry.kind as i16).collect();
    let ids: Vec<_> = feed.iter().map(|entry| entry.id.map(|id| id.0)).collect();
    let dates: Vec<_> = feed.iter().map(|entry| entry.date).collect();
    let revisions: Vec<_> = feed.iter().map(|entry| entry.revision).collect();
    let olds: Vec<_> = feed.iter().map(|entry| entry.old.as_ref().map(|old| Json(old.as_raw()))).collect();
    let news: Vec<_> = feed.iter().map(|entry| entry.new.as_ref().map(|new| Json(new.as_raw()))).collect();
    let mut seqs = sqlx::query_scalar!(
        r#"insert into timeline_changes (at, agent_id, device, op, kind, item_id, date, revision, old, new)
           select $10, agent_id, device, op, kind, item_id, date, revision, old, new
           from unnest($1::uuid[], $2::text[], $3::smallint[], $4::smallint[], $5::uuid[], $6::date[], $7::bigint[], $8::jsonb[],
                       $9::jsonb[]) with ordinality
                as t (agent_id, device, op, kind, item_id, date, revision, old, new, place)
           order by place
           returning seq"#,
        &agents,
        &devices,
        &ops,
        &kinds,
        &ids as &[Option<Uuid>],
        &dates,
        &revisions,
        &olds as &[Option<Json<&RawValue>>],
        &news as &[Option<Json<&RawValue>>],
        now as Timestamp
    )
    .fetch_all(connection)
    .await?;
    seqs.sort_unstable();
    for (entry, seq) in feed.iter_mut().zip(seqs) {
        (entry.seq, entry.at) = (seq, now);
    }
    Ok(feed)
}

/// What is published of the timelines concerned, as far back as the patches reach.
async fn published(
    connection: &mut PgConnection,
    patches: &[(AgentId, Device, Patch)],
) -> Result<HashMap<Whose, Vec<Published>>, StoreError> {
    let concerned: Vec<_> = patches
        .iter()
        .filter_map(|(agent, device, patch)| Some((agent.0, device.as_str().to_owned(), patch.reaches_back_to()?)))
        .collect();
    if concerned.is_empty() {
        return Ok(HashMap::new());
    }
    let agents: Vec<_> = concerned.iter().map(|(agent, ..)| *agent).collect();
    let devices: Vec<_> = concerned.iter().map(|(_, device, _)| device.clone()).collect();
    let back: Vec<_> = concerned.iter().map(|(.., back)| *back).collect();
    let rows = sqlx::query!(
        r#"select i.id as "id: ItemId", i.agent_id as "agent: AgentId", i.device, i.start_at as "start_at: Timestamp",
                  i.end_at as "end_at: Timestamp", i.decided_at as "decided_at: Timestamp", i.revision, i.body
           from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as t (agent_id, device, back)
           join timeline_items i on i.agent_id = t.agent_id and i.device = t.device
            and (i.end_at is null or i.decided_at >= t.back or i.start_at >= t.back)"#,
        &agents,
        &devices,
        &back as &[Timestamp]
    )
    .fetch_all(connection)
    .await
    .map_err(|error| StoreError::sql("read timelines", error))?;
    let mut published = HashMap::<Whose, Vec<Published>>::new();
    for row in rows {
        let body: Body = serde_json::from_value(row.body).map_err(|_| StoreError::Damaged { what: "timeline_items" })?;
        let item = Item { start_at: row.start_at, end_at: row.end_at, decided_at: row.decided_at, body };
        published.entry((row.agent, row.device)).or_default().push(Published { id: row.id, revision: row.revision, item });
    }
    Ok(published)
}

/// A day as the table has it.
struct StoredDay {
    summary: DaySummary,
    carry_out: Option<Vec<u8>>,
    revision: i64,
}

/// The days concerned: those in the patches, and those in what was walked anew.
async fn days(
    connection: &mut PgConnection,
    patches: &[(AgentId, Device, Patch)],
) -> Result<HashMap<Whose, BTreeMap<NaiveDate, StoredDay>>, StoreError> {
    let (mut agents, mut devices, mut from_dates, mut from_times) = (vec![], vec![], vec![], vec![]);
    for (agent, device, patch) in patches {
        agents.push(agent.0);
        devices.push(device.as_str().to_owned());
        from_dates.push(patch.days.keys().next().copied().unwrap_or(NaiveDate::MAX.min(Timestamp::MAX.to_utc().date_naive())));
        from_times.push(patch.walked.iter().map(|(since, _)| *since).min().unwrap_or(Timestamp::MAX));
    }
    let rows = sqlx::query!(
        r#"select d.agent_id as "agent: AgentId", d.device, d.date, d.fixes, d.distance_mm, d.motion_ms, d.idle_ms, d.gap_ms,
                  d.max_speed_cmps, d.first_at as "first_at: Timestamp", d.last_at as "last_at: Timestamp", d.carry_out, d.revision
           from unnest($1::uuid[], $2::text[], $3::date[], $4::timestamptz[]) as t (agent_id, device, from_date, from_time)
           join timeline_days d on d.agent_id = t.agent_id and d.device = t.device
            and (d.date >= t.from_date or d.last_at >= t.from_time)"#,
        &agents,
        &devices,
        &from_dates,
        &from_times as &[Timestamp]
    )
    .fetch_all(connection)
    .await
    .map_err(|error| StoreError::sql("read days", error))?;
    let mut days = HashMap::<Whose, BTreeMap<NaiveDate, StoredDay>>::new();
    for row in rows {
        let summary = DaySummary {
            date: row.date,
            fixes: row.fixes as u64,
            distance_mm: row.distance_mm,
            motion_ms: row.motion_ms,
            idle_ms: row.idle_ms,
            gap_ms: row.gap_ms,
            max_speed_cmps: row.max_speed_cmps as u32,
            first_at: Some(row.first_at),
            last_at: Some(row.last_at),
        };
        let day = StoredDay { summary, carry_out: row.carry_out, revision: row.revision };
        days.entry((row.agent, row.device)).or_default().insert(row.date, day);
    }
    Ok(days)
}
