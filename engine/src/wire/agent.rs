//! Frames of `/ws/agent`. Reading is one pass of serde when all is well; only when something is wrong is the frame read again,
//! field by field, so that the refusal can name the fix, the field and the limit, and the rest of the batch is kept.

use super::bare_numbers::quote_non_finite;
use super::plan::PhoneFrame;
use super::{Refresh, Secret};
use crate::duty::Duty;
use crate::track::{Device, Fix, FixField, FixFlaw, FlawCode, Quarantine, RawFix, Source};
use crate::visit::VisitChange;
use crate::{AgentId, OfferId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Longest text frame a phone may send, bytes.
pub const FRAME_BYTES_MAX: usize = 65_536;
/// Most fixes in one frame.
pub const FIXES_PER_FRAME_MAX: usize = 500;
/// What a phone may send.
pub const TYPES: &str = "fixes | duty | follow_visits | followed_visits | refresh | offer_reply | ping";
/// Most frames a connection may have unacknowledged.
pub const FRAMES_IN_FLIGHT_MAX: usize = 32;
const FROM_ZERO: &str = "an integer from 0";
const TO_REFRESH_WITH: &str = "an access token, or a ticket";

/// A frame from a phone, checked.
#[derive(Clone, PartialEq, Debug)]
pub enum ClientFrame {
    Fixes(FixesFrame),
    Ping,
    /// A newer access token of the same agent, or a ticket got with one: the connection lives as long as that.
    Refresh(Refresh),
    /// What the agent says to an offer.
    OfferReply {
        offer: OfferId,
        accepts: bool,
        reason: Option<String>,
    },
    /// The agent goes on or off duty.
    Duty(DutyFrame),
    /// Follow what becomes of one's visits, from the change after this one; absent: from now on.
    FollowVisits {
        after: Option<i64>,
    },
    /// Every change of visits up to this one has been applied.
    FollowedVisits {
        seq: i64,
    },
    /// Damages the agent's actor on purpose. Only taken where the server was built with fault injection.
    Poison,
}

/// A change of duty, as a phone tells it and is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DutyFrame {
    /// Minted by the phone: told again it changes nothing.
    pub id: Uuid,
    pub state: Duty,
    /// When it happened; absent: now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// A batch: what can be represented, and what cannot.
#[derive(Clone, PartialEq, Debug)]
pub struct FixesFrame {
    pub frame: u64,
    pub device: Device,
    pub agent: Option<AgentId>,
    pub fixes: Vec<TakenFix>,
    pub rejected: Vec<RejectedFix>,
}

/// A fix with its place in the frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TakenFix {
    pub index: usize,
    pub seq: Option<i64>,
    pub fix: Fix,
}

/// A frame to a phone.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    Welcome {
        agent: AgentId,
        server_time: Timestamp,
        /// When the access token expires; refresh before.
        expires_at: Timestamp,
        limits: Limits,
    },
    /// The newer token is good until then.
    Refreshed {
        expires_at: Timestamp,
    },
    Ack {
        frame: u64,
    },
    Rejected {
        frame: u64,
        fixes: Vec<RejectedFix>,
        /// Fixes beyond those named.
        #[serde(default, skip_serializing_if = "is_zero")]
        omitted: usize,
    },
    Quarantined {
        frame: u64,
        fixes: Vec<QuarantinedFix>,
        /// Fixes beyond those named.
        #[serde(default, skip_serializing_if = "is_zero")]
        omitted: usize,
    },
    Busy {
        frame: u64,
        retry_after_ms: u64,
        code: BusyCode,
    },
    Error(FrameFlaw),
    /// The change of duty is durable and holds: the phone may delete its copy.
    Duty(DutyFrame),
    Pong {
        at: Timestamp,
    },
    /// Changes of one's visits, oldest first; acknowledge `last`, whether or not there are any.
    Visits {
        last: i64,
        items: Vec<VisitChange>,
    },
    /// Of plans and offers.
    #[serde(untagged)]
    Planning(Box<PhoneFrame>),
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Limits {
    pub frame_bytes_max: usize,
    pub fixes_per_frame_max: usize,
    pub frames_in_flight_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frame_bytes_max: FRAME_BYTES_MAX,
            fixes_per_frame_max: FIXES_PER_FRAME_MAX,
            frames_in_flight_max: FRAMES_IN_FLIGHT_MAX,
        }
    }
}

