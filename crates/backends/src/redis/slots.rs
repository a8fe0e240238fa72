//! Who owns which slot: what the nodes of a cluster say, and what is believed of it.
//!
//! Every master is asked, and of several claims to a slot the one with the highest configuration epoch is believed, as
//! the nodes themselves do: a master that was cut off and still thinks that it owns its slots convinces nobody.

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use tokio::time::Instant;

use super::channel::SLOTS;

/// The most nodes of a cluster that are looked at. A thousand is also Redis' own advised limit.
const NODES_MAX: usize = 1_000;
/// How long a node's view counts while another's is younger. Asked twice a second, a node that lives has a newer one.
const VIEW_AGE_MAX: Duration = Duration::from_secs(5);
/// How long a redirection outweighs the views. By then every node has gossiped about the move.
const MOVED_AGE_MAX: Duration = Duration::from_secs(2);

/// `host:port` of a node.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Addr(Arc<str>);

impl Addr {
    /// Checks that the text is `host:port`.
    pub(super) fn new(text: &str) -> Option<Self> {
        let addr = Self(text.into());
        let (host, port) = addr.parts()?;
        (!host.is_empty() && port != 0).then_some(addr)
    }

    /// The host and the port.
    pub(super) fn parts(&self) -> Option<(&str, u16)> {
        let (host, port) = self.0.rsplit_once(':')?;
        let host = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host);
        Some((host, port.parse().ok()?))
    }
}

impl fmt::Display for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One node's view of its cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    /// Every node that it knows, itself included.
    nodes: Vec<Addr>,
    /// Those of them that most masters cannot reach.
    failed: Vec<Addr>,
    claims: Vec<Claim>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Claim {
    first: u16,
    last: u16,
    epoch: u64,
    owner: Addr,
}

impl View {
    /// Reads an answer to `CLUSTER NODES` by the node at `from`. `None`: this is no such answer.
    pub(super) fn parse(text: &str, from: &Addr) -> Option<Self> {
        let mut view = Self {
            nodes: Vec::new(),
            failed: Vec::new(),
            claims: Vec::new(),
        };
        let mut myself = false;
        for line in text.lines().take(NODES_MAX) {
            let mut words = line.split_ascii_whitespace();
            let (_id, at, flags) = (words.next()?, words.next()?, words.next()?);
            let (_master, _ping, _pong) = (words.next()?, words.next()?, words.next()?);
            let epoch = words.next()?.parse().ok()?;
            let _link = words.next()?;
            let is = |flag| flags.split(',').any(|one| one == flag);
            myself |= is("myself");
            if is("handshake") || is("noaddr") {
                continue;
            }
            // A node that nobody has told its own address gives an empty one: it is where we reached it.
            let named = at.split(['@', ',']).next().and_then(Addr::new);
            let Some(owner) = named.or_else(|| is("myself").then(|| from.clone())) else {
                continue;
            };
            view.nodes.push(owner.clone());
            if is("fail") {
                view.failed.push(owner.clone());
            }
            if !is("master") {
                continue;
            }
            // Words in brackets are slots on their way; until they have moved they are where they were.
            for range in words.filter(|word| !word.starts_with('[')) {
                let (first, last) = range.split_once('-').unwrap_or((range, range));
                let (first, last) = (first.parse().ok()?, last.parse().ok()?);
                if first > last || last >= SLOTS {
                    return None;
                }
                view.claims.push(Claim {
                    first,
                    last,
                    epoch,
                    owner: owner.clone(),
                });
            }
        }
        myself.then_some(view)
    }
}

/// What is believed.
#[derive(Debug, Default)]
pub(super) struct SlotMap {
    views: BTreeMap<Addr, (Instant, View)>,
    /// Redirections, younger than the views that they correct.
    moved: BTreeMap<u16, (Instant, Addr)>,
    /// Sorted, without overlap.
    ranges: Vec<(u16, u16, Addr)>,
}

impl SlotMap {
    /// Takes a node's view. Says whether it is another than before.
    pub(super) fn learn(&mut self, from: Addr, view: View, now: Instant) -> bool {
        match self.views.insert(from.clone(), (now, view)) {
            Some((_, before)) if self.views.get(&from).is_some_and(|(_, new)| *new == before) => {
                false
            }
            Some(_) | None => {
                self.merge();
                true
            }
        }
    }

