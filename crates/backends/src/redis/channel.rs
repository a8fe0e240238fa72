//! Names in Redis: the channels of topics, the keys of users' statuses, and the slots that both hash to.
//!
//! Part of the wire between nodes: `PREFIX:s:{N}` a shard, `PREFIX:n:{NAME}` a node, `PREFIX:nodes` all nodes,
//! `PREFIX:p:{USER}` a user's statuses. The prefix keeps installations that share a Redis apart.

use std::fmt::Write as _;

use hearth_core::port::{NodeName, Topic};
use hearth_protocol::UserId;

/// How many slots a cluster has.
pub(super) const SLOTS: u16 = 16_384;

/// The names under one prefix.
#[derive(Debug, Clone)]
pub(super) struct Names {
    prefix: String,
}

impl Names {
    pub(super) fn new(prefix: &str) -> Self {
        Self {
            prefix: prefix.to_owned(),
        }
    }

    /// The topic's channel.
    pub(super) fn channel(&self, topic: &Topic) -> String {
        let mut name = String::with_capacity(self.prefix.len() + 16);
        name.push_str(&self.prefix);
        // Writing to a string cannot fail.
        let _ = match topic {
            Topic::Shard(n) => write!(name, ":s:{{{n}}}"),
            Topic::Node(node) => write!(name, ":n:{{{node}}}"),
            Topic::Nodes => write!(name, ":nodes"),
        };
        name
    }

    /// The channel's topic; `None` if the channel is none of ours.
    pub(super) fn topic(&self, channel: &[u8]) -> Option<Topic> {
        let name = std::str::from_utf8(channel).ok()?;
        let rest = name.strip_prefix(&self.prefix)?.strip_prefix(':')?;
        if rest == "nodes" {
            return Some(Topic::Nodes);
        }
        let (kind, tag) = rest.split_once(":{")?;
        let tag = tag.strip_suffix('}')?;
        match kind {
            "s" => tag.parse().ok().map(Topic::Shard),
            "n" => Some(Topic::Node(NodeName(tag.to_owned()))),
            _ => None,
        }
    }

    /// The key of a user's statuses.
    pub(super) fn statuses(&self, user: UserId) -> String {
        format!("{}:p:{{{user}}}", self.prefix)
    }
}

/// The slot of a key or channel: CRC16 (XMODEM) of its hash tag, or of all of it if it has none.
pub(super) fn slot(name: &str) -> u16 {
    let bytes = name.as_bytes();
    let tag = bytes
        .iter()
        .position(|byte| *byte == b'{')
        .and_then(|open| {
            let rest = &bytes[open + 1..];
            let close = rest.iter().position(|byte| *byte == b'}')?;
            (close > 0).then(|| &rest[..close])
        })
        .unwrap_or(bytes);
    let crc = tag.iter().fold(0_u16, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 {
                crc << 1
            } else {
                (crc << 1) ^ 0x1021
            }
        })
    });
    crc % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_what_redis_says() {
        // CLUSTER KEYSLOT of each.
        for (name, of) in [
            ("123456789", 12_739),
            ("hearth:s:{0}", 13_907),
            ("0", 13_907),
            ("foo{}{bar}", 8_363),
            ("{user1000}.following", 3_443),
        ] {
            assert_eq!(slot(name), of, "{name}");
        }
    }

    #[test]
    fn a_channel_names_its_topic_and_back() {
        let names = Names::new("hearth");
        for topic in [
            Topic::Shard(0),
            Topic::Shard(1023),
            Topic::Node(NodeName("n-1:{x}".to_owned())),
            Topic::Nodes,
        ] {
            assert_eq!(names.topic(names.channel(&topic).as_bytes()), Some(topic));
        }
        assert_eq!(names.channel(&Topic::Shard(7)), "hearth:s:{7}");
    }

    #[test]
    fn a_foreign_channel_is_no_topic() {
        let names = Names::new("hearth");
        for channel in [
            &b"other:s:{1}"[..],
            b"hearth2:s:{1}",
            b"hearth:s:1",
            b"hearth:s:{70000}",
            b"hearth:x:{1}",
            b"\xff",
        ] {
            assert_eq!(names.topic(channel), None);
        }
    }
}
