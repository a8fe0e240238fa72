//! Prints `db.cql`, made from the migrations.

fn main() {
    print!("{}", hearth_backends::cassandra::db_cql());
}
