#include "gasket/data/profiler.hpp"

#include <cmath>
#include <sstream>

#include "gasket/core/random.hpp"
#include "gasket/data/csv.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;

namespace {

Table with_target(std::size_t positives, std::size_t negatives) {
    std::vector<double> y(positives, 1.0);
    y.resize(positives + negatives, 0.0);
    return {{"y", Column::numeric(y)}};
}

const Alert* alert(const Profile& profile, const std::string& kind, const std::string& column = "") {
    for (const Alert& a : profile.alerts) {
        if (a.kind == kind && (column.empty() || a.column == column)) return &a;
    }
    return nullptr;
}

bool close(double found, double expected) {
    return std::abs(found - expected) <= 1e-12 * std::max(std::abs(expected), 1e-3);
}

std::size_t count(const std::vector<std::size_t>& counts) {
    std::size_t n = 0;
    for (const std::size_t c : counts) n += c;
    return n;
}

}  // namespace

TEST_CASE("a profile's numbers are those of pandas on real data") {
    const auto reference = testing_support::reference("profile");
    for (const std::string name : {"bank_churn_kaggle", "adult", "titanic", "weather_aus"}) {
        REQUIRE_DATA(path, name + "/data.csv");
        const Table table = read_csv(path);
        const Profile profile = Profiler{}.observe(table);
        const auto& expected = reference[name];
        CHECK(profile.rows == expected["rows"].get<std::size_t>());
        CHECK(profile.duplicates == expected["duplicates"].get<std::size_t>());
        for (const auto& [column, e] : expected["columns"].items()) {
            INFO(name << ", " << column);
            const ColumnProfile* const c = profile.find(column);
            REQUIRE(c != nullptr);
            CHECK(c->missing_count == e["missing"].get<std::size_t>());
            CHECK(c->distinct == e["distinct"].get<std::size_t>());
            if (e.contains("most")) {
                REQUIRE(c->category);
                CHECK(c->category->top.front().count == e["most"].get<std::size_t>());
                continue;
            }
            REQUIRE(c->numeric);
            const NumericProfile& n = *c->numeric;
            CHECK(n.count == e["count"].get<std::size_t>());
            CHECK(n.zeros == e["zeros"].get<std::size_t>());
            CHECK(n.negatives == e["negatives"].get<std::size_t>());
            CHECK(n.min == e["min"].get<double>());
            CHECK(n.max == e["max"].get<double>());
            CHECK(close(n.mean, e["mean"]));
            CHECK(close(n.std, e["std"]));
            CHECK(close(n.skew, e["skew"]));
            CHECK(close(n.q05, e["quantiles"][0]));
            CHECK(close(n.q25, e["quantiles"][1]));
            CHECK(close(n.q50, e["quantiles"][2]));
            CHECK(close(n.q75, e["quantiles"][3]));
            CHECK(close(n.q95, e["quantiles"][4]));
            CHECK(count(n.histogram) == n.count);
            std::size_t within = 0;
            for (const double x : table[column].numbers()) within += x >= n.q05 && x <= n.q95 ? 1 : 0;
            CHECK(count(n.middle) == (n.q05 < n.q95 ? within : 0));
        }
    }
}

TEST_CASE("the middle histogram goes from 5 to 95 %, both included") {
    std::vector<double> x(21);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i);  // 5 %: 1, 95 %: 19
    x[20] = 1e9;
    const Profile profile = Profiler{.bins = 3}.observe({{"x", Column::numeric(x)}});
    CHECK(profile.find("x")->numeric->middle == std::vector<std::size_t>{6, 6, 7});
    CHECK(profile.find("x")->numeric->histogram == std::vector<std::size_t>{20, 0, 1});
}

TEST_CASE("correlation and AUC with the target are those of pandas and scikit-learn") {
    REQUIRE_DATA(path, "bank_churn_kaggle/data.csv");
    const auto reference = testing_support::reference("profile");
    const Table table = read_csv(path);
    const Profile profile = Profiler{.target = "Exited"}.observe(table);
    const Profile turned = Profiler{.target = "Exited", .positive = "0"}.observe(table);
    for (const auto& [column, r] : reference["correlation"].items()) {
        INFO(column);
        const double auc = reference["auc"][column];
        CHECK(close(profile.find(column)->leak->correlation, r));
        CHECK(close(profile.find(column)->leak->auc, std::max(auc, 1 - auc)));
        CHECK(close(turned.find(column)->leak->correlation, -r.get<double>()));
        CHECK(close(turned.find(column)->leak->auc, std::max(auc, 1 - auc)));
    }
    CHECK(profile.target->positive == "1");
    CHECK(turned.target->positive == "0");
    CHECK_FALSE(profile.find("Exited")->leak);
}

