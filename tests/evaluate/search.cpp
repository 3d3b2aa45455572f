#include "gasket/evaluate/search.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/bank.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using testing_support::bank_training;
using testing_support::scratch_file;

namespace {

const auto chain = Imputer{} | OneHotEncoder{} | GradientBoosting{.trees = 10, .max_leaves = 4};
const StratifiedKFold folds{.folds = 3, .seed = 5};

auto space() {
    return Space{option<&Imputer::strategy>({Impute::mean, Impute::median}),
                 option<&GradientBoosting::trees>({2, 8}),
                 option<&GradientBoosting::learning_rate>(log_uniform(0.05, 0.5))};
}

/// All of a report but the seconds.
std::string outcome(const SearchReport& report) {
    Json json = report.to_json();
    json.erase("seconds"), json.erase("resumed");
    for (Json& trial : json["trials"]) trial.erase("seconds");
    return json.dump(1);
}

struct Interrupted {};
Progress stop_after(std::size_t trials) {
    return [=](const ProgressEvent& e) {
        if (e.done == trials) throw Interrupted{};
    };
}

std::string content(const std::string& path) {
    std::ostringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return out.str();
}

}  // namespace

TEST_CASE("a grid search measures every combination as cross_validate does, and gives the best chain") {
    const Training training = bank_training(500);
    const auto found = search(chain, training, folds, space(), GridSearch{.points = 2},
                              {.metric = log_loss_metric, .also = {auc}});
    REQUIRE(found.trials.size() == 8);
    for (std::size_t i = 0; i < 8; ++i) {
        const Trial& trial = found.trials[i];
        if (i % 3 == 0) {
            const auto cv = cross_validate(found.chain(trial), training, folds, {log_loss_metric, auc});
            CHECK(trial.metrics[0].by_fold == cv.metrics[0].by_fold);
            CHECK(trial.metrics[1].by_fold == cv.metrics[1].by_fold);
        }
        if (i > 0) CHECK(found.trials[i - 1].metrics[0].mean() <= trial.metrics[0].mean());
        CHECK(trial.seconds > 0);
    }
    const Json& best = found.best_trial().settings;
    const auto fitted = found.best().fit(training);
    CHECK(fitted.stage<GradientBoosting>().trees_used() == best["GradientBoosting.trees"]);
    const auto best_chain = found.best();
    const auto& boosting = detail::stage_at<2>(best_chain.stages());
    CHECK(boosting.learning_rate == best["GradientBoosting.learning_rate"]);
    CHECK((boosting.learning_rate == 0.05 || boosting.learning_rate == 0.5));
    CHECK(boosting.max_leaves == 4);

    std::ostringstream out;
    out << found;
    CHECK(out.str().find("8 candidates, 3 folds, 8 trials") != std::string::npos);
    CHECK(out.str().find("rank  strategy") != std::string::npos);
    CHECK(found.to_json()["trials"][0]["settings"] == best);
}

TEST_CASE("random search draws no combination twice, its first trials hold, and threads change nothing") {
    const Training training = bank_training(300);
    const auto run = [&](std::size_t trials) {
        return search(chain, training, folds, space(), RandomSearch{.trials = trials, .seed = 3});
    };
    set_threads(1);
    const auto few = run(4);
    set_threads(2);
    const auto again = run(4);
    const auto many = run(7);
    set_threads(0);
    CHECK(outcome(few) == outcome(again));
    for (const Trial& trial : few.trials) {
        const auto same = [&](const Trial& t) {
            return t.number == trial.number && t.settings == trial.settings;
        };
        CHECK(std::ranges::any_of(many.trials, same));
    }
    const auto all = search(chain, training, folds, Space{option<&GradientBoosting::trees>({1, 2, 3})},
                            RandomSearch{.trials = 50});
    CHECK(all.trials.size() == 3);
}

TEST_CASE("halving gives more rows to the better candidates only, and its last rung is a plain search") {
    const Training training = bank_training(900);
    const auto found = search(chain, training, folds,
                              Space{option<&GradientBoosting::trees>({1, 2, 3, 5, 8, 10}),
                                    option<&Imputer::indicators>({false, true})},
                              SuccessiveHalving{.rounds = 3, .factor = 2});
    REQUIRE(found.trials.size() == 12);
    CHECK(found.measured == 12 + 6 + 3);
    for (std::size_t i = 0; i < 12; ++i) CHECK(found.trials[i].share == (i < 3 ? 1 : i < 6 ? 0.5 : 0.25));
    const auto cv = cross_validate(found.best(), training, folds, {auc});
    CHECK(found.best_trial().metrics[0].by_fold == cv.metrics[0].by_fold);
    std::ostringstream out;
    out << found;
    CHECK(out.str().find("of the rows") != std::string::npos);
    CHECK(out.str().find("25.0 %") != std::string::npos);
}

