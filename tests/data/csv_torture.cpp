#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>

#include "gasket/data/csv.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
namespace fs = std::filesystem;

namespace {

/// All cells as they stand in a clean file, the names first.
using Cells = std::vector<std::vector<std::string>>;

/// A clean file is quoted throughout by the rules; read here field by field, with no type and no name of
/// ours.
Cells clean_cells(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    Cells out;
    std::vector<std::string> row;
    std::string field;
    bool open = false, any = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        any = true;
        if (c == '"') {
            if (open && i + 1 < text.size() && text[i + 1] == '"') {
                field += text[i++];
            } else {
                open = !open;
            }
        } else if (open || (c != ',' && c != '\n' && c != '\r')) {
            field += c;
        } else if (c != '\r') {
            row.push_back(std::exchange(field, ""));
            if (c == '\n') out.push_back(std::exchange(row, {})), any = false;
        }
    }
    if (any) row.push_back(field), out.push_back(row);
    return out;
}

/// Blanks at the ends away: the reader does not keep them outside quotes.
std::string trimmed(const std::string& s) {
    const auto first = s.find_first_not_of(" \t");
    return first == std::string::npos ? "" : s.substr(first, s.find_last_not_of(" \t") - first + 1);
}

bool same_cell(const Table& table, std::size_t r, std::size_t c, const std::string& wanted) {
    if (table.column(c).is_missing(r)) return trimmed(wanted).empty();
    if (table.column(c).kind() == Kind::numeric) {
        double x = 0;
        return detail::parse_whole_number(trimmed(wanted), x) && x == table.column(c).numbers()[r];
    }
    return trimmed(table.cell(r, c)) == trimmed(wanted);
}

/// Where a table differs from what the clean file holds; empty where nowhere.
std::string difference(const Table& table, const Cells& clean, bool header) {
    const std::size_t first = header ? 1 : 0;
    if (table.rows() != clean.size() - first)
        return std::to_string(table.rows()) + " rows, not " + std::to_string(clean.size() - first);
    for (std::size_t r = 0; r < clean.size(); ++r) {
        if (clean[r].size() != table.columns()) return "columns of row " + std::to_string(r);
        for (std::size_t c = 0; c < clean[r].size(); ++c) {
            if (header && r == 0) {
                if (!clean[0][c].empty() && table.name(c) != trimmed(clean[0][c]))
                    return "name '" + table.name(c) + "'";
            } else if (!same_cell(table, r - first, c, clean[r][c])) {
                return "row " + std::to_string(r) + ", column " + std::to_string(c) + ": '" +
                       table.cell(r - first, c) + "', not '" + clean[r][c] + "'";
            }
        }
    }
    return "";
}

/// Files by what became of them: "right", "wrong", or the number of the error.
std::map<std::string, std::set<std::string>> read_all(
    const std::string& folder, const std::function<CsvOptions(const nlohmann::json&)>& options) {
    std::map<std::string, std::set<std::string>> out;
    for (const auto& entry : fs::directory_iterator(fs::path(folder) / "csv")) {
        const std::string name = entry.path().filename().string();
        std::ifstream in(fs::path(folder) / "parameters" / (name + "_parameters.json"));
        const auto parameters = nlohmann::json::parse(in);
        try {
            const CsvOptions how = options(parameters);
            const Table table = read_csv(entry.path().string(), how);
            const std::string wrong =
                difference(table, clean_cells(fs::path(folder) / "clean" / name), how.header.value_or(true));
            INFO(name << ": " << wrong);
            CHECK(wrong.empty());
            out[wrong.empty() ? "right" : "wrong"].insert(name);
        } catch (const CsvError& e) {
            CHECK(!e.parts().where.empty());
            out[std::to_string(static_cast<int>(e.code()))].insert(name);
        }
    }
    return out;
}

CsvOptions defaults(const nlohmann::json&) {
    return {};
}

CsvOptions as_declared(const nlohmann::json& p) {
    CsvOptions out;
    const std::string delimiter = p["delimiter"], quote = p["quotechar"], escape = p["escapechar"];
    if (!delimiter.empty()) out.delimiter = delimiter[0];
    if (!quote.empty()) out.quote = quote[0];
    if (!escape.empty()) out.escape = escape[0];
    out.header = p["header_lines"].get<int>() > 0;
    out.skip_lines = p["preamble_lines"].get<std::size_t>();
    return out;
}

}  // namespace

TEST_CASE("the files of csv-spectrum read as their JSON says") {
    REQUIRE_DATA(folder, "csv_torture/csv-spectrum/csvs");
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().stem().string();
        if (name == "location_coordinates") continue;  // its JSON does not agree with its CSV
        ++files;
        INFO(name);
        std::ifstream in(fs::path(folder) / ".." / "json" / (name + ".json"));
        const auto expected = nlohmann::json::parse(in);
        const Table table = read_csv(entry.path().string());
        REQUIRE(table.rows() == expected.size());
        for (std::size_t r = 0; r < table.rows(); ++r) {
            REQUIRE(expected[r].size() == table.columns());
            for (std::size_t c = 0; c < table.columns(); ++c) {
                CHECK(table.cell(r, c) == expected[r][table.name(c)].get<std::string>());
            }
        }
    }
    CHECK(files == 11);
}

TEST_CASE(
    "every polluted file of Pollock is read right or refused with its place, by default and as it declares "
    "itself") {
    REQUIRE_DATA(folder, "csv_torture/pollock/polluted_files");
    const std::set<std::string> right = {
        "source.csv",
        "file_double_trailing_newline.csv",
        "file_escape_char_0x5C.csv",
        "file_field_delimiter_0x2C_0x20.csv",
        "file_field_delimiter_0x3B.csv",
        "file_field_delimiter_0x9.csv",
        "file_header_only.csv",
        "file_no_trailing_newline.csv",
        "file_one_data_row.csv",
        "file_record_delimiter_0xA.csv",
        "file_record_delimiter_0xD.csv",
        "row_extra_quote40_col5.csv",
        "row_extra_quote40_col6.csv",
        "row_extra_quote40_col7.csv",
        "row_extra_quote41_col6.csv",
        "row_extra_quote41_col7.csv",
        "row_extra_quote42_col5.csv",
        "row_extra_quote42_col6.csv",
        "row_extra_quote42_col7.csv",
    };
    auto found = read_all(folder, defaults);
    CHECK(found["wrong"].empty());
    CHECK(found["right"] == right);
    CHECK(found["102"] == std::set<std::string>{"file_no_payload.csv"});
    CHECK(found["103"].size() == 81);
    CHECK(found["105"].size() == 6);
    CHECK(found["111"].size() == 4);

    auto declared = right;
    declared.insert({"file_no_header.csv", "file_preamble.csv", "file_quotation_char_0x27.csv"});
    found = read_all(folder, as_declared);
    CHECK(found["wrong"].empty());
    CHECK(found["right"] == declared);
    CHECK(found["111"] == std::set<std::string>{"file_header_multirow_2.csv", "file_header_multirow_3.csv"});
}

TEST_CASE("files that people have put on the net are read or refused with their place") {
    REQUIRE_DATA(folder, "csv_torture/pollock/survey_sample/csv");
    std::size_t tables = 0, refused = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
        INFO(entry.path());
        try {
            tables +=
                read_csv(entry.path().string(), {.encoding = Encoding::windows_1252}).columns() > 0 ? 1 : 0;
        } catch (const CsvError& e) {
            CHECK(e.parts().where.find("csv") != std::string::npos);
            ++refused;
        }
    }
    CHECK(tables + refused == 82);
    CHECK(tables > 30);
}