/// Why a frame was not taken for now.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BusyCode {
    InFlight,
    AgentBusy,
    JournalFull,
    AgentRestarting,
    AgentHalted,
    RateLimited,
}

/// A fix refused for good.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RejectedFix {
    /// Position in the frame's `fixes`, from 0.
    pub index: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    pub field: Cow<'static, str>,
    pub code: FlawCode,
    pub limit: Cow<'static, str>,
    pub message: String,
}

impl RejectedFix {
    /// A fix of a time off duty: it is not kept, and not to be sent again.
    pub fn off_duty(index: usize, seq: Option<i64>) -> Self {
        let flaw = FixFlaw { field: FixField::RecordedAt, code: FlawCode::OffDuty };
        let message = "recorded_at: off duty, what happens then is not tracked".to_owned();
        Self { index, seq, field: flaw.field.name().into(), code: flaw.code, limit: "a time on duty".into(), message }
    }
}

/// A fix kept but set aside.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct QuarantinedFix {
    pub index: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    pub reason: Quarantine,
}

/// Why a frame as a whole is refused.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FrameFlaw {
    pub code: FrameCode,
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FrameCode {
    MalformedFrame,
    FixesCount,
    FrameOutOfOrder,
    NotYourAgent,
    FrameTooLarge,
    BinaryUnsupported,
    TooManyErrors,
    TokenExpired,
    /// A token to refresh with that is not good, or another's.
    TokenRefused,
    /// The access token is good no more.
    SessionEnded,
    Forbidden,
    Superseded,
    OutOfRange,
    TopicUnknown,
    /// Not taken for now: send the same again in a moment.
    Unavailable,
    TooManyTopics,
    RateLimited,
}

impl FrameFlaw {
    pub fn new(code: FrameCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), frame: None, field: None, limit: None }
    }

    pub fn field(mut self, field: impl Into<String>, limit: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self.limit = Some(limit.into());
        self
    }

    pub fn frame(mut self, frame: u64) -> Self {
        self.frame = Some(frame);
        self
    }
}

/// The shape of the fast path. Everything optional, so that what is missing can be named.
#[derive(Deserialize)]
struct Outer<'a, F> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    frame: Option<u64>,
    #[serde(borrow)]
    device: Option<Cow<'a, str>>,
    agent: Option<AgentId>,
    fixes: Option<Vec<F>>,
    #[serde(borrow)]
    token: Option<Cow<'a, str>>,
    #[serde(borrow)]
    ticket: Option<Cow<'a, str>>,
    offer: Option<OfferId>,
    #[serde(borrow)]
    answer: Option<Cow<'a, str>>,
    #[serde(borrow)]
    reason: Option<Cow<'a, str>>,
    id: Option<Uuid>,
    state: Option<Duty>,
    at: Option<Timestamp>,
    after: Option<i64>,
    seq: Option<i64>,
}

/// Reads a text frame from a phone.
pub fn read(text: &str) -> Result<ClientFrame, FrameFlaw> {
    let Ok(outer) = serde_json::from_str::<Outer<'_, RawFix>>(text) else {
        return read_slowly(text);
    };
    let (fixes, rejected) = sort_out(outer.fixes.as_deref().unwrap_or_default().iter().map(|raw| match Fix::new(raw) {
        Ok(fix) => Ok((raw.seq, fix)),
        Err(flaw) => Err((raw.seq, flaw)),
    }));
    finish(&outer, fixes, rejected)
}

/// The same, fix by fix and field by field.
fn read_slowly(text: &str) -> Result<ClientFrame, FrameFlaw> {
    let quoted = quote_non_finite(text);
    let text = quoted.as_deref().unwrap_or(text);
    let outer: Outer<'_, &RawValue> = serde_json::from_str(text).map_err(|error| malformed(text, &error))?;
    let (fixes, rejected) = sort_out(outer.fixes.as_deref().unwrap_or_default().iter().map(|raw| read_fix(raw.get())));
    finish(&outer, fixes, rejected)
}

type Judged = Result<(Option<i64>, Fix), (Option<i64>, FixFlaw)>;

