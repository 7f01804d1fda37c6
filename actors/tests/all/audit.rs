//! The audit trail on a real Postgres: sealed, tampered with by hand as somebody with every right to the database could, and found out.

use salessync_actors::sealer::{self, AuditKey, HeadFile, PublicKey, SealError, Sealer};
use salessync_actors::store::audit::{ActorFilter, AuditFilter};
use salessync_actors::store::local_postgres::LocalPostgres;
use salessync_actors::{Clock, Metrics, Store};
use salessync_engine::access::{Action, BuiltIn, Grants, Module, Whole};
use salessync_engine::audit::verify::Report;
use salessync_engine::audit::{Act, ActKind, Actor, Object, Outcome};
use salessync_engine::{Timestamp, UserId};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use uuid::Uuid;

/// What an auditor's scope opens.
fn auditors() -> Whole {
    let permissions = BuiltIn::find("auditor").unwrap().permissions();
    Grants { permissions, ..Grants::default() }.scope(Module::Audit, Action::Read).unwrap().whole().unwrap()
}

const START: &str = "2026-11-23T12:00:00Z";

/// A database with a trail, its key and its file of heads.
struct Trail {
    _postgres: LocalPostgres,
    dir: tempfile::TempDir,
    url: String,
    store: Store,
    now: Arc<AtomicI64>,
}

impl Trail {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let postgres = crate::common::cluster(dir.path());
        let url = postgres.url();
        let store = Store::open(&url, 4).unwrap();
        store.migrate().await.unwrap();
        let now = Arc::new(AtomicI64::new(Timestamp::parse(START).unwrap().ms()));
        Self { _postgres: postgres, dir, url, store, now }
    }

    fn clock(&self) -> Clock {
        Clock::Manual(self.now.clone())
    }

    fn advance_s(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    fn key(&self, name: &str) -> AuditKey {
        AuditKey::open(&self.dir.path().join(name)).unwrap()
    }

    fn heads(&self) -> PathBuf {
        self.dir.path().join("audit-heads.jsonl")
    }

    fn sealer(&self, retention_days: i64) -> Sealer {
        let around = (self.clock(), Metrics::new());
        Sealer::open(self.store.clone(), around, self.key("audit.key"), Some(HeadFile::new(self.heads())), retention_days)
            .unwrap()
    }

    /// Writes acts and seals them, a head for each of `batches`.
    async fn write(&self, sealer: &Sealer, batches: &[usize]) {
        for batch in batches {
            for n in 0..*batch {
                let user = UserId(Uuid::from_u128(n as u128));
                let act = Act::new(self.clock().now(), Actor::User(user), ActKind::RoleChanged).about(Object::new("user", user));
                let act = act.changing(Some(json!({"role": "agent"})), Some(json!({"role": "manager", "n": n})));
                self.store.audit(act).await.unwrap();
            }
            sealer.seal().await.unwrap();
            self.advance_s(1);
        }
    }

    /// Does to the database what a superuser can: no trigger keeps them from it.
    async fn by_hand(&self, sql: &str) {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        connection.execute("set session_replication_role = replica").await.unwrap();
        for statement in sql.split(';').filter(|statement| !statement.trim().is_empty()) {
            connection.execute(AssertSqlSafe(statement.to_owned())).await.unwrap();
        }
    }

    async fn check(&self) -> Report {
        self.check_by(&self.heads(), self.key("audit.key").public()).await
    }

    async fn check_by(&self, file: &Path, key: PublicKey) -> Report {
        let file = Some(HeadFile::new(file.to_owned()));
        sealer::check(&self.store, file, sealer::trusting(vec![key]), self.clock().now()).await.unwrap()
    }

    /// What does not fit, a line each.
    async fn findings(&self) -> Vec<String> {
        self.check().await.findings.iter().map(ToString::to_string).collect()
    }

    /// Drops the trail and begins it anew, file and all.
    async fn begin_anew(&self) {
        self.by_hand("truncate audit_log, audit_heads").await;
        let _ = std::fs::remove_file(self.heads());
        self.now.store(Timestamp::parse(START).unwrap().ms(), Ordering::Relaxed);
    }

    async fn id_of(&self, seq: i64) -> Uuid {
        let entries = self.store.audit_entries(auditors(), AuditFilter::default(), None, 1_000).await.unwrap();
        entries.iter().find(|entry| entry.seq == Some(seq)).unwrap().id
    }
}

