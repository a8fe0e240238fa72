//! What some schedules have beside what chance draws: coincidences that it makes too seldom, each of some acts and faults
//! that only together put a guard to the test. Drawn from a chance of their own: all other schedules stay what they are.

use rand::{RngExt, SeedableRng, rngs::SmallRng};

use super::plan::{Act, Fault, Item, PLAY_MS, SLOTS, What};

/// Of so many schedules one has each of them.
const ONE_OF: u32 = 12;
/// Of so many schedules, in turn, one has cells whose writes overtake each other.
const PROJECTED_ONE_OF: u64 = 40;

/// The items of the coincidence that this schedule has, if it has one.
pub(super) fn items(seed: u64, people: usize) -> Vec<Item> {
    let mut chance = SmallRng::seed_from_u64(seed ^ 0x0073_6861_7065);
    let draw = chance.random_range(0..ONE_OF);
    let mut shape = Shape {
        chance,
        people,
        items: Vec::new(),
    };
    match draw {
        0 => shape.contested(),
        1 => shape.given_up(),
        2 => shape.away_while_all_speak(),
        3 => shape.answered_late(),
        _ => {}
    }
    if seed % PROJECTED_ONE_OF == PROJECTED_ONE_OF / 2 {
        shape.projected_late();
    }
    shape.items
}

struct Shape {
    chance: SmallRng,
    people: usize,
    items: Vec<Item>,
}

impl Shape {
    /// Roles change while appends are slow: the change and what its user says are in one batch.
    fn contested(&mut self) {
        let most_ms = self.chance.random_range(100..400);
        self.fault(
            0,
            Fault::StoreSlow {
                most_ms,
                ms: PLAY_MS,
            },
        );
        for _ in 0..6 {
            let at_ms = self.some_time();
            self.act(at_ms, 0, Act::Uproar);
        }
    }

    /// Sends are given up whose node is held up, and the next ones go by another node.
    fn given_up(&mut self) {
        for _ in 0..4 {
            let (at_ms, ms) = (self.some_time(), self.chance.random_range(200..2_500));
            let slot = self.chance.random_range(0..SLOTS);
            let fault = match self.chance.random_range(0..2) {
                0 => Fault::Pause { slot, ms },
                _ => Fault::StoreCut { slot, ms },
            };
            self.fault(at_ms, fault);
            for _ in 0..2 {
                let at_ms = at_ms + self.chance.random_range(0..ms);
                let (who, ms) = (self.someone(), self.chance.random_range(0..300));
                self.act(at_ms, who, Act::Hasty(ms));
            }
        }
    }

    /// Somebody is away for long while all speak, and comes back to a node that has not heard of the last of it.
    fn away_while_all_speak(&mut self) {
        let (who, ms) = (self.someone(), self.chance.random_range(1_500..3_000));
        let at_ms = self.chance.random_range(0..PLAY_MS - ms - 1_000);
        self.act(at_ms, who, Act::Go(ms));
        for _ in 0..6 {
            let at_ms = at_ms + self.chance.random_range(0..ms + 300);
            let who = self.someone();
            self.act(at_ms, who, Act::Uproar);
        }
        let of_hundred = 80;
        self.fault(
            at_ms,
            Fault::BusLoses {
                of_hundred,
                ms: ms + 600,
            },
        );
    }

    /// Writers have too much to do, and all at once the bus is slow: their answers come when what was handed to them has
    /// been tried elsewhere, since answers had been quick before.
    fn answered_late(&mut self) {
        let most_ms = self.chance.random_range(200..400);
        let ms = PLAY_MS;
        self.fault(0, Fault::StoreSlow { most_ms, ms });
        for _ in 0..2 {
            let at_ms = self.some_time();
            let most_ms = self.chance.random_range(800..2_500);
            let ms = 1_200;
            self.fault(at_ms, Fault::BusSlow { most_ms, ms });
            for _ in 0..3 {
                let (at_ms, who) = (at_ms + self.chance.random_range(0..600), self.someone());
                self.act(at_ms, who, Act::Uproar);
                for _ in 0..3 {
                    let at_ms = at_ms + self.chance.random_range(0..200);
                    let who = self.someone();
                    self.act(at_ms, who, Act::Aside);
                }
            }
        }
    }

    /// Topics change while the store answers badly: the write of a cell may come after a later one of the same cell. Then
    /// all nodes begin anew, and know a room by its cells.
    fn projected_late(&mut self) {
        let at_ms = self.chance.random_range(1_500..3_000);
        let (of_hundred, ms) = (80, 2_000);
        self.fault(at_ms, Fault::Calls { of_hundred, ms });
        for late in [0, 150, 900, 1_300, 1_700] {
            let most = at_ms + late;
            let at_ms = self.chance.random_range(most - 300..most);
            self.act(at_ms, 0, Act::Topic);
        }
        let at_ms = at_ms + self.chance.random_range(3_600..4_500);
        for slot in 0..SLOTS {
            self.fault(at_ms, Fault::Crash { slot, ms: 200 });
        }
    }

    fn some_time(&mut self) -> u64 {
        self.chance.random_range(0..PLAY_MS - 1_000)
    }

    fn someone(&mut self) -> usize {
        self.chance.random_range(0..self.people)
    }

    fn act(&mut self, at_ms: u64, who: usize, act: Act) {
        let what = What::Act(who, act);
        self.items.push(Item { at_ms, what });
    }

    fn fault(&mut self, at_ms: u64, fault: Fault) {
        let what = What::Fault(fault);
        self.items.push(Item { at_ms, what });
    }
}
