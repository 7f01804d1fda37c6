//! How far a visit is proved: what was told held against the track, the photos and the rules. Evidence for people to judge by, never an
//! accusation: every flag names what it rests on.
//!
//! The invariant: `verify` is a function of its arguments, so that late fixes, late photos and people's decisions change the answer and the order in
//! which they came does not.

use super::proof::PhotoFacts;
use super::report::Claim;
use super::rules::VisitRules;
use super::site::{Site, Whereabouts};
use super::stay::Stay;
use super::trail::{Sighting, Trail};
use crate::access::named;
use crate::fence::Evidence;
use crate::geo::distance::metres;
use crate::{FileId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

named! {
    /// How far a visit is proved.
    VerificationStatus, "verification" {
        /// The track shows the agent there, from the beginning to the end, for most of the time, and nothing speaks against it.
        Verified => "verified",
        /// Some of it is shown.
        Partial => "partial",
        /// What is known speaks against it.
        Unverified => "unverified",
        /// Nothing is known.
        NoData => "no_data",
    }
}

named! {
    /// What deserves a look.
    Flag, "flag" {
        /// Out of the radius, by the position that was told.
        OutsideAtCheckIn => "outside_at_check_in",
        OutsideAtCheckOut => "outside_at_check_out",
        /// It had been cancelled when the agent checked in.
        AfterCancellation => "after_cancellation",
        /// Another agent than the one assigned did it.
        NotAssigned => "not_assigned",
        /// The phone's clock was ahead when it told this.
        ClockAhead => "clock_ahead",
        /// Something that was asked for is not there.
        ProofLacking => "proof_lacking",
        /// There is no track of the time.
        NoTrack => "no_track",
        /// There is a track of the time, and it is elsewhere.
        TrackElsewhere => "track_elsewhere",
        /// Within the fence for less of the time than the rules ask.
        LittleOverlap => "little_overlap",
        /// The position told and the track at the same time are far apart.
        Mismatch => "mismatch",
        /// A position told was too coarse to tell anything.
        CoarsePosition => "coarse_position",
        /// A position told was simulated by the phone's own word, or fixes of the time were.
        Mock => "mock",
        /// Fixes of the time are not believed.
        SuspectFixes => "suspect_fixes",
        /// A long silence within the visit.
        Gap => "gap",
        /// Shorter than a visit should be.
        Short => "short",
        /// So short that it was hardly one.
        DriveBy => "drive_by",
        /// The same stay shows at another visit's place.
        SharedGround => "shared_ground",
        /// A photo's own time lies outside of the visit.
        PhotoOtherTime => "photo_other_time",
        /// A photo's own place is elsewhere.
        PhotoElsewhere => "photo_elsewhere",
        /// A photo was uploaded before.
        PhotoDuplicate => "photo_duplicate",
    }
}

impl Flag {
    /// With this a visit is not verified, whatever else speaks for it.
    const fn weighs(self) -> bool {
        match self {
            Self::ProofLacking
            | Self::TrackElsewhere
            | Self::LittleOverlap
            | Self::Mismatch
            | Self::Mock
            | Self::Short
            | Self::DriveBy
            | Self::PhotoOtherTime
            | Self::PhotoElsewhere
            | Self::PhotoDuplicate => true,
            Self::OutsideAtCheckIn
            | Self::OutsideAtCheckOut
            | Self::AfterCancellation
            | Self::NotAssigned
            | Self::ClockAhead
            | Self::NoTrack
            | Self::CoarsePosition
            | Self::SuspectFixes
            | Self::Gap
            | Self::SharedGround => false,
        }
    }
}

/// One end of a visit.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitEndProof))]
pub struct EndProof {
    pub at: Timestamp,
    /// Where the phone said it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::visit::report::RawClaim>))]
    pub told: Option<Claim>,
    /// Metres from there to the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_distance_m: Option<u32>,
    /// Where the track was at that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<Sighting>,
    /// Whether the agent was there; absent where nothing tells.
    pub is_there: Option<bool>,
}

/// The stay at the place's fence.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitPassageProof))]
pub struct PassageProof {
    pub from: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// Part of the visit that lies within the stay, whole seconds and per cent.
    pub overlap_s: u32,
    pub overlap_pct: u32,
    #[cfg_attr(feature = "openapi", schema(value_type = crate::fence::passage::EvidenceView))]
    pub enter: Evidence,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::fence::passage::EvidenceView>))]
    pub exit: Option<Evidence>,
}

