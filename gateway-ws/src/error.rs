//! The one error of the REST edge and its uniform body `{code, message, request_id, fields}`.
//!
//! Rejections (4xx) say what to change; failures (5xx) say when to come back and give the request id, never SQL or a stack.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use salessync_actors::customer::Undone;
use salessync_actors::people::PeopleError;
use salessync_actors::store::StoreError;
use salessync_actors::supervision::AskError;
use salessync_actors::system::ContactUndone;
use salessync_actors::vault::VaultError;
use salessync_engine::customer::Rejection;
use salessync_engine::flaw::FieldFlaw;
use salessync_engine::wire::page::{ErrorBody, FieldError};

/// Why a request is not answered with success.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    #[error("sign in first: the request has no valid access token")]
    Unauthenticated,
    #[error("e-mail or password is wrong")]
    InvalidCredentials,
    #[error("the password is right; a code of the second factor is needed as well")]
    SecondFactorRequired,
    #[error("the code is wrong, or was used before")]
    SecondFactorInvalid,
    #[error("a request with a cookie must come from a page of this console and say x-salessync-console: 1")]
    Csrf,
    #[error("too many tries to sign in: wait {0} s")]
    TooManyAttempts(u32),
    #[error("too many requests: wait {0} s")]
    RateLimited(u32),
    #[error("too much of this is under way, try again in a moment")]
    Overloaded,
    #[error("this is not allowed for you")]
    Forbidden,
    #[error("{0} was not found")]
    NotFound(&'static str),
    /// A 404 with a code of its own.
    #[error("{message}")]
    Absent { code: &'static str, message: &'static str },
    /// It was there and is not kept any more.
    #[error("{message}")]
    Gone { code: &'static str, message: &'static str },
    #[error("{field}: {message}")]
    Field { field: String, limit: Option<String>, message: String },
    #[error("{message}")]
    BadRequest { code: &'static str, message: String },
    #[error("{message}")]
    Conflict { code: &'static str, message: String },
    /// A rule of the business says no; the fields say what it rests on.
    #[error("{message}")]
    Rejected { code: &'static str, message: String, fields: Vec<FieldError> },
    /// Several fields of a body are wrong, each by itself.
    #[error("{message}")]
    Unanswered { message: String, fields: Vec<FieldError> },
    #[error("the request is larger than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("the address is longer than {limit} bytes")]
    UriTooLong { limit: usize },
    #[error("the headers are larger than {limit} bytes")]
    HeadersTooLarge { limit: usize },
    #[error("the request did not come to its end in time")]
    RequestTimeout,
    #[error("bodies are taken as they are, without a content-encoding")]
    Encoded,
    #[error("this method is not allowed here")]
    MethodNotAllowed,
    #[error("the server cannot answer this right now, try again in a moment")]
    Unavailable,
    /// What was sent is not durable, and nothing more than another try is needed.
    #[error("{message}")]
    SendAgain { status: StatusCode, code: &'static str, message: &'static str, after_s: u32 },
    /// A phone that shows no token of an enrolled device.
    #[error("no device in use shows this token")]
    UnknownDevice,
    /// A refusal with more to it than a sentence.
    #[error("{}", .0.message)]
    Detailed(Box<Detailed>),
    /// What the framework answers by itself.
    #[error("{}", .0.canonical_reason().unwrap_or("the request was refused").to_lowercase())]
    Plain(StatusCode),
    #[error("something went wrong here; quote the request id")]
    Internal,
}

/// An id that names something else already.
pub fn taken(field: &str, message: String) -> ApiError {
    let limit = Some("must be an id that was not used for something else".to_owned());
    let fields = vec![FieldError { field: field.to_owned(), limit, message: message.clone() }];
    ApiError::Rejected { code: "id_taken", message, fields }
}

/// A refusal, and what a program can make of it.
#[derive(Debug)]
pub struct Detailed {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: String,
    pub fields: Vec<FieldError>,
    pub details: serde_json::Value,
}

impl ApiError {
    pub fn detailed(status: StatusCode, code: &'static str, message: impl Into<String>, details: serde_json::Value) -> Self {
        Self::Detailed(Box::new(Detailed { status, code, message: message.into(), fields: Vec::new(), details }))
    }

    pub fn field(field: impl Into<String>, limit: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Field { field: field.into(), limit: Some(limit.into()), message: message.into() }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::InvalidCredentials => "invalid_credentials",
            Self::SecondFactorRequired => "second_factor_required",
            Self::SecondFactorInvalid => "second_factor_invalid",
            Self::Csrf => "csrf",
            Self::TooManyAttempts(_) => "too_many_attempts",
            Self::RateLimited(_) => "rate_limited",
            Self::Overloaded => "overloaded",
            Self::UriTooLong { .. } => "uri_too_long",
            Self::HeadersTooLarge { .. } => "headers_too_large",
            Self::RequestTimeout => "request_timeout",
            Self::Encoded => "content_encoding",
            Self::Forbidden => "forbidden",
            Self::NotFound(_) => "not_found",
            Self::Absent { code, .. }
            | Self::Gone { code, .. }
            | Self::BadRequest { code, .. }
            | Self::Conflict { code, .. }
            | Self::Rejected { code, .. }
            | Self::SendAgain { code, .. } => code,
            Self::Detailed(detailed) => detailed.code,
            Self::UnknownDevice => "unknown_device",
            Self::Field { .. } | Self::Unanswered { .. } => "invalid_field",
            Self::TooLarge { .. } => "too_large",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Unavailable => "unavailable",
            Self::Plain(status) => match *status {
                StatusCode::UNAUTHORIZED => "unauthenticated",
                StatusCode::FORBIDDEN => "forbidden",
                StatusCode::NOT_FOUND => "not_found",
                StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
                StatusCode::REQUEST_TIMEOUT => "request_timeout",
                StatusCode::PAYLOAD_TOO_LARGE => "too_large",
                StatusCode::SERVICE_UNAVAILABLE => "unavailable",
                status if status.is_server_error() => "internal",
                _ => "bad_request",
            },
            Self::Internal => "internal",
        }
    }

    /// The body, for the request it answers.
    pub fn body(&self, request_id: &str) -> ErrorBody {
        let fields = match self {
            Self::Field { field, limit, message } => {
                vec![FieldError { field: field.clone(), limit: limit.clone(), message: message.clone() }]
            }
            Self::Rejected { fields, .. } | Self::Unanswered { fields, .. } => fields.clone(),
            Self::SecondFactorRequired | Self::SecondFactorInvalid => {
                vec![FieldError { field: "code".to_owned(), limit: None, message: self.to_string() }]
            }
            Self::Detailed(detailed) => detailed.fields.clone(),
            _ => Vec::new(),
        };
        let details = if let Self::Detailed(detailed) = self { Some(detailed.details.clone()) } else { None };
        ErrorBody { code: self.code().to_owned(), message: self.to_string(), request_id: request_id.to_owned(), fields, details }
    }

    /// The whole answer, for the request it answers.
    pub fn response(&self, request_id: &str) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::Unauthenticated | Self::InvalidCredentials | Self::SecondFactorRequired | Self::SecondFactorInvalid => {
                response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
            }
            Self::UnknownDevice => {
                response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"SalesSync\""));
            }
            Self::Unavailable => {
                response.insert_header((header::RETRY_AFTER, "1"));
            }
            Self::Overloaded => {
                response.insert_header((header::RETRY_AFTER, "5"));
            }
            // What is still on its way is not waited for.
            Self::RequestTimeout | Self::TooLarge { .. } => {
                response.force_close();
            }
            Self::SendAgain { after_s, .. } | Self::TooManyAttempts(after_s) | Self::RateLimited(after_s) => {
                response.insert_header((header::RETRY_AFTER, after_s.to_string()));
            }
            _ => {}
        }
        response.json(self.body(request_id))
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthenticated
            | Self::InvalidCredentials
            | Self::SecondFactorRequired
            | Self::SecondFactorInvalid
            | Self::UnknownDevice => StatusCode::UNAUTHORIZED,
            Self::SendAgain { status, .. } => *status,
            Self::Detailed(detailed) => detailed.status,
            Self::TooManyAttempts(_) | Self::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::UriTooLong { .. } => StatusCode::URI_TOO_LONG,
            Self::HeadersTooLarge { .. } => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::Encoded => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Forbidden | Self::Csrf => StatusCode::FORBIDDEN,
            Self::NotFound(_) | Self::Absent { .. } => StatusCode::NOT_FOUND,
            Self::Gone { .. } => StatusCode::GONE,
            Self::Field { .. } | Self::Unanswered { .. } | Self::BadRequest { .. } => StatusCode::BAD_REQUEST,
            Self::Conflict { .. } | Self::Rejected { .. } => StatusCode::CONFLICT,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unavailable | Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
            Self::Plain(status) => *status,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        // The trace middleware writes the request id in.
        self.response("")
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken(field) => Self::Conflict { code: "taken", message: format!("{field} is already taken") },
            StoreError::Missing { field, .. } => Self::field(field, "must name what there is", error.to_string()),
            StoreError::Outside { field, limit } => {
                Self::Field { field: field.to_owned(), limit: Some(limit.to_owned()), message: format!("{field} {limit}") }
            }
            StoreError::Damaged { .. } => {
                tracing::error!(error = error.chain(), "stored bytes cannot be read");
                Self::Internal
            }
            other => {
                tracing::warn!(error = other.chain(), "the store failed");
                Self::Unavailable
            }
        }
    }
}

