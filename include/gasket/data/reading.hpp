#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/detail/parse_number.hpp"
#include "gasket/data/time_format.hpp"
#include "gasket/data/time_zone.hpp"

namespace gasket {

/// How the text of a column becomes values, where that is not the usual way. Part of the contract: it stands
/// in the Schema, goes into the artifact with it, and holds wherever text comes in (CSV, labels of a live
/// table, one row).
///
///     Reading{.nulls = {"-€999999"}, .remove = {"€"}, .thousands = ','}     money: "€1,234.50" is 1234.5
///     Reading{.formats = {"iso", "%d/%m/%Y %H:%M"}, .zone = "Europe/Berlin"}
struct Reading {
    /// Texts that mean "missing" in this column, letter case aside; besides those of CsvOptions.nulls.
    std::vector<std::string> nulls = {};
    /// Ways in which its dates and times are written, see TimeFormat; the first that fits counts. None: ISO
    /// 8601.
    std::vector<std::string> formats = {};
    /// The zone of times that name none, see TimeZone.
    std::string zone = "UTC";
    /// Texts that are taken out of a number: units, currency signs.
    std::vector<std::string> remove = {};
    /// Between whole and fraction.
    char decimal = '.';
    /// Between groups of three digits before it; '\0' for none.
    char thousands = '\0';

    [[nodiscard]] bool usual() const { return *this == Reading{}; }
    /// Whether it says how times are written, or how numbers are.
    [[nodiscard]] bool tells_times() const { return !formats.empty() || zone != "UTC"; }
    [[nodiscard]] bool tells_numbers() const {
        return !remove.empty() || decimal != '.' || thousands != '\0';
    }

    friend bool operator==(const Reading&, const Reading&) = default;
};

namespace detail {

[[nodiscard]] inline Json to_json(const Reading& reading) {
    Json out = Json::object();
    if (!reading.nulls.empty()) out["nulls"] = json_value(reading.nulls);
    if (!reading.formats.empty()) out["formats"] = json_value(reading.formats);
    if (reading.zone != "UTC") out["zone"] = reading.zone;
    if (!reading.remove.empty()) out["remove"] = reading.remove;
    if (reading.decimal != '.') out["decimal"] = std::string(1, reading.decimal);
    if (reading.thousands != '\0') out["thousands"] = std::string(1, reading.thousands);
    return out;
}

/// Yes or no in the words that people use, in any case.
[[nodiscard]] inline std::optional<bool> boolean_word(std::string_view s) noexcept {
    for (const std::string_view yes : {"true", "1", "yes", "y", "t"}) {
        if (same_word(s, yes)) return true;
    }
    for (const std::string_view no : {"false", "0", "no", "n", "f"}) {
        if (same_word(s, no)) return false;
    }
    return std::nullopt;
}

/// Blanks and tabs at both ends away.
[[nodiscard]] inline std::string_view without_blanks(std::string_view s) noexcept {
    while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
    while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
    return s;
}

/// A Reading made ready. thread-safe.
class TextReader {
  public:
    /// `where` names the column in messages. throws OptionError for formats, zones and letters that make no
    /// sense
    TextReader(const Reading& reading, const std::string& where)
        : nulls_(reading.nulls),
          remove_(reading.remove),
          zone_(reading.zone),
          decimal_(reading.decimal),
          thousands_(reading.thousands) {
        for (std::string& null : nulls_) {
            for (char& c : null) c = lower(c);
        }
        for (const std::string& pattern : reading.formats) formats_.emplace_back(pattern);
        if (formats_.empty()) formats_.emplace_back("iso");
        const auto sound = [](char c) { return !is_digit(c) && c != '-' && c != '+' && lower(c) != 'e'; };
        require_option(sound(decimal_) && decimal_ != '\0', where + ".decimal", text::quoted({&decimal_, 1}),
                       "a letter that is no part of a number, such as '.' or ','");
        require_option(sound(thousands_) && thousands_ != decimal_, where + ".thousands",
                       text::quoted({&thousands_, 1}), "another such letter, or '\\0' for none");
        for (const std::string& part : remove_)
            require_option(!part.empty(), where + ".remove", "''", "texts of at least one letter");
        std::string scratch;
        for (const std::string& null : nulls_) {
            double x = 0;
            if (number(null, x, scratch)) null_numbers_.push_back(x);
        }
    }

