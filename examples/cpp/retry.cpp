// A call that fails, waits, and succeeds: the loop around any HTTP client.
#include <aftercall.hpp>
#include <iostream>

int main() {
    using namespace aftercall;
    // In earnest: send the request, std::this_thread::sleep_for, Call::now().
    const char* const bodies[] = {R"({"status":false,"error_code":68300008})",
                                  R"({"status":true,"data":[1]})"};
    Call::Time clock(0);

    const Policy policy = Policy::from_json(R"({"max_attempts": 3, "deadline_ms": 30000})");
    const Budget budget(policy); // one for all calls of a host and credential
    Call call(policy, budget, Operation(OperationKind::query), clock);
    Decision decision;
    do {
        const Attempt attempt = call.before_attempt(clock);
        if (!attempt) return 2;
        const Verdict verdict = judge(Reply(200, bodies[attempt.number() - 1]));
        decision = call.on_reply(verdict, clock);
        clock += decision.delay();
    } while (decision.is_retry());
    std::cout << call.attempts() << " attempts, " << decision.explain() << '\n';
    return decision.reason() == Reason::success ? 0 : 1;
}
