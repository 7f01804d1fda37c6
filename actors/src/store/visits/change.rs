//! The one way in which visits change: events are applied to facts, the facts are folded, and the rows become what they amount to.

use super::super::StoreError;
use super::facts::{Case, cases, lock_cases};
use super::rows::Stored;
use super::{AGENT_LOCK, FEED_LOCK, Hand, VisitBook};
use chrono::NaiveDate;
use salessync_engine::visit::derive::date_of;
use salessync_engine::visit::progress::{Effect, Standing, standing};
use salessync_engine::visit::report::{Author, LeftOpen, Report, Told};
use salessync_engine::visit::{EventBody, Flag, Progress, Verification, VerificationStatus, Visit, VisitStatus};
use salessync_engine::{AgentId, Timestamp, VisitEventId, VisitId};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Names what the server tells by itself for good, so that telling it again is the same: UUIDv5 in this namespace.
const OWN_WORD: Uuid = Uuid::from_u128(0x8d6f_0a31_5c27_4e19_b0f4_2a9e_77c1_d350);

/// An event that is to be written.
#[derive(Clone, Debug)]
pub(super) struct NewEvent {
    pub id: VisitEventId,
    pub at: Timestamp,
    pub by: Author,
    pub agent: Option<AgentId>,
    pub device: Option<String>,
    pub body: EventBody,
}

impl NewEvent {
    /// Of a report that was taken.
    pub fn told(report: &Report, device: Option<String>) -> Self {
        Self {
            id: report.id,
            at: report.at,
            by: report.by,
            agent: report.agent,
            device,
            body: EventBody::Told { told: report.told.clone(), clock_ahead: report.clock_ahead },
        }
    }

    /// Of something else, now.
    pub fn own(hand: &Hand, agent: Option<AgentId>, body: EventBody) -> Self {
        Self { id: VisitEventId(Uuid::now_v7()), at: hand.now, by: hand.by, agent, device: None, body }
    }
}

/// A visit that is being changed: locked, with what it was.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub case: Case,
    pub before: Standing,
    pub events: Vec<NewEvent>,
    /// The proof as it is weighed anew; None: as it was.
    pub proof: Option<Verification>,
    pub awaits_track: Option<bool>,
    /// It follows from the track, so that the track need not be asked again.
    pub is_derived: bool,
    /// The plan was changed.
    pub is_replanned: bool,
    /// A person had a hand in it: its beat leaves it alone.
    pub is_touched: bool,
}

impl Change {
    pub fn of(case: Case, book: &VisitBook) -> Self {
        let before = standing_of(&case, book);
        let is_touched = case.stored.is_touched;
        Self {
            case,
            before,
            events: Vec::new(),
            proof: None,
            awaits_track: None,
            is_derived: false,
            is_replanned: false,
            is_touched,
        }
    }

    pub fn id(&self) -> VisitId {
        self.case.id()
    }

    pub fn standing(&self, book: &VisitBook) -> Standing {
        standing_of(&self.case, book)
    }

    /// What deserves a look, of what was told and of the proof.
    fn flags(&self, standing: &Standing) -> BTreeSet<Flag> {
        standing.flags.iter().chain(self.proof().iter().flat_map(|proof| &proof.flags)).copied().collect()
    }

    fn proof(&self) -> Option<&Verification> {
        self.proof.as_ref().or(self.case.stored.proof.as_ref())
    }

    fn verification(&self) -> VerificationStatus {
        self.proof().map_or(VerificationStatus::NoData, |proof| proof.status)
    }

    /// The visit is as its row is now.
    pub(super) fn settle(&mut self, standing: &Standing, book: &VisitBook, hand: &Hand) {
        let (flags, verification) = (self.flags(standing), self.verification());
        let Case { stored: Stored { visit, .. }, facts } = &mut self.case;
        visit.plan.clone_from(&facts.plan);
        visit.progress.clone_from(&standing.progress);
        (visit.flags, visit.verification) = (flags, verification);
        visit.date = date_of(facts, standing, book.zone);
        visit.updated_at = hand.now;
    }

    /// Adds a report to the facts, and the event that says so.
    pub fn tell(&mut self, report: Report, device: Option<String>) {
        self.events.push(NewEvent::told(&report, device));
        self.case.facts.apply(report);
    }
}

pub(super) fn standing_of(case: &Case, book: &VisitBook) -> Standing {
    let site = case.site(book, case.measured_at(book));
    standing(&case.facts, &site, &book.rules)
}

