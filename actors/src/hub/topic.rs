//! A topic's rows with their revisions. Knows no console and no socket: it answers "everything in this view", "everything since
//! revision r", and, tick by tick, "what changed now", encoded once per map tile.
//!
//! The invariant: a console that applied every frame it was sent holds exactly the rows of its view. It needs `snapshot` and
//! `delta_since` to be asked between ticks only, when no change is pending (`has_changes`).

use bytestring::ByteString;
use salessync_engine::geo::tile::{Tile, TileRange, tile_of};
use salessync_engine::live::{Status, write_row};
use salessync_engine::track::Fix;
use salessync_engine::wire::live::Topic as TopicId;
use salessync_engine::{AgentId, Timestamp};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

struct Row {
    fix: Fix,
    status: Status,
    tile: Tile,
    /// Tile the consoles know the row in; None before its first tick.
    shown_in: Option<Tile>,
    rev: u64,
}

/// A row that left a tile, for those who resume.
struct Tombstone {
    rev: u64,
    agent: AgentId,
    tile: Tile,
}

/// What is shown of one territory.
pub struct Topic {
    id: TopicId,
    epoch: String,
    rev: u64,
    rows: HashMap<AgentId, Row>,
    changed: HashSet<AgentId>,
    /// Rows removed since the last tick, with the tile they were shown in.
    removed: Vec<(AgentId, Tile)>,
    tombstones: VecDeque<Tombstone>,
    resume_revisions: u64,
}

/// What one tick changed, by tile.
pub struct Tick {
    pub rev: u64,
    tiles: BTreeMap<Tile, Fragment>,
}

#[derive(Default)]
struct Fragment {
    rows: Vec<u8>,
    gone: Vec<u8>,
}

/// Why a console cannot go on from where it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CannotResume {
    TooOld,
    UnknownRevision,
}

