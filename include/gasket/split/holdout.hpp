#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/data/table.hpp"
#include "gasket/split/holdout_print.hpp"
#include "gasket/split/split_record.hpp"
#include "gasket/split/target.hpp"

namespace gasket {

namespace detail {
class Wall;
}

/// Rows with their true answers, to judge a model by.
struct LabelledRows {
    Table table;
    Target target;
    /// as Training::labels()
    std::vector<double> labels;
    /// one per row, or empty
    std::vector<double> weights;
};

/// What the wall hands out when a holdout is opened.
struct OpenedHoldout {
    LabelledRows rows;
    /// of the holdout; `seen_before` says what a ledger knows of these rows
    SplitRecord record;
};

/// The rows that no model has seen, sealed. It can be moved but not copied and not looked into; judging a
/// model consumes it, and whoever comes to it a second time gets an error. So a result on it is the first and
/// only one.
class Holdout {
  public:
    Holdout(const Holdout&) = delete;
    Holdout& operator=(const Holdout&) = delete;
    Holdout(Holdout&& other) noexcept
        : content_(std::move(other.content_)),
          record_(other.record_),  // NOLINT: copied, since a spent one still tells of its rows
          ledger_(other.ledger_),  // NOLINT: the same
          print_(std::move(other.print_)),
          sealed_(std::exchange(other.sealed_, false)) {}
    Holdout& operator=(Holdout&& other) noexcept {
        content_ = std::move(other.content_);
        record_ = other.record_;
        ledger_ = other.ledger_;
        print_ = std::move(other.print_);
        sealed_ = std::exchange(other.sealed_, false);
        return *this;
    }
    ~Holdout() = default;

    [[nodiscard]] std::size_t rows() const noexcept { return record_.rows; }
    [[nodiscard]] const SplitRecord& record() const noexcept { return record_; }
    /// What is to be predicted, while it is sealed.
    [[nodiscard]] const Target& target() const noexcept { return content_.target; }
    /// The ledger that will record its opening; empty where there is none.
    [[nodiscard]] const std::string& ledger() const noexcept { return ledger_; }
    /// False once it was opened or moved away.
    [[nodiscard]] bool sealed() const noexcept { return sealed_; }

  private:
    friend class detail::Wall;
    Holdout() = default;

    LabelledRows content_;
    SplitRecord record_;
    std::string ledger_;
    HoldoutPrint print_;  // where there is a ledger
    bool sealed_ = true;
};

}  // namespace gasket
