#include <aftercall.hpp>
#include <cstdio>

int main() {
    auto verdict = aftercall::judge({200, "{\"status\":false,\"error_code\":67200005}"});
    std::printf("%s, %s\n", name(verdict.category()), name(verdict.advice()));
}