TEST_CASE("the audit names the columns that leak in real data, and no others") {
    REQUIRE_DATA(path, "bank_churn_records_leaky/data.csv");
    const Profile profile = Profiler{.target = "Exited"}.observe(read_csv(path));
    CHECK(alert(profile, "leak_suspect", "Complain") != nullptr);
    std::size_t suspects = 0;
    for (const Alert& a : profile.alerts) suspects += a.kind == "leak_suspect" ? 1 : 0;
    CHECK(suspects == 1);
    CHECK(profile.alerts.front().column == "Complain");
    CHECK(alert(profile, "identifier", "RowNumber") != nullptr);
    CHECK(alert(profile, "identifier", "CustomerId") != nullptr);
    CHECK(alert(profile, "high_cardinality", "Surname") != nullptr);
    CHECK(alert(profile, "skew") == nullptr);  // Exited and Complain are flags

    REQUIRE_DATA(clean, "bank_churn_kaggle/data.csv");
    CHECK_FALSE(Profiler{.target = "Exited"}.observe(read_csv(clean)).has_alert("leak_suspect"));
    REQUIRE_DATA(weather, "weather_aus/data.csv");
    const Profile rain = Profiler{.target = "RainTomorrow"}.observe(read_csv(weather));
    CHECK(rain.has_alert("leak_suspect", "RISK_MM"));
    CHECK(rain.has_alert("missing_target", "RainTomorrow"));
    CHECK(rain.has_alert("missing", "Sunshine"));
    CHECK(rain.has_alert("skew", "Rainfall"));
    CHECK_FALSE(rain.has_alert("missing", "Pressure9am"));
}

TEST_CASE("the practicum's 909 missing tenures are counted and constant columns named") {
    REQUIRE_DATA(path, "bank_churn_practicum/data.csv");
    const Profile profile = Profiler{.target = "Exited"}.observe(read_csv(path));
    CHECK(profile.find("Tenure")->missing_count == 909);
    CHECK(profile.find("Tenure")->missing_share == Approx(0.0909));
    REQUIRE_DATA(hr, "hr_attrition/data.csv");
    const Profile staff = Profiler{.target = "Attrition"}.observe(read_csv(hr));
    for (const std::string column : {"EmployeeCount", "Over18", "StandardHours"}) {
        CHECK(staff.has_alert("constant", column));
    }
    CHECK(staff.has_alert("imbalance"));
}

TEST_CASE("an unbalanced target warns that accuracy misleads, a rare one suggests anomaly detection") {
    const Profiler profiler{.target = "y"};
    CHECK(profiler.observe(with_target(100, 500)).alerts.size() ==
          1);  // duplicates alone: 5 to 1 is not above
    const Profile skewed = profiler.observe(with_target(100, 501));
    REQUIRE(alert(skewed, "imbalance") != nullptr);
    CHECK(alert(skewed, "imbalance")->text.find("accuracy will mislead: use AUC, PR AUC or F1") !=
          std::string::npos);
    CHECK_FALSE(skewed.has_alert("rare_class"));
    const Profile rare = profiler.observe(with_target(9, 991));
    REQUIRE(alert(rare, "rare_class") != nullptr);
    CHECK(alert(rare, "rare_class")->text.find("anomaly detection") != std::string::npos);
    CHECK_FALSE(profiler.observe(with_target(10, 990)).has_alert("rare_class"));
    CHECK(rare.target->classes.front().label == "0");
    CHECK(rare.target->classes.front().count == 991);
    const Profile one = profiler.observe(with_target(0, 60));
    CHECK(one.has_alert("one_class", "y"));
    CHECK_FALSE(one.has_alert("constant"));
}

