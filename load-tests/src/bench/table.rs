//! The results: what was measured, what it should be, and what one has to know to read it.

use super::host::Host;

#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Row>,
    complaints: Vec<String>,
}

#[derive(Debug)]
struct Row {
    name: String,
    value: f64,
    unit: &'static str,
    aim: Option<Aim>,
    note: String,
}

#[derive(Clone, Copy, Debug)]
enum Aim {
    AtLeast(f64),
    AtMost(f64),
}

impl Aim {
    fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtLeast(aim) => value >= aim,
            Self::AtMost(aim) => value <= aim,
        }
    }
}

impl Table {
    pub fn at_least(&mut self, name: &str, value: f64, aim: f64, unit: &'static str) {
        self.add(name, value, unit, Some(Aim::AtLeast(aim)));
    }

    pub fn at_most(&mut self, name: &str, value: f64, aim: f64, unit: &'static str) {
        self.add(name, value, unit, Some(Aim::AtMost(aim)));
    }

    pub fn show(&mut self, name: &str, value: f64, unit: &'static str) {
        self.add(name, value, unit, None);
    }

    /// Says more about the row added last.
    pub fn note(&mut self, note: &str) {
        if let Some(row) = self.rows.last_mut() {
            note.clone_into(&mut row.note);
        }
    }

    /// Keeps what the server complained about.
    pub fn complaints(&mut self, host: &Host) {
        self.complaints.extend(host.complaints());
    }

    fn add(&mut self, name: &str, value: f64, unit: &'static str, aim: Option<Aim>) {
        eprintln!("bench: {name}: {} {unit}", figure(value));
        self.rows.push(Row { name: name.to_owned(), value, unit, aim, note: String::new() });
    }

    pub fn print(&self, machine: &str) {
        println!("\nMeasured on {machine}; server and clients share it.\n");
        println!("{:<46} {:>14} {:<10} {:>12}  ", "", "measured", "", "aim");
        for row in &self.rows {
            let (aim, verdict) = match row.aim {
                Some(aim @ Aim::AtLeast(least)) => (format!("≥ {}", figure(least)), verdict(aim, row.value)),
                Some(aim @ Aim::AtMost(most)) => (format!("≤ {}", figure(most)), verdict(aim, row.value)),
                None => (String::new(), ""),
            };
            println!("{:<46} {:>14} {:<10} {aim:>12}  {verdict}", row.name, figure(row.value), row.unit);
            if !row.note.is_empty() {
                println!("    {}", row.note);
            }
        }
        let missed = self.rows.iter().filter(|row| row.aim.is_some_and(|aim| !aim.is_met(row.value))).count();
        let aims = self.rows.iter().filter(|row| row.aim.is_some()).count();
        println!("\n{} of {aims} aims met.", aims - missed);
        for complaint in &self.complaints {
            println!("the server logged: {complaint}");
        }
    }
}

fn verdict(aim: Aim, value: f64) -> &'static str {
    if aim.is_met(value) { "met" } else { "missed" }
}

/// Thousands in groups; small numbers with decimals.
fn figure(value: f64) -> String {
    if value.abs() < 100.0 {
        return format!("{value:.2}");
    }
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_grouped_by_thousands() {
        assert_eq!(figure(1_234_567.4), "1,234,567");
        assert_eq!(figure(100.0), "100");
        assert_eq!(figure(0.456), "0.46");
    }

    #[test]
    fn an_aim_is_met_at_its_limit_and_missed_past_it() {
        assert!(Aim::AtLeast(10.0).is_met(10.0) && !Aim::AtLeast(10.0).is_met(9.99));
        assert!(Aim::AtMost(10.0).is_met(10.0) && !Aim::AtMost(10.0).is_met(10.01));
    }
}
