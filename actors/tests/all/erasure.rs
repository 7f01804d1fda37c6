//! Erasure of one person on a running system, and retention. Afterwards nothing of them is found in any table, late fixes are refused, and
//! it stays so after a restart.

use crate::common::{World, agent_id, create_agent, deliver, eventually, everything, fix, seen, send};
use salessync_actors::station::{Positions, Seen};
use salessync_actors::store::decisions::{Decision, FixDecision};
use salessync_actors::system::{Frame, NotTaken};
use salessync_actors::vault::{MasterKey, Vault};
use salessync_actors::{NotErased, SystemHandle};
use salessync_engine::agent::Agent;
use salessync_engine::contact::{Email, Phone};
use salessync_engine::track::{Device, Fix, Profile, Quarantine, RawFix};
use salessync_engine::{AgentId, UserId};
use sqlx::postgres::PgPool;
use std::sync::Arc;
use tokio::sync::mpsc;
use uuid::Uuid;

async fn vault_in(system: &SystemHandle, dir: &tempfile::TempDir) -> Vault {
    let master = MasterKey::from_file_or_new(&dir.path().join("key")).unwrap();
    Vault::open(system.store(), master).await.unwrap()
}

/// Tables with a row that holds the id anywhere, as a value or inside bytes.
async fn tables_with(pool: &PgPool, id: Uuid) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let mut found = Vec::new();
    for table in tables {
        // A row as text shows ids with hyphens, and bytes as hexadecimal digits.
        let text = format!("select exists (select 1 from \"{table}\" t where t::text like $1 or t::text like $2)");
        let with = format!("%{}%", id.hyphenated());
        let without = format!("%{}%", id.simple());
        let asked = sqlx::query_scalar::<_, bool>(sqlx::AssertSqlSafe(text)).bind(with).bind(without).fetch_one(pool).await;
        match asked {
            Ok(true) => found.push(table),
            Ok(false) => {}
            // A partition that the system has dropped meanwhile.
            Err(error) => {
                assert_eq!(error.as_database_error().and_then(|error| error.code()).as_deref(), Some("42P01"), "{error}")
            }
        }
    }
    found
}

async fn count(pool: &PgPool, query: &'static str, id: Uuid) -> i64 {
    sqlx::query_scalar(query).bind(id).fetch_one(pool).await.unwrap()
}

/// A day of an agent in every form in which something of it is kept.
async fn live_a_day(system: &SystemHandle, vault: &Vault, world: &World, agent: AgentId) {
    let all: Vec<_> = (0..300).map(|i| fix(i * 9)).collect();
    let ancient: Vec<_> = (0..20)
        .map(|i| {
            let recorded_at = fix(0).recorded_at().plus_s(-200 * 86_400 + i);
            Fix::new(&RawFix { recorded_at, lat: 52.0, lon: 13.0, ..RawFix::default() }).unwrap()
        })
        .collect();
    deliver(system, agent, &all[..150]).await;
    deliver(system, agent, &ancient).await;
    let mock = RawFix { recorded_at: fix(5).recorded_at(), lat: 50.0, lon: 13.0, mock: true, ..RawFix::default() };
    deliver(system, agent, &[Fix::new(&mock).unwrap()]).await;
    system.settle(agent).await.unwrap();
    let decision = FixDecision {
        device: Device::default(),
        fix: all[10],
        decision: Some(Decision::Excluded),
        was: None,
        by: UserId(Uuid::from_u128(77)),
        at: system.now(),
        note: "wrong".to_owned(),
    };
    system.decide_fix(agent, decision).await.unwrap();
    world.advance_s(120);
    system.compaction_pass().await.unwrap();
    // What follows is in the journal only.
    deliver(system, agent, &all[150..]).await;
    system.set_profile(agent, fix(0).recorded_at(), Profile::Foot).await.unwrap();
    let (phone, email) = (Phone::new("+49 30 1234567").unwrap(), Email::new("anna@example.com").unwrap());
    vault.put_contacts(seen(agent), Some(phone), Some(email), system.now()).await.unwrap();
    system.settle(agent).await.unwrap();
    system.snapshot_round().await.unwrap();
}