TEST_CASE("skewness beyond 2 names the transform that the values allow") {
    std::vector<double> positive, zero, negative, left, flag;
    for (int i = 0; i < 200; ++i) {
        const double tail = i == 7 ? 1e6 : i == 8 ? 3e5 : 1 + i % 10;
        positive.push_back(tail);
        zero.push_back(tail - 1);
        negative.push_back(tail - 2);
        left.push_back(-tail);
        flag.push_back(i == 0 ? 1 : 0);
    }
    const Profile profile = Profiler{}.observe(Table{{"positive", Column::numeric(positive)},
                                                     {"zero", Column::numeric(zero)},
                                                     {"negative", Column::numeric(negative)},
                                                     {"left", Column::numeric(left)},
                                                     {"flag", Column::numeric(flag)}});
    const auto advice = [&](const std::string& column) {
        const Alert* const a = alert(profile, "skew", column);
        REQUIRE(a != nullptr);
        return a->text;
    };
    CHECK(advice("positive").find("Box-Cox") != std::string::npos);
    CHECK(advice("zero").find("log1p") != std::string::npos);
    CHECK(advice("zero").find("Box-Cox") == std::string::npos);
    CHECK(advice("negative").find("Yeo-Johnson") != std::string::npos);
    CHECK(advice("left").find("Yeo-Johnson") != std::string::npos);
    CHECK(profile.find("left")->numeric->skew < -2);
    CHECK(alert(profile, "skew", "flag") == nullptr);
}

TEST_CASE("labels are counted, and their variants, null spellings and hidden numbers named") {
    const Table table{{"city", Column::category({"Rome", "rome", " Rome", "New  York", "New York", "Oslo",
                                                 "Oslo", "Oslo"})},
                      {"code", Column::category({"NA", "-", "Unknown", "a", "b", "a", "b", "a"})},
                      {"money", Column::category({"$1,200",
                                                  "\xE2\x82\xAC"
                                                  "5.50",
                                                  "-\xC2\xA3"
                                                  "3",
                                                  "7 %", "$1,200", "1'000", "2", "3"})}};
    const Profile profile = Profiler{}.observe(table);
    const CategoryProfile& city = *profile.find("city")->category;
    CHECK(profile.find("city")->distinct == 6);
    CHECK(city.top.front().label == "Oslo");
    CHECK(city.top.front().count == 3);
    CHECK(city.variants == std::vector<Labels>{{" Rome", "Rome", "rome"}, {"New  York", "New York"}});
    CHECK(profile.has_alert("variants", "city"));
    const CategoryProfile& code = *profile.find("code")->category;
    CHECK(code.null_spellings.size() == 3);
    CHECK(profile.has_alert("null_spelling", "code"));
    CHECK(profile.has_alert("numbers_as_text", "money"));
    CHECK_FALSE(profile.has_alert("numbers_as_text", "city"));
}

TEST_CASE("missing, empty, constant, infinite and future values are named") {
    std::vector<double> holes(100, 1.5), half(100, missing), infinite(100, 3);
    std::vector<std::int64_t> times(100, 1000);
    for (std::size_t i = 0; i < 100; ++i) {
        if (i < 30) holes[i] = missing;
        if (i < 31) infinite[i] = missing;
        infinite[99] = HUGE_VAL;
        infinite[98] = -HUGE_VAL;
        if (i == 4) half[i] = 2;
    }
    times[3] = 2000;
    times[4] = missing_time;
    const Table table{{"holes", Column::numeric(holes)},
                      {"half", Column::numeric(half)},
                      {"infinite", Column::numeric(infinite)},
                      {"empty", Column::numeric(std::vector<double>(100, missing))},
                      {"no label", Column::category(Labels{}, std::vector<std::int32_t>(100, missing_code))},
                      {"when", Column::datetime(times)}};
    const Profile profile = Profiler{.now = 1500}.observe(table);
    CHECK_FALSE(profile.has_alert("missing", "holes"));  // 30 % is not above 30 %
    CHECK(profile.has_alert("constant", "holes"));
    CHECK(profile.has_alert("missing", "infinite"));
    CHECK(profile.has_alert("missing", "half"));
    CHECK(profile.has_alert("infinite", "infinite"));
    CHECK(profile.find("infinite")->numeric->infinite == 2);
    CHECK(profile.find("infinite")->numeric->max == 3);
    CHECK(profile.find("infinite")->distinct == 3);
    CHECK(profile.has_alert("empty", "empty"));
    CHECK(profile.has_alert("empty", "no label"));
    CHECK(std::isnan(profile.find("empty")->numeric->mean));
    CHECK(profile.has_alert("future_dates", "when"));
    CHECK(profile.find("when")->time->future == 1);
    CHECK(profile.find("when")->time->max == 2000);
    CHECK(profile.find("when")->time->histogram.front() == 98);  // equal widths, as for numbers
    CHECK(profile.find("when")->time->histogram.back() == 1);
    CHECK_FALSE(Profiler{.now = 2000}.observe(table).has_alert("future_dates"));
    // the most missing comes first
    std::vector<std::string> order;
    for (const Alert& a : profile.alerts) {
        if (a.kind == "missing") order.push_back(a.column);
    }
    CHECK(order == std::vector<std::string>{"half", "infinite"});
}

