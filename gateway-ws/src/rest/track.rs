//! One agent's track: JSON pages, whole, simplified or downsampled, or the whole range as a file (`export`). History comes from Postgres;
//! no mailbox is asked.

use crate::audit::actor_of;
use crate::auth::permit::{Can, ReadTracks, see};
use crate::cursor;
use crate::error::ApiError;
use crate::rest::agents::FixView;
use crate::rest::export::{File, Wanted, download};
use crate::rest::input::Params;
use crate::rest::thin::{Kept, Reader, Thinning};
use crate::rest::{checked_gap, checked_limit, checked_number, checked_span};
use crate::state::AppState;
use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use salessync_actors::store::Store;
use salessync_actors::store::tracks::{Start, Suspects, Track, TrackFix};
use salessync_engine::access::{Action, Module};
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::geo::Metres;
use salessync_engine::track::item::Suspicion;
use salessync_engine::track::row::write_fields;
use salessync_engine::track::{Device, Fix, RawFix};
use salessync_engine::wire::page::Page;
use salessync_engine::{AgentId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

/// Runs read for one thinned page: where little stays of much, a page is shorter than asked for, and `next` leads on.
const RUNS_PER_PAGE: usize = 20;
/// Bytes of a row, about.
const ROW_BYTES: usize = 200;

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/agents/{id}/track", web::get().to(track));
}

