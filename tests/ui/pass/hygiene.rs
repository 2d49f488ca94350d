//! Names of the user's that an expansion might take for its own.
#![deny(warnings)]
#![allow(dead_code, non_upper_case_globals, non_camel_case_types)]

mod std {}
mod core {}
mod esteira {}
mod serde_json {}

struct Result;
struct Option;
struct Some;
struct String;
struct Into;
struct Box;
struct Entry;
struct Item;
struct Handler;
struct Field;
struct Input;
struct Parameters;
struct Idempotent;
struct Once;

const input: u8 = 0;
const argument: u8 = 0;
const outcome: u8 = 0;
const parameter_0: u8 = 0;
const field: u8 = 0;

mod shop {
    #[derive(::esteira::Bus)]
    #[bus(name = "Shop")]
    pub struct Item;

    #[derive(::esteira::Stream)]
    #[stream(name = "Orders")]
    pub struct Handler;

    /// Its fields are of types that are called what a mirror could be called.
    #[derive(::esteira::Event, ::serde::Serialize, ::serde::Deserialize)]
    #[event(bus = Item, source = "a", detail_type = "b")]
    pub struct Entry {
        pub fields: EntryFields,
        pub name: ::std::string::String,
    }

    #[derive(::esteira::Detail, ::serde::Serialize, ::serde::Deserialize)]
    pub struct EntryFields {
        pub field: u8,
    }

    #[derive(::esteira::Table, ::serde::Serialize, ::serde::Deserialize)]
    #[table(name = "Table", partition_key = into)]
    pub struct Table {
        pub into: ::std::string::String,
    }
}

type Unit = ::std::result::Result<(), ::std::string::String>;

#[::esteira::on_event(
    rule = shop::Entry { fields: { field: [1] }, name: ["a"] },
    idempotent(key = |entry| &entry.name)
)]
async fn outcome_of(event: shop::Entry, items: ::esteira::Put<shop::Table>) -> Unit {
    let _ = (event.name, items);
    Ok(())
}

mod handlers {
    use super::shop::{Entry, Table};

    #[esteira::on_event(rule = Entry, idempotent(key = name))]
    async fn input(argument: Entry, parameter_0: esteira::Get<Table>) -> esteira::Result<()> {
        let _ = parameter_0.get(Table::key(argument.name)).await?;
        Ok(())
    }

    #[esteira::on_kinesis(stream = super::shop::Handler)]
    async fn outcome(_: esteira::Json<u8>) -> esteira::Result<()> {
        Ok(())
    }
}

fn main() {}
