//! Who is asking: access tokens, sessions, passwords, second factors, socket tickets, and the `Principal` that handlers take.
//!
//! Verification never touches the database.

pub mod asking;
pub mod attempts;
pub mod cookies;
pub mod keys;
pub mod operations;
pub mod password;
pub mod permit;
pub mod principal;
pub mod second_factor;
pub mod sessions;
pub mod ticket;
pub mod token;

pub use asking::Asking;
pub use attempts::Attempts;
pub use permit::Can;
pub use principal::Principal;
pub use sessions::Sessions;
pub use ticket::Tickets;
pub use token::Tokens;
