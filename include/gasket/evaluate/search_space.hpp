#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/names.hpp"
#include "gasket/pipeline/pipeline.hpp"

namespace gasket {

/// Values between two bounds, both among them; made by `uniform` and `log_uniform`. A value that is drawn for
/// an option that is no whole number is rounded to four digits.
class Range {
  public:
    [[nodiscard]] double low() const noexcept { return low_; }
    [[nodiscard]] double high() const noexcept { return high_; }
    /// Whether values are spread evenly over their logarithm.
    [[nodiscard]] bool logarithmic() const noexcept { return logarithmic_; }

    /// The value at a share `u` in [0, 1) of the range.
    template <class T>
    [[nodiscard]] T at(double u) const {
        const double end = std::integral<T> ? high_ + 1 : high_;
        const double x = logarithmic_ ? low_ * std::exp(u * std::log(end / low_)) : low_ + u * (end - low_);
        if constexpr (std::integral<T>) {
            return static_cast<T>(std::clamp(std::floor(x), low_, high_));
        } else {
            // To four digits: so what is drawn does not hang on the last bit of a library's logarithm.
            char text[32];
            (void)std::snprintf(text, sizeof text, "%.4g", x);
            const double rounded = std::strtod(text, nullptr);
            return static_cast<T>(std::clamp(rounded, low_, high_));
        }
    }

  private:
    friend Range uniform(double low, double high);
    friend Range log_uniform(double low, double high);
    // No three numbers: option<...>({1, 2, 3}) is a list of values.
    enum class Scale { even, logarithmic };
    Range(double low, double high, Scale scale)
        : low_(low), high_(high), logarithmic_(scale == Scale::logarithmic) {}

    double low_;
    double high_;
    bool logarithmic_;
};

/// Every value from `low` to `high` is as likely as any other.
[[nodiscard]] inline Range uniform(double low, double high) {
    return {low, high, Range::Scale::even};
}
/// Every order of magnitude is as likely as any other: for rates and penalties. `low` must be above 0.
[[nodiscard]] inline Range log_uniform(double low, double high) {
    return {low, high, Range::Scale::logarithmic};
}

namespace detail {

template <class T>
struct MemberOf;
template <class S, class T>
struct MemberOf<T S::*> {
    using Stage = S;
    using Value = T;
};

/// The stage stands in the chain once; no place is named.
inline constexpr std::size_t only_one = static_cast<std::size_t>(-1);

/// An option's value for people and files.
template <class T>
Json option_value(const T& x) {
    if constexpr (std::is_enum_v<T>) {
        return enumerator_name(x);
    } else if constexpr (std::is_arithmetic_v<T> || std::convertible_to<T, std::string_view>) {
        return json_value(x);
    } else if constexpr (requires { x.has_value(); }) {
        return x.has_value() ? option_value(*x) : Json(nullptr);
    } else if constexpr (requires { x.first, x.second; }) {
        return Json::array({option_value(x.first), option_value(x.second)});
    } else {
        static_assert(std::ranges::range<T>,
                      "a search chooses among numbers, enumerators, texts, pairs and lists of these");
        Json list = Json::array();
        if constexpr (std::ranges::range<T>) {
            for (const auto& part : x) list.push_back(option_value(part));
        }
        return list;
    }
}

template <auto Member, std::size_t Place>
std::string option_name() {
    std::string name(class_name<Member>());
    if (Place != only_one) name += "[" + std::to_string(Place) + "]";
    return name + "." + std::string(member_name<Member>());
}

}  // namespace detail

/// An option of a stage and what a search may set it to; made by `option`. A value.
template <auto Member, std::size_t Place = detail::only_one>
class Option {
  public:
    using Stage = typename detail::MemberOf<decltype(Member)>::Stage;
    using Value = typename detail::MemberOf<decltype(Member)>::Value;
    static constexpr auto member = Member;
    static constexpr std::size_t place = Place;
    static constexpr bool spent = false;

