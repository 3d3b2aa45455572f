#include "gasket/core/prefault.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("memory asked for at once is as it was, and its neighbours too") {
    std::vector<unsigned char> bytes(std::size_t{1} << 21, 7);
    detail::prefault(bytes.data() + 1000, bytes.size() - 2000);
    detail::prefault(bytes.data(), bytes.size());
    detail::prefault(nullptr, 0);
    CHECK(bytes == std::vector<unsigned char>(bytes.size(), 7));
}
