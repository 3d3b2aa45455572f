// kernels_linear [ROWS]: the kernels under StandardScaler and LogisticRegression, by the processor time of
// one thread. Beside each stands what it cannot be faster than here: reading the same numbers, or the same
// arithmetic in a loop that does nothing else.
#include <cstdlib>
#include <gasket/core/huge_pages.hpp>
#include <gasket/model/logistic_solver.hpp>
#include <gasket/prepare/moments.hpp>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include "timing.hpp"

namespace {

using namespace gasket;
using benchmarks::keep;
using detail::LogisticLoss;

constexpr std::size_t columns = 28;

template <class Body>
double seconds(const Body& body) {
    return benchmarks::least_seconds(
        1.0, [] {}, body);
}

void line(const std::string& kernel, double ns, const std::string& unit) {
    std::cout << std::left << std::setw(64) << kernel << std::right << std::setw(9) << std::fixed
              << std::setprecision(3) << ns << " ns per " << unit << "\n";
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t rows = (argc > 1 ? static_cast<std::size_t>(std::atoll(argv[1])) : 1000000) / 512 * 512;
    const double n = static_cast<double>(rows);
    const double values = n * columns;
    set_threads(1);
    const auto memory = detail::shared_doubles(rows * columns),
               other = detail::shared_doubles(rows * columns);
    std::vector<double> labels(rows);
    std::vector<const double*> x;
    Random random(1);
    for (std::size_t j = 0; j < columns; ++j) {
        double* column = memory.get() + j * rows;
        for (std::size_t r = 0; r < rows; ++r) column[r] = random.normal();
        x.push_back(column);
    }
    for (std::size_t r = 0; r < rows; ++r) labels[r] = x[0][r] + random.normal() > 0 ? 1 : 0;
    std::cout << rows << " rows x " << columns << " columns\n";

    // --- memory: the limit of whatever reads all rows
    // -----------------------------------------------------------
    double total = 0;
    line("read all numbers (limit of a pass)",
         1e9 / n * seconds([&] { total += detail::sum_of(memory.get(), rows * columns); }), "row");
    line("scale into memory that is there already", 1e9 / values * seconds([&] {
                                                        for (std::size_t i = 0; i < rows * columns; ++i)
                                                            other.get()[i] = (memory.get()[i] - 0.1) / 1.5;
                                                        keep(other);
                                                    }),
         "value");
    line("moments of all columns", 1e9 / values * seconds([&] {
                                       for (std::size_t j = 0; j < columns; ++j)
                                           total += detail::moments_of({x[j], rows}).variance();
                                   }),
         "value");

    // --- arithmetic: 256 rows that stay in the first-level cache
    // --------------------------------------------------
    constexpr std::size_t tile = 256, times = 1000;
    std::vector<double> z(tile), probability(tile), loss(tile), residual(tile), ones(tile, 1.0), sums(64);
    for (double& v : z) v = 4 * random.normal();
    const auto per_row = [&](const auto& body) {
        return 1e9 / (tile * times) * seconds([&] {
                   for (std::size_t i = 0; i < times; ++i) body();
                   keep(sums);
               });
    };
    line("probability, loss and residual of a row, in the cache", per_row([&] {
             detail::logistic_terms(z.data(), labels.data(), ones.data(), tile, probability.data(),
                                    loss.data(), residual.data());
             keep(residual);
         }),
         "row");
    const double b[4] = {1e-9, -1e-9, 1e-9, -1e-9};
    line("log odds: 4 columns, in the cache",
         per_row([&] { detail::add_scaled(b, x.data(), tile, z.data()); }) / 4, "row x column");
    line("gradient: 4 columns, in the cache",
         per_row([&] { detail::add_dots(residual.data(), x.data(), tile, sums.data()); }) / 4,
         "row x column");
    line("Hessian: 4 x 2 columns, in the cache",
         per_row([&] { detail::add_products(x.data(), x.data() + 4, tile, sums.data(), 2); }) / 8,
         "row x product");

    // --- whole passes and the whole fit
    // ----------------------------------------------------------------------------
    const LogisticLoss whole(x, labels, {}, 1.0);
    const std::vector<double> beta(columns + 1, 0.02);
    line("a pass for loss and gradient",
         1e9 / n * seconds([&] { total += whole.at(beta, LogisticLoss::Order::gradient).loss; }), "row");
    line("a pass for loss, gradient and Hessian",
         1e9 / n * seconds([&] { total += whole.at(beta, LogisticLoss::Order::hessian).loss; }), "row");
    line("logistic regression by way of a sample",
         1e9 / n *
             seconds([&] { total += detail::newton_from_sample(whole, 1024 * columns, 100, 1e-8).beta[0]; }),
         "row");
    line("logistic regression by Newton's method",
         1e9 / n * seconds([&] { total += detail::newton(whole, whole.constant_only(), 100, 1e-8).beta[0]; }),
         "row");
    keep(total);
}
