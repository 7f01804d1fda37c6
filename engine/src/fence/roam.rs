//! Two that roam: who has come near whom. Distances on the sphere of 6,371,000 m, as peers measure them.

use crate::Point;
use crate::geo::Metres;
use crate::geo::distance::haversine;

/// What a move did to the nearness of another.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Roam {
    /// Within the radius, edge included: told with every move.
    Nearby(Metres),
    /// No longer within: told once.
    Faraway(Metres),
}

/// Decides for one who moved and one other, of whom is known whether they were near before.
pub fn roam(moved_to: Point, other: Point, radius: Metres, was_near: bool) -> Option<Roam> {
    let apart = haversine(moved_to, other);
    if apart.0 <= radius.0 { Some(Roam::Nearby(apart)) } else { was_near.then_some(Roam::Faraway(apart)) }
}

/// Returns the others within the radius, nearest first; equally far ones in the order given.
pub fn nearby<K>(from: Point, others: impl IntoIterator<Item = (K, Point)>, radius: Metres) -> Vec<(K, Metres)> {
    let measured = others.into_iter().map(|(key, at)| (key, haversine(from, at)));
    let mut near: Vec<_> = measured.filter(|(_, apart)| apart.0 <= radius.0).collect();
    near.sort_by(|a, b| a.1.0.total_cmp(&b.1.0));
    near
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two cars on one street, towards each other and past; the figures are Tile38's.
    #[test]
    fn the_peers_distances_come_out_to_the_millimetre() {
        const LAT: f64 = 33.414_750_027_566_235;
        let car1 = [
            -111.936_693_191_528_32,
            -111.930_513_381_958_01,
            -111.924_161_911_010_74,
            -111.917_896_270_751_95,
            -111.911_115_646_362_3,
            -111.905_107_498_168_95,
            -111.897_468_566_894_53,
        ];
        let car2 = [
            -111.897_468_566_894_53,
            -111.905_193_328_857_42,
            -111.911_544_799_804_67,
            -111.917_810_440_063_46,
            -111.924_161_911_010_74,
            -111.930_599_212_646_48,
            -111.936_607_360_839_84,
        ];
        let street = |lon: f64| Point::new(LAT, lon).unwrap();
        let mut told = Vec::new();
        let mut at: [Option<Point>; 2] = [None; 2];
        let mut is_near = false;
        for step in 0..car1.len() {
            for (who, lon) in [(0, car1[step]), (1, car2[step])] {
                at[who] = Some(street(lon));
                let [Some(mine), Some(other)] = [at[who], at[1 - who]] else { continue };
                let roam = roam(mine, other, Metres(1000.0), is_near);
                is_near = matches!(roam, Some(Roam::Nearby(_)));
                told.extend(roam.map(|roam| (who, roam)));
            }
        }
        let expected = [
            (0, Roam::Nearby(Metres(589.512))),
            (1, Roam::Nearby(Metres(7.966))),
            (0, Roam::Nearby(Metres(621.377))),
            (1, Roam::Faraway(Metres(1210.89))),
        ];
        assert_eq!(told.len(), expected.len(), "{told:?}");
        for (got, expected) in told.iter().zip(expected) {
            let ((who, Roam::Nearby(got)), (as_who, Roam::Nearby(want))) = (got, expected) else {
                let ((who, Roam::Faraway(got)), (as_who, Roam::Faraway(want))) = (got, expected) else { panic!("{told:?}") };
                assert!(*who == as_who && (got.0 - want.0).abs() < 0.01);
                continue;
            };
            assert!(*who == as_who && (got.0 - want.0).abs() < 0.01, "{got:?} instead of {want:?}");
        }
    }

    #[test]
    fn the_nearest_comes_first_and_the_edge_is_near() {
        let here = Point::new(0.0, 0.0).unwrap();
        let others = [('a', 0.009), ('b', 0.001), ('c', 0.0), ('d', 0.02)].map(|(key, lon)| (key, Point::new(0.0, lon).unwrap()));
        let apart = haversine(here, others[0].1);
        assert_eq!(nearby(here, others, apart).into_iter().map(|(key, _)| key).collect::<String>(), "cba");
        assert!(nearby(here, others, Metres(-1.0)).is_empty());
    }
}
