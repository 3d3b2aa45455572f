// churn_score MODEL IN.csv OUT.csv: scores every row of a file with a saved model.
//
// The output holds the input's columns and two more, `probability` and `decision`, so that no join is needed.
#include <CLI/CLI.hpp>
#include <gasket/gasket.hpp>
#include <iostream>
#include <string>

#include "support/run_main.hpp"

namespace {

void score(const std::string& model_path, const std::string& in_path, const std::string& out_path,
           bool strict) {
    using namespace gasket;
    const Model model = load(model_path);
    const Table rows = read_csv(in_path);
    if (strict) model.require_known_labels(rows);
    const Predictions predictions = model.predict(rows);
    const Table scores = model.score(rows);

    Table out = rows;
    for (std::size_t c = 0; c < scores.columns(); ++c) {
        const std::string& name = scores.name(c);
        // A column of that name may be there from an earlier run: the new scores go beside it.
        out = out.with(rows.has(name) ? "gasket_" + name : name, scores.column(c));
    }
    write_csv(out, out_path);

    std::size_t positive = 0;
    for (std::size_t r = 0; r < predictions.size(); ++r) positive += predictions.decided(r) ? 1 : 0;
    std::cout << "scored " << text::grouped(predictions.size()) << " rows";
    if (model.target().task == Task::binary) {
        std::cout << ": " << text::grouped(positive) << " decided " << model.target().column << " = "
                  << model.target().positive() << " (threshold " << text::fixed(model.threshold(), 4) << ")";
    }
    std::cout << "\n";
    if (predictions.extra_columns > 0) {
        std::cout << "ignored " << predictions.extra_columns << " columns that the model does not read\n";
    }
    if (predictions.unseen_labels > 0) {
        std::cout << "met " << text::grouped(predictions.unseen_labels)
                  << " cells with a label that training had not\n";
    }
    std::cout << "written to " << out_path << "\n";
}

}  // namespace

int main(int argc, char** argv) {
    return examples::run_main([&] {
        CLI::App app{"Scores every row of a CSV file with a saved gasket model."};
        std::string model, in, out;
        app.add_option("MODEL", model, "an artifact written by save")->required();
        app.add_option("IN", in, "CSV with the columns that the model reads, in any order")->required();
        app.add_option("OUT", out, "CSV to be written: the input and its scores")->required();
        bool strict = false;
        app.add_flag("--strict", strict, "a label that training had not is an error");
        if (const auto code = examples::parse(app, argc, argv)) return *code;
        score(model, in, out, strict);
        return 0;
    });
}
