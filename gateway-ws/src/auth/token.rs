//! Access tokens: JWT, signed and verified with keys in memory, one algorithm only. They say who somebody is and in which session; what they
//! may do is looked up each time.
//!
//! The invariant: a token is believed only if a key of ours, found by its `kid` among those in use and for the one algorithm in use, signed
//! exactly these claims. Nothing else in its header is read: not `jku`, `jwk`, `x5u` or `alg`.

use super::keys::SigningKeys;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use salessync_actors::PrincipalId;
use salessync_engine::{AgentId, SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// RFC 9068: says that this is an access token and nothing else.
const TYPE: &str = "at+jwt";
/// Tokens a thread remembers as good; a console asks with the same one many times.
const SEEN_MAX: usize = 1_024;
/// Longer ones are not ours.
const TOKEN_BYTES_MAX: usize = 2_048;

/// Whose token, of which session, and how long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Claimed {
    pub whose: PrincipalId,
    pub session: SessionId,
    /// The administrator who acts as `whose`.
    pub impersonator: Option<UserId>,
    pub issued_at: Timestamp,
    pub expires: Timestamp,
    /// Names the token: the same id at the same time is the same token.
    pub id: Uuid,
}

/// What a token says.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    kind: Kind,
    sid: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    act: Option<ActingFor>,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Kind {
    User,
    Agent,
}

/// RFC 8693, 4.1: who acts as the subject.
#[derive(Serialize, Deserialize)]
struct ActingFor {
    sub: Uuid,
}

thread_local! {
    static SEEN: RefCell<HashMap<String, Seen>> = RefCell::new(HashMap::new());
}

struct Seen {
    /// The keys it was verified with: a retired key makes a new set, and what the old one said is asked again.
    by: Uuid,
    says: Claimed,
}

/// The keys of one moment, and what they are used for. Never changed: other keys are another value.
pub struct KeySet {
    id: Uuid,
    algorithm: Algorithm,
    issuer: String,
    audience: String,
    signing: (Option<String>, EncodingKey),
    verifying: Verifying,
    validation: Validation,
}

enum Verifying {
    /// HS256 in single-secret mode. Tokens have no kid.
    Secret(DecodingKey),
    /// By kid.
    Keys(HashMap<String, Verifier>),
}

struct Verifier {
    key: DecodingKey,
    /// No token signed with it lives longer.
    until: Option<Timestamp>,
}

/// An Ed25519 key with which tokens are verified, and which are published.
pub struct PublicKey {
    pub kid: String,
    /// 32 bytes.
    pub public: Vec<u8>,
    /// None: while it is there.
    pub until: Option<Timestamp>,
}

impl KeySet {
    /// HS256 with one secret.
    pub fn of_secret(secret: &[u8], issuer: &str, audience: &str) -> Self {
        let signing = (None, EncodingKey::from_secret(secret));
        Self::new(Algorithm::HS256, issuer, audience, signing, Verifying::Secret(DecodingKey::from_secret(secret)))
    }

    /// EdDSA: one key signs, each of them verifies.
    pub fn of_keys(signing_kid: &str, signing_pkcs8: &[u8], public: &[PublicKey], issuer: &str, audience: &str) -> Self {
        let verifier = |key: &PublicKey| Verifier { key: DecodingKey::from_ed_der(&key.public), until: key.until };
        let keys = public.iter().map(|key| (key.kid.clone(), verifier(key))).collect();
        let signing = (Some(signing_kid.to_owned()), EncodingKey::from_ed_der(signing_pkcs8));
        Self::new(Algorithm::EdDSA, issuer, audience, signing, Verifying::Keys(keys))
    }

    fn new(
        algorithm: Algorithm,
        issuer: &str,
        audience: &str,
        signing: (Option<String>, EncodingKey),
        verifying: Verifying,
    ) -> Self {
        let mut validation = Validation::new(algorithm);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Times are compared with the clock of the system, which tests can move.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let (issuer, audience) = (issuer.to_owned(), audience.to_owned());
        Self { id: Uuid::new_v4(), algorithm, issuer, audience, signing, verifying, validation }
    }

    /// The key that signs, where keys have names.
    pub fn kid(&self) -> Option<&str> {
        self.signing.0.as_deref()
    }

