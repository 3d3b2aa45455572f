#include "gasket/data/detail/field_ends.hpp"

#include <string>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;
using namespace gasket::detail;

TEST_CASE("fields end at every delimiter and at the end of the record") {
    Random random(3);
    FieldEnds ends;
    for (int i = 0; i < 3000; ++i) {
        const std::size_t length = random.below(300);
        const std::uint64_t often = 1 + random.below(12);
        std::string record;
        std::vector<std::size_t> expected;
        for (std::size_t at = 0; at < length; ++at) {
            const bool delimiter = random.below(often) == 0;
            if (delimiter) expected.push_back(at);
            record += delimiter ? ';' : static_cast<char>('a' + random.below(26));
        }
        expected.push_back(length);
        const std::string padded = record + std::string(record_margin, ';');
        const std::size_t most = random.below(2) == 0 ? expected.size() : random.below(40);
        const std::size_t count = ends.find(padded.data(), padded.data() + length, ';', most);
        if (expected.size() > most) {
            REQUIRE(count > most);
            continue;
        }
        REQUIRE(count == expected.size());
        for (std::size_t f = 0; f < count; ++f) REQUIRE(ends[f] == expected[f]);
    }
}
