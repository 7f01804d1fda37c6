//! Who is asking: access tokens, passwords, socket tickets, and the `Principal` that handlers take.
//!
//! Verification never touches the database.

pub mod attempts;
pub mod operations;
pub mod password;
pub mod permit;
pub mod principal;
pub mod ticket;
pub mod token;

pub use attempts::Attempts;
pub use principal::Principal;
pub use ticket::Tickets;
pub use token::Tokens;
