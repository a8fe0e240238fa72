//! The sending end of a bus's news, shared by every adapter of the port.
//!
//! Promises: it never waits for the node; what does not fit is dropped and owed as `Gap` and `Whole`, which are told
//! as soon as there is room, without anything else having to happen ([`NewsSender::pay`] must run); between a topic's
//! drop and its `Whole` no hint of that topic passes, so a hint that arrives has no unseen hole before it. What is
//! owed is bounded by the topics asked for. It must not know what carries the hints.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use tokio::sync::{
    Notify,
    mpsc::{self, error::TrySendError},
};

use crate::port::{BusNews, Topic};

/// How many news wait for the node. A node that is this far behind re-reads heads sooner than it would drain the
/// queue; with payloads of their largest size they would hold 256 MiB, with usual ones about one.
pub const NEWS_MAX: usize = 1024;

/// The sending end: see the module.
#[derive(Debug)]
pub struct NewsSender {
    sender: mpsc::Sender<BusNews>,
    owed: Mutex<BTreeMap<Topic, Owed>>,
    owes: Notify,
}

/// What the node has still to be told about a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owed {
    /// That the subscription is lost.
    Gap,
    /// That something was lost, and that the subscription stands.
    GapThenWhole,
    /// That the subscription stands; the loss is told, or there was none.
    Whole,
}

impl NewsSender {
    /// A sender and its receiver, with room for that many news.
    pub fn new(news_max: usize) -> (Self, mpsc::Receiver<BusNews>) {
        let (sender, receiver) = mpsc::channel(news_max.max(1));
        let news = Self {
            sender,
            owed: Mutex::default(),
            owes: Notify::new(),
        };
        (news, receiver)
    }

    /// Hands a hint to the node, or drops it and owes `Gap` and `Whole`.
    pub fn hint(&self, topic: &Topic, payload: Bytes) {
        let mut owed = self.flushed();
        if owed.contains_key(topic) {
            metrics::counter!("hearth_bus_hints_dropped_total").increment(1);
            return;
        }
        if let Err(TrySendError::Full(_)) =
            self.sender.try_send(BusNews::Hint(topic.clone(), payload))
        {
            metrics::counter!("hearth_bus_hints_dropped_total").increment(1);
            owed.insert(topic.clone(), Owed::GapThenWhole);
            self.owes.notify_one();
        }
    }

    /// Tells that these subscriptions are lost or doubted.
    pub fn gap(&self, topics: impl IntoIterator<Item = Topic>) {
        let mut owed = self.flushed();
        for topic in topics {
            metrics::counter!("hearth_bus_gaps_total").increment(1);
            match owed.get(&topic) {
                // The loss is told already and nothing stands: nothing to add.
                Some(Owed::Whole) => {
                    owed.remove(&topic);
                }
                Some(Owed::Gap | Owed::GapThenWhole) | None => {
                    owed.insert(topic, Owed::Gap);
                }
            }
        }
        self.flush(&mut owed);
    }

    /// Tells that these subscriptions stand.
    pub fn whole(&self, topics: impl IntoIterator<Item = Topic>) {
        let mut owed = self.flushed();
        for topic in topics {
            let now = match owed.get(&topic) {
                Some(Owed::Gap | Owed::GapThenWhole) => Owed::GapThenWhole,
                Some(Owed::Whole) | None => Owed::Whole,
            };
            owed.insert(topic, now);
        }
        self.flush(&mut owed);
    }

    /// Nobody asks for the topic any more: nothing is owed about it.
    pub fn forget(&self, topic: &Topic) {
        self.lock().remove(topic);
    }

