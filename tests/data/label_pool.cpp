#include "gasket/data/detail/label_pool.hpp"

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("each distinct text has a code, in the order of first appearance") {
    detail::LabelPool pool;
    for (int round = 0; round < 2; ++round) {
        detail::LabelIndex index;
        Labels labels;
        Random random(6);
        for (int i = 0; i < 20000; ++i) {
            const std::string label(random.below(4), static_cast<char>(random.below(256)));
            const std::string text = label + std::to_string(random.below(3000));
            const auto [it, fresh] = index.try_emplace(text, static_cast<std::int32_t>(labels.size()));
            if (fresh) labels.push_back(text);
            REQUIRE(pool.add(text) == it->second);
        }
        CHECK(pool.labels() == labels);
        CHECK(pool[5] == labels[5]);
        pool.clear();
        CHECK(pool.size() == 0);
    }
    CHECK(pool.add("") == 0);
    CHECK(pool.add("") == 0);
}
