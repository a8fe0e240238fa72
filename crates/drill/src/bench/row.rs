//! One figure.

use std::{borrow::Cow, fmt::Write};

use serde::{Deserialize, Serialize};

/// A figure beside its goal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    /// As in `docs/performance.md`.
    pub(super) id: Cow<'static, str>,
    /// What it was measured with: members, connections.
    pub(super) n: u32,
    /// What it is, in words.
    pub(super) what: String,
    /// As measured.
    pub(super) value: f64,
    /// Of which that is.
    pub(super) unit: Cow<'static, str>,
    /// What the floor needs for the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) floor: Option<f64>,
    /// Value by floor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ratio: Option<f64>,
    /// The most that the ratio may be, or the value where there is none.
    pub(super) goal: f64,
    /// Whether it is.
    pub(super) holds: bool,
}

impl Row {
    /// Against a goal of its own.
    pub(super) fn plain(
        id: &'static str,
        n: u32,
        what: &str,
        value: f64,
        unit: &'static str,
        goal: f64,
    ) -> Self {
        Self {
            id: id.into(),
            n,
            what: what.to_owned(),
            value,
            unit: unit.into(),
            floor: None,
            ratio: None,
            goal,
            holds: value <= goal,
        }
    }

    /// Against so many times the floor; `ratio` is the median over the rounds.
    pub(super) fn beside(mut self, floor: f64, ratio: f64) -> Self {
        self.floor = Some(floor);
        self.ratio = Some(ratio);
        self.holds = ratio <= self.goal;
        self
    }

    /// As the table says it.
    pub(super) fn cells(&self) -> [String; 7] {
        let some =
            |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.2}"));
        [
            self.id.to_string(),
            self.n.to_string(),
            self.what.clone(),
            format!("{:.2} {}", self.value, self.unit),
            some(self.floor),
            some(self.ratio),
            format!(
                "{} {}",
                if self.holds { "holds" } else { "MISSED" },
                self.goal
            ),
        ]
    }

    /// All of them, for people.
    pub(super) fn table(rows: &[Self]) -> String {
        let mut text = String::new();
        let head = ["id", "n", "what", "value", "floor", "ratio", "goal"].map(str::to_owned);
        for cells in std::iter::once(head).chain(rows.iter().map(Self::cells)) {
            let [id, n, what, value, floor, ratio, goal] = cells;
            // Writing to a String does not fail.
            let _ = writeln!(
                text,
                "{id:<4} {n:>6}  {what:<52} {value:>18} {floor:>8} {ratio:>6}  {goal}"
            );
        }
        text
    }
}

/// The middle one.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// That which ninety-nine of a hundred are not above.
pub(super) fn p99(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = values.len() * 99 / 100;
    values.get(at).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_figure_holds_by_its_ratio_where_there_is_a_floor_and_by_itself_where_there_is_none() {
        let row = Row::plain("P1", 1_000, "a delivery", 3.0, "µs", 1.3);
        assert!(!row.holds);
        let row = row.beside(2.5, 1.2);
        assert!(row.holds);
        let written = serde_json::to_value(&row).unwrap();
        let expected = json!({"id": "P1", "n": 1000, "what": "a delivery", "value": 3.0, "unit": "µs", "floor": 2.5,
            "ratio": 1.2, "goal": 1.3, "holds": true});
        assert_eq!(written, expected);
        assert!(Row::plain("P8", 10_000, "pings", 1.0, "µs", 1.0).holds);
    }

    #[test]
    fn a_figure_is_read_as_it_was_written_and_nothing_else_is() {
        for row in [
            Row::plain("W4", 60, "rows in the document", 58.0, "rows", 60.0),
            Row::plain("P1", 1_000, "a delivery", 3.0, "µs", 1.3).beside(2.5, 1.2),
        ] {
            let written = serde_json::to_value(&row).unwrap();
            let read: Row = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), written);
            let mut other = written;
            other["held"] = json!(true);
            assert!(serde_json::from_value::<Row>(other).is_err());
        }
    }

    #[test]
    fn the_median_of_an_even_number_is_the_upper_one_and_of_nothing_nothing() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 3.0);
        assert_eq!(median(Vec::new()), 0.0);
    }
}
