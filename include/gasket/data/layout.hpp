#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/column.hpp"

namespace gasket {

/// The code of a label that was not among the training rows, in a category feature of a Block. Missing is
/// NaN, as for numbers.
inline constexpr double unseen_code = -1.0;

/// One column inside the chain. Every value there is a double: a number, a time in seconds, or the code of a
/// label.
struct Feature {
    std::string name;
    /// The dictionary of a category feature; null for a number.
    std::shared_ptr<const Labels> labels;
    /// The raw columns that this feature was made from.
    std::vector<std::string> sources;
    /// Whether the numbers are moments: seconds since 1970-01-01 00:00 UTC.
    bool is_time = false;

    [[nodiscard]] bool is_category() const noexcept { return labels != nullptr; }
};

/// The features at one joint of the chain: their order, names, kinds, dictionaries and origins. Names are
/// unique.
class Layout {
  public:
    Layout() = default;
    explicit Layout(std::vector<Feature> features) {
        for (Feature& f : features) add(std::move(f));
    }

    void add(Feature feature) {
        if (find(feature.name)) {
            throw SchemaError(ErrorCode::duplicate_column, {.expected = "a name for each feature",
                                                            .found = text::quoted(feature.name) + " twice",
                                                            .where = "features",
                                                            .advice = "rename one of them"});
        }
        features_.push_back(std::move(feature));
    }

    [[nodiscard]] std::size_t size() const noexcept { return features_.size(); }
    [[nodiscard]] const Feature& operator[](std::size_t i) const { return features_[i]; }
    [[nodiscard]] auto begin() const noexcept { return features_.begin(); }
    [[nodiscard]] auto end() const noexcept { return features_.end(); }

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> out;
        for (const Feature& f : features_) out.push_back(f.name);
        return out;
    }

    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const noexcept {
        for (std::size_t i = 0; i < features_.size(); ++i) {
            if (features_[i].name == name) return i;
        }
        return std::nullopt;
    }

    /// The place of the feature of that name. `asker` is who wants it, for the message. throws SchemaError
    [[nodiscard]] std::size_t index_of(std::string_view name, const std::string& asker) const {
        if (const auto i = find(name)) return *i;
        const std::string near = text::nearest(name, names());
        throw SchemaError(ErrorCode::missing_column,
                          {.expected = "a feature " + text::quoted(name),
                           .found = "only " + text::list(names(), 30),
                           .where = asker,
                           .advice = near.empty() ? "check the name and the stages before"
                                                  : "did you mean " + text::quoted(near) + "?"});
    }

  private:
    std::vector<Feature> features_;
};

/// What a fitted transform makes of its input layout: each output feature is either an input feature handed
/// on as it is, or one that the transform computes. Computed features are numbered in the order in which they
/// were added.
class Outputs {
  public:
    static constexpr std::size_t computed = static_cast<std::size_t>(-1);

    /// Hands on input feature `i` of `in`, without a copy.
    void pass(const Layout& in, std::size_t i) {
        layout_.add(in[i]);
        from_.push_back(i);
    }
    /// Adds a feature that `compute` fills; returns its number among the computed ones. It holds moments only
    /// where that is said, whatever the feature was that it is made from.
    std::size_t compute(Feature feature, bool is_time = false) {
        feature.is_time = is_time;
        layout_.add(std::move(feature));
        from_.push_back(computed);
        return computed_++;
    }

    [[nodiscard]] const Layout& layout() const noexcept { return layout_; }
    /// For each output feature the input feature it hands on, or `computed`.
    [[nodiscard]] const std::vector<std::size_t>& from() const noexcept { return from_; }
    [[nodiscard]] std::size_t computed_count() const noexcept { return computed_; }

  private:
    Layout layout_;
    std::vector<std::size_t> from_;
    std::size_t computed_ = 0;
};

}  // namespace gasket
