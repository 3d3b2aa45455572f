#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"

namespace gasket {

/// A registry refuses what was asked of it, or cannot read its own history.
class RegistryError : public Error {
  public:
    using Error::Error;
};

/// The number of a model's version: major.minor.patch, and for what is not yet meant to go live a pre-release
/// after a hyphen, such as 2.0.0-rc.1. Ordered by precedence: 1.9.0 < 1.10.0-rc.2 < 1.10.0-rc.10 < 1.10.0. A
/// value.
///
/// Build metadata ("+...") is refused: two versions that differ in nothing else would be one in the order.
/// reference: Preston-Werner, Semantic Versioning 2.0.0, 2013
class SemanticVersion {
  public:
    std::uint32_t major = 0;
    std::uint32_t minor = 0;
    std::uint32_t patch = 0;
    /// parts between the dots after the hyphen; none for a release
    std::vector<std::string> pre_release = {};

    /// throws RegistryError for a text that is no version
    [[nodiscard]] static SemanticVersion parse(std::string_view text) {
        SemanticVersion out;
        const auto refuse = [&] {
            throw RegistryError(ErrorCode::unknown_version,
                                {.expected = "a version such as 1.2.0 or 2.0.0-rc.1",
                                 .found = text::quoted(text),
                                 .where = "version of a model",
                                 .advice = "give three numbers, without zeros before them"});
        };
        std::string_view rest = text;
        for (std::uint32_t* const part : {&out.major, &out.minor, &out.patch}) {
            const std::size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
            if (!is_number(rest.substr(0, end))) refuse();
            *part = static_cast<std::uint32_t>(std::stoul(std::string(rest.substr(0, end))));
            rest.remove_prefix(end);
            if (part == &out.patch) break;
            if (!rest.starts_with('.')) refuse();
            rest.remove_prefix(1);
        }
        if (rest.empty()) return out;
        if (!rest.starts_with('-') || rest.size() > 100) refuse();
        do {
            rest.remove_prefix(1);
            const std::string_view part = rest.substr(0, rest.find('.'));
            const bool digits = part.find_first_not_of("0123456789") == std::string_view::npos;
            if (part.empty() || part.find_first_not_of(letters) != std::string_view::npos ||
                (digits && !is_number(part)))
                refuse();
            out.pre_release.emplace_back(part);
            rest.remove_prefix(part.size());
        } while (!rest.empty());
        return out;
    }

    [[nodiscard]] std::string str() const {
        std::string out = std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
        for (std::size_t i = 0; i < pre_release.size(); ++i) out += (i == 0 ? "-" : ".") + pre_release[i];
        return out;
    }

    friend bool operator==(const SemanticVersion&, const SemanticVersion&) = default;
    friend std::strong_ordering operator<=>(const SemanticVersion& a, const SemanticVersion& b) {
        if (const auto order = a.major <=> b.major; order != 0) return order;
        if (const auto order = a.minor <=> b.minor; order != 0) return order;
        if (const auto order = a.patch <=> b.patch; order != 0) return order;
        if (a.pre_release.empty() || b.pre_release.empty())
            return a.pre_release.empty() <=> b.pre_release.empty();
        for (std::size_t i = 0; i < a.pre_release.size() && i < b.pre_release.size(); ++i) {
            if (const auto order = compare(a.pre_release[i], b.pre_release[i]); order != 0) return order;
        }
        return a.pre_release.size() <=> b.pre_release.size();
    }

  private:
    static constexpr std::string_view letters =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-";

    [[nodiscard]] static bool is_number(std::string_view s) {
        return !s.empty() && s.size() <= 9 && s.find_first_not_of("0123456789") == std::string_view::npos &&
               (s.size() == 1 || s[0] != '0');
    }
    /// Numbers by value and before words, words by bytes.
    [[nodiscard]] static std::strong_ordering compare(const std::string& a, const std::string& b) {
        const bool a_number = is_number(a);
        const bool b_number = is_number(b);
        if (a_number != b_number) return b_number <=> a_number;
        if (a_number && a.size() != b.size()) return a.size() <=> b.size();
        const int order = a.compare(b);
        return order <=> 0;
    }
};

}  // namespace gasket
