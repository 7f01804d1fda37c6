//! The vault on a real Postgres: keys made once, changed on both levels while rows are sealed with them, destroyed for one person, and never
//! replaced where the master key is not the one they were wrapped with.

use crate::common::{World, agent_id, create_agent, everything, seen};
use salessync_actors::vault::rotation::{list, rotate, rotate_master};
use salessync_actors::vault::{MasterKey, MasterSource, Person, Place, Purpose, SEALED_COLUMNS, Vault, VaultError};
use salessync_actors::{Store, SystemHandle};
use salessync_engine::UserId;
use salessync_engine::contact::{Email, Phone};
use sqlx::postgres::PgPool;
use std::path::{Path, PathBuf};

const AT: Place<'static> = Place { purpose: Purpose::SecondFactor, table: "totp", column: "secret_sealed", row: "1" };

struct Keyed {
    world: World,
    system: SystemHandle,
    pool: PgPool,
    dir: tempfile::TempDir,
}

impl Keyed {
    async fn start() -> Self {
        let world = World::new();
        let system = world.system().await;
        let pool = PgPool::connect(&world.postgres.url()).await.unwrap();
        Self { world, system, pool, dir: tempfile::tempdir().unwrap() }
    }

    fn store(&self) -> &Store {
        self.system.store()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    async fn master(&self) -> MasterKey {
        MasterSource::new(Path::new(""), "", self.dir.path()).unwrap().key(self.store()).await.unwrap()
    }

    async fn vault(&self) -> Vault {
        Vault::open(self.store(), self.master().await).await.unwrap()
    }

    async fn texts(&self, query: &'static str) -> Vec<String> {
        sqlx::query_scalar(query).fetch_all(&self.pool).await.unwrap()
    }

    async fn run(&self, query: &'static str) {
        sqlx::query(query).execute(&self.pool).await.unwrap();
    }
}

fn email(text: &str) -> Option<Email> {
    Some(Email::new(text).unwrap())
}

fn phone(text: &str) -> Option<Phone> {
    Some(Phone::new(text).unwrap())
}

#[actix::test]
async fn what_is_sealed_opens_after_a_restart_and_only_with_the_same_master_key() {
    let keyed = Keyed::start().await;
    let vault = keyed.vault().await;
    let sealed = vault.seal(AT, b"JBSWY3DP").unwrap();
    assert_eq!(vault.open_sealed(AT, &sealed).unwrap().as_slice(), b"JBSWY3DP");
    let elsewhere = Place { row: "2", ..AT };
    assert!(matches!(vault.open_sealed(elsewhere, &sealed), Err(VaultError::DoesNotOpen { .. })));
    let other_purpose = Place { purpose: Purpose::Audit, ..AT };
    assert!(matches!(vault.open_sealed(other_purpose, &sealed), Err(VaultError::UnknownKey { .. })));

    let again = keyed.vault().await;
    assert_eq!(again.open_sealed(AT, &sealed).unwrap().as_slice(), b"JBSWY3DP");
    assert_eq!(again.blind_index("users.email", "a@b.c"), vault.blind_index("users.email", "a@b.c"));
    assert_ne!(vault.blind_index("users.email", "a@b.c"), vault.blind_index("agent_contacts.email", "a@b.c"));

    // Another master key: an error that names the one that is needed, and not a single new key.
    let before = keyed.texts("select id || purpose from data_keys order by id").await;
    let wrong = MasterKey::from_file_or_new(&keyed.file("other.key")).unwrap();
    let error = Vault::open(keyed.store(), wrong).await.unwrap_err().to_string();
    assert!(error.contains(&vault.master_id()) && error.contains("other.key"), "{error}");
    // No file at all: none is made.
    let nowhere = tempfile::tempdir().unwrap();
    let missing = MasterSource::new(Path::new(""), "", nowhere.path()).unwrap().key(keyed.store()).await.unwrap_err();
    assert!(matches!(&missing, VaultError::NoMaster { needed, .. } if *needed == vault.master_id()), "{missing}");
    assert_eq!(std::fs::read_dir(nowhere.path()).unwrap().count(), 0);
    assert_eq!(keyed.texts("select id || purpose from data_keys order by id").await, before);
    keyed.system.stop().await;
}

#[actix::test]
async fn new_data_keys_seal_at_once_and_old_ones_end_when_no_row_needs_them() {
    let keyed = Keyed::start().await;
    let (vault, elsewhere) = (keyed.vault().await, keyed.vault().await);
    let agents: Vec<_> = (1..=3).map(agent_id).collect();
    for (n, agent) in agents.iter().enumerate() {
        create_agent(&keyed.system, *agent).await;
        assert!(
            vault
                .put_contacts(seen(*agent), phone("+49 30 1234567"), email(&format!("a{n}@example.com")), keyed.system.now())
                .await
                .unwrap()
        );
    }
    let old = vault.seal(AT, b"secret").unwrap();
    let sealed_before = keyed.texts("select encode(email_sealed, 'hex') from agent_contacts order by agent_id").await;

    // Five purposes and three people; blind indexes keep their key.
    assert_eq!(rotate(keyed.store(), keyed.master().await).await.unwrap(), 8);
    assert!(vault.refresh().await.unwrap() && !vault.refresh().await.unwrap());
    let new = vault.seal(AT, b"secret").unwrap();
    assert_ne!(old[1..5], new[1..5], "sealed with another key");
    assert_eq!(vault.open_sealed(AT, &old).unwrap().as_slice(), b"secret");
    // A program that has not looked yet: it is told which key it misses, or looks for itself.
    assert!(matches!(elsewhere.open_sealed(AT, &new), Err(VaultError::UnknownKey { .. })));
    assert_eq!(elsewhere.open_newest(AT, &new).await.unwrap().as_slice(), b"secret");

    let mut rows = 0;
    loop {
        let turn = vault.reseal(i64::MAX).await.unwrap();
        assert_eq!(turn.keys_destroyed, 0, "their successors are too young");
        rows += turn.rows;
        if turn.rows == 0 {
            break;
        }
    }
    assert_eq!(rows, 6);
    let sealed_after = keyed.texts("select encode(email_sealed, 'hex') from agent_contacts order by agent_id").await;
    assert!(sealed_before.iter().zip(&sealed_after).all(|(before, after)| before[..10] != after[..10]));
    assert_eq!(
        vault.reseal(0).await.unwrap().keys_destroyed,
        6,
        "three agents, and three purposes with columns that hold nothing"
    );
    assert_eq!(vault.reseal(0).await.unwrap().keys_destroyed, 0);
    for vault in [&vault, &elsewhere, &keyed.vault().await] {
        let contacts = vault.contacts(seen(agents[1])).await.unwrap();
        assert_eq!((contacts.phone, contacts.email), (phone("+49301234567"), email("a1@example.com")));
    }
    // Found as before: the blind index did not change.
    assert_eq!(vault.agents_by_phone(&everything(), &phone("+49301234567").unwrap()).await.unwrap().len(), 3);
    assert_eq!(vault.agents_by_email(&everything(), &email("A2@EXAMPLE.com").unwrap()).await.unwrap()[0].id, agents[2]);
    let listed = list(keyed.store()).await.unwrap();
    let destroyed: Vec<_> = listed.iter().filter(|key| key.destroyed_at.is_some()).collect();
    assert!(destroyed.len() == 6 && destroyed.iter().all(|key| key.wrapped.is_none() && key.version == 1));
    keyed.system.stop().await;
}

#[actix::test]
async fn another_master_key_wraps_the_same_data_keys() {
    let keyed = Keyed::start().await;
    let vault = keyed.vault().await;
    let agent = agent_id(1);
    create_agent(&keyed.system, agent).await;
    vault.put_contacts(seen(agent), None, email("anna@example.com"), keyed.system.now()).await.unwrap();
    let sealed = vault.seal(AT, b"secret").unwrap();
    let old_id = vault.master_id();
    let new_file = keyed.file("new.key");
    let new = MasterKey::from_file_or_new(&new_file).unwrap();
    let new_id = new.id().to_owned();
    assert_eq!(rotate_master(keyed.store(), keyed.master().await, new).await.unwrap(), 7);
    assert_eq!(keyed.texts("select distinct kek_id from data_keys").await, std::slice::from_ref(&new_id));

    // The running vault goes on with what it has unwrapped, and makes no key under the old master key.
    assert!(matches!(vault.refresh().await, Err(VaultError::MasterReplaced { .. })));
    assert_eq!(vault.open_sealed(AT, &sealed).unwrap().as_slice(), b"secret");
    create_agent(&keyed.system, agent_id(2)).await;
    let refused = vault.put_contacts(seen(agent_id(2)), None, email("b@example.com"), keyed.system.now()).await.unwrap_err();
    assert!(
        matches!(&refused, VaultError::MasterReplaced { needed, given } if *needed == new_id && *given == old_id),
        "{refused}"
    );
    // The old key opens nothing any more, and does not rewrap either.
    assert!(matches!(Vault::open(keyed.store(), keyed.master().await).await, Err(VaultError::WrongMaster { .. })));
    let other = MasterKey::from_file_or_new(&keyed.file("third.key")).unwrap();
    assert!(matches!(rotate_master(keyed.store(), keyed.master().await, other).await, Err(VaultError::WrongMaster { .. })));

    // The file put in its place, the running vault takes it up by itself.
    std::fs::copy(&new_file, keyed.file("master.key")).unwrap();
    assert!(vault.refresh().await.unwrap());
    assert_eq!(vault.master_id(), new_id);
    vault.put_contacts(seen(agent_id(2)), None, email("b@example.com"), keyed.system.now()).await.unwrap();
    assert_eq!(keyed.vault().await.contacts(seen(agent)).await.unwrap().email, email("anna@example.com"));
    assert!(matches!(
        rotate_master(keyed.store(), keyed.master().await, keyed.master().await).await,
        Err(VaultError::SameMaster { .. })
    ));
    keyed.system.stop().await;
}

#[actix::test]
async fn what_was_sealed_for_a_person_is_gone_with_their_key() {
    let keyed = Keyed::start().await;
    let (vault, elsewhere) = (keyed.vault().await, keyed.vault().await);
    let (anna, ben) = (Person::User(UserId(uuid::Uuid::from_u128(1))), Person::User(UserId(uuid::Uuid::from_u128(2))));
    let place = Place { purpose: Purpose::Contacts, table: "users", column: "email_sealed", row: "1" };
    let of_anna = vault.seal_for(anna, place, b"anna@example.com").await.unwrap();
    let of_ben = vault.seal_for(ben, place, b"ben@example.com").await.unwrap();
    assert_eq!(elsewhere.open_for(anna, place, &of_anna).await.unwrap().unwrap().as_slice(), b"anna@example.com");
    assert!(vault.open_for(ben, place, &of_anna).await.is_err(), "another person's key");

    assert_eq!(vault.shred(anna).await.unwrap(), 1);
    assert_eq!(vault.open_for(anna, place, &of_anna).await.unwrap(), None);
    assert!(matches!(vault.seal_for(anna, place, b"x").await, Err(VaultError::Shredded)));
    // Another program holds the key until it looks, which it does every second.
    assert!(elsewhere.refresh().await.unwrap());
    assert_eq!(elsewhere.open_for(anna, place, &of_anna).await.unwrap(), None);
    // A key is not made again, by rotation neither, and not for whoever never had one.
    assert_eq!(vault.shred(anna).await.unwrap(), 0);
    let carl = Person::User(UserId(uuid::Uuid::from_u128(3)));
    assert_eq!(vault.shred(carl).await.unwrap(), 0);
    rotate(keyed.store(), keyed.master().await).await.unwrap();
    vault.refresh().await.unwrap();
    for person in [anna, carl] {
        assert!(matches!(vault.seal_for(person, place, b"x").await, Err(VaultError::Shredded)));
    }
    assert_eq!(keyed.vault().await.open_for(anna, place, &of_anna).await.unwrap(), None);
    assert_eq!(vault.open_for(ben, place, &of_ben).await.unwrap().unwrap().as_slice(), b"ben@example.com");
    keyed.system.stop().await;
}

#[actix::test]
async fn two_programs_that_start_at_once_make_one_set_of_keys() {
    let keyed = Keyed::start().await;
    let master = async || keyed.master().await;
    let (a, b, c, d) = (master().await, master().await, master().await, master().await);
    let open = |key| Vault::open(keyed.store(), key);
    let (a, b, c, d) = tokio::join!(open(a), open(b), open(c), open(d));
    let sealed = a.unwrap().seal(AT, b"x").unwrap();
    for vault in [b.unwrap(), c.unwrap(), d.unwrap()] {
        assert!(vault.open_sealed(AT, &sealed).is_ok());
    }
    // The same for a person.
    let (one, two) = (keyed.vault().await, keyed.vault().await);
    let who = Person::Agent(agent_id(9));
    let (first, second) = tokio::join!(one.seal_for(who, AT, b"1"), two.seal_for(who, AT, b"2"));
    assert!(one.open_for(who, AT, &second.unwrap()).await.unwrap().is_some());
    assert!(two.open_for(who, AT, &first.unwrap()).await.unwrap().is_some());
    assert_eq!(keyed.texts("select purpose from data_keys where purpose = 'agent'").await.len(), 1);
    keyed.system.stop().await;
}

#[actix::test]
async fn plain_addresses_are_sealed_in_place() {
    let keyed = Keyed::start().await;
    keyed.run("insert into users (id, email, name, role, password_hash) select gen_random_uuid(), 'User' || n || '@Example.com', 'u', 'manager', 'x' from generate_series(1, 450) n").await;
    let vault = keyed.vault().await;
    assert_eq!(vault.seal_plain_emails().await.unwrap(), 450);
    assert_eq!(vault.seal_plain_emails().await.unwrap(), 0);
    assert!(keyed.texts("select email from users where email is not null").await.is_empty());
    let found: (uuid::Uuid, Vec<u8>) = sqlx::query_as("select id, email_sealed from users where email_index = $1")
        .bind(&vault.email_index("USER17@example.com")[..])
        .fetch_one(&keyed.pool)
        .await
        .unwrap();
    let opened = vault.open_email(UserId(found.0), &found.1).await.unwrap();
    assert_eq!(opened.as_deref(), Some("User17@Example.com"));
    // The same address once more is the database's to refuse.
    let twice = sqlx::query("insert into users (id, name, role, password_hash, email_sealed, email_index) values (gen_random_uuid(), 'v', 'manager', 'x', '\\x00', $1)")
        .bind(&vault.email_index("user17@example.com")[..])
        .execute(&keyed.pool)
        .await;
    assert!(twice.is_err());
    keyed.system.stop().await;
}

#[actix::test]
async fn every_sealed_column_is_in_the_list() {
    let keyed = Keyed::start().await;
    let there = keyed
        .texts("select table_name || '.' || column_name from information_schema.columns where table_schema = 'public' and column_name like '%\\_sealed'")
        .await;
    let listed: Vec<_> = SEALED_COLUMNS.iter().map(|column| format!("{}.{}", column.table, column.column)).collect();
    for column in &there {
        assert!(listed.contains(column), "{column} is missing in vault/columns.rs");
    }
    assert_eq!(there.len(), listed.len(), "vault/columns.rs lists a column that is not there: {listed:?}");
    keyed.system.stop().await;
    drop(keyed.world);
}
