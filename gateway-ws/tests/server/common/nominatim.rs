//! A geocoding server as Nominatim is one, small: it answers `/search` and `/reverse` from a list, and remembers how and when it was asked.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One question as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: String,
    pub query: BTreeMap<String, String>,
    pub user_agent: String,
    pub at: Instant,
}

/// What is answered: a status and a text.
type Answers = fn(&Asked) -> (u16, String);

pub struct Nominatim {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Nominatim {
    pub async fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/nominatim", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let note = asked.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, note.clone(), answers));
            }
        });
        Self { url, asked }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, note: Arc<Mutex<Vec<Asked>>>, answers: Answers) {
    let mut head = Vec::new();
    let mut piece = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => return,
            Ok(n) => head.extend_from_slice(&piece[..n]),
        }
    }
    let head = String::from_utf8(head).unwrap();
    let target = head.split(' ').nth(1).unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let agent =
        head.lines().find_map(|line| line.to_ascii_lowercase().starts_with("user-agent:").then(|| line[11..].trim().to_owned()));
    let asked = Asked {
        path: path.to_owned(),
        query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        user_agent: agent.unwrap_or_default(),
        at: Instant::now(),
    };
    let (status, body) = answers(&asked);
    note.lock().unwrap().push(asked);
    let head = format!(
        "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all((head + &body).as_bytes()).await;
}

/// A place as Nominatim writes it.
pub fn found(name: &str, lat: f64, lon: f64) -> Value {
    json!({"place_id": 1, "licence": "ODbL", "osm_type": "way", "lat": lat.to_string(), "lon": lon.to_string(), "category": "building",
        "type": "yes", "place_rank": 30, "importance": 0.4, "addresstype": "building", "display_name": name,
        "boundingbox": ["1", "2", "3", "4"]})
}
