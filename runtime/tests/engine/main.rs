//! The engine by what AWS is known to do: each rule has a test with its name.

mod application;
mod events;
mod kept;
mod records;
