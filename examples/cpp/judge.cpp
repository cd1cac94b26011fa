// A reply is in a buffer: what does it mean, and what now?
#include <aftercall.hpp>
#include <iostream>

int main() {
    const auto verdict = aftercall::judge(
        {200, R"({"status":false,"error_code":67200002,"error_msg":"Quota exceeds the limit!"})"});
    if (verdict.is_success()) {
        std::cout << std::string(*verdict.data()) << '\n';
        return 0;
    }
    std::cout << name(verdict.category()) << ": " << name(verdict.advice()) << " (rule "
              << std::string(verdict.rule()) << ")\n";
    return 1;
}
