//! The REST side of a client: signing in, creating what it needs, reading back what was stored.
//!
//! Tokens are renewed before they end and on 401, and an answer of 429 or 503 or a broken connection is tried again a few times.

use anyhow::{Context, Result, anyhow, bail};
use reqwest::{Method, StatusCode};
use salessync_engine::wire::page::Page;
use salessync_engine::{AgentId, TerritoryId, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::Mutex;

const TRIES: u32 = 6;
const PAUSE_MS: u64 = 250; // doubled with every try
pub const BULK_MAX: usize = 1000;
/// A user's token is renewed this long before it ends: a live connection that is opened with it lasts so long at least.
const AHEAD_S: i64 = 300;

/// A signed-in client.
#[derive(Debug)]
pub struct Api {
    http: reqwest::Client,
    base: String,
    email: String,
    password: String,
    session: Mutex<Session>,
}

/// What signing in brought.
#[derive(Clone, Default, Deserialize)]
struct Session {
    access_token: String,
    refresh_token: String,
    expires_at: Option<Timestamp>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewAgent {
    pub id: AgentId,
    pub name: String,
    pub territory_id: Option<TerritoryId>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Territory {
    pub id: TerritoryId,
    pub name: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct AgentToken {
    pub agent: AgentId,
    pub access_token: String,
}

/// A fix as REST gives it back.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct StoredFix {
    pub recorded_at: Timestamp,
    pub lat: f64,
    pub lon: f64,
    pub accuracy_m: Option<f64>,
    pub speed_mps: Option<f64>,
    pub bearing_deg: Option<f64>,
    pub altitude_m: Option<f64>,
    #[serde(default)]
    pub source: salessync_engine::track::Source,
    pub reason: Option<String>,
    /// In a track: why the derivation does not believe it.
    pub quarantine: Option<String>,
}

impl Api {
    /// Signs in at `url` (`http://host:port`).
    pub async fn sign_in(url: &str, email: &str, password: &str) -> Result<Self> {
        let api = Self {
            http: reqwest::Client::builder().timeout(Duration::from_secs(60)).build()?,
            base: url.trim_end_matches('/').to_owned(),
            email: email.to_owned(),
            password: password.to_owned(),
            session: Mutex::default(),
        };
        api.renew("").await.with_context(|| format!("sign in at {url} as {email}"))?;
        Ok(api)
    }

    pub fn base(&self) -> &str {
        &self.base
    }

    /// A token that is good for a while yet, where the server can be asked for one.
    pub async fn token(&self) -> String {
        let (token, is_ending) = {
            let session = self.session.lock().await;
            let soon = Timestamp::from_ms_clamped(chrono::Utc::now().timestamp_millis()).plus_s(AHEAD_S);
            (session.access_token.clone(), session.expires_at.is_some_and(|end| end < soon))
        };
        if is_ending { self.renew(&token).await.unwrap_or(token) } else { token }
    }

    /// Gets a new token unless another task did since `stale` was read: by the refresh token, and where that is nothing by signing in.
    async fn renew(&self, stale: &str) -> Result<String> {
        let mut session = self.session.lock().await;
        if session.access_token == stale {
            let renewed = match session.refresh_token.as_str() {
                "" => None,
                refresh => self.session_from("refresh", &json!({"refresh_token": refresh})).await.ok(),
            };
            *session = match renewed {
                Some(renewed) => renewed,
                None => {
                    self.session_from("login", &json!({"email": self.email, "password": self.password, "device": "load"})).await?
                }
            };
        }
        Ok(session.access_token.clone())
    }

    async fn session_from(&self, path: &str, body: &Value) -> Result<Session> {
        let response = self.http.post(format!("{}/api/v1/auth/{path}", self.base)).json(body).send().await?;
        let status = response.status();
        let text = response.text().await?;
        if !status.is_success() {
            bail!("HTTP {status}: {text}");
        }
        serde_json::from_str(&text).with_context(|| format!("read the answer to {path}"))
    }

    /// One request under `/api/v1`. Not a success: an error with the server's own words.
    pub async fn call<T: DeserializeOwned>(&self, method: Method, path: &str, body: Option<&Value>) -> Result<T> {
        let (status, text) = self.exchange(method.clone(), path, body).await?;
        if !status.is_success() {
            bail!("{method} {path}: HTTP {status}: {text}");
        }
        serde_json::from_str(&text).with_context(|| format!("{method} {path}: read the answer"))
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.call(Method::GET, path, None).await
    }

    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Result<T> {
        self.call(Method::POST, path, Some(body)).await
    }

    /// Status and text of one request, tried again while the server is away or too busy.
    pub async fn exchange(&self, method: Method, path: &str, body: Option<&Value>) -> Result<(StatusCode, String)> {
        let mut token = self.token().await;
        let mut last = anyhow!("not tried");
        for attempt in 0..TRIES {
            if attempt > 0 {
                tokio::time::sleep(Duration::from_millis(PAUSE_MS << attempt)).await;
            }
            let mut request = self.http.request(method.clone(), format!("{}/api/v1{path}", self.base)).bearer_auth(&token);
            if let Some(body) = body {
                request = request.json(body);
            }
            let answer = match request.send().await {
                Ok(response) => {
                    let status = response.status();
                    response.text().await.map(|text| (status, text))
                }
                Err(error) => Err(error),
            };
            match answer {
                Ok((StatusCode::UNAUTHORIZED, text)) if attempt == 0 => {
                    last = anyhow!("HTTP 401: {text}");
                    token = self.renew(&token).await?;
                }
                Ok((status @ (StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE), text)) => {
                    last = anyhow!("HTTP {status}: {text}");
                }
                Ok(answer) => return Ok(answer),
                Err(error) => last = error.into(),
            }
        }
        Err(last.context(format!("{method} {path}")))
    }

    /// One request in somebody else's name, tried once.
    pub async fn exchange_as(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(StatusCode, String)> {
        let mut request = self.http.request(method, format!("{}/api/v1{path}", self.base)).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let status = response.status();
        Ok((status, response.text().await?))
    }

    /// Follows the keyset pages of a list to its end. `path` may carry a query.
    pub async fn all<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>> {
        let mut items = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let separator = if path.contains('?') { '&' } else { '?' };
            let page_path =
                after.as_ref().map_or_else(|| path.to_owned(), |after| format!("{path}{separator}after={}", escaped(after)));
            let page: Page<T> = self.get(&page_path).await?;
            items.extend(page.items);
            match page.next {
                Some(next) if Some(&next) == after.as_ref() => bail!("{path}: the cursor {next} leads to itself"),
                Some(next) => after = Some(next),
                None => return Ok(items),
            }
        }
    }

    pub async fn territories(&self) -> Result<Vec<Territory>> {
        self.all("/territories").await
    }

    /// The territory of this name, created when there is none.
    pub async fn territory(&self, name: &str, colour: &str, area: &Value) -> Result<TerritoryId> {
        if let Some(found) = self.territories().await?.into_iter().find(|territory| territory.name == name) {
            return Ok(found.id);
        }
        let created: Territory = self
            .post("/territories", &json!({"name": name, "colour": colour, "area": area}))
            .await
            .with_context(|| format!("create territory {name}"))?;
        Ok(created.id)
    }

    /// Creates agents that do not exist yet (by id), a thousand at a time.
    pub async fn agents(&self, agents: &[NewAgent]) -> Result<()> {
        for chunk in agents.chunks(BULK_MAX) {
            let _: Value = self.post("/agents/bulk", &json!({"agents": chunk})).await.context("create agents")?;
        }
        Ok(())
    }

    pub async fn agent_token(&self, agent: AgentId) -> Result<String> {
        let minted: AgentToken = self.post(&format!("/agents/{agent}/tokens"), &json!({})).await?;
        Ok(minted.access_token)
    }

    /// Tokens for many agents, in the order asked.
    pub async fn agent_tokens(&self, agents: &[AgentId], ttl_s: u64) -> Result<Vec<AgentToken>> {
        #[derive(Deserialize)]
        struct Minted {
            items: Vec<AgentToken>,
        }
        let mut tokens = Vec::with_capacity(agents.len());
        for chunk in agents.chunks(BULK_MAX) {
            let minted: Minted = self.post("/tokens", &json!({"agents": chunk, "ttl_s": ttl_s})).await.context("mint tokens")?;
            tokens.extend(minted.items);
        }
        if tokens.len() != agents.len() {
            bail!("asked for {} tokens, got {}", agents.len(), tokens.len());
        }
        Ok(tokens)
    }

    /// The whole stored track between two instants, oldest first.
    pub async fn track(&self, agent: AgentId, from: Timestamp, to: Timestamp) -> Result<Vec<StoredFix>> {
        let path = format!(
            "/agents/{agent}/track?from={}&to={}&format=json&limit=10000",
            escaped(&from.to_string()),
            escaped(&to.to_string())
        );
        self.all(&path).await
    }

    pub async fn quarantine(&self, agent: AgentId) -> Result<Vec<StoredFix>> {
        self.all(&format!("/agents/{agent}/quarantine?limit=500")).await
    }
}

/// Percent-encodes what is not plain in a query value.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn query_values_are_escaped() {
        assert_eq!(super::escaped("2026-11-23T08:00:00+01:00 ä"), "2026-11-23T08%3A00%3A00%2B01%3A00%20%C3%A4");
    }
}
