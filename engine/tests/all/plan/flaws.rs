//! What is no problem is refused, naming whose field it is and why.

use super::dice::{problem, shift, shift_id, visit, visit_id};
use salessync_engine::plan::check::check;
use salessync_engine::plan::model::*;
use salessync_engine::plan::search::search;

fn base() -> ProblemDraft {
    let day = [(28_800.0, 61_200.0)];
    problem(3, vec![visit(1, 1, 600.0, &day), visit(2, 2, 600.0, &day)], vec![shift(1, 0, 0, 28_800.0, 61_200.0)])
}

fn refused(change: impl FnOnce(&mut ProblemDraft), of: Subject, field: &str, part: &str) {
    let mut draft = base();
    change(&mut draft);
    let flaws = Problem::new(&draft).unwrap_err();
    let text = flaws.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(flaws.iter().any(|flaw| flaw.of == of && flaw.field == field && flaw.to_string().contains(part)), "{text}");
}

#[test]
fn bad_drafts_are_refused_with_the_field_named() {
    let (one, agent) = (Subject::Visit(visit_id(1)), Subject::Shift(shift_id(1, 0)));
    let window = |opens_s, closes_s| WindowDraft { opens_s, closes_s };
    refused(|draft| draft.visits[0].windows = vec![window(5.0, 4.0)], one, "windows.closes_s", "must not end before");
    refused(|draft| draft.visits[0].windows.clear(), one, "windows", "at least one");
    refused(|draft| draft.visits[0].windows = vec![window(0.0, 9.0), window(9.0, 12.0)], one, "windows", "overlap");
    refused(|draft| draft.visits[0].windows = vec![window(0.0, 1e12)], one, "windows.closes_s", "within 0..5356800");
    refused(|draft| draft.visits[0].windows = vec![window(f64::NAN, 9.0)], one, "windows.opens_s", "finite");
    refused(|draft| draft.visits[0].service_s = f64::NAN, one, "service_s", "finite");
    refused(|draft| draft.visits[0].service_s = f64::INFINITY, one, "service_s", "finite");
    refused(|draft| draft.visits[0].service_s = -1.0, one, "service_s", "within");
    refused(|draft| draft.visits[0].service_s = 1e9, one, "service_s", "within");
    refused(|draft| draft.visits[0].stop = 3, one, "stop", "`3`, which is not among stops");
    refused(|draft| draft.visits[0].skills = vec!["magic".to_owned()], one, "skills", "`magic`");
    refused(|draft| draft.visits[0].prize = Some(-5.0), one, "prize", "within");
    refused(|draft| draft.visits[0].priority = 10, one, "priority", "within 0..9");
    refused(|draft| draft.visits[0].pinned = Some(shift_id(9, 9)), one, "pinned", "not among shifts");
    refused(|draft| draft.visits[1].id = visit_id(1), one, "id", "twice");
    refused(|draft| draft.shifts.push(draft.shifts[0].clone()), agent, "id", "twice");
    refused(|draft| draft.shifts[0].latest_end_s = 0.0, agent, "latest_end_s", "must not end before");
    refused(|draft| draft.shifts[0].travel_factor = 0.0, agent, "travel_factor", "within 0.1..10");
    refused(|draft| draft.shifts[0].profile = 1, agent, "profile", "not among profiles");
    refused(|draft| draft.shifts[0].costs.per_km = f64::NAN, agent, "costs.per_km", "finite");
    refused(
        |draft| draft.skills = (0..129).map(|number| number.to_string()).collect(),
        Subject::Problem,
        "skills",
        "at most 128",
    );
    refused(|draft| draft.stops[2] = StopDraft { lat: Some(91.0), lon: Some(0.0) }, Subject::Stop(2), "lat", "within -90..90");
    refused(|draft| draft.stops[2] = StopDraft { lat: Some(1.0), lon: None }, Subject::Stop(2), "lon", "missing");
    let lock = |visit, commitment, start_s, end_s| LockedDraft { visit, commitment, start_s, end_s };
    refused(
        |draft| draft.shifts[0].locked = vec![lock(visit_id(7), Commitment::Done, Some(1.0), Some(2.0))],
        agent,
        "locked.visit",
        "not among visits",
    );
    refused(
        |draft| {
            draft.shifts[0].locked = vec![
                lock(visit_id(1), Commitment::FixedOrder, None, None),
                lock(visit_id(2), Commitment::InProgress, Some(30_000.0), None),
            ];
        },
        agent,
        "locked.commitment",
        "order of a locked prefix",
    );
    refused(
        |draft| draft.shifts[0].locked = vec![lock(visit_id(1), Commitment::Done, None, None)],
        one,
        "locked.start_s",
        "missing",
    );
}

#[test]
fn bad_matrices_are_refused() {
    let check = |drafts: &[MatrixDraft], part: &str| {
        let flaws = Matrices::from_drafts(drafts, 2, 1).unwrap_err();
        assert!(flaws[0].to_string().contains(part), "{}", flaws[0]);
    };
    let of = |cell| MatrixDraft { duration_s: vec![vec![Some(0.0), cell], vec![None, Some(0.0)]], distance_m: Vec::new() };
    check(&[], "must have 1 entries");
    check(&[MatrixDraft::default()], "must have 2 entries");
    check(&[of(Some(-1.0))], "within");
    check(&[of(Some(f64::NAN))], "finite");
    assert!(Matrices::from_drafts(&[of(None)], 2, 1).is_ok());
}

fn reasons(change: impl FnOnce(&mut ProblemDraft)) -> Vec<Reason> {
    let mut draft = base();
    draft.skills = vec!["fridge".to_owned()];
    change(&mut draft);
    let problem = Problem::new(&draft).unwrap();
    let travel = Matrices::new(vec![Matrix::from_fn(3, |from, to| {
        let is_cut_off = draft.stops[2].lat.is_some() && (from == 2 || to == 2);
        (!is_cut_off).then_some(Leg { duration_s: 900, distance_m: 7_000 })
    })]);
    let found = search(&problem, &travel, None, 1, &mut |progress| progress.iterations < 100);
    assert_eq!(check(&problem, &travel, &found.solution), Ok(found.bill));
    found.solution.unassigned.iter().map(|left_out| left_out.reason).collect()
}

#[test]
fn what_cannot_be_planned_is_left_out_with_its_reason() {
    assert_eq!(reasons(|_| {}), []);
    assert_eq!(reasons(|draft| draft.shifts.clear()), [Reason::NoShift; 2]);
    assert_eq!(
        reasons(|draft| draft.visits[1].skills = vec!["fridge".to_owned()]),
        [Reason::NobodySkilled { missing: Skills(1) }]
    );
    assert_eq!(reasons(|draft| draft.visits[1].forbidden_agents = vec![draft.shifts[0].id.agent]), [Reason::NobodyAllowed]);
    assert_eq!(reasons(|draft| draft.stops[2] = StopDraft { lat: Some(1.0), lon: Some(1.0) }), [Reason::Unreachable]);
    assert_eq!(
        reasons(|draft| {
            draft.shifts[0].capacity = Some(5.0);
            draft.visits[1].demand = 6.0;
        }),
        [Reason::TooLarge]
    );
    let window = |opens_s, closes_s| vec![WindowDraft { opens_s, closes_s }];
    assert_eq!(reasons(|draft| draft.visits[1].windows = window(0.0, 28_900.0)), [Reason::NoTime]);
    assert_eq!(reasons(|draft| draft.shifts[0].visits_max = Some(1)).len(), 1);
    assert_eq!(reasons(|draft| draft.visits[1].prize = Some(800.0)), [Reason::NotWorthIt]);
}