/// Holds agents until the transaction ends, so that of each only one thing changes at a time. They are taken in order.
async fn lock_agents(connection: &mut PgConnection, agents: &[Uuid]) -> Result<(), StoreError> {
    sqlx::query!(
        r#"with wanted as materialized (select distinct unnest($1::uuid[]) as id order by 1)
           select pg_advisory_xact_lock($2, ('x' || right(id::text, 8))::bit(32)::integer) as held from wanted"#,
        agents,
        AGENT_LOCK
    )
    .fetch_all(connection)
    .await
    .map_err(|error| StoreError::sql("hold an agent's visits", error))?;
    Ok(())
}

/// Holds these agents and those who have a say in visits, then the visits. Returns the agents held, and those who have a say by then.
async fn lock(
    connection: &mut PgConnection,
    ids: &[Uuid],
    others: &[Uuid],
) -> Result<(BTreeSet<Uuid>, BTreeSet<Uuid>), StoreError> {
    // Rows are locked when they come out of the join, which is after the agents are held.
    let rows = sqlx::query!(
        r#"with wanted as materialized (
               select a.id
               from visits v
               cross join lateral (values (v.agent_id), (v.performed_by)) as a (id)
               where v.id = any($1) and a.id is not null
               union
               select unnest($2::uuid[])
               order by 1),
           held as materialized (
               select id, pg_advisory_xact_lock($3, ('x' || right(id::text, 8))::bit(32)::integer)::text as lock from wanted)
           select v.agent_id, v.performed_by, h.agents as "held!"
           from (select coalesce(array_agg(id) filter (where lock is not null), '{}') as agents from held) h
           cross join visits v
           where v.id = any($1)
           order by v.id
           for update of v"#,
        ids,
        others,
        AGENT_LOCK
    );
    let rows = rows.fetch_all(connection).await.map_err(|error| StoreError::sql("lock visits", error))?;
    let held = rows.first().map(|row| row.held.iter().copied().collect()).unwrap_or_default();
    Ok((held, rows.into_iter().flat_map(|row| [row.agent_id, row.performed_by]).flatten().collect()))
}

/// Locks visits with all agents that have a say in them, and reads them.
pub(super) async fn hold(
    connection: &mut PgConnection,
    ids: &[Uuid],
    others: &[AgentId],
    book: &VisitBook,
) -> Result<Vec<Change>, StoreError> {
    let others: Vec<Uuid> = others.iter().map(|agent| agent.0).collect();
    if ids.is_empty() {
        lock_agents(connection, &others).await?;
        return Ok(Vec::new());
    }
    let (held, wanted) = lock(connection, ids, &others).await?;
    // An agent may have changed between the look and the lock. Whoever waits for one here holds a visit that another may wait for: Postgres ends a
    // knot of that sort, and the caller tries again.
    let more: Vec<Uuid> = wanted.difference(&held).copied().collect();
    if !more.is_empty() {
        lock_agents(connection, &more).await?;
    }
    let cases = cases(connection, ids).await?;
    Ok(cases.into_iter().map(|case| Change::of(case, book)).collect())
}

/// Sees to it that of each agent concerned at most one visit is open: the one checked in to last. The others were left, whatever was told of them;
/// what is told later of their end counts. Visits that have to be closed and are not among `changes` are locked and added to them.
pub(super) async fn close_left(
    connection: &mut PgConnection,
    changes: &mut Vec<Change>,
    book: &VisitBook,
    hand: &Hand,
) -> Result<(), StoreError> {
    let performers: BTreeSet<AgentId> = changes
        .iter()
        .map(|change| change.standing(book).progress)
        .filter(|progress| progress.status.is_open())
        .filter_map(|progress| progress.performed_by)
        .collect();
    for agent in performers {
        let known: Vec<Uuid> = changes.iter().map(|change| change.id().0).collect();
        let more = sqlx::query_scalar!(
            "select id from visits where performed_by = $1 and status in ('checked_in', 'in_progress') and id <> all($2)",
            agent as AgentId,
            &known
        )
        .fetch_all(&mut *connection)
        .await
        .map_err(|error| StoreError::sql("look for an agent's open visit", error))?;
        changes.extend(lock_cases(connection, &more).await?.into_iter().map(|case| Change::of(case, book)));
        let mut open: Vec<(Timestamp, VisitId)> = changes
            .iter()
            .filter_map(|change| {
                let progress = change.standing(book).progress;
                let is_theirs = progress.status.is_open() && progress.performed_by == Some(agent);
                is_theirs.then_some((progress.checked_in_at?, change.id()))
            })
            .collect();
        open.sort_unstable();
        for pair in open.windows(2) {
            let ((_, left), (at, next)) = (pair[0], pair[1]);
            let Some(change) = changes.iter_mut().find(|change| change.id() == left) else { continue };
            let id = VisitEventId(Uuid::new_v5(&OWN_WORD, format!("{left}:{next}").as_bytes()));
            let told = Told::LeftOpen { why: LeftOpen::NextCheckIn };
            change
                .tell(Report { id, at, received_at: hand.now, by: Author::SYSTEM, agent: None, told, clock_ahead: false }, None);
        }
    }
    Ok(())
}

