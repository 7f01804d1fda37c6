//! Scenes that a dispatcher would recognise.
