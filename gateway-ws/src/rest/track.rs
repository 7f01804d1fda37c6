//! One agent's track: JSON pages, or the whole range as streamed GeoJSON or GPX. History comes from Postgres; no mailbox is asked.

use crate::auth::Console;
use crate::cursor;
use crate::error::ApiError;
use crate::rest::agents::FixView;
use crate::rest::checked_limit;
use crate::rest::input::Params;
use crate::state::AppState;
use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{self, Bytes, Data, Path};
use futures_util::stream::{self, Stream};
use salessync_actors::store::tracks::{Start, TrackFix};
use salessync_actors::store::{Store, StoreError};
use salessync_engine::track::{Device, Fix, RawFix};
use salessync_engine::wire::page::Page;
use salessync_engine::{AgentId, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use utoipa::{IntoParams, ToSchema};

/// Fixes read at a time for a stream.
const STREAM_PAGE: usize = 5_000;

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/agents/{id}/track", web::get().to(track));
}

/// The fixes of `[from, to)` in order of event time, each once, without those in quarantine.
#[utoipa::path(get, operation_id = "agentTrack", path = "/api/v1/agents/{id}/track", tag = "history", params(("id" = AgentId, Path), TrackQuery),
    responses(
        (status = 200, content((Page<FixView> = "application/json"), (serde_json::Value = "application/geo+json"), (String = "application/gpx+xml"))),
        (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn track(
    state: Data<AppState>,
    _: Console,
    id: Path<AgentId>,
    query: Params<TrackQuery>,
) -> Result<HttpResponse, ApiError> {
    let (agent, query) = (*id, query.0);
    let time = |name: &str, text: Option<String>, default: Timestamp| match text {
        None => Ok(default),
        Some(text) => Timestamp::parse(&text)
            .or_else(|flaw| text.parse().map_err(|_| flaw).and_then(Timestamp::from_ms))
            .map_err(|flaw| ApiError::field(name, "RFC 3339 (write + as %2B) or integer Unix milliseconds", flaw.to_string())),
    };
    let from = time("from", query.from, Timestamp::MIN)?;
    let to = time("to", query.to, Timestamp::MAX)?;
    if from > to {
        return Err(ApiError::field("from", "at most `to`", "from is after to"));
    }
    if !state.system.knows(agent) {
        return Err(ApiError::NotFound("agent"));
    }
    let store = state.system.store().clone();
    match query.format.unwrap_or_default() {
        Format::Json => {
            let limit = checked_limit(query.limit, 1_000, 10_000)?;
            let start = match query.after.as_deref() {
                None => Start::At(from),
                Some(after) => cursor::decode::<TrackCursor>(after)?.start()?,
            };
            let page = store.track_page(agent, start, to, limit).await?;
            let items = page.fixes.iter().map(|fix| FixView::of(&fix.fix, &fix.device)).collect();
            Ok(HttpResponse::Ok()
                .json(Page::<FixView> { items, next: page.next.map(|next| cursor::encode(&TrackCursor::of(next))) }))
        }
        Format::Geojson => {
            let head = r#"{"type":"FeatureCollection","features":["#;
            let body = whole(store, agent, from, to, Writer { head, tail: "]}", put: put_feature });
            Ok(download("application/geo+json", agent, "geojson").streaming(body))
        }
        Format::Gpx => {
            let head = concat!(
                r#"<?xml version="1.0" encoding="UTF-8"?>"#,
                "\n",
                r#"<gpx version="1.1" creator="SalesSync" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>"#,
                "\n"
            );
            let body = whole(store, agent, from, to, Writer { head, tail: "</trkseg></trk></gpx>\n", put: put_trackpoint });
            Ok(download("application/gpx+xml", agent, "gpx").streaming(body))
        }
    }
}

fn download(content_type: &'static str, agent: AgentId, extension: &str) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, content_type));
    response.insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{agent}.{extension}\"")));
    response
}

