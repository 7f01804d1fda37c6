//! An enrolled phone: which stock app speaks for which agent, and how it is understood. The fixes it sends carry its `name`.
//!
//! The secret it shows is not here: only its hash is kept, beside the row. `external_id` is a second, weak way to be recognised, for
//! apps and scripts that can only say who they are.

use crate::track::Device;
use crate::wire::phone::{SpeedUnit, Words};
use crate::{AgentId, DeviceId, Timestamp};
use serde::{Deserialize, Serialize};

/// Phones an agent may have at a time, revoked ones not counted.
pub const DEVICES_PER_AGENT_MAX: usize = 20;

/// The app on the phone: decides how it is set up. Any app may use any phone endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(type_name = "text", rename_all = "snake_case"))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PhoneApp {
    TraccarClient,
    Osmand,
    Owntracks,
    Overland,
    Gpslogger,
    Other,
}

impl PhoneApp {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TraccarClient => "traccar_client",
            Self::Osmand => "osmand",
            Self::Owntracks => "owntracks",
            Self::Overland => "overland",
            Self::Gpslogger => "gpslogger",
            Self::Other => "other",
        }
    }
}

/// How a phone is understood and answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceSettings {
    /// Unit of `speed` in the OsmAnd protocol, which names none.
    pub speed_unit: SpeedUnit,
    /// Whether OwnTracks is sent the agent's fences as waypoints to watch itself.
    pub send_fences: bool,
}

/// A phone as stored and as shown.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrolledDevice {
    pub id: DeviceId,
    pub agent_id: AgentId,
    /// The device its fixes carry: 1 to 64 characters of `A-Z a-z 0-9 . _ : -`.
    pub name: String,
    pub app: PhoneApp,
    /// What the phone may call itself instead of showing its token; a weak secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    pub settings: DeviceSettings,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// When it was last heard of, by the server's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_words: Option<Words>,
}

/// What makes a new device.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewDevice {
    pub app: PhoneApp,
    /// 1 to 64 characters of `A-Z a-z 0-9 . _ : -`; made from the app when left out. A phone that is enrolled anew keeps its track by
    /// keeping its name.
    #[serde(default)]
    pub name: Option<String>,
    /// 4 to 64 characters of `A-Z a-z 0-9 . _ : -`, unique. Taken as identity by the OsmAnd protocol alone.
    #[serde(default)]
    pub external_id: Option<String>,
    #[serde(default)]
    pub settings: DeviceSettings,
}

/// A change of a device: what is absent stays.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DevicePatch {
    pub name: Option<String>,
    pub settings: Option<SettingsPatch>,
}

/// A change of settings: what is absent stays.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SettingsPatch {
    pub speed_unit: Option<SpeedUnit>,
    pub send_fences: Option<bool>,
}

impl DeviceSettings {
    pub fn with(self, patch: SettingsPatch) -> Self {
        Self {
            speed_unit: patch.speed_unit.unwrap_or(self.speed_unit),
            send_fences: patch.send_fences.unwrap_or(self.send_fences),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("external_id must be {}", ExternalIdFlaw::LIMIT)]
pub struct ExternalIdFlaw;

impl ExternalIdFlaw {
    pub const LIMIT: &'static str = "4..64 characters of A-Z a-z 0-9 . _ : -";
}

/// Checks what a phone may call itself.
pub fn checked_external_id(text: &str) -> Result<String, ExternalIdFlaw> {
    // The same alphabet as a device's name; shorter ones would be guessed at once.
    match Device::new(text) {
        Ok(id) if text.len() >= 4 => Ok(id.as_str().to_owned()),
        Ok(_) | Err(_) => Err(ExternalIdFlaw),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_external_id_is_plain_and_not_too_short() {
        for (text, expected) in
            [("123456", true), ("a.b_c:d-1", true), ("123", false), ("12 45", false), ("äöüß", false), ("", false)]
        {
            assert_eq!(checked_external_id(text).is_ok(), expected, "{text}");
        }
        assert!(checked_external_id(&"1".repeat(64)).is_ok() && checked_external_id(&"1".repeat(65)).is_err());
    }

    #[test]
    fn settings_are_changed_one_by_one() {
        let settings = DeviceSettings { speed_unit: SpeedUnit::MilesPerHour, send_fences: false };
        let changed = settings.with(SettingsPatch { send_fences: Some(true), ..SettingsPatch::default() });
        assert_eq!(changed, DeviceSettings { speed_unit: SpeedUnit::MilesPerHour, send_fences: true });
        assert!(serde_json::from_str::<DeviceSettings>(r#"{"speed":"kn"}"#).is_err());
        assert_eq!(serde_json::from_str::<DeviceSettings>("{}").unwrap().speed_unit, SpeedUnit::Knots);
    }
}
