//! Our own HTTP interface, under `/api`.

pub mod openapi;
pub mod page;
pub mod schema;
pub mod v1;
