#include "gasket/data/correlations.hpp"

#include <cmath>

#include "gasket/core/random.hpp"
#include "gasket/data/csv.hpp"
#include "gasket/data/profiler.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;

namespace {

/// The value of two columns in a matrix of all.
double of(const std::vector<std::string>& names, const std::vector<double>& matrix, const std::string& a,
          const std::string& b) {
    const auto at = [&](const std::string& name) {
        const auto it = std::find(names.begin(), names.end(), name);
        REQUIRE(it != names.end());
        return static_cast<std::size_t>(it - names.begin());
    };
    return matrix[at(a) * names.size() + at(b)];
}

void check_matrix(const std::vector<std::string>& names, const std::vector<double>& found,
                  const Json& reference, const std::string& kind) {
    const auto columns = reference["columns"].get<std::vector<std::string>>();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        for (std::size_t j = 0; j < columns.size(); ++j) {
            INFO(kind << ": " << columns[i] << ", " << columns[j]);
            CHECK(std::abs(of(names, found, columns[i], columns[j]) - reference[kind][i][j].get<double>()) <=
                  1e-12);
        }
    }
}

}  // namespace

TEST_CASE("correlations are those of pandas, over the rows that have both") {
    const auto reference = testing_support::reference("profile")["correlations"];
    for (const std::string name : {"bank_churn_kaggle", "weather_aus"}) {
        REQUIRE_DATA(path, name + "/data.csv");
        const Correlations found = Profiler{}.observe(read_csv(path)).correlations;
        check_matrix(found.numbers, found.pearson, reference[name], "pearson");
        check_matrix(found.numbers, found.spearman, reference[name], "spearman");
    }
    REQUIRE_DATA(path, "adult/data.csv");
    const Correlations found = Profiler{}.observe(read_csv(path)).correlations;
    check_matrix(found.labels, found.cramers_v, reference["adult"], "cramers_v");
}

TEST_CASE("pairs that go together are named, strongest first, and the target is not among them") {
    Random random(1);
    std::vector<double> x, minus, exponential, noise, y;
    std::vector<std::string> city, code, other;
    for (int i = 0; i < 500; ++i) {
        x.push_back(random.normal());
        minus.push_back(-x.back() + 0.1 * random.normal());
        exponential.push_back(std::exp(6 * x.back()));
        noise.push_back(random.normal());
        y.push_back(x.back() > 0 ? 1 : 0);
        const std::uint64_t k = random.below(4);
        city.push_back("city " + std::to_string(k));
        code.push_back("code " + std::to_string(k));
        other.push_back("other " + std::to_string(random.below(3)));
    }
    const Table table{{"x", Column::numeric(x)},
                      {"minus", Column::numeric(minus)},
                      {"exp", Column::numeric(exponential)},
                      {"noise", Column::numeric(noise)},
                      {"y", Column::numeric(y)},
                      {"city", Column::category(city)},
                      {"code", Column::category(code)},
                      {"other", Column::category(other)}};
    const Profile profile = Profiler{.target = "y"}.observe(table);
    REQUIRE(profile.correlated.size() == 4);
    CHECK(profile.correlated[0].first == "x");
    CHECK(profile.correlated[0].second == "exp");
    CHECK(profile.correlated[0].spearman == Approx(1));
    CHECK(profile.correlated[0].pearson < 0.6);
    CHECK(profile.correlated[1].first == "city");
    CHECK(profile.correlated[1].second == "code");
    CHECK(profile.correlated[1].cramers_v == Approx(1));
    CHECK(std::isnan(profile.correlated[1].pearson));
    CHECK(profile.correlated[2].second == "minus");
    CHECK(profile.correlated[2].pearson < -0.98);
    CHECK(profile.correlated[3].first == "minus");
    CHECK(profile.correlations.numbers == std::vector<std::string>{"x", "minus", "exp", "noise"});
    CHECK(profile.has_alert("correlated", "city"));
    CHECK_FALSE(profile.has_alert("correlated", "other"));
    CHECK(Profiler{.target = "y", .correlation = 0.9999}.observe(table).correlated.size() == 2);
    const Profile none = Profiler{.correlation_columns = 0}.observe(table);
    CHECK(none.correlated.empty());
    CHECK(none.correlations.left_out == 8);
    const Profile few = Profiler{.target = "y", .correlation_columns = 2}.observe(table);
    CHECK(few.correlated.size() == 2);
    CHECK(few.correlations.left_out == 3);
}

TEST_CASE("constants, holes and infinite values have the correlations of what is left") {
    const double inf = HUGE_VAL;
    std::vector<double> a, b, constant, holes, infinite, gone;
    Random random(2);
    for (std::size_t i = 0; i < 2000; ++i) {
        a.push_back(1e9 + std::round(random.normal() * 100) / 100);
        b.push_back(a.back() * 2 + random.normal());
        constant.push_back(0.1);
        holes.push_back(i % 3 == 0 ? missing : a.back());
        infinite.push_back(i == 5 ? inf : i == 6 ? -inf : -a.back());
        gone.push_back(i == 7 ? 1 : missing);
    }
    const Table table{{"a", Column::numeric(a)},
                      {"b", Column::numeric(b)},
                      {"constant", Column::numeric(constant)},
                      {"holes", Column::numeric(holes)},
                      {"infinite", Column::numeric(infinite)},
                      {"gone", Column::numeric(gone)}};
    const Correlations found = Profiler{}.observe(table).correlations;
    const auto pearson = [&](const std::string& x, const std::string& y) {
        return of(found.numbers, found.pearson, x, y);
    };
    const auto spearman = [&](const std::string& x, const std::string& y) {
        return of(found.numbers, found.spearman, x, y);
    };
    CHECK(pearson("a", "holes") == Approx(1).margin(1e-12));
    CHECK(spearman("holes", "a") == Approx(1).margin(1e-12));
    CHECK(pearson("a", "infinite") == Approx(-1).margin(1e-12));
    CHECK(spearman("infinite", "a") == Approx(-1).margin(1e-12));
    CHECK(spearman("infinite", "infinite") == 1);
    for (const std::string other : {"a", "holes", "constant", "gone"}) {
        INFO(other);
        CHECK(std::isnan(pearson("constant", other)));
        CHECK(std::isnan(spearman("constant", other)));
        CHECK(std::isnan(pearson("gone", other)));
        CHECK(std::isnan(spearman("gone", other)));
    }
    // the same pair with and without a hole elsewhere, by the two ways there are
    std::vector<double> cut(a);
    cut[0] = missing;
    const Correlations twice =
        Profiler{}.observe(Table{{"a", Column::numeric(cut)}, {"b", Column::numeric(b)}}).correlations;
    CHECK(twice.pearson[1] == Approx(pearson("a", "b")).margin(1e-3));
    CHECK(Json::parse(found.to_json().dump()) == found.to_json());
    CHECK(found.to_json()["pearson"][0][2].is_null());
}
