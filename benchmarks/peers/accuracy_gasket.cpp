// accuracy_gasket ROWS.csv FOLDS.txt OUT.f64 trees leaves rate [OPTION=VALUE...]: gasket's side of
// peers/accuracy.
//
// ROWS.csv has the features and a column `answer` of 0 and 1, of class numbers (task=multiclass) or of
// numbers (task=regression). FOLDS.txt has a line for each row: for each repetition the number of the fold
// that the row is judged in; -1: the row is learned from and never judged. OUT.f64 gets the answers as raw
// doubles, repetition after repetition and row after row, NaN for rows never judged. Another OPTION is a
// number of GradientBoosting.
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "gasket/data/csv.hpp"
#include "gasket/data/to_features.hpp"
#include "gasket/model/gradient_boosting.hpp"
#include "gasket/split/wall.hpp"

namespace {
using namespace gasket;

GradientBoosting stage_of(const std::vector<std::string>& words) {
    GradientBoosting stage{.trees = std::stoul(words.at(0)),
                           .learning_rate = std::stod(words.at(2)),
                           .max_leaves = std::stoul(words.at(1))};
    const std::map<std::string, std::size_t*> counts{{"max_depth", &stage.max_depth},
                                                     {"min_rows_leaf", &stage.min_rows_leaf},
                                                     {"max_bins", &stage.max_bins},
                                                     {"thresholds_per_split", &stage.thresholds_per_split}};
    const std::map<std::string, double*> numbers{{"min_hessian", &stage.min_hessian},
                                                 {"l1", &stage.l1},
                                                 {"l2", &stage.l2},
                                                 {"min_gain", &stage.min_gain},
                                                 {"row_fraction", &stage.row_fraction},
                                                 {"column_fraction", &stage.column_fraction}};
    for (std::size_t i = 3; i < words.size(); ++i) {
        const std::size_t sign = words[i].find('=');
        const std::string name = words[i].substr(0, sign);
        const std::string value = sign == std::string::npos ? "" : words[i].substr(sign + 1);
        if (name == "task") {
            continue;  // see task_of
        } else if (counts.contains(name)) {
            *counts.at(name) = std::stoul(value);
        } else if (numbers.contains(name)) {
            *numbers.at(name) = std::stod(value);
        } else {
            throw std::runtime_error("no option '" + name + "'");
        }
    }
    return stage;
}

Task task_of(const std::vector<std::string>& words) {
    const auto given = [&](const char* word) {
        return std::find(words.begin(), words.end(), word) != words.end();
    };
    return given("task=multiclass")   ? Task::multiclass
           : given("task=regression") ? Task::regression
                                      : Task::binary;
}

/// By repetition, then by row.
std::vector<std::vector<int>> read_folds(const std::string& path) {
    std::vector<std::vector<int>> out;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        int fold = 0;
        for (std::size_t k = 0; words >> fold; ++k) {
            if (k == out.size()) out.emplace_back();
            out[k].push_back(fold);
        }
    }
    return out;
}

/// Answers for the rows of one fold, from a model of all others.
void judge(const GradientBoosting& stage, const Table& table, Task task, const std::vector<int>& folds,
           int fold, std::vector<double>& answers) {
    SplitPlan plan;
    for (std::size_t r = 0; r < folds.size(); ++r) (folds[r] == fold ? plan.test : plan.train).push_back(r);
    const auto read = detail::read_target(table, "answer", task, "");
    plan.target = read.target;
    plan.labels = read.values;
    plan.reserved = {"answer"};
    const Training training = detail::Wall::seal(table, plan).training;
    const TrainingRows rows(training);
    const auto fitted = stage.fit(rows);
    // Each side numbers the labels that it has: those of the judged rows become the codes that were learned.
    const Features judged = detail::to_features(table.without({"answer"}).take(plan.test));
    Features features(plan.test.size());
    for (std::size_t f = 0; f < judged.columns(); ++f) {
        std::vector<double> values(judged[f].begin(), judged[f].end());
        if (rows.layout()[f].is_category()) {
            const auto& known = *rows.layout()[f].labels;
            for (double& x : values) {
                if (is_missing(x)) continue;
                const auto& label = (*judged.layout()[f].labels)[static_cast<std::size_t>(x)];
                const auto at = std::find(known.begin(), known.end(), label);
                x = at == known.end() ? unseen_code : static_cast<double>(at - known.begin());
            }
        }
        features.add(rows.layout()[f], std::move(values));
    }
    const std::size_t width = fitted.outputs();
    std::vector<double> out(plan.test.size() * width);
    Scratch scratch;
    fitted.predict(features.block(), out.data(), scratch);
    if (answers.size() != table.rows() * width) answers.assign(table.rows() * width, missing);
    for (std::size_t i = 0; i < out.size(); ++i) answers[plan.test[i / width] * width + i % width] = out[i];
}

int run(const std::vector<std::string>& words) {
    if (words.size() < 6)
        throw std::runtime_error(
            "accuracy_gasket ROWS.csv FOLDS.txt OUT.f64 trees leaves rate [OPTION=VALUE...]");
    const Table table = read_csv(words[0]);
    GradientBoosting stage = stage_of({words.begin() + 3, words.end()});
    const Task task = task_of(words);
    std::ofstream out(words[2], std::ios::binary);
    for (const std::vector<int>& folds : read_folds(words[1])) {
        if (folds.size() != table.rows()) throw std::runtime_error("not as many folds as rows");
        std::vector<double> answers(folds.size(), missing);
        for (int fold = 0; fold <= *std::max_element(folds.begin(), folds.end()); ++fold)
            judge(stage, table, task, folds, fold, answers);
        out.write(reinterpret_cast<const char*>(answers.data()),
                  static_cast<std::streamsize>(answers.size() * sizeof(double)));
        ++stage.seed;  // what is drawn by chance is drawn anew in each repetition
    }
    if (!out) throw std::runtime_error("cannot write " + words[2]);
    return 0;
}
}  // namespace

int main(int count, char** words) {
    try {
        return run({words + 1, words + count});
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
