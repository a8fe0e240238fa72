//! The machine step by step.

use super::*;

const A: Topic = Topic::Shard(1);
const B: Topic = Topic::Shard(2);
const C: Topic = Topic::Shard(3);

fn addr(n: u16) -> Addr {
    Addr::new(&format!("127.0.0.1:{n}")).unwrap()
}

/// A view in which node 1 owns the slots up to 99, node 2 the rest, but for one slot that it owns with that epoch.
fn view(from: u16, odd: Option<(u16, u16, u64)>) -> View {
    let mine = |n| if n == from { "myself,master" } else { "master" };
    let (low, high) = match odd {
        Some((slot, _, _)) => (
            format!("0-{} {}-99", slot - 1, slot + 1),
            "100-16383".to_owned(),
        ),
        None => ("0-99".to_owned(), "100-16383".to_owned()),
    };
    let epochs = |n: u16| match odd {
        Some((_, owner, epoch)) if owner == n => epoch,
        _ => u64::from(n),
    };
    let slots = |n: u16, own: &str| match odd {
        Some((slot, owner, _)) if owner == n => format!("{own} {slot}"),
        _ => own.to_owned(),
    };
    let text = format!(
        "a 127.0.0.1:1@1 {} - 0 0 {} connected {}\nb 127.0.0.1:2@2 {} - 0 0 {} connected {}\n",
        mine(1),
        epochs(1),
        slots(1, &low),
        mine(2),
        epochs(2),
        slots(2, &high),
    );
    View::parse(&text, &addr(from)).unwrap()
}

/// The machine, its clock, and which connections are open.
struct Bench {
    machine: Machine,
    now: Instant,
    open: BTreeMap<(Addr, Role), Gen>,
    /// Nobody answers what is asked.
    silent: bool,
}

impl Bench {
    fn standalone() -> Self {
        let mut bench = Self::new(Mode::Standalone);
        bench.turn();
        bench
    }

    /// A cluster of nodes 1 and 2 that is known and connected.
    fn cluster() -> Self {
        let mut bench = Self::new(Mode::Cluster);
        bench.turn();
        bench.told_view(1, None);
        bench.turn();
        bench.told_view(2, None);
        bench.turn();
        assert_eq!(bench.open.len(), 4);
        bench
    }

    fn new(mode: Mode) -> Self {
        let now = Instant::now();
        Self {
            machine: Machine::new(mode, vec![addr(1)], now),
            now,
            open: BTreeMap::new(),
            silent: false,
        }
    }

    fn ear(&self, n: u16) -> Gen {
        self.open[&(addr(n), Role::Ear)]
    }

    fn mouth(&self, n: u16) -> Gen {
        self.open[&(addr(n), Role::Mouth)]
    }

    /// One turn, in which connections open at once and give signs of life; the other acts are returned.
    fn turn(&mut self) -> Vec<Act> {
        self.machine.turn(self.now);
        let mut acts = Vec::new();
        loop {
            let taken = self.machine.take_acts();
            if taken.is_empty() {
                return acts;
            }
            for act in taken {
                match act {
                    Act::Open(generation, addr, role) => {
                        self.open.insert((addr, role), generation);
                        assert!(self.machine.opened(generation, self.now));
                    }
                    Act::Close(generation, addr, role) => {
                        if self.open.get(&(addr.clone(), role)) == Some(&generation) {
                            self.open.remove(&(addr.clone(), role));
                        }
                        acts.push(Act::Close(generation, addr, role));
                    }
                    Act::Ask(generation, addr, role) => {
                        acts.push(Act::Ask(generation, addr, role));
                        if !self.silent {
                            self.machine.answered(generation, Answer::Alive, self.now);
                        }
                    }
                    act => acts.push(act),
                }
            }
        }
    }

    /// The subscriptions and unsubscriptions of the next turn.
    fn changes(&mut self) -> Vec<Act> {
        let is_change = |act: &Act| matches!(act, Act::Subscribe(..) | Act::Unsubscribe(..));
        self.turn().into_iter().filter(is_change).collect()
    }

