//! What a phone says of itself beside where it is: the reason why it is silent, when it is silent later.
//!
//! Kept as the sum of everything heard, the newest word of each kind; what was never said is absent.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// Longest text taken over from an app, characters.
const TEXT_MAX: usize = 64;

/// A phone's last words.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Words {
    /// When the phone said the newest of them, by its own clock.
    pub at: Timestamp,
    /// What the phone calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls_itself: Option<String>,
    /// Charge as a fraction, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_charging: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Network>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission: Option<Permission>,
    /// Are the phone's location services switched on?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_location_service: Option<bool>,
    /// Is the phone saving power?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saves_power: Option<bool>,
    /// May the system stop the app in the background?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub may_be_stopped: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitoring: Option<Monitoring>,
    /// still, walking, driving… as the app says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_moving: Option<bool>,
    /// What made the app send: heartbeat, enter, providerchange… as the app says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// A call for help or a warning: sos, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Network {
    Wifi,
    Mobile,
    Offline,
}

/// What the person lets the app know of the location.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Permission {
    Always,
    WhileInUse,
    Denied,
    /// By the phone's administrator.
    Restricted,
    NotAsked,
}

/// How eagerly OwnTracks reports.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Monitoring {
    Quiet,
    Manual,
    Significant,
    Move,
}

impl Monitoring {
    pub(super) fn from_code(code: f64) -> Option<Self> {
        match code as i64 {
            -1 => Some(Self::Quiet),
            0 => Some(Self::Manual),
            1 => Some(Self::Significant),
            2 => Some(Self::Move),
            _ => None,
        }
    }
}

impl Words {
    pub fn new(at: Timestamp) -> Self {
        Self { at, ..Self::default() }
    }

    /// Takes in other words. Where both say something the later ones stand, and among equals those heard last.
    pub fn hear(&mut self, other: &Self) {
        let is_newer = other.at >= self.at;
        self.at = self.at.max(other.at);
        put(&mut self.calls_itself, &other.calls_itself, is_newer);
        put(&mut self.battery, &other.battery, is_newer);
        put(&mut self.is_charging, &other.is_charging, is_newer);
        put(&mut self.network, &other.network, is_newer);
        put(&mut self.permission, &other.permission, is_newer);
        put(&mut self.has_location_service, &other.has_location_service, is_newer);
        put(&mut self.saves_power, &other.saves_power, is_newer);
        put(&mut self.may_be_stopped, &other.may_be_stopped, is_newer);
        put(&mut self.monitoring, &other.monitoring, is_newer);
        put(&mut self.activity, &other.activity, is_newer);
        put(&mut self.is_moving, &other.is_moving, is_newer);
        put(&mut self.event, &other.event, is_newer);
        put(&mut self.alarm, &other.alarm, is_newer);
    }
}

fn put<T: Clone>(known: &mut Option<T>, other: &Option<T>, is_newer: bool) {
    if other.is_some() && (is_newer || known.is_none()) {
        known.clone_from(other);
    }
}

/// A text of an app as far as it is kept: without control characters, not longer than `TEXT_MAX`; an empty one is none.
pub(super) fn kept(text: &str) -> Option<String> {
    let kept: String = text.trim().chars().filter(|c| !c.is_control()).take(TEXT_MAX).collect();
    (!kept.is_empty()).then_some(kept)
}

/// Why a phone has probably fallen silent, as its last words tell it. The most certain reason first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SilenceReason {
    /// The app may not know the location any more.
    PermissionDenied,
    /// The phone's location services were switched off.
    LocationServicesOff,
    /// At most 5 % of charge, and not charging.
    BatteryEmpty,
    /// The app was told to report nothing, or only on request.
    Paused,
    /// No network when it was last heard.
    NoNetwork,
    /// The app may know the location only while it is open.
    OnlyWhileOpen,
    /// The system saves power, or may stop the app in the background.
    StoppedBySystem,
}

/// Charge at which a phone is about to go off, as a fraction.
const BATTERY_EMPTY: f64 = 0.05;

/// Returns why a phone is silent, from its last words and the charge it last reported with a fix.
pub fn silence_reason(words: &Words, battery: Option<f64>) -> Option<SilenceReason> {
    let battery = words.battery.or(battery);
    let is_empty = battery.is_some_and(|charge| charge <= BATTERY_EMPTY) && words.is_charging != Some(true);
    let may_be_stopped = words.may_be_stopped == Some(true) || words.saves_power == Some(true);
    match words {
        Words { permission: Some(Permission::Denied | Permission::Restricted | Permission::NotAsked), .. } => {
            Some(SilenceReason::PermissionDenied)
        }
        Words { has_location_service: Some(false), .. } => Some(SilenceReason::LocationServicesOff),
        _ if is_empty => Some(SilenceReason::BatteryEmpty),
        Words { monitoring: Some(Monitoring::Quiet | Monitoring::Manual), .. } => Some(SilenceReason::Paused),
        Words { network: Some(Network::Offline), .. } => Some(SilenceReason::NoNetwork),
        Words { permission: Some(Permission::WhileInUse), .. } => Some(SilenceReason::OnlyWhileOpen),
        _ if may_be_stopped => Some(SilenceReason::StoppedBySystem),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_word_stands_and_nothing_said_is_forgotten() {
        let at = |s| Timestamp::parse("2026-11-23T08:00:00Z").unwrap().plus_s(s);
        let mut words = Words { battery: Some(0.5), network: Some(Network::Wifi), ..Words::new(at(60)) };
        words.hear(&Words { battery: Some(0.9), is_charging: Some(true), ..Words::new(at(0)) });
        assert_eq!((words.battery, words.is_charging, words.at), (Some(0.5), Some(true), at(60)), "late words fill gaps only");
        words.hear(&Words { battery: Some(0.4), ..Words::new(at(61)) });
        assert_eq!((words.battery, words.network, words.at), (Some(0.4), Some(Network::Wifi), at(61)));
    }

    #[test]
    fn a_text_is_cut_and_cleaned() {
        assert_eq!(kept(" sos\u{0} "), Some("sos".to_owned()));
        assert_eq!(kept(&"ä".repeat(1_000)).unwrap().chars().count(), TEXT_MAX);
        assert_eq!(kept(" \n"), None);
    }

    #[test]
    fn the_most_certain_reason_for_silence_wins() {
        let words = Words::default();
        assert_eq!(silence_reason(&words, None), None);
        assert_eq!(silence_reason(&words, Some(0.05)), Some(SilenceReason::BatteryEmpty));
        assert_eq!(silence_reason(&words, Some(0.06)), None);
        let charging = Words { is_charging: Some(true), ..words.clone() };
        assert_eq!(silence_reason(&charging, Some(0.01)), None);
        let saving = Words { saves_power: Some(true), ..words.clone() };
        assert_eq!(silence_reason(&saving, None), Some(SilenceReason::StoppedBySystem));
        let denied =
            Words { permission: Some(Permission::Denied), network: Some(Network::Offline), battery: Some(0.01), ..saving };
        assert_eq!(silence_reason(&denied, None), Some(SilenceReason::PermissionDenied));
        let off = Words { has_location_service: Some(false), permission: Some(Permission::Always), ..denied };
        assert_eq!(silence_reason(&off, None), Some(SilenceReason::LocationServicesOff));
    }
}
