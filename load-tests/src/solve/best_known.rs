//! The best costs known of public instances, from a CSV file.

use anyhow::{Context, Result};
use std::collections::HashMap;
use std::path::Path;

#[derive(Clone, Debug, Default)]
pub struct BestKnown {
    distance: HashMap<String, f64>,
}

impl BestKnown {
    /// Reads columns `instance` and `distance`; names are compared in lower case.
    pub fn read(path: &Path) -> Result<Self> {
        let mut rows = csv::Reader::from_path(path).with_context(|| format!("read {}", path.display()))?;
        let headers = rows.headers()?.clone();
        let column = |name: &str| {
            headers.iter().position(|header| header == name).with_context(|| format!("{} has no column {name}", path.display()))
        };
        let (instance, distance) = (column("instance")?, column("distance")?);
        let mut known = Self::default();
        for row in rows.records() {
            let row = row?;
            let value = row.get(distance).unwrap_or_default().parse().with_context(|| format!("read {}", path.display()))?;
            known.distance.insert(row.get(instance).unwrap_or_default().to_ascii_lowercase(), value);
        }
        Ok(known)
    }

    pub fn gap_percent(&self, instance: &str, cost: f64) -> Option<f64> {
        self.distance.get(&instance.to_ascii_lowercase()).map(|best| 100.0 * (cost / best - 1.0))
    }
}