    /// Lets time pass; what is done beside asking is returned.
    fn pass(&mut self, duration: Duration) -> Vec<Act> {
        let until = self.now + duration;
        let mut acts = Vec::new();
        while self.now < until {
            self.now = (self.now + Duration::from_millis(50)).min(until);
            let turn = self.turn().into_iter();
            acts.extend(turn.filter(|act| !matches!(act, Act::Ask(..))));
        }
        acts
    }

    fn told_view(&mut self, from: u16, odd: Option<(u16, u16, u64)>) {
        let answer = Answer::View(view(from, odd));
        let ear = self.ear(from);
        self.machine.answered(ear, answer, self.now);
    }

    fn push(&mut self, generation: Gen, push: Push) {
        self.machine.pushed(generation, push, self.now);
    }

    fn news(&mut self) -> Vec<BusNews> {
        self.machine.flush();
        self.machine.take_news()
    }

    /// Asks for the topic, confirmed by that node as one of that many.
    fn stand(&mut self, topic: Topic, slot: u16, node: u16, count: u64) {
        self.machine.subscribe(topic.clone(), slot, self.now);
        let ear = self.ear(node);
        assert_eq!(self.changes(), [Act::Subscribe(ear, topic.clone())]);
        self.push(ear, Push::Subscribed(topic.clone(), count));
        assert_eq!(self.news(), [BusNews::Whole(vec![topic])]);
    }
}

fn message(topic: Topic, text: &'static str) -> Push {
    Push::Message(topic, Bytes::from_static(text.as_bytes()))
}

fn hint(topic: Topic, text: &'static str) -> BusNews {
    BusNews::Hint(topic, Bytes::from_static(text.as_bytes()))
}

#[test]
fn whole_is_told_only_after_the_server_has_confirmed() {
    let mut bench = Bench::standalone();
    bench.machine.subscribe(A, 1, bench.now);
    let ear = bench.ear(1);
    assert_eq!(bench.changes(), [Act::Subscribe(ear, A)]);
    bench.push(ear, message(A, "early"));
    assert_eq!(bench.news(), []);
    bench.push(ear, Push::Subscribed(A, 1));
    bench.push(ear, message(A, "1"));
    assert_eq!(bench.news(), [BusNews::Whole(vec![A]), hint(A, "1")]);
}

#[test]
fn many_that_stand_are_told_in_one_piece() {
    let mut bench = Bench::standalone();
    for topic in [A, B, C] {
        bench.machine.subscribe(topic, 1, bench.now);
    }
    bench.turn();
    let ear = bench.ear(1);
    for (topic, count) in [(A, 1), (B, 2), (C, 3)] {
        bench.push(ear, Push::Subscribed(topic, count));
    }
    assert_eq!(bench.news(), [BusNews::Whole(vec![A, B, C])]);
}

#[test]
fn a_lost_connection_is_a_gap_and_its_topics_come_back() {
    let mut bench = Bench::standalone();
    bench.stand(A, 1, 1, 1);
    bench.stand(B, 1, 1, 2);
    let old = bench.ear(1);
    bench.push(old, Push::Lost);
    assert_eq!(bench.news(), [BusNews::Gap(vec![A, B])]);
    bench.pass(OPEN_EVERY);
    let new = bench.ear(1);
    assert_ne!(old, new);
    // What the old one still brings is nothing any more.
    bench.push(old, Push::Subscribed(A, 2));
    bench.push(old, message(A, "old"));
    assert_eq!(bench.news(), []);
    bench.push(new, Push::Subscribed(A, 1));
    bench.push(new, Push::Subscribed(B, 2));
    assert_eq!(bench.news(), [BusNews::Whole(vec![A, B])]);
}