/// A photo held against its visit.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitPhotoProof))]
pub struct PhotoProof {
    pub file: FileId,
    /// By its own word: within the visit, give or take. Absent: it does not say.
    pub is_of_the_time: Option<bool>,
    /// By its own word: at the place.
    pub is_of_the_place: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<u32>,
    pub is_duplicate: bool,
}

/// The proof of a visit.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verification {
    pub status: VerificationStatus,
    pub flags: BTreeSet<Flag>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_in: Option<EndProof>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_out: Option<EndProof>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passage: Option<PassageProof>,
    pub trail: Trail,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<PhotoProof>,
}

/// Check-in or check-out, as it was told.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct End {
    pub at: Timestamp,
    pub claim: Option<Claim>,
}

/// What is to be verified.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// None: nobody has checked in. A stay alone proves that somebody was there, not that they did anything.
    pub check_in: Option<End>,
    pub check_out: Option<End>,
    pub stay: Option<&'a Stay>,
    pub trail: &'a Trail,
    pub photos: &'a [PhotoFacts],
    /// Flags of what was told.
    pub told: &'a BTreeSet<Flag>,
    pub is_shared: bool,
    pub is_by_telephone: bool,
    /// Shortest time that is a visit.
    pub dwell_min_s: u32,
    pub site: &'a Site<'a>,
    pub rules: &'a VisitRules,
}

/// Weighs the proof of a visit.
pub fn verify(case: &Case<'_>) -> Verification {
    let Case { trail, rules, .. } = case;
    let Some(check_in) = case.check_in.filter(|_| !case.is_by_telephone) else { return without_check_in(case) };
    let mut flags = case.told.clone();
    let check_in = end_proof(check_in, trail.at_check_in, case, &mut flags);
    let check_out = case.check_out.map(|end| end_proof(end, trail.at_check_out, case, &mut flags));
    let until = case.check_out.map(|end| end.at);
    let passage = case.stay.map(|stay| passage_proof(stay, check_in.at, until));
    if let Some(until) = until {
        let lasted_ms = until.since_ms(check_in.at);
        if lasted_ms < i64::from(rules.drive_by_s) * 1000 {
            flags.insert(Flag::DriveBy);
        } else if lasted_ms < i64::from(case.dwell_min_s) * 1000 {
            flags.insert(Flag::Short);
        }
        if trail.fixes > 0 && trail.gap_max_s > rules.gap_max_s {
            flags.insert(Flag::Gap);
        }
    }
    let is_track = trail.fixes > 0 || trail.at_check_in.is_some() || passage.is_some();
    let is_elsewhere = trail.fixes > 0 && trail.inside == 0 && passage.is_none_or(|passage| passage.overlap_s == 0);
    // At the place by the track at some time of the visit, if not at its ends.
    let was_seen = trail.inside > 0 || passage.is_some_and(|passage| passage.overlap_s > 0) || check_in.is_by_track();
    let is_little = passage.is_none_or(|passage| passage.overlap_pct < rules.overlap_min_pct) && !is_inside_mostly(trail, rules);
    if !is_track {
        flags.insert(Flag::NoTrack);
    } else if is_elsewhere {
        flags.insert(Flag::TrackElsewhere);
    } else if is_little && until.is_some() {
        flags.insert(Flag::LittleOverlap);
    }
    if trail.mock > 0 {
        flags.insert(Flag::Mock);
    }
    if trail.suspect > 0 {
        flags.insert(Flag::SuspectFixes);
    }
    if case.is_shared {
        flags.insert(Flag::SharedGround);
    }
    let photos: Vec<_> = case.photos.iter().map(|photo| photo_proof(photo, check_in.at, until, case.site, rules)).collect();
    flag_photos(&photos, &mut flags);
    let status = status_of(&check_in, check_out.as_ref(), (is_track, was_seen), &flags);
    Verification { status, flags, check_in: Some(check_in), check_out, passage, trail: (*trail).clone(), photos }
}