    explicit Option(std::vector<Value> values) : values_(std::move(values)) {
        detail::require_option(!values_.empty(), name(), "no value", "at least one value to choose from");
    }
    explicit Option(Range range) : range_(range) {
        static_assert(std::is_arithmetic_v<Value> && !std::is_same_v<Value, bool>,
                      "a range is for an option that is a number");
        const bool whole = std::integral<Value>;
        const double least =
            range.logarithmic() ? (whole ? 1 : 0) : (std::unsigned_integral<Value> ? 0 : -1e300);
        const bool ordered = range.low() >= least && range.low() <= range.high() && range.high() <= 1e300;
        detail::require_option(
            ordered && (!range.logarithmic() || range.low() > 0), name(),
            "a range from " + std::to_string(range.low()) + " to " + std::to_string(range.high()),
            "a range whose ends are in order and allowed, above 0 for log_uniform");
    }

    /// "GradientBoosting.trees"
    [[nodiscard]] static std::string name() { return detail::option_name<Member, Place>(); }
    /// How many values there are to choose from; 0 for a range.
    [[nodiscard]] std::size_t values() const noexcept { return values_.size(); }
    /// The value at a share `u` in [0, 1) of them.
    [[nodiscard]] Value at(double u) const {
        if constexpr (std::is_arithmetic_v<Value>) {
            if (range_) return range_->template at<Value>(u);
        }
        const auto n = static_cast<double>(values_.size());
        return values_[std::min(values_.size() - 1, static_cast<std::size_t>(u * n))];
    }

  private:
    std::vector<Value> values_;
    std::optional<Range> range_;
};

/// An option to choose, by a list of values: `option<&GradientBoosting::trees>({100, 200})`. Where a stage
/// stands in the chain several times, the second is `option<&Imputer::strategy, 1>(...)`. A misspelt option
/// does not compile. throws OptionError (no value)
template <auto Member, std::size_t Place = detail::only_one>
[[nodiscard]] Option<Member, Place> option(
    std::vector<typename detail::MemberOf<decltype(Member)>::Value> values) {
    return Option<Member, Place>(std::move(values));
}
/// The same by a range: `option<&GradientBoosting::learning_rate>(log_uniform(0.01, 0.3))`. throws
/// OptionError
template <auto Member, std::size_t Place = detail::only_one>
[[nodiscard]] Option<Member, Place> option(Range range) {
    return Option<Member, Place>(range);
}

/// An option that is not chosen but spent: SuccessiveHalving gives each candidate a part of it and more to
/// those that prove themselves; what is chosen has all of it. Made by `resource`.
template <auto Member, std::size_t Place = detail::only_one>
class Resource {
  public:
    using Stage = typename detail::MemberOf<decltype(Member)>::Stage;
    using Value = typename detail::MemberOf<decltype(Member)>::Value;
    static constexpr auto member = Member;
    static constexpr std::size_t place = Place;
    static constexpr bool spent = true;
    static_assert(std::integral<Value> && !std::is_same_v<Value, bool>,
                  "a resource is an option that counts");

    explicit Resource(Value most) : most_(most) {
        detail::require_option(most >= 1, name(), std::to_string(most), "at least 1");
    }
    [[nodiscard]] static std::string name() { return detail::option_name<Member, Place>(); }
    [[nodiscard]] Value most() const noexcept { return most_; }
    /// A share in (0, 1] of it, at least 1.
    [[nodiscard]] Value part(double share) const {
        return std::clamp(static_cast<Value>(std::ceil(share * static_cast<double>(most_) - 1e-9)), Value{1},
                          most_);
    }

  private:
    Value most_;
};

/// What SuccessiveHalving spends instead of training rows: `resource<&GradientBoosting::trees>(400)`. throws
/// OptionError
template <auto Member, std::size_t Place = detail::only_one>
[[nodiscard]] Resource<Member, Place> resource(typename detail::MemberOf<decltype(Member)>::Value most) {
    return Resource<Member, Place>(most);
}

/// The options that a search chooses, of any stages of a chain:
///
///     Space{option<&Imputer::strategy>({Impute::mean, Impute::median}),
///           option<&GradientBoosting::learning_rate>(log_uniform(0.01, 0.3))}
template <class... Axes>
struct Space {
    static_assert(sizeof...(Axes) > 0, "a search needs options to choose");
    static_assert((int{Axes::spent} + ... + 0) <= 1, "a search spends one resource");

    explicit Space(Axes... given) : axes(std::move(given)...) {}

