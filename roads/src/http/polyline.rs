//! Lines as text: Google's encoded polylines, of five or six decimals.

use salessync_engine::Point;

/// Corners of a line; a continent's road has fewer.
const POINTS_MAX: usize = 1_000_000;

/// Reads a line; None where the text is none, or leaves the earth.
pub fn decode(text: &str, decimals: i32) -> Option<Vec<Point>> {
    let unit = 10_f64.powi(decimals);
    let mut bytes = text.bytes();
    let mut number = || -> Option<Option<i64>> {
        let (mut value, mut shift) = (0_i64, 0);
        loop {
            let Some(byte) = bytes.next() else { return if shift == 0 { Some(None) } else { None } };
            let chunk = i64::from(byte.checked_sub(63)?);
            value |= (chunk & 0x1f) << shift;
            shift += 5;
            if chunk < 0x20 {
                return Some(Some(if value & 1 == 1 { !(value >> 1) } else { value >> 1 }));
            }
            if shift > 40 {
                return None;
            }
        }
    };
    let (mut lat, mut lon) = (0_i64, 0_i64);
    let mut points = Vec::new();
    while let Some(d_lat) = number()? {
        lat += d_lat;
        lon += number()??;
        points.push(Point::new(lat as f64 / unit, lon as f64 / unit).ok()?);
        if points.len() > POINTS_MAX {
            return None;
        }
    }
    Some(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_is_read() {
        let points = decode("_p~iF~ps|U_ulLnnqC_mqNvxq`@", 5).unwrap();
        let expected = [(38.5, -120.2), (40.7, -120.95), (43.252, -126.453)].map(|(lat, lon)| Point::new(lat, lon).unwrap());
        assert_eq!(points, expected);
        assert_eq!(decode("", 6), Some(Vec::new()));
    }

    #[test]
    fn what_is_no_line_is_none() {
        for text in ["_p~iF", "_p~iF~ps|", "\u{1}\u{2}", "~~~~~~~~~~~~~~~~", "_p~iF~ps|U_p~iF~ps|U_p~iF~ps|U"] {
            assert_eq!(decode(text, 5), None, "{text:?}");
        }
    }
}
