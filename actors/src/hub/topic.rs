//! A topic's rows with their revisions. Knows no console and no socket: it answers "everything in this view", "everything since
//! revision r", and, tick by tick, "what changed now", encoded once per map tile and way of seeing it. Who sees what is the `Sight` of
//! whoever asks: all rows to the metre, all rows in coarse places, or row by row.
//!
//! The invariant: a console that applied every frame it was sent holds exactly the rows of its view. It needs `snapshot` and
//! `delta_since` to be asked between ticks only, when no change is pending (`has_changes`).

use bytestring::ByteString;
use salessync_engine::duty::Duty;
use salessync_engine::geo::tile::{Tile, TileRange, tile_of};
use salessync_engine::live::{Status, write_row};
use salessync_engine::sight::{Precision, Sight, coarse_fix};
use salessync_engine::track::Fix;
use salessync_engine::wire::live::Topic as TopicId;
use salessync_engine::{AgentId, Timestamp};
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

struct Row {
    fix: Fix,
    status: Status,
    duty: Duty,
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
    /// The rows in it, and those that left a tile, for whoever does not see all to the metre.
    rows: Vec<AgentId>,
    left: Vec<(AgentId, Tile)>,
    /// The same as `tiles`, in coarse places; made when the first asks.
    coarse: OnceCell<BTreeMap<Tile, Fragment>>,
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

