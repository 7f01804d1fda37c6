//! Deriving visits from tracks, an agent's day at a time: what of the track has changed marks days as due; a due day is derived from what is stored, and
//! what comes out otherwise than before is written and told.
//!
//! A day may be derived at any time and any number of times. Its mark goes in the transaction that writes what came out.

use super::super::tracks::{Start, Suspects, quarantined, tail};
use super::super::{Store, StoreError};
use super::change::{Change, NewEvent, hold, mark_due, write};
use super::facts::{Case, cases};
use super::{Hand, VisitBook};
use chrono::{Days, NaiveDate};
use salessync_engine::access::InScope;
use salessync_engine::fence::{Fence, OwnerKind};
use salessync_engine::track::item::Body;
use salessync_engine::track::{Device, Fix, Quarantine};
use salessync_engine::visit::derive::{Derived, Subject, Track, Unplanned, derive, span_of};
use salessync_engine::visit::earlier::{fences_made_within, passages_before};
use salessync_engine::visit::report::Author;
use salessync_engine::visit::stay::Seen;
use salessync_engine::visit::trail::Around;
use salessync_engine::visit::{EventBody, Verification};
use salessync_engine::{AgentId, FenceId, Timestamp, VisitId};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Changes of timelines looked at in one transaction.
const FEED_BATCH: i64 = 5_000;
/// Fixes read for the proof of one visit; a phone that sends more in that time has sent enough.
const FIXES_MAX: usize = 100_000;

/// A day of an agent that is due.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Awaiting {
    pub agent: AgentId,
    pub date: NaiveDate,
    mark: i64,
}

type Span = (Timestamp, Timestamp);

