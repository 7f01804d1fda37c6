//! The second factor: TOTP (RFC 6238, SHA-1, six digits, 30 s, a step either way), and recovery codes for the day the phone is lost. A
//! code works once, whichever it is.

use super::sessions::hash;
use crate::error::ApiError;
use crate::state::AppState;
use salessync_actors::store::sessions::Hash;
use salessync_actors::vault::{Place, Purpose};
use salessync_engine::{Timestamp, UserId};
use totp_rs::{Algorithm, TOTP};
use zeroize::Zeroizing;

const STEP_S: i64 = 30;
const DIGITS: usize = 6;
/// RFC 4226 recommends 160 bits.
const SECRET_LEN: usize = 20;
const RECOVERY_CODES: usize = 10;
/// Letters and digits that are not mistaken for one another.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Letters of a recovery code: 80 bits, so that a hash without salt hides it.
const RECOVERY_LEN: usize = 16;
const ISSUER: &str = "SalesSync";

/// A secret that an app takes in.
pub struct Proposal {
    pub secret: String,
    pub uri: String,
    pub sealed: Vec<u8>,
}

/// Makes a secret for a user.
pub fn propose(state: &AppState, user: UserId, account: &str) -> Result<Proposal, ApiError> {
    let mut secret = Zeroizing::new([0; SECRET_LEN]);
    aws_lc_rs::rand::fill(&mut *secret).map_err(|_| ApiError::Unavailable)?;
    let sealed = state.vault.seal(place(&user.to_string()), &*secret).map_err(sealing)?;
    let totp = totp(&*secret, account)?;
    Ok(Proposal { secret: totp.get_secret_base32(), uri: totp.get_url(), sealed })
}

/// Recovery codes, and what is stored of them.
pub fn new_recovery_codes() -> Result<(Vec<String>, Vec<Hash>), ApiError> {
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let mut bytes = [0; RECOVERY_LEN];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_| ApiError::Unavailable)?;
        codes.push(bytes.map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).iter().collect::<String>());
    }
    let hashes = codes.iter().map(|code| hash(code)).collect();
    let in_groups = |code: &String| [&code[..4], &code[4..8], &code[8..12], &code[12..]].join("-");
    Ok((codes.iter().map(in_groups).collect(), hashes))
}

/// The step whose code this is, if it is near now: the code of a secret that is yet to be confirmed.
pub fn step_of(state: &AppState, user: UserId, sealed: &[u8], code: &str, now: Timestamp) -> Result<Option<i64>, ApiError> {
    let secret = state.vault.open_sealed(place(&user.to_string()), sealed).map_err(sealing)?;
    matching(&secret, code, now)
}

fn matching(secret: &[u8], code: &str, now: Timestamp) -> Result<Option<i64>, ApiError> {
    let totp = totp(secret, "")?;
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let step = now.ms().div_euclid(1000 * STEP_S);
    let is_of = |step: &i64| {
        let time = u64::try_from(step * STEP_S).unwrap_or_default();
        aws_lc_rs::constant_time::verify_slices_are_equal(totp.generate(time).as_bytes(), code.as_bytes()).is_ok()
    };
    Ok([step - 1, step, step + 1].into_iter().find(is_of))
}

/// Uses a code up: one of the app's or a recovery code. False when it is wrong or was used before. Five tries at once for an account, then
/// one a minute: an error is 429.
pub async fn use_code(state: &AppState, user: UserId, code: &str, now: Timestamp) -> Result<bool, ApiError> {
    state.attempts.check_code(user).map_err(ApiError::TooManyAttempts)?;
    let store = state.system.store();
    let Some(factor) = store.second_factor(user).await?.filter(|factor| factor.is_confirmed) else { return Ok(false) };
    let digits = code.chars().filter(|c| !c.is_whitespace());
    if digits.clone().count() == DIGITS && digits.clone().all(|c| c.is_ascii_digit()) {
        return match step_of(state, user, &factor.secret_sealed, code, now)? {
            Some(step) => Ok(store.use_totp_step(user, step).await?),
            None => Ok(false),
        };
    }
    let code: String = code.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
    if code.len() != RECOVERY_LEN {
        return Ok(false);
    }
    Ok(store.use_recovery_code(user, hash(&code), now).await?)
}

fn totp(secret: &[u8], account: &str) -> Result<TOTP, ApiError> {
    // A colon would end the issuer in the address of the secret.
    let account = account.replace(':', "_");
    TOTP::new(Algorithm::SHA1, DIGITS, 1, STEP_S as u64, secret.to_vec(), Some(ISSUER.to_owned()), account).map_err(|error| {
        tracing::error!(%error, "a second factor's secret is not fit for use");
        ApiError::Internal
    })
}

fn place(user: &str) -> Place<'_> {
    Place { purpose: Purpose::SecondFactor, table: "second_factors", column: "secret_sealed", row: user }
}

fn sealing(error: salessync_actors::vault::VaultError) -> ApiError {
    tracing::error!(error = error.chain(), "a second factor cannot be sealed or opened");
    ApiError::Unavailable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard_and_good_for_a_step_either_way() {
        // RFC 6238, appendix B, SHA-1: the last six of eight digits.
        let secret = b"12345678901234567890";
        for (at_s, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")] {
            let at = Timestamp::from_ms(at_s * 1000).unwrap();
            let step = at_s / STEP_S;
            assert_eq!(matching(secret, code, at).unwrap(), Some(step));
            assert_eq!(matching(secret, &format!("{} {}", &code[..3], &code[3..]), at).unwrap(), Some(step));
            for (shift_s, is_taken) in [(-60, false), (-30, true), (30, true), (60, false)] {
                let taken = matching(secret, code, at.plus_s(shift_s)).unwrap();
                assert_eq!(taken.is_some(), is_taken, "{code} at {shift_s}");
            }
            for wrong in ["", "000000", &code[..5], "１２３４５６"] {
                assert_eq!(matching(secret, wrong, at).unwrap(), None, "{wrong:?}");
            }
        }
    }

    #[test]
    fn recovery_codes_are_ten_and_differ() {
        let (codes, hashes) = new_recovery_codes().unwrap();
        assert_eq!((codes.len(), hashes.len()), (RECOVERY_CODES, RECOVERY_CODES));
        for (code, stored) in codes.iter().zip(&hashes) {
            assert_eq!(code.len(), RECOVERY_LEN + 3);
            assert_eq!(hash(&code.replace('-', "")), *stored);
        }
        assert_eq!(codes.iter().collect::<std::collections::HashSet<_>>().len(), RECOVERY_CODES);
    }
}