fn frame(agent: AgentId, fixes: &[Fix]) -> Frame {
    Frame { agent, device: Device::default(), taken: fixes.to_vec(), aside: Vec::new() }
}

#[actix::test]
async fn nothing_is_left_of_an_erased_agent_and_others_keep_everything() {
    let (world, dir) = (World::new(), tempfile::tempdir().unwrap());
    let system = world.system().await;
    let pool = PgPool::connect(&world.postgres.url()).await.unwrap();
    let vault = vault_in(&system, &dir).await;
    // The same shard: they share journal rows.
    let (gone, stays) = (agent_id(64), agent_id(128));
    for agent in [gone, stays] {
        create_agent(&system, agent).await;
        live_a_day(&system, &vault, &world, agent).await;
    }
    let sealed: Vec<u8> = sqlx::query_scalar("select email_sealed from agent_contacts where agent_id = $1")
        .bind(gone.0)
        .fetch_one(&pool)
        .await
        .unwrap();
    for table in [
        "agent_contacts",
        "agent_profiles",
        "agent_snapshots",
        "fix_decisions",
        "timeline_changes",
        "timeline_days",
        "track_chunks_20261123",
        "track_chunks_cold",
    ] {
        assert!(tables_with(&pool, gone.0).await.contains(&table.to_owned()), "the test wants something in {table}");
    }
    let fixes_of = "select count(*) from track_points($1, '2000-01-01', '2100-01-01')";
    let before = count(&pool, fixes_of, stays.0).await;
    assert!(count(&pool, fixes_of, gone.0).await > 300);

    // Frames are under way while it happens.
    let (answers, mut answered) = mpsc::unbounded_channel();
    let late: Vec<_> = (0..50).map(|i| fix(4_000 + i)).collect();
    let sent = (0..10).filter(|n| send(&system, gone, &late[n * 5..n * 5 + 5], *n as u64, &answers)).count();
    assert!(sent > 0);
    let erasure = system.erase_agent(gone, None, &vault).await.unwrap();
    for _ in 0..sent {
        answered.recv().await.unwrap();
    }

    let rows = erasure.rows.unwrap();
    for table in ["ingest_journal", "track_chunks", "track_chunks_cold", "timeline_changes", "fix_decisions", "agent_contacts"] {
        assert!(rows.get(table).is_some_and(|rows| *rows > 0), "{table}: {rows:?}");
    }
    let check = async |system: &SystemHandle| {
        assert_eq!(count(&pool, fixes_of, gone.0).await, 0);
        assert_eq!(tables_with(&pool, gone.0).await, ["agents", "data_keys", "erasures"]);
        assert!(!system.knows(gone) && system.knows(stays));
        let refused = system.ingest(frame(gone, &late[..1]), Arc::new(crate::common::Answers::new()), 1);
        assert_eq!(refused, Err(NotTaken::UnknownAgent));
        let shown =
            system.positions(Positions { seen: Seen::all(everything()), topic: None, after: None, limit: 10 }).await.unwrap();
        assert_eq!(shown.iter().map(|marker| marker.agent).collect::<Vec<_>>(), [stays]);
        assert_eq!(system.store().agent(seen(gone)).await.unwrap(), None);
        // Making it anew does not bring it back.
        let again = Agent { id: gone, name: "Anna".to_owned(), territory_id: None, created_at: system.now() };
        assert_eq!(system.create_agents(vec![again]).await.unwrap(), 0);
        assert!(!system.knows(gone));
        assert_eq!(count(&pool, fixes_of, stays.0).await, before);
    };
    check(&system).await;
    assert_eq!(vault.contacts(seen(gone)).await.unwrap().email, None);
    let row = gone.to_string();
    let place = salessync_actors::vault::Place {
        purpose: salessync_actors::vault::Purpose::Contacts,
        table: "agent_contacts",
        column: "email_sealed",
        row: &row,
    };
    // Even whoever kept the row cannot open it.
    assert_eq!(vault.open_for(salessync_actors::vault::Person::Agent(gone), place, &sealed).await.unwrap(), None);
    assert_eq!(vault.contacts(seen(stays)).await.unwrap().phone, Some(Phone::new("+49301234567").unwrap()));
    assert!(matches!(system.erase_agent(gone, None, &vault).await, Err(NotErased::Unknown)));

    // Whatever the tasks do afterwards, and after a restart.
    world.advance_s(120);
    system.compaction_pass().await.unwrap();
    system.merge_pass().await.unwrap();
    system.news_round().await.unwrap();
    system.snapshot_round().await.unwrap();
    check(&system).await;
    system.stop().await;
    let system = world.system().await;
    check(&system).await;
    deliver(&system, stays, &[fix(9_000)]).await;
    assert_eq!(count(&pool, fixes_of, stays.0).await, before + 1);
    system.stop().await;
}

