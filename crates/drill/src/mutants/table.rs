//! What is known of each seeded bug: `testdata/mutants.txt`, a line for each, in the order of the registry.

use anyhow::{Context, Result, bail, ensure};
use hearth_protocol::mutants::{ALL, Mutant};

const TABLE: &str = include_str!("../../../../testdata/mutants.txt");

/// One of them.
pub(super) struct Entry {
    /// In the registry.
    pub(super) place: usize,
    pub(super) mutant: &'static Mutant,
    pub(super) way: Way,
}

/// How it is found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// By the simulation: the schedule that is tried first, if there is one.
    Sim(Option<u64>),
    /// Only real parts show it: what `check` is told.
    Check(Vec<String>),
}

/// All of them.
///
/// # Errors
/// The table is not one.
pub(super) fn read() -> Result<Vec<Entry>> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let mut entries = Vec::new();
    for (place, line) in lines.enumerate() {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap_or_default();
        let mutant = ALL.get(place).filter(|mutant| mutant.name == name);
        let mutant =
            mutant.with_context(|| format!("mutants.txt: `{name}` is not in its place"))?;
        let way = way(words).with_context(|| format!("mutants.txt: {line}"))?;
        entries.push(Entry { place, mutant, way });
    }
    ensure!(entries.len() == ALL.len(), "mutants.txt is not whole");
    Ok(entries)
}

fn way<'a>(mut words: impl Iterator<Item = &'a str>) -> Result<Way> {
    match words.next() {
        Some("sim") => match words.next() {
            Some("-") => Ok(Way::Sim(None)),
            Some(seed) => Ok(Way::Sim(Some(seed.parse()?))),
            None => bail!("which schedule?"),
        },
        Some("check") => Ok(Way::Check(words.map(str::to_owned).collect())),
        _ => bail!("`sim` or `check`?"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_whole() {
        assert_eq!(read().unwrap().len(), ALL.len());
        assert_eq!(way(["sim", "7"].into_iter()).unwrap(), Way::Sim(Some(7)));
        assert!(way(["sim"].into_iter()).is_err());
    }
}