#[tokio::test]
async fn each_tampering_by_hand_is_found_and_named() {
    let trail = Trail::new().await;
    // Rows 1..=3, 4..=5, 6..=9, a head for each.
    let cases: [(&str, &str, &[&str]); 20] = [
        ("nothing", "select 1", &[]),
        ("altered", "update audit_log set kind = 'sign_in' where seq = 4", &["(seq 4) was altered"]),
        ("altered by a microsecond", "update audit_log set at = at + '1 us' where seq = 4", &["(seq 4) was altered"]),
        ("altered json", "update audit_log set after = '{\"role\": \"agent\"}' where seq = 9", &["(seq 9) was altered"]),
        ("removed from the middle", "delete from audit_log where seq in (4, 5)", &["rows seq 4 to 5 are missing"]),
        ("removed from the beginning", "delete from audit_log where seq = 1", &["rows seq 1 to 1 are missing"]),
        (
            "cut off, head and all",
            "delete from audit_log where seq > 5; delete from audit_heads where seq > 5",
            &[
                "rows seq 6 to 9 are missing at the end: the head file",
                "the head at seq 9 is in the head file but not in the database",
            ],
        ),
        ("cut off, heads left", "delete from audit_log where seq > 7", &["rows seq 8 to 9 are missing at the end: the database"]),
        (
            "heads removed",
            "delete from audit_heads where seq = 5",
            &[
                "the heads at seq 3 and 9 in the database do not join",
                "the head at seq 5 is in the head file but not in the database",
            ],
        ),
        ("all heads removed", "delete from audit_heads", &["rows seq 1 to 9 are under no signed head"]),
        (
            "two rows swapped",
            "alter table audit_log drop constraint audit_log_seq_key;
            update audit_log set seq = 13 - seq where seq in (6, 7);
            alter table audit_log add constraint audit_log_seq_key unique (seq)",
            &["(seq 6) was altered or moved", "(seq 7) was altered or moved"],
        ),
        (
            "two rows swapped with their hashes",
            "create temp table was as select * from audit_log where seq in (6, 7);
            delete from audit_log where seq in (6, 7); update was set seq = 13 - seq;
            update was set hash = (select hash from was w where w.seq = 13 - was.seq); insert into audit_log select * from was",
            &["(seq 6) was altered or moved"],
        ),
        (
            "signature changed",
            "update audit_heads set signature = set_byte(signature, 0, get_byte(signature, 0) # 1) where seq = 5",
            &["the head at seq 5 in the database has a wrong signature"],
        ),
        (
            "a head changed",
            "update audit_heads set hash = set_byte(hash, 0, get_byte(hash, 0) # 1) where seq = 5",
            &["the head at seq 5 in the database has a wrong signature"],
        ),
        (
            "a row put in at the end",
            "insert into audit_log (id, at, actor_kind, kind, outcome, seq, hash)
            values (gen_random_uuid(), now(), 'nobody', 'sign_in', 'done', 10, sha256('x'))",
            &["(seq 10) was altered", "rows seq 10 to 10 are under no signed head"],
        ),
        (
            "a head for ever",
            "update audit_heads set sealed_at = 'infinity' where seq = 5",
            &["the head at seq 5 in the database has a wrong signature"],
        ),
        (
            "a head put in",
            "insert into audit_heads values (20, false, sha256('x'), -9223372036854775808, now(), 'x', 'x')",
            &["the head at seq 20 in the database is signed by the unknown key", "rows seq 10 to 20 are missing at the end"],
        ),
        (
            "altered for ever",
            "alter table audit_log drop constraint audit_log_at_finite; update audit_log set at = 'infinity' where seq = 4",
            &["(seq 4) was altered"],
        ),
        (
            "a row put in at the very end",
            "insert into audit_log (id, at, actor_kind, kind, outcome, seq, hash)
                values (gen_random_uuid(), now(), 'nobody', 'sign_in', 'done', 9223372036854775807, sha256('x'))",
            &["rows seq 10 to 9223372036854775806 are missing", "are under no signed head"],
        ),
        (
            "a row put in before the first",
            "insert into audit_log (id, at, actor_kind, kind, outcome, seq, hash)
            values (gen_random_uuid(), now(), 'nobody', 'sign_in', 'done', 0, sha256('x'))",
            &["1 rows have seq 0 or less"],
        ),
    ];
    for (what, sql, expected) in cases {
        trail.begin_anew().await;
        trail.write(&trail.sealer(0), &[3, 2, 4]).await;
        trail.advance_s(120);
        trail.by_hand(sql).await;
        let findings = trail.findings().await;
        for expected in expected {
            assert!(findings.iter().any(|finding| finding.contains(expected)), "{what}: {expected:?} is not in {findings:#?}");
        }
        assert_eq!(findings.is_empty(), expected.is_empty(), "{what}: {findings:#?}");
        if what.starts_with("altered") || what.starts_with("removed") || what.starts_with("signature") {
            assert_eq!(findings.len(), expected.len(), "{what}: one finding for one act: {findings:#?}");
        }
    }
    let id = trail.id_of(4).await;
    trail.by_hand("update audit_log set outcome = 'refused' where seq = 4").await;
    assert!(trail.findings().await.iter().any(|finding| finding.contains(&id.to_string())), "the row is named by its id");
}

