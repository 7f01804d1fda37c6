//! Commands about people and keys, run on the database whether a server runs on it or not.

use crate::auth::keys::rotate as rotate_keys;
use crate::auth::password;
use crate::config::{Config, TokenAlgorithm};
use crate::identity::Identity;
use crate::keys;
use anyhow::Context;
use salessync_actors::people::NewUser;
use salessync_actors::store::sessions::Client;
use salessync_actors::{Access, Clock, PrincipalId, Store};
use salessync_engine::audit::{Act, ActKind, Actor, Object};
use salessync_engine::contact::Email;
use salessync_engine::{AgentId, TerritoryId, UserId};
use serde_json::json;
use std::io::Read;

/// Somebody who is to sign in.
pub struct NewAccount {
    pub email: String,
    pub name: String,
    pub role: String,
    pub territories: Vec<TerritoryId>,
    pub agent: Option<AgentId>,
}

async fn identity(config: &Config, store: &Store) -> anyhow::Result<(Access, Identity)> {
    let access = Access::read(store.clone()).await?;
    let identity = Identity::open(config, store, &access, &Clock::System).await?;
    Ok((access, identity))
}

/// Creates a user, or gives the one with this address all of it. The password comes from standard input.
pub async fn put_user(config: &Config, store: &Store, account: NewAccount) -> anyhow::Result<()> {
    let NewAccount { email, name, role, territories, agent } = account;
    let email = Email::new(&email).context("--email")?.as_str().to_owned();
    let mut secret = String::new();
    std::io::stdin().read_to_string(&mut secret).context("read the password from standard input")?;
    let secret = secret.trim_end_matches(['\r', '\n']);
    let (access, identity) = identity(config, store).await?;
    anyhow::ensure!(
        access.role(&role).is_some(),
        "--role is {role:?}, must be agent, dispatcher, manager, admin, auditor or a custom role"
    );
    identity.policy.judge(secret, &[&email, &name]).map_err(|flaw| anyhow::anyhow!("the password {flaw}"))?;
    let password_hash = password::hash(secret).context("hash the password")?;
    let now = Clock::System.now();
    let after = json!({"role": role, "territories": territories, "agent_id": agent});
    let id = UserId(uuid::Uuid::now_v7());
    let user = NewUser { id, email: email.clone(), name, role, agent, territories, password_hash, created_at: now };
    let id = identity.people.put(user).await?;
    let act = Act::new(now, Actor::System, ActKind::UserCreated).about(Object::new("user", id)).changing(None, Some(after));
    store.audit(act).await?;
    println!("user {email} is {id}");
    Ok(())
}

/// Opens a session for an agent or a user and prints its access token.
pub async fn print_token(
    config: &Config,
    store: &Store,
    agent: Option<AgentId>,
    user: Option<String>,
    ttl_s: i64,
) -> anyhow::Result<()> {
    let (_, identity) = identity(config, store).await?;
    let whose = match (agent, user) {
        (Some(agent), _) => PrincipalId::Agent(agent),
        (None, user) => {
            let email = user.unwrap_or_default();
            let user = identity.people.by_email(&email).await?.with_context(|| format!("there is no user {email}"))?;
            PrincipalId::User(user.id)
        }
    };
    let client = Client { device: Some("command line".to_owned()), ..Client::default() };
    let now = Clock::System.now();
    let issued = identity.sessions.open_one(whose, client, ttl_s, now).await.context("open a session")?;
    let act = Act::new(now, Actor::System, ActKind::TokenMinted)
        .about(Object::new("session", issued.session))
        .changing(None, Some(json!({"whose": whose, "ttl_s": ttl_s})));
    store.audit(act).await?;
    println!("{}", issued.access_token);
    Ok(())
}

/// Lets the next key sign, and makes another next.
pub async fn rotate(config: &Config, store: &Store) -> anyhow::Result<()> {
    anyhow::ensure!(
        config.auth.token_algorithm == TokenAlgorithm::EdDsa,
        "auth.token_algorithm is HS256: change auth.token_secret and start the server again, which ends every token"
    );
    let vault = keys::open(config, store).await?;
    let now = Clock::System.now();
    let next = rotate_keys(store, &vault, now).await.context("rotate the keys that sign tokens")?;
    store.audit(Act::new(now, Actor::System, ActKind::KeyRotated).about(Object::new("signing_key", &next))).await?;
    println!("rotated; the next key is {next}");
    Ok(())
}
