#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace gasket {

/// What the target column asks for.
enum class Task { binary, multiclass, regression };

/// What is learned: the target's column, the kind of task, and for classification the labels. In binary tasks class 1
/// is `positive`.
struct Target {
    std::string column;
    Task task = Task::binary;
    /// Labels by class index; empty for regression.
    std::vector<std::string> classes;

    [[nodiscard]] const std::string& positive() const { return classes.at(1); }
    friend bool operator==(const Target&, const Target&) = default;
};

}  // namespace gasket
