//! Where a request comes from, and under which address its client sees us: the connection's own word, unless a configured proxy stands
//! between. What a client writes into X-Forwarded-* itself is never believed.
//!
//! X-Forwarded-For is read from the right, past proxies we trust; the first address that is not one of them is the client, and nothing left
//! of it is looked at, because the client may have written it. `Forwarded` (RFC 7239) is not read at all.

use crate::state::AppState;
use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::IpAddr;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// The address a request comes from, in canonical form. None only where there is no connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClientAddress(pub Option<IpAddr>);

impl ClientAddress {
    pub fn of(request: &HttpRequest) -> Self {
        let Some(peer) = peer(request) else { return Self(None) };
        match request.app_data::<Data<AppState>>() {
            Some(state) if state.guard.proxies.trust(peer) => {
                let lines: Vec<_> = request.headers().get_all(&FORWARDED_FOR).map(header::HeaderValue::as_bytes).collect();
                Self(Some(state.guard.proxies.behind(peer, &lines)))
            }
            Some(_) | None => Self(Some(peer)),
        }
    }
}

impl FromRequest for ClientAddress {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

/// Whether the client speaks TLS, to us or to a proxy that we trust to say so.
pub fn is_https(request: &HttpRequest) -> bool {
    let Some(state) = request.app_data::<Data<AppState>>() else { return false };
    state.config.http.is_tls()
        || trusted_headers(request, state)
            .and_then(|headers| last(headers, &FORWARDED_PROTO))
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
}

/// The host and port the client asked for.
pub fn host(request: &HttpRequest) -> Option<&str> {
    let state = request.app_data::<Data<AppState>>()?;
    let forwarded = trusted_headers(request, state).and_then(|headers| last(headers, &FORWARDED_HOST));
    let asked = || request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let in_uri = || request.uri().authority().map(|authority| authority.as_str());
    forwarded.or_else(asked).or_else(in_uri).filter(|host| is_host(host))
}

/// Our own origin as the client sees it, without a slash at the end: `http.public_url`, or what the request says.
pub fn own_origin(request: &HttpRequest) -> Option<String> {
    let state = request.app_data::<Data<AppState>>()?;
    match state.config.http.public_url.as_str() {
        "" => Some(format!("{}://{}", if is_https(request) { "https" } else { "http" }, host(request)?)),
        url => Some(url.to_owned()),
    }
}

/// Where HTTPS answers what was asked in the clear: at the public address, or at the host asked for and our port.
pub fn https_twin(request: &HttpRequest, https_port: u16, public_url: &str) -> Option<String> {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    if public_url.starts_with("https://") {
        return Some(format!("{public_url}{path}"));
    }
    let host = request.headers().get(header::HOST)?.to_str().ok().filter(|host| is_host(host))?;
    // Without its port; the colons of an IPv6 address are within brackets.
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !name.is_empty() && !name.ends_with(':') => name,
        Some(_) | None => host,
    };
    let port = if https_port == 443 { String::new() } else { format!(":{https_port}") };
    Some(format!("https://{name}{port}{path}"))
}

fn peer(request: &HttpRequest) -> Option<IpAddr> {
    request.peer_addr().map(|address| address.ip().to_canonical())
}

fn trusted_headers<'a>(request: &'a HttpRequest, state: &AppState) -> Option<&'a HeaderMap> {
    peer(request).filter(|peer| state.guard.proxies.trust(*peer)).map(|_| request.headers())
}

/// The last entry of a list: that of the nearest proxy.
fn last<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let entry = headers.get_all(name).last()?.to_str().ok()?.rsplit(',').next()?.trim();
    (!entry.is_empty()).then_some(entry)
}

fn is_host(text: &str) -> bool {
    !text.is_empty() && text.len() <= 255 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_:[]".contains(&b))
}

/// The proxies whose word counts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Proxies(Vec<Network>);

/// Addresses that begin alike; IPv4 in its IPv6-mapped form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Network {
    bits: u128,
    mask: u128,
}

impl Proxies {
    /// Reads addresses and networks; an error is the first entry that is neither.
    pub fn read(entries: &[String]) -> Result<Self, String> {
        entries.iter().map(|entry| Network::read(entry).ok_or_else(|| entry.clone())).collect::<Result<_, _>>().map(Self)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| bits(address) & network.mask == network.bits)
    }

    /// The client behind `peer`, by the lines of X-Forwarded-For in the order they came. What cannot be read ends the walk.
    fn behind(&self, peer: IpAddr, lines: &[&[u8]]) -> IpAddr {
        let mut client = peer;
        for entry in lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b',')) {
            if !self.trust(client) {
                break;
            }
            let Some(address) = std::str::from_utf8(entry).ok().and_then(|entry| address(entry.trim())) else { break };
            client = address;
        }
        client
    }
}

