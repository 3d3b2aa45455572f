// Random bytes and damaged files. GASKET_FUZZ=250 makes it 250 times as many: a million strings, a hundred
// thousand files. GASKET_FUZZ_SEED=7 makes others.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "gasket/core/random.hpp"
#include "gasket/data/csv.hpp"
#include "gasket/data/ingest.hpp"
#include "support/catch.hpp"
#include "support/csv_outcome.hpp"
#include "support/files.hpp"

using namespace gasket;
using testing_support::outcome;

namespace {

std::size_t times(std::size_t count) {
    const char* const factor = std::getenv("GASKET_FUZZ");
    return factor == nullptr ? count : count * static_cast<std::size_t>(std::atoi(factor));
}

Random seeded(std::uint64_t seed) {
    const char* const more = std::getenv("GASKET_FUZZ_SEED");
    return Random(more == nullptr ? seed : seed + 2 * static_cast<std::uint64_t>(std::atoi(more)));
}

/// The same whatever the parts; text only, where there is a table.
void check(const std::string& text, const CsvOptions& options, Random& random) {
    const std::string whole = outcome(text, options, text.size() + 1);
    const std::string parts = outcome(text, options, 1 + random.below(40));
    INFO(text);
    if (whole != parts || detail::find_bad_byte(whole) != std::string::npos) {
        CHECK(whole == parts);
        CHECK(detail::find_bad_byte(whole) == std::string::npos);
    }
}

CsvOptions some_options(Random& random) {
    CsvOptions out;
    if (random.below(3) == 0) out.delimiter = ",;\t |"[random.below(5)];
    if (random.below(4) == 0) out.quote = "\"'"[random.below(2)];
    if (random.below(6) == 0) out.quote = '\0';
    if (random.below(5) == 0) out.escape = '\\';
    if (random.below(3) == 0) out.header = random.below(2) == 0;
    if (random.below(8) == 0) out.trim = false;
    if (random.below(8) == 0) out.skip_lines = random.below(3);
    if (random.below(8) == 0) out.encoding = Encoding::windows_1252;
    return out;
}

/// A file with quotes, doubled quotes, line breaks in quotes, dates, CRLF.
std::string made_up(Random& random) {
    std::string text = "id,name,day,x\r\n";
    const std::uint64_t rows = 1 + random.below(30);
    for (std::uint64_t r = 0; r < rows; ++r) {
        text += std::to_string(r) +
                (random.below(4) == 0   ? ",\"a \"\"b\"\",\r\nc\","
                 : random.below(3) == 0 ? ",\"plain\","
                                        : ",word,") +
                "2024-01-1" + std::to_string(random.below(10)) + "," + std::to_string(random.uniform()) +
                "\r\n";
    }
    return text;
}

/// The first lines of real files, where they are at hand.
std::vector<std::string> heads_of_real_files() {
    std::vector<std::string> out;
    const std::string folder = testing_support::data_file("csv_torture");
    if (folder.empty()) return out;
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() == ".csv") paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
        std::ifstream in(path, std::ios::binary);
        std::string text(1000, '\0');
        in.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(in.gcount()));
        if (const std::size_t end = text.rfind('\n'); end != std::string::npos) text.resize(end + 1);
        if (!text.empty()) out.push_back(std::move(text));
    }
    return out;
}

}  // namespace

TEST_CASE("random bytes are read or refused, in the same way however the text is cut") {
    Random random = seeded(1);
    const std::string pieces[] = {
        ",", ";",  "\"",  "\"\"",       "\n",       "\r\n", "\r",           "a",  "12",   "-1.5", " ", "\t",
        "'", "\\", "x y", "2024-01-05", "\xC3\xA9", "\xE9", "\xEF\xBB\xBF", "NA", "true", "|"};
    for (std::size_t i = 0; i < times(4000); ++i) {
        std::string text;
        if (i % 4 == 0) {
            for (std::uint64_t n = random.below(80); n > 0; --n) text += static_cast<char>(random.below(256));
        } else {
            for (std::uint64_t n = random.below(60); n > 0; --n)
                text += pieces[random.below(std::size(pieces))];
        }
        check(text, some_options(random), random);
    }
}

TEST_CASE("damaged files are read or refused, in the same way however the text is cut") {
    Random random = seeded(2);
    const std::vector<std::string> real = heads_of_real_files();
    const std::string structure = std::string("\",;\n\r\t '\\\xE9\xC3-x0.") + '\0';
    for (std::size_t i = 0; i < times(400); ++i) {
        std::string text = i % 2 == 0 || real.empty() ? made_up(random) : real[random.below(real.size())];
        for (std::uint64_t n = 1 + random.below(4); n > 0; --n) {
            const std::size_t at = random.below(text.size());
            const std::uint64_t kind = random.below(4);
            const char c = structure[random.below(structure.size())];
            if (kind == 0) text.erase(at, 1 + random.below(3));
            if (kind == 1) text.insert(at, 1, c);
            if (kind == 2 && !text.empty()) text[std::min(at, text.size() - 1)] = c;
            if (kind == 3) text.insert(at, text.substr(random.below(text.size()), random.below(20)));
            if (text.empty()) text = "x";
        }
        check(text, {}, random);
        if (i % 21 != 0) continue;
        // the same file taken in under a schema: nothing is lost
        const std::string path = testing_support::write_text("fuzz.csv", text);
        const Schema schema(
            {{.name = "id", .type = LogicalType::integer, .role = Role::id, .required = false},
             {.name = "name", .type = LogicalType::category, .labels = {"plain", "word"}, .required = false},
             {.name = "day", .type = LogicalType::datetime, .required = false},
             {.name = "x", .type = LogicalType::real, .min = 0, .max = 1, .required = false}});
        try {
            const Ingestion in = ingest(path, schema, {.most_share = 1});
            CHECK(in.read == in.accepted.rows() + in.quarantine.size());
        } catch (const CsvError&) {  // its header makes no sense
        }
    }
}
