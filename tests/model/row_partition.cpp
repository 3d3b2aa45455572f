#include "gasket/model/row_partition.hpp"

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;
using namespace gasket::detail;

TEST_CASE("rows are parted as std::stable_partition does it, with any number of threads") {
    for (const std::size_t n : {0U, 1U, 2U, 1000U, 300000U}) {
        Random random(n);
        std::vector<std::uint8_t> column(n);
        std::vector<RowEntry> rows;
        for (std::size_t r = 0; r < n; ++r) {
            column[r] = static_cast<std::uint8_t>(random.below(256));
            rows.push_back({static_cast<std::int16_t>(r % 1000), 1, static_cast<std::uint32_t>(r)});
        }
        for (const std::uint64_t often : {0U, 1U, 5U, 10U}) {
            BinSides sides;
            for (auto& side : sides) side = random.below(10) < often ? 1 : 0;
            std::vector<RowEntry> expected = rows;
            const auto middle =
                std::stable_partition(expected.begin(), expected.end(),
                                      [&](const RowEntry& e) { return sides[column[e.row]] != 0; });
            for (const int threads : {1, 2, 3}) {
                set_threads(threads);
                std::vector<RowEntry> found = rows;
                RowPartition part(true);
                CHECK(part(found, column.data(), sides) ==
                      static_cast<std::size_t>(middle - expected.begin()));
                set_threads(0);
                bool same = true;
                for (std::size_t r = 0; r < n; ++r) same = same && found[r].row == expected[r].row;
                CHECK(same);
            }
        }
    }
}
