//! Reading queries and bodies so that a refusal names the field, whatever is wrong with it. What is wrong is said in `words`.

mod blame;
pub(crate) mod words;

use super::BODY_BYTES_MAX;
use crate::edge::body;
use crate::error::ApiError;
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::future::{Ready, ready};

/// The query string.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Params<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = form_urlencoded::parse(request.query_string().as_bytes());
        let read = serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs));
        ready(read.map(Self).map_err(|error| {
            let path = error.path().to_string();
            flaw("invalid_query", "the query", &path, &error.inner().to_string())
        }))
    }
}

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json =
            request.content_type().eq_ignore_ascii_case("application/json") || !request.headers().contains_key(CONTENT_TYPE);
        let payload = payload.take();
        Box::pin(async move {
            if !is_json {
                let message = "the body must be sent as application/json".to_owned();
                return Err(ApiError::BadRequest { code: "content_type", message });
            }
            let body = body::read(payload, BODY_BYTES_MAX).await?;
            read(&body).map(Self)
        })
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let unreadable = |error: &serde_json::Error| ApiError::BadRequest {
        code: "invalid_body",
        message: format!("the body is not JSON: {error}"),
    };
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        // Where the text itself is not JSON there is no field to blame.
        if !error.inner().is_data() {
            return unreadable(error.inner());
        }
        let (path, message) = (error.path().to_string(), error.inner().to_string());
        let path = blame::narrowed::<T>(body, &path, &message);
        flaw("invalid_body", "the body", &path, &message)
    })?;
    json.end().map_err(|error| unreadable(&error))?;
    Ok(read)
}

/// The same of a value within a body; `words::Plain` says where in it the flaw is.
pub(crate) fn read_value<T: DeserializeOwned>(value: Value) -> Result<T, words::Plain> {
    T::deserialize(&value).map_err(|error| {
        let message = error.to_string();
        let path = blame::within::<T>(&value, &message);
        words::plain(path.as_deref().unwrap_or("."), &message)
    })
}

