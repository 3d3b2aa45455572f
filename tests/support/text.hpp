#pragma once

#include <string>

namespace testing_support {

/// Empty where `text` contains `part`, else what it is instead, for CHECK to show.
inline std::string unless_in(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos ? "" : "'" + text + "' lacks '" + part + "'";
}

}  // namespace testing_support