    /// Tells what is owed whenever there is room. The adapter runs it for as long as it lives; it ends when the
    /// receiver is gone.
    pub async fn pay(&self) {
        loop {
            self.owes.notified().await;
            loop {
                match self.sender.reserve().await {
                    Ok(room) => drop(room),
                    Err(_) => return,
                }
                if self.flushed().is_empty() {
                    break;
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Topic, Owed>> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn flushed(&self) -> MutexGuard<'_, BTreeMap<Topic, Owed>> {
        let mut owed = self.lock();
        // Without room there is nothing to gain, and this runs for each hint of a flood.
        if !owed.is_empty() && self.sender.capacity() > 0 {
            self.flush(&mut owed);
        }
        owed
    }

    /// Tells as much of what is owed as there is room for: the losses first, then what stands.
    fn flush(&self, owed: &mut BTreeMap<Topic, Owed>) {
        let which = |owed: &BTreeMap<Topic, Owed>, of: &dyn Fn(Owed) -> bool| -> Vec<Topic> {
            owed.iter()
                .filter(|(_, owed)| of(**owed))
                .map(|(topic, _)| topic.clone())
                .collect()
        };
        let lost = which(owed, &|owed| owed != Owed::Whole);
        if !lost.is_empty() {
            if let Err(TrySendError::Full(_)) = self.sender.try_send(BusNews::Gap(lost)) {
                self.owes.notify_one();
                return;
            }
            owed.retain(|_, owed| *owed != Owed::Gap);
            owed.values_mut().for_each(|owed| *owed = Owed::Whole);
        }
        let whole = which(owed, &|owed| owed == Owed::Whole);
        if !whole.is_empty() {
            if let Err(TrySendError::Full(_)) = self.sender.try_send(BusNews::Whole(whole)) {
                self.owes.notify_one();
                return;
            }
            owed.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Topic = Topic::Shard(1);
    const B: Topic = Topic::Shard(2);

    fn hint(topic: &Topic, text: &'static str) -> BusNews {
        BusNews::Hint(topic.clone(), Bytes::from_static(text.as_bytes()))
    }

    #[tokio::test]
    async fn what_does_not_fit_is_told_as_a_gap_and_a_whole_as_soon_as_there_is_room() {
        let (news, mut told) = NewsSender::new(2);
        news.whole([A]);
        news.hint(&A, Bytes::from_static(b"1"));
        news.hint(&A, Bytes::from_static(b"lost"));
        let pay = news.pay();
        tokio::pin!(pay);
        let told = async {
            let mut all = Vec::new();
            for _ in 0..4 {
                all.push(told.recv().await.unwrap());
            }
            all
        };
        let told = tokio::select! { told = told => told, () = &mut pay => unreachable!() };
        assert_eq!(
            told,
            [
                BusNews::Whole(vec![A]),
                hint(&A, "1"),
                BusNews::Gap(vec![A]),
                BusNews::Whole(vec![A])
            ]
        );
    }

    #[tokio::test]
    async fn no_hint_passes_between_a_loss_and_its_whole() {
        let (news, mut told) = NewsSender::new(1);
        news.hint(&A, Bytes::from_static(b"1"));
        news.hint(&A, Bytes::from_static(b"lost"));
        assert_eq!(told.recv().await, Some(hint(&A, "1")));
        // There is room for one: the gap. The whole is still owed, so the topic stays silent.
        news.hint(&A, Bytes::from_static(b"lost too"));
        assert_eq!(told.recv().await, Some(BusNews::Gap(vec![A])));
        news.whole([]);
        assert_eq!(told.recv().await, Some(BusNews::Whole(vec![A])));
        news.hint(&A, Bytes::from_static(b"2"));
        assert_eq!(told.recv().await, Some(hint(&A, "2")));
        assert!(told.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_gap_while_full_is_told_before_the_whole_that_ends_it() {
        let (news, mut told) = NewsSender::new(1);
        news.hint(&B, Bytes::from_static(b"1"));
        news.gap([A, B]);
        news.whole([A]);
        assert_eq!(told.recv().await, Some(hint(&B, "1")));
        news.whole([]);
        assert_eq!(told.recv().await, Some(BusNews::Gap(vec![A, B])));
        news.whole([]);
        assert_eq!(told.recv().await, Some(BusNews::Whole(vec![A])));
        assert!(told.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_loss_takes_back_a_whole_that_was_not_yet_told() {
        let (news, mut told) = NewsSender::new(1);
        news.gap([A]);
        news.whole([A]);
        news.gap([A]);
        assert_eq!(told.recv().await, Some(BusNews::Gap(vec![A])));
        news.whole([]);
        assert!(told.try_recv().is_err());
    }

    #[tokio::test]
    async fn nothing_is_told_of_a_topic_that_was_let_go() {
        let (news, mut told) = NewsSender::new(1);
        news.hint(&A, Bytes::from_static(b"1"));
        news.hint(&A, Bytes::from_static(b"lost"));
        news.forget(&A);
        assert_eq!(told.recv().await, Some(hint(&A, "1")));
        news.whole([]);
        assert!(told.try_recv().is_err());
    }
}