impl From<PeopleError> for ApiError {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::Store(error) => error.into(),
            PeopleError::Vault(_) => {
                tracing::error!(error = error.chain(), "an address cannot be opened or sealed");
                Self::Unavailable
            }
        }
    }
}

impl From<AskError> for ApiError {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Unknown => Self::NotFound("agent"),
            AskError::Halted => Self::Conflict {
                code: "agent_halted",
                message: "the agent is halted after repeated crashes; its track is in the history, resume it to go on".to_owned(),
            },
            AskError::TimedOut => Self::Unavailable,
        }
    }
}

impl From<FieldFlaw> for ApiError {
    fn from(flaw: FieldFlaw) -> Self {
        let message = flaw.to_string();
        Self::field(flaw.field, flaw.limit, message)
    }
}

impl From<Rejection> for ApiError {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Flaw(flaw) => flaw.into(),
            Rejection::Unknown => Self::NotFound("customer"),
            Rejection::PlaceUnknown => Self::NotFound("place"),
            Rejection::ContactUnknown => Self::NotFound("contact"),
            Rejection::VersionConflict { .. }
            | Rejection::LastPlace
            | Rejection::PrimaryNeeded
            | Rejection::TooManyPlaces
            | Rejection::TooManyContacts => Self::Conflict { code: rejection.code(), message: rejection.to_string() },
        }
    }
}

