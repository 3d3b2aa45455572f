#include "gasket/evaluate/confusion.hpp"

#include "gasket/evaluate/classification_report.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using Numbers = std::vector<double>;

TEST_CASE("metrics of decisions equal scikit-learn's to twelve digits") {
    const nlohmann::json stored = testing_support::reference("metrics");
    for (const auto& [name, c] : stored["binary"].items()) {
        INFO(name);
        const Numbers truth = c["truth"], score = c["score"], weights = c["weights"];
        const Confusion found = confusion_at(truth, score, 0.5, weights);
        const Numbers cells = c["confusion"];
        CHECK(found.tn == Approx(cells[0]).epsilon(1e-12));
        CHECK(found.fp == Approx(cells[1]).epsilon(1e-12));
        CHECK(found.fn == Approx(cells[2]).epsilon(1e-12));
        CHECK(found.tp == Approx(cells[3]).epsilon(1e-12));
        const auto same = [&](const char* key, double value) {
            INFO(key);
            CHECK(value == Approx(c[key].get<double>()).epsilon(1e-12).margin(1e-12));
        };
        same("accuracy", found.accuracy());
        same("balanced_accuracy", found.balanced_accuracy());
        same("mcc", found.mcc());
        if (!c["kappa"].is_null()) same("kappa", found.kappa());
        same("precision", found.precision());
        same("recall", found.recall());
        same("f1", found.f_beta(1));
        same("f2", found.f_beta(2));
    }
}

TEST_CASE("the report's means equal scikit-learn's") {
    const nlohmann::json stored = testing_support::reference("metrics");
    for (const auto& [name, c] : stored["binary"].items()) {
        INFO(name);
        const Confusion found = confusion_at(c["truth"].get<Numbers>(), c["score"].get<Numbers>(), 0.5,
                                             c["weights"].get<Numbers>());
        const ClassificationReport report = classification_report(found, "no", "yes");
        const Numbers macro = c["macro"], weighted = c["weighted"];
        CHECK(report.macro.precision == Approx(macro[0]).epsilon(1e-12));
        CHECK(report.macro.recall == Approx(macro[1]).epsilon(1e-12));
        CHECK(report.macro.f1 == Approx(macro[2]).epsilon(1e-12));
        CHECK(report.weighted.precision == Approx(weighted[0]).epsilon(1e-12));
        CHECK(report.weighted.recall == Approx(weighted[1]).epsilon(1e-12));
        CHECK(report.weighted.f1 == Approx(weighted[2]).epsilon(1e-12));
        CHECK(report.classes[1].label == "yes");
        CHECK(report.classes[1].support == Approx(found.tp + found.fn));
    }
}

TEST_CASE("ratios without rows are 0") {
    const Confusion none;
    CHECK(none.precision() == 0);
    CHECK(none.recall() == 0);
    CHECK(none.f_beta(1) == 0);
    CHECK(none.mcc() == 0);
    CHECK(none.accuracy() == 0);
}

TEST_CASE("counts become whole numbers in JSON, sums of weights stay what they are") {
    const Confusion c{.tn = 3, .fp = 0.5, .fn = 0, .tp = 7};
    CHECK(c.to_json().dump() == R"({"tn":3,"fp":0.5,"fn":0,"tp":7})");
}

TEST_CASE("a score equal to the threshold is decided positive") {
    const Confusion c = confusion_at(Numbers{1, 0}, Numbers{0.5, 0.4999}, 0.5);
    CHECK(c.tp == 1);
    CHECK(c.tn == 1);
}
