//! Opening and renewing sessions: an access token for a quarter of an hour, and an opaque refresh token that is used once.
//!
//! The successor of a refresh token is derived from it with a key of the server. So it need not be stored to be given a second time, when
//! the first answer was lost on the way.

use super::token::{Claimed, Tokens};
use crate::config::Auth;
use crate::error::ApiError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use salessync_actors::store::StoreError;
use salessync_actors::store::sessions::{Client, Hash, NewRefresh, NewSession, Rotation, Shown};
use salessync_actors::{PrincipalId, Store, Vault};
use salessync_engine::{SessionId, Timestamp, UserId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Life of the token of somebody who acts as somebody else; it is not renewed.
const IMPERSONATION_S: i64 = 900;
const DAY_S: i64 = 86_400;

/// Opens and renews sessions. Cheap to clone.
#[derive(Clone)]
pub struct Sessions {
    store: Store,
    tokens: Tokens,
    vault: Vault,
    user_token_ttl_s: i64,
    idle_s: i64,
    absolute_s: i64,
}

/// What a client gets.
#[derive(Clone)]
pub struct Issued {
    pub session: SessionId,
    pub whose: PrincipalId,
    pub access_token: String,
    pub expires_at: Timestamp,
    /// None: this session is not renewed.
    pub refresh: Option<Refresh>,
}

/// A refresh token, and when it ends if it is not used.
#[derive(Clone)]
pub struct Refresh {
    pub token: String,
    pub until: Timestamp,
}

/// What became of a refresh token.
pub enum Renewal {
    Renewed(Issued),
    /// It had been used: the session is over.
    Reused {
        session: SessionId,
        whose: PrincipalId,
    },
    Refused,
}

impl Sessions {
    pub fn new(store: Store, tokens: Tokens, vault: Vault, auth: &Auth) -> Self {
        Self {
            store,
            tokens,
            vault,
            user_token_ttl_s: auth.user_token_ttl_s,
            idle_s: auth.refresh_idle_days.saturating_mul(DAY_S),
            absolute_s: auth.refresh_days.saturating_mul(DAY_S),
        }
    }

    /// Signs a person in.
    pub async fn open_for(&self, user: UserId, client: Client, now: Timestamp) -> Result<Issued, OpenError> {
        self.open_one(PrincipalId::User(user), client, self.user_token_ttl_s, now).await
    }

    /// The same with a token that lives for `ttl_s`: for phones, and for the command line.
    pub async fn open_one(&self, whose: PrincipalId, client: Client, ttl_s: i64, now: Timestamp) -> Result<Issued, OpenError> {
        self.open_many(&[whose], &client, ttl_s, now).await?.pop().ok_or(OpenError::Keys)
    }

    /// Opens a session for each, all or none.
    pub async fn open_many(
        &self,
        whose: &[PrincipalId],
        client: &Client,
        ttl_s: i64,
        now: Timestamp,
    ) -> Result<Vec<Issued>, OpenError> {
        // A session outlives the first token it is opened with.
        let expires_at = now.plus_s(self.absolute_s.max(ttl_s));
        let idle_s = self.idle_s.saturating_add(if ttl_s > self.user_token_ttl_s { ttl_s } else { 0 });
        let plans = whose.iter().map(|whose| {
            let refresh = new_refresh_token()?;
            let until = now.plus_s(idle_s).min(expires_at);
            Ok(Plan { whose: *whose, impersonator: None, refresh: Some(Refresh { token: refresh, until }), ttl_s, expires_at })
        });
        self.open(plans.collect::<Result<_, OpenError>>()?, client, now).await
    }

    /// Lets an administrator act as a user for a quarter of an hour.
    pub async fn impersonate(
        &self,
        user: UserId,
        impersonator: UserId,
        client: Client,
        now: Timestamp,
    ) -> Result<Issued, OpenError> {
        let plan = Plan {
            whose: PrincipalId::User(user),
            impersonator: Some(impersonator),
            refresh: None,
            ttl_s: IMPERSONATION_S,
            expires_at: now.plus_s(IMPERSONATION_S),
        };
        self.open(vec![plan], &client, now).await?.pop().ok_or(OpenError::Keys)
    }

    async fn open(&self, plans: Vec<Plan>, client: &Client, now: Timestamp) -> Result<Vec<Issued>, OpenError> {
        let keys = self.tokens.keys().ok_or(OpenError::Keys)?;
        let (mut rows, mut issued) = (Vec::with_capacity(plans.len()), Vec::with_capacity(plans.len()));
        for plan in plans {
            let session = SessionId(Uuid::now_v7());
            let until = now.plus_s(plan.ttl_s);
            let claimed = Claimed {
                whose: plan.whose,
                session,
                impersonator: plan.impersonator,
                issued_at: now,
                expires: until,
                id: Uuid::now_v7(),
            };
            let access_token = keys.sign(&claimed).ok_or(OpenError::Keys)?;
            let (user, agent) = match plan.whose {
                PrincipalId::User(id) => (Some(id), None),
                PrincipalId::Agent(id) => (None, Some(id)),
                PrincipalId::ApiKey(_) => return Err(OpenError::Keys), // never signed for, see above
            };
            let refresh = plan.refresh.as_ref().map(|refresh| {
                let id = refresh_id(&refresh.token).unwrap_or_default();
                NewRefresh { id, hash: hash(&refresh.token), expires_at: refresh.until }
            });
            rows.push(NewSession {
                id: session,
                user,
                agent,
                impersonator: plan.impersonator,
                client: client.clone(),
                now,
                expires_at: plan.expires_at,
                token_ttl_s: plan.ttl_s,
                token_until: until,
                refresh,
            });
            issued.push(Issued { session, whose: plan.whose, access_token, expires_at: until, refresh: plan.refresh });
        }
        self.store.open_sessions(rows, keys.kid().map(str::to_owned)).await?;
        Ok(issued)
    }

    /// Renews a session by its refresh token. Asked again with the same token by the same client within the grace, the answer is the same.
    pub async fn renew(&self, token: &str, client: Client, now: Timestamp) -> Result<Renewal, OpenError> {
        let Some(id) = refresh_id(token) else { return Ok(Renewal::Refused) };
        let keys = self.tokens.keys().ok_or(OpenError::Keys)?;
        let successor = self.successor(token);
        let shown = Shown {
            id,
            hash: hash(token),
            by: Sha256::digest(client.user_agent.as_deref().unwrap_or_default()).into(),
            successor: refresh_id(&successor).unwrap_or_default(),
            successor_hash: hash(&successor),
            client,
            now,
            idle_s: self.idle_s,
            user_token_ttl_s: self.user_token_ttl_s,
        };
        let renewed = match self.store.rotate_refresh(shown, keys.kid().map(str::to_owned)).await? {
            Rotation::Renewed(renewed) => renewed,
            Rotation::Reused { session, whose } => return Ok(Renewal::Reused { session, whose }),
            Rotation::Refused => return Ok(Renewal::Refused),
        };
        let expires_at = renewed.issued_at.plus_s(renewed.token_ttl_s);
        let claimed = Claimed {
            whose: renewed.whose,
            session: renewed.session,
            impersonator: None,
            issued_at: renewed.issued_at,
            expires: expires_at,
            id: as_uuid(self.vault.mac("access_tokens.jti", token.as_bytes())),
        };
        Ok(Renewal::Renewed(Issued {
            session: renewed.session,
            whose: renewed.whose,
            access_token: keys.sign(&claimed).ok_or(OpenError::Keys)?,
            expires_at,
            refresh: Some(Refresh { token: successor, until: renewed.refresh_until }),
        }))
    }

    /// The session of a refresh token, whether it is still good or not.
    pub async fn of_refresh_token(&self, token: &str) -> Result<Option<SessionId>, StoreError> {
        match refresh_id(token) {
            Some(id) => self.store.session_of_refresh(id, hash(token)).await,
            None => Ok(None),
        }
    }

    /// The token after this one.
    fn successor(&self, token: &str) -> String {
        let id = as_uuid(self.vault.mac("refresh_tokens.next_id", token.as_bytes()));
        written(id, &self.vault.mac("refresh_tokens.next", token.as_bytes()))
    }
}

struct Plan {
    whose: PrincipalId,
    impersonator: Option<UserId>,
    refresh: Option<Refresh>,
    ttl_s: i64,
    expires_at: Timestamp,
}

/// Why no session was opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("there is no key to sign with")]
    Keys,
}

impl From<OpenError> for ApiError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Store(error) => error.into(),
            OpenError::Keys => Self::Unavailable,
        }
    }
}

/// SHA-256 of a secret that is random enough to need no more.
pub fn hash(secret: &str) -> Hash {
    Sha256::digest(secret).into()
}

/// 256 random bits as text, for a link or a key.
pub fn new_secret() -> Option<String> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).ok()?;
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

fn new_refresh_token() -> Result<String, OpenError> {
    let mut secret = [0; 32];
    aws_lc_rs::rand::fill(&mut secret).map_err(|_| OpenError::Keys)?;
    Ok(written(Uuid::now_v7(), &secret))
}

/// `<id>.<secret>`
fn written(id: Uuid, secret: &[u8; 32]) -> String {
    format!("{}.{}", id.simple(), URL_SAFE_NO_PAD.encode(secret))
}

fn refresh_id(token: &str) -> Option<Uuid> {
    let (id, secret) = token.split_once('.')?;
    (id.len() == 32 && secret.len() == 43).then(|| Uuid::try_parse(id).ok())?
}

fn as_uuid(mac: [u8; 32]) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&mac[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
