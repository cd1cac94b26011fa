//! One profile, many threads.

use aftercall::{Error, Profile, Reply, Text, Verdict, judge};

const fn is_shareable<T: Send + Sync>() {}

#[test]
fn what_outlives_a_call_may_cross_threads() {
    const {
        is_shareable::<Profile>();
        is_shareable::<Verdict<'static>>();
        is_shareable::<Text<'static>>();
        is_shareable::<Error>();
    }
}

#[test]
fn eight_threads_on_one_profile_agree() {
    let bodies: Vec<String> = (0..1000)
        .map(|number| {
            let code = 67_200_000 + number % 300;
            format!(r#"{{"status":false,"error_code":{code},"error_msg":"limit {number}"}}"#)
        })
        .collect();
    let judge_all = || -> Vec<String> {
        bodies
            .iter()
            .map(|body| {
                let verdict = judge(Profile::eureka(), &Reply::new(200, body), None);
                format!("{verdict:?}")
            })
            .collect()
    };
    let alone = judge_all();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(judge_all)).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), alone);
        }
    });
}
