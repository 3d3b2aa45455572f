// kernels_tables: nanoseconds an item of the kernels behind read_csv, Profiler and drift, on one thread.
#include <cstdio>
#include <cstring>
#include <functional>
#include <gasket/core/random.hpp>
#include <gasket/data/csv.hpp>
#include <gasket/data/profiler.hpp>
#include <gasket/data/row_digest.hpp>
#include <memory>
#include <string>
#include <vector>

#include "timing.hpp"

namespace {

using namespace gasket;
using benchmarks::keep;

void report(
    const char* name, std::size_t items, const char* item, const std::function<void()>& body,
    const std::function<void()>& reset = [] {}) {
    const double seconds = benchmarks::least_seconds(0.4, reset, body);
    std::printf("%-58s %7.2f ns a %s\n", name, 1e9 * seconds / static_cast<double>(items), item);
}

constexpr std::size_t rows = 1 << 20;
constexpr std::size_t columns = 28;

std::vector<double> decimals(std::uint64_t seed) {
    Random random(seed);
    std::vector<double> values(rows);
    for (double& x : values) x = std::round(random.normal() * 1e6) / 1e6;
    return values;
}

void csv() {
    Random random(1);
    std::string text;
    std::vector<std::size_t> fields;  // where they begin
    std::size_t lines = 0;
    char field[32];
    for (; text.size() < detail::csv_part; ++lines) {
        for (std::size_t c = 0; c < columns; ++c) {
            fields.push_back(text.size());
            text.append(
                field, static_cast<std::size_t>(std::snprintf(field, sizeof field, "%.6f", random.normal())));
            text += c + 1 < columns ? ',' : '\n';
        }
    }
    fields.push_back(text.size());
    const std::string padded =
        std::string(detail::plain_margin, ' ') + text + std::string(detail::record_margin, '\0');
    const char* const begin = padded.data() + detail::plain_margin;
    report("CSV: io::LineReader, memory included", text.size(), "byte", [&] {
        bool whole = false;
        io::LineReader reader("text", std::make_unique<detail::CsvBytes>(text, whole));
        while (reader.next_line() != nullptr) {
        }
    });
    report("CSV: ends of fields", text.size(), "byte", [&] {
        detail::FieldEnds ends;
        for (std::size_t i = 0; i < lines; ++i) {
            const char* const end = begin + fields[(i + 1) * columns] - 1;
            keep(ends.find(begin + fields[i * columns], end, ',', columns));
        }
    });
    report("CSV: a number by parse_plain_number", fields.size() - 1, "field", [&] {
        double sum = 0;
        for (std::size_t f = 0; f + 1 < fields.size(); ++f) {
            double x = 0;
            detail::parse_plain_number(begin + fields[f], begin + fields[f + 1] - 1, x);
            sum += x;
        }
        keep(sum);
    });
    report("CSV: a number by parse_number", fields.size() - 1, "field", [&] {
        double sum = 0;
        for (std::size_t f = 0; f + 1 < fields.size(); ++f) {
            double x = 0;
            keep(detail::parse_number(begin + fields[f], begin + fields[f + 1] - 1, x));
            sum += x;
        }
        keep(sum);
    });
    report("CSV: all of it", text.size(), "byte", [&] { keep(parse_csv(text).rows()); });
}

void profile() {
    const std::vector<double> values = decimals(2);
    std::vector<double> real(rows);
    Random random(3);
    for (double& x : real) x = random.normal();
    std::vector<std::uint32_t> places(rows);
    detail::Ranking ranking;
    report("profile: counts of a column", rows, "value", [&] {
        for (std::size_t i = 0; i < rows; i += 1024)
            keep(detail::count_block({values.data() + i, 1024}).zeros);
    });
    report("profile: ranking of decimal numbers", rows, "value", [&] { ranking.sort(values); });
    report("profile: ranking of other numbers", rows, "value", [&] { ranking.sort(real); });
    report("profile: places by row", rows, "value", [&] { ranking.places(places); });
    std::vector<double> sorted;
    report(
        "sort_doubles, no rows kept", rows, "value", [&] { detail::sort_doubles(sorted); },
        [&] { sorted = real; });

    detail::AuditTarget target;
    target.classes = 2;
    target.codes.resize(rows);
    for (std::int32_t& code : target.codes) code = static_cast<std::int32_t>(random.below(2));
    target.rows = {rows, 0, 0};
    report("profile: AUC from places", rows, "value",
           [&] { keep(detail::auc_of_places(places, target.codes)); });
    detail::NumbersProfiler profiler;
    report("profile: all of a numeric column", rows, "value",
           [&] { keep(profiler.profile(values, &target, 20, places).distinct); });

    std::vector<double> block(columns * detail::cross_rows, 1.5);
    std::vector<double> sums(columns / 2 * (columns / 2 + 1) / 2 * 16, 0);
    report("profile: products of every two of 28 columns", detail::cross_rows * columns * (columns + 1) / 2,
           "product", [&] { detail::add_cross_products(block.data(), columns, sums.data()); });

    std::vector<std::string> names;
    std::vector<Column> held;
    for (std::size_t c = 0; c < 8; ++c) {
        names.push_back("c" + std::to_string(c));
        held.push_back(Column::numeric(decimals(10 + c)));
    }
    const Table table = Table::of(names, held);
    report("duplicates: hashes of rows", 8 * rows, "value", [&] { keep(detail::row_hashes(table)[0]); });
    report("duplicates: all, 8 columns", rows, "row", [&] { keep(duplicate_rows(table)[0]); });
    report("digests of rows", 8 * rows, "value", [&] { keep(row_digests(table)[0]); });
}

}  // namespace

int main() {
    set_threads(1);
    csv();
    profile();
}