/// Writes changes: rows, effects of what was told, proofs, and last the events, numbered. The visits of the changes are as they are then, but for
/// the address of a place that is another one now.
pub(super) async fn write(
    connection: &mut PgConnection,
    mut changes: Vec<Change>,
    book: &VisitBook,
    hand: &Hand,
) -> Result<Vec<Change>, StoreError> {
    let after: HashMap<VisitId, Standing> = changes.iter().map(|change| (change.id(), change.standing(book))).collect();
    // Whoever closes goes before whoever opens: of an agent never two rows are open.
    changes.sort_by_key(|change| after[&change.id()].progress.status.is_open());
    for change in &mut changes {
        let standing = &after[&change.id()];
        write_row(connection, change, standing, book, hand).await?;
        write_effects(connection, change, standing).await?;
    }
    fall_due(connection, &changes, &after, book, hand).await?;
    number(connection, &changes, &after, hand).await?;
    for change in &mut changes {
        change.settle(&after[&change.id()], book, hand);
    }
    Ok(changes)
}

/// What was told and planned has a say in what the track means: the days concerned are derived again, but for those to come.
async fn fall_due(
    connection: &mut PgConnection,
    changes: &[Change],
    after: &HashMap<VisitId, Standing>,
    book: &VisitBook,
    hand: &Hand,
) -> Result<(), StoreError> {
    let mut days = BTreeSet::new();
    for change in changes.iter().filter(|change| !change.is_derived) {
        days.extend(due_days(change, &after[&change.id()], book, hand));
    }
    mark_due(connection, days).await
}

/// The days that a change has a say in: of whom the visit was and is, but for those to come.
pub(super) fn due_days(
    change: &Change,
    after: &Standing,
    book: &VisitBook,
    hand: &Hand,
) -> impl Iterator<Item = (AgentId, NaiveDate)> + use<> {
    let today = hand.now.civil_date(book.zone);
    let (old, plan) = (&change.case.stored.visit, &change.case.facts.plan);
    let before = old.progress.performed_by.or(old.plan.agent_id).map(|agent| (agent, old.date));
    let now = after.progress.performed_by.or(plan.agent_id);
    let now = now.map(|agent| (agent, date_of(&change.case.facts, after, book.zone)));
    BTreeSet::from_iter(before.into_iter().chain(now)).into_iter().filter(move |(_, date)| *date <= today)
}

/// Marks days of agents to be derived.
pub(super) async fn mark_due(
    connection: &mut PgConnection,
    days: impl IntoIterator<Item = (AgentId, NaiveDate)>,
) -> Result<(), StoreError> {
    let (agents, dates): (Vec<Uuid>, Vec<NaiveDate>) = days.into_iter().map(|(agent, date)| (agent.0, date)).unzip();
    if agents.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r#"insert into visit_due (agent_id, date)
           select distinct t.agent_id, t.date from unnest($1::uuid[], $2::date[]) as t (agent_id, date)
           order by t.agent_id, t.date
           on conflict (agent_id, date) do update set mark = visit_due.mark + 1"#,
        &agents,
        &dates
    )
    .execute(connection)
    .await
    .map_err(|error| StoreError::sql("mark visits to be derived", error))?;
    Ok(())
}

