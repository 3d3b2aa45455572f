// churn_data OUT.csv [--rows N --seed N --drift X]: made-up bank customers, the same for the same arguments.
#include <CLI/CLI.hpp>
#include <cstdint>
#include <gasket/core/text.hpp>
#include <gasket/data/csv_writer.hpp>
#include <iostream>
#include <string>

#include "support/bank_customers.hpp"
#include "support/run_main.hpp"

int main(int argc, char** argv) {
    return examples::run_main([&] {
        CLI::App app{"Writes made-up bank customers as CSV."};
        std::string out;
        std::size_t rows = 10000;
        std::uint64_t seed = 42;
        double drift = 0;
        app.add_option("OUT", out, "CSV file to be written")->required();
        app.add_option("--rows", rows, "how many customers")
            ->check(CLI::Range(1, 100'000'000))
            ->capture_default_str();
        app.add_option("--seed", seed, "another seed, other customers")
            ->check(examples::not_negative)
            ->capture_default_str();
        app.add_option("--drift", drift, "how far the world has moved: 0 (not at all) to 1 (far)")
            ->capture_default_str();
        if (const auto code = examples::parse(app, argc, argv)) return *code;
        gasket::detail::require_option(drift >= 0 && drift <= 1, "--drift", gasket::text::shortest(drift),
                                       "a number from 0 to 1");

        const gasket::Table customers = examples::bank_customers(rows, seed, drift);
        gasket::write_csv(customers, out);
        double churned = 0;
        for (const double y : customers["churn"].numbers()) churned += y;
        std::cout << "wrote " << gasket::text::grouped(rows) << " customers to " << out << ": "
                  << gasket::text::percent(churned / static_cast<double>(rows)) << " churned, "
                  << customers["tenure"].missing_count() << " tenures are missing\n";
        return 0;
    });
}