#[test]
fn a_connection_that_breaks_at_once_is_not_opened_in_a_hurry() {
    let mut bench = Bench::standalone();
    let mut opened = 0;
    let until = bench.now + Duration::from_secs(5);
    while bench.now < until {
        let before = bench.ear(1);
        bench.push(before, Push::Lost);
        bench.pass(Duration::from_millis(50));
        while !bench.open.contains_key(&(addr(1), Role::Ear)) {
            bench.pass(Duration::from_millis(50));
        }
        opened += u32::from(bench.ear(1) != before);
    }
    assert!((5..=10).contains(&opened), "{opened}");
}

#[test]
fn a_silent_connection_is_first_doubted_then_given_up() {
    let mut bench = Bench::standalone();
    bench.stand(A, 1, 1, 1);
    bench.silent = true;
    bench.now += ASK_EVERY;
    bench.turn();
    assert!(bench.machine.route(1, bench.now).is_ok());
    bench.now += ANSWER_DOUBT;
    assert!(bench.machine.route(1, bench.now).is_err());
    assert!(bench.machine.ready(bench.now).is_err());
    assert_eq!(bench.news(), []);
    bench.now += ANSWER_WAIT - ANSWER_DOUBT;
    let acts = bench.turn();
    assert_eq!(
        acts.iter()
            .filter(|act| matches!(act, Act::Close(..)))
            .count(),
        2
    );
    assert_eq!(bench.news(), [BusNews::Gap(vec![A])]);
}

#[test]
fn a_publish_without_an_answer_ends_publishing_until_there_is_a_sign_of_life() {
    let mut bench = Bench::standalone();
    let mouth = bench.mouth(1);
    bench.machine.doubt(mouth, bench.now);
    assert!(bench.machine.route(1, bench.now).is_err());
    bench.machine.answered(mouth, Answer::Alive, bench.now);
    assert_eq!(bench.machine.route(1, bench.now), Ok(mouth));
}

#[test]
fn a_topic_let_go_while_it_is_asked_for_is_let_go_when_it_stands() {
    let mut bench = Bench::standalone();
    bench.machine.subscribe(A, 1, bench.now);
    bench.turn();
    let ear = bench.ear(1);
    bench.machine.unsubscribe(&A, bench.now);
    assert_eq!(bench.changes(), []);
    bench.push(ear, Push::Subscribed(A, 1));
    assert_eq!(bench.news(), []);
    assert_eq!(bench.changes(), [Act::Unsubscribe(ear, A)]);
}

#[test]
fn a_topic_asked_for_while_it_is_let_go_is_asked_for_only_when_it_has_gone() {
    let mut bench = Bench::standalone();
    bench.stand(A, 1, 1, 1);
    let ear = bench.ear(1);
    bench.machine.unsubscribe(&A, bench.now);
    assert_eq!(bench.changes(), [Act::Unsubscribe(ear, A)]);
    bench.machine.subscribe(A, 1, bench.now);
    // The server still sends: it stood, but not for this asking.
    bench.push(ear, message(A, "late"));
    assert_eq!((bench.changes(), bench.news()), (vec![], vec![]));
    bench.push(ear, Push::Unsubscribed(A));
    assert_eq!(bench.changes(), [Act::Subscribe(ear, A)]);
    bench.push(ear, Push::Subscribed(A, 1));
    assert_eq!(bench.news(), [BusNews::Whole(vec![A])]);
}

#[test]
fn what_is_never_confirmed_is_asked_for_again() {
    let mut bench = Bench::standalone();
    bench.machine.subscribe(A, 1, bench.now);
    let ear = bench.ear(1);
    assert_eq!(bench.changes(), [Act::Subscribe(ear, A)]);
    let acts = bench.pass(CONFIRM_WAIT + RECONCILE_EVERY);
    assert_eq!(acts, [Act::Subscribe(ear, A)]);
    assert_eq!(bench.news(), []);
}