    /// What a console must show to go on from a revision: it differs by how rows are seen, so that nobody goes on from what they saw
    /// otherwise.
    pub fn epoch_of(&self, sight: &Sight) -> String {
        match sight {
            Sight::All => self.epoch.clone(),
            Sight::Coarse => format!("{}~", self.epoch),
            Sight::Each(_) => String::new(),
        }
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

    /// Takes an agent's newest fix; shown with the next tick. Returns whether the row is new: its duty is yet to be said.
    pub fn put(&mut self, agent: AgentId, fix: Fix, now: Timestamp) -> bool {
        // A territory that was rebuilt may be sent a row twice, the older one last.
        self.rows.get(&agent).is_none_or(|row| row.fix < fix) && self.put_back(agent, fix, now)
    }

    /// Takes an agent's fix, whatever was shown before. Returns whether the row is new.
    pub fn put_back(&mut self, agent: AgentId, fix: Fix, now: Timestamp) -> bool {
        let (tile, status) = (tile_of(fix.point()), Status::of(&fix, now));
        self.changed.insert(agent);
        match self.rows.get_mut(&agent) {
            Some(row) => {
                (row.fix, row.status, row.tile) = (fix, status, tile);
                false
            }
            None => {
                self.rows.insert(agent, Row { fix, status, duty: Duty::On, tile, shown_in: None, rev: 0 });
                true
            }
        }
    }

    /// Notes how an agent's duty stands, where it has a row.
    pub fn set_duty(&mut self, agent: AgentId, duty: Duty) {
        if let Some(row) = self.rows.get_mut(&agent).filter(|row| row.duty != duty) {
            row.duty = duty;
            self.changed.insert(agent);
        }
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
        let (mut rows, mut left_tiles) = (Vec::with_capacity(self.changed.len()), Vec::new());
        for (agent, tile) in self.removed.drain(..) {
            tiles.entry(tile).or_default().put_gone(agent);
            left_tiles.push((agent, tile));
            self.tombstones.push_back(Tombstone { rev: self.rev, agent, tile });
        }
        for agent in self.changed.drain() {
            let Some(row) = self.rows.get_mut(&agent) else { continue };
            row.rev = self.rev;
            if let Some(left) = row.shown_in.filter(|tile| *tile != row.tile) {
                tiles.entry(left).or_default().put_gone(agent);
                left_tiles.push((agent, left));
                self.tombstones.push_back(Tombstone { rev: self.rev, agent, tile: left });
            }
            row.shown_in = Some(row.tile);
            tiles.entry(row.tile).or_default().put_row(agent, &row.fix, row);
            rows.push(agent);
        }
        while self.tombstones.front().is_some_and(|tombstone| tombstone.rev + self.resume_revisions <= self.rev) {
            self.tombstones.pop_front();
        }
        Some(Tick { rev: self.rev, tiles, rows, left: left_tiles, coarse: OnceCell::new() })
    }

    /// Everything in `view` that is not in `except` (what the console has already).
    pub fn snapshot(&self, sight: &Sight, view: &TileRange, except: Option<&TileRange>) -> ByteString {
        let mut rows = Vec::new();
        for (agent, row) in &self.rows {
            if view.contains(row.tile) && !except.is_some_and(|seen| seen.contains(row.tile)) {
                self.put_seen(&mut rows, sight, *agent, row);
            }
        }
        let head = format!(
            r#"{{"type":"snapshot","topic":"{}","epoch":"{}","rev":{},"partial":{},"rows":["#,
            self.id,
            self.epoch_of(sight),
            self.rev,
            except.is_some()
        );
        assemble(&[head.as_bytes(), &rows, b"]}"])
    }

    /// Everything in `view` that changed after `since`.
    pub fn delta_since(&self, sight: &Sight, since: u64, view: &TileRange) -> Result<ByteString, CannotResume> {
        if since > self.rev {
            return Err(CannotResume::UnknownRevision);
        }
        if since + self.resume_revisions <= self.rev {
            return Err(CannotResume::TooOld);
        }
        let (mut rows, mut gone) = (Vec::new(), Vec::new());
        for (agent, row) in self.rows.iter().filter(|(_, row)| row.rev > since && view.contains(row.tile)) {
            self.put_seen(&mut rows, sight, *agent, row);
        }
        let mut told = HashSet::new();
        for tombstone in self.tombstones.iter().filter(|t| t.rev > since && view.contains(t.tile)) {
            if self.sees(sight, tombstone.agent).is_some() && told.insert(tombstone.agent) {
                put_separated(&mut gone, |out| put_id(out, tombstone.agent));
            }
        }
        Ok(self.delta_frame(since, self.rev, &gone, &rows))
    }

    /// The frame of a tick for one view; None when nothing changed in it.
    pub fn delta(&self, tick: &Tick, sight: &Sight, since: u64, view: &TileRange) -> Option<ByteString> {
        let (mut rows, mut gone) = (Vec::new(), Vec::new());
        let mut put_tiles = |tiles: &BTreeMap<Tile, Fragment>| {
            for (_, fragment) in tiles.iter().filter(|(tile, _)| view.contains(**tile)) {
                put_separated_if_any(&mut rows, &fragment.rows);
                put_separated_if_any(&mut gone, &fragment.gone);
            }
        };
        match sight {
            Sight::All => put_tiles(&tick.tiles),
            Sight::Coarse => put_tiles(tick.coarse.get_or_init(|| self.coarse_tiles(tick))),
            Sight::Each(_) => {
                for agent in &tick.rows {
                    if let Some(row) = self.rows.get(agent).filter(|row| view.contains(row.tile)) {
                        self.put_seen(&mut rows, sight, *agent, row);
                    }
                }
                for (agent, _) in
                    tick.left.iter().filter(|(agent, tile)| view.contains(*tile) && self.sees(sight, *agent).is_some())
                {
                    put_separated(&mut gone, |out| put_id(out, *agent));
                }
            }
        }
        if rows.is_empty() && gone.is_empty() { None } else { Some(self.delta_frame(since, tick.rev, &gone, &rows)) }
    }

    fn coarse_tiles(&self, tick: &Tick) -> BTreeMap<Tile, Fragment> {
        let mut tiles = BTreeMap::<Tile, Fragment>::new();
        for (agent, tile) in &tick.left {
            tiles.entry(*tile).or_default().put_gone(*agent);
        }
        for agent in &tick.rows {
            if let Some(row) = self.rows.get(agent) {
                tiles.entry(row.tile).or_default().put_row(*agent, &coarse_fix(&row.fix), row);
            }
        }
        tiles
    }

    /// How an agent is seen; None: not at all.
    fn sees(&self, sight: &Sight, agent: AgentId) -> Option<Precision> {
        match sight {
            Sight::All => Some(Precision::Precise),
            Sight::Coarse => Some(Precision::Coarse),
            Sight::Each(sieve) => {
                let TopicId::Territory(territory) = self.id;
                sieve.see(agent, territory)
            }
        }
    }

    fn put_seen(&self, out: &mut Vec<u8>, sight: &Sight, agent: AgentId, row: &Row) {
        match self.sees(sight, agent) {
            None => {}
            Some(Precision::Precise) => put_separated(out, |out| write_row(out, agent, &row.fix, row.status, row.duty)),
            Some(Precision::Coarse) => {
                put_separated(out, |out| write_row(out, agent, &coarse_fix(&row.fix), row.status, row.duty));
            }
        }
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
    fn put_row(&mut self, agent: AgentId, fix: &Fix, row: &Row) {
        put_separated(&mut self.rows, |out| write_row(out, agent, fix, row.status, row.duty));
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
                console.apply(&topic.snapshot(&Sight::All, view, None));
            }
            for second in 1..200 {
                for _ in 0..next(4) {
                    let id = agent(next(12));
                    match next(10) {
                        0 => topic.remove(id),
                        _ => drop(topic.put(id, fix(second, next(100) as f64 / 100.0), now())),
                    }
                }
                let Some(tick) = topic.tick() else { continue };
                for (index, (view, console)) in consoles.iter_mut().enumerate() {
                    if index == 2 && next(3) > 0 {
                        continue; // behind: catches up below with one delta
                    }
                    let frame = if console.rev + 1 == tick.rev || index < 2 {
                        topic.delta(&tick, &Sight::All, console.rev, view)
                    } else {
                        match topic.delta_since(&Sight::All, console.rev, view) {
                            Ok(frame) => Some(frame),
                            Err(CannotResume::TooOld) => Some(topic.snapshot(&Sight::All, view, None)),
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
        assert!(topic.delta_since(&Sight::All, 10, &all).is_ok());
        assert!(topic.delta_since(&Sight::All, 8, &all).is_ok());
        assert_eq!(topic.delta_since(&Sight::All, 7, &all), Err(CannotResume::TooOld));
        assert_eq!(topic.delta_since(&Sight::All, 11, &all), Err(CannotResume::UnknownRevision));
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
        let frame = topic.delta(&tick, &Sight::All, 1, &TileRange::everywhere()).unwrap();
        assert!(frame.contains(r#""status":"stale""#));
    }

    /// Whoever sees some rows only, or none to the metre, is told of no other row and no other place, in no frame.
    #[test]
    fn a_sight_holds_in_every_frame() {
        use salessync_engine::access::{Action, BuiltIn, Grants, Module};
        use salessync_engine::sight::Sieve;
        use std::sync::Arc;
        let grants = Grants {
            permissions: BuiltIn::find("manager").unwrap().permissions(),
            team: Arc::new(HashSet::from([agent(1), agent(2)])),
            ..Grants::default()
        };
        let seen = grants.scope(Module::Positions, Action::Read).unwrap();
        let each = Sight::Each(Box::new(Sieve { seen, precise: None }));
        let all = TileRange::everywhere();
        let (mut led, mut coarse) = (Console::default(), Console::default());
        let mut topic = Topic::new(TopicId::Territory(None), "e".to_owned(), 50);
        let mut texts = Vec::new();
        led.apply(&topic.snapshot(&each, &all, None));
        coarse.apply(&topic.snapshot(&Sight::Coarse, &all, None));
        for second in 1..20 {
            for n in 1..=4 {
                topic.put(agent(n), fix(second, 0.123_456_7 + second as f64 / 100.0), now());
            }
            if second % 5 == 0 {
                topic.remove(agent(2));
                topic.remove(agent(3));
            }
            let Some(tick) = topic.tick() else { continue };
            if let Some(frame) = topic.delta(&tick, &each, led.rev, &all) {
                led.apply(&frame);
                texts.push(frame);
            }
            if let Some(frame) = topic.delta(&tick, &Sight::Coarse, coarse.rev, &all) {
                coarse.apply(&frame);
                assert!(!frame.contains("3456"), "a precise place: {frame}");
            }
            let truth = truth(&topic, &all);
            assert_eq!(coarse.rows, truth);
            assert_eq!(led.rows, truth.into_iter().filter(|(id, _)| *id == agent(1) || *id == agent(2)).collect());
        }
        texts.push(topic.snapshot(&each, &all, None));
        texts.push(topic.delta_since(&each, 1, &all).unwrap());
        for text in texts {
            let others = [agent(3), agent(4)].map(|other| text.contains(&other.to_string()));
            assert_eq!((others, text.contains("3456")), ([false, false], false), "{text}");
        }
    }
}