    /// Takes a redirection. Says whether what is believed has changed.
    pub(super) fn redirect(&mut self, slot: u16, to: Addr, now: Instant) -> bool {
        let before = self.owner(slot).cloned();
        self.moved.insert(slot % SLOTS, (now, to));
        before.as_ref() != self.owner(slot)
    }

    /// Forgets what is too old. Says whether what is believed has changed.
    pub(super) fn forget(&mut self, now: Instant) -> bool {
        let old = |at: Instant, max| now.saturating_duration_since(at) > max;
        let redirected = self.moved.len();
        self.moved.retain(|_, (at, _)| !old(*at, MOVED_AGE_MAX));
        let fresh = self.is_fresh(now);
        let views = self.views.len();
        if fresh {
            self.views.retain(|_, (at, _)| !old(*at, VIEW_AGE_MAX));
        }
        (views != self.views.len() && self.merge()) || redirected != self.moved.len()
    }

    /// Whether some node told its view lately.
    pub(super) fn is_fresh(&self, now: Instant) -> bool {
        self.views
            .values()
            .any(|(at, _)| now.saturating_duration_since(*at) <= VIEW_AGE_MAX)
    }

    /// The slot's owner.
    pub(super) fn owner(&self, slot: u16) -> Option<&Addr> {
        if let Some((_, to)) = self.moved.get(&slot) {
            return Some(to);
        }
        let at = self.ranges.partition_point(|(_, last, _)| *last < slot);
        let (first, _, owner) = self.ranges.get(at)?;
        (*first <= slot).then_some(owner)
    }

    /// The nodes that believe to own the slot although another is believed to: until they let go they take publishes
    /// of whoever believes them.
    pub(super) fn rivals(&self, slot: u16) -> impl Iterator<Item = &Addr> {
        let owner = self.owner(slot);
        self.views.iter().filter_map(move |(node, (_, view))| {
            let claims =
                |claim: &Claim| claim.owner == *node && (claim.first..=claim.last).contains(&slot);
            (Some(node) != owner && view.claims.iter().any(claims)).then_some(node)
        })
    }

    /// The nodes that believe to own a slot.
    pub(super) fn claimants(&self) -> impl Iterator<Item = &Addr> {
        let claims =
            |node: &Addr, view: &View| view.claims.iter().any(|claim| claim.owner == *node);
        self.views
            .iter()
            .filter_map(move |(node, (_, view))| claims(node, view).then_some(node))
    }

    /// Every node that is believed to own a slot.
    pub(super) fn owners(&self) -> impl Iterator<Item = &Addr> {
        let moved = self.moved.values().map(|(_, to)| to);
        self.ranges.iter().map(|(_, _, owner)| owner).chain(moved)
    }

    /// Every node of which a view tells, owner or not.
    pub(super) fn nodes(&self) -> impl Iterator<Item = &Addr> {
        self.views.values().flat_map(|(_, view)| &view.nodes)
    }

    /// Whether a view says that the node has failed.
    pub(super) fn has_failed(&self, node: &Addr) -> bool {
        let mut views = self.views.values();
        views.any(|(_, view)| view.failed.contains(node))
    }

    /// A slot without an owner, if there is one.
    pub(super) fn unowned(&self) -> Option<u16> {
        (0..SLOTS).find(|slot| self.owner(*slot).is_none())
    }