    /// Signs. The same claims give the same token as long as the same key signs. None: programs show their key and have no tokens.
    pub fn sign(&self, claimed: &Claimed) -> Option<String> {
        let (sub, kind) = match claimed.whose {
            PrincipalId::User(id) => (id.0, Kind::User),
            PrincipalId::Agent(id) => (id.0, Kind::Agent),
            PrincipalId::ApiKey(_) => return None,
        };
        let seconds = |time: Timestamp| time.ms().div_euclid(1000);
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub,
            kind,
            sid: claimed.session.0,
            iat: seconds(claimed.issued_at),
            nbf: seconds(claimed.issued_at),
            exp: seconds(claimed.expires),
            jti: claimed.id,
            act: claimed.impersonator.map(|id| ActingFor { sub: id.0 }),
        };
        let header = Header { typ: Some(TYPE.to_owned()), kid: self.signing.0.clone(), ..Header::new(self.algorithm) };
        encode(&header, &claims, &self.signing.1).ok()
    }

    /// Who the token is for and until when, if it is ours and good now. A token that this thread has verified with these keys is not
    /// verified again: only its times are looked at.
    pub fn verify(&self, token: &str, now: Timestamp) -> Option<Claimed> {
        let is_now = |says: Claimed| (says.issued_at <= now.plus_ms(999) && says.expires > now).then_some(says);
        if let Some(known) = SEEN.with_borrow(|seen| seen.get(token).filter(|seen| seen.by == self.id).map(|seen| seen.says)) {
            return is_now(known);
        }
        let says = is_now(self.verify_anew(token, now)?)?;
        let PrincipalId::User(_) = says.whose else { return Some(says) }; // a phone shows its token once in a connection
        SEEN.with_borrow_mut(|seen| {
            if seen.len() >= SEEN_MAX {
                seen.clear();
            }
            seen.insert(token.to_owned(), Seen { by: self.id, says });
        });
        Some(says)
    }

    fn verify_anew(&self, token: &str, now: Timestamp) -> Option<Claimed> {
        if token.len() > TOKEN_BYTES_MAX {
            return None;
        }
        let header = decode_header(token).ok()?;
        if header.typ.as_deref() != Some(TYPE) || header.alg != self.algorithm {
            return None;
        }
        let key = match &self.verifying {
            Verifying::Secret(key) => key,
            Verifying::Keys(keys) => {
                let verifier = keys.get(header.kid.as_deref()?)?;
                &verifier.until.is_none_or(|until| until > now).then_some(verifier)?.key
            }
        };
        let Claims { sub, kind, sid, nbf, exp, jti, act, .. } = decode::<Claims>(token, key, &self.validation).ok()?.claims;
        let at = |seconds: i64| Timestamp::from_ms_clamped(seconds.saturating_mul(1000));
        Some(Claimed {
            whose: match kind {
                Kind::User => PrincipalId::User(UserId(sub)),
                Kind::Agent => PrincipalId::Agent(AgentId(sub)),
            },
            session: SessionId(sid),
            impersonator: act.map(|act| UserId(act.sub)),
            issued_at: at(nbf),
            expires: at(exp),
            id: jti,
        })
    }
}

/// Signs and verifies with the keys of the moment.
#[derive(Clone)]
pub struct Tokens {
    keys: Arc<SigningKeys>,
}

impl Tokens {
    pub fn new(keys: SigningKeys) -> Self {
        Self { keys: Arc::new(keys) }
    }

    /// The keys of this moment. None when they cannot be opened, which is logged.
    pub fn keys(&self) -> Option<Arc<KeySet>> {
        self.keys.now()
    }

    /// Who the token is for, if it is ours and good now. Whether their session is is for the caller to ask.
    pub fn verify(&self, token: &str, now: Timestamp) -> Option<Claimed> {
        self.keys.now()?.verify(token, now)
    }

