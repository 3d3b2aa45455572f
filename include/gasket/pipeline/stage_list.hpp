#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <variant>

namespace gasket::detail {

/// One stage and its place in a chain.
template <std::size_t I, class S>
struct StageSlot {
    S stage;
};

/// The stages of a chain, side by side. A std::tuple would do, but is another class with functions of its own
/// for each chain that `a | b | c` builds on its way to the whole one, and for the rest of it behind each
/// stage: a tenth of all functions that the README's program made the compiler see. A slot is one type in all
/// these chains.
template <class Places, class... S>
struct StageSlots;
template <std::size_t... I, class... S>
struct StageSlots<std::index_sequence<I...>, S...> : StageSlot<I, S>... {
    /// Calls `body(stage)` for every stage, from the first to the last.
    template <class Body>
    constexpr void each(const Body& body) const {
        (body(static_cast<const StageSlot<I, S>&>(*this).stage), ...);
    }
};

template <class... S>
using StageList = StageSlots<std::index_sequence_for<S...>, S...>;

template <std::size_t... I, class... Left, std::size_t... J, class... Right>
constexpr auto join(const StageSlots<std::index_sequence<I...>, Left...>& left,
                    const StageSlots<std::index_sequence<J...>, Right...>& right) {
    return StageList<Left..., Right...>{
        static_cast<const StageSlot<I, Left>&>(left)...,
        StageSlot<sizeof...(Left) + J, Right>{static_cast<const StageSlot<J, Right>&>(right).stage}...};
}

/// The stage in place I of a list, which has one base of that number.
template <std::size_t I, class S>
constexpr const S& stage_at(const StageSlot<I, S>& slot) {
    return slot.stage;
}

/// The first stage for which Is<S> holds, or monostate.
template <template <class> class Is, class Places, class... S>
constexpr decltype(auto) find_stage(const StageSlots<Places, S...>& stages) {
    constexpr std::array<bool, sizeof...(S)> is{Is<S>::value...};
    constexpr auto at = static_cast<std::size_t>(std::find(is.begin(), is.end(), true) - is.begin());
    if constexpr (at == is.size()) {
        return std::monostate{};
    } else {
        return stage_at<at>(stages);
    }
}

}  // namespace gasket::detail
