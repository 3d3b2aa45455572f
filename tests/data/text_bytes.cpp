#include "gasket/data/detail/text_bytes.hpp"

#include "gasket/core/random.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using gasket::Random;
using gasket::detail::find_bad_byte;
using gasket::detail::to_utf8;

TEST_CASE("bytes that are no UTF-8 are found where Python's decoder stops") {
    const auto cases = testing_support::reference("encodings");
    for (const auto& one : cases["utf8"]) {
        std::string bytes;
        for (const int b : one["bytes"]) bytes += static_cast<char>(b);
        const auto wanted = one["bad"].is_null() ? std::string::npos : one["bad"].get<std::size_t>();
        for (const std::size_t before : {0u, 1u, 62u, 63u, 64u, 200u}) {
            for (const std::size_t after : {0u, 3u, 100u}) {
                // what follows is ASCII: a sequence that is cut off stays so
                const std::string text = std::string(before, 'x') + bytes + std::string(after, 'y');
                CHECK(find_bad_byte(text) == (wanted == std::string::npos ? wanted : wanted + before));
            }
        }
    }
}

TEST_CASE("a NUL byte is found wherever it stands") {
    for (std::size_t i = 0; i < 200; ++i) {
        for (const char fill : {'a', '\x01', '\x7f'}) {
            std::string text(200, fill);
            CHECK(find_bad_byte(text) == std::string::npos);
            text[i] = '\0';
            CHECK(find_bad_byte(text) == i);
        }
    }
}

TEST_CASE("one-byte encodings become the UTF-8 that Python makes of them") {
    const auto cases = testing_support::reference("encodings");
    for (const char* name : {"latin_1", "windows_1252"}) {
        const auto& table = cases[name];
        REQUIRE(table.size() == 256);
        for (std::size_t b = 0; b < 256; ++b) {
            if (table[b].is_null()) continue;  // a byte that Windows-1252 leaves open
            INFO(name << " " << b);
            const std::string made =
                to_utf8(std::string(1, static_cast<char>(b)), std::string(name) == "windows_1252");
            CHECK(made == table[b].get<std::string>());
            CHECK((b == 0 || find_bad_byte(made) == std::string::npos));
        }
    }
    CHECK(to_utf8("\x81", true) == "\xC2\x81");
}
