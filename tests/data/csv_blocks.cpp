#include "gasket/data/csv_blocks.hpp"

#include <filesystem>
#include <fstream>

#include "gasket/core/random.hpp"
#include "gasket/data/csv.hpp"
#include "support/catch.hpp"
#include "support/csv.hpp"
#include "support/files.hpp"

using namespace gasket;
using testing_support::failure;
using testing_support::write_text;

namespace {

Schema four_columns() {
    return Schema({{.name = "n", .type = LogicalType::real},
                   {.name = "word", .type = LogicalType::text},
                   {.name = "day", .type = LogicalType::datetime},
                   {.name = "absent", .type = LogicalType::category, .required = false}});
}

/// Line breaks in quotes, quotes in fields, blank lines, long and short records.
std::string hard_text(std::size_t rows) {
    Random random(11);
    std::string text = "\xEF\xBB\xBFword,extra,n,day\r\n";
    for (std::size_t i = 0; i < rows; ++i) {
        const std::uint64_t kind = random.below(6);
        text += kind == 0   ? "\"line\nbreak, " + std::to_string(i % 5) + "\""
                : kind == 1 ? "\"a \"\"quoted\"\" word,\r\n\r\nand more\""
                : kind == 2 ? "\"" + std::string(random.below(300), 'x') + "\""
                : kind == 3 ? "\xEF\xBB\xBFmark"
                            : "plain " + std::to_string(random.below(9));
        text += ",\"\n\"," + std::to_string(random.below(1000)) + ",2024-01-0" +
                std::to_string(1 + random.below(9)) + "\n";
        if (random.below(20) == 0) text += "\n  \n";
    }
    return text;
}

std::vector<std::string> lines(const Table& t) {
    std::vector<std::string> out;
    for (std::size_t r = 0; r < t.rows(); ++r) {
        std::string line;
        for (std::size_t c = 0; c < t.columns(); ++c)
            line += (t.column(c).is_missing(r) ? "<->" : t.cell(r, c)) + "|";
        out.push_back(line);
    }
    return out;
}

}  // namespace

TEST_CASE("blocks together are the whole table, whatever their size and that of the window") {
    const std::string path = write_text("hard.csv", hard_text(2000));
    const Schema schema = four_columns();
    const Table whole = read_csv(path, schema);
    REQUIRE(whole.rows() == 2000);
    CHECK(whole.names() == std::vector<std::string>{"n", "word", "day", "absent"});
    CHECK(whole["absent"].missing_count() == 2000);
    CHECK(whole["day"].kind() == Kind::datetime);
    const auto wanted = lines(whole);
    for (const std::size_t rows : {1u, 7u, 1000u, 1999u, 2000u, 5000u}) {
        CsvBlocks blocks(path, schema, rows);
        std::vector<std::string> got;
        std::size_t count = 0;
        while (const auto block = blocks.next()) {
            ++count;
            CHECK((block->rows() == rows || got.size() + block->rows() == 2000));
            const auto some = lines(*block);
            got.insert(got.end(), some.begin(), some.end());
        }
        CHECK(got == wanted);
        CHECK(count == (2000 + rows - 1) / rows);
    }
    for (const std::size_t window : {1u, 13u, 400u, 5000u}) {
        detail::CsvStream stream(path, schema, {}, window);
        detail::CsvSegment segment;
        std::vector<std::string> got;
        while (stream.read(segment, 300)) {
            const auto some = lines(stream.table(segment));
            got.insert(got.end(), some.begin(), some.end());
        }
        CHECK(got == wanted);
    }
}

