#include "gasket/data/layout.hpp"

#include "support/catch.hpp"

using namespace gasket;

namespace {
Feature number(const std::string& name) {
    return {.name = name, .labels = nullptr, .sources = {name}};
}
}  // namespace

TEST_CASE("a layout knows its features by name and place") {
    Layout layout({number("a"), number("b")});
    layout.add({.name = "c", .labels = std::make_shared<const Labels>(Labels{"x"}), .sources = {"c"}});
    CHECK(layout.size() == 3);
    CHECK(layout.names() == std::vector<std::string>{"a", "b", "c"});
    CHECK(layout.find("b") == std::size_t{1});
    CHECK_FALSE(layout.find("z"));
    CHECK(layout[2].is_category());
    CHECK_FALSE(layout[0].is_category());
}

TEST_CASE("a feature name stands once, and an unknown one is an error that says who asked") {
    Layout layout({number("age")});
    CHECK_THROWS_AS(layout.add(number("age")), SchemaError);
    try {
        (void)layout.index_of("agee", "Imputer");
        FAIL("nothing thrown");
    } catch (const SchemaError& e) {
        CHECK(e.code() == ErrorCode::missing_column);
        CHECK(e.parts().where == "Imputer");
        CHECK(e.parts().advice == "did you mean 'age'?");
    }
}

TEST_CASE("outputs say which features are handed on and which are computed") {
    const Layout in({number("a"), number("b")});
    Outputs out;
    out.pass(in, 1);
    CHECK(out.compute(number("new")) == 0);
    out.pass(in, 0);
    CHECK(out.compute(number("more")) == 1);
    CHECK(out.layout().names() == std::vector<std::string>{"b", "new", "a", "more"});
    CHECK(out.from() == std::vector<std::size_t>{1, Outputs::computed, 0, Outputs::computed});
    CHECK(out.computed_count() == 2);
    CHECK_THROWS_AS(out.pass(in, 0), SchemaError);
}
