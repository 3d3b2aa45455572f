#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/cpu.hpp"

namespace gasket::text {

/// `x` with `digits` after the point; "-" when missing.
[[nodiscard]] GASKET_COLD inline std::string fixed(double x, int digits) {
    if (std::isnan(x)) return "-";
    char buffer[400];
    const int n = std::snprintf(buffer, sizeof buffer, "%.*f", digits, x);
    const std::string_view out(buffer, static_cast<std::size_t>(std::max(n, 0)));
    // A zero has no sign.
    const bool zero = out.find_first_not_of("-0.") == std::string_view::npos;
    return std::string(zero && out.starts_with('-') ? out.substr(1) : out);
}

/// The shortest text that reads back as the same double.
[[nodiscard]] GASKET_COLD inline std::string shortest(double x) {
    if (std::isnan(x)) return "nan";
    char buffer[64];
    // Whole numbers without an exponent up to 2^53; everything else by the shortest form.
    if (std::abs(x) < 9.007e15 && x == std::floor(x)) {
        const auto end = std::to_chars(buffer, buffer + sizeof buffer, static_cast<long long>(x)).ptr;
        return {buffer, end};
    }
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, x).ptr;
    return {buffer, end};
}

/// About `digits` significant digits, for people: 0.8213, 1234.5, 3.2e-9; "-" when missing.
[[nodiscard]] GASKET_COLD inline std::string compact(double x, int digits = 5) {
    if (std::isnan(x)) return "-";
    char buffer[64];
    const int n = std::snprintf(buffer, sizeof buffer, "%.*g", digits, x);
    std::string out(buffer, static_cast<std::size_t>(std::max(n, 0)));
    if (out.find('e') != std::string::npos && std::abs(x) >= 1 && std::abs(x) < 1e15) return fixed(x, 0);
    return out;
}

/// 1234567 -> "1,234,567".
[[nodiscard]] GASKET_COLD inline std::string grouped(long long n) {
    const std::string digits = std::to_string(n < 0 ? -n : n);
    std::string out;
    if (n < 0) out += '-';
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
        out += digits[i];
    }
    return out;
}
[[nodiscard]] inline std::string grouped(std::size_t n) {
    return grouped(static_cast<long long>(n));
}

/// 0.2037 -> "20.4 %".
[[nodiscard]] GASKET_COLD inline std::string percent(double share, int digits = 1) {
    return std::isnan(share) ? "-" : fixed(share * 100, digits) + " %";
}

/// 1536 -> "1.5 KiB".
[[nodiscard]] GASKET_COLD inline std::string bytes(std::size_t n) {
    if (n < 1024) return std::to_string(n) + " B";
    const char* const units[] = {"KiB", "MiB", "GiB", "TiB"};
    double x = static_cast<double>(n) / 1024;
    std::size_t u = 0;
    while (x >= 1024 && u < 3) x /= 1024, ++u;
    return fixed(x, 1) + " " + units[u];
}

/// How many lines of a ranking to show: all of a short one, the first twenty of a long one.
[[nodiscard]] constexpr std::size_t shown_of(std::size_t lines) noexcept {
    return lines <= 25 ? lines : 20;
}

/// "one", "one and two", "one, two and three"; beyond `most` items "one, two and 5 more".
[[nodiscard]] GASKET_COLD inline std::string list(const std::vector<std::string>& items,
                                                  std::size_t most = 8) {
    std::string out;
    const bool cut = items.size() > most;
    const std::size_t shown = cut ? most - 1 : items.size();
    for (std::size_t i = 0; i < shown; ++i) {
        if (i > 0) out += !cut && i + 1 == shown ? " and " : ", ";
        out += items[i];
    }
    if (cut) out += " and " + std::to_string(items.size() - shown) + " more";
    return out;
}

