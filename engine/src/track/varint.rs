//! LEB128 varints and zigzag: the alphabet of the chunk codec. Reading never panics and never reads past the end.

/// Appends an unsigned integer, seven bits a byte, least significant first.
pub fn put_u64(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends a signed integer, small magnitudes first (0, -1, 1, -2, …).
pub fn put_i64(out: &mut Vec<u8>, value: i64) {
    put_u64(out, ((value << 1) ^ (value >> 63)) as u64);
}

/// Reads an unsigned integer from the front of `input`; None when it is cut off or longer than 64 bits.
pub fn take_u64(input: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for (index, byte) in input.iter().enumerate().take(10) {
        let bits = u64::from(byte & 0x7f);
        if index == 9 && bits > 1 {
            return None;
        }
        value |= bits << (7 * index);
        if byte & 0x80 == 0 {
            *input = &input[index + 1..];
            return Some(value);
        }
    }
    None
}

/// Reads a signed integer from the front of `input`.
pub fn take_i64(input: &mut &[u8]) -> Option<i64> {
    let zigzag = take_u64(input)?;
    Some((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64))
}

/// Splits `len` bytes off the front of `input`.
pub fn take_bytes<'a>(input: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (head, tail) = input.split_at_checked(len)?;
    *input = tail;
    Some(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_magnitude_survives() {
        for value in [0, 1, -1, 63, -64, 64, 1 << 20, -(1 << 40), i64::MAX, i64::MIN] {
            let mut bytes = Vec::new();
            put_i64(&mut bytes, value);
            let mut input = bytes.as_slice();
            assert_eq!(take_i64(&mut input), Some(value));
            assert!(input.is_empty());
        }
    }

    #[test]
    fn what_is_cut_off_or_too_long_is_nothing() {
        assert_eq!(take_u64(&mut [].as_slice()), None);
        assert_eq!(take_u64(&mut [0x80, 0x80].as_slice()), None);
        assert_eq!(take_u64(&mut [0xff; 11].as_slice()), None);
        assert_eq!(take_bytes(&mut [1, 2].as_slice(), 3), None);
    }
}
