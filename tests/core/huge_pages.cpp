#include "gasket/core/huge_pages.hpp"

#include <cstdint>

#include "support/catch.hpp"

using namespace gasket;

TEST_CASE(
    "shared doubles are there from the first to the last, small and large, and begin at a line of memory") {
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{1000}, std::size_t{600001}}) {
        const auto values = detail::shared_doubles(count);
        CHECK(reinterpret_cast<std::uintptr_t>(values.get()) % 64 == 0);
        for (std::size_t i = 0; i < count; ++i) values.get()[i] = static_cast<double>(i);
        double sum = 0;
        for (std::size_t i = 0; i < count; ++i) sum += values.get()[i];
        CHECK(sum == static_cast<double>(count) * (static_cast<double>(count) - 1) / 2);
    }
}
