//! Who takes part in a benchmark: territories, agents with tokens, where they are, and the frames they send.

use super::wire::text_frame;
use crate::client::phone::now_ms;
use crate::client::{Api, NewAgent};
use crate::rng::Rng;
use anyhow::Result;
use salessync_engine::{AgentId, TerritoryId};
use serde_json::json;
use tokio::time::Instant;
use uuid::Uuid;

const TOKEN_TTL_S: u64 = 3600;
const TOWNS: usize = 40;
const E7: f64 = 1e7;

/// Agents of a benchmark, each with a token and a place. Four fifths live in forty towns, the rest between them.
#[derive(Debug)]
pub struct Cast {
    pub agents: Vec<Member>,
    pub territories: Vec<TerritoryId>,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub id: AgentId,
    pub token: String,
    lat_e7: u32,
    lon_e7: u32,
}

impl Member {
    /// Where the agent is at a time, in units of 1e-7 degree. It follows from the time, so that a frame sent again is the same frame.
    fn at_e7(&self, ms: i64) -> (u32, u32) {
        let step = (ms / 1000).rem_euclid(2000) as u32;
        (self.lat_e7 + step * 120, self.lon_e7 + step * 70)
    }

    /// The same in degrees.
    pub fn at(&self, ms: i64) -> (f64, f64) {
        let (lat_e7, lon_e7) = self.at_e7(ms);
        (f64::from(lat_e7) / E7, f64::from(lon_e7) / E7)
    }
}

/// Creates `count` agents, spread evenly over `territories` territories.
pub async fn hire(api: &Api, count: usize, territories: usize) -> Result<Cast> {
    let mut ids = Vec::new();
    for i in 0..territories {
        let (south, west) = (50.0 + 0.1 * i as f64, 2.0);
        let area = json!({"type": "Polygon", "coordinates":
            [[[west, south], [west + 0.1, south], [west + 0.1, south + 0.1], [west, south + 0.1], [west, south]]]});
        ids.push(api.territory(&format!("Bench {i}"), "#2563eb", &area).await?);
    }
    let mut rng = Rng::new(count as u64);
    let towns: Vec<(f64, f64)> = (0..TOWNS).map(|_| (rng.range(50.2, 53.8), rng.range(2.2, 5.8))).collect();
    let new: Vec<NewAgent> = (0..count)
        .map(|i| NewAgent {
            id: AgentId(Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("bench:{i}").as_bytes())),
            name: format!("Bench Agent {i}"),
            territory_id: Some(ids[i % ids.len()]),
        })
        .collect();
    api.agents(&new).await?;
    let agent_ids: Vec<AgentId> = new.iter().map(|agent| agent.id).collect();
    let tokens = api.agent_tokens(&agent_ids, TOKEN_TTL_S).await?;
    let agents = tokens
        .into_iter()
        .map(|token| {
            let (lat, lon) = if rng.chance(0.8) {
                let (lat, lon) = rng.pick(&towns);
                (lat + rng.normal() * 0.03, lon + rng.normal() * 0.045)
            } else {
                (rng.range(50.0, 54.0), rng.range(2.0, 6.0))
            };
            Member { id: token.agent, token: token.access_token, lat_e7: (lat * E7) as u32, lon_e7: (lon * E7) as u32 }
        })
        .collect();
    Ok(Cast { agents, territories: ids })
}

/// Appends a frame of fixes taken at the given times (Unix milliseconds), each a step further north-east.
pub fn fixes_frame(out: &mut Vec<u8>, number: u64, member: &Member, times: impl Iterator<Item = i64>) {
    text_frame(out, |out| {
        out.extend_from_slice(br#"{"type":"fixes","frame":"#);
        digits(out, number);
        out.extend_from_slice(br#","fixes":["#);
        for (i, at) in times.enumerate() {
            if i > 0 {
                out.push(b',');
            }
            let (lat_e7, lon_e7) = member.at_e7(at);
            out.extend_from_slice(br#"{"seq":"#);
            digits(out, i as u64);
            out.extend_from_slice(br#","recorded_at":"#);
            digits(out, at.unsigned_abs());
            out.extend_from_slice(br#","lat":"#);
            degrees(out, lat_e7);
            out.extend_from_slice(br#","lon":"#);
            degrees(out, lon_e7);
            out.extend_from_slice(
                br#","accuracy_m":6.5,"speed_mps":1.42,"bearing_deg":31.5,"altitude_m":34.2,"battery":0.87,"source":"gps"}"#,
            );
        }
        out.extend_from_slice(b"]}");
    });
}

fn digits(out: &mut Vec<u8>, mut value: u64) {
    let mut text = [0_u8; 20];
    let mut at = text.len();
    loop {
        at -= 1;
        text[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&text[at..]);
}

fn degrees(out: &mut Vec<u8>, e7: u32) {
    digits(out, (e7 / 10_000_000).into());
    out.push(b'.');
    let mut fraction = e7 % 10_000_000;
    let mut text = [b'0'; 7];
    for digit in text.iter_mut().rev() {
        *digit += (fraction % 10) as u8;
        fraction /= 10;
    }
    out.extend_from_slice(&text);
}

/// Ties the monotonic clock to the calendar once, so that both ends of a latency are read from one clock.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    at: Instant,
    ms: i64,
}

impl Clock {
    pub fn new() -> Self {
        Self { at: Instant::now(), ms: now_ms() }
    }

    pub fn ms_at(&self, instant: Instant) -> i64 {
        match instant.checked_duration_since(self.at) {
            Some(later) => self.ms + later.as_millis() as i64,
            None => self.ms - self.at.duration_since(instant).as_millis() as i64,
        }
    }

    pub fn ms(&self) -> i64 {
        self.ms_at(Instant::now())
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use salessync_engine::wire::agent::{ClientFrame, read};

    #[test]
    fn a_hand_written_frame_is_a_frame_of_the_protocol() {
        let member = Member { id: AgentId(Uuid::nil()), token: String::new(), lat_e7: 520_000_007, lon_e7: 29_999_999 };
        let mut out = Vec::new();
        fixes_frame(&mut out, 12, &member, [1_795_420_800_000, 1_795_420_801_000].into_iter());
        let text = std::str::from_utf8(&out[8..]).unwrap();
        let ClientFrame::Fixes(frame) = read(text).unwrap() else { panic!("{text}") };
        assert_eq!((frame.frame, frame.fixes.len(), frame.rejected.len()), (12, 2, 0));
        assert!(frame.fixes[0].fix.recorded_at() < frame.fixes[1].fix.recorded_at());
        assert!(text.contains("\"lat\":52.0"), "{text}");
    }
}