TEST_CASE("halving spends an option instead of rows where the space names one") {
    const Training training = bank_training(400);
    const auto found = search(chain, training, folds,
                              Space{option<&GradientBoosting::learning_rate>({0.05, 0.1, 0.2, 0.4}),
                                    resource<&GradientBoosting::trees>(12)},
                              SuccessiveHalving{.rounds = 2, .factor = 4});
    CHECK(found.trials.size() == 4);
    CHECK(found.trials.back().share == 0.25);
    CHECK(found.trials.back().settings.size() == 1);
    CHECK(detail::stage_at<2>(found.best().stages()).trees == 12);
    const auto weak =
        Imputer{} | OneHotEncoder{} |
        GradientBoosting{
            .trees = 3, .learning_rate = found.trials.back().settings.front().get<double>(), .max_leaves = 4};
    CHECK(found.trials.back().metrics[0].by_fold ==
          cross_validate(weak, training, folds, {auc}).metrics[0].by_fold);
}

TEST_CASE("a sample of rows keeps the shares of the classes, and a larger one holds the smaller") {
    const Training training = bank_training(1000);
    std::vector<std::size_t> rows;
    for (std::size_t r = 0; r < training.rows(); r += 2) rows.push_back(r);
    const auto rate = [&](const std::vector<std::size_t>& of) {
        double sum = 0;
        for (const std::size_t r : of) sum += training.labels()[r];
        return sum / static_cast<double>(of.size());
    };
    std::vector<std::size_t> before;
    for (const std::size_t take : {2u, 10u, 57u, 200u, 400u}) {
        const auto some = detail::subsample(training, rows, take, 1);
        CHECK(some.size() == take);
        CHECK(std::ranges::includes(some, before));
        CHECK(std::ranges::includes(rows, some));
        if (take > 50) CHECK(std::abs(rate(some) - rate(rows)) <= 1.0 / static_cast<double>(take));
        before = some;
    }
    CHECK(rate(detail::subsample(training, rows, 2, 1)) == 0.5);
    CHECK(detail::subsample(training, rows, 5000, 1) == rows);
}

TEST_CASE("a search that was interrupted anywhere goes on from its journal to the same end") {
    const Training training = bank_training(300);
    const SuccessiveHalving strategy{.rounds = 2, .factor = 2, .points = 2};
    const auto run = [&](const std::string& journal, const Progress& progress = {}) {
        return search(chain, training, folds, space(), strategy, {.journal = journal, .progress = progress});
    };
    const std::string whole = scratch_file("whole.jsonl");
    const auto expected = run(whole);
    CHECK(expected.resumed == 0);
    CHECK(expected.measured == 8 + 4);
    CHECK(outcome(expected) == outcome(run("")));
    const auto again = run(whole);
    CHECK(again.resumed == 12);
    CHECK(outcome(again) == outcome(expected));
    CHECK(again.seconds == expected.seconds);
    const std::string bytes = content(whole);

    const std::string path = scratch_file("cut.jsonl");
    for (const std::size_t trials : {1u, 5u, 9u, 11u}) {
        std::filesystem::remove(path);
        CHECK_THROWS_AS(run(path, stop_after(trials)), Interrupted);
        const auto resumed = run(path);
        CHECK(resumed.resumed >= trials);
        CHECK(outcome(resumed) == outcome(expected));
    }
    Random random(1);
    for (int k = 0; k < 12; ++k) {
        const std::string part = bytes.substr(0, random.below(bytes.size()));
        std::ofstream(path, std::ios::binary) << part;
        const auto resumed = run(path);
        const auto lines = static_cast<std::size_t>(std::ranges::count(part, '\n'));
        CHECK(resumed.resumed == (lines == 0 ? 0 : lines - 1));
        CHECK(outcome(resumed) == outcome(expected));
        CHECK(std::ranges::count(content(path), '\n') == 13);
    }
}

TEST_CASE("a search that was killed goes on from its journal") {
    const Training training = bank_training(300);
    const std::string path = scratch_file("killed.jsonl");
    const auto run = [&](const Progress& progress) {
        return search(chain, training, folds, space(), GridSearch{.points = 2},
                      {.journal = path, .progress = progress});
    };
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        (void)run([](const ProgressEvent& e) {
            if (e.done == 3) (void)raise(SIGKILL);
        });
        _exit(0);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    const auto resumed = run({});
    CHECK(resumed.resumed >= 3);
    CHECK(resumed.resumed < 8);
    CHECK(outcome(resumed) == outcome(search(chain, training, folds, space(), GridSearch{.points = 2})));
}

