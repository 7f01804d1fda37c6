//! The binary `salessync`: arguments, configuration (a flaw exits 64 before anything is bound), logging, then the command. Commands about
//! people and keys are in `commands`.

use anyhow::Context;
use clap::{Parser, Subcommand};
use salessync_actors::Store;
use salessync_actors::store::local_postgres::IfRunning;
use salessync_engine::{AgentId, TerritoryId};
use salessync_gateway::audit_command::{self, AuditCommand};
use salessync_gateway::commands::{self, NewAccount};
use salessync_gateway::config::Config;
use salessync_gateway::{keys, openapi, serve};
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
    /// Administrators.
    Admin {
        #[command(subcommand)]
        command: AdminCommand,
    },
    /// Users who sign in.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// The keys that sign access tokens.
    Tokens {
        #[command(subcommand)]
        command: TokensCommand,
    },
    /// Prints an access token for an agent's phone or for a user. It opens a session, which can be ended.
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
    /// Keys of what is sealed in the database.
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
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
        /// agent, dispatcher, manager, admin, auditor, or a role made over the API
        #[arg(long)]
        role: String,
        /// A territory they answer for; may be given several times.
        #[arg(long)]
        territory: Vec<TerritoryId>,
        /// The agent they are.
        #[arg(long)]
        agent: Option<AgentId>,
        /// Reads the password from standard input: one line, 10 to 256 characters.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

#[derive(Subcommand)]
enum AdminCommand {
    /// Creates an administrator, or makes the user with this e-mail one, with the new name and password.
    Create {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        /// Reads the password from standard input: one line, 10 to 256 characters.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

#[derive(Subcommand)]
enum TokensCommand {
    /// Lets the next key sign and makes another next. Tokens signed before stay good until they end; running servers follow within a second.
    Rotate,
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Makes new data keys, which seal from now on; what is sealed with the old ones is sealed anew while the server runs.
    Rotate {
        /// Changes the master key instead: the data keys stay and are wrapped anew.
        #[arg(long, requires = "new_key_file")]
        master: bool,
        /// File of the new master key; made when it is not there.
        #[arg(long, requires = "master")]
        new_key_file: Option<PathBuf>,
    },
    /// Lists the data keys, never their bytes.
    List,
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
        Command::Admin { command: AdminCommand::Create { email, name, password_stdin: _ } } => {
            let account = NewAccount { email, name, role: "admin".to_owned(), territories: Vec::new(), agent: None };
            with_store(&config, async |store: &Store| commands::put_user(&config, store, account).await)
        }
        Command::User { command: UserCommand::Create { email, name, role, territory, agent, password_stdin: _ } } => {
            let account = NewAccount { email, name, role, territories: territory, agent };
            with_store(&config, async |store: &Store| commands::put_user(&config, store, account).await)
        }
        Command::Tokens { command: TokensCommand::Rotate } => {
            with_store(&config, async |store: &Store| commands::rotate(&config, store).await)
        }
        Command::Token { agent, user, ttl_s } => {
            with_store(&config, async |store: &Store| commands::print_token(&config, store, agent, user, ttl_s).await)
        }
        Command::Keys { command } => {
            let said = with_store(&config, async |store: &Store| match &command {
                KeysCommand::Rotate { new_key_file: None, .. } => keys::rotate(&config, store).await,
                KeysCommand::Rotate { new_key_file: Some(file), .. } => keys::rotate_master(&config, store, file).await,
                KeysCommand::List => keys::list(store).await,
            })?;
            println!("{said}");
            Ok(())
        }
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