fn sort_out(judged: impl Iterator<Item = Judged>) -> (Vec<TakenFix>, Vec<RejectedFix>) {
    let (mut taken, mut rejected) = (Vec::with_capacity(judged.size_hint().0), Vec::new());
    for (index, fix) in judged.enumerate() {
        match fix {
            Ok((seq, fix)) => taken.push(TakenFix { index, seq, fix }),
            Err((seq, flaw)) => rejected.push(RejectedFix {
                index,
                seq,
                field: flaw.field.name().into(),
                code: flaw.code,
                limit: flaw.field.limit().into(),
                message: flaw.to_string(),
            }),
        }
    }
    (taken, rejected)
}

fn finish<F>(outer: &Outer<'_, F>, fixes: Vec<TakenFix>, rejected: Vec<RejectedFix>) -> Result<ClientFrame, FrameFlaw> {
    match outer.kind.as_ref() {
        "fixes" => {}
        "ping" => return Ok(ClientFrame::Ping),
        "refresh" => {
            let [token, ticket] =
                [&outer.token, &outer.ticket].map(|shown| shown.as_deref().map(|shown| Secret(shown.to_owned())));
            if token.is_none() && ticket.is_none() {
                return Err(FrameFlaw::new(FrameCode::MalformedFrame, "token is missing").field("token", TO_REFRESH_WITH));
            }
            return Ok(ClientFrame::Refresh(Refresh { token, ticket }));
        }
        "offer_reply" => return offer_reply(outer),
        "follow_visits" => match outer.after {
            Some(after) if after < 0 => {
                return Err(FrameFlaw::new(FrameCode::OutOfRange, "after is negative").field("after", FROM_ZERO));
            }
            after => return Ok(ClientFrame::FollowVisits { after }),
        },
        "followed_visits" => {
            let missing = || FrameFlaw::new(FrameCode::MalformedFrame, "seq is missing").field("seq", FROM_ZERO);
            return Ok(ClientFrame::FollowedVisits { seq: outer.seq.ok_or_else(missing)? });
        }
        "duty" => {
            let missing = |field: &str, limit: &str| {
                FrameFlaw::new(FrameCode::MalformedFrame, format!("{field} is missing")).field(field, limit)
            };
            let id = outer.id.ok_or_else(|| missing("id", "a UUID"))?;
            let state = outer.state.ok_or_else(|| missing("state", "on | off"))?;
            return Ok(ClientFrame::Duty(DutyFrame { id, state, at: outer.at }));
        }
        "poison" => return Ok(ClientFrame::Poison),
        other => {
            let message = format!("unknown type {:?}", other.chars().take(40).collect::<String>());
            return Err(FrameFlaw::new(FrameCode::MalformedFrame, message).field("type", TYPES));
        }
    }
    let missing =
        |field: &str, limit: &str| FrameFlaw::new(FrameCode::MalformedFrame, format!("{field} is missing")).field(field, limit);
    let frame = outer.frame.ok_or_else(|| missing("frame", "an integer from 1"))?;
    let Some(given) = &outer.fixes else { return Err(missing("fixes", "an array of 1..500 fixes").frame(frame)) };
    if !(1..=FIXES_PER_FRAME_MAX).contains(&given.len()) {
        let message = format!("fixes holds {}, must hold 1..{FIXES_PER_FRAME_MAX}", given.len());
        return Err(FrameFlaw::new(FrameCode::FixesCount, message).field("fixes", "1..500").frame(frame));
    }
    let device = match &outer.device {
        None => Device::default(),
        Some(name) => Device::new(name).map_err(|flaw| {
            FrameFlaw::new(FrameCode::MalformedFrame, flaw.to_string()).field("device", Device::LIMIT).frame(frame)
        })?,
    };
    Ok(ClientFrame::Fixes(FixesFrame { frame, device, agent: outer.agent, fixes, rejected }))
}

fn offer_reply<F>(outer: &Outer<'_, F>) -> Result<ClientFrame, FrameFlaw> {
    let flaw =
        |field: &str, limit: &str| FrameFlaw::new(FrameCode::MalformedFrame, format!("{field} is {limit}")).field(field, limit);
    let offer = outer.offer.ok_or_else(|| flaw("offer", "the id of an offer"))?;
    let accepts = match outer.answer.as_deref() {
        Some("accept") => true,
        Some("decline") => false,
        Some(_) | None => return Err(flaw("answer", "accept or decline")),
    };
    Ok(ClientFrame::OfferReply { offer, accepts, reason: outer.reason.as_deref().and_then(crate::dispatch::reason) })
}

