//! The one error of the REST edge and its uniform body `{code, message, request_id, fields}`.
//!
//! Rejections (4xx) say what to change; failures (5xx) say when to come back and give the request id, never SQL or a stack.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use salessync_actors::people::PeopleError;
use salessync_actors::store::StoreError;
use salessync_actors::supervision::AskError;
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
    #[error("the request is larger than {limit} bytes")]
    TooLarge { limit: usize },
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
    #[error("something went wrong here; quote the request id")]
    Internal,
}

impl ApiError {
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
            Self::Forbidden => "forbidden",
            Self::NotFound(_) => "not_found",
            Self::Absent { code, .. }
            | Self::Gone { code, .. }
            | Self::BadRequest { code, .. }
            | Self::Conflict { code, .. }
            | Self::SendAgain { code, .. } => code,
            Self::UnknownDevice => "unknown_device",
            Self::Field { .. } => "invalid_field",
            Self::TooLarge { .. } => "too_large",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// The body, for the request it answers.
    pub fn body(&self, request_id: &str) -> ErrorBody {
        let fields = match self {
            Self::Field { field, limit, message } => {
                vec![FieldError { field: field.clone(), limit: limit.clone(), message: message.clone() }]
            }
            Self::SecondFactorRequired | Self::SecondFactorInvalid => {
                vec![FieldError { field: "code".to_owned(), limit: None, message: self.to_string() }]
            }
            _ => Vec::new(),
        };
        ErrorBody { code: self.code().to_owned(), message: self.to_string(), request_id: request_id.to_owned(), fields }
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
            Self::SendAgain { after_s, .. } | Self::TooManyAttempts(after_s) => {
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
            Self::TooManyAttempts(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Forbidden | Self::Csrf => StatusCode::FORBIDDEN,
            Self::NotFound(_) | Self::Absent { .. } => StatusCode::NOT_FOUND,
            Self::Gone { .. } => StatusCode::GONE,
            Self::Field { .. } | Self::BadRequest { .. } => StatusCode::BAD_REQUEST,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
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
            StoreError::Missing(field) => {
                Self::Field { field: field.to_owned(), limit: None, message: format!("{field} does not exist") }
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
