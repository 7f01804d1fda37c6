//! What is sealed and what is erased, as an administrator sees it: contacts, keys from the command line, erasure, retention, and a server that
//! will not start with the wrong master key.

use super::common::phone::Phone;
use super::common::server::{answer, command};
use super::common::{Server, eventually, fix, minutes_ago};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contacts_are_kept_sealed_and_found_through_every_change_of_keys() {
    let mut server = Server::start().await;
    let agents = server.agents(2, None).await;
    let path = format!("/agents/{}/contacts", agents[0].id);
    assert_eq!(server.get(&path).await, json!({"masked": false}), "nothing is known");
    let put =
        server.call(Method::PUT, &path, Some(json!({"phone": "+49 (30) 123-4567", "email": "Anna.Berg@example.com"}))).await;
    assert_eq!((put.status, &put.body["phone"]), (200, &json!("+49301234567")), "{put:?}");
    for (body, field) in [
        (json!({"phone": "030 1234567"}), "phone"),
        (json!({"email": "anna"}), "email"),
        (json!({"fax": "+49301234567"}), "fax"),
        (json!({"phone": 49}), "phone"),
    ] {
        let refused = server.call(Method::PUT, &path, Some(body.clone())).await;
        assert_eq!((refused.status, refused.field()), (400, field), "{body}");
    }
    let nobody = format!("/agents/{}/contacts", uuid::Uuid::now_v7());
    assert_eq!(server.call(Method::GET, &nobody, None).await.status, 404);
    assert_eq!(server.call(Method::PUT, &nobody, Some(json!({"phone": "+49301234567"}))).await.status, 404);
    assert_eq!(answer(server.request(Method::GET, &format!("/api/v1{path}"))).await.status, 401);
    // An agent's own phone reads its own, and nobody else's.
    for (agent, status) in [(&agents[0], 200), (&agents[1], 404)] {
        let phone = server.request(Method::GET, &format!("/api/v1{path}")).bearer_auth(&agent.token);
        assert_eq!(answer(phone).await.status, status);
    }

    let found = async |server: &Server| {
        for (query, items) in [
            ("phone=%2B49%2030%201234567", 1),
            ("phone=%2B4930999999", 0),
            ("email=anna.berg%40EXAMPLE.com", 1),
            ("email=anna%40example.com", 0),
        ] {
            let page = server.get(&format!("/agents/by-contact?{query}")).await;
            assert_eq!(page["items"].as_array().unwrap().len(), items, "{query}: {page}");
        }
        assert_eq!(server.get(&path).await["email"], json!("Anna.Berg@example.com"));
    };
    found(&server).await;
    for query in ["", "phone=%2B49301234567&email=a%40b.c", "phone=1", "name=anna"] {
        assert_eq!(server.call(Method::GET, &format!("/agents/by-contact?{query}"), None).await.status, 400, "{query}");
    }
    if let Some(rows) = server.sql("select agent_contacts::text from agent_contacts").await {
        assert!(!format!("{rows:?}").to_lowercase().contains("anna"), "{rows:?}");
    }

    // New data keys: the running server takes them up and seals the old rows anew.
    let first = server.cli(&["keys", "list"], "").await;
    // Those of purposes, and one for each person.
    let sealing = first.lines().filter(|line| line.contains("\tseals\t")).count();
    assert_eq!(sealing, 8, "{first}");
    let said = server.cli(&["keys", "rotate"], "").await;
    assert!(said.starts_with("7 data keys"), "{said}");
    let sealed_by = "select get_byte(email_sealed, 4) from agent_contacts";
    if let Some(before) = server.sql("select max(id) from data_keys where purpose = 'agent'").await {
        eventually("the row is sealed anew", async || (server.sql(sealed_by).await.unwrap() == before).then_some(())).await;
    }
    found(&server).await;

    // Another master key, put in its place; the old one is kept for old backups.
    let new_key = server.data_dir().join("new.key");
    let said = server.cli(&["keys", "rotate", "--master", "--new-key-file", new_key.to_str().unwrap()], "").await;
    assert!(said.contains(&format!("{} data keys", sealing + 7)) && said.contains("master.key"), "{said}");
    let listed = server.cli(&["keys", "list"], "").await;
    let secret = std::fs::read_to_string(&new_key).unwrap();
    assert!(!listed.contains(secret.trim()) && !said.contains(secret.trim()));
    found(&server).await;
    let path_of_other = format!("/agents/{}/contacts", agents[1].id);
    eventually("the running server has the new master key", async || {
        let put = server.call(Method::PUT, &path_of_other, Some(json!({"phone": "+43 1 2345678"}))).await;
        (put.status == 200).then_some(())
    })
    .await;
    assert!(server.terminate().await.success());
    server.start_again().await;
    found(&server).await;

    // A server with another master key, or with none, does not start, and says which one it needs.
    assert!(server.terminate().await.success());
    let master = server.data_dir().join("master.key");
    let aside = server.data_dir().join("aside.key");
    std::fs::rename(&master, &aside).unwrap();
    let serve = |settings: &[(String, String)]| command(server.data_dir(), settings).arg("serve").output().unwrap();
    let needed = server.data_dir().read_dir().unwrap().count();
    let output = serve(&[]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && stderr.contains("needs the master key") && stderr.contains("vault.key_file"), "{stderr}");
    assert_eq!(server.data_dir().read_dir().unwrap().count(), needed, "no key is made");
    let other = server.data_dir().join("other.key");
    std::fs::write(&other, "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff").unwrap();
    let with_other = [("VAULT__KEY_FILE".to_owned(), other.to_str().unwrap().to_owned())];
    let stderr = String::from_utf8(serve(&with_other).stderr).unwrap();
    assert!(stderr.contains("others can read it") && stderr.contains("chmod 600"), "{stderr}");
    std::process::Command::new("chmod").arg("600").arg(&other).status().unwrap();
    let stderr = String::from_utf8(serve(&with_other).stderr).unwrap();
    assert!(stderr.contains("needs the master key") && stderr.contains("other.key"), "{stderr}");
    server.set("VAULT__KEY_FILE", aside.to_str().unwrap());
    server.start_again().await;
    found(&server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_agent_is_nobody_to_people_and_phones() {
    let server = Server::start().await;
    let agents = server.agents(2, None).await;
    let path = format!("/agents/{}", agents[0].id);
    let at = minutes_ago(30);
    let fixes: Vec<_> = (0..60).map(|n| fix(at + n * 10_000, 52.0 + n as f64 * 1e-3, 13.0)).collect();
    for agent in &agents {
        server.ingest(agent, &fixes).await;
    }
    server.call(Method::PUT, &format!("{path}/contacts"), Some(json!({"phone": "+49301234567"}))).await;
    let mut phone = Phone::connect(&server, &agents[0]).await;
    phone.deliver(&[fix(at + 700_000, 52.5, 13.0)]).await;

    let erase = async |body: Value| server.call(Method::POST, &format!("{path}/erase"), Some(body)).await;
    for (body, field) in [(json!({}), "confirm"), (json!({"confirm": "Agent 1"}), "confirm"), (json!({"confirm": ""}), "confirm")]
    {
        let refused = erase(body.clone()).await;
        assert_eq!((refused.status, refused.field()), (400, field), "{body}");
    }
    let erased = erase(json!({"confirm": "Agent 0"})).await;
    assert_eq!(erased.status, 200, "{erased:?}");
    assert_eq!(erased.body["rows"]["ingest_journal"], json!(61), "{erased:?}");
    assert_eq!(erased.body["rows"]["agent_contacts"], json!(1));

    // The phone that is connected is turned away with its next frame, and with the next connection.
    let closed = phone.try_send(&[fix(at + 710_000, 52.5, 13.0)]).await.is_err() || {
        loop {
            match phone.socket.next().await {
                super::common::socket::Came::Closed(code) => break code != Some(1000),
                super::common::socket::Came::Frame(frame) => assert_ne!(frame["type"], "ack", "{frame}"),
                super::common::socket::Came::Pong(_) => {}
            }
        }
    };
    assert!(closed);
    for path in [path.clone(), format!("{path}/contacts"), format!("{path}/position")] {
        assert_eq!(server.call(Method::GET, &path, None).await.status, 404, "{path}");
    }
    assert_eq!(erase(json!({"confirm": "Erased agent"})).await.status, 404);
    let listed = server.get("/agents").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(server.track(&agents[1]).await.len(), 60);
    let again = server.call(Method::POST, "/agents", Some(json!({"id": agents[0].id, "name": "Anna"}))).await;
    assert_eq!((again.status, again.code()), (409, "erased"));

    // The administrator stays; somebody else goes.
    let me = server.get("/me").await;
    let oneself = server.call(Method::DELETE, &format!("/users/{}", me["id"].as_str().unwrap()), None).await;
    assert_eq!((oneself.status, oneself.code()), (409, "oneself"));
    let said = server
        .cli(
            &["user", "create", "--email", "ben@example.com", "--name", "Ben", "--role", "manager", "--password-stdin"],
            "a long password",
        )
        .await;
    let ben = said.rsplit(' ').next().unwrap();
    assert_eq!(server.call(Method::DELETE, &format!("/users/{ben}"), None).await.status, 200);
    assert_eq!(server.call(Method::DELETE, &format!("/users/{ben}"), None).await.status, 404);
    let sign_in = server
        .request(Method::POST, "/api/v1/auth/login")
        .json(&json!({"email": "ben@example.com", "password": "a long password"}));
    assert_eq!(answer(sign_in).await.status, 401);

    let retention = server.get("/retention").await;
    assert_eq!(retention["kinds"][4], json!({"kind": "feed", "days": 30, "key": "storage.feed_days"}), "{retention}");
    assert_eq!((&retention["kinds"][0]["days"], &retention["runs"]), (&Value::Null, &json!([])));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passphrase_is_enough_and_a_weak_one_is_refused() {
    let mut server = Server::with(&[
        ("VAULT__PASSPHRASE_ENV", "SALESSYNC_VAULT_PASSPHRASE"),
        ("VAULT_PASSPHRASE", "correct horse battery staple"),
    ])
    .await;
    let agent = server.agent().await;
    let path = format!("/agents/{}/contacts", agent.id);
    server.call(Method::PUT, &path, Some(json!({"email": "anna@example.com"}))).await;
    assert!(server.terminate().await.success());
    assert!(!server.data_dir().join("master.key").exists());
    server.start_again().await;
    assert_eq!(server.get(&path).await["email"], json!("anna@example.com"));
    assert!(server.terminate().await.success());
    for (passphrase, code, says) in
        [("fifteen letters", 64, "15 characters"), ("correct horse battery stable", 1, "needs the master key")]
    {
        let settings = [
            ("VAULT__PASSPHRASE_ENV".to_owned(), "SALESSYNC_VAULT_PASSPHRASE".to_owned()),
            ("VAULT_PASSPHRASE".to_owned(), passphrase.to_owned()),
        ];
        let output = command(server.data_dir(), &settings).arg("serve").output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{stderr}");
        assert!(stderr.contains(says) && !stderr.contains(passphrase), "{stderr}");
    }
}