fn flaw(code: &'static str, what: &str, path: &str, message: &str) -> ApiError {
    let words::Plain { field, limit, message } = words::plain(path, message);
    match field {
        Some(field) => ApiError::Field { field, limit, message },
        None => ApiError::BadRequest { code, message: format!("{what} {message}") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use salessync_engine::plan::book::Operation;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Asked {
        id: Option<salessync_engine::AgentId>,
        small: Option<u8>,
        large: Option<u32>,
        ratio: Option<f64>,
        is_it: Option<bool>,
        name: Option<String>,
        names: Option<Vec<String>>,
        date: Option<chrono::NaiveDate>,
        at: Option<salessync_engine::Timestamp>,
        operations: Option<Vec<Operation>>,
        flat: Option<Flat>,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Flat {
        version: Option<i64>,
        #[serde(flatten)]
        rest: Rest,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Rest {
        weeks: u8,
        starts_on: Option<chrono::NaiveDate>,
    }

    #[track_caller]
    fn check(body: Value, field: &str, limit: Option<&str>, message: &str) {
        let refused = match read::<Asked>(body.to_string().as_bytes()) {
            Err(ApiError::Field { field, limit, message }) => (field, limit, message),
            Err(other) => panic!("{body}: {other:?}"),
            Ok(_) => panic!("{body} is taken"),
        };
        assert_eq!((refused.0.as_str(), refused.1.as_deref(), refused.2.as_str()), (field, limit, message), "{body}");
    }

    #[test]
    fn what_is_wrong_with_a_body_is_said_in_plain_words() {
        let whole = |max: &str| format!("a whole number within 0..{max}");
        check(json!({"small": -1}), "small", Some(&whole("255")), "is -1, must be a whole number within 0..255");
        check(json!({"small": 256}), "small", Some(&whole("255")), "is 256, must be a whole number within 0..255");
        check(
            json!({"large": "x"}),
            "large",
            Some(&whole("4294967295")),
            "is the text \"x\", must be a whole number within 0..4294967295",
        );
        check(json!({"large": 1.5}), "large", Some(&whole("4294967295")), "is 1.5, must be a whole number within 0..4294967295");
        check(json!({"ratio": "x"}), "ratio", Some("a number"), "is the text \"x\", must be a number");
        check(json!({"is_it": 1}), "is_it", Some("true or false"), "is 1, must be true or false");
        check(json!({"name": ["x"]}), "name", Some("a text"), "is a list, must be a text");
        check(json!({"names": {"a": 1}}), "names", Some("a list"), "is an object, must be a list");
        check(json!({"names": ["a", null]}), "names[1]", Some("a text"), "is null, must be a text");
        check(json!({"id": "me"}), "id", Some("a UUID"), "must be a UUID");
        check(json!({"id": 5}), "id", Some("a UUID"), "is 5, must be a UUID");
        let date = "a date such as 2026-11-23";
        check(json!({"date": "23.11.2026"}), "date", Some(date), "must be a date such as 2026-11-23");
        check(json!({"date": 5}), "date", Some(date), "is 5, must be a date such as 2026-11-23");
        let instant = "an RFC 3339 time or integer Unix milliseconds";
        check(json!({"at": "noon"}), "at", Some(instant), "must be an RFC 3339 time or integer Unix milliseconds");
        let range = "an instant within 1900-01-01..2200-01-01";
        check(json!({"at": "9999-01-01T00:00:00Z"}), "at", Some(range), "must be an instant within 1900-01-01..2200-01-01");
        check(
            json!({"wage": 1}),
            "wage",
            Some("one of id, small, large, ratio, is_it, name, names, date, at, operations, flat"),
            "is no field here",
        );
        check(json!({"flat": {}}), "flat.weeks", None, "must be given");
    }

    #[test]
    fn the_field_is_named_where_the_reading_has_lost_it() {
        let visit = uuid::Uuid::from_u128(1);
        let operations = |operation: Value| json!({"operations": [{"op": "place", "visit": visit}, operation]});
        let assign = |changes: Value| {
            let mut operation = json!({"op": "assign", "visit": visit, "agent": visit});
            operation.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
            operations(operation)
        };
        let ops = "one of assign, place, unassign, move, swap, reorder, lock, unlock, pin_time, release_agent, return_agent";
        check(operations(json!({"op": "sing"})), "operations[1].op", Some(ops), &format!("is \"sing\", must be {ops}"));
        check(operations(json!({"op": "place"})), "operations[1].visit", None, "must be given");
        check(operations(json!({"visit": visit})), "operations[1].op", None, "must be given");
        check(assign(json!({"agent": "me"})), "operations[1].agent", Some("a UUID"), "must be a UUID");
        let date = "a date such as 2026-11-23";
        check(assign(json!({"date": "today"})), "operations[1].date", Some(date), "must be a date such as 2026-11-23");
        let whole = format!("a whole number within 0..{}", u64::MAX);
        check(assign(json!({"position": -1})), "operations[1].position", Some(&whole), &format!("is -1, must be {whole}"));
        let gives = assign(json!({"accept_relaxation": {"give": "window", "by_s": "x"}}));
        let by = "a whole number within -2147483648..2147483647";
        check(gives, "operations[1].accept_relaxation.by_s", Some(by), &format!("is the text \"x\", must be {by}"));
        check(
            json!({"flat": {"weeks": 300}}),
            "flat.weeks",
            Some("a whole number within 0..255"),
            "is 300, must be a whole number within 0..255",
        );
        check(json!({"flat": {"weeks": 1, "starts_on": "x"}}), "flat.starts_on", Some(date), "must be a date such as 2026-11-23");
    }

    #[test]
    fn a_body_that_is_no_object_is_refused_as_a_whole() {
        for body in ["[]", "5", "{\"ratio\"", "{} {}", "{\"ratio\": NaN}"] {
            let refused = read::<Asked>(body.as_bytes()).map(drop).unwrap_err();
            let ApiError::BadRequest { code: "invalid_body", message } = &refused else { panic!("{body}: {refused:?}") };
            assert!(!message.contains("struct") && message.starts_with("the body"), "{message}");
        }
    }

    #[test]
    fn a_query_is_refused_in_the_same_words() {
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "only read")]
        struct Query {
            limit: Option<i64>,
            date: Option<chrono::NaiveDate>,
            is_it: Option<bool>,
        }
        for (query, field, limit) in [
            ("limit=x", "limit", "a whole number"),
            ("limit=", "limit", "a whole number"),
            ("limit=99999999999999999999", "limit", "a smaller whole number"),
            ("date=x", "date", "a date such as 2026-11-23"),
            ("is_it=x", "is_it", "true or false"),
        ] {
            let request = actix_web::test::TestRequest::with_uri(&format!("/?{query}")).to_http_request();
            let refused = Params::<Query>::extract(&request);
            let refused = futures_util::FutureExt::now_or_never(refused).unwrap().map(|params| params.0).unwrap_err();
            let ApiError::Field { field: blamed, limit: said, .. } = &refused else { panic!("{query}: {refused:?}") };
            assert_eq!((blamed.as_str(), said.as_deref()), (field, Some(limit)), "{query}");
        }
    }
}
