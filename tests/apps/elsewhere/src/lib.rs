//! An application in a workspace of its own: `esteira` goes by another name, the handlers are in
//! modules that nothing outside can name, and a module of its own is called `std`. Network and
//! database are those of others.

// The macros write `::esteira`.
extern crate belt as esteira;

mod std {}

mod ledger;

mod private {
    mod very {
        use belt::{Bus, Event, Json, Publish, Result, Stream, Table, on_event, on_kinesis};
        use serde::{Deserialize, Serialize};

        #[derive(Stream)]
        #[stream(name = "Letters")]
        struct Letters;

        #[derive(Bus)]
        #[bus(name = "Post")]
        struct Post;

        #[derive(Event, Serialize, Deserialize)]
        #[event(bus = Post, source = "post.office", detail_type = "Letter Posted")]
        struct LetterPosted {
            to: String,
        }

        #[derive(Table, Serialize, Deserialize)]
        #[table(name = "Letters", partition_key = to)]
        struct Letter {
            to: String,
        }

        #[on_kinesis(stream = Letters)]
        async fn post(letter: Json<Letter>, posted: Publish<LetterPosted>) -> Result<()> {
            posted.publish(&LetterPosted { to: letter.0.to })?;
            Ok(())
        }

        #[on_event(rule = LetterPosted { to: [{ anything_but: "" }] })]
        async fn deliver(letter: LetterPosted, letters: belt::Put<Letter>) -> Result<()> {
            letters.put(&Letter { to: letter.to }).await?;
            Ok(())
        }
    }
}