impl Store {
    /// Looks through the changes of timelines that came since, and marks the days whose visits they concern. Returns whether there may be more.
    pub(crate) async fn mark_visits_due(&self) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("look for days whose visits are due", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let from = sqlx::query_scalar!("select feed_seq from visit_derivation for update");
            let from = from.fetch_one(&mut *tx).await.map_err(sql)?;
            let rows = sqlx::query!(
                r#"select seq, agent_id as "agent: AgentId", date from timeline_changes where seq > $1 order by seq limit $2"#,
                from,
                FEED_BATCH
            );
            let rows = rows.fetch_all(&mut *tx).await.map_err(sql)?;
            let Some(last) = rows.last().map(|row| row.seq) else { return Ok(false) };
            let is_full = rows.len() as i64 == FEED_BATCH;
            let touched: BTreeSet<(Uuid, NaiveDate)> = rows.into_iter().map(|row| (row.agent.0, row.date)).collect();
            let (agents, dates): (Vec<_>, Vec<_>) = touched.into_iter().unzip();
            // A stay that begins late on one day may be that of a visit of the next.
            let concerned = sqlx::query!(
                r#"select distinct v.doer as "agent!: AgentId", v.date
                   from unnest($1::uuid[], $2::date[]) as t (agent_id, date)
                   join visits v on v.doer = t.agent_id and v.date between t.date - 1 and t.date + 1"#,
                &agents,
                &dates
            );
            let concerned = concerned.fetch_all(&mut *tx).await.map_err(sql)?;
            mark_due(&mut tx, concerned.into_iter().map(|row| (row.agent, row.date))).await?;
            sqlx::query!("update visit_derivation set feed_seq = $1", last).execute(&mut *tx).await.map_err(sql)?;
            tx.commit().await.map_err(sql)?;
            Ok(is_full)
        })
        .await
    }

    /// Marks the days of these agents for whose visits more of the track was awaited; of everybody when none are named.
    pub(crate) async fn mark_awaiting_due(&self, agents: Option<Vec<AgentId>>) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("look for visits that await their track", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let agents: Option<Vec<Uuid>> = agents.map(|agents| agents.into_iter().map(|agent| agent.0).collect());
            let rows = sqlx::query!(
                r#"select distinct doer as "agent!: AgentId", date
                   from visits
                   where awaits_track and doer is not null and ($1::uuid[] is null or doer = any($1))"#,
                agents.as_deref()
            );
            let rows = rows.fetch_all(&mut *connection).await.map_err(sql)?;
            mark_due(&mut connection, rows.into_iter().map(|row| (row.agent, row.date))).await
        })
        .await
    }

    /// Marks an agent's days from a date on: something was decided that the feed does not tell.
    pub(crate) async fn mark_agent_due(&self, agent: AgentId, from: NaiveDate) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("mark an agent's visits to be derived", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let rows = sqlx::query_scalar!(
                "select distinct date from visits where doer = $1 and date >= $2 and (checked_in_at is not null or arrival is not null)",
                agent as AgentId,
                from
            );
            let rows = rows.fetch_all(&mut *connection).await.map_err(sql)?;
            mark_due(&mut connection, rows.into_iter().map(|date| (agent, date))).await
        })
        .await
    }

    /// Days that are due, the longest waiting first as far as Postgres keeps them so.
    pub(crate) async fn due_days(&self, agent: Option<AgentId>, limit: i64) -> Result<Vec<Awaiting>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                Awaiting,
                r#"select agent_id as "agent: AgentId", date, mark
                   from visit_due
                   where $1::uuid is null or agent_id = $1
                   limit $2"#,
                agent as Option<AgentId>,
                limit
            );
            rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("look for days whose visits are due", error))
        })
        .await
    }

    /// Derives a day's visits from what is stored, and writes what came out otherwise. Returns how many visits changed.
    pub(crate) async fn derive_visits(&self, book: &VisitBook, due: Awaiting, now: Timestamp) -> Result<usize, StoreError> {
        let mut around = HashMap::<VisitId, (Span, Around)>::new();
        let earlier = self.passages_before_fences(due.agent, due.date, book).await?;
        loop {
            let hand = Hand { by: Author::SYSTEM, now };
            let (of_tx, known, seen) = (book.clone(), around, earlier.clone());
            let done = self.on(async move |pool: PgPool| {
                let sql = |error| StoreError::sql("derive visits", error);
                let mut tx = pool.begin().await.map_err(sql)?;
                let derived = derive_day(&mut tx, &of_tx, due, (&known, seen), &hand).await?;
                tx.commit().await.map_err(sql)?;
                Ok((derived, known))
            });
            let (derived, known) = done.await?;
            around = known;
            match derived {
                Ok(changed) => return Ok(changed),
                // Fixes are read outside of the transaction that holds the agent; what is told meanwhile is asked for in the next turn.
                Err(wanted) => {
                    for (visit, span) in wanted {
                        around.insert(visit, (span, self.fixes_around(due.agent, span).await?));
                    }
                }
            }
        }
    }

    /// Stays of an agent on a date that were not planned, as the track shows them now.
    pub async fn unplanned_stays(
        &self,
        agent: InScope<AgentId>,
        book: VisitBook,
        date: NaiveDate,
    ) -> Result<Unplanned, StoreError> {
        let agent = agent.id();
        let earlier = self.passages_before_any(agent, date, &book).await?;
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("look for unplanned stays", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let ids = day_ids(&mut connection, agent, date).await?;
            let cases = cases(&mut connection, &ids).await?;
            let mut track = track(&mut connection, agent, date, &book).await?;
            track.seen.extend(earlier);
            let nothing = Around::default();
            let subjects: Vec<_> = cases.iter().map(|case| subject(case, &book, &nothing)).collect();
            Ok(derive(&subjects, &track, date, book.zone, &book.rules).1)
        })
        .await
    }

    /// Passages around a date through fences of the agent's visits that were made on these days: the timeline knows of them only from then on.
    async fn passages_before_fences(&self, agent: AgentId, date: NaiveDate, book: &VisitBook) -> Result<Vec<Seen>, StoreError> {
        let (from, to) = window(date, book);
        let of = self
            .on(async move |pool: PgPool| {
                let sql = |error| StoreError::sql("read an agent's visits", error);
                let mut connection = pool.acquire().await.map_err(sql)?;
                let ids = day_ids(&mut connection, agent, date).await?;
                let places = sqlx::query_scalar!("select distinct place_id from visits where id = any($1)", &ids);
                places.fetch_all(&mut *connection).await.map_err(sql)
            })
            .await?;
        let of: BTreeSet<FenceId> = of.into_iter().map(FenceId).collect();
        let fences = fences_made_within(&book.fences, &of, from, to);
        let Some(until) = fences.iter().filter_map(|fence| fence.valid_to).max() else { return Ok(Vec::new()) };
        let fixes = self.believed(agent, (from, until.min(to))).await?;
        self.walk_through(agent, date, fences, &fixes, book).await
    }

    /// The same for the places an agent came by, whether or not they have a visit there.
    async fn passages_before_any(&self, agent: AgentId, date: NaiveDate, book: &VisitBook) -> Result<Vec<Seen>, StoreError> {
        let (from, to) = window(date, book);
        let fixes = self.believed(agent, (from, to)).await?;
        let near = fixes.values().flatten().flat_map(|fix| book.fences.around(fix.point(), to));
        let places = near.filter(|fence| fence.definition.owner.kind == OwnerKind::Place);
        let of: BTreeSet<FenceId> = places.map(|fence| fence.id).collect();
        let fences = fences_made_within(&book.fences, &of, from, to);
        self.walk_through(agent, date, fences, &fixes, book).await
    }

    async fn believed(&self, agent: AgentId, (from, to): Span) -> Result<BTreeMap<Device, Vec<Fix>>, StoreError> {
        let page = self.track_page_of(agent, (None, to, Suspects::LeftOut), Start::At(from), FIXES_MAX).await?;
        let mut fixes = BTreeMap::<Device, Vec<_>>::new();
        for fix in page.fixes {
            fixes.entry(fix.device).or_default().push(fix.fix);
        }
        Ok(fixes)
    }

    async fn walk_through(
        &self,
        agent: AgentId,
        date: NaiveDate,
        fences: Vec<Fence>,
        fixes: &BTreeMap<Device, Vec<Fix>>,
        book: &VisitBook,
    ) -> Result<Vec<Seen>, StoreError> {
        if fences.is_empty() {
            return Ok(Vec::new());
        }
        let heard = self
            .on(async move |pool: PgPool| {
                let mut connection = pool.acquire().await.map_err(|error| StoreError::sql("read an agent's days", error))?;
                last_heard(&mut connection, agent, date).await
            })
            .await?;
        Ok(passages_before(agent, fences, fixes, &heard, &book.fence_rules))
    }

    /// What an agent's fixes of a span say.
    async fn fixes_around(&self, agent: AgentId, (from, to): Span) -> Result<Around, StoreError> {
        let of = (None, to.plus_ms(1), Suspects::Marked);
        let page = self.track_page_of(agent, of, Start::At(from), FIXES_MAX).await?;
        let mut around = Around { suspect: page.suspects.len() as u32, ..Around::default() };
        for fix in page.fixes.into_iter().filter(|fix| !page.suspects.contains_key(fix)) {
            around.believed.entry(fix.device).or_default().push(fix.fix);
        }
        around.mock = self.mock_fixes(agent, from, to).await?;
        Ok(around)
    }

    async fn mock_fixes(&self, agent: AgentId, from: Timestamp, to: Timestamp) -> Result<u32, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("look for simulated fixes", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let mut aside = quarantined(&mut connection, agent, from, to.plus_ms(1)).await?;
            aside.extend(tail(&mut connection, agent).await?.aside);
            let within = |at: Timestamp| from <= at && at <= to;
            let mock: BTreeSet<_> = aside
                .into_iter()
                .filter(|fix| fix.reason == Quarantine::Mock && within(fix.fix.recorded_at()))
                .map(|fix| (fix.fix, fix.device))
                .collect();
            Ok(mock.len() as u32)
        })
        .await
    }
}