TEST_CASE("errors far into a file name its line") {
    std::string text = "n,word\n";
    for (int i = 0; i < 300000; ++i) text += "1,x\n";
    const Schema schema(
        {{.name = "n", .type = LogicalType::real}, {.name = "word", .type = LogicalType::text}});
    const auto read_to = [&](const std::string& end) {
        const std::string path = write_text("long.csv", text + end);
        return failure([&] {
            CsvBlocks blocks(path, schema, 1000);
            while (blocks.next()) {
            }
        });
    };
    const auto ends = [](const std::string& s, const std::string& with) {
        return s.size() >= with.size() && s.substr(s.size() - with.size()) == with;
    };
    CHECK(ends(read_to("low,x\n").parts.where, "long.csv, line 300002, column 'n'"));
    CHECK(ends(read_to("\n\n1,2,3\n").parts.where, "long.csv, line 300004"));
    CHECK(ends(read_to("1,\"x\n2,y\n").parts.where, "long.csv, line 300002"));
    CHECK(ends(read_to("1,caf\xE9\n").parts.where, "long.csv, line 300002, byte 6, column 'word'"));
    CHECK(read_to("1,\"" + std::string(1u << 25, 'x') + "\n").code == ErrorCode::line_too_long);
    std::string many_lines = "1,\"";
    for (int i = 0; i < 3000000; ++i) many_lines += "2,yyyyyyy\n";
    CHECK(read_to(many_lines).code == ErrorCode::line_too_long);
}

TEST_CASE("the head of a file is checked at once") {
    const Schema schema = four_columns();
    const auto wrong = [&](const std::string& text) {
        const std::string path = write_text("head.csv", text);
        return failure([&] { CsvBlocks(path, schema, 10); });
    };
    const auto f = wrong("n,words,day\n1,x,2024-01-01\n");
    CHECK(f.code == ErrorCode::missing_column);
    CHECK(f.parts.expected == "column 'word'");
    CHECK(wrong("").code == ErrorCode::file_empty);
    CHECK(wrong("\"n,word,day\n").code == ErrorCode::unclosed_quote);
    CHECK(failure([&] { CsvBlocks("nowhere.csv", schema, 10); }).code == ErrorCode::file_not_readable);
    CHECK(failure([&] { CsvBlocks(".", schema, 10); }).code == ErrorCode::file_not_readable);
    CHECK(failure([&] { CsvBlocks(write_text("h.csv", "n,word,day\n"), schema, 0); }).code ==
          ErrorCode::bad_option);
    CHECK_FALSE(CsvBlocks(write_text("h.csv", "n,word,day\n"), schema, 3).next());
    CHECK_FALSE(CsvBlocks(write_text("h.csv", "word;n;day"), schema, 3).next());
}

TEST_CASE("blocks know other encodings and line ends") {
    const Schema schema({{.name = "word", .type = LogicalType::text}});
    CsvBlocks returns(write_text("mac.csv", "word\rone\rtwo\r"), schema, 10);
    CHECK(returns.next()->rows() == 2);
    CsvBlocks windows(write_text("win.csv", "word\nK\xF6ln\n"), schema, 10,
                      {.encoding = Encoding::windows_1252});
    CHECK(windows.next()->cell(0, 0) == "Köln");
}

TEST_CASE("memory does not grow with the file") {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    WARN("skipped: the sanitizer keeps memory that was given back");
#else
    // the part of /proc/self/statm that is in memory, in pages
    const auto pages = [] {
        std::size_t whole = 0, resident = 0;
        std::ifstream("/proc/self/statm") >> whole >> resident;
        return resident;
    };
    if (pages() == 0) {
        WARN("skipped: no /proc/self/statm");
        return;
    }
    const Schema schema(
        {{.name = "n", .type = LogicalType::real}, {.name = "word", .type = LogicalType::text}});
    const std::string path = testing_support::scratch_file("large.csv");
    constexpr std::size_t rows = 3000000;
    {
        std::ofstream out(path);
        out << "n,word\n";
        for (std::size_t i = 0; i < rows; ++i) out << i << ",\"word " << i % 1000 << "\"\n";
    }
    CHECK(std::filesystem::file_size(path) > 50u << 20);
    std::size_t most = 0, before = 0;
    double sum = 0;
    CsvBlocks blocks(path, schema, 10000);
    while (const auto block = blocks.next()) {
        for (const double x : (*block)["n"].numbers()) sum += x;
        most = std::max(most, pages());
        if (before == 0) before = most;
    }
    CHECK(sum == static_cast<double>(rows) * static_cast<double>(rows - 1) / 2);
    CHECK(most - before < 1024);  // 4 MiB
#endif
}
