#include "gasket/data/reading.hpp"

#include "support/catch.hpp"

using namespace gasket;

namespace {

std::optional<double> number(const Reading& reading, const std::string& text) {
    double x = 0;
    std::string scratch;
    if (!detail::TextReader(reading, "x").number(text, x, scratch)) return std::nullopt;
    return x;
}

}  // namespace

TEST_CASE("currency signs, separators of thousands and decimal commas are read") {
    const Reading euro{.remove = {"€", "EUR"}, .thousands = ','};
    CHECK(number(euro, "€1,234,567.50") == 1234567.5);
    CHECK(number(euro, "-€12") == -12);
    CHECK(number(euro, "12 EUR") == 12);
    CHECK(number(euro, "123456.5") == 123456.5);
    const Reading german{.remove = {"%"}, .decimal = ',', .thousands = '.'};
    CHECK(number(german, "1.234,5 %") == 1234.5);
    CHECK(number(german, "-0,25") == -0.25);
    CHECK(number(Reading{.thousands = ' '}, "12 345") == 12345);
    CHECK(number(Reading{.decimal = ','}, "1e3") == 1000);
}

TEST_CASE("what only looks like a number is none") {
    const Reading comma{.thousands = ','};
    for (const char* text : {"1,23", "1,2345", "12,34,567", ",123", "1,,234", "1234,567", "1.5,000", "1,234,",
                             "x", "", "1,234x"}) {
        INFO(text);
        CHECK_FALSE(number(comma, text));
    }
    CHECK_FALSE(number(Reading{.decimal = ','}, "1.5"));
    CHECK_FALSE(number(Reading{.remove = {"€"}}, "€"));
    CHECK_FALSE(number(Reading{.remove = {"€"}}, "$5"));
}

TEST_CASE("times take the first format that fits, and the declared zone where they name none") {
    const detail::TextReader reader(Reading{.formats = {"iso", "%d/%m/%Y %H:%M"}, .zone = "+02:00"}, "x");
    CHECK(reader.time("2024-03-05T10:00") == 1709625600);
    CHECK(reader.time("2024-03-05T10:00Z") == 1709632800);
    CHECK(reader.time("05/03/2024 10:00") == 1709625600);
    CHECK_FALSE(reader.time("05.03.2024 10:00"));
    CHECK(reader.readable_formats() == "YYYY-MM-DD (ISO 8601) or DD/MM/YYYY hh:mm");
    CHECK(detail::TextReader(Reading{}, "x").time("2024-03-05") == 1709596800);
}

TEST_CASE("a column has its own spellings of missing") {
    const detail::TextReader reader(Reading{.nulls = {"-€999999", "Unknown"}}, "x");
    CHECK(reader.is_null("-€999999"));
    CHECK(reader.is_null("unknown"));
    CHECK_FALSE(reader.is_null("known"));
}

TEST_CASE("a reading is saved and read back, and damage is named") {
    const Reading all{.nulls = {"-"},
                      .formats = {"%d/%m/%Y"},
                      .zone = "Europe/Berlin",
                      .remove = {"€"},
                      .decimal = ',',
                      .thousands = '.'};
    const Json json = detail::to_json(all);
    CHECK(detail::reading_from_json(detail::Fields(json, "r")) == all);
    CHECK(detail::to_json(Reading{}).empty());
    CHECK(Reading{}.usual());
    CHECK_FALSE(all.usual());
    const std::pair<const char*, Json> damage[] = {
        {"nulls", 3}, {"formats", "x"}, {"decimal", ",,"}, {"zone", 1}};
    for (const auto& [key, value] : damage) {
        Json bad = json;
        bad[key] = value;
        CHECK_THROWS_AS(detail::reading_from_json(detail::Fields(bad, "r")), ArtifactError);
    }
}

TEST_CASE("letters that would be read as digits are refused") {
    for (const Reading& bad : {Reading{.decimal = '1'}, Reading{.thousands = '.'}, Reading{.thousands = 'e'},
                               Reading{.decimal = '\0'}, Reading{.remove = {""}}, Reading{.formats = {"%Y"}},
                               Reading{.zone = "Nowhere"}}) {
        CHECK_THROWS_AS(detail::TextReader(bad, "column 'x'"), OptionError);
    }
}
