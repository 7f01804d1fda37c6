//! The binary `salessync`: arguments, configuration (a flaw exits 64 before anything is bound), logging, then the command.

use anyhow::Context;
use clap::{Parser, Subcommand};
use salessync_actors::store::local_postgres::IfRunning;
use salessync_actors::store::{NewUser, Role};
use salessync_actors::{Clock, Store};
use salessync_engine::{AgentId, UserId};
use salessync_gateway::audit_command::{self, AuditCommand};
use salessync_gateway::auth::{Tokens, password};
use salessync_gateway::config::Config;
use salessync_gateway::{openapi, serve};
use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// An HTTP connection holds two buffers of 8 KiB that it hardly touches. This allocator begins them on a page, so that the rest of them is
/// never resident.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Exit code for a wrong configuration or wrong arguments (EX_USAGE).
const USAGE: u8 = 64;

/// Real-time tracking and dispatch of a field sales force.
#[derive(Parser)]
#[command(name = "salessync", version)]
struct Arguments {
    /// Configuration file; config/default.toml in the source lists every key.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves until it is told to stop.
    Serve,
    /// Users who sign in.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Prints an access token for an agent's phone or for a user.
    Token {
        /// Id of the agent.
        #[arg(long, conflicts_with = "user", required_unless_present = "user")]
        agent: Option<AgentId>,
        /// E-mail of the user.
        #[arg(long)]
        user: Option<String>,
        /// Life of the token in seconds.
        #[arg(long, default_value_t = 30 * 86_400, value_parser = clap::value_parser!(i64).range(1..=34_560_000))]
        ttl_s: i64,
    },
    /// The audit trail: checks that nobody changed it, or prints it.
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Prints the OpenAPI document.
    Openapi,
    /// Checks the configuration and prints what is wrong with it.
    CheckConfig,
}

#[derive(Subcommand)]
enum UserCommand {
    /// Creates a user, or gives the one with this e-mail the new name, role and password.
    Create {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        /// dispatcher, manager or admin
        #[arg(long)]
        role: Role,
        /// Reads the password from standard input: one line, 10 to 256 characters.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(USAGE) } else { ExitCode::SUCCESS };
        }
    };
    let config = match Config::load(arguments.config.as_deref(), std::env::vars()) {
        Ok(config) => config,
        Err(flaw) => {
            eprintln!("salessync: {flaw}");
            return ExitCode::from(USAGE);
        }
    };
    if let Command::Audit { command } = arguments.command {
        return audit_command::exit(with_store(&config, async |store: &Store| audit_command::run(command, &config, store).await));
    }
    match run(arguments.command, config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("salessync: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command, config: Config) -> anyhow::Result<()> {
    match command {
        Command::Serve => {
            log_as_json(&config)?;
            serve::serve(config)
        }
        Command::User { command: UserCommand::Create { email, name, role, password_stdin: _ } } => {
            create_user(&config, email, name, role)
        }
        Command::Token { agent: Some(agent), ttl_s, .. } => {
            let tokens = Tokens::new(&serve::token_secret(&config)?);
            print_token(tokens.for_agent(agent, Clock::System.now(), ttl_s))
        }
        Command::Token { agent: None, user, ttl_s } => user_token(&config, &user.unwrap_or_default(), ttl_s),
        Command::Audit { .. } => Ok(()), // has exit codes of its own, see `main`
        Command::Openapi => {
            print!("{}", openapi::document());
            Ok(())
        }
        Command::CheckConfig => {
            println!("the configuration is fine");
            Ok(())
        }
    }
}

fn log_as_json(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log.filter).context("read log.filter")?;
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    Ok(())
}

/// Runs `work` on the configured database, whether a server runs on it or not.
fn with_store<T>(config: &Config, work: impl AsyncFnOnce(&Store) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let database = serve::database(config, IfRunning::Attach)?;
    let store = Store::open(&database.url, 2)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("start a runtime")?;
    runtime.block_on(async {
        store.migrate().await?;
        let outcome = work(&store).await;
        store.close().await;
        outcome
    })
}

fn create_user(config: &Config, email: String, name: String, role: Role) -> anyhow::Result<()> {
    anyhow::ensure!(email.contains('@') && email.len() <= 254, "--email must be an e-mail address");
    let mut secret = String::new();
    std::io::stdin().read_to_string(&mut secret).context("read the password from standard input")?;
    let secret = secret.trim_end_matches(['\r', '\n']);
    anyhow::ensure!(password::LEN.contains(&secret.chars().count()), "the password must have {}", password::LIMIT);
    let password_hash = password::hash(secret).context("hash the password")?;
    let user = NewUser { id: UserId(uuid::Uuid::now_v7()), email: email.clone(), name, role, password_hash };
    let id = with_store(config, async |store: &Store| Ok(store.put_user(user).await?))?;
    println!("user {email} is {id}");
    Ok(())
}

fn user_token(config: &Config, email: &str, ttl_s: i64) -> anyhow::Result<()> {
    let found = with_store(config, async |store: &Store| Ok(store.user_by_email(email).await?))?;
    let user = found.with_context(|| format!("there is no user {email}"))?.user;
    let tokens = Tokens::new(&serve::token_secret(config)?);
    print_token(tokens.for_user(user.id, user.role, Clock::System.now(), ttl_s))
}

fn print_token(token: Option<String>) -> anyhow::Result<()> {
    println!("{}", token.context("sign the token")?);
    Ok(())
}
