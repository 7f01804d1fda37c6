//! Travel times as the product asks for them: from routing services that answer, fail, lie or say nothing, from a loaded map, by the straight
//! line; and the speeds learned from tracks.

mod learning;
mod provider;
mod server;
mod service;