#[tokio::test]
async fn a_chain_computed_anew_does_not_fit_the_heads() {
    let trail = Trail::new().await;
    trail.write(&trail.sealer(0), &[3, 2]).await;
    // Somebody alters a row and seals everything again, as well as the server could, but for the key.
    let honest = trail.dir.path().join("copy.jsonl");
    std::fs::copy(trail.heads(), &honest).unwrap();
    trail.by_hand("update audit_log set kind = 'sign_in', seq = null, hash = null; update audit_log set seq = null, hash = null; truncate audit_heads").await;
    let forged = HeadFile::new(trail.dir.path().join("forged.jsonl"));
    let around = (trail.clock(), Metrics::new());
    let forger = Sealer::open(trail.store.clone(), around, trail.key("forger.key"), Some(forged.clone()), 0).unwrap();
    forger.seal().await.unwrap();
    trail.advance_s(120);

    let by_forgers_key = trail.check_by(forged.path(), trail.key("forger.key").public()).await;
    assert!(by_forgers_key.findings.is_empty(), "by itself the forgery is perfect: {:#?}", by_forgers_key.findings);
    let findings = trail.findings().await;
    for expected in
        ["the head at seq 5 in the database is signed by the unknown key", "the head at seq 5 in the head file does not fit"]
    {
        assert!(findings.iter().any(|finding| finding.contains(expected)), "{expected}: {findings:#?}");
    }
    // Even with the key: what is outside stays as it was.
    trail.by_hand("update audit_log set seq = null, hash = null; truncate audit_heads").await;
    let around = (trail.clock(), Metrics::new());
    let thief = Sealer::open(trail.store.clone(), around, trail.key("audit.key"), None, 0).unwrap();
    thief.seal().await.unwrap();
    let findings = trail.check_by(&honest, trail.key("audit.key").public()).await.findings;
    assert!(
        findings.iter().any(|finding| finding.to_string().contains("at seq 5 in the head file does not fit")),
        "{findings:#?}"
    );
}

