//! Letters: invitations, new passwords. Sent over SMTP, laid into a folder, or not at all. Nobody waits for a mail server: `Post` takes a letter
//! at once and tries until it is gone; what it still holds is lost when the server stops.
//!
//! Addresses are parsed and a subject is one line, so nothing a person writes becomes a header. Passwords and texts are never logged.

use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls as LettreTls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// Longest wait for a mail server, from the first byte to the last.
const SEND_DEADLINE: Duration = Duration::from_secs(10);
const SUBJECT_LEN_MAX: usize = 200;
const TEXT_BYTES_MAX: usize = 64 * 1024;
/// Letters under way or waiting for another try.
const LETTERS_MAX: usize = 256;
/// Conversations with the mail server at once.
const AT_ONCE_MAX: usize = 4;
/// Pauses before another try; after the last a letter is given up.
const PAUSES: [Duration; 5] = [
    Duration::from_secs(2),
    Duration::from_secs(15),
    Duration::from_secs(60),
    Duration::from_secs(300),
    Duration::from_secs(1_800),
];

/// A letter to one person.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// Its text holds links that let somebody in: it prints nothing.
impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Letter").field("text_bytes", &self.text.len()).finish_non_exhaustive()
    }
}

/// Why a letter was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("mail is off")]
    Off,
    #[error("{0}")]
    Letter(&'static str),
    #[error("write a letter into its folder")]
    Folder(#[source] io::Error),
    /// The server will not take it, however often it is offered.
    #[error("the mail server refuses the letter")]
    Refused(#[source] lettre::transport::smtp::Error),
    #[error("the mail server does not take the letter now")]
    Unavailable(#[source] lettre::transport::smtp::Error),
    #[error("the mail server took longer than {} s", SEND_DEADLINE.as_secs())]
    TimedOut,
    #[error("{LETTERS_MAX} letters are waiting already")]
    Full,
}

impl MailError {
    /// Is it worth another try?
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Folder(_) | Self::Unavailable(_) | Self::TimedOut | Self::Full => true,
            Self::Off | Self::Letter(_) | Self::Refused(_) => false,
        }
    }
}

/// Whom letters are from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sender(Mailbox);

impl Sender {
    /// An address, or a name and an address in angle brackets.
    pub fn parse(text: &str) -> Result<Self, MailError> {
        address(text, "the sender is no e-mail address").map(Self)
    }
}

/// How a conversation with the mail server is kept secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tls {
    /// From the first byte.
    Required,
    /// Before anything is said; without it nothing is.
    StartTls,
    /// Not at all: only to this machine itself.
    None,
}

pub struct SmtpSettings {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    pub login: Option<(String, String)>,
    pub from: Sender,
}

/// Settings that cannot be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SmtpFlaw {
    #[error("that is not the name of a server")]
    Host,
    #[error("mail without TLS goes to this machine only")]
    Plain,
}

/// A mail server.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Sender,
}

impl Smtp {
    pub fn new(settings: SmtpSettings) -> Result<Self, SmtpFlaw> {
        let SmtpSettings { host, port, tls, login, from } = settings;
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c == '/') {
            return Err(SmtpFlaw::Host);
        }
        let parameters = || TlsParameters::new(host.clone()).map_err(|_| SmtpFlaw::Host);
        let tls = match tls {
            Tls::Required => LettreTls::Wrapper(parameters()?),
            Tls::StartTls => LettreTls::Required(parameters()?),
            Tls::None if is_loopback(&host) => LettreTls::None,
            Tls::None => return Err(SmtpFlaw::Plain),
        };
        let builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&host).port(port).tls(tls).timeout(Some(SEND_DEADLINE));
        let builder = match login {
            Some((user, password)) => builder.credentials(Credentials::new(user, password)),
            None => builder,
        };
        Ok(Self { transport: builder.build(), from })
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The way letters go.
#[derive(Clone)]
pub enum Mail {
    Off,
    Smtp(Smtp),
    /// Each letter becomes a file `.eml`, for a demo or a test.
    Folder {
        from: Sender,
        folder: PathBuf,
    },
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Off => "Off",
            Self::Smtp(_) => "Smtp",
            Self::Folder { .. } => "Folder",
        })
    }
}

