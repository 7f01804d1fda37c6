//! The console's files. Unknown addresses that are not files get a page whose own router knows them: below `/field` that of the agents'
//! phones, elsewhere the console's.

use crate::state::AppState;
use actix_files::{Files, NamedFile};
use actix_web::dev::{HttpServiceFactory, ServiceRequest, ServiceResponse, fn_service};
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::middleware::DefaultHeaders;
use actix_web::web::{self, Data};
use actix_web::{HttpResponse, Responder};
use std::path::{Path, PathBuf};

/// Hashed names never change their content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Whatever names those is asked for anew each time: a page kept too long asks for files that are gone, a worker kept too long is never
/// replaced.
const ASK_AGAIN: &str = "no-cache";

pub fn routes(config: &mut web::ServiceConfig, dir: &Path) {
    let index = dir.join("index.html");
    if dir.as_os_str().is_empty() || !index.is_file() {
        config.default_service(web::to(no_console));
        return;
    }
    let assets = dir.join("assets");
    if assets.is_dir() {
        let cached = DefaultHeaders::new().add((CACHE_CONTROL, HeaderValue::from_static(FOR_EVER)));
        config.service(web::scope("/assets").wrap(cached).service(Files::new("", assets)));
    }
    let field = dir.join("field.html");
    if field.is_file() {
        // By pattern, because `/field.html` and `/field-worker.js` are files of the folder.
        config.service(web::resource(["/field", "/field/{below:.*}"]).wrap(fresh()).to(move || page(field.clone())));
    }
    config.service(web::scope("").wrap(fresh()).service(pages(dir, index)));
}

fn fresh() -> DefaultHeaders {
    DefaultHeaders::new().add((CACHE_CONTROL, HeaderValue::from_static(ASK_AGAIN)))
}

fn pages(dir: &Path, index: PathBuf) -> impl HttpServiceFactory + 'static {
    let page = fn_service(move |request: ServiceRequest| {
        let index = index.clone();
        async move {
            let (request, _) = request.into_parts();
            let last = request.path().rsplit('/').next().unwrap_or_default();
            let answer = if last.contains('.') {
                HttpResponse::NotFound().body("there is no such file")
            } else {
                NamedFile::open(index)?.use_last_modified(true).respond_to(&request).map_into_boxed_body()
            };
            Ok(ServiceResponse::new(request, answer))
        }
    });
    Files::new("/", dir).index_file("index.html").default_handler(page)
}

async fn page(file: PathBuf) -> std::io::Result<NamedFile> {
    Ok(NamedFile::open(file)?.use_last_modified(true))
}

async fn no_console(state: Data<AppState>) -> HttpResponse {
    let dir = state.config.console.dir.display().to_string();
    HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body(format!(
        "SalesSync serves its API here. The console is not built: {dir} has no index.html (console.dir). The API's reference is at /api/docs/.\n"
    ))
}
