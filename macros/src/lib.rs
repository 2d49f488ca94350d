//! The macros of `esteira`.