    std::tuple<Axes...> axes;
};

namespace detail {

/// Where a search stands in each option, as a share in [0, 1) of its values: what a trial is made from.
using Point = std::vector<double>;

/// An option whose type is forgotten.
struct Axis {
    std::string name;
    /// 0: a range
    std::size_t values = 0;
    std::function<Json(double)> value;
};

/// Whether two entries of a space are the same option.
template <class A, class B>
constexpr bool same_option() {
    if constexpr (std::is_same_v<decltype(A::member), decltype(B::member)>) {
        return A::member == B::member && A::place == B::place;
    } else {
        return false;
    }
}
template <class Axis, class... Axes>
constexpr bool stands_once = (int{same_option<Axis, Axes>()} + ...) == 1;

/// The slot of the chain that an option belongs to.
template <class Axis, class... S>
constexpr std::size_t slot_of() {
    constexpr std::size_t count = (std::size_t{std::is_same_v<typename Axis::Stage, S>} + ... + 0);
    static_assert(count > 0, "a search chooses options of stages that stand in the chain");
    static_assert(
        count < 2 || Axis::place != only_one,
        "that stage stands in the chain more than once: say which, as in option<&Imputer::strategy, 1>");
    static_assert(Axis::place == only_one || Axis::place < count || count == 0,
                  "the chain does not have so many stages of that kind");
    constexpr std::array<bool, sizeof...(S)> is{std::is_same_v<typename Axis::Stage, S>...};
    std::size_t seen = 0;
    for (std::size_t i = 0; i < is.size(); ++i) {
        if (is[i] && seen++ == (Axis::place == only_one ? 0 : Axis::place)) return i;
    }
    return 0;
}

template <std::size_t I, class S>
constexpr S& stage_to_set(StageSlot<I, S>& slot) {
    return slot.stage;
}

/// The chain with every option set as the point says, and a share of the resource where one is named.
template <class Places, class... S, class... Axes>
StageSlots<Places, S...> set_options(StageSlots<Places, S...> stages, const Space<Axes...>& space,
                                     const Point& point, double share) {
    std::size_t next = 0;
    const auto set = [&]<class A>(const A& axis) {
        static_assert(stands_once<A, Axes...>, "an option stands in the space twice");
        auto& stage = stage_to_set<slot_of<A, S...>()>(stages);
        if constexpr (A::spent) {
            stage.*A::member = axis.part(share);
        } else {
            stage.*A::member = axis.at(point[next++]);
        }
    };
    std::apply([&](const Axes&... axis) { (set(axis), ...); }, space.axes);
    return stages;
}

template <class... Axes>
std::vector<Axis> axes_of(const Space<Axes...>& space) {
    std::vector<Axis> out;
    const auto add = [&]<class A>(const A& axis) {
        if constexpr (!A::spent) {
            out.push_back({A::name(), axis.values(), [axis](double u) { return option_value(axis.at(u)); }});
        }
    };
    std::apply([&](const Axes&... axis) { (add(axis), ...); }, space.axes);
    return out;
}

/// What is spent by halving, and how much there is of it; empty: training rows.
template <class... Axes>
std::string resource_of(const Space<Axes...>& space) {
    std::string out;
    const auto look = [&]<class A>(const A& axis) {
        if constexpr (A::spent) out = std::to_string(axis.most()) + " " + A::name();
    };
    std::apply([&](const Axes&... axis) { (look(axis), ...); }, space.axes);
    return out;
}

/// A chain and a space with their types forgotten: what a search works on.
struct Searched {
    std::vector<Axis> axes;
    /// empty: training rows
    std::string resource;
    /// names of the stages
    std::vector<std::string> stages;
    /// the chain at a point, with a share of the resource
    std::function<Refit(const Point&, double)> at;

    [[nodiscard]] Json settings(const Point& point) const {
        Json out = Json::object();
        for (std::size_t a = 0; a < axes.size(); ++a) out[axes[a].name] = axes[a].value(point[a]);
        return out;
    }
};

template <class Places, class... S, class... Axes>
Searched forget_types(const StageSlots<Places, S...>& stages, const Space<Axes...>& space) {
    return {axes_of(space),
            resource_of(space),
            {std::string(S::name)...},
            [stages, space](const Point& point, double share) {
                return refit(Pipeline<S...>(set_options(stages, space, point, share)));
            }};
}

}  // namespace detail
}  // namespace gasket