#[actix::test]
async fn an_interrupted_erasure_is_finished_at_the_next_start() {
    let (world, dir) = (World::new(), tempfile::tempdir().unwrap());
    let system = world.system().await;
    let pool = PgPool::connect(&world.postgres.url()).await.unwrap();
    let vault = vault_in(&system, &dir).await;
    let gone = agent_id(64);
    create_agent(&system, gone).await;
    live_a_day(&system, &vault, &world, gone).await;
    system.erase_agent(gone, None, &vault).await.unwrap();
    system.stop().await;
    // As if the server had died after the first step, with a frame of theirs still in the journal.
    sqlx::query("update erasures set rows = null").execute(&pool).await.unwrap();
    let mut data = Vec::new();
    let packed = salessync_actors::journal::Packed::new(&[fix(1)]);
    salessync_actors::journal::record::put(&mut data, gone, &Device::default(), None, &packed);
    salessync_actors::journal::record::put(&mut data, agent_id(65), &Device::default(), Some(Quarantine::Mock), &packed);
    sqlx::query(
        "insert into ingest_journal (shard, seq, at, epoch, n, data) select 0, 1000, $1, epoch, 2, $2 from journal_epoch",
    )
    .bind(world.clock().now().to_utc())
    .bind(&data)
    .execute(&pool)
    .await
    .unwrap();
    let system = world.system().await;
    assert_eq!(tables_with(&pool, gone.0).await, ["agents", "data_keys", "erasures"]);
    assert_eq!(count(&pool, "select n::bigint from ingest_journal where seq = 1000 and $1 is not null", gone.0).await, 1);
    let unfinished = count(&pool, "select count(*) from erasures where rows is null and $1 is not null", gone.0).await;
    assert_eq!(unfinished, 0);
    system.stop().await;
}

