#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/core/document_limits.hpp"
#include "gasket/core/error.hpp"
#include "gasket/core/numeric.hpp"

namespace gasket {

/// JSON as the library speaks it: objects keep their keys in the order of insertion, so the same value is
/// always the same bytes.
using Json = nlohmann::ordered_json;

/// A value as JSON: numbers, texts, lists of them. What is JSON already is handed on.
GASKET_COLD inline Json json_value(bool x) {
    return x;
}
GASKET_COLD inline Json json_value(double x) {
    return x;
}
template <std::signed_integral T>
Json json_value(T x) {
    return static_cast<std::int64_t>(x);
}
template <std::unsigned_integral T>
Json json_value(T x) {
    return static_cast<std::uint64_t>(x);
}
GASKET_COLD inline Json json_value(std::string_view x) {
    return std::string(x);
}
inline Json json_value(const char* x) {
    return json_value(std::string_view(x));
}
template <std::same_as<Json> T>
T json_value(T x) {
    return x;
}
template <class T>
GASKET_COLD Json json_value(const std::vector<T>& list) {
    Json::array_t values;
    values.reserve(list.size());
    for (const T& x : list) values.push_back(json_value(x));
    return values;
}

/// One field of `json_object`.
class JsonField {
  public:
    template <class T>
    JsonField(const char* key, T&& x) : key_(key), value_(json_value(std::forward<T>(x))) {}

  private:
    friend Json json_object(std::initializer_list<JsonField> fields);
    const char* key_;
    mutable Json value_;  // moved out of the list, which is const
};

/// An object of these fields in this order: `json_object({{"rows", 3}, {"labels", labels}})`. The braces of
/// the JSON library do the same, but compile a dozen templates for each length of key and kind of value,
/// which took a tenth of the time that the whole library takes to compile.
[[nodiscard]] GASKET_COLD inline Json json_object(std::initializer_list<JsonField> fields) {
    Json object = Json::object();
    for (const JsonField& field : fields) object[field.key_] = std::move(field.value_);
    return object;
}

namespace detail {

[[noreturn]] GASKET_COLD inline void throw_content(std::string_view where, std::string_view expected,
                                                   std::string_view found) {
    throw ArtifactError(ErrorCode::artifact_content, {.expected = std::string(expected),
                                                      .found = std::string(found),
                                                      .where = std::string(where),
                                                      .advice = "save the artifact again from its run"});
}

/// A value of a document in a message: lists and objects by their kind alone, long texts cut, bytes that are
/// no UTF-8 replaced. A document in CBOR may hold those, and `dump` would throw.
[[nodiscard]] GASKET_COLD inline std::string shown(const Json& value) {
    if (value.is_structured() || value.is_binary()) return value.type_name();
    std::string out = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (out.size() > 80) {
        std::size_t end = 77;
        while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;  // whole letters
        out = out.substr(0, end) + "...";
    }
    return out;
}

/// Reads a JSON object field by field and checks every one: presence, type, range. Whatever does not fit is
/// an ArtifactError that names the path of the field. Keeps references to the document: use it where the
/// document lives.
class Fields {
  public:
    Fields(const Json& object, std::string path) : object_(object), path_(std::move(path)) {
        if (!object_.is_object()) throw_content(path_, "an object", object_.type_name());
    }

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] bool has(const char* key) const { return object_.contains(key); }

