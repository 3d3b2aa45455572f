#include "gasket/data/detail/csv_head.hpp"

#include "gasket/data/csv.hpp"
#include "support/catch.hpp"
#include "support/csv.hpp"

using namespace gasket;
using testing_support::cells;
using testing_support::csv_failure;
using Cells = std::vector<std::string>;

TEST_CASE("the delimiter is the one that cuts the first records alike") {
    CHECK(parse_csv("a;b\n1,5;2,5\n3,1;4,2\n").names() == Cells{"a", "b"});
    CHECK(parse_csv("a\tb\nx,y\tz\n").names() == Cells{"a", "b"});
    CHECK(parse_csv("a|b|c\n1|2;x|3\n").columns() == 3);
    CHECK(parse_csv("a,b\n1;2,3|4\n").names() == Cells{"a", "b"});
    CHECK(parse_csv("\"a;b\",c\n\"1;2;3\",4\n").names() == Cells{"a;b", "c"});
    CHECK(parse_csv("a;b\n\"x\ny;z\";2\n").rows() == 1);
    // one column stays one
    CHECK(parse_csv("name\nAnn\nBob\n").columns() == 1);
    CHECK(csv_failure("name\nAnn;x\nBob, the second\n").parts.where == "file.csv, line 3");
    // a ragged record does not change the delimiter
    CHECK(csv_failure("a,b,c\n1,2,3\n4,5\n6,7,8\n").parts.expected == "3 fields");
    CHECK(csv_failure("a;b;c\n1;2;3\n4;5\n6;7;8\n").parts.expected == "3 fields");
    // what is named is not guessed
    CHECK(parse_csv("a;b\n1;2\n", "text", {.delimiter = ','}).columns() == 1);
}

TEST_CASE("single quotes and backslashes are seen where only they make sense") {
    CHECK(cells(parse_csv("k,v\n'a,b',1\n'it''s',2\n"), "k") == Cells{"a,b", "it's"});
    CHECK(cells(parse_csv("k,v\n'tis,1\nall',2\n"), "k") == Cells{"'tis", "all'"});
    CHECK(cells(parse_csv("k,v\n\"a \\\"b\\\", c\",1\n"), "k") == Cells{"a \"b\", c"});
    CHECK(cells(parse_csv("k,v\n\"C:\\\",1\n"), "k") == Cells{"C:\\"});
    CHECK(csv_failure("k,v\n'a,b',1\n", {.quote = '"'}).code == ErrorCode::ragged_row);
}

TEST_CASE("lines before the header can be skipped") {
    const Table t = parse_csv("\xEF\xBB\xBFReport of March\n\na,b\n1,2\n", "text", {.skip_lines = 1});
    CHECK(t.names() == Cells{"a", "b"});
    CHECK(parse_csv("# x\n# y\n1,2\n", "text", {.header = false, .skip_lines = 2}).rows() == 1);
    CHECK(csv_failure("a,b\n1,2\n", {.skip_lines = 7}).code == ErrorCode::file_empty);
    CHECK(csv_failure("x\na,b\n1,2,3\n", {.skip_lines = 1}).parts.where == "file.csv, line 3");
}

TEST_CASE("a first line that looks like data is no header unless it is said to be one") {
    for (const std::string text : {
             "2024-03-05,5\n2024-03-06,6\n",          // dates over dates
             "28/01/2018,x\n29/01/2018,y\n",          //
             "1.5,2.5\n3.5,4.5\n",                    // fractions over numbers
             "1.0e+00,x\n2.0e+00,y\n",                //
             "2596,51,3\n2590,56,2\n",                // numbers that do not count up
             "PREAMBLE,,,\n,,,\na,b,c,d\n1,2,3,4\n",  // most names missing
         }) {
        INFO(text);
        const auto f = csv_failure(text);
        CHECK(f.code == ErrorCode::header_is_data);
        CHECK(f.parts.where == "file.csv, line 1");
        CHECK_NOTHROW(parse_csv(text, "text", {.header = true}));
        CHECK_NOTHROW(parse_csv(text, "text", {.header = false}));
    }
    for (const std::string text : {
             "0,1,2\n0.5,0.1,7\n",                 // how pandas names columns that have no names
             "country,1960,1961\nItaly,5,6\n",     //
             "1960,1961,1962\n5,6,7\n",            //
             "place,1/22/20,1/23/20\nRome,1,2\n",  // a column a day
             ",a,b\n0,1,2\n",                      //
             "a,b,\n1,2,3\n",                      // a name missing
             "1.5,x\n",                            // no values to compare with
             "2024-01-01,x\nRome,2\n",             //
         }) {
        INFO(text);
        CHECK_NOTHROW(parse_csv(text));
    }
}