#[tokio::test]
async fn an_end_cut_off_leaves_a_gap_that_later_rows_do_not_close() {
    let trail = Trail::new().await;
    trail.write(&trail.sealer(0), &[3, 2]).await;
    trail.by_hand("delete from audit_log where seq > 3; delete from audit_heads where seq > 3").await;
    // A server that was running, and one that starts: both know better than the database.
    trail.write(&trail.sealer(0), &[2]).await;
    trail.advance_s(120);
    let findings = trail.findings().await;
    assert!(findings.iter().any(|finding| finding.contains("rows seq 4 to 5 are missing")), "{findings:#?}");
    assert_eq!(trail.check().await.to_seq, 7);
}

#[tokio::test]
async fn lines_taken_from_the_head_file_are_missed() {
    let trail = Trail::new().await;
    trail.write(&trail.sealer(0), &[1, 1, 1, 1]).await;
    trail.advance_s(120);
    let lines: Vec<String> = std::fs::read_to_string(trail.heads()).unwrap().lines().map(str::to_owned).collect();
    let check = async |keep: &[usize], expected: &[&str]| {
        let text: String = keep.iter().map(|index| format!("{}\n", lines[*index])).collect();
        std::fs::write(trail.heads(), text).unwrap();
        let findings = trail.findings().await;
        for expected in expected {
            assert!(findings.iter().any(|finding| finding.contains(expected)), "{keep:?} {expected}: {findings:#?}");
        }
        assert_eq!(findings.is_empty(), expected.is_empty(), "{keep:?} {findings:#?}");
    };
    check(&[0, 1, 2, 3], &[]).await;
    check(&[0, 1, 1, 2, 3], &[]).await;
    check(&[0, 2, 3], &["the heads at seq 1 and 3 in the head file do not join"]).await;
    check(&[0, 1, 2], &["the head at seq 4 is in the database but not in the head file"]).await;
    check(&[], &["the head at seq 1 is in the database but not in the head file"]).await;
    let altered = lines[1].replace("\"rows\":1", "\"rows\":2");
    std::fs::write(trail.heads(), format!("{}\n{altered}\n{}\n{}\n", lines[0], lines[2], lines[3])).unwrap();
    assert!(trail.findings().await.contains(&"the head at seq 2 in the head file has a wrong signature".to_owned()));
}

#[tokio::test]
async fn heads_that_a_crash_kept_from_the_file_are_written_at_the_next_start() {
    let trail = Trail::new().await;
    trail.write(&trail.sealer(0), &[2, 2]).await;
    let all = std::fs::read_to_string(trail.heads()).unwrap();
    std::fs::write(trail.heads(), all.lines().next().unwrap()).unwrap();
    trail.sealer(0).seal().await.unwrap();
    trail.advance_s(120);
    assert!(trail.findings().await.is_empty());
    assert_eq!(std::fs::read_to_string(trail.heads()).unwrap(), all);
}

#[tokio::test]
async fn rows_that_nobody_seals_are_a_finding_after_a_minute() {
    let trail = Trail::new().await;
    let act = Act::new(trail.clock().now(), Actor::Nobody, ActKind::SignInRefused).ended(Outcome::Refused);
    trail.store.audit(act).await.unwrap();
    assert!(trail.findings().await.is_empty());
    trail.advance_s(61);
    let findings = trail.findings().await;
    assert!(findings.len() == 1 && findings[0].starts_with("1 rows are older than a minute and not sealed"), "{findings:#?}");
}

