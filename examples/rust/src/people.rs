//! One failed call, as a user, a ticket and a program read it.

use aftercall::client::{Client, Request};
use aftercall::{MessageOptions, Profile, message};

use crate::standin::Standin;
use crate::table::say;

/// A reply that is played: a quota is used up.
const SCENE: &str = "/scene/code-67200002";

pub(crate) fn show(standin: &Standin) -> Result<(), String> {
    let client = Client::builder(standin.base_url())
        .build()
        .map_err(|error| error.to_string())?;
    let Err(failure) = client.send(&Request::get(SCENE)) else {
        return Err(format!("the stand-in plays something else at {SCENE}"));
    };
    say("\nA quota that is used up, as a program's log has it");
    say(&format!("  {failure}"));
    say(&format!("  {}", failure.decision().explanation()));
    say("\nas a user reads it");
    for language in ["en", "zh-CN", "fr"] {
        let options = MessageOptions::new(language);
        let words = message(Profile::eureka(), failure.verdict(), &options);
        say(&format!("  {:<8} {words}", words.language()));
    }
    let record = failure.record();
    say("\nas a ticket");
    say(&format!("  {}", record.paragraph()));
    say("\nand as JSON");
    say(&format!("  {}\n", record.to_json()));
    Ok(())
}
