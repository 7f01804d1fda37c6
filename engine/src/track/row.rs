//! A fix as a JSON row of a track, written by hand because a day has thousands: the fields of the gateway's `FixView`, whose test holds
//! this to what serde would write.

use super::{Device, Fix};
use crate::text::{put_decimal, put_time};

/// Appends the fields of a fix, without braces, so that a caller may add its own. What is absent is left out.
pub fn write_fields(out: &mut Vec<u8>, fix: &Fix, device: &Device) {
    out.extend_from_slice(br#""recorded_at":""#);
    put_time(out, fix.recorded_at);
    out.extend_from_slice(br#"","lat":"#);
    put_decimal(out, i64::from(fix.point.lat_e7()), 7);
    out.extend_from_slice(br#","lon":"#);
    put_decimal(out, i64::from(fix.point.lon_e7()), 7);
    if let Some(dm) = fix.accuracy_dm {
        out.extend_from_slice(br#","accuracy_m":"#);
        put_decimal(out, i64::from(dm), 1);
    }
    if let Some(cmps) = fix.speed_cmps {
        out.extend_from_slice(br#","speed_mps":"#);
        put_decimal(out, i64::from(cmps), 2);
    }
    if let Some(ddeg) = fix.bearing_ddeg {
        out.extend_from_slice(br#","bearing_deg":"#);
        put_decimal(out, i64::from(ddeg), 1);
    }
    if let Some(dm) = fix.altitude_dm {
        out.extend_from_slice(br#","altitude_m":"#);
        put_decimal(out, i64::from(dm), 1);
    }
    if let Some(pct) = fix.battery_pct {
        out.extend_from_slice(br#","battery":"#);
        put_decimal(out, i64::from(pct), 2);
    }
    out.extend_from_slice(br#","source":""#);
    out.extend_from_slice(fix.source.as_str().as_bytes());
    out.extend_from_slice(br#"","device":""#);
    out.extend_from_slice(device.as_str().as_bytes()); // nothing in it to escape, by Device::new
    out.push(b'"');
}

/// Appends a GeoJSON position: `[lon,lat]`, and the altitude where it is known.
pub fn write_position(out: &mut Vec<u8>, fix: &Fix) {
    out.push(b'[');
    put_decimal(out, i64::from(fix.point.lon_e7()), 7);
    out.push(b',');
    put_decimal(out, i64::from(fix.point.lat_e7()), 7);
    if let Some(dm) = fix.altitude_dm {
        out.push(b',');
        put_decimal(out, i64::from(dm), 1);
    }
    out.push(b']');
}