/// Both ends shown and most of what lies between; one of them or a doubt; none; nothing known.
fn status_of(
    check_in: &EndProof,
    check_out: Option<&EndProof>,
    (is_track, was_seen): (bool, bool),
    flags: &BTreeSet<Flag>,
) -> VerificationStatus {
    let ends = [Some(check_in), check_out];
    let says = |there: bool| ends.iter().flatten().filter(|end| end.is_there == Some(there)).count();
    let (there, elsewhere) = (says(true), says(false));
    if there == 0 && elsewhere == 0 && !is_track {
        return VerificationStatus::NoData;
    }
    // The phone's word against its own track.
    if flags.contains(&Flag::TrackElsewhere) || (there == 0 && !was_seen) || (flags.contains(&Flag::Mock) && !was_seen) {
        return VerificationStatus::Unverified;
    }
    let is_whole = there == 2 && is_track && !flags.iter().any(|flag| flag.weighs());
    if is_whole { VerificationStatus::Verified } else { VerificationStatus::Partial }
}

/// Fixes sparse at the edge of a fence may make no passage of it; most of them at the place do.
fn is_inside_mostly(trail: &Trail, rules: &VisitRules) -> bool {
    trail.fixes >= 3 && trail.inside * 100 >= trail.fixes * rules.overlap_min_pct
}

fn end_proof(end: End, track: Option<Sighting>, case: &Case<'_>, flags: &mut BTreeSet<Flag>) -> EndProof {
    let told = end.claim.map(|claim| case.site.of_claim(&claim, case.rules));
    if let Some(claim) = end.claim {
        if claim.mock {
            flags.insert(Flag::Mock);
        }
        if claim.accuracy_m.is_some_and(|accuracy_m| accuracy_m > f64::from(case.rules.accuracy_max_m)) {
            flags.insert(Flag::CoarsePosition);
        }
        if track.is_some_and(|track| is_mismatch(&claim, &track, end.at, case.rules)) {
            flags.insert(Flag::Mismatch);
        }
    }
    let by_stay = case.stay.and_then(|stay| stay.touches(end.at, end.at).then_some(true));
    let by_told = told.and_then(|told| match told {
        Whereabouts::Inside { .. } => Some(true),
        Whereabouts::Outside { .. } => Some(false),
        Whereabouts::Unknown { .. } => None,
    });
    // The track before the phone's word: it is harder to make up.
    let is_there = by_stay.or(track.and_then(|track| track.is_there)).or(by_told);
    EndProof { at: end.at, told: end.claim, told_distance_m: told.and_then(Whereabouts::distance_m), track, is_there }
}

impl EndProof {
    fn is_by_track(&self) -> bool {
        self.track.is_some_and(|track| track.is_there == Some(true))
    }
}

/// A minute on the road makes a kilometre: only a fix of about the same time can contradict what was told.
const MISMATCH_APART_MS: i64 = 30_000;

fn is_mismatch(claim: &Claim, track: &Sighting, at: Timestamp, rules: &VisitRules) -> bool {
    let is_same_time = track.at.since_ms(at).abs() <= MISMATCH_APART_MS;
    let slack_m = claim.accuracy_m.unwrap_or(0.0) + track.accuracy_m.unwrap_or(0.0);
    is_same_time && metres(claim.point, track.point).0 - slack_m > f64::from(rules.mismatch_m)
}

fn passage_proof(stay: &Stay, from: Timestamp, to: Option<Timestamp>) -> PassageProof {
    // Of a visit that goes on, only its beginning is held against the stay: else it would change with every fix.
    let to = to.unwrap_or(from);
    let overlap_ms = stay.overlap_ms(from, to);
    let whole_ms = to.since_ms(from);
    // Of a visit without length, whether its instant lies within.
    let pct = if whole_ms > 0 { overlap_ms * 100 / whole_ms } else { i64::from(stay.touches(from, to)) * 100 };
    PassageProof {
        from: stay.from,
        to: stay.to,
        overlap_s: u32::try_from(overlap_ms / 1000).unwrap_or(u32::MAX),
        overlap_pct: u32::try_from(pct).unwrap_or(0),
        enter: stay.enter,
        exit: stay.exit,
    }
}

