//! WebSocket close codes of our own, 4400 to 4499, beside the standard ones the sockets use.

/// Too many refused frames.
pub const TOO_MANY_ERRORS: u16 = 4400;
/// The access token has expired, or is good no more: its session was revoked, its user may not sign in.
pub const TOKEN_EXPIRED: u16 = 4401;
/// What was watched may not be watched any more; or the phone may not send.
pub const FORBIDDEN: u16 = 4403;
/// Too many frames or fixes a second, again and again.
pub const RATE_LIMITED: u16 = 4429;
/// The other side does not read, or does not answer.
pub const TOO_SLOW: u16 = 4408;
/// The same phone has connected anew.
pub const SUPERSEDED: u16 = 4409;
