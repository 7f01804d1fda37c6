//! The bytes of something sealed, and one key that seals and opens. AES-256-GCM with a random 96-bit nonce per message.
//!
//! ```text
//! sealed = 0x01  key id:u32 BE  nonce:12  ciphertext  tag:16
//! ```
//! The associated data names table, column and row, so that bytes moved to another place do not open. A key may seal 2^32 messages before
//! random nonces become likely to meet; a data key is changed long before (docs/adr/0007).

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use zeroize::Zeroizing;

/// First byte: the only form so far.
const FORM: u8 = 1;
pub(super) const KEY_LEN: usize = 32;
const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;
const HEAD_LEN: usize = 1 + 4;
/// What sealing adds to the plain bytes.
pub const OVERHEAD: usize = HEAD_LEN + NONCE_LEN + TAG_LEN;

/// A key in memory. Has neither `Debug` nor `Clone`: its bytes are nowhere but here, and are wiped with it.
pub(super) struct Key(RandomizedNonceKey);

/// Bytes that a key does not open: another key, another place, or changed on the way. Which of these cannot be told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct DoesNotOpen;

impl Key {
    pub(super) fn new(bytes: &[u8; KEY_LEN]) -> Self {
        Self(RandomizedNonceKey::new(&AES_256_GCM, bytes).expect("32 bytes are an AES-256 key"))
    }

    /// Seals: nonce, ciphertext, tag, appended to `out`.
    pub(super) fn seal_into(&self, out: &mut Vec<u8>, associated: &[u8], plain: &[u8]) {
        let start = out.len();
        out.extend_from_slice(&[0; NONCE_LEN]);
        out.extend_from_slice(plain);
        let body = &mut out[start + NONCE_LEN..];
        let sealed = self.0.seal_in_place_separate_tag(Aad::from(associated), body);
        let (nonce, tag) = sealed.expect("AES-GCM refuses only what is longer than 64 GiB");
        out[start..start + NONCE_LEN].copy_from_slice(nonce.as_ref());
        out.extend_from_slice(tag.as_ref());
    }

    /// Opens nonce, ciphertext, tag.
    pub(super) fn open(&self, associated: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(DoesNotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| DoesNotOpen)?;
        let mut body = Zeroizing::new(body.to_vec());
        let len = self.0.open_in_place(nonce, Aad::from(associated), &mut body).map_err(|_| DoesNotOpen)?.len();
        body.truncate(len);
        Ok(body)
    }
}

/// Seals with the key of that id.
pub(super) fn seal(key: &Key, id: u32, associated: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(OVERHEAD + plain.len());
    out.push(FORM);
    out.extend_from_slice(&id.to_be_bytes());
    key.seal_into(&mut out, associated, plain);
    out
}

/// Which key opens this, and what is to be opened; None for bytes that nobody sealed.
pub(super) fn read(sealed: &[u8]) -> Option<(u32, &[u8])> {
    let (&[form, a, b, c, d], body) = sealed.split_first_chunk::<HEAD_LEN>()?;
    (form == FORM && body.len() >= NONCE_LEN + TAG_LEN).then_some((u32::from_be_bytes([a, b, c, d]), body))
}

/// Random key bytes.
pub(super) fn fresh_key() -> Zeroizing<[u8; KEY_LEN]> {
    let mut bytes = Zeroizing::new([0; KEY_LEN]);
    aws_lc_rs::rand::fill(&mut *bytes).expect("the system gives randomness");
    bytes
}

/// Fields one after the other, each with its length before it, so that no two lists of fields give the same bytes.
pub(super) fn joined(fields: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::with_capacity(fields.iter().map(|field| field.len() + 4).sum());
    for field in fields {
        out.extend_from_slice(&(field.len() as u32).to_be_bytes());
        out.extend_from_slice(field);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn key(n: u8) -> Key {
        Key::new(&[n; KEY_LEN])
    }

    #[test]
    fn what_is_sealed_opens_to_the_same_bytes() {
        let key = key(1);
        for len in [0, 1, 15, 16, 17, 254, 4_096] {
            let mut plain = vec![0; len];
            aws_lc_rs::rand::fill(&mut plain).unwrap();
            let sealed = seal(&key, 7, b"here", &plain);
            assert_eq!(sealed.len(), OVERHEAD + len);
            let (id, body) = read(&sealed).unwrap();
            assert_eq!((id, key.open(b"here", body).unwrap().as_slice()), (7, plain.as_slice()));
        }
    }

    #[test]
    fn a_changed_bit_anywhere_after_the_head_does_not_open() {
        let key = key(1);
        let sealed = seal(&key, 7, b"here", b"anna@example.com");
        for bit in HEAD_LEN * 8..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key.open(b"here", read(&changed).unwrap().1), Err(DoesNotOpen), "bit {bit}");
        }
        for cut in 0..sealed.len() {
            assert!(read(&sealed[..cut]).is_none_or(|(_, body)| key.open(b"here", body).is_err()), "cut at {cut}");
        }
    }

    #[test]
    fn another_place_or_another_key_does_not_open() {
        let sealed = seal(&key(1), 7, b"here", b"x");
        let (_, body) = read(&sealed).unwrap();
        assert_eq!(key(1).open(b"there", body), Err(DoesNotOpen));
        assert_eq!(key(2).open(b"here", body), Err(DoesNotOpen));
    }

    #[test]
    fn another_form_is_not_read() {
        let mut sealed = seal(&key(1), 7, b"here", b"x");
        sealed[0] = 2;
        assert_eq!(read(&sealed), None);
    }

    #[test]
    fn nonces_do_not_repeat() {
        let key = key(1);
        let nonces: HashSet<_> = (0..10_000).map(|_| seal(&key, 7, b"", b"x")[HEAD_LEN..HEAD_LEN + NONCE_LEN].to_vec()).collect();
        assert_eq!(nonces.len(), 10_000);
    }

    #[test]
    fn fields_cannot_run_into_each_other() {
        assert_ne!(joined(&[b"users", b"email"]), joined(&[b"user", b"semail"]));
        assert_ne!(joined(&[b"a", b""]), joined(&[b"", b"a"]));
    }
}
