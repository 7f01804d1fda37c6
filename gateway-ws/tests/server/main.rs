//! Black-box tests: the built binary on its private Postgres, spoken to as phones, consoles and operators speak to it.
//!
//! One binary for all of them, because linking costs more than running. Nothing here looks into the server but through its
//! sockets, its REST, its exit codes and, for BI access and faults, its Postgres. `common` holds the harness, the others
//! one subject each.

#[cfg(test)]
mod audit;
#[cfg(test)]
mod common;
#[cfg(test)]
mod config;
#[cfg(test)]
mod customers;
#[cfg(test)]
mod dispatch;
#[cfg(test)]
mod dispatch_room;
#[cfg(test)]
mod durability;
#[cfg(test)]
mod duty;
#[cfg(test)]
mod endpoint_coverage;
#[cfg(test)]
mod exports;
#[cfg(test)]
mod fences;
#[cfg(test)]
mod geocode;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod history;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod identity_rights;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod ingest;
#[cfg(test)]
mod live;
#[cfg(test)]
mod loads;
#[cfg(test)]
mod outage;
#[cfg(test)]
mod phones;
#[cfg(test)]
mod plan_lanes;
#[cfg(test)]
mod plan_moves;
#[cfg(test)]
mod plan_refusals;
#[cfg(test)]
mod plan_trades;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod positions;
#[cfg(test)]
mod profiles;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod sockets;
#[cfg(test)]
#[cfg(feature = "fault-injection")]
mod supervision;
#[cfg(test)]
mod territory_designs;

#[cfg(test)]
mod timeline;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod travel;
#[cfg(test)]
mod vault;
#[cfg(test)]
mod visit_imports;
#[cfg(test)]
mod visits;
#[cfg(test)]
mod whereabouts;
