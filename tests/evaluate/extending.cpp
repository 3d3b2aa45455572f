// What docs/extending.md shows.
#include <algorithm>
#include <cmath>
#include <sstream>

#include "gasket/gasket.hpp"
#include "support/bank.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

/// Numbers beyond the quantiles that training had become these quantiles.
struct Winsorizer {
    static constexpr std::string_view name = "winsorizer";
    double lower = 0.01;
    double upper = 0.99;
    gasket::Fitted<Winsorizer> fit(const gasket::TrainingRows& rows) const;
};

template <>
class gasket::Fitted<Winsorizer> {
  public:
    Fitted(std::vector<double> low, std::vector<double> high, const Layout& in)
        : low_(std::move(low)), high_(std::move(high)) {
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (in[i].is_category()) {
                outputs_.pass(in, i);  // handed on, not copied
            } else {
                from_.push_back(i);
                outputs_.compute(in[i]);
            }
        }
    }
    const Outputs& outputs() const { return outputs_; }
    /// Any number of rows, one too; no allocation, so that serving has none.
    void compute(const Block& in, std::span<double* const> out) const {
        for (std::size_t k = 0; k < from_.size(); ++k) {
            for (std::size_t r = 0; r < in.rows(); ++r) {
                const double x = in[from_[k]][r];
                out[k][r] = is_missing(x) ? x : std::clamp(x, low_[k], high_[k]);
            }
        }
    }
    Json to_json() const { return {{"low", low_}, {"high", high_}}; }
    static Fitted from_json(const detail::Fields& fields, const Layout& in) {
        Fitted out(fields.numbers("low"), fields.numbers("high"), in);
        if (out.low_.size() != out.from_.size() || out.high_.size() != out.from_.size())
            detail::throw_content(fields.path(), "a limit for each number", "others");
        return out;
    }

  private:
    std::vector<double> low_;
    std::vector<double> high_;
    std::vector<std::size_t> from_;
    Outputs outputs_;
};

gasket::Fitted<Winsorizer> Winsorizer::fit(const gasket::TrainingRows& rows) const {
    std::vector<double> low, high;
    for (std::size_t i = 0; i < rows.layout().size(); ++i) {
        if (rows.layout()[i].is_category()) continue;
        std::vector<double> values(rows.features()[i].begin(), rows.features()[i].end());
        std::erase_if(values, [](double x) { return gasket::is_missing(x); });
        std::ranges::sort(values);
        low.push_back(gasket::quantile_of_sorted(values, lower));
        high.push_back(gasket::quantile_of_sorted(values, upper));
    }
    return {std::move(low), std::move(high), rows.layout()};
}

using namespace gasket;

TEST_CASE("the page on extending is a program") {
    const Training train = testing_support::bank_training(500);
    const std::string path = testing_support::scratch_file("winsorized.gasket");

    const auto chain = Winsorizer{.upper = 0.95} | Imputer{} | OneHotEncoder{} | LogisticRegression{};
    const auto fitted = chain.fit(train);
    fitted.save(path);
    CHECK_THROWS_AS(load(path), ArtifactError);  // no program can read a stage that it does not know
    register_stage<Winsorizer>();
    const Model model = load(path);

    CHECK(model.predict(train.table()).values == fitted.predict(train.table()).values);
    const Table learned = (Winsorizer{.upper = 0.95} | Imputer{}).fit(train).transform(train.table());
    const auto most = [](const Column& column) {
        double out = -INFINITY;
        for (const double x : column.numbers()) out = x > out ? x : out;
        return out;
    };
    CHECK(most(learned["age"]) < most(train.table()["age"]));

    const Metric regret{.name = "regret", .greater_is_better = false, .of_decisions = [](const Confusion& c) {
                            return 4 * c.fn + c.fp;
                        }};
    const auto tuned = (chain | ThresholdTuner{.maximise = regret}).fit(train);
    const auto cv = cross_validate(chain, train, StratifiedKFold{.folds = 3}, {regret});

    CHECK(cv.metric("regret").mean() > 0);
    CHECK(tuned.model().threshold() < 0.5);  // what is missed costs four times as much
}

TEST_CASE("a loss of one's own on the page on extending") {
    Random random(5);
    std::vector<double> x, y;
    for (int i = 0; i < 600; ++i) {
        x.push_back(random.uniform());
        y.push_back(3 * x.back() + random.normal() / 10 + (i % 20 == 0 ? 30 : 0));  // some are far off
    }
    const Table table{{"x", Column::numeric(x)}, {"y", Column::numeric(y)}};
    const auto [train, test] = RandomSplitter{.target = "y", .task = Task::regression}.split(table);

    constexpr Loss log_cosh{
        .name = "log_cosh",
        .value = [](double label, double score, double) { return std::log(std::cosh(score - label)); },
        .slope =
            [](double label, double score, double) {
                const double t = std::tanh(score - label);
                return Slope{t, std::max(1 - t * t, 0.01)};
            }};
    const auto robust = GradientBoosting{.loss = log_cosh}.fit(train);

    const auto plain = GradientBoosting{}.fit(train);
    const auto error_at_half = [](const auto& fitted) {
        const double at = 0.5;
        const double* const column = &at;
        double out = 0;
        Scratch scratch;
        fitted.predict(Block(std::span(&column, 1), 1), &out, scratch);
        return std::abs(out - 1.5);
    };
    CHECK(error_at_half(robust) < error_at_half(plain));
}