/// A value as it stands in an error message: in quotes, cut after 60 bytes at most and not inside a letter,
/// control bytes shown as '?'.
[[nodiscard]] GASKET_COLD inline std::string quoted(std::string_view value) {
    std::size_t end = std::min<std::size_t>(value.size(), 60);
    // bytes of UTF-8 that go on with a letter are 10xxxxxx; at most three stand in a row
    const auto inside = [&] {
        return end < value.size() && (static_cast<unsigned char>(value[end]) & 0xC0u) == 0x80u;
    };
    for (int back = 0; back < 3 && end > 0 && inside(); ++back) --end;
    std::string out = "'";
    for (const char c : value.substr(0, end)) out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    return out + (end < value.size() ? "...'" : "'");
}

/// How many letters must be changed, added or taken away to make one text the other, case aside (Levenshtein,
/// 1966). O(product of the lengths).
[[nodiscard]] GASKET_COLD inline std::size_t edit_distance(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    std::vector<std::size_t> row(a.size() + 1);
    for (std::size_t j = 0; j <= a.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= b.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= a.size(); ++j) {
            const std::size_t change = diagonal + (lower(b[i - 1]) == lower(a[j - 1]) ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
        }
    }
    return row[a.size()];
}

/// The name of `names` nearest to `name`, or empty if none is near: for "did you mean". O(total length of the
/// names x length of the name).
[[nodiscard]] GASKET_COLD inline std::string nearest(std::string_view name,
                                                     const std::vector<std::string>& names) {
    std::string best;
    std::size_t best_distance = (name.size() < 4 ? 1 : std::max<std::size_t>(name.size() / 3, 2)) + 1;
    for (const std::string& other : names) {
        const std::size_t distance = edit_distance(name, other);
        if (distance < best_distance) {
            best_distance = distance;
            best = other;
        }
    }
    return best;
}

/// A bar of `width` blocks for a share in [0, 1], in eighths of a block.
[[nodiscard]] GASKET_COLD inline std::string bar(double share, std::size_t width) {
    static const char* const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const double clipped = std::isnan(share) ? 0 : std::clamp(share, 0.0, 1.0);
    const auto eighths = static_cast<std::size_t>(std::lround(clipped * static_cast<double>(width) * 8));
    std::string out;
    for (std::size_t i = 0; i < eighths / 8; ++i) out += "█";
    return out + parts[eighths % 8];
}

/// The number of columns a UTF-8 text takes on a terminal, one for each code point.
[[nodiscard]] inline std::size_t columns(std::string_view s) {
    return static_cast<std::size_t>(std::count_if(
        s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// Rows of cells, printed with aligned columns: the first line is the head, cells that look like numbers
/// stand to the right.
class Grid {
  public:
    GASKET_COLD explicit Grid(std::vector<std::string> head) { rows_.push_back(std::move(head)); }

    GASKET_COLD void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

    /// Every line begins with `indent` blanks; no blanks at line ends.
    [[nodiscard]] GASKET_COLD std::string str(std::size_t indent = 2) const {
        std::vector<std::size_t> width(rows_.front().size(), 0);
        std::vector<bool> right(width.size(), rows_.size() > 1);
        for (std::size_t r = 0; r < rows_.size(); ++r) {
            for (std::size_t c = 0; c < width.size() && c < rows_[r].size(); ++c) {
                width[c] = std::max(width[c], columns(rows_[r][c]));
                if (r > 0 && !numeric(rows_[r][c])) right[c] = false;
            }
        }
        std::string out;
        for (const auto& row : rows_) {
            std::string line(indent, ' ');
            for (std::size_t c = 0; c < width.size() && c < row.size(); ++c) {
                const std::string pad(width[c] - columns(row[c]), ' ');
                if (c > 0) line += "  ";
                line += right[c] ? pad + row[c] : row[c] + pad;
            }
            line.erase(line.find_last_not_of(' ') + 1);
            out += line + "\n";
        }
        return out;
    }

  private:
    static bool numeric(std::string_view cell) {
        return cell.empty() || cell == "-" || (cell[0] >= '0' && cell[0] <= '9') ||
               ((cell[0] == '-' || cell[0] == '+') && cell.size() > 1 && cell[1] >= '0' && cell[1] <= '9');
    }

    std::vector<std::vector<std::string>> rows_;
};

}  // namespace gasket::text