#[tokio::test]
async fn old_rows_go_behind_a_signed_checkpoint_and_only_if_all_is_well() {
    let trail = Trail::new().await;
    trail.write(&trail.sealer(0), &[3, 2]).await;
    trail.advance_s(40 * 86_400);
    trail.write(&trail.sealer(0), &[2]).await;
    trail.by_hand("update audit_log set outcome = 'failed' where seq = 2").await;
    let refused = trail.sealer(30).forget().await;
    assert!(matches!(refused, Err(SealError::Tampered(1))), "evidence is not thrown away: {refused:?}");
    trail.by_hand("update audit_log set outcome = 'done' where seq = 2").await;

    let sealer = trail.sealer(30);
    assert_eq!(sealer.forget().await.unwrap(), 5);
    assert_eq!(sealer.forget().await.unwrap(), 0);
    sealer.seal().await.unwrap();
    trail.advance_s(120);
    let report = trail.check().await;
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
    assert_eq!((report.from_seq, report.to_seq, report.rows), (5, 8, 3), "the run itself is in the trail");

    // Everything old enough, the newest row too: the chain goes on after the checkpoint.
    trail.advance_s(40 * 86_400);
    let sealer = trail.sealer(30);
    assert_eq!(sealer.forget().await.unwrap(), 3);
    trail.write(&trail.sealer(30), &[2]).await;
    trail.advance_s(120);
    let report = trail.check().await;
    assert!(report.findings.is_empty(), "{:#?}", report.findings);

    trail
        .by_hand(
            "insert into audit_log (id, at, actor_kind, kind, outcome, seq, hash)
        values (gen_random_uuid(), now(), 'nobody', 'sign_in', 'done', 2, sha256('x'))",
        )
        .await;
    assert!(trail.findings().await[0].contains("1 rows have seq 8 or less"));
    trail.by_hand("delete from audit_log where seq = 2; delete from audit_heads where is_checkpoint").await;
    let findings = trail.findings().await;
    assert!(
        findings.iter().any(|finding| finding.contains("the head at seq 8 is in the head file but not in the database")),
        "{findings:#?}"
    );
}

#[tokio::test]
async fn the_trail_is_only_added_to_and_read_in_pages() {
    let trail = Trail::new().await;
    trail.write(&trail.sealer(0), &[5]).await;
    let mut connection = PgConnection::connect(&trail.url).await.unwrap();
    for sql in [
        "update audit_log set kind = 'sign_in' where seq = 1",
        "update audit_log set seq = null, hash = null where seq = 1",
        "delete from audit_log where seq = 1",
        "truncate audit_log",
        "delete from audit_heads",
        "update audit_heads set rows = 1",
        "select audit_forget(5)",
    ] {
        assert!(connection.execute(sql).await.is_err(), "{sql}");
    }
    let act = Act::new(trail.clock().now(), Actor::Nobody, ActKind::AccessRefused).ended(Outcome::Refused);
    trail.store.audit(act).await.unwrap();

    let list = async |filter: AuditFilter| trail.store.audit_entries(auditors(), filter, None, 100).await.unwrap();
    assert_eq!(list(AuditFilter::default()).await.len(), 6);
    assert_eq!(list(AuditFilter { kind: Some(ActKind::AccessRefused), ..AuditFilter::default() }).await.len(), 1);
    assert_eq!(list(AuditFilter { outcome: Some(Outcome::Done), ..AuditFilter::default() }).await.len(), 5);
    let user = Uuid::from_u128(3);
    let by_id = list(AuditFilter { actor: Some(ActorFilter::Id(user)), ..AuditFilter::default() }).await;
    assert_eq!(by_id.len(), 1);
    assert_eq!(by_id[0].after, Some(json!({"role": "manager", "n": 3})));
    let object =
        AuditFilter { object_kind: Some("user".to_owned()), object_id: Some(user.to_string()), ..AuditFilter::default() };
    assert_eq!(list(object).await, by_id);
    let nobody = AuditFilter { actor: Some(ActorFilter::Kind("nobody".to_owned())), ..AuditFilter::default() };
    assert_eq!(list(nobody).await.len(), 1);
    let later = AuditFilter { from: Some(trail.clock().now()), ..AuditFilter::default() };
    assert_eq!(list(later).await.len(), 1);

    let mut seen = Vec::new();
    while let Some(page) =
        Some(trail.store.audit_entries(auditors(), AuditFilter::default(), seen.last().copied(), 4).await.unwrap())
            .filter(|page| !page.is_empty())
    {
        seen.extend(page.iter().map(|entry| entry.id));
    }
    assert_eq!(seen.len(), 6);
    assert!(seen.is_sorted_by(|a, b| a > b), "newest first, nothing twice");
}
