//! A routing service of a few lines: real HTTP on loopback, answers by a function, counts what it was asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a request said: its target and its body.
pub struct Asked {
    pub target: String,
    pub body: String,
}

/// Status, headers beyond the usual, body; None: no answer at all.
pub type Answer = Option<(u16, &'static str, String)>;

pub struct Server {
    pub url: String,
    pub asked: Arc<AtomicUsize>,
    pub at_once_max: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub async fn start(answer: impl Fn(Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (asked, at_once, at_once_max) =
            (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let answer = Arc::new(answer);
        let (count, most) = (Arc::clone(&asked), Arc::clone(&at_once_max));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let (answer, at_once, most) = (Arc::clone(&answer), Arc::clone(&at_once), Arc::clone(&most));
                tokio::spawn(async move {
                    most.fetch_max(at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    let _ = serve(stream, &*answer).await;
                    at_once.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { url, asked, at_once_max, task }
    }

    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, answer: &(impl Fn(Asked) -> Answer + ?Sized)) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).to_string();
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.trim().parse().ok());
    while bytes.len() < head_end + length.unwrap_or(0) {
        stream.read_buf(&mut bytes).await?;
    }
    let target = head.split_whitespace().nth(1).unwrap_or_default().to_owned();
    let body = String::from_utf8_lossy(&bytes[head_end..]).to_string();
    match answer(Asked { target, body }) {
        None => std::future::pending::<()>().await,
        Some((status, headers, body)) => {
            let reply =
                format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}", body.len());
            stream.write_all(reply.as_bytes()).await?;
        }
    }
    Ok(())
}