/// The visits of an agent around a date.
async fn day_ids(connection: &mut PgConnection, agent: AgentId, date: NaiveDate) -> Result<Vec<Uuid>, StoreError> {
    let (before, after) = dates(date);
    sqlx::query_scalar!(
        "select id from visits where doer = $1 and date between $2 and $3 order by id",
        agent as AgentId,
        before,
        after
    )
    .fetch_all(connection)
    .await
    .map_err(|error| StoreError::sql("read an agent's visits", error))
}

fn subject<'a>(case: &'a Case, book: &'a VisitBook, around: &'a Around) -> Subject<'a> {
    Subject {
        id: case.id(),
        facts: &case.facts,
        site: case.site(book, case.measured_at(book)),
        fence: Some(case.fence()),
        sequence: case.stored.visit.origin.map(|_| case.stored.visit.position),
        around,
    }
}

/// How many visits changed, or whose fixes have to be read first.
type DayDerived = Result<usize, Vec<(VisitId, Span)>>;

async fn derive_day(
    connection: &mut PgConnection,
    book: &VisitBook,
    due: Awaiting,
    (around, earlier): (&HashMap<VisitId, (Span, Around)>, Vec<Seen>),
    hand: &Hand,
) -> Result<DayDerived, StoreError> {
    let ids = day_ids(connection, due.agent, due.date).await?;
    let changes = hold(connection, &ids, &[due.agent], book).await?;
    let is_ours = |change: &Change| !change.case.stored.is_erased && change.case.stored.visit.date == due.date;
    let span = |change: &Change| {
        let site = change.case.site(book, change.case.measured_at(book));
        span_of(&change.case.facts, &site, &book.rules)
    };
    let wanted = changes.iter().filter(|change| is_ours(change)).filter_map(|change| Some((change.id(), span(change)?)));
    let missing: Vec<_> = wanted.filter(|(id, span)| around.get(id).is_none_or(|(known, _)| known != span)).collect();
    if !missing.is_empty() {
        return Ok(Err(missing));
    }
    let mut track = track(connection, due.agent, due.date, book).await?;
    track.seen.extend(earlier);
    let nothing = Around::default();
    let subjects: Vec<_> = changes
        .iter()
        .filter(|change| !change.case.stored.is_erased)
        .map(|change| subject(&change.case, book, around.get(&change.id()).map_or(&nothing, |(_, around)| around)))
        .collect();
    let (mut derived, _) = derive(&subjects, &track, due.date, book.zone, &book.rules);
    drop(subjects);
    let mut changed = Vec::new();
    for mut change in changes {
        let Some(outcome) = derived.remove(&change.id()).filter(|_| is_ours(&change)) else { continue };
        let awaits_track = outcome.awaits_track;
        settle(&mut change, outcome, due.agent, hand);
        if change.events.is_empty() {
            set_awaiting(connection, &change, awaits_track).await?;
        } else {
            change.awaits_track = Some(awaits_track);
            changed.push(change);
        }
    }
    sqlx::query!(
        "delete from visit_due where agent_id = $1 and date = $2 and mark = $3",
        due.agent as AgentId,
        due.date,
        due.mark
    )
    .execute(&mut *connection)
    .await
    .map_err(|error| StoreError::sql("derive visits", error))?;
    let n = changed.len();
    write(connection, changed, book, hand).await?;
    Ok(Ok(n))
}

