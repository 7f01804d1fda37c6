//! Phones of an agent: enrolled, set up, changed, revoked. The token of a phone is in two answers only: when it is enrolled, and when it
//! is given a new one.

use crate::audit::actor_of;
use crate::auth::permit::{Can, CreateDevices, DeleteDevices, ReadDevices, UpdateDevices};
use crate::edge::address;
use crate::error::ApiError;
use crate::phones;
use crate::rest::input::Body;
use crate::state::AppState;
use actix_web::web::{self, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use salessync_engine::access::Scope;
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::device::{
    DEVICES_PER_AGENT_MAX, DevicePatch, EnrolledDevice, ExternalIdFlaw, NewDevice, PhoneApp, checked_external_id,
};
use salessync_engine::track::Device;
use salessync_engine::wire::page::Page;
use salessync_engine::{AgentId, DeviceId};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

/// Randomness of a token: 144 bits are 24 characters, which still make a small QR code.
const TOKEN_BYTES: usize = 18;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/agents/{id}/devices", web::get().to(list))
        .route("/agents/{id}/devices", web::post().to(enrol))
        .route("/devices/{id}", web::patch().to(update))
        .route("/devices/{id}", web::delete().to(revoke))
        .route("/devices/{id}/token", web::post().to(rotate));
}