impl Mail {
    pub fn is_off(&self) -> bool {
        matches!(self, Self::Off)
    }

    /// Sends a letter, within ten seconds.
    pub async fn send(&self, letter: Letter) -> Result<(), MailError> {
        match self {
            Self::Off => Err(MailError::Off),
            Self::Folder { from, folder } => {
                let (message, folder) = (message(from, letter)?, folder.clone());
                let written = tokio::task::spawn_blocking(move || lay_down(&folder, &message.formatted()));
                written.await.map_err(io::Error::other).flatten().map_err(MailError::Folder)
            }
            Self::Smtp(Smtp { transport, from }) => {
                let message = message(from, letter)?;
                match tokio::time::timeout(SEND_DEADLINE, transport.send(message)).await {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) if error.is_permanent() => Err(MailError::Refused(error)),
                    Ok(Err(error)) => Err(MailError::Unavailable(error)),
                    Err(_) => Err(MailError::TimedOut),
                }
            }
        }
    }
}

fn message(from: &Sender, letter: Letter) -> Result<Message, MailError> {
    let Letter { to, subject, text } = letter;
    if subject.chars().any(char::is_control) || subject.chars().count() > SUBJECT_LEN_MAX {
        return Err(MailError::Letter("the subject must be one line of at most 200 characters"));
    }
    if text.len() > TEXT_BYTES_MAX {
        return Err(MailError::Letter("the text must have at most 65536 bytes"));
    }
    let to = address(&to, "the receiver is no e-mail address")?;
    let id = format!("<{}@{}>", uuid::Uuid::new_v4(), from.0.email.domain());
    let message = Message::builder().from(from.0.clone()).to(to).subject(subject).message_id(Some(id));
    message.singlepart(SinglePart::plain(text)).map_err(|_| MailError::Letter("the letter cannot be put into a message"))
}

fn address(text: &str, flaw: &'static str) -> Result<Mailbox, MailError> {
    if text.chars().any(char::is_control) {
        return Err(MailError::Letter(flaw));
    }
    text.parse().map_err(|_| MailError::Letter(flaw))
}

/// Writes a letter under a name that sorts by time, whole or not at all.
fn lay_down(folder: &Path, bytes: &[u8]) -> io::Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    std::fs::create_dir_all(folder)?;
    let name = format!("{}-{:04}", uuid::Uuid::now_v7(), COUNT.fetch_add(1, Ordering::Relaxed) % 10_000);
    let unfinished = folder.join(format!(".{name}"));
    std::fs::write(&unfinished, bytes)?;
    std::fs::rename(&unfinished, folder.join(format!("{name}.eml")))
}

/// Sends letters in the background. Cheap to clone.
#[derive(Clone)]
pub struct Post {
    mail: Mail,
    runtime: Handle,
    room: Arc<Semaphore>,
    lines: Arc<Semaphore>,
    pauses: Arc<[Duration]>,
}

impl Post {
    /// Letters are sent on `runtime`.
    pub fn new(mail: Mail, runtime: Handle) -> Self {
        Self {
            mail,
            runtime,
            room: Arc::new(Semaphore::new(LETTERS_MAX)),
            lines: Arc::new(Semaphore::new(AT_ONCE_MAX)),
            pauses: PAUSES.into(),
        }
    }

    pub fn is_off(&self) -> bool {
        self.mail.is_off()
    }

