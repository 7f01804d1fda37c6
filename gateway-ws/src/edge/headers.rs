//! What every answer tells the browser: what it may load, where it may be shown, and that answers with somebody's data are not to be kept.

use crate::config::Config;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

const PERMISSIONS: &str = "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), interest-cohort=()";
/// Agents scan codes with their phone's camera.
const FIELD_PERMISSIONS: &str = "geolocation=(self), camera=(self), microphone=(), payment=(), usb=(), interest-cohort=()";
/// The API's reference sets styles inline; its scripts are files.
const REFERENCE_CSP: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; \
                             base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

/// The headers that are the same on every answer.
pub struct Headers {
    csp: HeaderValue,
}

impl Headers {
    pub fn new(config: &Config) -> Self {
        Self { csp: HeaderValue::from_str(&csp(config)).expect("the configuration's origins are checked") }
    }

    /// Sets them. What a handler has set itself of Cache-Control stands.
    pub fn set(&self, headers: &mut HeaderMap, path: &str, is_https: bool) {
        let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(header::REFERRER_POLICY, "same-origin");
        set(header::X_FRAME_OPTIONS, "DENY");
        set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
        if is_https {
            set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
        }
        let is_private = path.starts_with("/api/v1/") || path.starts_with("/phone/") || path == "/metrics";
        if is_private && !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        if path.starts_with("/phone/") {
            return; // no browser shows this
        }
        let is_reference = path.starts_with("/api/docs");
        let csp = if is_reference { HeaderValue::from_static(REFERENCE_CSP) } else { self.csp.clone() };
        headers.insert(header::CONTENT_SECURITY_POLICY, csp);
        let mut set = |name: &'static str, value: &'static str| {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        set("cross-origin-opener-policy", "same-origin");
        set("permissions-policy", if is_field(path) { FIELD_PERMISSIONS } else { PERMISSIONS });
    }
}

/// Is this the agents' phone page?
fn is_field(path: &str) -> bool {
    path.strip_prefix("/field").is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest == ".html")
}

/// Scripts from here alone; workers from blobs because the map's worker is one; styles inline because the map sets them; pictures and
/// connections from here and from where the map's tiles come.
fn csp(config: &Config) -> String {
    let mut sources = String::new();
    for origin in config.map.sources.iter().map(String::as_str).chain(origin(&config.map.basemap)) {
        sources.push(' ');
        sources.push_str(origin);
    }
    // 'self' means the socket too, but not to every browser.
    let public = &config.http.public_url;
    let socket = if public.is_empty() { String::new() } else { format!(" {}", public.replacen("http", "ws", 1)) };
    format!(
        "default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data: blob:{sources}; connect-src 'self' data: blob:{socket}{sources}; font-src 'self' data:; \
         object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// The origin of a URL; None for a file's name.
fn origin(url: &str) -> Option<&str> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| url.starts_with(scheme))?;
    let end = url[scheme.len()..].find(['/', '?', '#']).map_or(url.len(), |at| scheme.len() + at);
    let origin = &url[..end];
    let is_plain = origin.bytes().all(|b| b.is_ascii_graphic() && !b";,'\"@".contains(&b));
    (origin.len() > scheme.len() && is_plain).then_some(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_loads_from_where_it_is_configured_to_and_nowhere_else() {
        let env = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(key, value)| (format!("SALESSYNC_{key}"), (*value).to_owned()));
            csp(&Config::load(None, pairs).unwrap())
        };
        let plain = env(&[]);
        assert!(plain.contains("script-src 'self';") && plain.contains("img-src 'self' data: blob:;"), "{plain}");
        assert!(plain.contains("connect-src 'self' data: blob:;") && !plain.contains("http") && !plain.contains("ws"), "{plain}");
        let styled = env(&[
            ("MAP__BASEMAP", "https://tiles.example.com/style.json?key=1"),
            ("MAP__SOURCES", "https://fonts.example.com"),
            ("HTTP__PUBLIC_URL", "https://sales.example.com"),
        ]);
        let sources = "https://fonts.example.com https://tiles.example.com;";
        assert!(styled.contains(&format!("img-src 'self' data: blob: {sources}")), "{styled}");
        assert!(styled.contains(&format!("connect-src 'self' data: blob: wss://sales.example.com {sources}")), "{styled}");
        for odd in ["https://", "https://a;b/", "file.pmtiles", "https://u@h/"] {
            assert_eq!(origin(odd), None, "{odd}");
        }
    }
}
