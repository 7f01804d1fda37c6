//! Solomon's format of vehicle routing instances with time windows, which Homberger's larger ones share.
//!
//! The objective is the distance alone, as in the DIMACS challenge: each leg is `floor(10 × euclid)` tenths, windows and service count
//! tenths too, and the fleet is the file's. A unit of the problem's time is a tenth of the file's.

use super::{FileFlaw, lines, quoted};
use crate::plan::model::{
    CostsDraft, Flaw, Leg, MATRIX_STOPS_MAX, Matrices, Matrix, Problem, ProblemDraft, Route, ShiftDraft, ShiftId, Solution,
    StopDraft, VisitDraft, VisitIx, WindowDraft,
};
use crate::{AgentId, Timestamp, VisitId};
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// An instance as the file has it.
#[derive(Clone, PartialEq, Debug)]
pub struct Instance {
    pub name: String,
    pub vehicles: usize,
    pub capacity: f64,
    pub depot: Customer,
    pub customers: Vec<Customer>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Customer {
    pub number: u32,
    pub x: f64,
    pub y: f64,
    pub demand: f64,
    pub ready: f64,
    pub due: f64,
    pub service: f64,
}

/// Tenths in the file's unit.
const SCALE: f64 = 10.0;

/// Reads an instance. Blank lines, tabs, letter case and line ends do not matter; everything else is as Solomon wrote it.
pub fn read(text: &str) -> Result<Instance, FileFlaw> {
    let mut lines = lines(text);
    let end = text.lines().count() + 1;
    let mut next = |what: &str| lines.next().ok_or_else(|| FileFlaw::new(end, format!("the file ends where {what} should be")));
    let (_, name) = next("the instance's name")?;
    let name = name.to_owned();
    heading(next("the heading VEHICLE")?, &["VEHICLE"])?;
    heading(next("the heading NUMBER CAPACITY")?, &["NUMBER", "CAPACITY"])?;
    let (line, fleet) = next("number and capacity of the vehicles")?;
    let [number, capacity] = numbers(line, fleet)?;
    if !(0.0..=1e6).contains(&number) || number.fract() != 0.0 {
        return Err(FileFlaw::new(line, "the number of vehicles must be a whole number within 0..1000000"));
    }
    if !(0.0..=1e9).contains(&capacity) {
        return Err(FileFlaw::new(line, "the capacity must be within 0..1000000000"));
    }
    heading(next("the heading CUSTOMER")?, &["CUSTOMER"])?;
    heading(next("the heading of the customers' columns")?, &["CUST"])?;
    let mut customers = Vec::new();
    let mut seen = HashSet::new();
    for (line, row) in lines {
        let customer = customer(line, row)?;
        if !seen.insert(customer.number) {
            return Err(FileFlaw::new(line, format!("customer {} is there twice", customer.number)));
        }
        if customers.len() >= MATRIX_STOPS_MAX {
            return Err(FileFlaw::new(line, format!("more than {} customers", MATRIX_STOPS_MAX - 1)));
        }
        customers.push(customer);
    }
    if customers.is_empty() {
        return Err(FileFlaw::new(end, "the file ends where the depot should be"));
    }
    let depot = customers.remove(0);
    Ok(Instance { name, vehicles: number as usize, capacity, depot, customers })
}

fn heading((line, text): (usize, &str), words: &[&str]) -> Result<(), FileFlaw> {
    let mut found = text.split_whitespace();
    if words.iter().all(|word| found.next().is_some_and(|found| found.eq_ignore_ascii_case(word))) {
        return Ok(());
    }
    Err(FileFlaw::new(line, format!("the heading {} should be here, not `{}`", words.join(" "), quoted(text))))
}

fn numbers<const N: usize>(line: usize, row: &str) -> Result<[f64; N], FileFlaw> {
    let mut out = [0.0; N];
    let mut words = row.split_whitespace();
    for (at, number) in out.iter_mut().enumerate() {
        let word = words.next().ok_or_else(|| FileFlaw::new(line, format!("{N} numbers should be here, there are {at}")))?;
        let parsed = word.parse::<f64>().ok().filter(|number| number.is_finite());
        *number = parsed.ok_or_else(|| FileFlaw::new(line, format!("`{}` is not a number", quoted(word))))?;
    }
    match words.next() {
        None => Ok(out),
        Some(_) => Err(FileFlaw::new(line, format!("{N} numbers should be here, there are more"))),
    }
}

fn customer(line: usize, row: &str) -> Result<Customer, FileFlaw> {
    let [number, x, y, demand, ready, due, service] = numbers(line, row)?;
    let flaw = |what: &str| Err(FileFlaw::new(line, what));
    if !(0.0..=f64::from(u32::MAX)).contains(&number) || number.fract() != 0.0 {
        return flaw("a customer's number must be a whole number");
    }
    if x.abs() > 1e6 || y.abs() > 1e6 {
        return flaw("coordinates must be within -1000000..1000000");
    }
    if !(0.0..=1e6).contains(&demand) {
        return flaw("the demand must be within 0..1000000");
    }
    if ready < 0.0 || due < ready {
        return flaw("the due date must not lie before the ready time, nor that before 0");
    }
    if service < 0.0 {
        return flaw("the service time must not be negative");
    }
    Ok(Customer { number: number as u32, x, y, demand, ready, due, service })
}

impl Instance {
    /// The problem, its visits in the order of the customers. More vehicles than customers are no use and left out.
    pub fn problem(&self) -> Result<(Problem, Matrices), Vec<Flaw>> {
        let problem = Problem::new(&self.draft())?;
        let places: Vec<&Customer> = std::iter::once(&self.depot).chain(&self.customers).collect();
        let matrix = Matrix::from_fn(places.len(), |from, to| {
            let duration_s = tenths(places[from], places[to]);
            Some(Leg { duration_s, distance_m: 0 })
        });
        Ok((problem, Matrices::new(vec![matrix])))
    }

