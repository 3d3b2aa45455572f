#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/data/detail/zone_rule.hpp"

namespace gasket::detail {

/// From the local time `local` on a wall clock goes by `offset`.
struct ZoneTransition {
    std::int64_t local = 0;
    std::int64_t offset = 0;
};

/// What a zone file says: the offset before the first transition, the transitions, and the rule after the
/// last.
struct ZoneTable {
    std::int64_t before = 0;
    std::vector<ZoneTransition> transitions;
    std::optional<ZoneRule> rule;
};

/// Reads the bytes of a TZif file, of version 1 or later (RFC 8536). Nothing where they are anything else: no
/// byte of it is trusted.
[[nodiscard]] inline std::optional<ZoneTable> parse_zone_file(std::string_view bytes) {
    const auto number = [&](std::size_t at, std::size_t width) {
        std::uint64_t n = 0;
        for (std::size_t i = 0; i < width; ++i) n = (n << 8) | static_cast<unsigned char>(bytes[at + i]);
        return width == 4 ? std::int64_t{static_cast<std::int32_t>(n)} : static_cast<std::int64_t>(n);
    };
    struct Header {
        std::size_t utc, standard, leaps, times, types, letters;
        [[nodiscard]] std::size_t size(std::size_t width) const {
            return times * (width + 1) + types * 6 + letters + leaps * (width + 4) + standard + utc;
        }
    };
    const auto header_at = [&](std::size_t at) -> std::optional<Header> {
        if (bytes.size() < at + 44 || bytes.substr(at, 4) != "TZif") return std::nullopt;
        std::array<std::size_t, 6> n{};
        for (std::size_t i = 0; i < n.size(); ++i) {
            const std::int64_t count = number(at + 20 + 4 * i, 4);
            if (count < 0 || count > 100000) return std::nullopt;
            n[i] = static_cast<std::size_t>(count);
        }
        return Header{n[0], n[1], n[2], n[3], n[4], n[5]};
    };
    std::size_t at = 0;
    std::size_t width = 4;
    auto header = header_at(at);
    if (!header) return std::nullopt;
    if (bytes[4] >= '2') {
        at += 44 + header->size(4);
        width = 8;
        header = header_at(at);
        if (!header) return std::nullopt;
    }
    at += 44;
    if (header->types == 0 || bytes.size() < at + header->size(width)) return std::nullopt;

    const std::size_t indices = at + header->times * width;
    const std::size_t types = indices + header->times;
    std::vector<std::int64_t> offsets;
    for (std::size_t i = 0; i < header->types; ++i) offsets.push_back(number(types + 6 * i, 4));
    ZoneTable out;
    out.before = offsets[0];
    std::int64_t offset = out.before;
    for (std::size_t i = 0; i < header->times; ++i) {
        const auto type = static_cast<unsigned char>(bytes[indices + i]);
        if (type >= offsets.size()) return std::nullopt;
        const std::int64_t when = number(at + i * width, width);
        if (when < -(std::int64_t{1} << 59) || when > (std::int64_t{1} << 59)) {
            offset = out.before = offsets[type];  // "the beginning of time" of some files
            continue;
        }
        // What comes twice is the first, what is left out is read as before: both end with the later reading.
        std::int64_t local = when + std::max(offset, offsets[type]);
        if (!out.transitions.empty()) local = std::max(local, out.transitions.back().local);
        out.transitions.push_back({local, offsets[type]});
        offset = offsets[type];
    }
    if (width == 8) {
        std::string_view rest = bytes.substr(at + header->size(width));
        if (rest.size() < 2 || rest.front() != '\n') return std::nullopt;
        rest.remove_prefix(1);
        const std::string_view rule = rest.substr(0, rest.find('\n'));
        if (!rule.empty()) out.rule = ZoneRule::parse(rule);
        if (!rule.empty() && !out.rule) return std::nullopt;
    }
    return out;
}

}  // namespace gasket::detail