#[test]
fn a_server_that_counts_otherwise_is_not_believed_and_asked_anew() {
    let mut bench = Bench::standalone();
    bench.stand(A, 1, 1, 1);
    bench.stand(B, 1, 1, 2);
    let old = bench.ear(1);
    // One topic is asked for anew now and then; the answer tells how many the server has.
    let acts = bench.pass(RECONCILE_EVERY);
    assert_eq!(acts, [Act::Subscribe(old, A)]);
    bench.push(old, Push::Subscribed(A, 2));
    assert_eq!(bench.news(), []);
    let acts = bench.pass(RECONCILE_EVERY);
    assert_eq!(acts, [Act::Subscribe(old, B)]);
    bench.push(old, Push::Subscribed(B, 1));
    assert_eq!(bench.news(), [BusNews::Gap(vec![A, B])]);
    bench.pass(OPEN_EVERY);
    assert_ne!(bench.ear(1), old);
}

#[test]
fn a_subscription_that_ends_unasked_is_a_gap_and_goes_where_the_slot_went() {
    let mut bench = Bench::cluster();
    bench.stand(A, 50, 1, 1);
    let (one, two) = (bench.ear(1), bench.ear(2));
    bench.push(one, Push::Unsubscribed(A));
    assert_eq!(bench.news(), [BusNews::Gap(vec![A])]);
    // It is not asked for where it has just gone; everybody is asked for their view instead.
    bench.now += ASK_EVERY_KICKED;
    let acts = bench.turn();
    assert!(acts.contains(&Act::Ask(one, addr(1), Role::Ear)));
    assert!(acts.contains(&Act::Ask(two, addr(2), Role::Ear)));
    bench.told_view(1, Some((50, 2, 9)));
    assert_eq!(bench.changes(), [Act::Subscribe(two, A)]);
    bench.push(two, Push::Subscribed(A, 1));
    assert_eq!(bench.news(), [BusNews::Whole(vec![A])]);
    bench.push(two, message(A, "1"));
    bench.push(one, message(A, "elsewhere"));
    assert_eq!(bench.news(), [hint(A, "1")]);
}

#[test]
fn a_topic_stands_at_the_new_owner_only_when_the_old_one_has_let_go() {
    let mut bench = Bench::cluster();
    bench.stand(A, 50, 1, 1);
    let (one, two) = (bench.ear(1), bench.ear(2));
    // The new owner knows before the old one, which still takes publishes.
    bench.told_view(2, Some((50, 2, 9)));
    assert_eq!(bench.news(), [BusNews::Gap(vec![A])]);
    let both = [Act::Unsubscribe(one, A), Act::Subscribe(two, A)];
    assert_eq!(bench.changes(), both);
    bench.push(two, Push::Subscribed(A, 1));
    bench.push(one, Push::Unsubscribed(A));
    assert_eq!(bench.news(), []);
    bench.told_view(1, Some((50, 2, 9)));
    assert_eq!(bench.news(), [BusNews::Whole(vec![A])]);
}

#[test]
fn a_rival_that_never_lets_go_delays_a_topic_only_for_a_while() {
    let mut bench = Bench::cluster();
    bench.told_view(2, Some((50, 2, 9)));
    bench.machine.subscribe(A, 50, bench.now);
    bench.turn();
    let two = bench.ear(2);
    bench.push(two, Push::Subscribed(A, 1));
    bench.pass(RIVAL_WAIT - ASK_EVERY_KICKED);
    assert_eq!(bench.news(), []);
    bench.pass(2 * ASK_EVERY_KICKED);
    assert_eq!(bench.news(), [BusNews::Whole(vec![A])]);
}

#[test]
fn a_dead_rival_delays_nothing() {
    let mut bench = Bench::cluster();
    bench.stand(A, 50, 1, 1);
    let one = bench.ear(1);
    bench.push(one, Push::Lost);
    bench.machine.turn(bench.now);
    bench.machine.take_news();
    bench.now += OPEN_EVERY;
    bench.machine.turn(bench.now);
    for act in bench.machine.take_acts() {
        if let Act::Open(generation, ..) = act {
            bench
                .machine
                .failed(generation, "refused".to_owned(), bench.now);
        }
    }
    bench.told_view(2, Some((50, 2, 9)));
    let two = bench.ear(2);
    bench.push(two, Push::Subscribed(A, 1));
    assert_eq!(bench.news(), [BusNews::Whole(vec![A])]);
}

