//! Files of visits: taken in, held against what they say they are, shown, and gone when they are to go.

use super::pictures::{png, png_of, with_notes};
use super::*;
use crate::common::eventually;
use crate::common::server::Answer;
use reqwest::header;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

impl Field<'_> {
    async fn send(&self, visit: &str, id: Uuid, media_type: &str, bytes: Vec<u8>) -> Answer {
        self.send_for(visit, (id, "check_in"), media_type, bytes).await
    }

    async fn send_for(&self, visit: &str, (id, purpose): (Uuid, &str), media_type: &str, bytes: Vec<u8>) -> Answer {
        let path = format!("/api/v1/visits/{visit}/files/{id}?purpose={purpose}");
        let request = reqwest::Client::new().put(format!("{}{path}", self.server.url()));
        let request = request.bearer_auth(&self.agent.token).header(header::CONTENT_TYPE, media_type).body(bytes);
        crate::common::server::answer(request).await
    }

    async fn download(&self, path: &str) -> reqwest::Response {
        let request = self.server.request(Method::GET, &format!("/api/v1{path}")).header("authorization", self.server.bearer());
        request.send().await.unwrap()
    }
}

fn shelf(x: u32, y: u32) -> u8 {
    ((x * 7 + y * 3) % 251) as u8 / 2 + if (x / 40 + y / 30).is_multiple_of(2) { 100 } else { 0 }
}

