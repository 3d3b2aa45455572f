#include "gasket/pipeline/predictions.hpp"

#include <sstream>
#include <string>

#include "gasket/data/table.hpp"
#include "support/catch.hpp"

using namespace gasket;

namespace {

std::string shown(const Predictions& predictions) {
    std::ostringstream out;
    out << predictions;
    return out.str();
}
Target target_of(Task task, std::vector<std::string> classes) {
    Target target;
    target.column = "kind";
    target.task = task;
    target.classes = std::move(classes);
    return target;
}

}  // namespace

TEST_CASE("predictions print what their numbers mean") {
    const std::string two = shown(
        {.target = target_of(Task::binary, {"stays", "leaves"}), .values = {0.25, 0.75}, .threshold = 0.5});
    CHECK(two.find("P(kind = leaves)") != std::string::npos);
    CHECK(two.find("0.2500  stays") != std::string::npos);
    CHECK(two.find("0.7500  leaves") != std::string::npos);

    const std::string many = shown(
        {.target = target_of(Task::multiclass, {"a", "b", "c"}), .values = {0.2, 0.7, 0.1, 0.3, 0.3, 0.4}});
    CHECK(many.find("probability") != std::string::npos);
    CHECK(many.find("P(kind") == std::string::npos);
    CHECK(many.find("0.7000  b") != std::string::npos);
    CHECK(many.find("0.4000  c") != std::string::npos);

    const std::string number = shown({.target = target_of(Task::regression, {}), .values = {3.5}});
    CHECK(number.find("kind") != std::string::npos);
    CHECK(number.find("3.5") != std::string::npos);
    CHECK(number.find("decision") == std::string::npos);
}
