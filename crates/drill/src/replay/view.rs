//! What one reader saw of one room, as the drill remembers it: by numbers and digests, whatever the machine below
//! promised, so that a fault of the machine shows too.

use std::hash::{DefaultHasher, Hash, Hasher};

use hearth_protocol::{Body, Event};

/// Two events of one digest are the same in all that members are shown.
pub(super) fn digest(event: &Event) -> u64 {
    let mut hasher = DefaultHasher::new();
    (event.seq, event.ordinal, event.at_ms, event.by).hash(&mut hasher);
    (&event.name, event.id.as_str()).hash(&mut hasher);
    digest_of(&event.body).hash(&mut hasher);
    hasher.finish()
}

/// A digest of what happened.
pub(super) fn digest_of(body: &Body) -> u64 {
    let mut hasher = DefaultHasher::new();
    match body {
        // Nearly all there is, and this is done millions of times.
        Body::Message { text, reply_to, .. } => (0, text, reply_to).hash(&mut hasher),
        other => (1, serde_json::to_string(other).unwrap_or_default()).hash(&mut hasher),
    }
    hasher.finish()
}

/// One stay of a reader in a room: from when the room became theirs until it was theirs no longer.
#[derive(Debug, Clone, Default)]
pub(super) struct Stay {
    /// The room's end when it became theirs: what comes after must be seen.
    pub(super) from: u64,
    /// What was shown, in the order shown.
    pub(super) shown: Vec<(u64, u64)>,
    /// What was named as missed and read from history then.
    pub(super) filled: Vec<(u64, u64)>,
    /// What was named as missed and could not be read any more, because the room was left: first and last.
    pub(super) forgone: Vec<(u64, u64)>,
    /// The last that must be seen; `None` while the stay lasts.
    pub(super) to: Option<u64>,
}

/// What is wrong with a view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Faults {
    /// Not seen, though it should have been.
    pub(super) lost: u64,
    /// Seen twice.
    pub(super) doubled: u64,
    /// Seen after a later one.
    pub(super) disordered: u64,
    /// Seen otherwise than it is stored.
    pub(super) different: u64,
    /// No fault: told to be missing, and not read before the room was left.
    pub(super) forgone: u64,
}

impl Faults {
    pub(super) fn add(&mut self, more: Faults) {
        self.lost += more.lost;
        self.doubled += more.doubled;
        self.disordered += more.disordered;
        self.different += more.different;
        self.forgone += more.forgone;
    }

    pub(super) fn any(&self) -> bool {
        self.lost + self.doubled + self.disordered + self.different > 0
    }
}

impl Stay {
    /// The last number that was shown.
    pub(super) fn last(&self) -> u64 {
        self.shown.last().map_or(self.from, |(seq, _)| *seq)
    }

    /// Compares with the room's history: digests by number, the first is number 1.
    pub(super) fn judge(&self, history: &[u64]) -> Faults {
        let mut faults = Faults::default();
        let to = self.to.unwrap_or(history.len() as u64);
        let wanted = usize::try_from(to.saturating_sub(self.from)).unwrap_or(0);
        let mut seen = vec![0u32; wanted];
        let mut highest = 0;
        for (seq, digest) in &self.shown {
            if *seq < highest {
                faults.disordered += 1;
            }
            highest = highest.max(*seq);
            self.look(*seq, *digest, history, &mut seen, &mut faults);
        }
        for (seq, digest) in &self.filled {
            self.look(*seq, *digest, history, &mut seen, &mut faults);
        }
        for (seq, times) in (self.from + 1..).zip(seen) {
            let was_told = || {
                self.forgone
                    .iter()
                    .any(|(from, to)| (*from..=*to).contains(&seq))
            };
            match times {
                0 if was_told() => faults.forgone += 1,
                0 => faults.lost += 1,
                more => faults.doubled += u64::from(more - 1),
            }
        }
        faults
    }

    fn look(&self, seq: u64, digest: u64, history: &[u64], seen: &mut [u32], faults: &mut Faults) {
        let stored = seq
            .checked_sub(1)
            .and_then(|at| history.get(usize::try_from(at).ok()?));
        if stored != Some(&digest) {
            faults.different += 1;
        }
        let at = seq
            .checked_sub(self.from + 1)
            .and_then(|at| usize::try_from(at).ok());
        if let Some(times) = at.and_then(|at| seen.get_mut(at)) {
            *times += 1;
        } else {
            // Before the stay began or after it ended: nothing of that was to be shown.
            faults.different += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HISTORY: [u64; 6] = [11, 12, 13, 14, 15, 16];

    fn judge(shown: &[u64], filled: &[u64], to: Option<u64>) -> Faults {
        let pairs = |seqs: &[u64]| seqs.iter().map(|seq| (*seq, seq + 10)).collect();
        let stay = Stay {
            from: 2,
            shown: pairs(shown),
            filled: pairs(filled),
            to,
            ..Stay::default()
        };
        stay.judge(&HISTORY)
    }

    #[test]
    fn a_whole_view_has_no_faults() {
        assert_eq!(judge(&[3, 4, 5, 6], &[], None), Faults::default());
        assert_eq!(judge(&[3, 6], &[4, 5], None), Faults::default());
        assert_eq!(judge(&[3, 4], &[], Some(4)), Faults::default());
    }

    #[test]
    fn each_fault_is_told_apart() {
        let faults = |lost, doubled, disordered, different| Faults {
            lost,
            doubled,
            disordered,
            different,
            forgone: 0,
        };
        assert_eq!(judge(&[3, 4, 5], &[], None), faults(1, 0, 0, 0));
        assert_eq!(judge(&[3, 5, 6], &[], None), faults(1, 0, 0, 0));
        assert_eq!(judge(&[3, 4, 4, 5, 6], &[], None), faults(0, 1, 0, 0));
        assert_eq!(judge(&[3, 4, 5, 6], &[4], None), faults(0, 1, 0, 0));
        assert_eq!(judge(&[3, 5, 4, 6], &[], None), faults(0, 0, 1, 0));
        // After the stay had ended, and before it began.
        assert_eq!(judge(&[3, 4, 5], &[], Some(4)), faults(0, 0, 0, 1));
        assert_eq!(judge(&[2, 3, 4, 5, 6], &[], None), faults(0, 0, 0, 1));
        let mut stay = Stay {
            from: 5,
            shown: vec![(6, 99)],
            ..Stay::default()
        };
        assert_eq!(stay.judge(&HISTORY), faults(0, 0, 0, 1));
        // Told to be missing, and left before it could be read.
        stay.from = 2;
        stay.shown = vec![(3, 13), (6, 16)];
        stay.forgone = vec![(4, 4)];
        let faults = stay.judge(&HISTORY);
        assert_eq!((faults.lost, faults.forgone), (1, 1));
        stay.from = 5;
        // Beyond the history's end.
        stay.shown = vec![(6, 16), (7, 17)];
        assert_eq!(stay.judge(&HISTORY).different, 2);
    }
}
