#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/json.hpp"

namespace fuzz {

/// What a target says of a case that breaks a promise. gasket's own errors are answers, not failures.
struct Broken : std::logic_error {
    using std::logic_error::logic_error;
};

inline void must(bool holds, const std::string& promise) {
    if (!holds) throw Broken(promise);
}

/// One door for bytes from outside. `run` throws nothing but `Broken`, or what nobody promised to throw.
struct Target {
    std::string name;
    void (*run)(std::string_view bytes) = nullptr;
    /// The document in a case and the case again, for targets whose cases are documents: what is mutated is
    /// then a value somewhere in it, and what was a checksum stays one.
    std::optional<gasket::Json> (*open)(std::string_view bytes) = nullptr;
    std::string (*close)(const gasket::Json& document) = nullptr;
};

/// The targets of this program: one for libFuzzer, all of them for the replay of stored cases.
inline std::vector<Target>& targets() {
    static std::vector<Target> all;
    return all;
}

/// `const fuzz::Registered csv{{"csv", run}};` in the file of a target.
struct Registered {
    Registered(Target target) { targets().push_back(std::move(target)); }
};

inline std::optional<gasket::Json> open_text(std::string_view bytes) {
    gasket::Json document = gasket::detail::json_from_text(bytes);
    if (document.is_discarded()) return std::nullopt;
    return document;
}

inline std::string close_text(const gasket::Json& document) {
    return document.dump(-1, ' ', false, gasket::Json::error_handler_t::replace);
}

}  // namespace fuzz
