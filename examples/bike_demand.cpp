// bike_demand DATA.csv: how many bicycles will be rented in an hour?
//
// Numbers run through the same chain as classes. The two columns that add up to the answer are found by the
// leakage audit and dropped; the last months are the holdout, as in life; a loss for counts beats the squared
// error; quantiles say how sure the forecast is. Data: UCI "Bike Sharing", by hour.
#include <CLI/CLI.hpp>
#include <gasket/gasket.hpp>
#include <iostream>
#include <string>

#include "support/run_main.hpp"

namespace {

using namespace gasket;

GradientBoosting boosting(const Loss& loss) {
    return {.trees = 300, .loss = loss};
}

void forecast(const std::string& path) {
    const Table hours = read_csv(path);
    // casual + registered = cnt: known only afterwards.
    const auto prepare = Drop{{"instant", "casual", "registered"}};
    const TimeSplitter splitter{
        .target = "cnt", .time = "dteday", .test_fraction = 0.2, .task = Task::regression};
    std::cout << text::grouped(hours.rows()) << " hours; what the audit of leaks says of other columns:\n";
    for (const Alert& alert : Profiler{.target = "cnt"}.observe(hours).alerts) {
        if (alert.kind == "leak_suspect") std::cout << "  " << alert.column << ": " << alert.text << "\n";
    }

    // Which loss? Folds in time on the training rows, in which the past forecasts the future.
    const Training train = splitter.split(hours).training;
    const TimeSeriesFolds folds{.folds = 3};
    const auto measured = [&](const char* name, const Loss& loss) {
        const CrossValidation cv =
            cross_validate(prepare | boosting(loss), train, folds, {rmse_metric, mae_metric, r2_metric});
        std::cout << "\n" << name << "\n" << cv;
    };
    measured("Squared error:", squared_loss);
    measured("Poisson loss, which never forecasts less than nothing:", poisson_loss);
    measured("Absolute error:", absolute_loss);

    const auto run =
        (prepare | splitter | boosting(poisson_loss) | Evaluator{.folds = 3} | PsiMonitor{.folds = 3})
            .run(hours);
    std::cout << "\nThe last fifth of the time, sealed until now:\n" << run.evaluation();

    // How sure? Two more models forecast the hour that one in ten stays below, and one in ten goes beyond.
    const auto low = score_out_of_fold(folds.split(train), refit(prepare | boosting(quantile_loss(0.1))));
    const auto high = score_out_of_fold(folds.split(train), refit(prepare | boosting(quantile_loss(0.9))));
    double inside = 0;
    double width = 0;
    for (std::size_t r = 0; r < low.labels.size(); ++r) {
        inside += low.labels[r] >= low.scores[r] && low.labels[r] <= high.scores[r] ? 1 : 0;
        width += high.scores[r] - low.scores[r];
    }
    const auto rows = static_cast<double>(low.labels.size());
    std::cout << "\nBetween the forecasts of the quantiles 0.1 and 0.9 lie " << text::percent(inside / rows)
              << " of the hours of the folds (asked for: 80 %), " << text::fixed(width / rows, 0)
              << " bicycles apart on the mean:\nthe world grows from fold to fold, and a forecast from the "
                 "past does "
                 "not know by how much.\n";
    std::cout << "\nHas the world moved since training? The last 2,000 hours:\n"
              << drift(run.model(), hours.slice(hours.rows() - 2000, hours.rows()));
}

}  // namespace

int main(int argc, char** argv) {
    return examples::run_main([&] {
        CLI::App app{"Forecasts rented bicycles by hour: numbers from split to drift."};
        std::string path;
        app.add_option("DATA", path, "CSV with the columns of UCI Bike Sharing by hour")->required();
        if (const auto code = examples::parse(app, argc, argv)) return *code;
        forecast(path);
        return 0;
    });
}
