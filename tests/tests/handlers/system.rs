//! The names lead with `system`, by which the ordinary test run leaves these tests out.

mod batches;
mod decoding;
mod events;
mod operations;
mod publishing;
mod time;