TEST_CASE("a header that comes again is named: two files put together") {
    const auto f = csv_failure("a,b\nx,1\n\"multi\nline\",2\na,b\ny,3\n");
    CHECK(f.code == ErrorCode::header_is_data);
    CHECK(f.parts.where == "file.csv, line 5");
    CHECK(csv_failure("a,b\na,b\nx,1\n").parts.where == "file.csv, line 2");
    CHECK_NOTHROW(parse_csv("a,b\nx,b\na,y\n"));
    CHECK_NOTHROW(parse_csv("word\nword\n"));
    CHECK_NOTHROW(parse_csv("a,b\na,b\n", "text", {.header = false}));
}

TEST_CASE("columns can be told how their text is to be understood") {
    const Table t = parse_csv(
        "when,money,code,share\n05/03/2024 10:00,\"€1,234.50\",-9,\"12,5\"\n2024-03-05T09:00Z,-€999999,7,\n",
        "text",
        {.readings = {{"when", {.formats = {"iso", "%d/%m/%Y %H:%M"}, .zone = "+01:00"}},
                      {"money", {.nulls = {"-€999999"}, .remove = {"€"}, .thousands = ','}},
                      {"code", {.nulls = {"-9"}}},
                      {"share", {.decimal = ','}}}});
    CHECK(cells(t, "when") == Cells{"2024-03-05T09:00:00Z", "2024-03-05T09:00:00Z"});
    CHECK(cells(t, "money") == Cells{"1234.5", "<missing>"});
    CHECK(cells(t, "code") == Cells{"<missing>", "7"});
    CHECK(t["code"].kind() == Kind::numeric);
    CHECK(cells(t, "share") == Cells{"12.5", "<missing>"});
    const auto f = csv_failure("when\n2024-03-05\n", {.readings = {{"when", {.formats = {"%d/%m/%Y"}}}}});
    CHECK(f.code == ErrorCode::bad_value);
    CHECK(f.parts.expected == "a date or time written as DD/MM/YYYY");
    CHECK(csv_failure("x\n1.5\n",
                      {.types = {{"x", LogicalType::integer}}, .readings = {{"x", {.nulls = {"-"}}}}})
              .parts.expected == "a whole number");
    CHECK(csv_failure("age\n1\n", {.readings = {{"agee", {.nulls = {"-"}}}}}).parts.advice ==
          "did you mean 'age'?");
    CHECK(csv_failure("age\n1\n", {.readings = {{"age", {.zone = "Nowhere"}}}}).code ==
          ErrorCode::bad_option);
}

TEST_CASE("a second line of names, or one of units, is no row of values") {
    const auto f = csv_failure("control,,fire,\n\nX,Y,X,Y\n1,2,3,4\n5,6,7,8\n");
    CHECK(f.code == ErrorCode::header_is_data);
    CHECK(f.parts.where == "file.csv, line 3");
    CHECK(f.parts.found == "'X' and 'Y' over numbers");
    CHECK(csv_failure("name,weight,height\n,kg,cm\nAnn,60,170\nBob,,180\nCid,70,190\n").code ==
          ErrorCode::header_is_data);
    const std::string units = "weight,height\nkg,cm\n60,170\n70,180\n";
    CHECK(parse_csv(units, "text", {.header = true}).rows() == 3);
    CHECK(parse_csv(units, "text", {.skip_lines = 1}).names() == Cells{"kg", "cm"});
    // under a schema the line is a row like others, and is told by its values
    const Schema schema({{.name = "weight", .type = LogicalType::real}});
    CHECK(testing_support::failure([&] { (void)parse_csv(units, schema); }).parts.found == "'kg'");
    // what is wrong with the line as a whole comes first
    CHECK(csv_failure("weight,height\nk\xE9,cm\n60,170\n70,180\n").code == ErrorCode::bad_encoding);
    CHECK(csv_failure("weight,height\nkg,cm,\n60,170\n70,180\n").code == ErrorCode::ragged_row);
    // one column of numbers, or one that begins with a number, leaves room for a word
    CHECK(parse_csv("name,weight\nAnn,unknown\nBob,70\nCid,80\n").rows() == 3);
    CHECK(parse_csv("a,b,c\nx,y,1\n2,3,4\n5,6,7\n").rows() == 3);
    CHECK(parse_csv("a,b\nx,y\n2,3\n").rows() == 2);
}