fn files_under(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files_under(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn photos_are_taken_in_shown_and_erased() {
    let server = Server::start().await;
    a_photo_comes_once_and_is_shown(&server).await;
    what_is_not_what_it_says_is_refused(&server).await;
    the_same_photo_again_is_noticed(&server).await;
    a_photos_notes_speak_for_or_against_the_visit(&server).await;
    an_erased_agents_photos_are_gone(&server).await;
}

async fn a_photo_comes_once_and_is_shown(server: &Server) {
    let field = Field::new(server).await;
    let visit = field.visit(json!({})).await;
    let (id, photo) = (Uuid::now_v7(), png(640, 480, shelf));
    let first = field.send(&visit, id, "image/png", photo.clone()).await;
    assert_eq!(first.status, 201, "{first:?}");
    let file = &first.body["file"];
    assert_eq!((&file["media_type"], &file["width"], &file["height"]), (&json!("image/png"), &json!(640), &json!(480)));
    assert_eq!((&file["bytes"], &file["has_thumbnail"]), (&json!(photo.len()), &json!(true)));
    let again = field.send(&visit, id, "image/png", photo.clone()).await;
    assert_eq!((again.status, &again.body["file"]), (200, file));
    let other = field.send(&visit, id, "image/png", png(641, 480, shelf)).await;
    assert_eq!((other.status, other.code()), (409, "id_taken"));
    let elsewhere = field.visit(json!({})).await;
    let other = field.send(&elsewhere, id, "image/png", photo.clone()).await;
    assert_eq!((other.status, other.code()), (409, "id_taken"));

    let listed = server.get(&format!("/visits/{visit}/files")).await;
    assert_eq!(listed["items"], json!([file]));
    let shown = field.download(&format!("/files/{id}")).await;
    assert_eq!(shown.headers()[header::CONTENT_TYPE], "image/png");
    assert_eq!(shown.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(shown.headers()[header::CONTENT_DISPOSITION], format!("attachment; filename=\"{id}.png\""));
    assert_eq!(shown.bytes().await.unwrap(), photo);
    let small = field.download(&format!("/files/{id}/thumbnail")).await;
    assert_eq!(small.headers()[header::CONTENT_TYPE], "image/jpeg");
    assert!(small.bytes().await.unwrap().starts_with(b"\xff\xd8\xff"));
    let trail = server.get("/audit?kind=file_read").await;
    assert!(trail["items"].as_array().unwrap().iter().any(|act| act["object"]["id"] == id.to_string().as_str()), "{trail}");

    // Nobody else's agent sends to it or sees it.
    let stranger = server.agents(1, None).await.remove(0);
    let path = format!("/visits/{visit}/files/{}", Uuid::now_v7());
    assert_eq!(server.ask(Some(&stranger.token), Method::PUT, &path, None).await.status, 404);
    assert_eq!(server.ask(Some(&stranger.token), Method::GET, &format!("/files/{id}"), None).await.status, 404);
    assert_eq!(server.ask(Some(&stranger.token), Method::GET, &format!("/visits/{visit}/files"), None).await.status, 404);
}

async fn what_is_not_what_it_says_is_refused(server: &Server) {
    let field = Field::new(server).await;
    let visit = field.visit(json!({})).await;
    let photo = png(64, 48, shelf);
    let pdf = b"%PDF-1.7\n%%EOF\n".to_vec();
    let mut archive = photo.clone();
    archive.extend(b"PK\x05\x06");
    archive.extend([0; 18]);
    let bomb = png_of(60_000, 60_000, &[0; 4]);
    let page = [&b"\xff\xd8\xff\xe0"[..], b"<script>alert(1)</script>"].concat();
    for (media_type, bytes, code) in [
        ("image/jpeg", photo.clone(), "file_type_mismatch"),
        ("image/png", pdf.clone(), "file_type_mismatch"),
        ("text/html", photo.clone(), "file_type_mismatch"),
        ("application/octet-stream", b"hello".to_vec(), "file_type_unknown"),
        ("image/png", Vec::new(), "file_empty"),
        ("image/png", archive, "file_type_ambiguous"),
        ("image/jpeg", page, "file_type_ambiguous"),
        ("image/png", bomb, "picture_too_large"),
        ("image/png", photo[..20].to_vec(), "picture_damaged"),
        ("image/svg+xml", b"<svg onload=alert(1)>".to_vec(), "file_type_unknown"),
    ] {
        let answer = field.send(&visit, Uuid::now_v7(), media_type, bytes).await;
        assert_eq!((answer.status, answer.code()), (400, code), "{media_type}: {answer:?}");
    }
    let answer = field.send(&visit, Uuid::now_v7(), "application/octet-stream", pdf.clone()).await;
    assert_eq!(
        (answer.status, &answer.body["file"]["has_thumbnail"]),
        (201, &json!(false)),
        "a type that says nothing: {answer:?}"
    );
    let answer = field.send_for(&visit, (Uuid::now_v7(), "holiday"), "application/pdf", pdf.clone()).await;
    assert_eq!((answer.status, answer.field()), (400, "purpose"));
    let large = [&pdf[..], &vec![b' '; 15_000_000]].concat();
    let answer = field.send(&visit, Uuid::now_v7(), "application/pdf", large).await;
    assert_eq!((answer.status, answer.code()), (413, "too_large"));
    let nowhere = field.send(&Uuid::now_v7().to_string(), Uuid::now_v7(), "application/pdf", pdf).await;
    assert_eq!(nowhere.status, 404);
}

async fn the_same_photo_again_is_noticed(server: &Server) {
    let field = Field::new(server).await;
    let (first, second) = (field.visit(json!({})).await, field.visit(json!({})).await);
    let stripes = |x: u32, y: u32| if (x / 25 + y / 60).is_multiple_of(3) { 20 } else { ((x * x / 90 + y) % 200) as u8 };
    let (id, photo) = (Uuid::now_v7(), png(500, 400, stripes));
    field.send(&first, id, "image/png", photo.clone()).await;
    let same = field.send(&second, Uuid::now_v7(), "image/png", photo).await;
    let expected = json!({"file_id": id, "visit_id": first, "by": "content"});
    assert_eq!(same.body["file"]["duplicate"], expected, "{same:?}");
    // Half the size and a little lighter: other bytes, the same picture.
    let lighter = png(250, 200, |x, y| stripes(x * 2, y * 2).saturating_add(9));
    let alike = field.send(&second, Uuid::now_v7(), "image/png", lighter).await;
    assert_eq!(alike.body["file"]["duplicate"], json!({"file_id": id, "visit_id": first, "by": "looks"}), "{alike:?}");
    let different = field.send(&second, Uuid::now_v7(), "image/png", png(500, 400, |x, y| ((x / 3) ^ (y / 5)) as u8)).await;
    assert_eq!(different.body["file"]["duplicate"], Value::Null, "{different:?}");
    let visit = field.read(&second).await;
    assert!(visit["verification"].is_string(), "{visit}");
}

async fn a_photos_notes_speak_for_or_against_the_visit(server: &Server) {
    let field = Field::new(server).await;
    let at = |minutes| chrono::DateTime::from_timestamp_millis(minutes_ago(minutes)).unwrap();
    for (there, flagged) in [((LAT, LON), false), ((LAT + 0.5, LON), true)] {
        let visit = field.visit(json!({})).await;
        field
            .tell(&[
                event(&visit, "check_in", minutes_ago(58), json!({"position": position(&field.shop, 5.0)})),
                event(&visit, "check_out", minutes_ago(42), check_out()),
            ])
            .await;
        let photo = with_notes(&png(320, 240, |x, y| (x ^ (y * 2)) as u8), at(50), there);
        let answer = field.send(&visit, Uuid::now_v7(), "image/png", photo).await;
        let file = &answer.body["file"];
        assert!((file["place"]["lat"].as_f64().unwrap() - there.0).abs() < 1e-5, "{answer:?}");
        assert!(file["taken_at"].is_string(), "{answer:?}");
        let visit = field.read(&visit).await;
        let flags = visit["flags"].as_array().unwrap();
        assert_eq!(flags.contains(&json!("photo_elsewhere")), flagged, "{visit}");
    }
}

async fn an_erased_agents_photos_are_gone(server: &Server) {
    let field = Field::new(server).await;
    let visit = field.visit(json!({})).await;
    field.tell(&[event(&visit, "check_in", minutes_ago(58), json!({}))]).await;
    let id = Uuid::now_v7();
    let sent = field.send(&visit, id, "image/png", png(99, 77, |x, y| (x * 2 + y) as u8)).await;
    assert_eq!(sent.status, 201, "{sent:?}");
    let kept = || {
        let files = files_under(&server.data_dir().join("files"));
        files.into_iter().filter(|path| path.to_string_lossy().contains(&id.to_string())).count()
    };
    assert_eq!(kept(), 2, "the photo and its small copy");
    let name = server.get(&format!("/agents/{}", field.agent.id)).await["name"].clone();
    let erased = server.call(Method::POST, &format!("/agents/{}/erase", field.agent.id), Some(json!({"confirm": name}))).await;
    assert_eq!(erased.status, 200, "{erased:?}");
    assert_eq!(kept(), 0, "gone with the agent");
    assert_eq!(server.call(Method::GET, &format!("/files/{id}"), None).await.status, 404);
    let left = field.read(&visit).await;
    assert!(left["performed_by"].is_null() && left["agent_id"].is_null(), "{left}");
    assert_eq!(server.get(&format!("/visits/{visit}/files")).await["items"], json!([]));
}

#[tokio::test]
async fn old_photos_go_and_their_visits_stay() {
    let mut server = Server::start().await;
    let field = Field::new(&server).await;
    let visit = field.visit(json!({})).await;
    let (old, young) = (Uuid::now_v7(), Uuid::now_v7());
    for (id, side) in [(old, 90), (young, 110)] {
        let sent = field.send(&visit, id, "image/png", png(side, 80, |x, y| (x * 3 + y * side) as u8)).await;
        assert_eq!(sent.status, 201, "{sent:?}");
    }
    let aged = format!("update files set created_at = now() - interval '31 days' where id = '{old}'");
    if server.sql(&aged).await.is_none() {
        eprintln!("SKIPPED: there is no psql to make a photo old with");
        return;
    }
    server.terminate().await;
    server.set("RETENTION__FILES_DAYS", "30");
    server.start_again().await;
    let files = server.data_dir().join("files");
    let kept = |id: Uuid| files_under(&files).into_iter().filter(|path| path.to_string_lossy().contains(&id.to_string())).count();
    eventually("the old photo's bytes are gone", async || (kept(old) == 0).then_some(())).await;
    assert_eq!(kept(young), 2, "the photo and its small copy");
    let listed = server.get(&format!("/visits/{visit}/files")).await;
    let ids: Vec<_> = listed["items"].as_array().unwrap().iter().map(|file| file["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, [young.to_string()]);
    let runs = server.get("/retention").await["runs"].clone();
    assert!(runs.as_array().unwrap().iter().any(|run| run["kind"] == "files"), "{runs}");
}

/// A server that speaks S3, with a bucket in it.
struct S3 {
    child: Child,
    url: String,
}

impl S3 {
    /// None where there is no `moto_server` (`pip install moto[server]`).
    async fn start() -> Option<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let program = std::env::var("SALESSYNC_TEST_MOTO").unwrap_or_else(|_| "moto_server".to_owned());
        let mut command = Command::new(program);
        command
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = command.spawn().ok()?;
        let mut s3 = Self { child, url: format!("http://127.0.0.1:{port}") };
        let made = crate::common::eventually("the S3 server is up, or has given up", async || {
            if s3.child.try_wait().unwrap().is_some() {
                return Some(false);
            }
            let made = reqwest::Client::new().put(format!("{}/photos", s3.url)).send().await;
            made.is_ok_and(|answer| answer.status().is_success()).then_some(true)
        })
        .await;
        made.then_some(s3)
    }

    async fn lists(&self, name: &str) -> usize {
        let listing = reqwest::get(format!("{}/photos?list-type=2", self.url)).await.unwrap().text().await.unwrap();
        listing.split("<Key>").skip(1).filter(|key| key.split("</Key>").next().unwrap().contains(name)).count()
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_bucket_keeps_files_as_a_folder_does() {
    let Some(mut s3) = S3::start().await else {
        eprintln!(
            "SKIPPED: there is no moto_server to keep files in; pip install 'moto[server]', or name one in SALESSYNC_TEST_MOTO"
        );
        return;
    };
    let server = Server::with(&[
        ("FILES__KIND", "s3"),
        ("FILES__S3_ENDPOINT", &s3.url),
        ("FILES__S3_BUCKET", "photos"),
        ("FILES__S3_ACCESS_KEY_ID", "testing"),
        ("FILES__S3_SECRET_ACCESS_KEY", "testing-testing"),
    ])
    .await;
    a_photo_comes_once_and_is_shown(&server).await;
    let field = Field::new(&server).await;
    let visit = field.visit(json!({})).await;
    let id = Uuid::now_v7();
    let sent = field.send(&visit, id, "image/png", png(99, 77, |x, y| (x * 2 + y) as u8)).await;
    assert_eq!((sent.status, s3.lists(&id.to_string()).await), (201, 2), "{sent:?}");
    let name = server.get(&format!("/agents/{}", field.agent.id)).await["name"].clone();
    server.post(&format!("/agents/{}/erase", field.agent.id), json!({"confirm": name})).await;
    assert_eq!(s3.lists(&id.to_string()).await, 0, "gone with the agent");
    assert!(files_under(&server.data_dir().join("files")).is_empty(), "nothing lies beside the bucket");

    // While the bucket is away nothing is acknowledged; what came is told to come again.
    s3.child.kill().unwrap();
    s3.child.wait().unwrap();
    let field = Field::new(&server).await;
    let visit = field.visit(json!({})).await;
    let sent = field.send(&visit, Uuid::now_v7(), "image/png", png(99, 77, shelf)).await;
    assert_eq!(sent.status, 503, "{sent:?}");
    assert_eq!(server.get(&format!("/visits/{visit}/files")).await["items"], json!([]));
}
