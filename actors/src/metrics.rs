//! Every metric of this crate, units in the name. Labels are small closed sets, never ids.

use prometheus::{Gauge, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};

/// Handles to the metrics; cloned freely.
#[derive(Clone)]
pub struct Metrics {
    pub registry: Registry,
    pub fixes: IntCounterVec,
    pub frames_busy: IntCounterVec,
    pub journal_commit_seconds: Histogram,
    pub journal_fixes: IntCounter,
    pub journal_rows: IntCounter,
    pub journal_failures: IntCounter,
    pub journal_waiting_fixes: IntGauge,
    pub actors_awake: IntGaugeVec,
    pub actors_halted: IntGaugeVec,
    pub actor_restarts: IntCounterVec,
    pub agent_wakes: IntCounter,
    pub agent_passivations: IntCounter,
    pub agent_rederivations: IntCounter,
    pub compacted_fixes: IntCounter,
    pub compaction_seconds: Histogram,
    pub snapshots: IntCounter,
    pub snapshot_round_seconds: Histogram,
    pub live_sessions: IntGauge,
    pub live_deltas: IntCounter,
    pub live_rows: IntCounter,
    pub live_coalesced: IntCounter,
    pub live_tick_late_seconds: Histogram,
    pub partitions_ahead_days: Gauge,
    pub partitions_dropped: IntCounter,
    pub task_failures: IntCounterVec,
    pub audit_failures: IntCounter,
    pub audit_rows_sealed: IntCounter,
    pub audit_findings: IntGauge,
    pub plan_changes: IntCounterVec,
    pub plan_commits_at_once: IntCounter,
    pub plan_refusals: IntCounterVec,
    pub plan_commit_seconds: Histogram,
    pub plan_search_seconds: Histogram,
    pub dispatch_steps: IntCounterVec,
    pub visit_days_derived: IntCounter,
    pub visits_amended: IntCounter,
    pub travel_answers: IntCounterVec,
    pub travel_fallbacks: IntCounter,
    pub travel_remote_failures: IntCounter,
    pub travel_remote_seconds: Histogram,
    pub travel_map_loaded: IntGauge,
    pub travel_metric_version: IntGauge,
    pub travel_learned_lanes: IntCounter,
}