    fn merge(&mut self) -> bool {
        let mut best: Vec<Option<&Claim>> = vec![None; usize::from(SLOTS)];
        for claim in self.views.values().flat_map(|(_, view)| &view.claims) {
            for slot in &mut best[usize::from(claim.first)..=usize::from(claim.last)] {
                if slot.is_none_or(|other| other.epoch < claim.epoch) {
                    *slot = Some(claim);
                }
            }
        }
        let mut ranges: Vec<(u16, u16, Addr)> = Vec::new();
        for (slot, claim) in (0..SLOTS).zip(best) {
            let Some(claim) = claim else { continue };
            match ranges.last_mut() {
                Some((_, last, owner)) if *last + 1 == slot && *owner == claim.owner => {
                    *last = slot;
                }
                _ => ranges.push((slot, slot, claim.owner.clone())),
            }
        }
        let changed = ranges != self.ranges;
        self.ranges = ranges;
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addr(port: u16) -> Addr {
        Addr::new(&format!("127.0.0.1:{port}")).unwrap()
    }

    fn view(from: u16, lines: &[(u16, &str, u64, &str)]) -> View {
        let text: String = lines
            .iter()
            .map(|(port, flags, epoch, slots)| {
                format!("id 127.0.0.1:{port}@1 {flags} - 0 0 {epoch} connected {slots}\n")
            })
            .collect();
        View::parse(&text, &addr(from)).unwrap()
    }

    #[test]
    fn an_answer_of_redis_is_read() {
        let text = "07c3 127.0.0.1:30004@31004,host slave e7d1 0 1426238317239 4 connected\n\
            67ed :30002@31002 myself,master - 0 0 2 connected 5461-10921 15000\n\
            292f 10.0.0.7:30003@31003 master,fail - 0 1 3 connected 10922-14999 [93-<-292f] [77->-67ed]\n\
            dead :0@0 master,noaddr - 0 1 9 disconnected 0-5460\n";
        let view = View::parse(text, &Addr::new("redis-2:30002").unwrap()).unwrap();
        let mut map = SlotMap::default();
        assert!(map.learn(addr(1), view, Instant::now()));
        let owner = |slot| map.owner(slot).map(ToString::to_string);
        assert_eq!(owner(5461).as_deref(), Some("redis-2:30002"));
        assert_eq!(owner(15_000).as_deref(), Some("redis-2:30002"));
        assert_eq!(owner(14_999).as_deref(), Some("10.0.0.7:30003"));
        assert_eq!(owner(0), None);
        assert_eq!(map.unowned(), Some(0));
        assert_eq!(map.nodes().count(), 3);
    }

    #[test]
    fn what_is_no_such_answer_is_not_believed() {
        let from = addr(1);
        for text in [
            "",
            "PONG",
            "id 127.0.0.1:1@1 master - 0 0 1 connected 0-5",
            "id 127.0.0.1:1@1 myself,master - 0 0 1 connected 0-16384",
            "id 127.0.0.1:1@1 myself,master - 0 0 x connected 0-5",
        ] {
            assert_eq!(View::parse(text, &from), None, "{text}");
        }
    }

    #[test]
    fn the_claim_with_the_highest_epoch_is_believed() {
        let now = Instant::now();
        let mut map = SlotMap::default();
        map.learn(addr(1), view(1, &[(1, "myself,master", 1, "0-16383")]), now);
        let risen = view(
            2,
            &[
                (2, "myself,master", 7, "0-16383"),
                (1, "master,fail", 1, ""),
            ],
        );
        assert!(map.learn(addr(2), risen, now));
        assert_eq!(map.owner(5), Some(&addr(2)));
        assert_eq!(map.rivals(5).collect::<Vec<_>>(), [&addr(1)]);
        // The master that was cut off says its old piece again.
        assert!(!map.learn(addr(1), view(1, &[(1, "myself,master", 1, "0-16383")]), now));
        assert_eq!(map.owner(5), Some(&addr(2)));
        // It hears of its successor, and lets go.
        let humbled = view(
            1,
            &[(2, "master", 7, "0-16383"), (1, "myself,slave", 7, "")],
        );
        assert!(map.learn(addr(1), humbled, now));
        assert_eq!(map.rivals(5).count(), 0);
    }

    #[test]
    fn a_dead_nodes_view_is_forgotten_but_never_the_last_one() {
        let mut now = Instant::now();
        let mut map = SlotMap::default();
        map.learn(addr(1), view(1, &[(1, "myself,master", 9, "0-16383")]), now);
        now += Duration::from_secs(60);
        assert!(!map.forget(now));
        assert_eq!(map.owner(0), Some(&addr(1)));
        assert!(!map.is_fresh(now));
        // A cluster built anew begins with low epochs.
        map.learn(addr(2), view(2, &[(2, "myself,master", 1, "0-16383")]), now);
        assert!(map.forget(now));
        assert_eq!(map.owner(0), Some(&addr(2)));
    }

    #[test]
    fn a_redirection_outweighs_the_views_for_a_while() {
        let mut now = Instant::now();
        let mut map = SlotMap::default();
        map.learn(addr(1), view(1, &[(1, "myself,master", 1, "0-16383")]), now);
        assert!(map.redirect(7, addr(2), now));
        assert_eq!(map.owner(7), Some(&addr(2)));
        assert_eq!(map.owner(8), Some(&addr(1)));
        now += Duration::from_secs(3);
        assert!(map.forget(now));
        assert_eq!(map.owner(7), Some(&addr(1)));
    }
}