TEST_CASE("the journal of another search is refused, and so is a damaged one") {
    const Training training = bank_training(300);
    const std::string path = scratch_file("journal.jsonl");
    const SearchOptions options{.journal = path};
    const Space trees{option<&GradientBoosting::trees>({2, 4})};
    (void)search(chain, training, folds, trees, GridSearch{}, options);
    const auto refusal = [&](const auto& body) -> std::string {
        try {
            body();
        } catch (const ArtifactError& e) {
            CHECK(e.code() == ErrorCode::other_search);
            return e.what();
        }
        return "";
    };
    const auto other = [&](const auto& a_chain, const Training& rows, const auto& folder, const auto& a_space,
                           const SearchOptions& with) {
        return refusal([&] { (void)search(a_chain, rows, folder, a_space, GridSearch{}, with); });
    };
    CHECK(other(chain, bank_training(300, 8), folds, trees, options).find("same training") !=
          std::string::npos);
    CHECK(other(chain, training, KFold{.folds = 3}, trees, options).find("same folds") != std::string::npos);
    CHECK(other(OneHotEncoder{} | GradientBoosting{}, training, folds, trees, options).find("chain") !=
          std::string::npos);
    const Space leaves{option<&GradientBoosting::max_leaves>({2, 4})};
    CHECK(other(chain, training, folds, leaves, options).find("options") != std::string::npos);
    CHECK(other(chain, training, folds, trees, {.metric = f1, .journal = path}).find("metrics") !=
          std::string::npos);
    // the same stages with another option that the space does not name
    const auto faster =
        Imputer{} | OneHotEncoder{} | GradientBoosting{.trees = 10, .learning_rate = 0.11, .max_leaves = 4};
    CHECK(other(faster, training, folds, trees, options).find("other scores") != std::string::npos);

    // more values to choose from are no other search
    const auto more = search(chain, training, folds, Space{option<&GradientBoosting::trees>({2, 4, 6})},
                             GridSearch{}, options);
    CHECK(more.resumed == 2);

    const std::string bytes = content(path);
    for (const std::string_view wrong : {"x\n", "{}\n",
                                         "{\"settings\":{},\"share\":1,\"fit_seconds\":[1],\"failure\":\"\","
                                         "\"metrics\":{\"auc\":[1]},\"scores\":\"\"}\n"}) {
        std::ofstream(path, std::ios::binary) << bytes << wrong;
        try {
            (void)search(chain, training, folds, trees, GridSearch{}, options);
            FAIL("a damaged journal was read");
        } catch (const ArtifactError& e) {
            CHECK(e.code() == ErrorCode::journal_damaged);
            CHECK(e.parts().where.find("line 5") != std::string::npos);
        }
    }
    std::ofstream(path, std::ios::binary) << "a,b\n1,2\n";
    CHECK(other(chain, training, folds, trees, options).find("another file") != std::string::npos);
    CHECK(content(path) == "a,b\n1,2\n");
}

TEST_CASE("settings that cannot be fitted are ranked last with the reason, where none can it is an error") {
    const Training training = bank_training(300);
    const auto found = search(chain, training, folds,
                              Space{option<&GradientBoosting::learning_rate>({7, 0.1})}, GridSearch{});
    CHECK(found.trials[0].settings["GradientBoosting.learning_rate"] == 0.1);
    CHECK(found.trials[1].failure.find("learning_rate") != std::string::npos);
    CHECK(found.trials[1].metrics.empty());
    std::ostringstream out;
    out << found;
    CHECK(out.str().find("could not be fitted") != std::string::npos);
    CHECK_THROWS_AS(
        search(chain, training, folds, Space{option<&GradientBoosting::learning_rate>({7})}, GridSearch{}),
        OptionError);
}

TEST_CASE("progress counts trials, names the best so far and estimates the rest") {
    const Training training = bank_training(300);
    std::vector<ProgressEvent> seen;
    const auto found = search(chain, training, folds, space(), GridSearch{.points = 2},
                              {.progress = [&](const ProgressEvent& e) { seen.push_back(e); }});
    REQUIRE(seen.size() == 9);
    CHECK(seen[0].done == 0);
    CHECK(seen[8].done == 8);
    CHECK(seen[8].total == 8);
    CHECK(seen[8].note == "best auc " + text::fixed(found.best_trial().metrics[0].mean(), 4));
    CHECK(seen[3].seconds_left > 0);
}
