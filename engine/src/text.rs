//! Numbers and times as text, written by hand where they are written a million times a second. Exactly what serde would write.

use crate::Timestamp;
use chrono::{Datelike, Timelike};
use std::io::Write;

/// Writes a whole number.
pub(crate) fn put_int(out: &mut Vec<u8>, value: i64) {
    write!(out, "{value}").expect("writing to a Vec cannot fail");
}

/// Writes `scaled / 10^places` without trailing zeros.
pub(crate) fn put_decimal(out: &mut Vec<u8>, scaled: i64, places: u32) {
    let unit = 10u64.pow(places);
    if scaled < 0 {
        out.push(b'-');
    }
    let magnitude = scaled.unsigned_abs();
    let (whole, mut fraction) = (magnitude / unit, magnitude % unit);
    put_int(out, whole as i64);
    if fraction == 0 {
        return;
    }
    let mut digits = [b'0'; 8];
    let mut len = places as usize;
    for digit in digits[..len].iter_mut().rev() {
        *digit = b'0' + (fraction % 10) as u8;
        fraction /= 10;
    }
    while digits[len - 1] == b'0' {
        len -= 1;
    }
    out.push(b'.');
    out.extend_from_slice(&digits[..len]);
}

/// Writes a time as RFC 3339 with milliseconds, in UTC: `Timestamp`'s own text. Years of the range have four digits.
pub(crate) fn put_time(out: &mut Vec<u8>, at: Timestamp) {
    let time = at.to_utc();
    let two = |value: u32| [b'0' + (value / 10) as u8, b'0' + (value % 10) as u8];
    let year = time.year().unsigned_abs();
    let ms = time.timestamp_subsec_millis();
    let ([y1, y2], [y3, y4]) = (two(year / 100), two(year % 100));
    let ([mo1, mo2], [d1, d2]) = (two(time.month()), two(time.day()));
    let ([h1, h2], [mi1, mi2], [s1, s2]) = (two(time.hour()), two(time.minute()), two(time.second()));
    let ([ms2, ms3], ms1) = (two(ms % 100), b'0' + (ms / 100) as u8);
    out.extend_from_slice(&[
        y1, y2, y3, y4, b'-', mo1, mo2, b'-', d1, d2, b'T', h1, h2, b':', mi1, mi2, b':', s1, s2, b'.', ms1, ms2, ms3, b'Z',
    ]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_it_displays() {
        for ms in [Timestamp::MIN.ms(), Timestamp::MAX.ms(), 0, -1, 999, 1_795_420_800_250, 951_782_400_000, 4_102_444_799_009] {
            let at = Timestamp::from_ms(ms).unwrap();
            let mut text = Vec::new();
            put_time(&mut text, at);
            assert_eq!(String::from_utf8(text).unwrap(), at.to_string());
        }
    }
}
