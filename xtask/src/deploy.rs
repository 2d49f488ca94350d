//! Bringing a stage to AWS: what would change, what that means, and making it so.
//!
//! A [`Backend`] knows how Terraform or CloudFormation does it; everything that a user is shown
//! or asked is common to both, and read off the [`Plan`].

mod account_roles;
mod backend;
mod clearing;
mod cloudformation;
mod confirm;
mod data;
mod permissions;
mod plan;
mod progress;
mod running;
mod session;
mod show;
mod terraform;

pub(crate) use {
    backend::{Backend, Deployment, Event, Goal, Outputs, Progress},
    cloudformation::{CODE_STACK, stack_name},
    plan::{Action, Change, Drift, Plan},
    running::STARTING,
    session::{Consent, Kind, Session, Settings, backend},
};
