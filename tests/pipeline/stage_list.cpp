#include "gasket/pipeline/stage_list.hpp"

#include <string>
#include <type_traits>

#include "support/catch.hpp"

using namespace gasket::detail;

namespace {
struct Word {
    std::string text;
};
struct Number {
    int value = 0;
};
template <class S>
struct IsWord : std::is_same<S, Word> {};
template <class S>
struct IsNumber : std::is_same<S, Number> {};
template <class S>
struct IsText : std::is_same<S, std::string> {};

std::string written(const auto& stages) {
    std::string out;
    stages.each([&](const auto& stage) {
        if constexpr (requires { stage.text; }) {
            out += stage.text;
        } else {
            out += std::to_string(stage.value);
        }
    });
    return out;
}

const StageList<Word, Number> left{{Word{"a"}}, {Number{1}}};
const StageList<Word, Word> right{{Word{"b"}}, {Word{"c"}}};
}  // namespace

TEST_CASE("joined lists hold all stages in order, also those of the same type") {
    CHECK(written(join(left, right)) == "a1bc");
    CHECK(written(join(right, left)) == "bca1");
    static_assert(std::is_same_v<decltype(join(left, right)), StageList<Word, Number, Word, Word>>);
}

TEST_CASE("the first stage of a kind is found, and monostate where there is none") {
    CHECK(find_stage<IsWord>(join(right, left)).text == "b");
    CHECK(find_stage<IsNumber>(join(right, left)).value == 1);
    static_assert(std::is_same_v<decltype(find_stage<IsText>(left)), std::monostate>);
    static_assert(std::is_same_v<decltype(find_stage<IsNumber>(left)), const Number&>);
    CHECK(&find_stage<IsWord>(left) == &stage_at<0>(left));
}