/// An agent's phones with stock apps: those in use first, then the revoked ones, the newest first.
#[utoipa::path(get, operation_id = "listDevices", path = "/api/v1/agents/{id}/devices", tag = "devices", params(("id" = AgentId, Path)),
    responses((status = 200, body = Page<EnrolledDevice>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(
    state: Data<AppState>,
    who: Can<ReadDevices>,
    id: Path<AgentId>,
) -> Result<Json<Page<EnrolledDevice>>, ApiError> {
    let agent = who.agent(&state, *id)?;
    Ok(Json(Page { items: state.system.store().devices_of(agent).await?, next: None }))
}

/// Enrols a phone. The answer holds its token, this once, and what sets the app up.
#[utoipa::path(post, operation_id = "enrolDevice", path = "/api/v1/agents/{id}/devices", tag = "devices", params(("id" = AgentId, Path)), request_body = NewDevice,
    responses((status = 201, body = Enrolment), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn enrol(
    state: Data<AppState>,
    who: Can<CreateDevices>,
    request: HttpRequest,
    agent: Path<AgentId>,
    body: Body<NewDevice>,
) -> Result<HttpResponse, ApiError> {
    who.agent(&state, *agent)?;
    let new = body.0;
    let id = DeviceId(Uuid::now_v7());
    let name = match new.name {
        Some(name) => checked_name(&name)?,
        // The last digits of the id are random.
        None => format!("{}-{}", new.app.as_str(), &id.0.simple().to_string()[24..]),
    };
    let external_id = match new.external_id {
        Some(_) if !state.config.phones.allow_external_id => {
            return Err(ApiError::field("external_id", "absent", "this server takes tokens only (phones.allow_external_id)"));
        }
        Some(text) => {
            let checked = checked_external_id(&text);
            Some(checked.map_err(|flaw| ApiError::field("external_id", ExternalIdFlaw::LIMIT, flaw.to_string()))?)
        }
        None => None,
    };
    let device = EnrolledDevice {
        id,
        agent_id: *agent,
        name,
        app: new.app,
        external_id,
        settings: new.settings,
        created_at: state.system.now(),
        revoked_at: None,
        last_seen_at: None,
        last_words: None,
    };
    let token = fresh_token()?;
    if !state.system.store().create_device(device.clone(), phones::token_hash(&token)).await? {
        let message = format!("the agent has {DEVICES_PER_AGENT_MAX} devices already; revoke one first");
        return Err(ApiError::Conflict { code: "too_many_devices", message });
    }
    state.phones.forget(device.id);
    note(&state, &request, ActKind::DeviceEnrolled, None, Some(&device)).await;
    Ok(HttpResponse::Created().json(Enrolment::of(&request, device, token)))
}

/// Changes a phone's name or settings; what is left out stays. A new name begins a new track.
#[utoipa::path(patch, operation_id = "updateDevice", path = "/api/v1/devices/{id}", tag = "devices", params(("id" = DeviceId, Path)), request_body = DevicePatch,
    responses((status = 200, body = EnrolledDevice), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn update(
    state: Data<AppState>,
    who: Can<UpdateDevices>,
    request: HttpRequest,
    id: Path<DeviceId>,
    body: Body<DevicePatch>,
) -> Result<Json<EnrolledDevice>, ApiError> {
    let device = in_use(&state, &who.scope, *id).await?;
    let before = device.clone();
    let name = body.0.name.as_deref().map_or(Ok(device.name), checked_name)?;
    let settings = body.0.settings.map_or(device.settings, |patch| device.settings.with(patch));
    let is_done = state.system.store().update_device(*id, name, settings).await?;
    state.phones.forget(*id);
    if !is_done {
        return Err(revoked());
    }
    let device = read(&state, &who.scope, *id).await?;
    note(&state, &request, ActKind::DeviceChanged, Some(&before), Some(&device)).await;
    Ok(Json(device))
}

/// Takes a phone out of use: its token and its external id are refused from now on. Its fixes stay.
#[utoipa::path(delete, operation_id = "revokeDevice", path = "/api/v1/devices/{id}", tag = "devices", params(("id" = DeviceId, Path)),
    responses((status = 200, body = EnrolledDevice), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn revoke(
    state: Data<AppState>,
    who: Can<DeleteDevices>,
    request: HttpRequest,
    id: Path<DeviceId>,
) -> Result<Json<EnrolledDevice>, ApiError> {
    read(&state, &who.scope, *id).await?;
    let is_done = state.system.store().revoke_device(*id, state.system.now()).await?;
    state.phones.forget(*id);
    if !is_done {
        return Err(ApiError::NotFound("device"));
    }
    let device = read(&state, &who.scope, *id).await?;
    note(&state, &request, ActKind::DeviceRevoked, None, Some(&device)).await;
    Ok(Json(device))
}

/// Gives a phone a new token; the old one is refused from now on. The answer holds the new one, this once.
#[utoipa::path(post, operation_id = "rotateDeviceToken", path = "/api/v1/devices/{id}/token", tag = "devices", params(("id" = DeviceId, Path)),
    responses((status = 200, body = Enrolment), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn rotate(
    state: Data<AppState>,
    who: Can<UpdateDevices>,
    request: HttpRequest,
    id: Path<DeviceId>,
) -> Result<Json<Enrolment>, ApiError> {
    let device = in_use(&state, &who.scope, *id).await?;
    let token = fresh_token()?;
    let is_done = state.system.store().rotate_device_token(*id, phones::token_hash(&token)).await?;
    state.phones.forget(*id);
    if !is_done {
        return Err(revoked());
    }
    note(&state, &request, ActKind::TokenMinted, None, Some(&device)).await;
    Ok(Json(Enrolment::of(&request, device, token)))
}

/// Notes what became of a device. Its name and external id are a person's words, and stay out.
async fn note(
    state: &AppState,
    request: &HttpRequest,
    kind: ActKind,
    before: Option<&EnrolledDevice>,
    after: Option<&EnrolledDevice>,
) {
    let told = |device: &EnrolledDevice| -> Value {
        let EnrolledDevice { agent_id, app, external_id, settings, revoked_at, .. } = device;
        let has_external_id = external_id.is_some();
        json!({"agent_id": agent_id, "app": app, "has_external_id": has_external_id, "settings": settings, "revoked_at": revoked_at})
    };
    let id = after.or(before).map(|device| Object::new("device", device.id));
    state.audit.note(request, actor_of(request), kind, id, before.map(told), after.map(told)).await;
}

async fn read(state: &AppState, scope: &Scope, id: DeviceId) -> Result<EnrolledDevice, ApiError> {
    state.system.store().device(scope, id).await?.ok_or(ApiError::NotFound("device"))
}

async fn in_use(state: &AppState, scope: &Scope, id: DeviceId) -> Result<EnrolledDevice, ApiError> {
    let device = read(state, scope, id).await?;
    if device.revoked_at.is_some() { Err(revoked()) } else { Ok(device) }
}

fn revoked() -> ApiError {
    ApiError::Conflict { code: "revoked", message: "the device is revoked; enrol the phone anew".to_owned() }
}

fn checked_name(name: &str) -> Result<String, ApiError> {
    let device = Device::new(name).map_err(|_| ApiError::field("name", Device::LIMIT, format!("must be {}", Device::LIMIT)))?;
    Ok(device.as_str().to_owned())
}

fn fresh_token() -> Result<String, ApiError> {
    let mut secret = [0u8; TOKEN_BYTES];
    getrandom::fill(&mut secret).map_err(|_| ApiError::Internal)?;
    Ok(URL_SAFE_NO_PAD.encode(secret))
}

/// A phone with its token, and what sets its app up.
#[derive(Serialize, ToSchema)]
pub struct Enrolment {
    #[serde(flatten)]
    pub device: EnrolledDevice,
    /// The secret the phone shows; never shown again.
    pub token: String,
    pub setup: Setup,
}

/// What sets an app up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Setup {
    /// The address the app sends to, as it is written into the app by hand; for OsmAnd and GPSLogger a template.
    pub url: String,
    /// A link that sets the app up when it is opened on the phone or scanned there; not every app has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// User name and password, where the app asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

impl Enrolment {
    fn of(request: &HttpRequest, device: EnrolledDevice, token: String) -> Self {
        let setup = Setup::of(&public_url(request), &device, &token);
        Self { device, token, setup }
    }
}

/// The address under which phones reach this server, without a slash at the end.
fn public_url(request: &HttpRequest) -> String {
    address::own_origin(request).unwrap_or_default()
}

impl Setup {
    fn of(base: &str, device: &EnrolledDevice, token: &str) -> Self {
        let plain = |url: String| Self { url, link: None, username: None, password: None };
        let query = |pairs: &[(&str, &str)]| form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        match device.app {
            PhoneApp::TraccarClient => {
                let url = format!("{base}/phone/osmand");
                let link = format!("{base}/?{}", query(&[("id", token), ("url", &url)]));
                Self { link: Some(link), username: Some(token.to_owned()), ..plain(url) }
            }
            PhoneApp::Osmand => plain(format!(
                "{base}/phone/osmand/{token}?lat={{0}}&lon={{1}}&timestamp={{2}}&hdop={{3}}&altitude={{4}}&speed={{5}}&bearing={{6}}"
            )),
            PhoneApp::Owntracks => {
                let url = format!("{base}/phone/owntracks");
                let configuration = serde_json::json!({
                    "_type": "configuration", "mode": 3, "url": url, "auth": true, "username": device.name, "password": token,
                    "deviceId": device.name, "tid": tracker_id(&device.name), "cmd": device.settings.send_fences,
                    "remoteConfiguration": device.settings.send_fences, "monitoring": 1
                });
                let inline = STANDARD.encode(configuration.to_string());
                let link = format!("owntracks:///config?{}", query(&[("inline", &inline)]));
                Self { link: Some(link), username: Some(device.name.clone()), password: Some(token.to_owned()), ..plain(url) }
            }
            PhoneApp::Overland => {
                let url = format!("{base}/phone/overland");
                let pairs = [("url", url.as_str()), ("token", token), ("device_id", &device.name), ("unique_id", "yes")];
                Self { link: Some(format!("overland://setup?{}", query(&pairs))), password: Some(token.to_owned()), ..plain(url) }
            }
            PhoneApp::Gpslogger => plain(format!(
                "{base}/phone/gpslogger/{token}?lat=%LAT&lon=%LON&time=%TIME&acc=%ACC&alt=%ALT&spd=%SPD&dir=%DIR&prov=%PROV\
                 &batt=%BATT&ischarging=%ISCHARGING&aid=%AID"
            )),
            PhoneApp::Other => plain(format!("{base}/phone/osmand/{token}")),
        }
    }
}

/// The two letters OwnTracks draws on the map.
fn tracker_id(name: &str) -> String {
    let letters: Vec<char> = name.chars().filter(char::is_ascii_alphanumeric).collect();
    letters[letters.len().saturating_sub(2)..].iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use salessync_engine::Timestamp;
    use salessync_engine::device::DeviceSettings;

    fn setup(app: PhoneApp) -> Setup {
        let device = EnrolledDevice {
            id: DeviceId(Uuid::nil()),
            agent_id: AgentId(Uuid::nil()),
            name: "pixel-7".to_owned(),
            app,
            external_id: None,
            settings: DeviceSettings::default(),
            created_at: Timestamp::default(),
            revoked_at: None,
            last_seen_at: None,
            last_words: None,
        };
        Setup::of("https://s.example", &device, "T0k-_n")
    }

    #[test]
    fn each_app_is_set_up_in_its_own_way() {
        let traccar = setup(PhoneApp::TraccarClient);
        assert_eq!(traccar.url, "https://s.example/phone/osmand");
        assert_eq!(traccar.link.unwrap(), "https://s.example/?id=T0k-_n&url=https%3A%2F%2Fs.example%2Fphone%2Fosmand");
        let overland = setup(PhoneApp::Overland).link.unwrap();
        let expected =
            "overland://setup?url=https%3A%2F%2Fs.example%2Fphone%2Foverland&token=T0k-_n&device_id=pixel-7&unique_id=yes";
        assert_eq!(overland, expected);
        let owntracks = setup(PhoneApp::Owntracks).link.unwrap();
        let query = owntracks.strip_prefix("owntracks:///config?").unwrap();
        let (key, inline) = form_urlencoded::parse(query.as_bytes()).next().unwrap();
        assert_eq!(key, "inline");
        let configuration: serde_json::Value = serde_json::from_slice(&STANDARD.decode(inline.as_bytes()).unwrap()).unwrap();
        assert_eq!((&configuration["mode"], &configuration["tid"]), (&serde_json::json!(3), &serde_json::json!("l7")));
        assert_eq!((&configuration["username"], &configuration["password"]), (&"pixel-7".into(), &"T0k-_n".into()));
        let gpslogger = setup(PhoneApp::Gpslogger);
        assert!(
            gpslogger.url.starts_with("https://s.example/phone/gpslogger/T0k-_n?lat=%LAT&lon=%LON&time=%TIME&"),
            "{gpslogger:?}"
        );
        let osmand = setup(PhoneApp::Osmand);
        assert!(
            osmand
                .url
                .ends_with("/phone/osmand/T0k-_n?lat={0}&lon={1}&timestamp={2}&hdop={3}&altitude={4}&speed={5}&bearing={6}")
        );
        assert_eq!((gpslogger.link, osmand.link), (None, None));
    }
}
