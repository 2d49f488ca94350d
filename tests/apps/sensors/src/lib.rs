//! Readings of a plant's sensors: two streams, a rule on nested fields, raw rules for the events of
//! a tool that is not ours, and a client of its own for what no handle does.

mod maintenance;
mod plant;
mod readings;
mod roll;
