#pragma once

#include <algorithm>
#include <string_view>

#include "gasket/pipeline/stage.hpp"

namespace testing_support {

/// Refused by a chain for many classes: it answers with one number.
struct Stubborn {
    static constexpr std::string_view name = "stubborn";
    [[nodiscard]] gasket::Fitted<Stubborn> fit(const gasket::TrainingRows&) const;
};

}  // namespace testing_support

template <>
class gasket::Fitted<testing_support::Stubborn> {
  public:
    void predict(const Block& in, double* out, Scratch&) const noexcept { std::fill_n(out, in.rows(), 0.5); }
    [[nodiscard]] Json to_json() const { return Json::object(); }
    [[nodiscard]] static Fitted from_json(const detail::Fields&, const Layout&) { return {}; }
};

inline gasket::Fitted<testing_support::Stubborn> testing_support::Stubborn::fit(
    const gasket::TrainingRows&) const {
    return {};
}
