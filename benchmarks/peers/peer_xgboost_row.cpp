// peer_xgboost_row row_model --data DIR: one row at a time through XGBoost's C API, one thread. Prints one
// line of JSON.
#include <xgboost/c_api.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "memory.hpp"
#include "timing.hpp"

namespace {

void check(int failed) {
    if (failed == 0) return;
    std::cerr << "peer_xgboost_row: " << XGBGetLastError() << "\n";
    std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4 || std::string(argv[2]) != "--data") {
        std::cerr << "usage: peer_xgboost_row row_model --data DIR\n";
        return 2;
    }
    const std::filesystem::path folder = argv[3];
    BoosterHandle booster = nullptr;
    check(XGBoosterCreate(nullptr, 0, &booster));
    check(XGBoosterLoadModel(booster, (folder / "xgboost_100.json").c_str()));
    check(XGBoosterSetParam(booster, "nthread", "1"));

    // The first rows of the file, which holds feature after feature.
    constexpr std::size_t rows = 2000;
    const std::size_t all = std::filesystem::file_size(folder / "physics_test_y.f64") / sizeof(double);
    const std::size_t d = std::filesystem::file_size(folder / "physics_test.f64") / sizeof(double) / all;
    std::ifstream in(folder / "physics_test.f64", std::ios::binary);
    std::vector<float> by_row(rows * d);
    std::vector<double> column(rows);
    for (std::size_t f = 0; f < d; ++f) {
        in.seekg(static_cast<std::streamoff>(f * all * sizeof(double)));
        in.read(reinterpret_cast<char*>(column.data()), static_cast<std::streamsize>(rows * sizeof(double)));
        for (std::size_t r = 0; r < rows; ++r) by_row[r * d + f] = static_cast<float>(column[r]);
    }

    // What a service would do once: the texts that describe row and answer do not change.
    std::vector<float> row(d);
    const std::string values =
        R"({"data": [)" + std::to_string(reinterpret_cast<std::uintptr_t>(row.data())) +
        R"(, true], "shape": [1, )" + std::to_string(d) + R"(], "typestr": "<f4", "version": 3})";
    const char* const options =
        R"({"type": 0, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": false, )"
        R"("missing": NaN, "cache_id": 0})";
    double sum = 0;
    const auto predict = [&](std::size_t r) {
        std::copy_n(by_row.data() + r * d, d, row.data());
        const bst_ulong* shape = nullptr;
        bst_ulong dimensions = 0;
        const float* result = nullptr;
        check(XGBoosterPredictFromDense(booster, values.c_str(), options, nullptr, &shape, &dimensions,
                                        &result));
        sum += static_cast<double>(result[0]);
    };
    constexpr std::size_t calls = 20000;
    for (std::size_t i = 0; i < calls / 10; ++i) predict(i % rows);
    const benchmarks::MemoryWatch memory;
    std::vector<double> seconds(calls);
    for (std::size_t i = 0; i < calls; ++i) {
        const double start = benchmarks::now();
        predict(i % rows);
        seconds[i] = benchmarks::now() - start;
    }
    std::cout << R"({"task": "row_model", "seconds": )" << benchmarks::quantile(seconds, 0.5)
              << R"(, "metric": )" << sum / (calls + calls / 10)
              << R"(, "metric_name": "mean probability", "peak_kib": )" << benchmarks::MemoryWatch::peak_kib()
              << R"(, "base_kib": )" << memory.base_kib() << R"(, "extra": {"p99": )"
              << benchmarks::quantile(seconds, 0.99) << "}}\n";
    check(XGBoosterFree(booster));
    return 0;
}