async fn write_row(
    connection: &mut PgConnection,
    change: &mut Change,
    standing: &Standing,
    book: &VisitBook,
    hand: &Hand,
) -> Result<(), StoreError> {
    let sql = |error| StoreError::sql("write a visit", error);
    let (flags, verification) = (change.flags(standing), change.verification());
    let case = &mut change.case;
    let proof = change.proof.as_ref().or(case.stored.proof.as_ref());
    let (id, plan, facts) = (case.id(), &case.facts.plan, &case.facts);
    let Progress { status, performed_by, outcome, reason, lacking, .. } = &standing.progress;
    let progress = &standing.progress;
    let names: Vec<String> = flags.iter().map(|flag| flag.name().to_owned()).collect();
    let lacking: Vec<String> = lacking.iter().map(ToString::to_string).collect();
    let former: Vec<Uuid> = case.stored.visit.former_agents.iter().map(|agent| agent.0).collect();
    case.stored.visit.version += i64::from(change.is_replanned);
    case.stored.visit.revision += 1;
    sqlx::query!(
        r#"update visits
           set place_id = $2, territory_id = $3, agent_id = $4, kind = $5, day = $6, windows = $7, duration_s = $8, priority = $9,
               skills = $10, purpose = $11, note = $12, starts_at = $13, is_touched = $14, status = $15, performed_by = $16,
               date = $17, en_route_at = $18, arrived_at = $19, left_at = $20, checked_in_at = $21, started_at = $22, ended_at = $23,
               missed_at = $24, outcome = $25, reason = $26, lacking = $27, flags = $28, verification = $29, arrival = $30,
               under_way_since = $31, missed_mark = $32, proof = $33, awaits_track = $34, former_agents = $35, version = $36,
               revision = $37, updated_at = $38, position = $39, demand = $40
           where id = $1"#,
        id as VisitId,
        plan.place_id.0,
        plan.territory_id.map(|id| id.0),
        plan.agent_id.map(|id| id.0),
        plan.kind.name(),
        plan.day,
        Json(&plan.windows) as _,
        plan.duration_s as i32,
        i16::from(plan.priority),
        &plan.skills,
        plan.purpose.as_deref(),
        plan.note,
        plan.earliest(book.zone) as Timestamp,
        change.is_touched,
        status.name(),
        performed_by.map(|id| id.0),
        date_of(facts, standing, book.zone),
        progress.en_route_at as Option<Timestamp>,
        progress.arrived_at as Option<Timestamp>,
        progress.left_at as Option<Timestamp>,
        progress.checked_in_at as Option<Timestamp>,
        progress.started_at as Option<Timestamp>,
        progress.ended_at as Option<Timestamp>,
        progress.missed_at as Option<Timestamp>,
        outcome.map(|outcome| outcome.name()),
        reason.as_deref(),
        &lacking,
        &names,
        verification.name(),
        facts.arrival.as_ref().map(Json) as _,
        facts.under_way_since as Option<Timestamp>,
        facts.missed_at as Option<Timestamp>,
        proof.map(Json) as _,
        change.awaits_track.unwrap_or(case.stored.awaits_track),
        &former,
        case.stored.visit.version,
        case.stored.visit.revision,
        hand.now as Timestamp,
        case.stored.visit.position,
        plan.demand as i32
    )
    .execute(&mut *connection)
    .await
    .map_err(sql)?;
    let is_completed = |status: VisitStatus| status == VisitStatus::Completed;
    if is_completed(*status) || is_completed(change.before.progress.status) {
        sqlx::query!(
            r#"insert into customer_visits (customer_id, last_completed)
               select $1, max(date) from visits where customer_id = $1 and status = 'completed'
               on conflict (customer_id) do update set last_completed = excluded.last_completed"#,
            plan.customer_id.0
        )
        .execute(&mut *connection)
        .await
        .map_err(sql)?;
    }
    if let Some(proof) = &change.proof {
        sqlx::query!(
            r#"insert into visit_verifications (visit_id, revision, at, agent_id, status, proof)
               select $1, coalesce(max(revision), 0) + 1, $2, $3, $4, $5 from visit_verifications where visit_id = $1"#,
            id as VisitId,
            hand.now as Timestamp,
            performed_by.or(plan.agent_id).map(|agent| agent.0),
            proof.status.name(),
            Json(proof) as _
        )
        .execute(connection)
        .await
        .map_err(sql)?;
    }
    Ok(())
}

/// What each report did may change when an earlier one comes late.
async fn write_effects(connection: &mut PgConnection, change: &Change, standing: &Standing) -> Result<(), StoreError> {
    let before: HashMap<VisitEventId, Effect> = change.before.effects.iter().copied().collect();
    let (mut ids, mut effects) = (Vec::new(), Vec::new());
    for (id, effect) in &standing.effects {
        if before.get(id).is_some_and(|before| before != effect) {
            ids.push(id.0);
            effects.push(effect.name().to_owned());
        }
    }
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r#"update visit_events e set effect = t.effect
           from unnest($1::uuid[], $2::text[]) as t (id, effect)
           where e.id = t.id"#,
        &ids,
        &effects
    )
    .execute(connection)
    .await
    .map_err(|error| StoreError::sql("write what reports did", error))?;
    Ok(())
}