    /// Takes a letter. Refuses when too many wait, when mail is off, and when the letter could never be sent; what becomes of it later is
    /// logged.
    pub fn send(&self, letter: Letter) -> Result<(), MailError> {
        match &self.mail {
            Mail::Off => return Err(MailError::Off),
            Mail::Smtp(Smtp { from, .. }) | Mail::Folder { from, .. } => drop(message(from, letter.clone())?),
        }
        let room = self.room.clone().try_acquire_owned().map_err(|_| MailError::Full)?;
        let post = self.clone();
        self.runtime.spawn(async move {
            post.try_until_sent(letter).await;
            drop(room);
        });
        Ok(())
    }

    async fn try_until_sent(&self, letter: Letter) {
        let mut pauses = self.pauses.iter();
        loop {
            let sent = match self.lines.acquire().await {
                Ok(_line) => self.mail.send(letter.clone()).await,
                Err(_) => return,
            };
            let Err(error) = sent else { return };
            // Of an answer of the mail server only the kind: its words often repeat the address.
            match pauses.next().filter(|_| error.is_temporary()) {
                Some(pause) => {
                    tracing::warn!(%error, pause_s = pause.as_secs(), "a letter was not sent, trying again");
                    tokio::time::sleep(*pause).await;
                }
                None => {
                    tracing::error!(%error, "a letter is given up");
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpListener;
    use tokio::sync::mpsc;

    fn letter(to: &str) -> Letter {
        Letter { to: to.to_owned(), subject: "Welcome – grüß Gott".to_owned(), text: "Hello\n.\nthere".to_owned() }
    }

    fn sender() -> Sender {
        Sender::parse("SalesSync <sales@example.com>").unwrap()
    }

    fn smtp(port: u16) -> Mail {
        let settings = SmtpSettings { host: "127.0.0.1".to_owned(), port, tls: Tls::None, login: None, from: sender() };
        Mail::Smtp(Smtp::new(settings).unwrap())
    }

    /// A mail server that answers `RCPT` with each of `answers` in turn, then with 250; tells what it was given.
    async fn server(answers: &'static [&'static str]) -> (u16, mpsc::UnboundedReceiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (given, letters) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut answers = answers.iter();
            while let Ok((stream, _)) = listener.accept().await {
                let (read, mut write) = stream.into_split();
                let mut lines = BufReader::new(read).lines();
                write.write_all(b"220 test\r\n").await.unwrap();
                while let Ok(Some(line)) = lines.next_line().await {
                    let answer = match line.split([' ', ':']).next().unwrap_or_default() {
                        "EHLO" => "250 test",
                        "RCPT" => answers.next().copied().unwrap_or("250 ok"),
                        "DATA" => {
                            write.write_all(b"354 go on\r\n").await.unwrap();
                            let mut text = String::new();
                            while let Ok(Some(line)) = lines.next_line().await {
                                if line == "." {
                                    break;
                                }
                                text.push_str(&line);
                                text.push('\n');
                            }
                            given.send(text).unwrap();
                            "250 taken"
                        }
                        "QUIT" => "221 bye",
                        _ => "250 ok",
                    };
                    if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
                        break;
                    }
                }
            }
        });
        (port, letters)
    }

    #[tokio::test]
    async fn a_letter_goes_over_smtp() {
        let (port, mut letters) = server(&[]).await;
        smtp(port).send(letter("Ada <ada@example.com>")).await.unwrap();
        let given = letters.recv().await.unwrap();
        assert!(given.contains("\nTo: Ada <ada@example.com>\n"), "{given}");
        assert!(given.contains("From: SalesSync <sales@example.com>"), "{given}");
        assert!(given.contains("Subject: Welcome =?utf-8?b?"), "{given}");
        assert!(given.contains("\n\nHello\n..\nthere\n"), "a dot alone ends nothing: {given}");
    }

