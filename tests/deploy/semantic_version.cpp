#include "gasket/deploy/semantic_version.hpp"

#include "support/catch.hpp"

using gasket::RegistryError;
using gasket::SemanticVersion;

TEST_CASE("versions are ordered as Semantic Versioning 2.0.0 orders them") {
    // the chain of its section 11, and numbers that words would order otherwise
    const char* const rising[] = {"0.9.9",      "1.0.0-alpha",  "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                  "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
                                  "1.0.0",      "1.9.0",        "1.10.0",        "2.0.0"};
    for (std::size_t i = 0; i < std::size(rising); ++i) {
        for (std::size_t j = 0; j < std::size(rising); ++j) {
            const auto a = SemanticVersion::parse(rising[i]);
            const auto b = SemanticVersion::parse(rising[j]);
            INFO(rising[i] << " and " << rising[j]);
            CHECK((a < b) == (i < j));
            CHECK((a == b) == (i == j));
        }
        CHECK(SemanticVersion::parse(rising[i]).str() == rising[i]);
    }
}

TEST_CASE("what is no version is refused: parts too many or too few, zeros in front, paths, build metadata") {
    for (const char* const text : {"",
                                   "1",
                                   "1.2",
                                   "1.2.3.4",
                                   "01.2.3",
                                   "1.02.3",
                                   "1.2.3-",
                                   "1.2.3-a..b",
                                   "1.2.3-01",
                                   "v1.2.3",
                                   "1.2.x",
                                   "../../etc/passwd",
                                   "1.2.3-../../x",
                                   "1.2.3/..",
                                   "1.2.3+build",
                                   "-1.2.3",
                                   "1.2.3 ",
                                   "1..3",
                                   "1.2.",
                                   "99999999999.0.0",
                                   "1.2.3-\n",
                                   "production"}) {
        INFO(text);
        try {
            (void)SemanticVersion::parse(text);
            FAIL_CHECK("taken");
        } catch (const RegistryError& e) {
            CHECK(e.code() == gasket::ErrorCode::unknown_version);
        }
    }
}