/// Says what is wrong with a frame whose outer shape does not parse, naming the field where there is one.
fn malformed(text: &str, error: &serde_json::Error) -> FrameFlaw {
    let flaw = FrameFlaw::new(FrameCode::MalformedFrame, format!("not a frame: {error}"));
    let Ok(fields) = serde_json::from_str::<BTreeMap<Cow<'_, str>, &RawValue>>(text) else { return flaw };
    let is = |field: &str, check: fn(&str) -> bool| fields.get(field).is_none_or(|raw| check(raw.get()));
    let string = |raw: &str| raw.starts_with('"');
    let frame = fields.get("frame").and_then(|raw| raw.get().parse().ok());
    let flaw = FrameFlaw { frame, ..flaw };
    if !fields.contains_key("type") {
        flaw.field("type", TYPES)
    } else if !is("type", string) {
        flaw.field("type", "a string")
    } else if !is("frame", |raw| raw == "null" || raw.parse::<u64>().is_ok()) {
        flaw.field("frame", "an integer from 1")
    } else if !is("device", |raw| raw == "null" || raw.starts_with('"')) {
        flaw.field("device", Device::LIMIT)
    } else if !is("agent", |raw| raw == "null" || raw.trim_matches('"').parse::<AgentId>().is_ok()) {
        flaw.field("agent", "a UUID")
    } else if !is("token", |raw| raw == "null" || raw.starts_with('"')) {
        flaw.field("token", TO_REFRESH_WITH)
    } else if !is("ticket", |raw| raw == "null" || raw.starts_with('"')) {
        flaw.field("ticket", "a ticket")
    } else if !is("offer", |raw| raw == "null" || raw.trim_matches('"').parse::<OfferId>().is_ok()) {
        flaw.field("offer", "the id of an offer")
    } else if !is("answer", |raw| raw == "null" || raw.starts_with('"')) {
        flaw.field("answer", "accept or decline")
    } else if !is("reason", |raw| raw == "null" || raw.starts_with('"')) {
        flaw.field("reason", "a text")
    } else if !is("id", |raw| raw == "null" || raw.trim_matches('"').parse::<Uuid>().is_ok()) {
        flaw.field("id", "a UUID")
    } else if !is("state", |raw| matches!(raw, "null" | "\"on\"" | "\"off\"")) {
        flaw.field("state", "on | off")
    } else if !is("at", |raw| serde_json::from_str::<Option<Timestamp>>(raw).is_ok()) {
        flaw.field("at", Timestamp::RANGE)
    } else if !is("after", |raw| raw == "null" || raw.parse::<i64>().is_ok()) {
        flaw.field("after", FROM_ZERO)
    } else if !is("seq", |raw| raw == "null" || raw.parse::<i64>().is_ok()) {
        flaw.field("seq", FROM_ZERO)
    } else if !is("fixes", |raw| raw.starts_with('[')) {
        flaw.field("fixes", "an array of 1..500 fixes")
    } else {
        flaw
    }
}

fn read_fix(text: &str) -> Judged {
    let Ok(fields) = serde_json::from_str::<BTreeMap<Cow<'_, str>, &RawValue>>(text) else {
        return Err((None, FixFlaw { field: FixField::Whole, code: FlawCode::WrongType }));
    };
    let field = |field: FixField| fields.get(field.name()).map(|raw| raw.get()).filter(|raw| *raw != "null");
    let seq = field(FixField::Seq)
        .map(str::parse::<i64>)
        .transpose()
        .map_err(|_| (None, FixFlaw { field: FixField::Seq, code: FlawCode::WrongType }))?;
    read_fields(field)
        .map_err(|flaw| (seq, flaw))
        .and_then(|raw| Fix::new(&raw).map(|fix| (seq, fix)).map_err(|flaw| (seq, flaw)))
}

