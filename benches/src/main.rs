//! Prints what reading a reply costs beside `serde_json` and `sonic-rs`.
//!
//! The exit code is 0 however slow the machine is, 1 if the contenders do not
//! read the same from some body, and 2 for wrong arguments.

mod arguments;

use core::hint::black_box;
use std::io::{self, Write};
use std::process::ExitCode;

use aftercall_benches::bodies::{self, Row};
use aftercall_benches::contenders::{
    self, CONTENDERS, Contender, SERDE_JSON, SIMDUTF8_AND_SERDE_JSON,
};
use aftercall_benches::decisions;
use aftercall_benches::machine::Machine;
use aftercall_benches::messages;
use aftercall_benches::others;
use aftercall_benches::rounds::{Plan, Task, Timing, interleaved};
use aftercall_benches::table::{Table, duration};
use serde_json::{Value, json};

use arguments::Arguments;

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(reason) => return complain(&reason, 2),
    };
    match report(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => complain(&reason.to_string(), 1),
    }
}

fn complain(reason: &str, code: u8) -> ExitCode {
    // Nobody is left to be told if this fails.
    let _ = writeln!(io::stderr(), "{reason}");
    ExitCode::from(code)
}

fn report(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let plan = arguments.plan;
    let machine = Machine::here();
    let mut out = io::stdout().lock();
    writeln!(out, "{machine}\n")?;

    let rows: Vec<Row> = bodies::rows()
        .into_iter()
        .filter(|row| arguments.wants(row.name))
        .collect();
    for row in &rows {
        contenders::check(row).map_err(|disagreement| disagreement.to_string())?;
    }
    let measured: Vec<(Row, Vec<Timing>)> = rows
        .into_iter()
        .map(|row| {
            let timings = measure(&row, plan);
            (row, timings)
        })
        .collect();
    if !measured.is_empty() {
        writeln!(out, "{}", comparison(&measured))?;
        writeln!(out, "{}\n", legend(plan))?;
    }

    let mut others = Vec::new();
    if arguments.wants("others") {
        others = others::measure(plan)?;
        writeln!(out, "{}", other_parts(&others))?;
    }
    if arguments.wants("decisions") {
        writeln!(out, "{}", decisions(plan))?;
    }
    if arguments.wants("messages") {
        writeln!(out, "{}", messages(plan))?;
    }
    if let Some(path) = &arguments.json {
        let file = json!({
            "machine": machine,
            "rows": measured.iter().map(|(row, timings)| row_as_json(row, timings)).collect::<Vec<_>>(),
            "others": others.iter().map(|other| json!({
                "name": other.name, "bytes": other.bytes, "ns": other.timing.ns,
            })).collect::<Vec<_>>(),
        });
        std::fs::write(path, format!("{file:#}\n"))?;
    }
    for rival in [SIMDUTF8_AND_SERDE_JSON, SERDE_JSON] {
        writeln!(out, "{}", conclusion(&measured, rival))?;
    }
    Ok(())
}

fn measure(row: &Row, plan: Plan) -> Vec<Timing> {
    let tasks = CONTENDERS.map(|contender| Task {
        pass: Box::new(move || {
            for body in &row.bodies {
                (contender.read)(black_box(body), &mut |answer| {
                    black_box(answer);
                });
            }
        }),
        calls: row.bodies.len(),
    });
    interleaved(tasks.into(), plan)
}

fn comparison(measured: &[(Row, Vec<Timing>)]) -> Table {
    let head = ["body", "bytes", "not ASCII"].into_iter();
    let mut table = Table::new(head.chain(CONTENDERS.map(|contender| contender.name)));
    for (row, timings) in measured {
        let mut cells = vec![
            row.name.to_owned(),
            row.mean_bytes().to_string(),
            format!("{} %", row.percent_beyond_ascii()),
        ];
        for (index, timing) in timings.iter().enumerate() {
            cells.push(match index {
                0 => duration(timing.ns),
                _ => format!("{} ×{:.2}", duration(timing.ns), timing.ratio[1]),
            });
        }
        table.push(cells);
    }
    table
}

fn legend(plan: Plan) -> String {
    format!(
        "Time for one body, and × the time of `aftercall` without headers: above 1, aftercall is \
         the faster one. Medians of {} interleaved rounds.\n\n\
         ¹ Checks neither UTF-8 nor grammar inside the data: not the same job.",
        plan.rounds
    )
}

fn other_parts(others: &[others::Other]) -> Table {
    let mut table = Table::new([
        "other replies, by the judge alone", "bytes", "time", "per MB",
    ]);
    for other in others {
        let is_page = other.name.ends_with("page");
        let megabytes = other.bytes as f64 / 1e6;
        table.push(vec![
            other.name.to_owned(),
            other.bytes.to_string(),
            duration(other.timing.ns),
            if is_page {
                duration(other.timing.ns / megabytes)
            } else {
                String::new()
            },
        ]);
    }
    table
}

fn decisions(plan: Plan) -> Table {
    let mut table = Table::new(["deciding", "time", "ratio"]);
    let delays = decisions::delays(plan);
    for (name, timing) in &delays {
        table.push(vec![
            format!("next delay: {name}"),
            duration(timing.ns),
            format!("×{:.2}", timing.ratio[1]),
        ]);
    }
    let call = decisions::call(plan);
    table.push(vec![
        "a call with one retry: two decisions".to_owned(),
        duration(call.ns),
        String::new(),
    ]);
    table.push(vec![
        "a record of three attempts, with its JSON".to_owned(),
        duration(decisions::record(plan).ns),
        String::new(),
    ]);
    let [one, eight] = decisions::threads(plan);
    for (name, time) in [("1 thread", one), ("8 threads", eight)] {
        table.push(vec![
            format!("the same, {name} on one budget, processor time"),
            duration(time),
            format!("×{:.2}", time / one),
        ]);
    }
    table
}

fn messages(plan: Plan) -> Table {
    let mut table = Table::new(["for people", "time"]);
    for (name, timing) in messages::all(plan) {
        table.push(vec![name.to_owned(), duration(timing.ns)]);
    }
    table
}

fn row_as_json(row: &Row, timings: &[Timing]) -> Value {
    let contenders = CONTENDERS.iter().zip(timings).map(|(contender, timing)| {
        json!({"name": contender.name, "ns": timing.ns, "ratio_quartiles": timing.ratio})
    });
    json!({
        "name": row.name,
        "bytes": row.mean_bytes(),
        "contenders": contenders.collect::<Vec<_>>(),
    })
}

/// The promise is that nothing is slower than `serde_json`; here is where it is
/// kept or not.
fn conclusion(measured: &[(Row, Vec<Timing>)], rival: Contender) -> String {
    let index = CONTENDERS.iter().position(|it| it.name == rival.name);
    let slower: Vec<String> = measured
        .iter()
        .filter_map(|(row, timings)| {
            let ratio = timings.get(index?)?.ratio[1];
            (ratio < 1.0).then(|| format!("{} (×{ratio:.2})", row.name))
        })
        .collect();
    let rows = if slower.is_empty() {
        "no row".to_owned()
    } else {
        slower.join("; ")
    };
    format!("Slower than {}: {rows}.", rival.name)
}