    [[nodiscard]] const Json& get(const char* key) const {
        const auto it = object_.find(key);
        if (it == object_.end()) throw_content(at(key), "a value", "nothing");
        return *it;
    }
    /// The object's keys and values.
    [[nodiscard]] auto items() const { return object_.items(); }
    [[nodiscard]] Fields object(const char* key) const { return {get(key), at(key)}; }
    [[nodiscard]] const Json& array(const char* key) const {
        const Json& value = get(key);
        if (!value.is_array()) throw_content(at(key), "an array", value.type_name());
        return value;
    }
    [[nodiscard]] std::string string(const char* key) const {
        const Json& value = get(key);
        if (!value.is_string()) throw_content(at(key), "a text", value.type_name());
        return value.get<std::string>();
    }
    [[nodiscard]] bool boolean(const char* key) const {
        const Json& value = get(key);
        if (!value.is_boolean()) throw_content(at(key), "true or false", value.type_name());
        return value.get<bool>();
    }
    /// A number; null reads as missing only where `allow_missing`.
    [[nodiscard]] double number(const char* key, bool allow_missing = false) const {
        return number_of(get(key), at(key), allow_missing);
    }
    [[nodiscard]] std::size_t count(const char* key, std::size_t most = std::size_t{1} << 40) const {
        const Json& value = get(key);
        if (!value.is_number_integer() ||
            (value.is_number_integer() && !value.is_number_unsigned() && value.get<long long>() < 0)) {
            throw_content(at(key), "a whole number of at least 0", shown(value));
        }
        const auto n = value.get<unsigned long long>();
        if (n > most) throw_content(at(key), "at most " + std::to_string(most), std::to_string(n));
        return static_cast<std::size_t>(n);
    }
    [[nodiscard]] std::vector<double> numbers(const char* key, bool allow_missing = false) const {
        const Json& values = array(key);
        std::vector<double> out;
        out.reserve(values.size());
        for (const Json& value : values) out.push_back(number_of(value, at(key), allow_missing));
        return out;
    }
    [[nodiscard]] std::vector<std::string> strings(const char* key) const {
        std::vector<std::string> out;
        for (const Json& value : array(key)) {
            if (!value.is_string()) throw_content(at(key), "a list of texts", value.type_name());
            out.push_back(value.get<std::string>());
        }
        return out;
    }
    /// Whole numbers in [low, high].
    template <class Int>
    [[nodiscard]] std::vector<Int> integers(const char* key, long long low, long long high) const {
        std::vector<Int> out;
        const Json& values = array(key);
        out.reserve(values.size());
        for (const Json& value : values) {
            const bool fits =
                value.is_number_integer() &&
                (!value.is_number_unsigned() || value.get<unsigned long long>() <= 0x7fffffffffffffffULL) &&
                value.get<long long>() >= low && value.get<long long>() <= high;
            if (!fits) {
                throw_content(at(key),
                              "whole numbers from " + std::to_string(low) + " to " + std::to_string(high),
                              shown(value));
            }
            out.push_back(static_cast<Int>(value.get<long long>()));
        }
        return out;
    }

  private:
    [[nodiscard]] std::string at(const char* key) const { return path_ + "." + key; }

    static double number_of(const Json& value, const std::string& where, bool allow_missing) {
        if (value.is_null() && allow_missing) return missing;
        if (!value.is_number()) throw_content(where, "a number", value.type_name());
        const double x = value.get<double>();
        if (!std::isfinite(x)) throw_content(where, "a finite number", "NaN or infinity");
        return x;
    }

    const Json& object_;
    std::string path_;
};

/// The document in `text`; a discarded value where there is none, or one nested deeper than
/// `document_depth_limit` or with an object of more than `most_keys`: give `document_keys_limit` for text of
/// people unknown. The one place that parses text: every kind of iterator compiles another parser.
[[nodiscard]] GASKET_COLD inline Json json_from_text(std::string_view text,
                                                     std::size_t most_keys = static_cast<std::size_t>(-1)) {
    if (!why_text_is_refused(text, most_keys).empty()) return Json::value_t::discarded;
    return Json::parse(text.begin(), text.end(), nullptr, false);
}

/// JSON has no NaN: a missing number is written as null.
[[nodiscard]] inline Json json_number(double x) {
    return std::isnan(x) ? Json(nullptr) : Json(x);
}

}  // namespace detail
}  // namespace gasket
