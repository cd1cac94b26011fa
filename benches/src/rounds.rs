//! How time is taken: all tasks of a row in turn, batch by batch.
//!
//! A shared machine changes its clock and its neighbours within a second, by
//! more than the contenders differ. In a round every task runs one short batch,
//! so that what disturbs one disturbs all; the ratio is taken within the round,
//! and the median of many rounds is what is reported.

use core::fmt;
use core::time::Duration;
use std::time::Instant;

/// How long to measure.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Odd, so that a median is one of the values.
    pub rounds: usize,
    /// The least duration of a batch; the clock's own cost vanishes in it.
    pub batch: Duration,
}

impl Plan {
    /// For figures that are written down.
    pub const FULL: Self = Self {
        rounds: 101,
        batch: Duration::from_micros(500),
    };
    /// For a look.
    pub const QUICK: Self = Self {
        rounds: 25,
        batch: Duration::from_micros(200),
    };
}

/// Something to be timed.
pub struct Task<'t> {
    /// Does the work once for each body.
    pub pass: Box<dyn FnMut() + 't>,
    /// How many bodies that is.
    pub calls: usize,
}

impl fmt::Debug for Task<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Task({} calls)", self.calls)
    }
}

/// What came out for one task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// Nanoseconds for one call: the median.
    pub ns: f64,
    /// This task's time divided by the first task's: quartile, median, quartile.
    pub ratio: [f64; 3],
}

/// Times the tasks against each other; ratios refer to the first one.
pub fn interleaved(mut tasks: Vec<Task<'_>>, plan: Plan) -> Vec<Timing> {
    let passes: Vec<u32> = tasks
        .iter_mut()
        .map(|task| passes_of_a_batch(task, plan.batch))
        .collect();
    let mut times = vec![Vec::with_capacity(plan.rounds); tasks.len()];
    for round in 0..plan.rounds {
        for turn in 0..tasks.len() {
            // Another one begins each round: the first after a pause runs cold.
            let index = (round + turn) % tasks.len();
            let task = &mut tasks[index];
            let batch = run(task, passes[index]);
            let calls = f64::from(passes[index]) * task.calls as f64;
            times[index].push(batch.as_secs_f64() * 1e9 / calls);
        }
    }
    times
        .iter()
        .map(|own| Timing {
            ns: quartiles(own.clone())[1],
            ratio: quartiles(
                own.iter()
                    .zip(&times[0])
                    .map(|(own, first)| own / first)
                    .collect(),
            ),
        })
        .collect()
}

fn passes_of_a_batch(task: &mut Task<'_>, batch: Duration) -> u32 {
    let mut passes = 1;
    loop {
        let elapsed = run(task, passes);
        if elapsed >= batch || passes > u32::MAX / 2 {
            return passes;
        }
        passes *= 2;
    }
}

fn run(task: &mut Task<'_>, passes: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..passes {
        (task.pass)();
    }
    start.elapsed()
}

fn quartiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_unstable_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| values[(values.len() - 1) * quarter / 4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_are_values_of_the_sample() {
        assert_eq!(quartiles(vec![5.0, 1.0, 4.0, 2.0, 3.0]), [2.0, 3.0, 4.0]);
        assert_eq!(quartiles(vec![7.0]), [7.0; 3]);
    }

    #[test]
    fn every_task_is_timed_against_the_first() {
        let spin = |turns: u32| Task {
            pass: Box::new(move || {
                for turn in 0..turns {
                    core::hint::black_box(turn);
                }
            }),
            calls: 1,
        };
        let timings = interleaved(vec![spin(100), spin(10_000)], Plan::QUICK);
        assert_eq!(timings[0].ratio, [1.0; 3]);
        assert!(timings[1].ratio[1] > 1.0, "{timings:?}");
    }
}
