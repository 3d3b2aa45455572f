#include "gasket/data/detail/csv_dialect.hpp"

#include <functional>

#include "gasket/data/csv.hpp"
#include "support/catch.hpp"
#include "support/csv.hpp"

using namespace gasket;
using testing_support::cells;
using testing_support::csv_failure;
using Cells = std::vector<std::string>;

TEST_CASE("a quote that is not doubled belongs to the text if the field closes on its line") {
    const Table t =
        parse_csv("k,v\n\"5\" pipe\",1\n\"\"start\",2\n\"the \"best\" one\" , 3\n\"a\"\"b\"c\",4\n");
    CHECK(cells(t, "k") == Cells{"5\" pipe", "\"start", "the \"best\" one", "a\"b\"c"});
    CHECK(cells(t, "v") == Cells{"1", "2", "3", "4"});
    // otherwise nobody knows where it ends
    for (const std::string text :
         {"k,v\n1,\"a\"b\n2,c\"\n", "k,v\n1,\"a\n2,\"b\"\n", "k,v\n1,\"a\nb\"c\",2\n", "k,v\n1,\"x\n2,y\n"}) {
        INFO(text);
        const auto f = csv_failure(text);
        CHECK(f.code == ErrorCode::unclosed_quote);
        CHECK(f.parts.where == "file.csv, line 2");
    }
    CHECK(csv_failure("k,v\n\"a\"b,\"c\" \"d\"\n").code == ErrorCode::ragged_row);
}

TEST_CASE("a quoted part inside an unquoted field that holds the delimiter is refused, inches are not") {
    const auto f = csv_failure("a,b,c\n1,$25\"shoes, brown\",x\n");
    CHECK(f.code == ErrorCode::unclosed_quote);
    CHECK(f.parts.found == "a quoted part inside a field that has no quotes");
    CHECK(f.parts.where == "file.csv, line 2");
    const Table t = parse_csv("a,b,c\n24\" wide,13\",5\n5\"x3\" pipe,2\",6\n3\"x4\",5,7\n");
    CHECK(cells(t, "a") == Cells{"24\" wide", "5\"x3\" pipe", "3\"x4\""});
    CHECK(cells(t, "b") == Cells{"13\"", "2\"", "5"});
}

TEST_CASE("an escape stands before quotes and before itself, within quotes") {
    const CsvOptions escaped{.escape = '\\'};
    const Table t = parse_csv(R"(k,v
"say \"hi\"",1
"a\\",2
"C:\dir\\",3
\x,4
"doubled ""too""",5
"\"",6
"a
\"b\"",7
)",
                              "text", escaped);
    CHECK(cells(t, "k") ==
          Cells{"say \"hi\"", "a\\", "C:\\dir\\", "\\x", "doubled \"too\"", "\"", "a\n\"b\""});
    CHECK(csv_failure("k\n\"a\\\"\n", escaped).code == ErrorCode::unclosed_quote);
    CHECK(csv_failure("k\n", {.delimiter = ';', .escape = ';'}).code == ErrorCode::bad_option);
    CHECK(cells(parse_csv("k\n\"a\"\"b\"\n", "text", {.escape = '"'}), "k") == Cells{"a\"b"});
}

TEST_CASE("the first wrong record is named, whatever is wrong with it and wherever the file is cut") {
    const std::pair<std::string, ErrorCode> faults[] = {{"1,\"a\"b\n", ErrorCode::unclosed_quote},
                                                        {"1,2,3\n", ErrorCode::ragged_row},
                                                        {"1,caf\xE9\n", ErrorCode::bad_encoding}};
    for (const auto& [first, code] : faults) {
        for (const auto& second : faults) {
            std::string text = "a,b\n1,\"line\nbreak\"\n";
            for (int i = 0; i < 500; ++i)
                text += i == 123 ? first : i == 400 ? second.first : "1,\"x,\n\n\ny\"\n";
            for (const std::size_t part : {std::size_t{16}, std::size_t{100}, std::size_t{1} << 20}) {
                const auto f = testing_support::failure(
                    [&] { (void)detail::parse_csv_text(text, "file.csv", CsvOptions{}, part); });
                CHECK(f.code == code);
                CHECK(f.parts.where.substr(0, 18) == "file.csv, line 496");
            }
        }
    }
}

TEST_CASE("a byte that is no UTF-8 is named with line, byte and column") {
    const auto f = csv_failure("name,city\nAnn,Rome\n\"x\ny, z\",\"K\xF6ln\"\n");
    CHECK(f.code == ErrorCode::bad_encoding);
    CHECK(f.parts.where == "file.csv, line 4, byte 9, column 'city'");
    CHECK(f.parts.found == "the byte 0xF6");
    CHECK(csv_failure("n\xE4me\n1\n").parts.where == "file.csv, line 1, byte 2");
    CHECK(csv_failure("\xEF\xBB\xBFname\nK\xF6ln\n").parts.where ==
          "file.csv, line 2, byte 2, column 'name'");
    std::string late = "a,b\n";
    for (int i = 0; i < 400000; ++i) late += "1,2\n";
    CHECK(csv_failure(late + "3,\xC3(\n").parts.where == "file.csv, line 400002, byte 3, column 'b'");
}

TEST_CASE("files in Latin-1 and Windows-1252 are read when they say so") {
    const std::string text = "name,price\nK\xF6ln,\x80 5\n";
    const Table t = parse_csv(text, "text", {.encoding = Encoding::windows_1252});
    CHECK(cells(t, "name") == Cells{"Köln"});
    CHECK(cells(t, "price") == Cells{"€ 5"});
    CHECK(cells(parse_csv(text, "text", {.encoding = Encoding::latin_1}), "name") == Cells{"Köln"});
    // a byte order mark says UTF-8, whatever was declared
    CHECK(cells(parse_csv("\xEF\xBB\xBFname\nKöln\n", "text", {.encoding = Encoding::latin_1}), "name") ==
          Cells{"Köln"});
}
