//! The places where the road network reads bytes from outside, each as a function of any input, as in `lib.rs`. Apart from it, because the
//! engine's tests include that file and know no roads; the roads' tests include this one.
//!
//! Not here: extracts in PBF. Their reader catches panics of a library, and a fuzzer's hook ends the process before they are caught.

use salessync_engine::plan::times::TravelProfile;
use salessync_roads::Network;
use salessync_roads::http::Service;
use salessync_roads::osm::geojson;

/// A town of any streets has a network of sound edges.
pub fn town(input: &[u8]) {
    let Ok(extract) = geojson::read_bytes(input) else { return };
    for profile in TravelProfile::ALL {
        let network = Network::build(&extract, profile);
        for edge in 0..network.edges.len() as u32 {
            assert!(network.points(edge).len() >= 2 && network.open_lanes(edge).next().is_some());
        }
        assert!(network.graph.head.iter().all(|head| (*head as usize) < network.graph.vertex_count()));
    }
}

/// The first byte chooses the status, the rest is the body. What is read has times or none, never half of one.
pub fn routing_reply(input: &[u8]) {
    let Some((first, body)) = input.split_first() else { return };
    let status = [200, 400, 429, 500][usize::from(first % 4)];
    for service in [Service::Osrm, Service::Valhalla] {
        if let Ok(matrix) = service.read_matrix((2, 3), status, body) {
            assert_eq!((matrix.rows(), matrix.columns()), (2, 3));
        }
        let _ = service.read_route(status, body);
    }
}