TEST_CASE("a leak is found in numbers, labels, dates and in what is missing") {
    Random random(3);
    std::vector<double> y, copy, noise, closed;
    std::vector<std::string> label, reason, unique;
    std::vector<std::int64_t> date;
    for (int i = 0; i < 1000; ++i) {
        const bool churned = random.below(3) == 0;
        y.push_back(churned ? 1 : 0);
        copy.push_back(std::exp(random.uniform() + (churned ? 1 : 0)));
        noise.push_back(random.normal());
        closed.push_back(churned ? random.uniform() : missing);
        label.push_back(churned ? "gone" : "here");
        reason.push_back((churned ? "left " : "stays ") + std::to_string(random.below(80)));
        unique.push_back("name " + std::to_string(i));
        date.push_back(churned ? 5000 + i : i);
    }
    const Table table{{"y", Column::numeric(y)},
                      {"copy", Column::numeric(copy)},
                      {"noise", Column::numeric(noise)},
                      {"closed", Column::numeric(closed)},
                      {"label", Column::category(label)},
                      {"reason", Column::category(reason)},
                      {"unique", Column::category(unique)},
                      {"date", Column::datetime(date)}};
    const Profile profile = Profiler{.target = "y", .now = 10000}.observe(table);
    for (const std::string column : {"copy", "closed", "label", "reason", "date"}) {
        INFO(column);
        CHECK(profile.has_alert("leak_suspect", column));
    }
    CHECK_FALSE(profile.has_alert("leak_suspect", "noise"));
    CHECK_FALSE(profile.has_alert("leak_suspect", "unique"));
    CHECK(profile.find("unique")->leak->auc == Approx(0.5));
    CHECK_FALSE(profile.find("unique")->leak->association > 0.5);  // labels that all differ have none
    CHECK(profile.has_alert("identifier", "unique"));
    CHECK(profile.find("label")->leak->association == Approx(1));
}

TEST_CASE("several classes and numbers to be predicted are audited too") {
    Random random(5);
    std::vector<std::string> y, copy, other;
    std::vector<double> amount, twice, by_class;
    for (int i = 0; i < 600; ++i) {
        const std::uint64_t k = random.below(3);
        y.push_back("class " + std::to_string(k));
        copy.push_back("k" + std::to_string(k));
        other.push_back("o" + std::to_string(random.below(3)));
        by_class.push_back(static_cast<double>(k) * 10 + random.uniform());
        amount.push_back(random.normal() + static_cast<double>(k) * 100);
        twice.push_back(amount.back() * -2 + 1);
    }
    const Table table{{"y", Column::category(y)},          {"copy", Column::category(copy)},
                      {"other", Column::category(other)},  {"by_class", Column::numeric(by_class)},
                      {"amount", Column::numeric(amount)}, {"twice", Column::numeric(twice)}};
    const Profile classes = Profiler{.target = "y"}.observe(table);
    CHECK(classes.target->classes.size() == 3);
    CHECK(classes.has_alert("leak_suspect", "copy"));
    CHECK(classes.has_alert("leak_suspect", "by_class"));
    CHECK_FALSE(classes.has_alert("leak_suspect", "other"));
    CHECK(std::isnan(classes.find("copy")->leak->auc));
    const Profile numbers = Profiler{.target = "amount"}.observe(table);
    CHECK(numbers.target->classes.empty());
    CHECK(numbers.find("twice")->leak->correlation == Approx(-1));
    CHECK(numbers.has_alert("leak_suspect", "copy"));
    CHECK_FALSE(numbers.has_alert("leak_suspect", "other"));
}

