//! VRPLIB's `.sol` files: one line a route, then the cost.

use super::{FileFlaw, lines, quoted};
use std::fmt::Write;

/// Writes routes of customers' numbers and a cost in tenths, as the DIMACS rules count distance.
pub fn write(routes: &[Vec<u32>], cost_tenths: i64) -> String {
    let mut text = String::new();
    for (at, route) in routes.iter().enumerate() {
        let _ = write!(text, "Route #{}:", at + 1);
        for number in route {
            let _ = write!(text, " {number}");
        }
        text.push('\n');
    }
    let _ = writeln!(text, "Cost {}.{}", cost_tenths / 10, cost_tenths % 10);
    text
}

/// Reads the routes, and the cost where there is one.
pub fn read(text: &str) -> Result<(Vec<Vec<u32>>, Option<f64>), FileFlaw> {
    let (mut routes, mut cost) = (Vec::new(), None);
    for (line, row) in lines(text) {
        let lower = row.to_ascii_lowercase();
        if lower.starts_with("route") {
            let (_, numbers) =
                row.split_once(':').ok_or_else(|| FileFlaw::new(line, "a colon should follow the route's number"))?;
            let number = |word: &str| {
                word.parse::<u32>().map_err(|_| FileFlaw::new(line, format!("`{}` is no customer's number", quoted(word))))
            };
            routes.push(numbers.split_whitespace().map(number).collect::<Result<Vec<u32>, _>>()?);
        } else if let Some(number) = lower.strip_prefix("cost") {
            let number = number.trim_start_matches([':', ' ', '\t']);
            let parsed = number.parse::<f64>().ok().filter(|number| number.is_finite());
            cost = Some(parsed.ok_or_else(|| FileFlaw::new(line, format!("`{}` is no cost", quoted(number))))?);
        } else {
            return Err(FileFlaw::new(line, format!("neither a route nor a cost: `{}`", quoted(row))));
        }
    }
    if routes.is_empty() {
        return Err(FileFlaw::new(text.lines().count() + 1, "the file ends without a route"));
    }
    Ok((routes, cost))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let routes = vec![vec![3, 1], vec![2]];
        let text = write(&routes, 8273);
        assert_eq!(text, "Route #1: 3 1\nRoute #2: 2\nCost 827.3\n");
        assert_eq!(read(&text.replace('\n', "\r\n")).unwrap(), (routes, Some(827.3)));
    }

    #[test]
    fn a_broken_file_is_refused_with_its_line() {
        for (text, line) in
            [("", 1), ("Route 1 2 3", 1), ("Route #1: 1\nRoute #2: x", 2), ("Route #1: 1\nCost none", 2), ("hello", 1)]
        {
            assert_eq!(read(text).unwrap_err().line, line, "{text:?}");
        }
    }
}