    fn draft(&self) -> ProblemDraft {
        let visits = self.customers.iter().enumerate().map(|(at, customer)| VisitDraft {
            id: VisitId(Uuid::from_u128(u128::from(customer.number))),
            stop: at + 1,
            service_s: (customer.service * SCALE).round(),
            windows: vec![WindowDraft { opens_s: (customer.ready * SCALE).ceil(), closes_s: (customer.due * SCALE).floor() }],
            demand: customer.demand.ceil(),
            skills: Vec::new(),
            allowed_agents: Vec::new(),
            forbidden_agents: Vec::new(),
            preferred_agents: Vec::new(),
            not_preferred_cost: 0.0,
            prize: None,
            priority: 0,
            pinned: None,
            promise: None,
            awaited: None,
            current: None,
        });
        let shifts = (0..self.vehicles.min(self.customers.len())).map(|vehicle| ShiftDraft {
            id: ShiftId { agent: AgentId(Uuid::from_u128(vehicle as u128 + 1)), date: NaiveDate::default(), part: 0 },
            start_stop: 0,
            end_stop: Some(0),
            earliest_start_s: (self.depot.ready * SCALE).ceil(),
            latest_start_s: None,
            latest_end_s: (self.depot.due * SCALE).floor(),
            overtime_max_s: 0.0,
            capacity: Some(self.capacity.floor()),
            skills: Vec::new(),
            visits_max: None,
            travel_max_s: None,
            distance_max_m: None,
            breaks: Vec::new(),
            profile: 0,
            travel_factor: 1.0,
            service_factor: 1.0,
            costs: CostsDraft::default(),
            target_duty_s: None,
            locked: Vec::new(),
            under_way: None,
        });
        ProblemDraft {
            origin: Timestamp::from_ms_clamped(0),
            stops: vec![StopDraft::default(); self.customers.len() + 1],
            profiles: vec![self.name.clone()],
            skills: Vec::new(),
            visits: visits.collect(),
            shifts: shifts.collect(),
            agents: Vec::new(),
            matrices: Vec::new(),
        }
    }

