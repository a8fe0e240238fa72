//! Faults of the network itself: packets that are lost or held up between two parts, and a part of the network that is
//! cut off.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::time::sleep;

use super::{
    faults::{Bite, Hand, until},
    lateness::Lateness,
    net::{Fate, Laid, Rule},
    plan::Class,
    proxy::{Way, Weather, seen_as},
};

/// How much is lost: TCP mends it, and what waits for it waits hundreds of milliseconds.
const PART: f64 = 0.08;

impl Hand<'_> {
    /// Some packets of two parts are lost, both ways.
    pub(super) async fn loss(&self, class: Class, number: usize, hold: Duration) -> Result<Bite> {
        let rules = self.between(class, number)?;
        let laid = Laid::lay(class.word(), &rules, Fate::Dropped(PART)).await?;
        sleep(hold).await;
        let met = laid.lift().await?;
        let (packets, again) = (met.packets, met.kernel.retransmitted);
        Ok(Bite::new(
            packets.min(again),
            format!(
                "{packets} packets were dropped within {hold:.1?}; {again} segments were sent again"
            ),
        ))
    }

    /// The packets of two parts are held up, both ways, and overtake each other.
    pub(super) async fn lateness(
        &self,
        class: Class,
        number: usize,
        hold: Duration,
    ) -> Result<Bite> {
        let rules = self.between(class, number)?;
        // Two at once need two queues.
        let queue = class as u16;
        let lateness = Lateness::begin(queue, number as u64)?;
        let laid = Laid::lay(class.word(), &rules, Fate::Queued(queue)).await?;
        sleep(hold).await;
        let met = laid.lift().await?;
        let held = lateness.end().await?;
        let (packets, overtaken) = (held.packets, held.overtaken);
        let out_of_order = met.kernel.out_of_order;
        Ok(Bite::new(
            overtaken.min(out_of_order),
            format!(
                "{packets} packets were held up within {hold:.1?}, {overtaken} of them overtaken; \
                 {out_of_order} segments came out of order"
            ),
        ))
    }

    /// All packets between the two parts that a class is about.
    fn between(&self, class: Class, number: usize) -> Result<Vec<Rule>> {
        let local = self.local()?;
        let of_server = format!("127.0.{}.0/24", seen_as(number));
        Ok(match class {
            Class::CassandraLoss | Class::CassandraLate => {
                Rule::both(&of_server, &local.cql_port.to_string()).into()
            }
            Class::CassandraNodesLoss | Class::CassandraNodesLate => {
                Rule::both("127.0.0.0/29", &local.storage_port()?.to_string()).into()
            }
            Class::RedisLoss | Class::RedisLate => {
                let redis = local.redis_port;
                Rule::both(&of_server, &format!("{redis}:{}", redis + 5)).into()
            }
            Class::RedisNodesLoss | Class::RedisNodesLate => {
                vec![Rule::new("-p tcp -s 127.0.8.0/24 -d 127.0.8.0/24")]
            }
            Class::NginxLoss | Class::NginxLate => {
                let port = port_of(&local.servers[number - 1].authority);
                Rule::both(&format!("127.0.7.{number}"), port).into()
            }
            Class::ClientLoss | Class::ClientLate => {
                let mut ports = vec![port_of(&local.front.authority)];
                ports.extend(local.servers.iter().map(|place| port_of(&place.authority)));
                Rule::both("127.0.0.1", &ports.join(",")).into()
            }
            _ => bail!("{} is about no packets", class.word()),
        })
    }

    /// A master of Redis and one server on one side, all others on the other.
    pub(super) async fn redis_split(&self, master: usize, hold: Duration) -> Result<Bite> {
        let local = self.local()?;
        let server = master % local.servers.len() + 1;
        let proxies = &local.proxies;
        let apart = proxies.ways(|way| match way {
            Way::Redis { server: from, node } => (from == server) != (node == master),
            _ => false,
        });
        let before: Vec<usize> = self.masters().await?.iter().map(|p| p.number).collect();
        let its = format!("127.0.8.{master}");
        let rules: Vec<Rule> = (1..=6)
            .filter(|other| *other != master)
            .flat_map(|other| {
                let other = format!("127.0.8.{other}");
                [
                    Rule::new(&format!("-p tcp -s {its} -d {other}")),
                    Rule::new(&format!("-p tcp -s {other} -d {its}")),
                ]
            })
            .collect();
        let laid = Laid::lay(Class::RedisSplit.word(), &rules, Fate::Dropped(1.0)).await?;
        proxies.set(&apart, Weather::Mute);
        sleep(hold).await;
        let other = until(|| async {
            let masters = self.masters().await.ok()?;
            let all = masters.iter().map(|p| p.number);
            all.into_iter().find(|number| !before.contains(number))
        });
        let other = other.await;
        let name = master.to_string();
        let role = local.part("redis", &["cli", &name, "ROLE"]).await;
        proxies.set(&apart, Weather::Fair);
        let dropped = laid.lift().await?;
        local.part("redis", &["wait"]).await.context("healing")?;
        let is_two = role.is_ok_and(|role| role.starts_with("master"));
        Ok(match other {
            Some(other) => Bite::new(
                dropped.packets,
                format!(
                    "packets were dropped; server {other} took over, and {}",
                    if is_two {
                        "the old one was a master still"
                    } else {
                        "the old one was none any more"
                    }
                ),
            ),
            None => Bite::new(0, "nobody took over"),
        })
    }
}

fn port_of(authority: &str) -> &str {
    authority.rsplit(':').next().unwrap_or_default()
}
