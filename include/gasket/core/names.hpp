#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// Names of members and enumerators as they stand in the program, which the language itself does not give:
/// read out of what compilers call a function with the value as its template argument. The same with GCC and
/// Clang.
namespace gasket::detail {

/// The value as the compiler spells it: "&gasket::Imputer::strategy", "gasket::Impute::median".
template <auto Value>
[[nodiscard]] constexpr std::string_view spelling() noexcept {
    std::string_view text = __PRETTY_FUNCTION__;
    text.remove_prefix(text.find("Value = ") + 8);
    return text.substr(0, text.find(';') != text.npos ? text.find(';') : text.rfind(']'));
}

/// What stands after the last "::" that is not within brackets.
[[nodiscard]] constexpr std::string_view unqualified(std::string_view text) noexcept {
    int depth = 0;
    for (std::size_t i = text.size(); i-- > 1;) {
        const char c = text[i];
        depth += c == '>' || c == ')' || c == '}' ? 1 : c == '<' || c == '(' || c == '{' ? -1 : 0;
        if (depth == 0 && c == ':' && text[i - 1] == ':') return text.substr(i + 1);
    }
    return text;
}

/// The name of a member, without its class: "strategy".
template <auto Member>
[[nodiscard]] constexpr std::string_view member_name() noexcept {
    return unqualified(spelling<Member>());
}

/// The name of the class that a member belongs to, without namespaces: "Imputer".
template <auto Member>
[[nodiscard]] constexpr std::string_view class_name() noexcept {
    constexpr std::string_view text = spelling<Member>();
    const std::string_view before = text.substr(0, text.size() - member_name<Member>().size() - 2);
    const std::string_view name = unqualified(before);
    return name.size() == before.size() && name.front() == '&' ? name.substr(1) : name;
}

/// The name of an enumerator with a value from 0 to 31, "median"; the number of any other value.
template <class Enum>
[[nodiscard]] std::string enumerator_name(Enum value) {
    const auto number = static_cast<std::underlying_type_t<Enum>>(value);
    std::string_view found;
    const auto look = [&]<std::size_t... I>(std::index_sequence<I...>) {
        ((static_cast<std::size_t>(number) == I ? void(found = spelling<static_cast<Enum>(I)>()) : void()),
         ...);
    };
    look(std::make_index_sequence<32>{});
    return found.empty() || found.front() == '(' ? std::to_string(number) : std::string(unqualified(found));
}

}  // namespace gasket::detail