#[test]
fn a_redirection_is_followed_before_any_view_tells_it() {
    let mut bench = Bench::cluster();
    bench.machine.subscribe(A, 50, bench.now);
    let (one, two) = (bench.ear(1), bench.ear(2));
    assert_eq!(bench.changes(), [Act::Subscribe(one, A)]);
    bench.machine.refused(one, &A, None, bench.now);
    bench.machine.moved(50, addr(2), bench.now);
    assert_eq!(bench.changes(), [Act::Subscribe(two, A)]);
    let mouth = bench.mouth(2);
    assert_eq!(bench.machine.route(50, bench.now), Ok(mouth));
}

#[test]
fn a_refusal_is_not_answered_by_asking_at_once_again() {
    let mut bench = Bench::standalone();
    bench.machine.subscribe(A, 1, bench.now);
    bench.turn();
    let ear = bench.ear(1);
    let why = || Some("ERR unknown command".to_owned());
    bench.machine.refused(ear, &A, why(), bench.now);
    assert_eq!(bench.changes(), []);
    // The operator is told once, and it is not ready while it lasts.
    let trouble = (addr(1), "ERR unknown command".to_owned());
    assert_eq!(bench.machine.take_troubles(), [trouble]);
    let ready = bench.machine.ready(bench.now);
    assert_eq!(ready, Err("127.0.0.1:1: ERR unknown command".to_owned()));
    bench.machine.refused(ear, &A, why(), bench.now);
    assert_eq!(bench.machine.take_troubles(), []);
    let acts = bench.pass(REFUSED_WAIT + RECONCILE_EVERY);
    assert_eq!(acts, [Act::Subscribe(ear, A)]);
    bench.push(ear, Push::Subscribed(A, 1));
    assert_eq!(bench.machine.ready(bench.now), Ok(()));
}

#[test]
fn a_node_that_owns_nothing_any_more_is_let_go() {
    let mut bench = Bench::cluster();
    let all = |from: u16| {
        let mine = |n| if n == from { "myself," } else { "" };
        let text = format!(
            "a 127.0.0.1:1@1 {}slave - 0 0 9 connected\nb 127.0.0.1:2@2 {}master - 0 0 9 connected 0-16383\n",
            mine(1),
            mine(2)
        );
        Answer::View(View::parse(&text, &addr(from)).unwrap())
    };
    for n in [1, 2] {
        let ear = bench.ear(n);
        bench.machine.answered(ear, all(n), bench.now);
    }
    bench.turn();
    let open: Vec<_> = bench.open.keys().cloned().collect();
    assert_eq!(open, [(addr(2), Role::Ear), (addr(2), Role::Mouth)]);
}

#[test]
fn when_nobody_answers_everybody_known_is_tried() {
    let mut bench = Bench::cluster();
    for n in [1, 2] {
        for role in [Role::Ear, Role::Mouth] {
            let generation = bench.open[&(addr(n), role)];
            bench.push(generation, Push::Lost);
        }
    }
    assert!(bench.machine.ready(bench.now).is_err());
    bench.machine.take_acts();
    // Opening fails for a long time, without an end to the trying.
    let mut tried = BTreeSet::new();
    for _ in 0..40 {
        bench.now += OPEN_EVERY;
        bench.machine.turn(bench.now);
        tried.clear();
        for act in bench.machine.take_acts() {
            if let Act::Open(generation, addr, role) = act {
                tried.insert((addr, role));
                bench
                    .machine
                    .failed(generation, "refused".to_owned(), bench.now);
            }
        }
    }
    assert_eq!(tried.len(), 4);
}
