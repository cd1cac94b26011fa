//! Confidence intervals for `judge` and for `serde_json`, over the same bodies
//! as the table. To compare the two, use the table: Criterion measures one
//! after the other, and the machine may change in between.

use core::hint::black_box;

use aftercall_benches::bodies;
use aftercall_benches::contenders::{CONTENDERS, Contender, SERDE_JSON};
use criterion::{BenchmarkId, Criterion, Throughput};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let [judge, ..] = CONTENDERS;
    for row in bodies::rows() {
        let mut group = criterion.benchmark_group(row.name);
        let bytes: usize = row.bodies.iter().map(Vec::len).sum();
        group.throughput(Throughput::Bytes(bytes as u64));
        for Contender { name, read } in [judge, SERDE_JSON] {
            let id = BenchmarkId::new(name, format!("{} bodies", row.bodies.len()));
            group.bench_with_input(id, &row.bodies, |bencher, bodies| {
                bencher.iter(|| {
                    for body in bodies {
                        read(black_box(body), &mut |answer| {
                            black_box(answer);
                        });
                    }
                });
            });
        }
        group.finish();
    }
    criterion.final_summary();
}
