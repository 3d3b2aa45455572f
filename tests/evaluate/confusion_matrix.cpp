#include "gasket/evaluate/confusion_matrix.hpp"

#include <sstream>

#include "gasket/evaluate/classification_report.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using Numbers = std::vector<double>;

namespace {
void check_close(double found, const nlohmann::json& expected) {
    CHECK(found == Approx(expected.get<double>()).epsilon(1e-12).margin(1e-12));
}
}  // namespace

TEST_CASE("the matrix and the report of many classes equal scikit-learn's to twelve digits") {
    const nlohmann::json stored = testing_support::reference("class_metrics");
    for (const auto& [name, c] : stored.items()) {
        INFO(name);
        const std::size_t k = c["classes"];
        const ConfusionMatrix m = confusion_matrix(c["truth"].get<Numbers>(), c["scores"].get<Numbers>(), k,
                                                   c["weights"].get<Numbers>());
        for (std::size_t cell = 0; cell < k * k; ++cell)
            check_close(m(cell / k, cell % k), c["confusion"][cell]);
        const auto means = [&](const char* key, Average how) {
            INFO(key);
            check_close(m.precision(how), c[key][0]);
            check_close(m.recall(how), c[key][1]);
            check_close(m.f_beta(how, 1), c[key][2]);
            check_close(m.f_beta(how, 2), c[key][3]);
        };
        means("macro", Average::macro);
        means("weighted", Average::weighted);
        means("micro", Average::micro);
        std::vector<std::string> labels;
        for (std::size_t i = 0; i < k; ++i) labels.push_back("class " + std::to_string(i));
        const ClassificationReport report = classification_report(m, labels);
        REQUIRE(report.classes.size() == k);
        for (std::size_t i = 0; i < k; ++i) {
            check_close(report.classes[i].precision, c["each"][0][i]);
            check_close(report.classes[i].recall, c["each"][1][i]);
            check_close(report.classes[i].f1, c["each"][2][i]);
            check_close(report.classes[i].support, c["each"][3][i]);
        }
        check_close(report.macro.f1, c["macro"][2]);
        check_close(report.weighted.f1, c["weighted"][2]);
        check_close(report.accuracy, c["accuracy"]);
    }
}

TEST_CASE("the matrix of two classes says what the four outcomes say") {
    const Confusion four{.tn = 50, .fp = 7.5, .fn = 4, .tp = 21};
    const ConfusionMatrix m(four);
    CHECK(m.mcc() == Approx(four.mcc()).epsilon(1e-14));
    CHECK(m.kappa() == Approx(four.kappa()).epsilon(1e-14));
    CHECK(m.accuracy() == Approx(four.accuracy()).epsilon(1e-14));
    CHECK(m.balanced_accuracy() == Approx(four.balanced_accuracy()).epsilon(1e-14));
    CHECK(m.precision(1) == Approx(four.precision()).epsilon(1e-14));
    CHECK(m.f_beta(1, 2) == Approx(four.f_beta(2)).epsilon(1e-14));
    CHECK(m.to_json().dump() == "[[50,7.5],[4,21]]");
}

TEST_CASE("an empty matrix has figures of 0, and equal likely classes are decided for the first") {
    const ConfusionMatrix none(3);
    CHECK(none.accuracy() == 0);
    CHECK(none.mcc() == 0);
    CHECK(none.kappa() == 0);
    CHECK(none.balanced_accuracy() == 0);
    CHECK(none.f_beta(Average::weighted, 1) == 0);
    const ConfusionMatrix tied = confusion_matrix(Numbers{1}, Numbers{.2, .4, .4}, 3);
    CHECK(tied(1, 1) == 1);
}

TEST_CASE("matrix and report are printed under the labels") {
    const ConfusionMatrix m = confusion_matrix(Numbers{0, 1, 1}, Numbers{1, 0, 0, 1, 1, 0}, 2);
    CHECK(m.table({"no", "yes"}) ==
          "             decided no  decided yes\n"
          "  truly no            1            0\n"
          "  truly yes           1            1\n");
    std::ostringstream out;
    out << classification_report(m, {"no", "yes"});
    CHECK(out.str().find("weighted mean") != std::string::npos);
}