    /// RFC 7517: the public keys. Empty where one secret signs.
    pub fn published(&self, now: Timestamp) -> Vec<serde_json::Value> {
        let key = |(kid, public): (String, Vec<u8>)| {
            serde_json::json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid,
                               "x": URL_SAFE_NO_PAD.encode(public)})
        };
        self.keys.public(now).into_iter().map(key).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys::new_pair;
    use super::*;
    use serde_json::{Value, json};

    const ISSUER: &str = "salessync";
    const AUDIENCE: &str = "salessync-api";

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-23T08:00:00Z").unwrap()
    }

    fn claimed(whose: PrincipalId) -> Claimed {
        let session = SessionId(Uuid::now_v7());
        Claimed { whose, session, impersonator: None, issued_at: now(), expires: now().plus_s(60), id: Uuid::now_v7() }
    }

    fn user() -> Claimed {
        claimed(PrincipalId::User(UserId(Uuid::now_v7())))
    }

    /// A set of one key, and the key.
    fn keys() -> (KeySet, PublicKey, Vec<u8>) {
        let pair = new_pair().unwrap();
        let key = PublicKey { kid: pair.kid.clone(), public: pair.public, until: None };
        let set = KeySet::of_keys(&pair.kid, &pair.pkcs8, std::slice::from_ref(&key), ISSUER, AUDIENCE);
        (set, key, pair.pkcs8.to_vec())
    }

    fn encoded(value: &Value) -> String {
        URL_SAFE_NO_PAD.encode(value.to_string())
    }

    fn decoded(part: &str) -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    fn parts(token: &str) -> [&str; 3] {
        let parts: Vec<_> = token.split('.').collect();
        parts.try_into().unwrap()
    }

    #[test]
    fn a_token_says_who_it_is_for_and_nothing_of_what_they_may() {
        let (eddsa, ..) = keys();
        for set in [eddsa, KeySet::of_secret(&[7; 32], ISSUER, AUDIENCE)] {
            for whose in [PrincipalId::User(UserId(Uuid::now_v7())), PrincipalId::Agent(AgentId(Uuid::now_v7()))] {
                let said = Claimed { impersonator: Some(UserId(Uuid::now_v7())), ..claimed(whose) };
                let token = set.sign(&said).unwrap();
                assert_eq!(set.verify(&token, now()), Some(said));
                assert_eq!(set.sign(&said).unwrap(), token, "the same claims are the same token");
                let claims = decoded(parts(&token)[1]);
                let mut names: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
                names.sort_unstable();
                assert_eq!(names, ["act", "aud", "exp", "iat", "iss", "jti", "kind", "nbf", "sid", "sub"]);
            }
        }
        assert_eq!(keys().0.sign(&claimed(PrincipalId::ApiKey(salessync_engine::ApiKeyId(Uuid::now_v7())))), None);
    }

    #[test]
    fn a_token_that_was_changed_in_any_part_is_nothing() {
        let (set, ..) = keys();
        let token = set.sign(&user()).unwrap();
        let [head, body, signature] = parts(&token);
        let mut other = decoded(body);
        other["sub"] = json!(Uuid::now_v7());
        for forged in [
            format!("{head}.{}.{signature}", encoded(&other)),
            format!("{head}.{body}."),
            format!("{head}.{body}"),
            format!("{head}.{body}.{}", signature.replace(|c: char| c.is_ascii_lowercase(), "A")),
            format!("{head}.{body}.{}", URL_SAFE_NO_PAD.encode([0; 64])),
            format!("{head}.{body}.{signature}.{signature}"),
            format!("{token}="),
            format!(" {token}"),
            String::new(),
            "a.b.c".to_owned(),
            "...".to_owned(),
            "x".repeat(1 << 20),
        ] {
            assert_eq!(set.verify(&forged, now()), None, "{}", &forged[..forged.len().min(80)]);
        }
        assert!(set.verify(&token, now()).is_some());
    }

    #[test]
    fn only_the_one_algorithm_is_taken() {
        let (set, key, _) = keys();
        let said = user();
        let [_, body, signature] = parts(&set.sign(&said).unwrap()).map(str::to_owned);
        for alg in ["none", "None", "NONE", "", "HS256", "HS512", "ES256", "RS256", "PS256", "eddsa"] {
            let head = encoded(&json!({"alg": alg, "typ": TYPE, "kid": key.kid}));
            for signature in ["", &signature] {
                assert_eq!(set.verify(&format!("{head}.{body}.{signature}"), now()), None, "{alg}");
            }
        }
        // The public key, which everybody has, as the secret of an HMAC: in every form it may be written.
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            base64::engine::general_purpose::STANDARD.encode(&key.public)
        );
        for secret in [key.public.clone(), URL_SAFE_NO_PAD.encode(&key.public).into_bytes(), pem.into_bytes()] {
            for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
                let header = Header { typ: Some(TYPE.to_owned()), kid: Some(key.kid.clone()), ..Header::new(algorithm) };
                let forged = encode(&header, &decoded(&body), &EncodingKey::from_secret(&secret)).unwrap();
                assert_eq!(set.verify(&forged, now()), None, "{algorithm:?}");
            }
        }
        let hs256 = KeySet::of_secret(&[7; 32], ISSUER, AUDIENCE);
        assert_eq!(hs256.verify(&set.sign(&said).unwrap(), now()), None, "EdDSA where one secret signs");
        assert_eq!(set.verify(&hs256.sign(&said).unwrap(), now()), None, "one secret where keys sign");
    }

    #[test]
    fn a_kid_is_looked_up_and_nothing_else() {
        let (set, key, pkcs8) = keys();
        let other = new_pair().unwrap();
        let claims = decoded(parts(&set.sign(&user()).unwrap())[1]);
        let signed = |header: Value, pkcs8: &[u8]| {
            let head_and_body = format!("{}.{}", encoded(&header), encoded(&claims));
            let pair = aws_lc_rs::signature::Ed25519KeyPair::from_pkcs8(pkcs8).unwrap();
            format!("{head_and_body}.{}", URL_SAFE_NO_PAD.encode(pair.sign(head_and_body.as_bytes())))
        };
        assert!(set.verify(&signed(json!({"alg": "EdDSA", "typ": TYPE, "kid": key.kid}), &pkcs8), now()).is_some());
        for kid in [
            json!("../../../dev/null"),
            json!("/dev/null"),
            json!("x' or '1'='1"),
            json!("'; drop table signing_keys; --"),
            json!(format!("{}\0", key.kid)),
            json!(key.kid.to_uppercase() + "x"),
            json!(""),
            json!("unknown"),
            json!("x".repeat(1_000)),
            json!(null),
        ] {
            let token = signed(json!({"alg": "EdDSA", "typ": TYPE, "kid": kid}), &pkcs8);
            assert_eq!(set.verify(&token, now()), None, "{kid}");
        }
        assert_eq!(set.verify(&signed(json!({"alg": "EdDSA", "typ": TYPE}), &pkcs8), now()), None, "no kid");
        // A key that the token brings along, or says where to find.
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(&other.public), "kid": key.kid});
        for (name, value) in [
            ("jwk", jwk),
            ("jku", json!("https://attacker.example/jwks.json")),
            ("x5u", json!("https://attacker.example/x.pem")),
            ("x5c", json!(["MAo="])),
        ] {
            let mut header = json!({"alg": "EdDSA", "typ": TYPE, "kid": key.kid});
            header[name] = value;
            assert_eq!(set.verify(&signed(header.clone(), &other.pkcs8), now()), None, "{name}");
            header["kid"] = json!("other");
            assert_eq!(set.verify(&signed(header, &other.pkcs8), now()), None, "{name}");
        }
    }

    #[test]
    fn type_audience_issuer_and_times_are_checked() {
        let (set, key, pkcs8) = keys();
        let good = decoded(parts(&set.sign(&user()).unwrap())[1]);
        let verdict = |typ: Option<&str>, claims: &Value| {
            let header = Header { typ: typ.map(str::to_owned), kid: Some(key.kid.clone()), ..Header::new(Algorithm::EdDSA) };
            set.verify(&encode(&header, claims, &EncodingKey::from_ed_der(&pkcs8)).unwrap(), now()).is_some()
        };
        assert!(verdict(Some(TYPE), &good));
        for typ in [None, Some("JWT"), Some("AT+JWT"), Some("rt+jwt"), Some("")] {
            assert!(!verdict(typ, &good), "{typ:?}");
        }
        let seconds = now().ms() / 1000;
        for (name, value) in [
            ("aud", json!("somebody-else")),
            ("aud", json!(null)),
            ("aud", json!([])),
            ("iss", json!("https://attacker.example")),
            ("iss", json!(null)),
            ("exp", json!(seconds)),
            ("exp", json!(seconds - 1)),
            ("exp", json!(i64::MIN)),
            ("exp", json!("tomorrow")),
            ("exp", json!(null)),
            ("nbf", json!(seconds + 1)),
            ("nbf", json!(i64::MAX)),
            ("nbf", json!(null)),
            ("sub", json!("not a uuid")),
            ("sub", json!(null)),
            ("sid", json!(null)),
            ("kind", json!("admin")),
            ("kind", json!(null)),
        ] {
            let mut claims = good.clone();
            claims[name] = value.clone();
            assert!(!verdict(Some(TYPE), &claims), "{name} {value}");
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
                assert!(!verdict(Some(TYPE), &claims), "without {name}");
            }
        }
    }

    #[test]
    fn a_token_that_was_good_is_not_good_for_ever() {
        let (set, key, pkcs8) = keys();
        let token = set.sign(&user()).unwrap();
        assert!(set.verify(&token, now()).is_some());
        assert!(set.verify(&token, now().plus_s(60)).is_none(), "remembered, but expired");
        assert!(keys().0.verify(&token, now()).is_none(), "remembered by other keys");
        let next = new_pair().unwrap();
        let with_old = |until| {
            let old = PublicKey { kid: key.kid.clone(), public: key.public.clone(), until };
            KeySet::of_keys(&next.kid, &next.pkcs8, &[old], ISSUER, AUDIENCE)
        };
        assert!(with_old(Some(now().plus_s(60))).verify(&token, now()).is_some(), "a retired key verifies what it signed");
        assert!(with_old(Some(now())).verify(&token, now()).is_none(), "and not longer");
        let without = KeySet::of_keys(&next.kid, &next.pkcs8, &[], ISSUER, AUDIENCE);
        assert!(without.verify(&token, now()).is_none(), "a key that was taken away verifies nothing");
        drop(pkcs8);
    }
}