fn read_fields<'a>(field: impl Fn(FixField) -> Option<&'a str>) -> Result<RawFix, FixFlaw> {
    let number = |which: FixField| match field(which) {
        None => Ok(None),
        Some(raw) => match raw.trim_matches('"') {
            "NaN" | "-NaN" | "Infinity" | "-Infinity" => Err(FixFlaw { field: which, code: FlawCode::NotFinite }),
            _ => match raw.parse::<f64>() {
                Ok(value) if value.is_finite() => Ok(Some(value)),
                Ok(_) => Err(FixFlaw { field: which, code: FlawCode::NotFinite }),
                Err(_) => Err(FixFlaw { field: which, code: FlawCode::WrongType }),
            },
        },
    };
    let required = |which: FixField| number(which)?.ok_or(FixFlaw { field: which, code: FlawCode::Missing });
    let flaw = |which: FixField, code: FlawCode| FixFlaw { field: which, code };
    let recorded_at = match field(FixField::RecordedAt) {
        None => return Err(flaw(FixField::RecordedAt, FlawCode::Missing)),
        Some(raw) if raw.starts_with('"') => {
            let text: String = serde_json::from_str(raw).map_err(|_| flaw(FixField::RecordedAt, FlawCode::Unparsable))?;
            Timestamp::parse(&text).map_err(|bad| flaw(FixField::RecordedAt, bad.into()))?
        }
        Some(raw) => match raw.parse::<i64>() {
            Ok(ms) => Timestamp::from_ms(ms).map_err(|bad| flaw(FixField::RecordedAt, bad.into()))?,
            Err(_) if raw.parse::<f64>().is_ok_and(|ms| ms.abs() > 1e18) => {
                return Err(flaw(FixField::RecordedAt, FlawCode::OutOfRange));
            }
            Err(_) => return Err(flaw(FixField::RecordedAt, FlawCode::WrongType)),
        },
    };
    Ok(RawFix {
        seq: None,
        recorded_at,
        lat: required(FixField::Lat)?,
        lon: required(FixField::Lon)?,
        accuracy_m: number(FixField::AccuracyM)?,
        speed_mps: number(FixField::SpeedMps)?,
        bearing_deg: number(FixField::BearingDeg)?,
        altitude_m: number(FixField::AltitudeM)?,
        battery: number(FixField::Battery)?,
        source: match field(FixField::Source) {
            None => Source::Unknown,
            Some(raw) => serde_json::from_str(raw).map_err(|_| flaw(FixField::Source, FlawCode::OutOfRange))?,
        },
        mock: match field(FixField::Mock) {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err(flaw(FixField::Mock, FlawCode::WrongType)),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixes(text: &str) -> FixesFrame {
        match read(text) {
            Ok(ClientFrame::Fixes(frame)) => frame,
            other => panic!("{other:?}"),
        }
    }

    fn frame_with(fix: &str) -> FixesFrame {
        fixes(&format!(
            r#"{{"type":"fixes","frame":3,"fixes":[{{"recorded_at":"2026-11-23T08:00:00Z","lat":1,"lon":2}},{fix},{{"recorded_at":1763884800000,"lat":3,"lon":4}}]}}"#
        ))
    }

    #[test]
    fn one_bad_fix_is_named_and_the_rest_of_the_batch_kept() {
        for (fix, field, code) in [
            (r#"{"recorded_at":1763884800000,"lat":91,"lon":0,"seq":7}"#, "lat", FlawCode::OutOfRange),
            (r#"{"recorded_at":1763884800000,"lat":NaN,"lon":0,"seq":7}"#, "lat", FlawCode::NotFinite),
            (r#"{"recorded_at":1763884800000,"lat":1e999,"lon":0,"seq":7}"#, "lat", FlawCode::NotFinite),
            (r#"{"recorded_at":1763884800000,"lat":"1","lon":0,"seq":7}"#, "lat", FlawCode::WrongType),
            (r#"{"recorded_at":1763884800000,"lat":null,"lon":0,"seq":7}"#, "lat", FlawCode::Missing),
            (r#"{"recorded_at":1763884800000,"lat":1,"seq":7}"#, "lon", FlawCode::Missing),
            (r#"{"recorded_at":1763884800000,"lat":1,"lon":-Infinity,"seq":7}"#, "lon", FlawCode::NotFinite),
            (r#"{"recorded_at":"noon","lat":1,"lon":1,"seq":7}"#, "recorded_at", FlawCode::Unparsable),
            (r#"{"recorded_at":{},"lat":1,"lon":1,"seq":7}"#, "recorded_at", FlawCode::WrongType),
            (r#"{"recorded_at":99999999999999999,"lat":1,"lon":1,"seq":7}"#, "recorded_at", FlawCode::OutOfRange),
            (r#"{"lat":1,"lon":1,"seq":7}"#, "recorded_at", FlawCode::Missing),
            (r#"{"recorded_at":1763884800000,"lat":1,"lon":1,"source":"dream","seq":7}"#, "source", FlawCode::OutOfRange),
            (r#"{"recorded_at":1763884800000,"lat":1,"lon":1,"mock":"yes","seq":7}"#, "mock", FlawCode::WrongType),
            (r#"{"recorded_at":1763884800000,"lat":1,"lon":1,"battery":[],"seq":7}"#, "battery", FlawCode::WrongType),
        ] {
            let frame = frame_with(fix);
            assert_eq!(frame.fixes.iter().map(|taken| taken.index).collect::<Vec<_>>(), [0, 2], "{fix}");
            let [rejected] = frame.rejected.as_slice() else { panic!("{fix}: {:?}", frame.rejected) };
            assert_eq!(
                (rejected.index, rejected.seq, rejected.field.as_ref(), rejected.code),
                (1, Some(7), field, code),
                "{fix}"
            );
            assert!(!rejected.limit.is_empty());
        }
        for fix in ["17", "\"fix\"", "null", "[]"] {
            assert_eq!(frame_with(fix).rejected[0].field, "fix", "{fix}");
        }
    }

    #[test]
    fn a_bad_frame_is_refused_whole_with_the_field_named() {
        for (text, code, field) in [
            ("", FrameCode::MalformedFrame, None),
            ("hello", FrameCode::MalformedFrame, None),
            ("[]", FrameCode::MalformedFrame, None),
            ("{}", FrameCode::MalformedFrame, Some("type")),
            (r#"{"type":7}"#, FrameCode::MalformedFrame, Some("type")),
            (r#"{"type":"dance"}"#, FrameCode::MalformedFrame, Some("type")),
            (r#"{"type":"fixes","fixes":[]}"#, FrameCode::MalformedFrame, Some("frame")),
            (r#"{"type":"fixes","frame":"1","fixes":[]}"#, FrameCode::MalformedFrame, Some("frame")),
            (r#"{"type":"fixes","frame":-1,"fixes":[]}"#, FrameCode::MalformedFrame, Some("frame")),
            (r#"{"type":"fixes","frame":1}"#, FrameCode::MalformedFrame, Some("fixes")),
            (r#"{"type":"fixes","frame":1,"fixes":{}}"#, FrameCode::MalformedFrame, Some("fixes")),
            (r#"{"type":"fixes","frame":1,"fixes":[]}"#, FrameCode::FixesCount, Some("fixes")),
            (r#"{"type":"fixes","frame":1,"device":"a b","fixes":[1]}"#, FrameCode::MalformedFrame, Some("device")),
            (r#"{"type":"fixes","frame":1,"device":9,"fixes":[1]}"#, FrameCode::MalformedFrame, Some("device")),
            (r#"{"type":"fixes","frame":1,"agent":"me","fixes":[1]}"#, FrameCode::MalformedFrame, Some("agent")),
        ] {
            let flaw = read(text).unwrap_err();
            assert_eq!((flaw.code, flaw.field.as_deref()), (code, field), "{text}");
        }
    }

    #[test]
    fn the_count_of_fixes_is_bounded_at_five_hundred() {
        let frame = |n: usize| {
            let fixes = vec![r#"{"recorded_at":1,"lat":1,"lon":1}"#; n].join(",");
            read(&format!(r#"{{"type":"fixes","frame":1,"fixes":[{fixes}]}}"#))
        };
        assert!(frame(500).is_ok());
        assert_eq!(frame(501).unwrap_err().code, FrameCode::FixesCount);
    }

    #[test]
    fn unknown_fields_are_ignored() {
        let frame = fixes(
            r#"{"type":"fixes","v":2,"frame":1,"device":"a","fixes":[{"recorded_at":1763884800000,"lat":1,"lon":1,"odometer":3}]}"#,
        );
        assert_eq!((frame.fixes.len(), frame.rejected.len()), (1, 0));
    }
}
