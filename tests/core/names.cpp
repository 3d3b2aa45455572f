#include "gasket/core/names.hpp"

#include <vector>

#include "support/catch.hpp"

// Stands in no namespace of the build's: the namespace of a class is part of its name.
namespace outer {
enum class Colour { red, green = 5 };
struct Stage {
    int depth = 0;
    Colour colour = Colour::red;
};
template <class T>
struct Around {
    std::vector<T> many;
};
}  // namespace outer
struct Global {
    double x = 0;
};
namespace {
struct Hidden {
    double rate = 0;
};
}  // namespace

using namespace gasket::detail;

TEST_CASE("members and their classes have the names that stand in the program") {
    static_assert(member_name<&outer::Stage::depth>() == "depth");
    CHECK(member_name<&outer::Stage::colour>() == "colour");
    CHECK(class_name<&outer::Stage::depth>() == "Stage");
    CHECK(class_name<&Global::x>() == "Global");
    CHECK(class_name<&Hidden::rate>() == "Hidden");
    CHECK(member_name<&outer::Around<outer::Stage>::many>() == "many");
    CHECK(class_name<&outer::Around<outer::Stage>::many>() == "Around<outer::Stage>");
}

TEST_CASE("enumerators have their names, other values their number") {
    CHECK(enumerator_name(outer::Colour::red) == "red");
    CHECK(enumerator_name(outer::Colour::green) == "green");
    CHECK(enumerator_name(static_cast<outer::Colour>(3)) == "3");
    CHECK(enumerator_name(static_cast<outer::Colour>(77)) == "77");
}
