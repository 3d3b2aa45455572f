#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "gasket/core/cpu.hpp"

namespace gasket {

/// Stable numbers of every error. A number keeps its meaning for ever; new ones are added at the end of
/// their hundred. docs/errors.md has a line for each.
enum class ErrorCode : int {
    // 1xx: files, CSV, databases
    file_not_readable = 101,
    file_empty = 102,
    ragged_row = 103,
    duplicate_column = 104,
    unclosed_quote = 105,
    bad_value = 106,
    file_not_writable = 107,
    line_too_long = 108,
    nul_byte = 109,
    bad_encoding = 110,
    header_is_data = 111,
    against_schema = 112,
    database_unreachable = 113,
    sql_refused = 114,
    sql_type = 115,
    sql_table = 116,
    // 2xx: tables and schemas
    missing_column = 201,
    wrong_type = 202,
    length_mismatch = 203,
    row_out_of_range = 204,
    no_rows = 205,
    all_missing = 206,
    too_many_bad_rows = 207,
    bad_key = 208,
    other_batch = 209,
    // 3xx: target, splits, the wall
    target_not_binary = 301,
    target_missing_values = 302,
    unknown_label = 303,
    too_few_rows = 304,
    holdout_spent = 305,
    bad_weight = 306,
    group_torn = 307,
    ledger_damaged = 308,
    // 4xx: options and expressions
    bad_option = 401,
    bad_expression = 402,
    not_finite = 403,
    not_numeric = 404,
    no_features = 405,
    outside_domain = 406,
    // 5xx: artifacts
    artifact_not_an_artifact = 501,
    artifact_newer_format = 502,
    artifact_truncated = 503,
    artifact_checksum = 504,
    artifact_content = 505,
    artifact_unknown_stage = 506,
    artifact_golden = 507,
    artifact_wrong_pipeline = 508,
    // 6xx: evaluation and monitoring
    bad_metric_input = 601,
    no_baseline = 602,
    other_search = 603,
    journal_damaged = 604,
    // 7xx: deploying
    registry_damaged = 701,
    unknown_version = 702,
    version_exists = 703,
    gates_not_passed = 704,
    not_possible = 705,
};

/// What every message of gasket says: what was expected, what was found, where, and what to do about it.
/// An empty part is left out of the message.
struct ErrorParts {
    std::string expected = {};
    std::string found = {};
    std::string where = {};
    std::string advice = {};
};

/// Base of everything gasket throws. `what()` is one line; the parts are there for programs.
///
/// thread-safe to read; copyable.
class Error : public std::runtime_error {
  public:
    GASKET_COLD Error(ErrorCode code, ErrorParts parts)
        : std::runtime_error(compose(code, parts)), code_(code), parts_(std::move(parts)) {}

    /// The stable number, see docs/errors.md.
    [[nodiscard]] ErrorCode code() const noexcept { return code_; }
    [[nodiscard]] const ErrorParts& parts() const noexcept { return parts_; }

  private:
    static std::string compose(ErrorCode code, const ErrorParts& parts) {
        std::string text = "[gasket " + std::to_string(static_cast<int>(code)) + "] ";
        if (!parts.where.empty()) text += parts.where + ": ";
        if (!parts.expected.empty()) text += "expected " + parts.expected;
        if (!parts.expected.empty() && !parts.found.empty()) text += ", ";
        if (!parts.found.empty()) text += "found " + parts.found;
        if (!parts.advice.empty()) text += "; " + parts.advice;
        return text;
    }

    ErrorCode code_;
    ErrorParts parts_;
};

/// A file could not be read or written.
class FileError : public Error {
  public:
    using Error::Error;
};
/// A CSV file breaks the rules of CSV or of the declared types.
class CsvError : public Error {
  public:
    using Error::Error;
};
/// A database cannot be reached, refuses a statement, or holds what does not fit.
class SqlError : public Error {
  public:
    using Error::Error;
};
/// A table does not have the columns, types or lengths that were asked of it.
class SchemaError : public Error {
  public:
    using Error::Error;
};
/// A split, a fold or a holdout was asked for something it must not or cannot do.
class SplitError : public Error {
  public:
    using Error::Error;
};
/// An option of a stage is outside its range; thrown once, at `fit`, naming field, value and range.
class OptionError : public Error {
  public:
    using Error::Error;
};
/// The rows themselves do not allow what was asked (no rows, one class, not finite).
class DataError : public Error {
  public:
    using Error::Error;
};
/// A saved pipeline is damaged, foreign, or newer than this library.
class ArtifactError : public Error {
  public:
    using Error::Error;
};

namespace detail {

/// Throws OptionError unless `ok`. `field` is "Stage.option", `range` says which values are allowed.
inline void require_option(bool ok, std::string_view field, std::string_view value, std::string_view range) {
    if (!ok) {
        throw OptionError(ErrorCode::bad_option, {.expected = std::string(range),
                                                  .found = std::string(value),
                                                  .where = "option " + std::string(field),
                                                  .advice = "set it to a value in that range"});
    }
}

}  // namespace detail
}  // namespace gasket