/// How a format is written: before, after, and each fix (told whether it is the first).
#[derive(Clone, Copy)]
struct Writer {
    head: &'static str,
    tail: &'static str,
    put: fn(&mut String, &TrackFix, bool),
}

/// Where a stream stands.
enum Stage {
    Head,
    From(Start, bool),
    Done,
}

/// The whole range, page by page, so that a year costs no more memory than an hour.
fn whole(
    store: Store,
    agent: AgentId,
    from: Timestamp,
    to: Timestamp,
    writer: Writer,
) -> impl Stream<Item = Result<Bytes, StoreError>> {
    stream::try_unfold(Stage::Head, move |stage| {
        let store = store.clone();
        async move {
            let (start, mut is_first) = match stage {
                Stage::Head => return Ok(Some((Bytes::from_static(writer.head.as_bytes()), Stage::From(Start::At(from), true)))),
                Stage::Done => return Ok(None),
                Stage::From(start, is_first) => (start, is_first),
            };
            let page = store.track_page(agent, start, to, STREAM_PAGE).await?;
            let mut text = String::with_capacity(page.fixes.len() * 160);
            for fix in &page.fixes {
                (writer.put)(&mut text, fix, is_first);
                is_first = false;
            }
            let next = match page.next {
                Some(next) => Stage::From(next, is_first),
                None => {
                    text.push_str(writer.tail);
                    Stage::Done
                }
            };
            Ok(Some((Bytes::from(text), next)))
        }
    })
}

fn put_feature(out: &mut String, fix: &TrackFix, is_first: bool) {
    if !is_first {
        out.push(',');
    }
    let view = FixView::of(&fix.fix, &fix.device);
    let geometry = match view.altitude_m {
        Some(altitude) => serde_json::json!({"type": "Point", "coordinates": [view.lon, view.lat, altitude]}),
        None => serde_json::json!({"type": "Point", "coordinates": [view.lon, view.lat]}),
    };
    let feature = serde_json::json!({"type": "Feature", "geometry": geometry, "properties": view});
    out.push_str(&feature.to_string());
}

fn put_trackpoint(out: &mut String, fix: &TrackFix, _: bool) {
    let fix = &fix.fix;
    // Writing to a String cannot fail.
    let _ = write!(out, r#"<trkpt lat="{}" lon="{}">"#, fix.point().lat(), fix.point().lon());
    if let Some(altitude) = fix.altitude_m() {
        let _ = write!(out, "<ele>{altitude}</ele>");
    }
    let _ = writeln!(out, "<time>{}</time></trkpt>", fix.recorded_at());
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TrackQuery {
    /// First instant, RFC 3339 or Unix milliseconds; by default the beginning.
    from: Option<String>,
    /// First instant after, RFC 3339 or Unix milliseconds; by default the end.
    to: Option<String>,
    /// json (pages), geojson or gpx (the whole range, streamed).
    #[param(inline)]
    format: Option<Format>,
    /// `next` of the page before; with format json.
    after: Option<String>,
    /// 1..10000, by default 1000; with format json.
    limit: Option<i64>,
}

#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    #[default]
    Json,
    Geojson,
    Gpx,
}

/// A place in a track: a time, or a fix and its device.
#[derive(Serialize, Deserialize)]
struct TrackCursor {
    at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<(RawFix, String)>,
}

impl TrackCursor {
    fn of(start: Start) -> Self {
        match start {
            Start::At(at) => Self { at, after: None },
            Start::After(last) => {
                Self { at: last.fix.recorded_at(), after: Some((last.fix.to_raw(), last.device.as_str().to_owned())) }
            }
        }
    }

    fn start(self) -> Result<Start, ApiError> {
        let bad = || ApiError::field("after", "the `next` of a page", "is not a cursor of this list");
        match self.after {
            None => Ok(Start::At(self.at)),
            Some((raw, device)) => {
                let fix = Fix::new(&raw).map_err(|_| bad())?;
                Ok(Start::After(TrackFix { fix, device: Device::new(&device).map_err(|_| bad())? }))
            }
        }
    }
}