/// Takes in what was derived, with an event for each part of it that came out otherwise.
fn settle(change: &mut Change, derived: Derived, agent: AgentId, hand: &Hand) {
    change.is_derived = true;
    let facts = &mut change.case.facts;
    let event = |at: Timestamp, body: EventBody| NewEvent { at, ..NewEvent::own(hand, Some(agent), body) };
    if facts.arrival != derived.arrival {
        let old = std::mem::replace(&mut facts.arrival, derived.arrival.clone());
        let at =
            derived.arrival.as_ref().or(old.as_ref()).map_or(hand.now, |arrival| arrival.left_at.unwrap_or(arrival.arrived_at));
        change.events.push(event(at, EventBody::Arrival { old, new: derived.arrival }));
    }
    if facts.under_way_since != derived.under_way_since {
        facts.under_way_since = derived.under_way_since;
        let at = derived.under_way_since.unwrap_or(hand.now);
        change.events.push(event(at, EventBody::UnderWay { since: derived.under_way_since }));
    }
    let old = change.case.stored.proof.clone().unwrap_or_else(Verification::none);
    if old != derived.verification {
        let new = derived.verification;
        let at = new.check_out.as_ref().or(new.check_in.as_ref()).map_or(hand.now, |end| end.at);
        change.events.push(event(at, EventBody::Verified { old: Box::new(old), new: Box::new(new.clone()) }));
        change.proof = Some(new);
    }
}