const SECONDS: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Registers everything in a registry of its own, so that several systems can live in one process.
    pub fn new() -> Self {
        let registry = Registry::new();
        let kinds = |name: &str, help: &str, label: &str| {
            let metric = IntCounterVec::new(Opts::new(name, help), &[label]).expect("a valid metric name");
            registry.register(Box::new(metric.clone())).expect("each name is registered once");
            metric
        };
        let gauges = |name: &str, help: &str, label: &str| {
            let metric = IntGaugeVec::new(Opts::new(name, help), &[label]).expect("a valid metric name");
            registry.register(Box::new(metric.clone())).expect("each name is registered once");
            metric
        };
        let counter = |name: &str, help: &str| {
            let metric = IntCounter::new(name, help).expect("a valid metric name");
            registry.register(Box::new(metric.clone())).expect("each name is registered once");
            metric
        };
        let gauge = |name: &str, help: &str| {
            let metric = IntGauge::new(name, help).expect("a valid metric name");
            registry.register(Box::new(metric.clone())).expect("each name is registered once");
            metric
        };
        let seconds = |name: &str, help: &str| {
            let metric =
                Histogram::with_opts(HistogramOpts::new(name, help).buckets(SECONDS.to_vec())).expect("a valid metric name");
            registry.register(Box::new(metric.clone())).expect("each name is registered once");
            metric
        };
        let partitions_ahead_days =
            Gauge::new("salessync_partitions_ahead_days", "Days of track partitions made ahead").expect("a valid metric name");
        registry.register(Box::new(partitions_ahead_days.clone())).expect("each name is registered once");
        Self {
            fixes: kinds("salessync_fixes_total", "Committed fixes by what became of them", "outcome"),
            frames_busy: kinds("salessync_frames_busy_total", "Frames answered busy", "code"),
            journal_commit_seconds: seconds("salessync_journal_commit_seconds", "One commit of the journal"),
            journal_fixes: counter("salessync_journal_fixes_total", "Fixes made durable"),
            journal_rows: counter("salessync_journal_rows_total", "Journal rows written"),
            journal_failures: counter("salessync_journal_failures_total", "Commits that failed and were tried again"),
            journal_waiting_fixes: gauge("salessync_journal_waiting_fixes", "Fixes waiting for a commit or for their agent"),
            actors_awake: gauges("salessync_actors_awake", "Actors in memory", "kind"),
            actors_halted: gauges("salessync_actors_halted", "Actors past their restart bound", "kind"),
            actor_restarts: kinds("salessync_actor_restarts_total", "Actors rebuilt after a crash", "kind"),
            agent_wakes: counter("salessync_agent_wakes_total", "Agents woken from their snapshot"),
            agent_passivations: counter("salessync_agent_passivations_total", "Agents put to sleep"),
            agent_rederivations: counter(
                "salessync_agent_rederivations_total",
                "Days derived anew from the store for a late fix",
            ),
            compacted_fixes: counter("salessync_compacted_fixes_total", "Fixes moved from the journal to chunks"),
            compaction_seconds: seconds("salessync_compaction_seconds", "One pass of the compactor over one shard"),
            snapshots: counter("salessync_snapshots_total", "Agent snapshots written"),
            snapshot_round_seconds: seconds("salessync_snapshot_round_seconds", "One round of snapshots"),
            live_sessions: gauge("salessync_live_subscriptions", "Subscriptions of consoles to topics"),
            live_deltas: counter("salessync_live_deltas_total", "Deltas and snapshots sent to consoles"),
            live_rows: counter("salessync_live_rows_total", "Rows encoded for consoles"),
            live_coalesced: counter("salessync_live_coalesced_total", "Deltas held back because two were unacknowledged"),
            live_tick_late_seconds: seconds("salessync_live_tick_late_seconds", "How late a tick came"),
            partitions_ahead_days,
            partitions_dropped: counter("salessync_partitions_dropped_total", "Partitions dropped by retention or compaction"),
            audit_failures: counter("salessync_audit_failures_total", "Acts that could not be written to the audit trail"),
            audit_rows_sealed: counter("salessync_audit_rows_sealed_total", "Rows of the audit trail put into its chain"),
            audit_findings: gauge("salessync_audit_findings", "What did not fit when the audit trail was last looked at"),
            plan_changes: kinds("salessync_plan_changes_total", "Accepted changes of plans", "kind"),
            plan_commits_at_once: counter(
                "salessync_plan_commits_at_once_total",
                "Commits of a plan that were one statement, without holding visits before",
            ),
            plan_refusals: kinds("salessync_plan_refusals_total", "Changes of plans that were not accepted", "reason"),
            plan_commit_seconds: seconds("salessync_plan_commit_seconds", "One commit of a plan"),
            plan_search_seconds: seconds("salessync_plan_search_seconds", "One search for a better plan"),
            dispatch_steps: kinds("salessync_dispatch_steps_total", "Steps of dispatch jobs", "event"),
            visit_days_derived: counter(
                "salessync_visit_days_derived_total",
                "Days of agents whose visits were derived from the track",
            ),
            visits_amended: counter("salessync_visits_amended_total", "Visits that came out otherwise when they were derived"),
            travel_answers: kinds("salessync_travel_answers_total", "Travel times given, by where they are from", "source"),
            travel_fallbacks: counter(
                "salessync_travel_fallbacks_total",
                "Travel times that are not from where the settings say",
            ),
            travel_remote_failures: counter(
                "salessync_travel_remote_failures_total",
                "Questions a routing service did not answer",
            ),
            travel_remote_seconds: seconds("salessync_travel_remote_seconds", "One table of a routing service"),
            travel_map_loaded: gauge("salessync_travel_map_loaded", "1 when the map of the roads is loaded"),
            travel_metric_version: gauge("salessync_travel_metric_version", "How often speeds were learned since the start"),
            travel_learned_lanes: counter(
                "salessync_travel_learned_lanes_total",
                "Roads seen taken from end to end by our own agents",
            ),
            task_failures: kinds("salessync_task_failures_total", "Failed passes of background tasks", "task"),
            registry,
        }
    }
}
