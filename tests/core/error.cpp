#include "gasket/core/error.hpp"

#include <type_traits>

#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("an error says where, what was expected, what was found and what to do, in one line") {
    const CsvError e(ErrorCode::ragged_row,
                     {.expected = "2 fields", .found = "3", .where = "a.csv, line 7", .advice = "quote it"});
    CHECK(std::string(e.what()) == "[gasket 103] a.csv, line 7: expected 2 fields, found 3; quote it");
    CHECK(e.code() == ErrorCode::ragged_row);
    CHECK(e.parts().where == "a.csv, line 7");
}

TEST_CASE("an empty part is left out of the message") {
    CHECK(std::string(Error(ErrorCode::no_rows, {.found = "no rows"}).what()) ==
          "[gasket 205] found no rows");
    CHECK(std::string(Error(ErrorCode::no_rows, {.expected = "rows", .advice = "give some"}).what()) ==
          "[gasket 205] expected rows; give some");
}

TEST_CASE("every error is an Error and a std::runtime_error") {
    CHECK((std::is_base_of_v<Error, FileError> && std::is_base_of_v<Error, CsvError> &&
           std::is_base_of_v<Error, SchemaError> && std::is_base_of_v<Error, SplitError> &&
           std::is_base_of_v<Error, OptionError> && std::is_base_of_v<Error, DataError> &&
           std::is_base_of_v<Error, ArtifactError> && std::is_base_of_v<std::runtime_error, Error>));
    CHECK(std::is_nothrow_copy_constructible_v<std::runtime_error>);
}

TEST_CASE("the numbers of errors stay what they were") {
    CHECK(static_cast<int>(ErrorCode::file_not_readable) == 101);
    CHECK(static_cast<int>(ErrorCode::nul_byte) == 109);
    CHECK(static_cast<int>(ErrorCode::missing_column) == 201);
    CHECK(static_cast<int>(ErrorCode::target_not_binary) == 301);
    CHECK(static_cast<int>(ErrorCode::bad_option) == 401);
    CHECK(static_cast<int>(ErrorCode::artifact_checksum) == 504);
    CHECK(static_cast<int>(ErrorCode::bad_metric_input) == 601);
}

TEST_CASE("an option outside its range is named with its value and range") {
    CHECK_NOTHROW(detail::require_option(true, "Imputer.fallback", "3", "from 0 to 1"));
    try {
        detail::require_option(false, "Imputer.fallback", "3", "from 0 to 1");
        FAIL("nothing thrown");
    } catch (const OptionError& e) {
        CHECK(e.parts().where == "option Imputer.fallback");
        CHECK(e.parts().found == "3");
        CHECK(e.parts().expected == "from 0 to 1");
    }
}
