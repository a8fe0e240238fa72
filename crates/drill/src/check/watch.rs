//! What the servers count of themselves, read from `/metrics`: evidence for faults, samples for the report. A server that
//! does not answer is left out; one that began anew begins its counts anew.

use std::{collections::BTreeMap, time::Duration};

use tokio::time::timeout;

use crate::http::{Http, Place};

/// A server that takes longer is mute.
const ANSWERS: Duration = Duration::from_secs(2);

/// A count that is evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    BusGaps,
    Poisoned,
    AuditFound,
    SocketsSlow,
    AppendsUnknown,
    Holes,
    HolesRepaired,
    Resends,
}

impl Counted {
    fn name(self) -> &'static str {
        match self {
            Counted::BusGaps => "hearth_bus_gaps_total",
            Counted::Poisoned => "hearth_hints_poisoned_total",
            Counted::AuditFound => "hearth_audit_found_total",
            Counted::SocketsSlow => "hearth_sockets_slow_total",
            Counted::AppendsUnknown => "hearth_appends_unknown_total",
            Counted::Holes => "hearth_holes_total",
            Counted::HolesRepaired => "hearth_holes_repaired_total",
            Counted::Resends => "hearth_resends_total",
        }
    }
}

/// The counts of one server, summed over labels.
pub(super) type Numbers = BTreeMap<String, f64>;

/// The counts of all servers that answered.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts(BTreeMap<String, Numbers>);

impl Counts {
    /// By how much it has grown, over all servers that answered both times. One that began anew counts from nothing.
    pub(super) fn since(&self, before: &Self, what: Counted) -> u64 {
        let get = |numbers: &Numbers| numbers.get(what.name()).copied().unwrap_or_default();
        let grown = self.0.iter().filter_map(|(server, numbers)| {
            let (now, then) = (get(numbers), get(before.0.get(server)?));
            Some(if now >= then { now - then } else { now })
        });
        grown.sum::<f64>() as u64
    }
}

/// Reads them.
#[derive(Debug)]
pub(super) struct Watch {
    http: Http,
    servers: Vec<Place>,
}

impl Watch {
    pub(super) fn new(servers: &[Place]) -> Self {
        Self {
            http: Http::new(),
            servers: servers.to_vec(),
        }
    }

    /// One server's counts; `None` if it is mute.
    pub(super) async fn counts_of(&self, place: &Place) -> Option<Numbers> {
        let text = timeout(ANSWERS, self.http.get_text(place, "/metrics")).await;
        Some(parse(&text.ok()?.ok()?))
    }

    /// All servers' counts.
    pub(super) async fn counted(&self) -> Counts {
        let asked = self.servers.iter().map(|place| async {
            let numbers = self.counts_of(place).await?;
            Some((place.authority.clone(), numbers))
        });
        let answers = futures_util::future::join_all(asked).await;
        Counts(answers.into_iter().flatten().collect())
    }
}

fn parse(text: &str) -> Numbers {
    let mut numbers = Numbers::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, value)) = line.rsplit_once(' ')
            && let Ok(value) = value.parse::<f64>()
        {
            let name = name.split('{').next().unwrap_or(name);
            *numbers.entry(name.to_owned()).or_default() += value;
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(gaps: u64) -> Counts {
        let text = format!(
            "# TYPE x counter\nhearth_bus_gaps_total{{a=\"1\"}} {gaps}\nhearth_bus_gaps_total{{a=\"2\"}} 1\n"
        );
        Counts(BTreeMap::from([("a".to_owned(), parse(&text))]))
    }

    #[test]
    fn growth_is_summed_over_labels_and_survives_a_new_beginning() {
        assert_eq!(counts(7).since(&counts(4), Counted::BusGaps), 3);
        assert_eq!(counts(2).since(&counts(9), Counted::BusGaps), 3);
        // All that a server ever counted is no evidence of what is done now.
        assert_eq!(counts(7).since(&Counts::default(), Counted::BusGaps), 0);
        assert_eq!(counts(7).since(&counts(4), Counted::Poisoned), 0);
    }
}
