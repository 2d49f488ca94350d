//! Changes of a real MariaDB, read as records that the decoder of `esteira` reads.

mod mysql {
    mod ending;
    mod harness;
    mod refusals;
    mod resume;
    mod server;
    mod transactions;
    mod types;
}
