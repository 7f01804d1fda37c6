//! An office's decision about one visit, written in one statement: it is decided on what was read without a lock, and written if the visit is still
//! at the revision that was read. Of seven ways to Postgres that leaves three. What else might have to be written goes the way that locks.

use super::super::StoreError;
use super::change::{Change, due_days};
use super::{FEED_LOCK, Hand, VisitBook};
use chrono::NaiveDate;
use salessync_engine::visit::progress::Standing;
use salessync_engine::visit::{Progress, VisitStatus};
use salessync_engine::{Timestamp, VisitId};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// Is all there is to write the visit's progress, its one event, and the day to derive again? Not where a visit is or becomes open or completed
/// (of an agent's visits one is open, and customers know when the last was completed), nor where earlier reports count otherwise now.
fn is_alone(change: &Change, after: &Standing) -> bool {
    let is_settled = |status: VisitStatus| !status.is_open() && status != VisitStatus::Completed;
    let is_as_before =
        |(id, effect): &(_, _)| change.before.effects.iter().all(|(known, before)| known != id || before == effect);
    !change.is_replanned
        && !change.is_derived
        && change.proof.is_none()
        && change.events.len() == 1
        && [change.before.progress.status, after.progress.status].into_iter().all(is_settled)
        && after.effects.iter().all(is_as_before)
}

/// Writes a change that is alone. False: nothing was written, for the visit has gone on since it was read, or there is more to write.
pub(super) async fn write_alone(
    connection: &mut PgConnection,
    change: &mut Change,
    book: &VisitBook,
    hand: &Hand,
) -> Result<bool, StoreError> {
    let after = change.standing(book);
    if !is_alone(change, &after) {
        return Ok(false);
    }
    let days = due_days(change, &after, book, hand);
    let (agents, dates): (Vec<Uuid>, Vec<NaiveDate>) = days.into_iter().map(|(agent, date)| (agent.0, date)).unzip();
    let read_at = change.case.stored.visit.revision;
    change.case.stored.visit.revision += 1;
    change.settle(&after, book, hand);
    let (event, visit) = (&change.events[0], &change.case.stored.visit);
    let effect = after.effects.iter().find(|(id, _)| *id == event.id).map(|(_, effect)| effect.name());
    let Progress { status, performed_by, outcome, reason, lacking, .. } = &visit.progress;
    let flags: Vec<String> = visit.flags.iter().map(|flag| flag.name().to_owned()).collect();
    let lacking: Vec<String> = lacking.iter().map(ToString::to_string).collect();
    // The event's number is drawn when the feed is held, which is after everything else is written.
    let told = sqlx::query_scalar!(
        r#"with decided as (
                    update visits
                    set is_touched = $3, status = $4, performed_by = $5, date = $6, en_route_at = $7, arrived_at = $8, left_at = $9,
                        checked_in_at = $10, started_at = $11, ended_at = $12, missed_at = $13, outcome = $14, reason = $15,
                        lacking = $16, flags = $17, verification = $18, awaits_track = $19, revision = $2 + 1, updated_at = $20
                    where id = $1 and revision = $2
                    returning id),
                due as (
                    insert into visit_due (agent_id, date)
                    select distinct t.agent_id, t.date
                    from decided, unnest($21::uuid[], $22::date[]) as t (agent_id, date)
                    order by t.agent_id, t.date
                    on conflict (agent_id, date) do update set mark = visit_due.mark + 1
                    returning 1),
                feed as materialized (
                    select d.id, pg_advisory_xact_lock($23) from decided d, (select count(*) from due) as marked),
                told as (
                    insert into visit_events (id, visit_id, at, received_at, by_kind, by_id, agent_id, device, kind, body, effect, was,
                                              status, revision)
                    select $24, f.id, $25, $20, $26, $27, $28, $29, $30, $31, $32, $33, $4, $2 + 1 from feed f
                    returning 1)
           select count(*) as "told!" from told"#,
        visit.id as VisitId,
        read_at,
        change.is_touched,
        status.name(),
        performed_by.map(|id| id.0),
        visit.date,
        visit.progress.en_route_at as Option<Timestamp>,
        visit.progress.arrived_at as Option<Timestamp>,
        visit.progress.left_at as Option<Timestamp>,
        visit.progress.checked_in_at as Option<Timestamp>,
        visit.progress.started_at as Option<Timestamp>,
        visit.progress.ended_at as Option<Timestamp>,
        visit.progress.missed_at as Option<Timestamp>,
        outcome.map(|outcome| outcome.name()),
        reason.as_deref(),
        &lacking,
        &flags,
        visit.verification.name(),
        change.awaits_track.unwrap_or(change.case.stored.awaits_track),
        hand.now as Timestamp,
        &agents,
        &dates,
        FEED_LOCK,
        event.id.0,
        event.at as Timestamp,
        event.by.kind.name(),
        event.by.id,
        event.agent.map(|agent| agent.0),
        event.device.as_deref(),
        event.body.kind().name(),
        Json(&event.body) as _,
        effect,
        change.before.progress.status.name()
    )
    .fetch_one(connection)
    .await
    .map_err(|error| StoreError::sql("write a decision about a visit", error))?;
    Ok(told == 1)
}