    /// What a VRPLIB solution says, in the problem's numbers: something a search may begin with. Err: no customer has this number.
    pub fn solution(&self, routes: &[Vec<u32>]) -> Result<Solution, u32> {
        let index: HashMap<u32, VisitIx> =
            self.customers.iter().enumerate().map(|(at, customer)| (customer.number, at.into())).collect();
        let vehicles = self.vehicles.min(self.customers.len());
        let mut solution = Solution { routes: vec![Route::default(); vehicles], unassigned: Vec::new() };
        for (route, numbers) in solution.routes.iter_mut().zip(routes) {
            route.visits = numbers.iter().map(|number| index.get(number).copied().ok_or(*number)).collect::<Result<_, _>>()?;
        }
        Ok(solution)
    }

    /// Routes as customers' numbers: what a VRPLIB solution says.
    pub fn routes(&self, solution: &Solution) -> Vec<Vec<u32>> {
        let numbers = |visits: &[VisitIx]| visits.iter().map(|visit| self.customers[visit.at()].number).collect();
        solution.routes.iter().filter(|route| !route.visits.is_empty()).map(|route| numbers(&route.visits)).collect()
    }
}

fn tenths(from: &Customer, to: &Customer) -> i32 {
    // A hair more, so that a distance that is whole in exact arithmetic is not cut to the tenth below.
    ((from.x - to.x).hypot(from.y - to.y) * SCALE + 1e-9).floor() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "tiny\r\n\r\nVEHICLE\r\nNUMBER     CAPACITY\r\n  2         10\r\n\r\nCUSTOMER\r\nCUST NO.  XCOORD.    YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE TIME\r\n\r\n    0      0         0          0          0        100          0\r\n    1\t     3         4          7         10         20          1\r\n";

    #[test]
    fn an_instance_is_read_whatever_its_white_space() {
        let instance = read(TEXT).unwrap();
        assert_eq!((instance.vehicles, instance.capacity, instance.customers.len()), (2, 10.0, 1));
        assert_eq!(read(&format!("\u{feff}{}", TEXT.replace("\r\n", "\n").to_lowercase())).unwrap(), instance);
        let (problem, travel) = instance.problem().unwrap();
        assert_eq!(problem.shifts().len(), 1, "one customer needs one vehicle");
        let leg = travel.matrix(Default::default()).leg(0.into(), 1.into()).unwrap();
        assert_eq!(leg.duration_s, 50);
        assert_eq!((problem.visits()[0].windows[0].opens_s, problem.visits()[0].service_s), (100, 10));
    }

    #[test]
    fn a_broken_file_is_refused_with_its_line() {
        let check = |text: &str, line: usize, part: &str| {
            let flaw = read(text).unwrap_err();
            assert!(flaw.line == line && flaw.what.contains(part), "{flaw}");
        };
        check("", 1, "name");
        check("tiny\n", 2, "VEHICLE");
        check(&TEXT.replace("VEHICLE", "VEHICULES"), 3, "VEHICULES");
        check(&TEXT.replace("  2         10", "  2"), 5, "2 numbers should be here, there are 1");
        check(&TEXT.replace("  2         10", "  -2        10"), 5, "vehicles");
        check(&TEXT.replace("7         10", "seven    10"), 11, "`seven` is not a number");
        check(&TEXT.replace("7         10", "NaN      10"), 11, "`NaN` is not a number");
        check(&TEXT.replace("7         10", "7  7     10"), 11, "there are more");
        check(&TEXT.replace("10         20", "30         20"), 11, "due date");
        check(&TEXT.replace("    1\t", "    0\t"), 11, "twice");
        check(TEXT.split("    0      0").next().unwrap(), 10, "depot");
    }
}