    [[nodiscard]] bool is_null(std::string_view text) const noexcept {
        for (const std::string& null : nulls_) {
            if (same_word(text, null)) return true;
        }
        return false;
    }

    /// The same for a value that has been read as a number already: -999 where "-999" means missing.
    [[nodiscard]] bool is_null(double x) const noexcept {
        return std::find(null_numbers_.begin(), null_numbers_.end(), x) != null_numbers_.end();
    }

    [[nodiscard]] bool has_null_numbers() const noexcept { return !null_numbers_.empty(); }

    /// The number that `text` says as a whole. `scratch` keeps its room from call to call.
    [[nodiscard]] bool number(std::string_view text, double& out, std::string& scratch) const {
        scratch.assign(text);
        for (const std::string& part : remove_) {
            for (std::size_t at = 0; (at = scratch.find(part, at)) != std::string::npos;)
                scratch.erase(at, part.size());
        }
        if (thousands_ != '\0' && !drop_groups(scratch)) return false;
        if (decimal_ != '.') {
            for (char& c : scratch) {
                if (c == '.') return false;
                if (c == decimal_) c = '.';
            }
        }
        return parse_whole_number(without_blanks(scratch), out);
    }

    /// Seconds UTC of the time that `text` says in one of the formats.
    [[nodiscard]] std::optional<std::int64_t> time(std::string_view text) const noexcept {
        for (const TimeFormat& format : formats_) {
            const auto written = format.parse(text);
            if (!written) continue;
            return written->offset ? written->seconds - *written->offset : zone_.to_utc(written->seconds);
        }
        return std::nullopt;
    }

    /// "DD/MM/YYYY or YYYY-MM-DD (ISO 8601)", for messages.
    [[nodiscard]] std::string readable_formats() const {
        std::string out;
        for (const TimeFormat& format : formats_) out += (out.empty() ? "" : " or ") + format.readable();
        return out;
    }

  private:
    /// Takes the separators of thousands out; false where one does not stand between groups of three digits.
    [[nodiscard]] bool drop_groups(std::string& s) const {
        std::size_t to = 0;
        std::size_t run = 0;     // digits since the last separator
        bool separated = false;  // whether there was one
        bool whole = true;       // before the decimal point
        for (const char c : s) {
            if (c == thousands_) {
                if (!whole || run == 0 || run > 3 || (separated && run != 3)) return false;
                separated = true;
                run = 0;
                continue;
            }
            if (whole && is_digit(c)) {
                ++run;
            } else if (whole && run > 0) {
                whole = false;
                if (separated && run != 3) return false;
            }
            s[to++] = c;
        }
        s.resize(to);
        return !(whole && separated && run != 3);
    }

    std::vector<std::string> nulls_;
    std::vector<double> null_numbers_;
    std::vector<std::string> remove_;
    std::vector<TimeFormat> formats_;
    TimeZone zone_;
    char decimal_;
    char thousands_;
};

/// throws ArtifactError
[[nodiscard]] inline Reading reading_from_json(const Fields& fields) {
    Reading out;
    if (fields.has("nulls")) out.nulls = fields.strings("nulls");
    if (fields.has("formats")) out.formats = fields.strings("formats");
    if (fields.has("zone")) out.zone = fields.string("zone");
    if (fields.has("remove")) out.remove = fields.strings("remove");
    const auto letter = [&](const char* key, char& to) {
        if (!fields.has(key)) return;
        const std::string text = fields.string(key);
        if (text.size() != 1) throw_content(fields.path() + "." + key, "one letter", text::quoted(text));
        to = text[0];
    };
    letter("decimal", out.decimal);
    letter("thousands", out.thousands);
    try {
        (void)TextReader(out, fields.path());
    } catch (const OptionError& e) {
        throw_content(fields.path(), e.parts().expected, e.parts().found);
    }
    return out;
}

}  // namespace detail
}  // namespace gasket