impl Topic {
    pub fn new(id: TopicId, epoch: String, resume_revisions: u64) -> Self {
        Self {
            id,
            epoch,
            rev: 0,
            rows: HashMap::new(),
            changed: HashSet::new(),
            removed: Vec::new(),
            tombstones: VecDeque::new(),
            resume_revisions,
        }
    }

    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    pub fn rev(&self) -> u64 {
        self.rev
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn has_changes(&self) -> bool {
        !self.changed.is_empty() || !self.removed.is_empty()
    }

    /// Takes an agent's newest fix; shown with the next tick.
    pub fn put(&mut self, agent: AgentId, fix: Fix, now: Timestamp) {
        // A territory that was rebuilt may be sent a row twice, the older one last.
        if self.rows.get(&agent).is_none_or(|row| row.fix < fix) {
            self.put_back(agent, fix, now);
        }
    }

    /// Takes an agent's fix, whatever was shown before.
    pub fn put_back(&mut self, agent: AgentId, fix: Fix, now: Timestamp) {
        let (tile, status) = (tile_of(fix.point()), Status::of(&fix, now));
        match self.rows.get_mut(&agent) {
            Some(row) => (row.fix, row.status, row.tile) = (fix, status, tile),
            None => {
                self.rows.insert(agent, Row { fix, status, tile, shown_in: None, rev: 0 });
            }
        }
        self.changed.insert(agent);
    }

    /// Takes an agent out; gone with the next tick.
    pub fn remove(&mut self, agent: AgentId) {
        self.changed.remove(&agent);
        if let Some(tile) = self.rows.remove(&agent).and_then(|row| row.shown_in) {
            self.removed.push((agent, tile));
        }
        // A row that no tick has shown yet is known to nobody.
    }

    /// Looks which rows have changed their status by growing old.
    pub fn age(&mut self, now: Timestamp) {
        for (agent, row) in &mut self.rows {
            let status = Status::of(&row.fix, now);
            if status != row.status {
                row.status = status;
                self.changed.insert(*agent);
            }
        }
    }

    /// Closes the tick: one more revision, its changes encoded by tile. None when nothing changed.
    pub fn tick(&mut self) -> Option<Tick> {
        if !self.has_changes() {
            return None;
        }
        self.rev += 1;
        let mut tiles = BTreeMap::<Tile, Fragment>::new();
        for (agent, tile) in self.removed.drain(..) {
            tiles.entry(tile).or_default().put_gone(agent);
            self.tombstones.push_back(Tombstone { rev: self.rev, agent, tile });
        }
        for agent in self.changed.drain() {
            let Some(row) = self.rows.get_mut(&agent) else { continue };
            row.rev = self.rev;
            if let Some(left) = row.shown_in.filter(|tile| *tile != row.tile) {
                tiles.entry(left).or_default().put_gone(agent);
                self.tombstones.push_back(Tombstone { rev: self.rev, agent, tile: left });
            }
            row.shown_in = Some(row.tile);
            tiles.entry(row.tile).or_default().put_row(agent, row);
        }
        while self.tombstones.front().is_some_and(|tombstone| tombstone.rev + self.resume_revisions <= self.rev) {
            self.tombstones.pop_front();
        }
        Some(Tick { rev: self.rev, tiles })
    }

    /// Everything in `view` that is not in `except` (what the console has already).
    pub fn snapshot(&self, view: &TileRange, except: Option<&TileRange>) -> ByteString {
        let mut rows = Vec::new();
        for (agent, row) in &self.rows {
            if view.contains(row.tile) && !except.is_some_and(|seen| seen.contains(row.tile)) {
                put_separated(&mut rows, |out| write_row(out, *agent, &row.fix, row.status));
            }
        }
        let head = format!(
            r#"{{"type":"snapshot","topic":"{}","epoch":"{}","rev":{},"partial":{},"rows":["#,
            self.id,
            self.epoch,
            self.rev,
            except.is_some()
        );
        assemble(&[head.as_bytes(), &rows, b"]}"])
    }

    /// Everything in `view` that changed after `since`.
    pub fn delta_since(&self, since: u64, view: &TileRange) -> Result<ByteString, CannotResume> {
        if since > self.rev {
            return Err(CannotResume::UnknownRevision);
        }
        if since + self.resume_revisions <= self.rev {
            return Err(CannotResume::TooOld);
        }
        let (mut rows, mut gone) = (Vec::new(), Vec::new());
        for (agent, row) in self.rows.iter().filter(|(_, row)| row.rev > since && view.contains(row.tile)) {
            put_separated(&mut rows, |out| write_row(out, *agent, &row.fix, row.status));
        }
        let mut told = HashSet::new();
        for tombstone in self.tombstones.iter().filter(|t| t.rev > since && view.contains(t.tile)) {
            if told.insert(tombstone.agent) {
                put_separated(&mut gone, |out| put_id(out, tombstone.agent));
            }
        }
        Ok(self.delta_frame(since, self.rev, &gone, &rows))
    }

    /// The frame of a tick for one view; None when nothing changed in it.
    pub fn delta(&self, tick: &Tick, since: u64, view: &TileRange) -> Option<ByteString> {
        let (mut rows, mut gone) = (Vec::new(), Vec::new());
        for (_, fragment) in tick.tiles.iter().filter(|(tile, _)| view.contains(**tile)) {
            put_separated_if_any(&mut rows, &fragment.rows);
            put_separated_if_any(&mut gone, &fragment.gone);
        }
        if rows.is_empty() && gone.is_empty() { None } else { Some(self.delta_frame(since, tick.rev, &gone, &rows)) }
    }

    fn delta_frame(&self, since: u64, rev: u64, gone: &[u8], rows: &[u8]) -> ByteString {
        let head = format!(r#"{{"type":"delta","topic":"{}","since":{since},"rev":{rev},"gone":["#, self.id);
        assemble(&[head.as_bytes(), gone, br#"],"rows":["#, rows, b"]}"])
    }
}

impl Tick {
    /// Rows encoded in this tick, for metrics: each once, however many consoles see it.
    pub fn tiles(&self) -> usize {
        self.tiles.len()
    }
}

impl Fragment {
    fn put_row(&mut self, agent: AgentId, row: &Row) {
        put_separated(&mut self.rows, |out| write_row(out, agent, &row.fix, row.status));
    }

    fn put_gone(&mut self, agent: AgentId) {
        put_separated(&mut self.gone, |out| put_id(out, agent));
    }
}

fn put_id(out: &mut Vec<u8>, agent: AgentId) {
    out.push(b'"');
    out.extend_from_slice(agent.0.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()).as_bytes());
    out.push(b'"');
}

fn put_separated(out: &mut Vec<u8>, put: impl FnOnce(&mut Vec<u8>)) {
    if !out.is_empty() {
        out.push(b',');
    }
    put(out);
}

fn put_separated_if_any(out: &mut Vec<u8>, part: &[u8]) {
    if !part.is_empty() {
        put_separated(out, |out| out.extend_from_slice(part));
    }
}

fn assemble(parts: &[&[u8]]) -> ByteString {
    let text = parts.concat();
    ByteString::try_from(text).expect("rows and heads are ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;
    use salessync_engine::track::RawFix;
    use salessync_engine::wire::live::ServerFrame;
    use std::collections::BTreeMap;

    /// A console's side: applies frames as docs/PROTOCOL.md says and notices gaps.
    #[derive(Default)]
    struct Console {
        rev: u64,
        rows: BTreeMap<AgentId, i64>,
    }

    impl Console {
        fn apply(&mut self, text: &str) {
            match serde_json::from_str(text).unwrap() {
                ServerFrame::Snapshot { rev, partial, rows, .. } => {
                    if !partial {
                        self.rows.clear();
                    }
                    self.rows.extend(rows.iter().map(|row| (row.agent, row.at)));
                    self.rev = rev;
                }
                ServerFrame::Delta { since, rev, gone, rows, .. } => {
                    assert_eq!(since, self.rev, "a gap");
                    for agent in &gone {
                        self.rows.remove(agent);
                    }
                    self.rows.extend(rows.iter().map(|row| (row.agent, row.at)));
                    self.rev = rev;
                }
                other => panic!("{other:?}"),
            }
        }
    }

    fn agent(n: u64) -> AgentId {
        AgentId(uuid::Uuid::from_u128(u128::from(n)))
    }

    fn fix(second: i64, lon: f64) -> Fix {
        let recorded_at = Timestamp::parse("2026-11-23T08:00:00Z").unwrap().plus_s(second);
        Fix::new(&RawFix { recorded_at, lat: 50.0, lon, ..RawFix::default() }).unwrap()
    }

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-23T08:00:00Z").unwrap()
    }

    fn truth(topic: &Topic, view: &TileRange) -> BTreeMap<AgentId, i64> {
        let visible = topic.rows.iter().filter(|(_, row)| view.contains(row.tile));
        visible.map(|(agent, row)| (*agent, row.fix.recorded_at().ms())).collect()
    }

    /// Random walks over several tiles: consoles that follow every tick, skip some (coalesced), or resume, hold what the server holds.
    #[test]
    fn every_console_holds_exactly_its_view() {
        use salessync_engine::geo::Bounds;
        let all = TileRange::everywhere();
        let west = TileRange::of(&Bounds { south: 49.9, west: 0.0, north: 50.1, east: 0.5 });
        for seed in 0..50u64 {
            let mut random = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
            let mut next = |n: u64| {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                random % n
            };
            let mut topic = Topic::new(TopicId::Territory(None), "e".to_owned(), 20);
            let mut consoles = [(all, Console::default()), (west, Console::default()), (west, Console::default())];
            for (view, console) in &mut consoles {
                console.apply(&topic.snapshot(view, None));
            }
            for second in 1..200 {
                for _ in 0..next(4) {
                    let id = agent(next(12));
                    match next(10) {
                        0 => topic.remove(id),
                        _ => topic.put(id, fix(second, next(100) as f64 / 100.0), now()),
                    }
                }
                let Some(tick) = topic.tick() else { continue };
                for (index, (view, console)) in consoles.iter_mut().enumerate() {
                    if index == 2 && next(3) > 0 {
                        continue; // behind: catches up below with one delta
                    }
                    let frame = if console.rev + 1 == tick.rev || index < 2 {
                        topic.delta(&tick, console.rev, view)
                    } else {
                        match topic.delta_since(console.rev, view) {
                            Ok(frame) => Some(frame),
                            Err(CannotResume::TooOld) => Some(topic.snapshot(view, None)),
                            Err(other) => panic!("seed {seed}: {other:?}"),
                        }
                    };
                    if let Some(frame) = frame {
                        console.apply(&frame);
                        assert_eq!(console.rows, truth(&topic, view), "seed {seed}, console {index}, second {second}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_resume_from_too_far_back_or_from_the_future_is_refused() {
        let mut topic = Topic::new(TopicId::Territory(None), "e".to_owned(), 3);
        for second in 0..10 {
            topic.put(agent(1), fix(second, 0.0), now());
            topic.tick();
        }
        let all = TileRange::everywhere();
        assert!(topic.delta_since(10, &all).is_ok());
        assert!(topic.delta_since(8, &all).is_ok());
        assert_eq!(topic.delta_since(7, &all), Err(CannotResume::TooOld));
        assert_eq!(topic.delta_since(11, &all), Err(CannotResume::UnknownRevision));
    }

    #[test]
    fn an_older_fix_changes_nothing() {
        let mut topic = Topic::new(TopicId::Territory(None), "e".to_owned(), 3);
        topic.put(agent(1), fix(10, 0.0), now());
        topic.tick();
        topic.put(agent(1), fix(5, 0.9), now());
        assert!(topic.tick().is_none());
    }

    #[test]
    fn growing_old_is_a_change() {
        let mut topic = Topic::new(TopicId::Territory(None), "e".to_owned(), 3);
        topic.put(agent(1), fix(0, 0.0), now());
        topic.tick();
        topic.age(now().plus_s(299));
        assert!(topic.tick().is_none());
        topic.age(now().plus_s(301));
        let tick = topic.tick().unwrap();
        let frame = topic.delta(&tick, 1, &TileRange::everywhere()).unwrap();
        assert!(frame.contains(r#""status":"stale""#));
    }
}