fn photo_proof(photo: &PhotoFacts, from: Timestamp, to: Option<Timestamp>, site: &Site<'_>, rules: &VisitRules) -> PhotoProof {
    let slack_ms = i64::from(rules.photo_apart_s) * 1000;
    let is_of_the_time = photo.taken_at.map(|taken_at| {
        let is_early = from.since_ms(taken_at) > slack_ms;
        let is_late = to.is_some_and(|to| taken_at.since_ms(to) > slack_ms);
        !is_early && !is_late
    });
    let distance_m = photo.place.and_then(|place| site.distance_m(place));
    let is_of_the_place = photo
        .place
        .zip(distance_m)
        .map(|(place, distance_m)| distance_m <= rules.photo_apart_m || site.ground.is_some_and(|ground| ground.contains(place)));
    PhotoProof { file: photo.file, is_of_the_time, is_of_the_place, distance_m, is_duplicate: photo.is_duplicate }
}

fn flag_photos(photos: &[PhotoProof], flags: &mut BTreeSet<Flag>) {
    for photo in photos {
        let found = [
            (photo.is_of_the_time == Some(false), Flag::PhotoOtherTime),
            (photo.is_of_the_place == Some(false), Flag::PhotoElsewhere),
            (photo.is_duplicate, Flag::PhotoDuplicate),
        ];
        flags.extend(found.into_iter().filter(|(is_so, _)| *is_so).map(|(_, flag)| flag));
    }
}

/// A stay without a word is half a proof; a call by telephone has none.
fn without_check_in(case: &Case<'_>) -> Verification {
    let mut flags = case.told.clone();
    let stay = case.stay.filter(|_| !case.is_by_telephone);
    if case.is_shared && stay.is_some() {
        flags.insert(Flag::SharedGround);
    }
    let status = if stay.is_some() { VerificationStatus::Partial } else { VerificationStatus::NoData };
    let passage =
        stay.map(|stay| PassageProof { overlap_s: 0, overlap_pct: 0, ..passage_proof(stay, stay.from, Some(stay.from)) });
    Verification { status, flags, check_in: None, check_out: None, passage, trail: Trail::default(), photos: Vec::new() }
}

