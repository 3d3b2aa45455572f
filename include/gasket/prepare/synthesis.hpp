#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/random.hpp"
#include "gasket/prepare/moments.hpp"
#include "gasket/prepare/nearest.hpp"
#include "gasket/prepare/resampled.hpp"

namespace gasket::detail {

/// The options that Smote and SmoteNc share, checked.
struct SynthesisOptions {
    std::string who;
    std::size_t neighbours;
    double ratio;
    std::uint64_t seed;
    std::size_t max_candidates;
};

/// The rows of one class, and where among them each has its nearest ones.
class ClassRows {
  public:
    /// `nominal[i]`: feature i is a name, not a quantity.
    ClassRows(const TrainingRows& rows, std::span<const std::size_t> members,
              const std::vector<bool>& nominal)
        : width_(nominal.size()), nominal_(nominal), values_(members.size() * nominal.size()) {
        std::vector<double> deviations;
        for (std::size_t i = 0; i < width_; ++i) {
            Moments moments;
            for (std::size_t m = 0; m < members.size(); ++m) {
                const double x = rows.features()[i][members[m]];
                values_[m * width_ + i] = x;
                if (!nominal[i]) moments.add(x, 1);
            }
            if (!nominal[i]) deviations.push_back(std::sqrt(moments.variance()));
        }
        std::sort(deviations.begin(), deviations.end());
        const double median = deviations.empty() ? 1 : quantile_of_sorted(deviations, 0.5);
        mismatch_ = median * median;
    }

    [[nodiscard]] const double* row(std::size_t m) const noexcept { return values_.data() + m * width_; }

    /// The `k` members among `candidates` that are nearest to member `m`, but itself.
    [[nodiscard]] Nearest nearest(std::size_t m, std::size_t k,
                                  std::span<const std::size_t> candidates) const {
        Nearest out(k);
        for (const std::size_t c : candidates) {
            if (c != m) out.offer(distance(row(m), row(c), out.limit()), c);
        }
        return out;
    }

  private:
    /// Squared; what is beyond `limit` may be less than the whole.
    [[nodiscard]] double distance(const double* a, const double* b, double limit) const noexcept {
        double sum = 0;
        for (std::size_t i = 0; i < width_ && sum < limit; ++i) {
            const double difference = a[i] - b[i];
            sum += nominal_[i] ? (difference == 0 ? 0 : mismatch_) : difference * difference;
        }
        return sum;
    }

    std::size_t width_;
    const std::vector<bool>& nominal_;
    std::vector<double> values_;
    double mismatch_ = 1;  // what two different names count
};

/// One row that is to be made up: between a member of its class and the member's `which`-th neighbour.
struct Planned {
    std::size_t base;
    std::size_t which;
    double part;
};

/// The most frequent value of feature `i` among the neighbours, the least of equals.
[[nodiscard]] inline double voted(const ClassRows& rows, std::span<const Nearest::Neighbour> found,
                                  std::size_t i) {
    double best = missing;
    std::size_t most = 0;
    for (const auto& one : found) {
        const double value = rows.row(one.row)[i];
        const auto votes = static_cast<std::size_t>(std::count_if(
            found.begin(), found.end(), [&](const auto& other) { return rows.row(other.row)[i] == value; }));
        if (votes > most || (votes == most && value < best)) {
            most = votes;
            best = value;
        }
    }
    return best;
}

/// The rows, and after them rows made up of the classes that lack some: class after class.
[[nodiscard]] inline Resampled synthesise(const TrainingRows& rows, const std::vector<bool>& nominal,
                                          const SynthesisOptions& options) {
    const auto classes = rows_by_class(rows, options.who);
    const std::vector<std::size_t> more = lacking(classes, options.ratio);
    const std::size_t width = nominal.size();
    std::vector<std::vector<double>> columns(width);
    for (std::size_t i = 0; i < width; ++i)
        columns[i].assign(rows.features()[i].begin(), rows.features()[i].end());
    Resampled out{.features = Features(0),
                  .labels = {rows.labels().begin(), rows.labels().end()},
                  .weights = {rows.weights().begin(), rows.weights().end()}};
    for (std::size_t c = 0; c < classes.size(); ++c) {
        const std::vector<std::size_t>& members = classes[c];
        if (more[c] == 0) continue;
        if (members.size() < 2) {
            throw DataError(ErrorCode::too_few_rows, {.expected = "at least 2 training rows of class " +
                                                                  text::quoted(rows.target().classes[c]),
                                                      .found = "1",
                                                      .where = options.who,
                                                      .advice = "give more rows, or use RandomOverSampler"});
        }
        Random random(derive_seed(options.seed, c));
        const std::vector<std::size_t> candidates = sample_of(
            members.size(), options.max_candidates == 0 ? members.size() : options.max_candidates, random);
        // a member that is no candidate itself has one candidate more
        const std::size_t k = std::min(options.neighbours, candidates.size() - 1);
        std::vector<Planned> plan(more[c]);
        for (Planned& p : plan) {
            p.base = static_cast<std::size_t>(random.below(members.size()));
            p.which = static_cast<std::size_t>(random.below(k));
            p.part = random.uniform();
        }
        // by base, so that the neighbours of each are sought once
        std::stable_sort(plan.begin(), plan.end(),
                         [](const Planned& a, const Planned& b) { return a.base < b.base; });
        const ClassRows of_class(rows, members, nominal);
        const std::size_t first = out.labels.size();
        out.labels.resize(first + plan.size(), static_cast<double>(c));
        for (auto& column : columns) column.resize(first + plan.size());
        if (!out.weights.empty()) out.weights.resize(first + plan.size());
        parallel_blocks(plan.size(), 64, [&](std::size_t begin, std::size_t end) {
            Nearest near(k);
            for (std::size_t s = begin; s < end; ++s) {
                const Planned& p = plan[s];
                if (s == begin || p.base != plan[s - 1].base) near = of_class.nearest(p.base, k, candidates);
                // none where distances overflow: then the row is repeated
                const std::size_t found = near.found().size();
                const std::size_t other = found == 0 ? p.base : near.found()[p.which % found].row;
                for (std::size_t i = 0; i < width; ++i) {
                    const double from = of_class.row(p.base)[i];
                    columns[i][first + s] = nominal[i] && found > 0
                                                ? voted(of_class, near.found(), i)
                                                : from + p.part * (of_class.row(other)[i] - from);
                }
                if (out.weights.empty()) continue;
                const double from = rows.weights()[members[p.base]];
                out.weights[first + s] = from + p.part * (rows.weights()[members[other]] - from);
            }
        });
    }
    out.features = Features(out.labels.size());
    for (std::size_t i = 0; i < width; ++i) out.features.add(rows.layout()[i], std::move(columns[i]));
    return out;
}

/// throws OptionError
inline void require_synthesis(const SynthesisOptions& options) {
    require_ratio(options.ratio, options.who);
    require_option(options.neighbours >= 1 && options.neighbours <= Nearest::most,
                   options.who + ".neighbours", std::to_string(options.neighbours), "1 to 64");
    require_option(options.max_candidates != 1, options.who + ".max_candidates", "1",
                   "at least 2, or 0 for all");
}

}  // namespace gasket::detail