impl From<Undone> for ApiError {
    fn from(undone: Undone) -> Self {
        let again = |code, message| Self::SendAgain { status: StatusCode::SERVICE_UNAVAILABLE, code, message, after_s: 1 };
        match undone {
            Undone::Rejected(rejection) => rejection.into(),
            Undone::Store(error) => error.into(),
            Undone::Busy => again("customer_busy", "too many changes of this customer are waiting, try again in a moment"),
            Undone::Halted => Self::Conflict {
                code: "customer_halted",
                message: "the customer is halted after repeated crashes; resume it to go on".to_owned(),
            },
            Undone::Unknown => again("unknown_outcome", "whether this was done is not known: send the same again"),
            Undone::TimedOut => again("customer_busy", "the customer did not answer in time, try again in a moment"),
        }
    }
}

impl From<ContactUndone> for ApiError {
    fn from(undone: ContactUndone) -> Self {
        match undone {
            ContactUndone::Vault(VaultError::Shredded) => {
                Self::Conflict { code: "erased", message: "the contact with this id was erased".to_owned() }
            }
            ContactUndone::Vault(error) => error.into(),
            ContactUndone::Undone(undone) => undone.into(),
        }
    }
}

impl From<VaultError> for ApiError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Store(error) => error.into(),
            VaultError::Shredded => Self::NotFound("this person"),
            // Another master key was put into force: whoever runs this server must start it with that one.
            VaultError::MasterReplaced { .. } => {
                tracing::error!(error = error.chain(), "nothing can be sealed");
                Self::Unavailable
            }
            other => {
                tracing::error!(error = other.chain(), "sealed bytes cannot be read");
                Self::Internal
            }
        }
    }
}
