//! A console: subscribes to topics, acknowledges, and holds what the server holds.

use super::socket::{self, Incoming, Refusal, Stream};
use salessync_engine::AgentId;
use salessync_engine::wire::live::{Channel, ClientFrame, ResumeToken, Row, ServerFrame, Topic};
use std::collections::{BTreeMap, HashMap};

/// What a console holds of its topics.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveMap {
    topics: BTreeMap<Topic, Held>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held {
    pub epoch: String,
    pub rev: u64,
    pub rows: HashMap<AgentId, Row>,
}

/// What the console has to do after a frame.
#[derive(Clone, PartialEq, Debug)]
pub enum Next {
    Nothing,
    Acknowledge {
        topic: Topic,
        rev: u64,
    },
    /// Something is missing: subscribe again, with `resume` of what is held (nothing, after a `resync`).
    SubscribeAgain {
        topic: Topic,
    },
}

impl LiveMap {
    pub fn held(&self, topic: Topic) -> Option<&Held> {
        self.topics.get(&topic)
    }

    pub fn resume(&self) -> BTreeMap<String, ResumeToken> {
        self.topics
            .iter()
            .map(|(topic, held)| (topic.to_string(), ResumeToken { epoch: held.epoch.clone(), rev: held.rev }))
            .collect()
    }

    /// Takes a frame in.
    pub fn apply(&mut self, frame: ServerFrame) -> Next {
        match frame {
            ServerFrame::Snapshot { topic, epoch, rev, partial, rows } => {
                let held = self.topics.entry(topic).or_default();
                if !partial {
                    held.rows.clear();
                }
                held.rows.extend(rows.into_iter().map(|row| (row.agent, row)));
                (held.epoch, held.rev) = (epoch, rev);
                Next::Acknowledge { topic, rev }
            }
            ServerFrame::Delta { topic, since, rev, gone, rows } => {
                let Some(held) = self.topics.get_mut(&topic).filter(|held| held.rev == since) else {
                    return Next::SubscribeAgain { topic };
                };
                for agent in gone {
                    held.rows.remove(&agent);
                }
                held.rows.extend(rows.into_iter().map(|row| (row.agent, row)));
                held.rev = rev;
                Next::Acknowledge { topic, rev }
            }
            ServerFrame::Resync { topic, .. } => {
                if let Channel::Map(topic) = topic {
                    self.topics.remove(&topic); // the snapshot follows by itself
                }
                Next::Nothing
            }
            // This console follows positions only.
            ServerFrame::Changes { .. } | ServerFrame::ChangesGone { .. } | ServerFrame::Visits { .. } => Next::Nothing,
            ServerFrame::Welcome { .. } | ServerFrame::Refreshed { .. } | ServerFrame::Error(_) | ServerFrame::Pong { .. } => {
                Next::Nothing
            }
        }
    }
}

/// A connected console.
#[derive(Debug)]
pub struct LiveSocket {
    stream: Stream,
}

impl LiveSocket {
    pub async fn open(authority: &str, token: &str) -> Result<Self, Refusal> {
        Ok(Self { stream: socket::open(authority, "/ws/live", token).await? })
    }

    pub async fn subscribe(&mut self, topics: &[Topic], resume: BTreeMap<String, ResumeToken>) -> anyhow::Result<()> {
        let topics = topics.iter().map(Topic::to_string).collect();
        self.send(&ClientFrame::Subscribe { topics, viewport: None, resume, date: None }).await
    }

    pub async fn send(&mut self, frame: &ClientFrame) -> anyhow::Result<()> {
        socket::send(&mut self.stream, serde_json::to_string(frame)?).await
    }

    /// The next frame, not yet acknowledged; an error when the server closed.
    pub async fn receive(&mut self) -> anyhow::Result<ServerFrame> {
        match socket::receive(&mut self.stream).await {
            Incoming::Text(text) => Ok(serde_json::from_str(&text)?),
            Incoming::Closed(code) => anyhow::bail!("the server closed the live socket, code {code:?}"),
        }
    }

    /// Reads one frame into the map and does what has to be done about it.
    pub async fn follow(&mut self, map: &mut LiveMap) -> anyhow::Result<()> {
        match map.apply(self.receive().await?) {
            Next::Nothing => Ok(()),
            Next::Acknowledge { topic, rev } => self.send(&ClientFrame::Ack { topic: topic.into(), rev }).await,
            Next::SubscribeAgain { topic } => {
                let resume = map.resume().into_iter().filter(|(name, _)| *name == topic.to_string()).collect();
                self.subscribe(&[topic], resume).await
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(text: &str) -> ServerFrame {
        serde_json::from_str(text).unwrap()
    }

    const SNAPSHOT: &str = r#"{"type":"snapshot","topic":"territory:none","epoch":"e1","rev":7,"partial":false,
        "rows":[{"agent":"018f0000-0000-7000-8000-000000000001","at":1,"lat":1.0,"lon":2.0,"status":"moving"}]}"#;

    #[test]
    fn a_delta_forgets_first_and_then_takes() {
        let mut map = LiveMap::default();
        map.apply(frame(SNAPSHOT));
        let next = map.apply(frame(
            r#"{"type":"delta","topic":"territory:none","since":7,"rev":9,"gone":["018f0000-0000-7000-8000-000000000001"],
               "rows":[{"agent":"018f0000-0000-7000-8000-000000000002","at":2,"lat":1.0,"lon":2.0,"status":"idle"}]}"#,
        ));
        assert_eq!(next, Next::Acknowledge { topic: Topic::Territory(None), rev: 9 });
        assert_eq!(map.held(Topic::Territory(None)).map(|held| held.rows.len()), Some(1));
        assert_eq!(map.resume()["territory:none"], ResumeToken { epoch: "e1".into(), rev: 9 });
    }

    #[test]
    fn a_gap_is_noticed() {
        let mut map = LiveMap::default();
        map.apply(frame(SNAPSHOT));
        let next = map.apply(frame(r#"{"type":"delta","topic":"territory:none","since":8,"rev":9,"gone":[],"rows":[]}"#));
        assert_eq!(next, Next::SubscribeAgain { topic: Topic::Territory(None) });
    }

    #[test]
    fn after_a_resync_nothing_is_held_until_the_snapshot() {
        let mut map = LiveMap::default();
        map.apply(frame(SNAPSHOT));
        map.apply(frame(r#"{"type":"resync","topic":"territory:none","reason":"too_old"}"#));
        assert!(map.resume().is_empty());
        map.apply(frame(SNAPSHOT));
        assert_eq!(map.held(Topic::Territory(None)).map(|held| held.rev), Some(7));
    }
}
