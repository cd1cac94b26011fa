// Judges the replies of a file, one JSON object to a line, as conformance
// vectors spell a reply. Prints a line for each: category, advice, effect and
// rule, between tabs; or "refused" and why.

#include <aftercall.hpp>
#include <fstream>
#include <iostream>
#include <string>

// The text of a field of a verdict in JSON; the library writes no spaces.
static std::string field(const std::string& verdict, const std::string& name) {
    const std::string key = "\"" + name + "\":\"";
    const std::size_t start = verdict.find(key);
    if (start == std::string::npos) return std::string();
    const std::size_t end = verdict.find('"', start + key.size());
    return verdict.substr(start + key.size(), end - start - key.size());
}

int main(int count, char** arguments) {
    std::ifstream file(count == 2 ? arguments[1] : "", std::ios::binary);
    if (!file) {
        std::cerr << "usage: demo_judge FILE\n";
        return 2;
    }
    for (std::string line; std::getline(file, line);) {
        if (line.empty()) continue;
        const std::string verdict = aftercall::explain_json(line);
        if (verdict.empty()) {
            std::cout << "refused\t" << aftercall::last_error() << '\n';
            continue;
        }
        std::cout << field(verdict, "category") << '\t' << field(verdict, "advice") << '\t'
                  << field(verdict, "effect") << '\t' << field(verdict, "rule") << '\n';
    }
}
