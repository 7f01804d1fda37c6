//! Access tokens: JWT, HS256 with one secret, one algorithm, audience and issuer checked.

use super::principal::Principal;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use salessync_actors::PrincipalId;
use salessync_actors::store::Role;
use salessync_engine::{AgentId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::HashMap;
use uuid::Uuid;

const ISSUER: &str = "salessync";
const AUDIENCE: &str = "salessync-api";
/// RFC 9068: says that this is an access token and nothing else.
const TYPE: &str = "at+jwt";

/// What a token says.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    role: String,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

/// Tokens a thread remembers as good; a console asks with the same one many times.
const SEEN_MAX: usize = 1_024;

thread_local! {
    static SEEN: RefCell<HashMap<String, Seen>> = RefCell::new(HashMap::new());
}

struct Seen {
    /// Whose secret it was verified with.
    by: Uuid,
    says: Principal,
}

/// Signs and verifies.
pub struct Tokens {
    id: Uuid,
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl Tokens {
    pub fn new(secret: &[u8]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.leeway = 0;
        Self {
            id: Uuid::new_v4(),
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            validation,
        }
    }

    /// A token for a user. None only if signing fails, which a secret of any length does not cause.
    pub fn for_user(&self, user: UserId, role: Role, now: Timestamp, ttl_s: i64) -> Option<String> {
        self.sign(user.0, role_name(role), now, ttl_s)
    }

    /// A token for an agent's phone.
    pub fn for_agent(&self, agent: AgentId, now: Timestamp, ttl_s: i64) -> Option<String> {
        self.sign(agent.0, "agent", now, ttl_s)
    }

    fn sign(&self, sub: Uuid, role: &str, now: Timestamp, ttl_s: i64) -> Option<String> {
        let iat = now.ms() / 1000;
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub,
            role: role.to_owned(),
            iat,
            exp: iat + ttl_s,
            jti: Uuid::now_v7(),
        };
        let header = Header { typ: Some(TYPE.to_owned()), ..Header::new(Algorithm::HS256) };
        encode(&header, &claims, &self.encoding).ok()
    }

    /// Who the token is for and until when, if it is ours and still good. A token seen before on this thread is not verified again,
    /// only its expiry is looked at.
    pub fn verify(&self, token: &str, now: Timestamp) -> Option<Principal> {
        if let Some(known) = SEEN.with_borrow(|seen| seen.get(token).filter(|seen| seen.by == self.id).map(|seen| seen.says)) {
            return (known.expires > now).then_some(known);
        }
        let says = self.verify_anew(token)?;
        let PrincipalId::User(_) = says.id else { return Some(says) }; // a phone shows its token once in a connection
        SEEN.with_borrow_mut(|seen| {
            if seen.len() >= SEEN_MAX {
                seen.clear();
            }
            seen.insert(token.to_owned(), Seen { by: self.id, says });
        });
        Some(says)
    }

    fn verify_anew(&self, token: &str) -> Option<Principal> {
        let data = decode::<Claims>(token, &self.decoding, &self.validation).ok()?;
        if data.header.typ.as_deref() != Some(TYPE) {
            return None;
        }
        let claims = data.claims;
        let id = match claims.role.as_str() {
            "agent" => PrincipalId::Agent(AgentId(claims.sub)),
            _ => PrincipalId::User(UserId(claims.sub)),
        };
        Some(Principal { id, session: None, expires: Timestamp::from_ms_clamped(claims.exp.saturating_mul(1000)) })
    }
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Dispatcher => "dispatcher",
        Role::Manager => "manager",
        Role::Admin => "admin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        salessync_actors::Clock::System.now()
    }

    #[test]
    fn a_token_says_who_it_is_for() {
        let tokens = Tokens::new(&[7; 32]);
        let agent = AgentId(Uuid::now_v7());
        let token = tokens.for_agent(agent, now(), 60).unwrap();
        assert_eq!(tokens.verify(&token, now()).unwrap().id, PrincipalId::Agent(agent));
        let user = UserId(Uuid::now_v7());
        let token = tokens.for_user(user, Role::Admin, now(), 60).unwrap();
        assert_eq!(tokens.verify(&token, now()).unwrap().id, PrincipalId::User(user));
    }

    #[test]
    fn expired_forged_and_foreign_tokens_are_nothing() {
        let tokens = Tokens::new(&[7; 32]);
        let agent = AgentId(Uuid::now_v7());
        assert!(tokens.verify(&tokens.for_agent(agent, now(), -1).unwrap(), now()).is_none(), "expired");
        assert!(tokens.verify(&Tokens::new(&[8; 32]).for_agent(agent, now(), 60).unwrap(), now()).is_none(), "another secret");
        let good = tokens.for_agent(agent, now(), 60).unwrap();
        let (head, _) = good.rsplit_once('.').unwrap();
        assert!(tokens.verify(&format!("{head}."), now()).is_none(), "no signature");
        let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
        let body = good.split('.').nth(1).unwrap();
        assert!(tokens.verify(&format!("{none}.{body}."), now()).is_none(), "alg none");
        assert!(tokens.verify("", now()).is_none() && tokens.verify("a.b.c", now()).is_none());
    }

    #[test]
    fn a_token_that_was_good_is_not_good_for_ever() {
        let tokens = Tokens::new(&[7; 32]);
        let token = tokens.for_user(UserId(Uuid::now_v7()), Role::Admin, now(), 60).unwrap();
        assert!(tokens.verify(&token, now()).is_some());
        assert!(tokens.verify(&token, now().plus_s(61)).is_none(), "remembered, but expired");
        assert!(Tokens::new(&[8; 32]).verify(&token, now()).is_none(), "remembered by somebody else");
    }
}