async fn set_awaiting(connection: &mut PgConnection, change: &Change, awaits_track: bool) -> Result<(), StoreError> {
    if change.case.stored.awaits_track == awaits_track {
        return Ok(());
    }
    sqlx::query!("update visits set awaits_track = $2 where id = $1", change.id() as VisitId, awaits_track)
        .execute(connection)
        .await
        .map_err(|error| StoreError::sql("derive visits", error))?;
    Ok(())
}

/// The day, the one before and the one after.
fn dates(date: NaiveDate) -> (NaiveDate, NaiveDate) {
    let before = date.checked_sub_days(Days::new(1)).unwrap_or(date);
    (before, date.checked_add_days(Days::new(1)).unwrap_or(date))
}

/// The instants that bound these.
fn window(date: NaiveDate, book: &VisitBook) -> Span {
    let (first, last) = dates(date);
    let end = last.checked_add_days(Days::new(1)).unwrap_or(last);
    (Timestamp::start_of(first, book.zone), Timestamp::start_of(end, book.zone))
}

/// When each of an agent's phones was last heard, around a date.
async fn last_heard(
    connection: &mut PgConnection,
    agent: AgentId,
    date: NaiveDate,
) -> Result<BTreeMap<Device, Timestamp>, StoreError> {
    let (first, last) = dates(date);
    let rows = sqlx::query!(
        r#"select device, max(last_at) as "last_at!: Timestamp"
           from timeline_days
           where agent_id = $1 and date between $2 and $3
           group by device"#,
        agent as AgentId,
        first,
        last
    );
    let rows = rows.fetch_all(connection).await.map_err(|error| StoreError::sql("read an agent's days", error))?;
    let damaged = || StoreError::Damaged { what: "timeline_days" };
    rows.into_iter().map(|row| Ok((Device::new(&row.device).map_err(|_| damaged())?, row.last_at))).collect()
}

/// An agent's passages around a date, when each phone was last heard, and the trip that goes on.
async fn track(connection: &mut PgConnection, agent: AgentId, date: NaiveDate, book: &VisitBook) -> Result<Track, StoreError> {
    let sql = |error| StoreError::sql("read the track around visits", error);
    let damaged = || StoreError::Damaged { what: "timeline_items" };
    let (from, to) = window(date, book);
    let last_at = last_heard(connection, agent, date).await?;
    let rows = sqlx::query!(
        r#"select device, start_at as "start_at: Timestamp", end_at as "end_at: Timestamp", body as "body: Json<Body>"
           from timeline_items
           where agent_id = $1 and start_at < $3
             and ((kind = 4 and (end_at is null or end_at >= $2)) or (kind = 1 and end_at is null))
           order by start_at, device"#,
        agent as AgentId,
        from as Timestamp,
        to as Timestamp
    );
    let mut track = Track { last_at, ..Track::default() };
    let mut trips = BTreeMap::new();
    for row in rows.fetch_all(connection).await.map_err(sql)? {
        let device = Device::new(&row.device).map_err(|_| damaged())?;
        match row.body.0 {
            Body::FencePassage { passage } => track.seen.push(Seen { device, passage }),
            Body::Trip { .. } => {
                trips.insert(device, row.start_at);
            }
            Body::Stop { .. } | Body::Gap { .. } | Body::Overspeed { .. } | Body::Suspect { .. } => {}
        }
    }
    // Of several phones the one that was heard last says whether the agent is under way.
    let heard_last = track.last_at.iter().max_by_key(|(device, at)| (**at, std::cmp::Reverse((*device).clone())));
    track.under_way_since = heard_last.and_then(|(device, _)| trips.get(device)).copied();
    Ok(track)
}