TEST_CASE("duplicates are counted whether or not a column names the rows") {
    const Column label =
        Column::category({"a", "a"}, std::vector<std::int32_t>{0, 1});  // two codes of one label
    CHECK(Profiler{}.observe(Table{{"label", label}}).duplicates == 1);
    CHECK(Profiler{}.observe(Table{{"label", label}, {"id", Column::numeric({1, 2})}}).duplicates == 0);
    CHECK(Profiler{}.observe(Table{{"x", Column::numeric({1, 1, 2})}}).duplicates == 1);
    CHECK(Profiler{}.observe(Table{{"x", Column::numeric({0.0, -0.0, 2})}}).duplicates == 1);
}

TEST_CASE("rows without a class do not count in the AUC of a number") {
    Random random(12);
    std::vector<double> y, x;
    std::vector<double> known_y, known_x;
    for (int i = 0; i < 3000; ++i) {
        const bool known = random.below(4) != 0;
        y.push_back(known ? static_cast<double>(random.below(2)) : missing);
        x.push_back(random.below(5) == 0 ? missing
                                         : std::round(10 * random.normal()) + (known ? 3 * y.back() : 40));
        if (known) known_y.push_back(y.back()), known_x.push_back(x.back());
    }
    const Profile all =
        Profiler{.target = "y"}.observe(Table{{"y", Column::numeric(y)}, {"x", Column::numeric(x)}});
    const Profile known = Profiler{.target = "y"}.observe(
        Table{{"y", Column::numeric(known_y)}, {"x", Column::numeric(known_x)}});
    CHECK(all.find("x")->leak->auc == known.find("x")->leak->auc);
    CHECK(close(all.find("x")->leak->correlation, known.find("x")->leak->correlation));
    CHECK(known.find("x")->leak->auc > 0.55);
}

TEST_CASE("an unknown target, positive label or option is refused") {
    const Table table = with_target(3, 3);
    try {
        (void)Profiler{.target = "yy"}.observe(table);
        FAIL("nothing thrown");
    } catch (const SchemaError& e) {
        CHECK(e.code() == ErrorCode::missing_column);
        CHECK(e.parts().advice == "did you mean 'y'?");
    }
    try {
        (void)Profiler{.target = "y", .positive = "yes"}.observe(table);
        FAIL("nothing thrown");
    } catch (const DataError& e) {
        CHECK(e.code() == ErrorCode::unknown_label);
        CHECK(e.parts().expected == "'0' or '1'");
    }
    CHECK_THROWS_AS((Profiler{.missing_share = 1.5}.observe(table)), OptionError);
    CHECK_THROWS_AS((Profiler{.imbalance = 0.5}.observe(table)), OptionError);
    CHECK_THROWS_AS((Profiler{.skew = missing}.observe(table)), OptionError);
    CHECK_THROWS_AS((Profiler{.top = 0}.observe(table)), OptionError);
    CHECK_THROWS_AS((Profiler{.bins = 0}.observe(table)), OptionError);
}

TEST_CASE("tables of no rows, no columns and one row have profiles") {
    CHECK(Profiler{}.observe(Table{}).rows == 0);
    const Table header{{"x", Column::numeric({})},
                       {"c", Column::category(Labels{}, std::vector<std::int32_t>{})},
                       {"t", Column::datetime({})}};
    CHECK(Profiler{.target = "x"}.observe(header).alerts.empty());
    const Table one{
        {"x", Column::numeric({3})}, {"c", Column::category({"a"})}, {"t", Column::datetime({0})}};
    const Profile profile = Profiler{.target = "c"}.observe(one);
    CHECK(profile.find("x")->numeric->mean == 3);
    CHECK(std::isnan(profile.find("x")->numeric->std));
    CHECK(std::isnan(profile.find("x")->numeric->skew));
    CHECK(profile.find("x")->numeric->histogram == std::vector<std::size_t>{1});
    std::ostringstream out;
    out << profile << Profiler{}.observe(header) << Profiler{}.observe(Table{});
    CHECK_FALSE(out.str().empty());
}

TEST_CASE("a profile is the same for any number of threads") {
    REQUIRE_DATA(path, "bank_churn_av/data.csv");
    const Table table = read_csv(path);
    const Profiler profiler{.target = "churn", .now = 0};
    set_threads(1);
    const std::string one = profiler.observe(table).to_json().dump();
    set_threads(3);
    CHECK(profiler.observe(table).to_json().dump() == one);
    set_threads(0);
    CHECK(one.find("null,\"std\"") == std::string::npos);
}
