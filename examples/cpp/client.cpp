// A call through the client: client BASE_URL; the API's key is in API_KEY.
#include <aftercall_client.hpp>
#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) {
    using namespace aftercall;
    const char* key = std::getenv("API_KEY");
    if (argc != 2 || !key) return 2;
    Error error;
    const Client client = Client::from_json(std::string(R"({"base_url": ")") + argv[1]
                                                + R"(", "api_key": ")" + key + R"("})",
                                            &error);
    if (error) {
        std::cerr << error.message() << '\n';
        return 2;
    }
    const Response response = client.send(Request("GET", "/pages").query("limit", "1"));
    if (const auto data = response.data()) std::cout << std::string(*data) << '\n';
    else std::cout << response.paragraph() << '\n'; // for support
    return response ? 0 : 1;
}