/// Columns of events on their way into the table.
#[derive(Default)]
pub(super) struct EventColumns {
    ids: Vec<Uuid>,
    visits: Vec<Uuid>,
    ats: Vec<Timestamp>,
    by_kinds: Vec<String>,
    by_ids: Vec<Option<Uuid>>,
    agents: Vec<Option<Uuid>>,
    devices: Vec<Option<String>>,
    kinds: Vec<String>,
    bodies: Vec<Json<EventBody>>,
    effects: Vec<Option<String>>,
    was: Vec<String>,
    statuses: Vec<String>,
    revisions: Vec<i64>,
}

impl EventColumns {
    pub fn push(
        &mut self,
        visit: VisitId,
        event: &NewEvent,
        effect: Option<Effect>,
        moved: (VisitStatus, VisitStatus),
        revision: i64,
    ) {
        self.ids.push(event.id.0);
        self.visits.push(visit.0);
        self.ats.push(event.at);
        self.by_kinds.push(event.by.kind.name().to_owned());
        self.by_ids.push(event.by.id);
        self.agents.push(event.agent.map(|agent| agent.0));
        self.devices.push(event.device.clone());
        self.kinds.push(event.body.kind().name().to_owned());
        self.bodies.push(Json(event.body.clone()));
        self.effects.push(effect.map(|effect| effect.name().to_owned()));
        self.was.push(moved.0.name().to_owned());
        self.statuses.push(moved.1.name().to_owned());
        self.revisions.push(revision);
    }

    /// Numbers the events and writes them. Nothing may be written after it in the transaction but the commit.
    pub async fn number(self, connection: &mut PgConnection, now: Timestamp) -> Result<(), StoreError> {
        if self.ids.is_empty() {
            return Ok(());
        }
        let sql = |error| StoreError::sql("write what happened to visits", error);
        // Numbers are drawn when the rows are sorted, which is after the lock is there.
        sqlx::query!(
            r#"with feed as materialized (select pg_advisory_xact_lock($15))
               insert into visit_events (id, visit_id, at, received_at, by_kind, by_id, agent_id, device, kind, body, effect, was, status,
                                         revision)
               select id, visit_id, at, $14, by_kind, by_id, agent_id, device, kind, body, effect, was, status, revision
               from feed, unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::text[],
                           $9::jsonb[], $10::text[], $11::text[], $12::text[], $13::bigint[]) with ordinality
                    as t (id, visit_id, at, by_kind, by_id, agent_id, device, kind, body, effect, was, status, revision, place)
               order by place"#,
            &self.ids,
            &self.visits,
            &self.ats as &[Timestamp],
            &self.by_kinds,
            &self.by_ids as &[Option<Uuid>],
            &self.agents as &[Option<Uuid>],
            &self.devices as &[Option<String>],
            &self.kinds,
            &self.bodies as &[Json<EventBody>],
            &self.effects as &[Option<String>],
            &self.was,
            &self.statuses,
            &self.revisions,
            now as Timestamp,
            FEED_LOCK
        )
        .execute(connection)
        .await
        .map_err(sql)?;
        Ok(())
    }
}

/// Writes the events of changes. The first event of a visit tells where it stood before, the last where it stands; in between it moved by what was
/// told, one after the other, as far as that can be told apart.
async fn number(
    connection: &mut PgConnection,
    changes: &[Change],
    after: &HashMap<VisitId, Standing>,
    hand: &Hand,
) -> Result<(), StoreError> {
    let mut columns = EventColumns::default();
    for change in changes {
        let standing = &after[&change.id()];
        let effects: HashMap<VisitEventId, Effect> = standing.effects.iter().copied().collect();
        let (was, is) = (change.before.progress.status, standing.progress.status);
        let last = change.events.len().saturating_sub(1);
        for (index, event) in change.events.iter().enumerate() {
            let to = if index == last { is } else { was };
            columns.push(change.id(), event, effects.get(&event.id).copied(), (was, to), change.case.stored.visit.revision);
        }
    }
    columns.number(connection, hand.now).await
}

/// The visits as they are after a change.
pub(super) async fn reread(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Visit>, StoreError> {
    Ok(super::rows::stored(connection, ids).await?.into_iter().map(|stored| stored.visit).collect())
}