/// The fixes of `[from, to)` in order of event time, each once, without those in quarantine.
///
/// With `simplify_m`, fixes are left out that lie within so many metres of the line through those that stay; each device is simplified
/// alone, an unbroken run of at most 5,000 fixes at a time, whose first and last fix stay. With `every_s`, the first fix of each device
/// in each bucket of so many seconds stays, and the last fix of all. A page of a thinned track may hold fewer fixes than `limit` and
/// still have a `next`. Files (all formats but json) hold the whole range and are streamed; GPX, KML and GeoJSON lines hold one device
/// after the other and break at gaps. They need the permission to export; any track needs that to see places to the metre.
#[utoipa::path(get, operation_id = "agentTrack", path = "/api/v1/agents/{id}/track", tag = "history", params(("id" = AgentId, Path), TrackQuery),
    responses(
        (status = 200, content((Page<FixView> = "application/json"), (serde_json::Value = "application/geo+json"), (String = "application/gpx+xml"),
            (String = "application/vnd.google-earth.kml+xml"), (String = "text/csv"))),
        (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn track(
    state: Data<AppState>,
    who: Can<ReadTracks>,
    request: HttpRequest,
    id: Path<AgentId>,
    query: Params<TrackQuery>,
) -> Result<HttpResponse, ApiError> {
    let (agent, query) = (who.agent(&state, *id)?, query.0);
    // Fixes, and the cursors between pages of them, name places to the metre.
    if !who.is_precise(&state, *id) {
        return Err(ApiError::Forbidden);
    }
    let (from, to) = checked_span(query.from, query.to)?;
    let thinning = checked_thinning(query.simplify_m, query.every_s)?;
    let gap_ms = checked_gap(query.gap_s)?;
    let format = query.format.unwrap_or_default();
    // What a phone sent is shown as it was sent; what is made of it is made of what is believed.
    let suspects = match (query.suspects, &thinning) {
        (Some(SuspectsWanted::Include), _) | (None, Thinning::Nothing) => Suspects::Marked,
        (Some(SuspectsWanted::Exclude), _) | (None, _) => Suspects::LeftOut,
    };
    if query.geometry.is_some() && format != Format::Geojson {
        return Err(ApiError::field("geometry", "with format geojson only", "belongs to format geojson"));
    }
    // A page further on belongs to what the first one saw.
    if query.after.is_none() {
        state.system.settle(agent.id()).await?;
    }
    let store = state.system.store().clone();
    let file = match (format, query.geometry.unwrap_or_default()) {
        (Format::Json, _) => {
            let limit = checked_limit(query.limit, 1_000, 10_000)?;
            let cursor = query.after.as_deref().map(cursor::decode::<TrackCursor>).transpose()?;
            let cursor = cursor.unwrap_or_else(|| TrackCursor::at(from));
            let track = Track::of(agent, to, suspects);
            return match thinning {
                Thinning::Nothing => page(&store, &track, cursor, limit).await,
                thinning => thinned_page(store, track, cursor, thinning, gap_ms, limit).await,
            };
        }
        (Format::Geojson, Geometry::Points) => File::GeojsonPoints,
        (Format::Geojson, Geometry::Line) => File::GeojsonLines,
        (Format::Gpx, _) => File::Gpx,
        (Format::Kml, _) => File::Kml,
        (Format::Csv, _) => File::Csv,
    };
    see(&state, &who.also(Module::Tracks, Action::Export)?, agent.id())?;
    let what = json!({"from": from, "to": to, "format": format});
    let act = state.audit.act(&request, actor_of(&request), ActKind::Export).about(Object::new("agent", agent.id()));
    // A track that leaves the house without a word of it in the trail does not leave.
    state.audit.first(act.changing(None, Some(what))).await?;
    download(store, Wanted { agent, from, to, thinning, gap_ms, suspects }, file).await
}

/// A page of the whole track.
async fn page(store: &Store, track: &Track, cursor: TrackCursor, limit: usize) -> Result<HttpResponse, ApiError> {
    let page = store.track_page(track, cursor.start()?, limit).await?;
    let doubt = |fix: &TrackFix| page.suspects.get(fix).copied();
    Ok(rows(page.fixes.iter().map(|fix| (fix, doubt(fix))), page.next.map(TrackCursor::of)))
}

/// A page of what stays. A run may be cut by a page: the next page reads it again, so that what stays does not depend on the pages.
async fn thinned_page(
    store: Store,
    track: Track,
    cursor: TrackCursor,
    thinning: Thinning,
    gap_ms: i64,
    limit: usize,
) -> Result<HttpResponse, ApiError> {
    let skip = cursor.skip.as_ref().map(track_fix).transpose()?;
    let opened = cursor.opened.iter().map(|(device, at)| Ok((Device::new(device).map_err(|_| bad_cursor())?, *at)));
    let opened = opened.collect::<Result<Vec<_>, ApiError>>()?;
    let mut reader = Reader::new(store, track, cursor.start()?, thinning, gap_ms).with_opened(opened);
    let (mut fixes, mut next) = (Vec::<Kept>::new(), None);
    for _ in 0..RUNS_PER_PAGE {
        let run_cursor = |reader: &Reader, start: Start| TrackCursor {
            opened: reader.opened().into_iter().map(|(device, at)| (device.as_str().to_owned(), at)).collect(),
            ..TrackCursor::of(start)
        };
        let Some(start) = reader.next().cloned() else { break };
        let begin = run_cursor(&reader, start);
        let Some(mut run) = reader.run().await? else { break };
        run.retain(|kept| skip.as_ref().is_none_or(|skip| kept.fix > *skip));
        let room = limit - fixes.len();
        if run.len() > room {
            fixes.extend(run.into_iter().take(room));
            next = Some(TrackCursor { skip: fixes.last().map(|kept| raw(&kept.fix)), ..begin });
            break;
        }
        fixes.extend(run);
        next = reader.next().cloned().map(|start| run_cursor(&reader, start));
        if fixes.len() == limit {
            break;
        }
    }
    Ok(rows(fixes.iter().map(|kept| (&kept.fix, kept.doubt)), next))
}

/// `Page<FixView>`, written by hand.
fn rows<'a>(fixes: impl ExactSizeIterator<Item = (&'a TrackFix, Option<Suspicion>)>, next: Option<TrackCursor>) -> HttpResponse {
    let mut out = Vec::with_capacity(64 + fixes.len() * ROW_BYTES);
    out.extend_from_slice(br#"{"items":["#);
    for (index, (track_fix, doubt)) in fixes.enumerate() {
        out.extend_from_slice(if index == 0 { b"{" } else { b",{" });
        write_fields(&mut out, &track_fix.fix, &track_fix.device);
        if let Some(suspicion) = doubt {
            out.extend_from_slice(br#","quarantine":""#);
            out.extend_from_slice(suspicion.as_str().as_bytes());
            out.push(b'"');
        }
        out.push(b'}');
    }
    out.extend_from_slice(br#"],"next":"#);
    match next {
        Some(next) => {
            out.push(b'"');
            out.extend_from_slice(cursor::encode(&next).as_bytes());
            out.push(b'"');
        }
        None => out.extend_from_slice(b"null"),
    }
    out.push(b'}');
    HttpResponse::Ok().content_type("application/json").body(out)
}

fn checked_thinning(simplify_m: Option<f64>, every_s: Option<f64>) -> Result<Thinning, ApiError> {
    if simplify_m.is_some() && every_s.is_some() {
        return Err(ApiError::field("every_s", "not together with simplify_m", "simplify_m and every_s exclude each other"));
    }
    if let Some(metres) = simplify_m {
        let fits = metres > 0.0 && metres <= 10_000.0;
        let message = || format!("is {metres}, must be more than 0 and at most 10000");
        return if fits {
            Ok(Thinning::Simplify(Metres(metres)))
        } else {
            Err(ApiError::field("simplify_m", "0 < x <= 10000", message()))
        };
    }
    match every_s {
        None => Ok(Thinning::Nothing),
        Some(every_s) => checked_number("every_s", every_s, 1, 86_400).map(|every_s| Thinning::Every(every_s as u32)),
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TrackQuery {
    /// First instant, RFC 3339 or Unix milliseconds; by default the beginning.
    from: Option<String>,
    /// First instant after, RFC 3339 or Unix milliseconds; by default the end.
    to: Option<String>,
    /// json (pages); geojson, gpx, kml or csv (the whole range, streamed).
    #[param(inline)]
    format: Option<Format>,
    /// With format geojson: a point for each fix (the default), or lines.
    #[param(inline)]
    geometry: Option<Geometry>,
    /// Leave out what lies within so many metres of the line through the rest: more than 0, at most 10000.
    simplify_m: Option<f64>,
    /// Leave out all but the first fix in so many seconds, 1..86400; not together with simplify_m.
    #[param(value_type = Option<u32>)]
    every_s: Option<f64>,
    /// A line breaks where a device was silent for longer, 1..86400 seconds, by default 3600.
    #[param(value_type = Option<u32>)]
    gap_s: Option<f64>,
    /// Fixes that the derivation does not believe (`quarantine` names the reason): include, the default for whole tracks, or exclude, the
    /// default for thinned ones. Files name the reason too: csv in a column, geojson points in a property, geojson lines in a list beside
    /// `times`, gpx in `salessync:quarantine`, kml in an array. Fixes set aside at receipt are never in a track.
    #[param(inline)]
    suspects: Option<SuspectsWanted>,
    /// `next` of the page before; with format json.
    after: Option<String>,
    /// 1..10000, by default 1000; with format json.
    limit: Option<i64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    #[default]
    Json,
    Geojson,
    Gpx,
    Kml,
    Csv,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SuspectsWanted {
    Include,
    Exclude,
}

#[derive(Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Geometry {
    #[default]
    Points,
    Line,
}

/// A fix and its device.
type RawTrackFix = (RawFix, String);

/// A place in a track: a time, or a fix and its device. In a thinned track, the place where a run begins.
#[derive(Serialize, Deserialize)]
struct TrackCursor {
    at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<RawTrackFix>,
    /// The last of the run that was given out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    skip: Option<RawTrackFix>,
    /// When devices last opened a bucket.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    opened: Vec<(String, Timestamp)>,
}

impl TrackCursor {
    const fn at(at: Timestamp) -> Self {
        Self { at, after: None, skip: None, opened: Vec::new() }
    }

    fn of(start: Start) -> Self {
        match start {
            Start::At(at) => Self::at(at),
            Start::After(last) => Self { after: Some(raw(&last)), ..Self::at(last.fix.recorded_at()) },
        }
    }

    fn start(&self) -> Result<Start, ApiError> {
        match &self.after {
            None => Ok(Start::At(self.at)),
            Some(after) => track_fix(after).map(Start::After),
        }
    }
}

fn raw(fix: &TrackFix) -> RawTrackFix {
    (fix.fix.to_raw(), fix.device.as_str().to_owned())
}

fn track_fix((raw, device): &RawTrackFix) -> Result<TrackFix, ApiError> {
    let fix = Fix::new(raw).map_err(|_| bad_cursor())?;
    Ok(TrackFix { fix, device: Device::new(device).map_err(|_| bad_cursor())? })
}

fn bad_cursor() -> ApiError {
    ApiError::field("after", "the `next` of a page", "is not a cursor of this list")
}

#[cfg(test)]
mod tests {
    use super::*;
    use salessync_engine::track::Source;

    #[test]
    fn the_hand_written_page_is_what_serde_would_write() {
        let whole = RawFix {
            recorded_at: Timestamp::from_ms(1_795_420_800_250).unwrap(),
            lat: 52.520_006_6,
            lon: -0.000_000_1,
            accuracy_m: Some(7.5),
            speed_mps: Some(0.01),
            bearing_deg: Some(359.9),
            altitude_m: Some(-12.3),
            battery: Some(0.07),
            source: Source::Fused,
            ..RawFix::default()
        };
        let bare = RawFix { recorded_at: Timestamp::MIN, lat: -89.5, lon: 179.999_999_9, ..RawFix::default() };
        let fixes: Vec<_> = [whole, bare]
            .iter()
            .map(|raw| TrackFix { fix: Fix::new(raw).unwrap(), device: Device::new("pixel-7:a_b.c").unwrap() })
            .collect();
        for n in 0..=fixes.len() {
            let next = (n == 1).then(|| TrackCursor::of(Start::After(fixes[0].clone())));
            let items = fixes[..n].iter().map(|fix| FixView::of(&fix.fix, &fix.device)).collect();
            let expected = Page { items, next: next.as_ref().map(cursor::encode) };
            let body =
                actix_web::body::MessageBody::try_into_bytes(rows(fixes[..n].iter().map(|fix| (fix, None)), next).into_body());
            let written: serde_json::Value = serde_json::from_slice(&body.ok().unwrap()).unwrap();
            assert_eq!(written, serde_json::to_value(&expected).unwrap());
        }
    }

    #[test]
    fn a_cursor_leads_back_to_its_place() {
        let fix = Fix::new(&RawFix { lat: 1.5, lon: 2.5, ..RawFix::default() }).unwrap();
        let last = TrackFix { fix, device: Device::default() };
        for start in [Start::At(Timestamp::MAX), Start::After(last)] {
            let text = cursor::encode(&TrackCursor::of(start.clone()));
            assert_eq!(cursor::decode::<TrackCursor>(&text).unwrap().start().unwrap(), start);
        }
    }
}
