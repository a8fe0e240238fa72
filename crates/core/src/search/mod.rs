//! What is looked for in messages, how it is found in a text, and the index by which it is found in a log.
//!
//! Pure. `query.rs` reads what a person typed; `text.rs` says where it stands in a message; `index.rs` has the words of a
//! run of the log in a form that one word is looked up in. Whether a message is shown is never said here: the index only
//! names candidates, and `crate::node` looks at each as it stands (`docs/decisions/0034-search.md`).

mod index;
mod query;
mod text;

pub use index::{INDEX_SHARDS, SEGMENT_EVENTS, Segment, Words, outdated, range_of, segment_of};
pub use query::{Has, Place, QUERY_CHARS_MAX, Query, Who};
pub use text::{Excerpt, excerpt, has};