impl Network {
    fn read(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let (before, len) = if address.is_ipv4() { (96, 32) } else { (0, 128) };
        let prefix = match prefix {
            None => len,
            Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok()?,
            Some(_) => return None,
        };
        if prefix > len {
            return None;
        }
        let mask = u128::MAX.checked_shl(128 - (before + prefix)).unwrap_or(0);
        Some(Self { bits: bits(address) & mask, mask })
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// An entry of X-Forwarded-For: an address, as some proxies write it with a port.
fn address(entry: &str) -> Option<IpAddr> {
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = match bare {
        Some(address) => IpAddr::V6(address.parse().ok()?),
        None => entry.parse().ok().or_else(|| Some(entry.parse::<std::net::SocketAddr>().ok()?.ip()))?,
    };
    Some(address.to_canonical())
}

/// Whose bucket an address shares: who has one IPv6 address has its whole /64.
pub fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) & (!0 << 64)).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(entries: &[&str]) -> Proxies {
        Proxies::read(&entries.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn networks_hold_what_begins_like_them() {
        for (network, inside, outside) in [
            ("127.0.0.1", "127.0.0.1", "127.0.0.2"),
            ("10.0.0.0/8", "10.255.255.255", "11.0.0.0"),
            ("10.1.2.3/8", "10.0.0.1", "11.1.2.3"),
            ("192.168.4.0/22", "192.168.7.255", "192.168.8.0"),
            ("10.0.0.0/8", "::ffff:10.1.1.1", "::ffff:11.1.1.1"),
            ("::ffff:10.0.0.0/104", "10.200.0.1", "11.0.0.1"),
            ("::1", "::1", "::2"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"),
            ("0.0.0.0/0", "203.0.113.9", "2001:db8::1"),
            ("10.0.0.1/32", "10.0.0.1", "10.0.0.0"),
            ("fe80::/10", "febf::1", "fec0::1"),
        ] {
            let proxies = proxies(&[network]);
            assert!(proxies.trust(inside.parse().unwrap()), "{network} holds {inside}");
            assert!(!proxies.trust(outside.parse().unwrap()), "{network} does not hold {outside}");
        }
        assert!(proxies(&["::/0"]).trust("203.0.113.9".parse().unwrap()));
        assert!(!Proxies::default().trust("127.0.0.1".parse().unwrap()));
    }

    #[test]
    fn what_is_no_network_is_named() {
        for entry in
            ["", "proxy", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/-1", "10.0.0/8", "10.0.0.0/8/8", " ::1"]
        {
            assert_eq!(Proxies::read(&["::1".to_owned(), entry.to_owned()]), Err(entry.to_owned()));
        }
    }

    #[test]
    fn the_client_is_the_first_from_the_right_that_is_no_proxy() {
        for (peer, lines, client) in [
            ("10.0.0.1", &[][..], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["1.2.3.4, 203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["1.2.3.4, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            ("10.0.0.1", &["1.2.3.4", "203.0.113.9 ,10.0.0.2", "10.0.0.3"], "203.0.113.9"),
            ("10.0.0.1", &["10.0.0.9, 10.0.0.2"], "10.0.0.9"),
            ("10.0.0.1", &["203.0.113.9:4711"], "203.0.113.9"),
            ("10.0.0.1", &["[2001:db8::7]:4711"], "2001:db8::7"),
            ("10.0.0.1", &["[2001:db8::7]"], "2001:db8::7"),
            ("10.0.0.1", &["2001:db8::7"], "2001:db8::7"),
            ("10.0.0.1", &["::ffff:203.0.113.9"], "203.0.113.9"),
            ("::ffff:10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            // What cannot be read ends the walk at the last hop that could.
            ("10.0.0.1", &["203.0.113.9, unknown"], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.9, "], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.9, , 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", &["203.0.113.9, \"10.0.0.2\""], "10.0.0.1"),
            ("10.0.0.1", &["010.0.0.3"], "10.0.0.1"),
            ("10.0.0.1", &["1.2.3.4\u{e9}"], "10.0.0.1"),
            // Nobody we trust: nothing is read.
            ("203.0.113.1", &["1.2.3.4"], "203.0.113.1"),
        ] {
            let lines: Vec<_> = lines.iter().map(|line| line.as_bytes()).collect();
            let peer: IpAddr = peer.parse().unwrap();
            let found = proxies(&["10.0.0.0/8"]).behind(peer.to_canonical(), &lines);
            assert_eq!(found, client.parse::<IpAddr>().unwrap(), "{peer} {lines:?}");
        }
        let bytes: &[u8] = b"1.2.3.4, \xff\xfe";
        assert_eq!(proxies(&["10.0.0.1"]).behind([10, 0, 0, 1].into(), &[bytes]), IpAddr::from([10, 0, 0, 1]));
    }
}
