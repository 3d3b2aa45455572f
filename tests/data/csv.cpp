#include "gasket/data/csv.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"
#include "support/csv.hpp"
#include "support/files.hpp"

using namespace gasket;
using testing_support::cells;
using testing_support::csv_failure;
using testing_support::failure;
using testing_support::Failure;

namespace {

using Cells = std::vector<std::string>;

bool same(const Table& a, const Table& b) {
    if (a.names() != b.names() || a.rows() != b.rows()) return false;
    for (std::size_t c = 0; c < a.columns(); ++c) {
        const Column& x = a.column(c);
        const Column& y = b.column(c);
        if (x.kind() != y.kind()) return false;
        for (std::size_t r = 0; r < a.rows(); ++r) {
            if (x.is_missing(r) != y.is_missing(r)) return false;
            if (x.is_missing(r)) continue;
            const bool equal = x.kind() == Kind::numeric    ? x.numbers()[r] == y.numbers()[r]
                               : x.kind() == Kind::datetime ? x.seconds()[r] == y.seconds()[r]
                                                            : a.cell(r, c) == b.cell(r, c);
            if (!equal) return false;
        }
        if (x.kind() == Kind::category && x.labels() != y.labels()) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("the type of a column follows from its values") {
    const Table t = parse_csv(
        "i,r,b,d,c,mixed,none\n"
        "1,1.5,true,2024-03-05,red,1,\n"
        "-2,2e3,FALSE,2024-03-05T10:20:30Z,blue,x,NA\n"
        "+3,.5,True,,red,2024-03-05,?\n");
    CHECK(t.rows() == 3);
    CHECK(cells(t, "i") == Cells{"1", "-2", "3"});
    CHECK(cells(t, "r") == Cells{"1.5", "2000", "0.5"});
    CHECK(cells(t, "b") == Cells{"1", "0", "1"});
    CHECK(t["b"].kind() == Kind::numeric);
    CHECK(t["d"].kind() == Kind::datetime);
    CHECK(cells(t, "d") == Cells{"2024-03-05", "2024-03-05T10:20:30Z", "<missing>"});
    CHECK(t["c"].labels() == Labels{"red", "blue"});
    CHECK(cells(t, "mixed") == Cells{"1", "x", "2024-03-05"});
    CHECK(t["none"].kind() == Kind::numeric);
    CHECK(t["none"].missing_count() == 3);
}

TEST_CASE("a value that shows another type is found wherever it stands") {
    for (const std::size_t where : {std::size_t{3}, std::size_t{999}, std::size_t{1001}, std::size_t{4999}}) {
        std::string text = "n,late,b,d\n";
        for (std::size_t i = 0; i < 5000; ++i) {
            text += i == where ? "x,7,1,soon\n" : std::to_string(i) + ",,true,2024-01-01\n";
        }
        const Table t = parse_csv(text);
        CHECK(t["n"].kind() == Kind::category);
        CHECK(t["n"].labels().size() == 5000);
        CHECK(t.cell(0, 0) == "0");
        CHECK(t.cell(where, 0) == "x");
        CHECK(t["late"].kind() == Kind::numeric);
        CHECK(t["late"].numbers()[where] == 7);
        CHECK(t["late"].missing_count() == 4999);
        CHECK(t["b"].kind() == Kind::category);  // true and 1: neither all tokens nor all numbers
        CHECK(t["d"].kind() == Kind::category);
        CHECK(t.cell(4999, 3) == (where == 4999 ? "soon" : "2024-01-01"));
    }
}

TEST_CASE("a column whose first values are missing takes the type of the later ones") {
    std::string text = "a,b,c\n";
    for (int i = 0; i < 3000; ++i) text += i < 2000 ? ",NA,?\n" : "2020-01-01,false,word\n";
    const Table t = parse_csv(text);
    CHECK(t["a"].kind() == Kind::datetime);
    CHECK(t["b"].kind() == Kind::numeric);
    CHECK(t["b"].numbers()[2999] == 0);
    CHECK(t["c"].kind() == Kind::category);
    CHECK(t["c"].missing_count() == 2000);
}

TEST_CASE("null spellings are missing in any case, and may be chosen") {
    const Table t = parse_csv("x,c\n,a\nNA,b\nn/a,c\nNull,d\nNONE,e\nNaN,f\n?,g\n   ,h\n1,nAn\n");
    CHECK(t["x"].kind() == Kind::numeric);
    CHECK(t["x"].missing_count() == 8);
    CHECK(cells(t, "c").back() == "<missing>");
    const Table own = parse_csv("x,c\nNA,none\n-,b\n,\n", "text", {.nulls = {"-"}});
    CHECK(cells(own, "x") == Cells{"NA", "<missing>", "<missing>"});
    CHECK(cells(own, "c") == Cells{"none", "b", "<missing>"});
}

TEST_CASE("a null spelling may be a number, and then no such number is read") {
    std::string text = "x,y\n";
    for (int i = 0; i < 3000; ++i) text += i % 3 == 0 ? "-999,1\n" : "1.5,-999.0\n";
    const Table t = parse_csv(text, "text", {.nulls = {"-999"}});
    CHECK(t["x"].kind() == Kind::numeric);
    CHECK(t["x"].missing_count() == 1000);
    CHECK(t["y"].missing_count() == 0);
}

TEST_CASE("in quotes a null spelling is text and only nothing at all is missing") {
    const std::string text = "x,y\n\"NA\",1\n\"\",2\nNA,3\n\" \",4\n";
    CHECK(cells(parse_csv(text), "x") == Cells{"NA", "<missing>", "<missing>", " "});
    CHECK(cells(parse_csv(text, "text", {.quoted_nulls = true}), "x") ==
          Cells{"<missing>", "<missing>", "<missing>", " "});
}

TEST_CASE("infinity is a number, and so is a number in quotes") {
    const Table t = parse_csv("a,b\ninf,\"1\"\n-Infinity,\" 2.5 \"\n+INF,3\n");
    CHECK(t["a"].numbers()[0] == HUGE_VAL);
    CHECK(t["a"].numbers()[1] == -HUGE_VAL);
    CHECK(t["b"].numbers()[1] == 2.5);
}

TEST_CASE("digits that a number would lose make a code") {
    const Table t = parse_csv(
        "zip,hour,id,big,minus,point\n00123,08,12345678901234567890,9007199254740993,-05,00.5\n"
        "10115,12,1,2,3,4\n");
    CHECK(cells(t, "zip") == Cells{"00123", "10115"});
    CHECK(cells(t, "hour") == Cells{"08", "12"});
    CHECK(t["id"].kind() == Kind::category);
    CHECK(t["big"].kind() == Kind::category);
    CHECK(t["minus"].kind() == Kind::numeric);
    CHECK(t["point"].numbers()[0] == 0.5);
    const Table asked = parse_csv("zip,hour\n00123,08\n", "text",
                                  {.types = {{"zip", LogicalType::integer}, {"hour", LogicalType::real}}});
    CHECK(asked["zip"].numbers()[0] == 123);
    CHECK(asked["hour"].numbers()[0] == 8);
    CHECK(parse_csv("x\n0\n0.5\n9007199254740992\n")["x"].kind() == Kind::numeric);
}

TEST_CASE("thousands separators, hexadecimal and units are text") {
    for (const std::string value :
         {"\"1,234\"", "0x10", "12%", "1e", "1e+", "--1", "1.2.3", "infinite", "1 2"}) {
        CHECK(parse_csv("x\n" + value + "\n")["x"].kind() == Kind::category);
    }
}

TEST_CASE("declared types replace the inferred ones") {
    const Table t = parse_csv("a,b,c,d,e\n1,yes,2024-01-01,5,7\nNA,F,,6.5,8\n", "text",
                              {.types = {{"a", LogicalType::category},
                                         {"b", LogicalType::boolean},
                                         {"c", LogicalType::text},
                                         {"d", LogicalType::real},
                                         {"e", LogicalType::integer}}});
    CHECK(cells(t, "a") == Cells{"1", "<missing>"});
    CHECK(t["a"].kind() == Kind::category);
    CHECK(cells(t, "b") == Cells{"1", "0"});
    CHECK(cells(t, "c") == Cells{"2024-01-01", "<missing>"});
    CHECK(cells(t, "d") == Cells{"5", "6.5"});
    CHECK(cells(t, "e") == Cells{"7", "8"});
}

TEST_CASE("a value against its declared type is named with file, line, column and value") {
    const auto wrong = [](const std::string& text, LogicalType type) {
        return csv_failure(text, {.types = {{"x", type}}});
    };
    const Failure f = wrong("x,y\n1,\"a\nb\"\n\nlow,3\n", LogicalType::real);
    CHECK(f.code == ErrorCode::bad_value);
    CHECK(f.parts.where == "file.csv, line 5, column 'x'");
    CHECK(f.parts.expected == "a number");
    CHECK(f.parts.found == "'low'");
    CHECK(wrong("x\n1.5\n", LogicalType::integer).parts.expected == "a whole number");
    CHECK(wrong("x\n1e400\n", LogicalType::integer).code == ErrorCode::bad_value);
    CHECK(wrong("x\nmaybe\n", LogicalType::boolean).parts.expected == "true or false");
    CHECK(wrong("x\n2024-02-30\n", LogicalType::datetime).parts.found == "'2024-02-30'");
    const Failure unknown = csv_failure("age,y\n1,2\n", {.types = {{"agee", LogicalType::real}}});
    CHECK(unknown.code == ErrorCode::missing_column);
    CHECK(unknown.parts.advice == "did you mean 'age'?");
}

TEST_CASE("blanks around fields are cut off unless asked otherwise") {
    const std::string text = " a , b\t,c\n 1 ,\tx  y ,  \" q \"  \n2,z,\n";
    const Table t = parse_csv(text);
    CHECK(t.names() == Cells{"a", "b", "c"});
    CHECK(t["a"].kind() == Kind::numeric);
    CHECK(cells(t, "b") == Cells{"x  y", "z"});
    CHECK(cells(t, "c") == Cells{" q ", "<missing>"});
    const Table kept = parse_csv(text, "text", {.trim = false});
    CHECK(kept.names() == Cells{" a ", " b\t", "c"});
    CHECK(cells(kept, " b\t") == Cells{"\tx  y ", "z"});
    CHECK(kept[" a "].kind() == Kind::numeric);
}

TEST_CASE("quotes hold delimiters, doubled quotes and line breaks") {
    const Table t = parse_csv("k,v\n\"a,b\",\"say \"\"hi\"\"\"\n\"x\ny\",\"\r\n\"\r\n\"\"\"\",5\" pipe\n");
    CHECK(cells(t, "k") == Cells{"a,b", "x\ny", "\""});
    CHECK(cells(t, "v") == Cells{"say \"hi\"", "\r\n", "5\" pipe"});
    CHECK(cells(parse_csv("k;v\n'a;b';\"c\"\n", "text", {.delimiter = ';', .quote = '\''}), "k") ==
          Cells{"a;b"});
    CHECK(cells(parse_csv("k,v\n\"a,b\"\n", "text", {.quote = '\0'}), "k") == Cells{"\"a"});
}

TEST_CASE("a tab may be the delimiter, and a line of tabs is a row of missing values") {
    const Table t = parse_csv("a\tb\tc\n1\t\t x\n\t\t\n \n", "text", {.delimiter = '\t'});
    CHECK(t.rows() == 2);
    CHECK(cells(t, "c") == Cells{"x", "<missing>"});
}

TEST_CASE(
    "line ends of all systems, byte order mark, blank lines and a missing last line end make no difference") {
    const Table plain = parse_csv("a,b\n1,x\n2,y\n");
    CHECK(same(parse_csv("a,b\r\n1,x\r\n2,y\r\n"), plain));
    CHECK(same(parse_csv("a,b\r1,x\r2,y\r"), plain));
    CHECK(same(parse_csv("\xEF\xBB\xBF"
                         "a,b\n1,x\n2,y"),
               plain));
    CHECK(same(parse_csv("\n \na,b\n\n1,x\n\r\n   \n2,y\n\n"), plain));
    CHECK(same(parse_csv("\xEF\xBB\xBF\"a\",b\n1,x\n2,y\r"), plain));
    // only the file begins with a mark; further on the same bytes are data
    CHECK(cells(parse_csv("a\n\xEF\xBB\xBFx\n"), "a") == Cells{"\xEF\xBB\xBFx"});
}

TEST_CASE("without a header the columns are numbered") {
    for (const std::string mark : {"", "\xEF\xBB\xBF"}) {
        const Table t = parse_csv(mark + "1,x\n2,y\n", "text", {.header = false});
        CHECK(t.names() == Cells{"column_1", "column_2"});
        CHECK(cells(t, "column_1") == Cells{"1", "2"});
    }
}

TEST_CASE("a column without a name is named after its place") {
    CHECK(parse_csv(",b,\"\",column_1\n1,2,3,4\n").names() ==
          Cells{"column_1_", "b", "column_3", "column_1"});
}

TEST_CASE("a name that stands twice is an error with both places, or is made different") {
    const CsvOptions strict{.duplicate_names = DuplicateNames::error};
    const Failure f = csv_failure("\n\na,b,c,b\n1,2,3,4\n", strict);
    CHECK(f.code == ErrorCode::duplicate_column);
    CHECK(f.parts.where == "file.csv, line 3");
    CHECK(f.parts.found == "'b' as columns 2 and 4");
    const Table t = parse_csv("b,b,b_2,b\n1,2,3,4\n");
    CHECK(t.names() == Cells{"b", "b_2", "b_2_2", "b_3"});
}

TEST_CASE("a record of another length is named with its line and both counts") {
    for (const std::string& head : {std::string("a,b\n1,2\n"), std::string("a,b\n1,\"x\r\n\r\ny\"\n\n")}) {
        const std::string line = std::to_string(1 + std::count(head.begin(), head.end(), '\n'));
        const Failure more = csv_failure(head + "1,\"2,3\",4\n5,6\n");
        CHECK(more.code == ErrorCode::ragged_row);
        CHECK(more.parts.where == "file.csv, line " + line);
        CHECK(more.parts.expected == "2 fields");
        CHECK(more.parts.found == "3");
        CHECK(csv_failure(head + "1\n").parts.found == "1");
    }
    CHECK(csv_failure("a,b\n1,2,\n").parts.found == "3");
    CHECK(parse_csv("a,b,\n1,2,\n").names() == Cells{"a", "b", "column_3"});
}

TEST_CASE("the first of several wrong records is the one that is named") {
    std::string text = "a,b\n";
    for (int i = 0; i < 4000; ++i) text += i == 1234 || i == 3000 ? "1,2,3\n" : "1,2\n";
    for (const std::size_t part :
         {std::size_t{16}, std::size_t{100}, std::size_t{5000}, std::size_t{1} << 20}) {
        const Failure f =
            failure([&] { (void)detail::parse_csv_text(text, "file.csv", CsvOptions{}, part); });
        CHECK(f.parts.where == "file.csv, line 1236");
    }
}

TEST_CASE("a quote that is never closed is named where it opens") {
    const Failure f = csv_failure("a,b\n1,2\n\"x\ny\",\"open\n3,4\n5,6\n");
    CHECK(f.code == ErrorCode::unclosed_quote);
    CHECK(f.parts.where == "file.csv, line 4");
    CHECK(csv_failure("\"a,b\n1,2\n").parts.where == "file.csv, line 1");
    CHECK(csv_failure("a\n\"x\"\"").parts.where == "file.csv, line 2");
    std::string text = "a,b\n1,\"";
    for (int i = 0; i < 5000; ++i) text += "1,2\n";
    for (const std::size_t part : {std::size_t{16}, std::size_t{5000}, std::size_t{1} << 20}) {
        const Failure g =
            failure([&] { (void)detail::parse_csv_text(text, "file.csv", CsvOptions{}, part); });
        CHECK(g.code == ErrorCode::unclosed_quote);
        CHECK(g.parts.where == "file.csv, line 2");
    }
}

TEST_CASE("a file of nothing is an error, a header alone a table of no rows") {
    for (const std::string text : {"", "\xEF\xBB\xBF", "\n\n", " \r\n\t\n"}) {
        const Failure f = csv_failure(text);
        CHECK(f.code == ErrorCode::file_empty);
        CHECK(f.parts.where == "file.csv");
    }
    for (const std::string text : {"a,b", "a,b\n",
                                   "\xEF\xBB\xBF"
                                   "a,b\r\n\r\n"}) {
        const Table t = parse_csv(text);
        CHECK(t.rows() == 0);
        CHECK(t.names() == Cells{"a", "b"});
    }
    const std::string path = testing_support::write_text("empty.csv", "");
    CHECK(failure([&] { (void)read_csv(path); }).parts.where == path);
}

TEST_CASE("a missing file, a folder and NUL bytes are errors of their own") {
    const Failure f = failure([] { (void)read_csv("no/such/file.csv"); });
    CHECK(f.code == ErrorCode::file_not_readable);
    CHECK(f.parts.where == "no/such/file.csv");
    CHECK(f.parts.found == "No such file or directory");
    CHECK(failure([] { (void)read_csv("."); }).code == ErrorCode::file_not_readable);
    const Failure nul = csv_failure(std::string("a,b\n1,2\n3,\0,4\n", 14));
    CHECK(nul.code == ErrorCode::nul_byte);
    CHECK(nul.parts.where == "file.csv, line 3, byte 3, column 'b'");
    CHECK(csv_failure(std::string("\xFF\xFE"
                                  "a\0,\0b\0\n\0",
                                  10))
              .code == ErrorCode::nul_byte);
}

TEST_CASE("a line of more than 16 MiB is refused") {
    const Failure f = csv_failure("a,b\n1," + std::string((1u << 24) + 10, 'x') + "\n");
    CHECK(f.code == ErrorCode::line_too_long);
    CHECK(f.parts.where == "file.csv, line 2");
}

TEST_CASE("a part that is longer than the line reader's memory reads as short parts do") {
    std::string text = "a,b,c\n";
    for (std::size_t i = 0; i < 10; ++i)
        text += std::to_string(i) + ".5," + std::string((std::size_t{4} << 20) + i, 'x') + ",end\n";
    const Table whole = detail::parse_csv_text(text, "text", {}, text.size());
    CHECK(cells(whole, "a") == Cells{"0.5", "1.5", "2.5", "3.5", "4.5", "5.5", "6.5", "7.5", "8.5", "9.5"});
    CHECK(whole["b"].labels().back().size() == (std::size_t{4} << 20) + 9);
    CHECK(same(detail::parse_csv_text(text, "text", {}, 1000), whole));
}

TEST_CASE("options that contradict one another are refused") {
    CHECK(csv_failure("a\n", {.delimiter = '\n'}).code == ErrorCode::bad_option);
    CHECK(csv_failure("a\n", {.delimiter = '"'}).parts.where == "option CsvOptions.quote");
    CHECK(csv_failure("a\n", {.quote = ' '}).code == ErrorCode::bad_option);
}

TEST_CASE("the table is the same for any size of parts and any number of threads") {
    // Hard on purpose: line breaks inside quotes, quotes inside fields, blank lines, late types.
    Random random(7);
    std::string text = "n,c,w,d\r\n";
    for (int i = 0; i < 700; ++i) {
        text += std::to_string(random.below(100)) + ",";
        const std::uint64_t kind = random.below(8);
        text += kind == 0   ? "\"line\nbreak " + std::to_string(i % 5) + "\""
                : kind == 1 ? "\"a \"\"quoted\"\" word,\r\nand more\""
                : kind == 2 ? "5\" pipe"
                : kind == 3 ? "NA"
                : kind == 4 ? " \"\n\n\n\" "
                            : "plain " + std::to_string(random.below(9));
        text += i == 650 ? ",word" : "," + std::to_string(random.uniform());
        text += i < 300 ? ",\n" : ",2024-01-0" + std::to_string(1 + random.below(9)) + "\n";
        if (random.below(20) == 0) text += "\n";
    }
    const Table whole = detail::parse_csv_text(text, "text", {}, text.size());
    CHECK(whole.rows() == 700);
    CHECK(whole["d"].kind() == Kind::datetime);
    CHECK(whole["w"].kind() == Kind::category);
    for (const std::size_t part : {50u, 500u, 3000u}) {
        for (const int count : {1, 3}) {
            set_threads(count);
            CHECK(same(detail::parse_csv_text(text, "text", {}, part), whole));
        }
    }
    set_threads(0);
}

TEST_CASE("what is written is read back as the same table") {
    const std::vector<std::string> hard = {"plain",
                                           "comma,",
                                           "\"",
                                           "\"\"",
                                           "a \"b\" c",
                                           "line\nbreak",
                                           "cr\rlf\r\n",
                                           " lead",
                                           "trail\t",
                                           " ",
                                           "NA",
                                           "null",
                                           "?",
                                           "none",
                                           "a;b",
                                           "'",
                                           "\n",
                                           "\r",
                                           "\xEF\xBB\xBFmark",
                                           "\xC3\xA9",
                                           "#",
                                           "true",
                                           "1e5",
                                           "back\\slash\\",
                                           "\\\"",
                                           "a|b\tc",
                                           "x"};
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Random random(seed);
        std::vector<double> numbers;
        std::vector<std::int64_t> times;
        std::vector<std::string> labels;
        std::vector<bool> gone;
        const std::size_t rows = 1 + random.below(40);
        for (std::size_t i = 0; i < rows; ++i) {
            const std::uint64_t pick = random.below(8);
            numbers.push_back(
                pick == 0   ? missing
                : pick == 1 ? HUGE_VAL
                : pick == 2 ? std::ldexp(random.uniform() - 0.5, static_cast<int>(random.below(2000)) - 1000)
                : pick == 3 ? std::floor(random.uniform() * 1e19)
                            : random.normal());
            times.push_back(pick == 4 ? missing_time : static_cast<std::int64_t>(random.below(4000000000)));
            labels.push_back(hard[random.below(hard.size())]);
            gone.push_back(pick == 5);
        }
        labels[0] = "x";  // at least one that is no number
        gone[0] = false;
        const Table one{{"only \"one\"", Column::category(labels, gone)}};
        const Table many{{"n", Column::numeric(numbers)},
                         {" label,", Column::category(labels, gone)},
                         {"when", Column::datetime(times)}};
        for (const Table& table : {one, many}) {
            for (const std::optional<char> delimiter :
                 {std::optional<char>{}, std::optional(','), std::optional(';'), std::optional('\t'),
                  std::optional(' ')}) {
                const CsvOptions options{
                    .delimiter = delimiter,
                    .escape = delimiter == ';' ? std::optional('\\') : std::nullopt,
                    .types = {{table.name(table.columns() > 1 ? 1 : 0), LogicalType::category}}};
                std::ostringstream out;
                write_csv(table, out, options);
                INFO(out.str());
                CHECK(same(parse_csv(out.str(), "written", options), table));
            }
        }
    }
}

TEST_CASE("a table goes through a file, and an existing file is replaced whole") {
    const Table table{{"x", Column::numeric({1, missing, 1e300})}, {"c", Column::category({"a", "b", "a"})}};
    const std::string path = testing_support::scratch_file("written.csv");
    write_csv(Table{{"old", Column::numeric(std::vector<double>(1000, 1.0))}}, path);
    write_csv(table, path);
    std::ifstream in(path);
    CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == "x,c\n1,a\n,b\n1e+300,a\n");
    CHECK(same(read_csv(path), table));
    CHECK(failure([&] { write_csv(table, "no/such/folder/x.csv"); }).code == ErrorCode::file_not_writable);
    const Table nul{{"c", Column::category({std::string("a\0b", 3)})}};
    std::ostringstream out;
    CHECK(failure([&] { write_csv(nul, out); }).code == ErrorCode::nul_byte);
    const Table comma{{"c", Column::category({"a,b"})}};
    CHECK(failure([&] { write_csv(comma, out, {.quote = '\0'}); }).code == ErrorCode::bad_value);
}

TEST_CASE("a schema says which columns are read and as what, and its readings stay with the columns") {
    Schema schema({{.name = "paid", .type = LogicalType::real, .reading = {.remove = {"€"}}},
                   {.name = "since", .type = LogicalType::datetime, .reading = {.formats = {"%d/%m/%Y"}}},
                   {.name = "active", .type = LogicalType::boolean},
                   {.name = "zip", .type = LogicalType::text},
                   {.name = "note", .type = LogicalType::category, .role = Role::ignored},
                   {.name = "plan", .type = LogicalType::category, .required = false}});
    const std::string text =
        "zip;active;since;x;note;paid\n00123;Yes;05/03/2024;7;n;€5\n10115;no;;8;m;€-2.5\n";
    const Table t = parse_csv(text, schema);
    CHECK(t.names() == Cells{"paid", "since", "active", "zip", "plan"});
    CHECK(cells(t, "paid") == Cells{"5", "-2.5"});
    CHECK(cells(t, "since") == Cells{"2024-03-05", "<missing>"});
    CHECK(cells(t, "active") == Cells{"1", "0"});
    CHECK(cells(t, "zip") == Cells{"00123", "10115"});
    CHECK(t["plan"].missing_count() == 2);
    const std::vector<std::size_t> rows = {1};
    const Schema again = infer_schema(t.take(rows));
    CHECK(again["paid"].reading == schema["paid"].reading);
    CHECK(again["since"].reading == schema["since"].reading);
    CHECK(again["zip"].reading.usual());
    CHECK(Schema::from_json(Json::parse(schema.to_json().dump())) == schema);

    const Failure wrong =
        failure([&] { (void)parse_csv("paid,since,active,zip\n$5,,,\n", schema, "file.csv"); });
    CHECK(wrong.parts.where == "file.csv, line 2, column 'paid'");
    const Failure lacks = failure([&] { (void)parse_csv("paid,active\n", schema, "file.csv"); });
    CHECK(lacks.code == ErrorCode::missing_column);
    CHECK(lacks.parts.expected == "columns 'since' and 'zip'");
    const Failure renamed = failure([&] { (void)parse_csv("paid,Since,active,zip\n", schema, "file.csv"); });
    CHECK(renamed.parts.advice.find("is 'Since' meant? ") == 0);
}

TEST_CASE("the real data sets read as their sources say") {
    struct Expected {
        std::string name;
        std::size_t rows, columns;
        CsvOptions options;
    };
    const std::vector<Expected> sets = {
        {"bank_churn_kaggle", 10000, 14, {}},
        {"bank_churn_practicum", 10000, 14, {}},
        {"bank_churn_av", 28382, 22, {}},
        {"telco_churn", 7043, 21, {}},
        {"adult", 32561, 15, {}},
        {"bank_marketing", 41188, 21, {}},
        {"weather_aus", 145460, 24, {}},
        {"titanic", 891, 12, {}},
        {"german_credit", 1000, 21, {}},
        {"hr_attrition", 1470, 35, {}},
        {"compas", 7214, 53, {}},
        {"electricity_nsw", 45312, 9, {}},
        {"bike_sharing", 17379, 17, {}},
    };
    for (const Expected& set : sets) {
        REQUIRE_DATA(path, set.name + "/data.csv");
        INFO(set.name);
        const Table t = read_csv(path, set.options);
        CHECK(t.rows() == set.rows);
        CHECK(t.columns() == set.columns);
        std::ostringstream out;
        write_csv(t, out);
        CsvOptions again;
        for (std::size_t c = 0; c < t.columns(); ++c) {
            if (t.column(c).kind() == Kind::category)
                again.types.emplace_back(t.name(c), LogicalType::category);
        }
        CHECK(same(parse_csv(out.str(), "written", again), t));
    }
    REQUIRE_DATA(practicum, "bank_churn_practicum/data.csv");
    CHECK(read_csv(practicum)["Tenure"].missing_count() == 909);
    REQUIRE_DATA(telco, "telco_churn/data.csv");
    CHECK(read_csv(telco)["TotalCharges"].missing_count() == 11);
    REQUIRE_DATA(twice, "compas/data.csv");
    CHECK(failure([&] { (void)read_csv(twice, {.duplicate_names = DuplicateNames::error}); }).parts.found ==
          "'decile_score' as columns 12 and 40");
}
