//! Readings of a plant's sensors: two streams, a rule on nested fields, a raw rule for the events
//! of a tool that is not ours.

mod maintenance;
mod plant;
mod readings;
