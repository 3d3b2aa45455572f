#include <bit>

#include "fuzz/target.hpp"
#include "gasket/prepare/derive.hpp"
#include "gasket/prepare/expression_text.hpp"

using namespace gasket;

namespace {

const Features& rows() {
    static const Features features = [] {
        const auto labels = std::make_shared<const Labels>(Labels{"France", "Germany", "Spain"});
        Features out(4);
        out.add({.name = "x", .labels = nullptr, .sources = {"x"}},
                std::vector<double>{1, -2.5, missing, 1e308});
        out.add({.name = "y", .labels = nullptr, .sources = {"y"}},
                std::vector<double>{0, HUGE_VAL, -HUGE_VAL, 3});
        out.add({.name = "c", .labels = labels, .sources = {"c"}},
                std::vector<double>{0, 2, missing, unseen_code});
        Feature time{.name = "t", .labels = nullptr, .sources = {"t"}};
        time.is_time = true;
        out.add(time, std::vector<double>{0, 1.7e9, missing, -6e10});
        return out;
    }();
    return features;
}

/// An expression as JSON: it comes back from its own, and rows get the same bits one by one as together.
void run(std::string_view bytes) {
    const Json json = detail::json_from_text(bytes);
    if (json.is_discarded()) return;
    try {
        const Expression expression = detail::expression_from_json(json, "expression");
        const Json again = detail::to_json(expression);
        fuzz::must(detail::to_json(detail::expression_from_json(again, "again")) == again,
                   "an expression comes back from its JSON");
        (void)to_string(expression);
        const auto bound = Derive{{{"made", expression}}}.bind(rows().layout());
        const std::size_t n = rows().rows();
        std::vector<double> together(n), alone(n);
        std::vector<double*> out{together.data()};
        bound.compute(rows().block(), out);
        for (std::size_t r = 0; r < n; ++r) {
            out[0] = &alone[r];
            bound.compute(rows().block(r, r + 1), out);
            fuzz::must(std::bit_cast<std::uint64_t>(together[r]) == std::bit_cast<std::uint64_t>(alone[r]) ||
                           (std::isnan(together[r]) && std::isnan(alone[r])),
                       "a row gets the same bits alone");
        }
    } catch (const Error&) {
    }
}

const fuzz::Registered expression{{"expression", run, fuzz::open_text, fuzz::close_text}};

}  // namespace
