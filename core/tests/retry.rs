//! What must hold for every policy, every clock and every run of replies.

use aftercall::retry::{
    Action, Budget, Call, Decision, DelaySource, GateState, Jitter, Observed, Observer, Operation,
    OverCap, Override, Policy, PolicyBuilder, Preset, Reason, RetryMutations,
};
use aftercall::{Advice, Category, Effect, Fault, OperationKind, Profile, Reply, Verdict, judge};
use proptest::prelude::*;
use proptest::sample::select;

const SUCCESS: &str = r#"{"status":true,"error_code":0,"data":[1]}"#;

/// What a server may answer.
#[derive(Clone, Debug)]
enum Answer {
    Success,
    Status(i32, Option<String>),
    Code(i64),
    Fault(Fault),
}

impl Answer {
    fn judged<T>(&self, read: impl FnOnce(&Verdict<'_>) -> T) -> T {
        let profile = Profile::eureka();
        match self {
            Self::Success => read(&judge(profile, &Reply::new(200, SUCCESS), None)),
            Self::Status(status, after) => {
                let headers: Vec<(&str, &str)> = after
                    .iter()
                    .map(|text| ("retry-after-ms", text.as_str()))
                    .collect();
                read(&judge(
                    profile,
                    &Reply::new(*status, "").with_headers(&headers),
                    None,
                ))
            }
            Self::Code(code) => {
                let body = format!(r#"{{"status":false,"error_code":{code}}}"#);
                read(&judge(profile, &Reply::new(200, &body), None))
            }
            Self::Fault(fault) => read(&judge(profile, &Reply::fault(*fault), None)),
        }
    }
}

fn answers() -> impl Strategy<Value = Answer> {
    let codes: Vec<i64> = vec![
        67_200_001, 67_200_003, 67_200_005, 67_200_100, 68_300_006, 68_300_008, 1,
    ];
    let after = proptest::option::of(prop_oneof![
        (0_u64..=200_000).prop_map(|delay| delay.to_string()),
        Just("99999999999999999999".to_owned()),
        Just("soon".to_owned()),
    ]);
    prop_oneof![
        1 => Just(Answer::Success),
        6 => (select(vec![429, 500, 503, 401, 404]), after)
            .prop_map(|(status, after)| Answer::Status(status, after)),
        3 => select(codes).prop_map(Answer::Code),
        2 => select(Fault::ALL.to_vec()).prop_map(Answer::Fault),
    ]
}

#[derive(Clone, Debug)]
struct Wanted {
    builder: PolicyBuilder,
    policy: Policy,
}

fn policies() -> impl Strategy<Value = Wanted> {
    let times = (0_u64..=5000, 0_u64..=5000, 5000_u64..=100_000);
    let more = (
        select(Jitter::ALL.to_vec()),
        select(OverCap::ALL.to_vec()),
        select(RetryMutations::ALL.to_vec()),
        select(Preset::ALL.to_vec()),
        1.0_f64..=10.0,
        proptest::option::of(1_u64..=200_000),
        0_u64..=200_000,
        any::<bool>(),
    );
    (1_u32..=100, times, more).prop_map(|(attempts, times, more)| {
        let mut builder = Policy::builder()
            .preset(more.3)
            .max_attempts(attempts)
            .base_delay_ms(times.0)
            .throttle_base_delay_ms(times.1)
            .max_delay_ms(times.2)
            .jitter(more.0)
            .over_cap(more.1)
            .retry_mutations(more.2)
            .multiplier(more.4)
            .max_server_delay_ms(more.6);
        if let Some(deadline_ms) = more.5 {
            builder = builder.deadline_ms(deadline_ms);
        }
        if more.7 {
            builder = builder
                .advise(Override::with(Advice::Backoff).category(Category::Upstream))
                .advise(Override::with(Advice::Throttle).code(1));
        }
        let policy = builder.clone().build().unwrap();
        Wanted { builder, policy }
    })
}

fn operations() -> impl Strategy<Value = Operation> {
    let kinds = select(OperationKind::ALL.to_vec());
    (kinds, any::<(bool, bool, u64)>()).prop_map(|(kind, (refreshes, has_key, seed))| {
        let mut operation = Operation::new(kind).seeded(seed);
        if refreshes {
            operation = operation.refreshable();
        }
        if has_key {
            operation = operation.with_idempotency_key();
        }
        operation
    })
}

/// One step of a call, as its host sees it.
#[derive(Clone, Debug, PartialEq)]
struct Step {
    decided_ms: u64,
    tokens: u32,
    server_delay_ms: Option<u64>,
    decision: Decision,
}

/// Plays a whole call; a wait takes exactly as long as it should, each attempt
/// as long as `took_ms` says, forwards or backwards.
fn play(
    policy: &Policy,
    budget: &Budget,
    operation: Operation,
    answers: &[Answer],
    took_ms: &[i64],
) -> Vec<Step> {
    let mut clock_ms = 10_000_u64;
    let mut latest_ms = clock_ms;
    let mut call = Call::new(policy, Some(budget), operation, clock_ms);
    let mut steps = Vec::new();
    for (answer, took_ms) in answers.iter().zip(took_ms.iter().cycle()) {
        call.before_attempt(clock_ms).unwrap();
        clock_ms = clock_ms.saturating_add_signed(*took_ms);
        latest_ms = latest_ms.max(clock_ms);
        let (decision, server_delay_ms) = answer.judged(|verdict| {
            (
                call.on_reply(verdict, clock_ms).unwrap(),
                verdict.server_delay_ms(),
            )
        });
        steps.push(Step {
            decided_ms: latest_ms - 10_000,
            tokens: budget.tokens(),
            server_delay_ms,
            decision,
        });
        match decision.action() {
            Action::Retry => clock_ms = clock_ms.saturating_add(decision.delay_ms()),
            Action::Refresh => call.on_refreshed(clock_ms).unwrap(),
            _ => {
                assert!(call.is_over());
                assert!(call.before_attempt(clock_ms).is_err());
                assert!(call.cancel(clock_ms).is_err());
                assert!(call.expire(clock_ms).is_err());
                assert_eq!(steps.last().unwrap().tokens, budget.tokens());
                break;
            }
        }
        latest_ms = latest_ms.max(clock_ms);
    }
    steps
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn the_promises_hold(
        wanted in policies(),
        operation in operations(),
        tokens in 0_u32..=500,
        answers in proptest::collection::vec(answers(), 1..=110),
        took_ms in proptest::collection::vec(-2000_i64..=5000, 1..=10),
    ) {
        let policy = &wanted.policy;
        let budget = Budget::with_tokens(500, tokens);
        let steps = play(policy, &budget, operation.clone(), &answers, &took_ms);

        // The same seed and the same events: the same decisions.
        let again = Budget::with_tokens(500, tokens);
        prop_assert_eq!(&steps, &play(policy, &again, operation.clone(), &answers, &took_ms));

        let refreshes = steps.iter().filter(|step| step.decision.action() == Action::Refresh).count();
        prop_assert!(refreshes <= 1);
        prop_assert!(steps.len() <= policy.max_attempts() as usize + refreshes);
        let stops = steps.iter().filter(|step| step.decision.is_stop()).count();
        prop_assert!(stops <= 1 && (stops == 0 || steps.last().unwrap().decision.is_stop()));

        for step in &steps {
            let decision = &step.decision;
            prop_assert!(step.tokens <= 500);
            prop_assert_eq!(decision.budget_tokens(), Some(step.tokens));
            prop_assert_eq!(decision.reason().is_some(), decision.is_stop());
            if decision.action() == Action::Retry {
                let honoured = match policy.over_cap() {
                    OverCap::GiveUp => step.server_delay_ms,
                    _ => step.server_delay_ms.map(|delay| delay.min(policy.max_server_delay_ms().into())),
                };
                prop_assert!(decision.delay_ms() >= honoured.unwrap_or(0));
                if decision.delay_source() == DelaySource::Backoff {
                    prop_assert!(decision.delay_ms() <= policy.max_delay_ms().into());
                }
                if let Some(deadline_ms) = policy.deadline_ms() {
                    prop_assert!(step.decided_ms + decision.delay_ms() < deadline_ms);
                }
            }
            let has_delay = decision.is_stop()
                && decision.reason() != Some(Reason::Success)
                && step.server_delay_ms.is_some();
            prop_assert_eq!(decision.retry_at_ms().is_some(), has_delay);

            let explanation = decision.explanation();
            let stopped: Vec<Reason> = explanation
                .gates()
                .filter(|gate| gate.state() == GateState::Stopped)
                .map(|gate| gate.reason())
                .collect();
            prop_assert_eq!(stopped, Vec::from_iter(decision.reason()));
            let json: serde_json::Value = serde_json::from_str(&explanation.to_json()).unwrap();
            prop_assert_eq!(json["gates"].as_array().unwrap().len(), Reason::ALL.len());
            prop_assert!(!explanation.to_string().contains('\n'));
        }
    }

    #[test]
    fn more_of_anything_never_turns_a_retry_into_a_stop(
        wanted in policies(),
        operation in operations(),
        tokens in 0_u32..=100,
        answers in proptest::collection::vec(answers(), 1..=6),
        took_ms in proptest::collection::vec(0_i64..=5000, 6),
    ) {
        let budget = Budget::with_tokens(500, tokens);
        let steps = play(&wanted.policy, &budget, operation.clone(), &answers, &took_ms);
        let more_attempts = wanted.builder.clone().max_attempts(100).build().unwrap();
        let more_time = match wanted.policy.deadline_ms() {
            Some(deadline_ms) => wanted.builder.clone().deadline_ms(deadline_ms * 2).build().unwrap(),
            None => wanted.policy.clone(),
        };
        for (policy, tokens) in [(&more_attempts, tokens), (&more_time, tokens), (&wanted.policy, 500)] {
            let budget = Budget::with_tokens(500, tokens);
            let others = play(policy, &budget, operation.clone(), &answers, &took_ms);
            for (step, other) in steps.iter().zip(&others) {
                prop_assert_eq!(step.decided_ms, other.decided_ms);
                if step.decision.action() != Action::Stop {
                    prop_assert_eq!(step.decision.action(), other.decision.action());
                    prop_assert_eq!(step.decision.delay_ms(), other.decision.delay_ms());
                }
            }
        }
    }

    #[test]
    fn a_mutation_that_may_have_been_done_is_sent_once(
        wanted in policies(),
        answers in proptest::collection::vec(answers(), 1..=10),
        seed: u64,
    ) {
        let operation = Operation::new(OperationKind::Mutation).seeded(seed);
        let budget = Budget::new(500);
        let steps = play(&wanted.policy, &budget, operation, &answers, &[1]);
        for (step, answer) in steps.iter().zip(&answers) {
            let effect = answer.judged(effect_of);
            let is_proven = matches!(effect, Effect::NotSent | Effect::Rejected);
            if step.decision.action() == Action::Retry && !is_proven {
                prop_assert_eq!(wanted.policy.retry_mutations(), RetryMutations::Always);
            }
            if wanted.policy.retry_mutations() == RetryMutations::Never {
                prop_assert_ne!(step.decision.action(), Action::Retry);
            }
        }
    }

    #[test]
    fn any_text_is_a_policy_or_an_error(text in "\\PC{0,200}") {
        if let Ok(policy) = Policy::from_json(&text) {
            prop_assert_eq!(Policy::from_json(&policy.to_json()).unwrap(), policy);
        }
    }
}

fn effect_of(verdict: &Verdict<'_>) -> Effect {
    verdict.effect()
}

fn quick() -> Policy {
    Policy::builder().jitter(Jitter::None).build().unwrap()
}

fn query() -> Operation {
    Operation::new(OperationKind::Query)
}

fn answer(call: &mut Call<'_>, answer: &Answer, now_ms: u64) -> Decision {
    call.before_attempt(now_ms).unwrap();
    answer.judged(|verdict| call.on_reply(verdict, now_ms).unwrap())
}

const DOWN: Answer = Answer::Status(503, None);

#[test]
fn events_out_of_turn_are_refused_and_change_nothing() {
    let (policy, budget) = (quick(), Budget::new(500));
    let mut call = Call::new(&policy, Some(&budget), query().refreshable(), 0);
    let success = |call: &mut Call<'_>| Answer::Success.judged(|verdict| call.on_reply(verdict, 0));
    assert!(success(&mut call).unwrap_err().is_out_of_turn());
    assert!(call.on_refreshed(0).is_err());
    assert!(call.on_refresh_failed(0).is_err());
    call.before_attempt(0).unwrap();
    let error = call.before_attempt(0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "before_attempt is out of turn: an attempt is under way"
    );
    assert!(call.expire(0).is_err());
    let decision = DOWN.judged(|verdict| call.on_reply(verdict, 0)).unwrap();
    assert_eq!(decision.action(), Action::Retry);
    assert!(success(&mut call).is_err());
    assert!(call.on_refreshed(0).is_err());
    let decision = answer(&mut call, &Answer::Status(401, None), 500);
    assert_eq!(decision.action(), Action::Refresh);
    assert!(call.before_attempt(500).is_err());
    assert!(success(&mut call).is_err());
    call.on_refreshed(500).unwrap();
    assert!(call.on_refreshed(500).is_err());
    let decision = answer(&mut call, &Answer::Success, 500);
    assert_eq!(decision.reason(), Some(Reason::Success));
    assert_eq!((call.attempts(), budget.tokens()), (3, 500));
    assert!(success(&mut call).is_err());
    assert!(call.cancel(500).is_err());
}

#[test]
fn a_wait_that_nobody_uses_is_paid_back_once() {
    let (policy, budget) = (quick(), Budget::with_tokens(500, 100));
    let waiting = |budget| {
        let mut call = Call::new(&policy, Some(budget), query(), 0);
        assert_eq!(answer(&mut call, &DOWN, 0).action(), Action::Retry);
        assert_eq!(budget.tokens(), 86);
        call
    };
    let decision = waiting(&budget).cancel(100).unwrap();
    assert_eq!(decision.reason(), Some(Reason::Cancelled));
    assert_eq!(budget.tokens(), 100);
    let decision = waiting(&budget).expire(100).unwrap();
    assert_eq!(decision.reason(), Some(Reason::Deadline));
    assert_eq!(budget.tokens(), 100);
    drop(waiting(&budget));
    assert_eq!(budget.tokens(), 100);
    // What was sent is spent.
    let mut call = waiting(&budget);
    call.before_attempt(500).unwrap();
    assert_eq!(call.cancel(600).unwrap().reason(), Some(Reason::Cancelled));
    drop(call);
    assert_eq!(budget.tokens(), 86);
}

#[test]
fn the_budget_is_wired_into_the_decision() {
    let policy = quick();
    let budget = Budget::new(policy.budget_capacity().unwrap());
    let mut retries = 0;
    for _ in 0..100 {
        let mut call = Call::new(&policy, Some(&budget), query(), 0);
        let decision = answer(&mut call, &DOWN, 0);
        if decision.action() != Action::Retry {
            assert_eq!(decision.reason(), Some(Reason::BudgetExhausted));
            break;
        }
        call.before_attempt(500).unwrap(); // sent, and never answered
        retries += 1;
    }
    assert_eq!(retries, 500 / 14);
    let mut call = Call::new(&policy, None, query(), 0);
    assert_eq!(answer(&mut call, &DOWN, 0).action(), Action::Retry);
}

#[test]
fn an_attempt_may_take_what_is_left() {
    let policy = Policy::builder()
        .attempt_timeout_ms(1000)
        .deadline_ms(2500)
        .jitter(Jitter::None)
        .build()
        .unwrap();
    let mut call = Call::new(&policy, None, query(), 10);
    assert_eq!(call.before_attempt(10).unwrap().timeout_ms, Some(1000));
    let _ = DOWN.judged(|verdict| call.on_reply(verdict, 1400)).unwrap();
    let attempt = call.before_attempt(1900).unwrap();
    assert_eq!((attempt.timeout_ms, attempt.number), (Some(610), 2));
    assert_eq!(attempt.resend_count(), 1);
    let late = Call::new(&policy, None, query(), 10).before_attempt(9999);
    assert_eq!(late.unwrap().timeout_ms, Some(0));
    let none = Call::new(&quick(), None, query(), 0).before_attempt(0);
    assert_eq!(none.unwrap().timeout_ms, None);
}

#[test]
fn a_refresh_that_fails_ends_the_call() {
    let policy = quick();
    let mut call = Call::new(&policy, None, query().refreshable(), 0);
    let decision = answer(&mut call, &Answer::Status(401, None), 0);
    assert_eq!(decision.action(), Action::Refresh);
    let line = decision.explanation().to_string();
    assert!(line.starts_with("refresh; success no"), "{line}");
    assert!(line.contains("quota_hold, unsafe_to_replay"), "{line}");
    let explanation = decision.explanation();
    let state_of = |reason| {
        let mut gates = explanation.gates();
        gates.find(|gate| gate.reason() == reason).unwrap().state()
    };
    assert_eq!(state_of(Reason::AuthFailed), GateState::Passed);
    assert_eq!(state_of(Reason::UnsafeToReplay), GateState::Skipped);
    assert_eq!(state_of(Reason::Deadline), GateState::Passed);
    assert_eq!(state_of(Reason::BudgetExhausted), GateState::Skipped);
    let decision = call.on_refresh_failed(5).unwrap();
    assert_eq!(decision.reason(), Some(Reason::AuthFailed));
}

#[test]
fn an_observer_sees_every_decision() {
    #[derive(Default)]
    struct Seen(std::cell::RefCell<Vec<(u32, u64, bool, Action)>>);
    impl Observer for Seen {
        fn on_decision(&self, observed: &Observed<'_>) {
            let action = observed.decision.action();
            let seen = (
                observed.attempt,
                observed.now_ms,
                observed.verdict.is_some(),
                action,
            );
            self.0.borrow_mut().push(seen);
        }
    }
    let (policy, seen) = (quick(), Seen::default());
    let mut call = Call::new(&policy, None, query(), 0).observed_by(&seen);
    let _ = answer(&mut call, &DOWN, 7);
    let _ = call.cancel(9).unwrap();
    assert_eq!(
        *seen.0.borrow(),
        [(1, 7, true, Action::Retry), (1, 9, false, Action::Stop)]
    );
}

#[test]
fn a_wall_clock_changes_nothing_but_dates() {
    let date = [("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")];
    let policy = quick();
    let decide = |headers: &[(&str, &str)], now_unix: Option<i64>| {
        let reply = Reply::new(503, "").with_headers(&headers);
        let now = now_unix.map(aftercall::UnixTime::from_secs);
        let verdict = judge(Profile::eureka(), &reply, now);
        let mut call = Call::new(&policy, None, query(), 0);
        call.before_attempt(0).unwrap();
        call.on_reply(&verdict, 0).unwrap()
    };
    assert_eq!(decide(&date, Some(1_792_567_650)).delay_ms(), 30_000);
    assert_eq!(decide(&date, Some(1_900_000_000)).delay_ms(), 500);
    assert_eq!(decide(&[], Some(0)), decide(&[], Some(i64::MAX)));
    assert_eq!(decide(&[], None), decide(&[], Some(1)));
}

#[test]
fn every_number_at_its_limit_is_survived() {
    let policy = Policy::from_json(
        r#"{"max_attempts": 100, "base_delay_ms": 3600000, "throttle_base_delay_ms": 3600000,
            "max_delay_ms": 86400000, "multiplier": 10, "max_server_delay_ms": 86400000,
            "deadline_ms": 9223372036854775807, "attempt_timeout_ms": 9223372036854775807}"#,
    )
    .unwrap();
    let mut call = Call::new(&policy, None, query().with_fixed_draw(1.0), u64::MAX - 1);
    let mut now_ms = u64::MAX - 1;
    for _ in 1..100 {
        let decision = answer(&mut call, &DOWN, now_ms);
        assert_eq!(decision.action(), Action::Retry);
        now_ms = now_ms.saturating_add(decision.delay_ms());
    }
    let last = answer(
        &mut call,
        &Answer::Status(503, Some("9007199254740993".into())),
        u64::MAX,
    );
    assert_eq!(last.reason(), Some(Reason::AttemptsExhausted));
    assert_eq!(last.retry_at_ms(), Some(u64::MAX));
}
