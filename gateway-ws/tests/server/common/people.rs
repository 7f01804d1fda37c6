//! People at their browsers and phones: signing in, asking with what they got, and what the database knows of them.

use super::server::{Answer, PASSWORD, answer};
use super::{Server, eventually};
use reqwest::Method;
use serde_json::{Value, json};

/// Somebody signed in with bearer tokens.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub access: String,
    pub refresh: String,
    pub body: Value,
}

impl SignedIn {
    pub fn of(body: Value) -> Self {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Self { access: text("access_token"), refresh: text("refresh_token"), body }
    }
}

impl Server {
    /// One request with a bearer token, or with none.
    pub async fn ask(&self, token: Option<&str>, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.request(method, &format!("/api/v1{path}"));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request).await
    }

    pub async fn login(&self, email: &str, password: &str, code: Option<&str>) -> Answer {
        let mut body = json!({"email": email, "password": password});
        if let Some(code) = code {
            body["code"] = json!(code);
        }
        self.ask(None, Method::POST, "/auth/login", Some(body)).await
    }

    /// Signs somebody in whose password is that of the tests.
    pub async fn sign_in(&self, email: &str) -> SignedIn {
        let answer = self.login(email, PASSWORD, None).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        SignedIn::of(answer.body)
    }

    pub async fn refresh(&self, token: &str, user_agent: &str) -> Answer {
        let request = self.request(Method::POST, "/api/v1/auth/refresh").header("user-agent", user_agent);
        answer(request.json(&json!({"refresh_token": token}))).await
    }

    /// Is the token taken?
    pub async fn is_known(&self, token: &str) -> bool {
        let answer = self.ask(Some(token), Method::GET, "/me", None).await;
        assert!([200, 401].contains(&answer.status), "{answer:?}");
        answer.status == 200
    }

    /// Waits until a change made behind the server's back is felt.
    pub async fn until_known(&self, token: &str, expected: bool) {
        eventually("the token is taken or refused", async || (self.is_known(token).await == expected).then_some(())).await;
    }

    /// Makes a user by invitation; returns the id.
    pub async fn person(&self, email: &str, role: &str, more: Value) -> String {
        let mut invitation = json!({"email": email, "name": "Pat", "role": role});
        for (name, value) in more.as_object().into_iter().flatten() {
            invitation[name] = value.clone();
        }
        let invited = self.post("/invitations", invitation).await;
        let token = token_of(invited["link"].as_str().unwrap());
        let accepted =
            self.ask(None, Method::POST, "/auth/invitations/accept", Some(json!({"token": token, "password": PASSWORD}))).await;
        assert_eq!(accepted.status, 204, "{accepted:?}");
        let found = self.get(&format!("/users?q={email}")).await;
        found["items"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Waits until an act about an object is written down: refusals are written a moment later.
    pub async fn until_noted(&self, object: &str, kind: &str) {
        let noted = async || self.acts(object).await.is_none_or(|acts| acts.iter().any(|act| act == kind)).then_some(());
        eventually(kind, noted).await;
    }

    /// The kinds of the acts written down about an object, oldest first. None where there is no psql.
    pub async fn acts(&self, object: &str) -> Option<Vec<String>> {
        let rows = self.sql(&format!("select kind from audit_log where object_id = '{object}' order by id")).await?;
        Some(rows.into_iter().map(|mut row| row.remove(0)).collect())
    }
}

/// The secret of a link.
pub fn token_of(link: &str) -> String {
    link.split_once("#token=").unwrap().1.to_owned()
}