    #[tokio::test]
    async fn a_refusal_is_told_from_a_server_that_is_busy_or_away() {
        let (port, _letters) = server(&["550 no such person", "451 later"]).await;
        let refused = smtp(port).send(letter("a@example.com")).await.unwrap_err();
        assert!(matches!(refused, MailError::Refused(_)) && !refused.is_temporary(), "{refused:?}");
        assert!(smtp(port).send(letter("a@example.com")).await.unwrap_err().is_temporary());
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        assert!(smtp(closed).send(letter("a@example.com")).await.unwrap_err().is_temporary());
        assert!(matches!(Mail::Off.send(letter("a@example.com")).await, Err(MailError::Off)));
    }

    #[tokio::test]
    async fn the_post_tries_again_and_is_bounded() {
        let (port, mut letters) = server(&["451 later", "451 later"]).await;
        let mut post = Post::new(smtp(port), Handle::current());
        post.pauses = [Duration::from_millis(1); 2].into();
        post.send(letter("a@example.com")).unwrap();
        assert!(letters.recv().await.unwrap().contains("To: a@example.com"));
        let everything = post.room.clone().acquire_many_owned(LETTERS_MAX as u32).await.unwrap();
        assert!(matches!(post.send(letter("a@example.com")), Err(MailError::Full)));
        assert!(matches!(post.send(letter("nobody")), Err(MailError::Letter(_))), "said at once");
        drop(everything);
        assert!(post.send(letter("b@example.com")).is_ok());
    }

    #[tokio::test]
    async fn a_folder_holds_a_file_for_each_letter() {
        let dir = tempfile::tempdir().unwrap();
        let mail = Mail::Folder { from: sender(), folder: dir.path().join("letters") };
        for to in ["a@example.com", "b@example.com"] {
            mail.send(letter(to)).await.unwrap();
        }
        let mut names: Vec<_> =
            std::fs::read_dir(dir.path().join("letters")).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.sort();
        let texts: Vec<_> = names.iter().map(|name| std::fs::read_to_string(name).unwrap()).collect();
        assert!(texts.len() == 2 && texts[0].contains("To: a@example.com") && texts[1].contains("To: b@example.com"));
        assert!(names.iter().all(|name| name.extension().is_some_and(|ending| ending == "eml")));
    }

    #[test]
    fn nothing_that_is_written_becomes_a_header() {
        for to in [
            "a@example.com\r\nBcc: b@example.com",
            "a@example.com, b@example.com",
            "a@example.com\n",
            "",
            "a",
            "A\u{0}<a@example.com>",
        ] {
            assert!(matches!(message(&sender(), letter(to)), Err(MailError::Letter(_))), "{to:?}");
        }
        for subject in ["Hello\r\nBcc: b@example.com", "Hello\nthere", &"x".repeat(201)] {
            let letter = Letter { subject: subject.to_owned(), ..letter("a@example.com") };
            assert!(matches!(message(&sender(), letter), Err(MailError::Letter(_))), "{subject:?}");
        }
        assert!(Sender::parse("x\r\nBcc: b@example.com").is_err());
    }

    #[test]
    fn mail_without_tls_stays_on_this_machine_and_secrets_are_not_printed() {
        let settings = |host: &str, tls| {
            let login = Some(("user".to_owned(), "hunter2hunter2".to_owned()));
            SmtpSettings { host: host.to_owned(), port: 465, tls, login, from: sender() }
        };
        assert_eq!(Smtp::new(settings("mail.example.com", Tls::None)).err(), Some(SmtpFlaw::Plain));
        assert_eq!(Smtp::new(settings("", Tls::Required)).err(), Some(SmtpFlaw::Host));
        for host in ["localhost", "127.0.0.1", "::1"] {
            assert!(Smtp::new(settings(host, Tls::None)).is_ok());
        }
        let mail = Mail::Smtp(Smtp::new(settings("mail.example.com", Tls::StartTls)).unwrap());
        assert!(!format!("{mail:?}").contains("hunter2"));
        assert!(!format!("{:?}", letter("ada@example.com")).contains("ada"));
    }
}
