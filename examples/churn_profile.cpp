// churn_profile [FILE.csv]: what is in a table, as text and as a page; and a gate for a job that takes data
// in.
//
//     churn_profile                                                   made-up bank customers
//     churn_profile march.csv --target churn --html march.html        a page to send around
//     churn_profile january.csv --write-schema customers.json         the contract, to be edited and kept
//     churn_profile march.csv --schema customers.json --against january.csv
//
// Exit code 0: nothing serious. 1: a serious alert, rows or columns that break the schema, or a table that is
// different from the one it is held against. 2: an argument is wrong, or a file cannot be read or written.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <gasket/gasket.hpp>
#include <iostream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "support/bank_customers.hpp"
#include "support/run_main.hpp"

namespace {

using namespace gasket;

constexpr int passed = 0, failed = 1, unusable = 2;

struct Options {
    std::string file, schema, write_schema, target, positive, html, json, against;
};

/// The rows that keep the schema, and what is wrong with the others.
Ingestion take_in(const std::string& path, const Schema& schema) {
    return ingest(path, schema, {.most_share = 1, .most_rows = std::numeric_limits<std::size_t>::max()});
}

/// A new column breaks no contract: nobody reads it.
bool keeps_contract(const Ingestion& in) {
    for (const Anomaly& anomaly : in.anomalies) {
        if (anomaly.what.change != Change::added) return false;
    }
    return in.quarantine.empty();
}

template <class T>
std::string text_of(const T& value) {
    std::ostringstream out;
    out << value;
    return out.str();
}

int run(const Options& options) {
    std::vector<std::string> broken;  // why the gate is closed
    std::vector<Section> sections;
    const bool made_up = options.file.empty();
    const std::string name =
        made_up ? "made-up bank customers" : std::filesystem::path(options.file).filename().string();

    Table table;
    if (made_up) {
        table = examples::bank_customers(10000, 42, 0);
    } else if (options.schema.empty()) {
        table = read_csv(options.file);
    } else {
        const Ingestion in = take_in(options.file, Schema::load(options.schema));
        table = in.accepted;
        std::cout << "Contract " << options.schema << "\n" << in << "\n";
        sections.push_back({"contract", "Contract",
                            html::panel(html::element("div", {{"class", "scroll"}, {"tabindex", "0"}},
                                                      html::element("pre", {}, text_of(in))))});
        if (!keeps_contract(in)) broken.push_back("the contract is broken");
    }
    if (!options.write_schema.empty()) infer_schema(table).save(options.write_schema);

    const Profile profile = Profiler{.target = options.target, .positive = options.positive}.observe(table);
    std::cout << profile;
    if (profile.serious()) broken.push_back("there are serious alerts");

    Json report = profile.to_json();
    if (!options.against.empty()) {
        const Table reference = options.schema.empty()
                                    ? read_csv(options.against)
                                    : take_in(options.against, Schema::load(options.schema)).accepted;
        const Representativeness r = representativeness(reference, table);
        std::cout << "\n" << r;
        sections.push_back(representativeness_section(
            r, "Against " + std::filesystem::path(options.against).filename().string()));
        report["representativeness"] = r.to_json();
        if (r.status() == DriftStatus::drift) broken.push_back("the table is different from the reference");
    }
    if (!options.html.empty()) {
        Page page = profile_page(profile, name);
        page.sections.insert(page.sections.begin() + 2, sections.begin(),
                             sections.end());  // after the alerts
        page.write(options.html);
        std::cout << "\nThe page: " << options.html << "\n";
    }
    if (!options.json.empty()) {
        const std::string json = report.dump(2, ' ', false, Json::error_handler_t::replace);
        detail::write_file_atomically(options.json, json + "\n");
        std::cout << "\nThe profile in numbers: " << options.json << "\n";
    }
    std::cout << "\n"
              << (broken.empty() ? "Passed: nothing serious" : "Failed: " + text::list(broken)) << "\n";
    return broken.empty() ? passed : failed;
}

}  // namespace

int main(int argc, char** argv) {
    return examples::run_main(
        [&] {
            Options options;
            CLI::App app{"Profiles a table, and says whether something serious is wrong with it."};
            app.add_option("FILE", options.file, "CSV file; made-up bank customers where none is given");
            app.add_option("--target", options.target, "column to be predicted");
            app.add_option("--positive", options.positive, "its label that counts as positive");
            app.add_option("--schema", options.schema, "contract that the file must keep")->needs("FILE");
            app.add_option("--write-schema", options.write_schema, "write the contract that the file keeps");
            app.add_option("--against", options.against, "CSV file that the file should be like");
            app.add_option("--html", options.html, "write the profile as a page");
            app.add_option("--json", options.json, "write the profile in numbers");
            app.footer(
                "Exit code 0: nothing serious. 1: a serious alert, a broken contract, or a table that is\n"
                "different from the one it is held against. 2: a wrong argument, or an unusable file.");
            if (const auto code = examples::parse(app, argc, argv, unusable)) return *code;
            if (options.file.empty() && options.target.empty()) options.target = "churn";
            return run(options);
        },
        unusable);
}
