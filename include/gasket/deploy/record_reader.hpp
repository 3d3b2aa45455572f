#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

#include "gasket/core/json.hpp"
#include "gasket/deploy/record_builder.hpp"

namespace gasket {

/// Why a request as a whole is refused: an HTTP status and a reason; status 0 where it is not.
struct RequestRefusal {
    int status = 0;
    std::string reason = {};
};

namespace detail {

/// Takes the events of the JSON parser: no document is ever built, so a request costs its length, and a field
/// that stands twice, which a document would forget, is seen.
class RecordEvents {
  public:
    /// Deeper nesting is refused: a record is a flat thing.
    static constexpr std::size_t most_depth = 8;

    explicit RecordEvents(RecordBuilder& to) : to_(to) {}

    bool null() {
        return value("null", [&] { to_.null(); });
    }
    bool boolean(bool x) {
        return value(x ? "true" : "false", [&] { to_.boolean(x); });
    }
    bool number_integer(std::int64_t x) {
        return value("a number", [&] { to_.number(static_cast<double>(x)); });
    }
    bool number_unsigned(std::uint64_t x) {
        return value("a number", [&] { to_.number(static_cast<double>(x)); });
    }
    bool number_float(double x, const std::string& /*as written*/) {
        return value("a number", [&] { to_.number(x); });
    }
    bool string(std::string& x) {
        return value("a text", [&] { to_.text(x); });
    }
    bool binary(Json::binary_t& /*bytes*/) { return refuse(400, "not JSON"); }

    bool start_object(std::size_t /*elements*/) {
        if (depth_ == record_depth()) {
            if (to_.records() == to_.rules().most_rows)
                return refuse(413, "more than " + text::grouped(to_.rules().most_rows) + " records");
            ++depth_;
            in_record_ = true;
            to_.begin();
            return true;
        }
        return open("an object");
    }
    bool key(std::string& name) {
        if (at_field()) to_.field(name);
        return true;
    }
    bool end_object() {
        --depth_;
        if (in_record_ && depth_ == record_depth()) {
            in_record_ = false;
            to_.end();
        }
        return true;
    }
    bool start_array(std::size_t /*elements*/) {
        if (depth_ == 0) {
            many_ = true;
            ++depth_;
            return true;
        }
        return open("an array");
    }
    bool end_array() {
        --depth_;
        return true;
    }
    bool parse_error(std::size_t position, const std::string& /*token*/,
                     const nlohmann::detail::exception& e) {
        const std::string what = e.what();
        const std::size_t colon = what.find("; ");
        return refuse(400, "not JSON, at byte " + std::to_string(position) +
                               (colon == std::string::npos ? "" : ": " + what.substr(colon + 2)));
    }

    [[nodiscard]] bool many() const noexcept { return many_; }
    [[nodiscard]] const RequestRefusal& refusal() const noexcept { return refusal_; }

  private:
    /// How deep the objects are that are records.
    [[nodiscard]] std::size_t record_depth() const noexcept { return many_ ? 1 : 0; }

    /// Whether a value here is one of a record's fields.
    [[nodiscard]] bool at_field() const noexcept { return in_record_ && depth_ == record_depth() + 1; }

    template <class Set>
    bool value(std::string_view what, const Set& set) {
        if (at_field()) {
            set();
        } else if (depth_ == record_depth()) {
            if (!many_)
                return refuse(400, "expected a record or a list of records, found " + std::string(what));
            if (to_.records() == to_.rules().most_rows)
                return refuse(413, "more than " + text::grouped(to_.rules().most_rows) + " records");
            to_.no_record(what);
        }
        return true;
    }
    bool open(std::string_view what) {
        if (depth_ == most_depth)
            return refuse(400, "nested deeper than " + std::to_string(most_depth) + " levels");
        if (at_field()) to_.nested(what);
        if (depth_ == record_depth()) to_.no_record(what);
        ++depth_;
        return true;
    }
    bool refuse(int status, std::string reason) {
        refusal_ = {status, std::move(reason)};
        return false;
    }

    RecordBuilder& to_;
    RequestRefusal refusal_;
    std::size_t depth_ = 0;
    bool many_ = false;
    bool in_record_ = false;
};

}  // namespace detail

/// Records as they stand in a request.
struct ReadRecords {
    RequestRefusal refusal = {};
    /// whether they came as a list, however long
    bool many = false;
};

/// Reads a record, {"age": 42, ...}, or a list of them, [{...}, {...}], into a builder. What is wrong with a
/// record stands in the builder; what is wrong with all of it (no JSON, nested too deep, too many records,
/// none) in the result. O(bytes)
[[nodiscard]] inline ReadRecords read_records(std::string_view body, RecordBuilder& to) {
    to.clear();
    detail::RecordEvents events(to);
    (void)Json::sax_parse(body.begin(), body.end(), &events);
    ReadRecords out{events.refusal(), events.many()};
    if (out.refusal.status == 0 && to.records() == 0) out.refusal = {400, "no records"};
    return out;
}

}  // namespace gasket