impl Verification {
    /// Of a visit of which nothing is known.
    pub fn none() -> Self {
        Self {
            status: VerificationStatus::NoData,
            flags: BTreeSet::new(),
            check_in: None,
            check_out: None,
            passage: None,
            trail: Trail::default(),
            photos: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::proof::FilePurpose;
    use super::super::stay::tests::{evidence, fence};
    use super::super::trail::tests::{fix, second, site};
    use super::super::trail::{Around, Trail};
    use super::*;
    use crate::Point;
    use crate::track::Device;
    use uuid::Uuid;

    const OUT_S: i64 = 1_200;

    #[derive(Default)]
    struct Given<'a> {
        /// Metres north of the place, told at check-in and check-out.
        told: (Option<f64>, Option<f64>),
        /// Seconds and metres north.
        fixes: &'a [(i64, f64)],
        stay: Option<(i64, i64)>,
        out_s: Option<i64>,
        mock: u32,
        photos: Vec<PhotoFacts>,
        flags: BTreeSet<Flag>,
    }

    fn claim(north_m: f64) -> Claim {
        let point = Point::new(52.5 + north_m / 111_270.0, 13.4).unwrap();
        Claim { point, accuracy_m: Some(8.0), mock: false }
    }

    fn verified(given: &Given<'_>) -> Verification {
        let rules = VisitRules::default();
        let until = Some(second(given.out_s.unwrap_or(OUT_S)));
        let fixes = given.fixes.iter().map(|(at, north)| fix(*at, *north)).collect();
        let around = Around { believed: [(Device::default(), fixes)].into(), mock: given.mock, suspect: 0 };
        let trail = Trail::of(&around, second(0), until, &site(), &rules);
        let stay = given.stay.map(|(from, to)| Stay {
            fence: fence(1),
            from: second(from),
            to: Some(second(to)),
            until: second(to),
            inside_ms: (to - from) * 1000,
            enter: evidence(second(from)),
            exit: Some(evidence(second(to))),
            interruptions: 0,
        });
        verify(&Case {
            check_in: Some(End { at: second(0), claim: given.told.0.map(claim) }),
            check_out: until.map(|at| End { at, claim: given.told.1.map(claim) }),
            stay: stay.as_ref(),
            trail: &trail,
            photos: &given.photos,
            told: &given.flags,
            is_shared: false,
            is_by_telephone: false,
            dwell_min_s: rules.dwell_min_s,
            site: &site(),
            rules: &rules,
        })
    }

    fn check(given: Given<'_>, status: VerificationStatus, flags: &[Flag]) {
        let got = verified(&given);
        assert_eq!((got.status, got.flags.iter().copied().collect::<Vec<_>>()), (status, flags.to_vec()), "{got:#?}");
    }

    const HERE: &[(i64, f64)] = &[(0, 5.0), (200, 9.0), (500, 3.0), (900, 8.0), (1_190, 12.0)];
    const ELSEWHERE: &[(i64, f64)] = &[(0, 2_000.0), (500, 2_000.0), (1_000, 2_000.0), (1_190, 2_000.0)];

    #[test]
    fn a_visit_is_verified_by_its_track_and_not_by_a_word_alone() {
        use VerificationStatus::{NoData, Partial, Unverified, Verified};
        let both = (Some(5.0), Some(5.0));
        let stay = Some((-60, OUT_S + 60));
        check(Given { told: both, fixes: HERE, stay, ..Given::default() }, Verified, &[]);
        check(Given { fixes: HERE, stay, ..Given::default() }, Verified, &[]);
        check(Given { fixes: HERE, ..Given::default() }, Verified, &[]);
        check(Given { told: both, ..Given::default() }, Partial, &[Flag::NoTrack]);
        check(Given { told: (Some(5.0), Some(900.0)), ..Given::default() }, Partial, &[Flag::NoTrack]);
        check(Given { told: (Some(900.0), Some(900.0)), ..Given::default() }, Unverified, &[Flag::NoTrack]);
        check(Given::default(), NoData, &[Flag::NoTrack]);
        check(Given { fixes: ELSEWHERE, ..Given::default() }, Unverified, &[Flag::TrackElsewhere]);
        check(Given { told: both, fixes: ELSEWHERE, ..Given::default() }, Unverified, &[Flag::TrackElsewhere, Flag::Mismatch]);
        // Seen there for a part of it.
        check(Given { stay: Some((0, 300)), ..Given::default() }, Partial, &[Flag::LittleOverlap]);
        check(Given { told: both, stay: Some((300, 500)), ..Given::default() }, Partial, &[Flag::LittleOverlap]);
    }

    #[test]
    fn doubts_keep_a_visit_from_being_verified() {
        use VerificationStatus::{Partial, Unverified};
        let stay = Some((-60, OUT_S + 60));
        let short = |out_s| Given { fixes: HERE, stay, out_s: Some(out_s), ..Given::default() };
        check(short(299), Partial, &[Flag::Short]);
        check(short(119), Partial, &[Flag::DriveBy]);
        check(Given { fixes: HERE, stay, mock: 1, ..Given::default() }, Partial, &[Flag::Mock]);
        check(Given { mock: 9, told: (Some(0.0), Some(0.0)), ..Given::default() }, Unverified, &[Flag::NoTrack, Flag::Mock]);
        let lacking = Given { fixes: HERE, stay, flags: [Flag::ProofLacking].into(), ..Given::default() };
        check(lacking, Partial, &[Flag::ProofLacking]);
    }

    #[test]
    fn photos_are_held_against_the_visit() {
        use VerificationStatus::{Partial, Verified};
        let photo = |taken_s: Option<i64>, north_m: Option<f64>, is_duplicate| PhotoFacts {
            file: FileId(Uuid::from_u128(1)),
            purpose: FilePurpose::Other,
            taken_at: taken_s.map(second),
            place: north_m.map(|north_m| claim(north_m).point),
            is_duplicate,
        };
        let with = |photo| Given { fixes: HERE, stay: Some((0, OUT_S)), photos: vec![photo], ..Given::default() };
        check(with(photo(None, None, false)), Verified, &[]);
        check(with(photo(Some(-900), Some(300.0), false)), Verified, &[]);
        check(with(photo(Some(-901), None, false)), Partial, &[Flag::PhotoOtherTime]);
        check(with(photo(Some(OUT_S + 901), None, false)), Partial, &[Flag::PhotoOtherTime]);
        check(with(photo(None, Some(302.0), false)), Partial, &[Flag::PhotoElsewhere]);
        check(with(photo(None, None, true)), Partial, &[Flag::PhotoDuplicate]);
    }
}