#[actix::test]
async fn an_erased_user_is_nameless_and_the_last_administrator_stays() {
    let (world, dir) = (World::new(), tempfile::tempdir().unwrap());
    let system = world.system().await;
    let pool = PgPool::connect(&world.postgres.url()).await.unwrap();
    let vault = vault_in(&system, &dir).await;
    let (admin, other) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
    for (id, role) in [(admin, "admin"), (other, "manager")] {
        sqlx::query("insert into users (id, email, name, role, password_hash) values ($1, $2, 'Anna Berg', $3, 'hash')")
            .bind(id.0)
            .bind(format!("{id}@example.com"))
            .bind(role)
            .execute(&pool)
            .await
            .unwrap();
    }
    vault.seal_plain_emails().await.unwrap();
    sqlx::query("insert into invitations (id, email_sealed, email_index, name, role, token_hash, created_at, expires_at) select gen_random_uuid(), '\\x00', email_index, name, role, uuid_send(id), now(), now() from users")
        .execute(&pool)
        .await
        .unwrap();
    for (n, impersonator) in [(1, None), (2, Some(other.0))] {
        let of = if impersonator.is_some() { admin } else { other };
        sqlx::query("insert into sessions (id, user_id, impersonator_id, device, address, created_at, last_used_at, expires_at, token_ttl_s, tokens_until) select $1, $2, $3, 'Anna''s phone', '10.1.2.3', now(), now(), now(), 900, now()")
            .bind(Uuid::from_u128(n))
            .bind(of.0)
            .bind(impersonator)
            .execute(&pool)
            .await
            .unwrap();
    }
    assert!(matches!(system.erase_user(admin, None, &vault).await, Err(NotErased::LastAdmin)));
    system.erase_user(other, Some(admin), &vault).await.unwrap();
    assert!(matches!(system.erase_user(other, Some(admin), &vault).await, Err(NotErased::Unknown)));
    let left: (String, bool) = sqlx::query_as(
        "select name, disabled_at is not null and email is null and email_sealed is null and email_index is null from users where id = $1",
    )
    .bind(other.0)
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(left, ("Erased user".to_owned(), true));
    let tables = tables_with(&pool, other.0).await;
    assert_eq!(tables, ["data_keys", "erasures", "sessions", "users"]);
    let sessions: Vec<(bool, Option<String>, Option<String>)> =
        sqlx::query_as("select revoked_at is not null, device, address from sessions").fetch_all(&pool).await.unwrap();
    assert_eq!(sessions, [(true, None, None), (true, None, None)], "refused from now on, and nothing said of them");
    let invited: Vec<String> = sqlx::query_scalar("select name from invitations").fetch_all(&pool).await.unwrap();
    assert_eq!(invited.len(), 1, "the administrator's");
    system.stop().await;
}

#[actix::test]
async fn each_kind_of_data_goes_after_its_own_time_and_a_row_says_so() {
    let (world, dir) = (World::new(), tempfile::tempdir().unwrap());
    let system = world.system().await;
    let pool = PgPool::connect(&world.postgres.url()).await.unwrap();
    let vault = vault_in(&system, &dir).await;
    let agent = agent_id(1);
    create_agent(&system, agent).await;
    live_a_day(&system, &vault, &world, agent).await;
    assert_eq!(system.retention_run().await.unwrap(), [], "nothing is old enough, or kept for ever");
    system.stop().await;

    world.advance_s(10 * 86_400);
    let system = world.system_with(|settings| {
        settings.storage.retention_days = 150;
        settings.retention.quarantine_days = 5;
        settings.retention.timeline_days = 9;
    });
    let system = system.await;
    eventually("the task has run at start, or the test has", async || {
        system.retention_run().await.unwrap();
        system.store().retention_runs(everything().whole().unwrap(), 100).await.unwrap().len() >= 3
    })
    .await;
    let runs = system.store().retention_runs(everything().whole().unwrap(), 100).await.unwrap();
    let mut kinds: Vec<_> = runs.iter().map(|run| run.kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["quarantine", "timeline", "tracks"], "decisions are as young as the tracks they are about");
    let quarantined = count(&pool, "select count(*) from quarantined_fixes where agent_id = $1", agent.0).await;
    let items = count(&pool, "select count(*) from timeline_items where agent_id = $1 and end_at is not null", agent.0).await;
    let ancient = count(&pool, "select count(*) from track_chunks_cold where agent_id = $1", agent.0).await;
    let recent = count(&pool, "select count(*) from track_points($1, '2026-11-23', '2026-11-24')", agent.0).await;
    assert_eq!((quarantined, items, ancient), (0, 0, 0));
    assert!(recent > 250);
    assert_eq!(system.retention_run().await.unwrap(), []);
    system.stop().await;
}
