#include "gasket/evaluate/class_metrics.hpp"

#include "gasket/evaluate/metric.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using Numbers = std::vector<double>;

TEST_CASE("metrics of many classes equal scikit-learn's to twelve digits") {
    const nlohmann::json stored = testing_support::reference("class_metrics");
    for (const auto& [name, c] : stored.items()) {
        INFO(name);
        const Numbers truth = c["truth"], scores = c["scores"], weights = c["weights"];
        const std::size_t k = c["classes"];
        for (const Metric& metric :
             {auc, auc_weighted, auc_pairwise, average_precision_metric, log_loss_metric, brier_metric,
              accuracy, balanced_accuracy, mcc, kappa}) {
            const std::string key(metric.name);
            INFO(key);
            if (!c.contains(key)) continue;
            CHECK(metric(k, truth, scores, weights) ==
                  Approx(c[key].get<double>()).epsilon(1e-12).margin(1e-12));
        }
        for (const std::size_t top : {1U, 2U, 3U}) {
            CHECK(top_k_accuracy(truth, scores, k, top, weights) ==
                  Approx(c["top"][top - 1].get<double>()).epsilon(1e-12));
        }
    }
}

TEST_CASE("pairs of classes with weights: a whole weight is so many rows") {
    const Numbers truth{0, 1, 2, 1, 0};
    const Numbers scores{.5, .3, .2, .2, .6, .2, .3, .3, .4, .5, .1, .4, .2, .5, .3};
    Numbers longer = truth, longer_scores = scores;
    for (const std::size_t r : {1U, 1U, 4U}) {
        longer.push_back(truth[r]);
        longer_scores.insert(longer_scores.end(), scores.begin() + 3 * r, scores.begin() + 3 * r + 3);
    }
    CHECK(pairwise_roc_auc(truth, scores, 3, Numbers{1, 3, 1, 1, 2}) ==
          Approx(pairwise_roc_auc(longer, longer_scores, 3)).epsilon(1e-14));
}

TEST_CASE("the log loss takes probabilities that do not sum to 1 as shares of their sum") {
    const Numbers truth{0, 1}, scores{.5, .3, .2, .2, .6, .2}, halves{.25, .15, .1, .1, .3, .1};
    CHECK(class_log_loss(truth, halves, 3) == Approx(class_log_loss(truth, scores, 3)).epsilon(1e-14));
}

TEST_CASE("what a metric of many classes cannot take is an error") {
    const Numbers truth{0, 1, 2}, scores{.5, .3, .2, .2, .6, .2, .3, .3, .4};
    CHECK(macro_roc_auc(truth, scores, 3) == 1);
    CHECK_THROWS_AS(macro_roc_auc(truth, Numbers{.5, .3}, 3), DataError);
    CHECK_THROWS_AS(macro_roc_auc(Numbers{0, 1, 1}, scores, 3), DataError);
    CHECK_THROWS_AS(pairwise_roc_auc(truth, scores, 3, Numbers{1, 1, 0}), DataError);
    CHECK_THROWS_AS(class_log_loss(Numbers{0, 1, 3}, scores, 3), DataError);
    CHECK_THROWS_AS(class_log_loss(Numbers{0, 1, 0.5}, scores, 3), DataError);
    CHECK_THROWS_AS(class_log_loss(Numbers{0, 1, -1}, scores, 3), DataError);
    CHECK_THROWS_AS(class_brier(truth, scores, 3, Numbers{1, -1, 1}), DataError);
    CHECK_THROWS_AS(class_brier(Numbers{0}, Numbers{1}, 1), DataError);
    Numbers broken = scores;
    broken[4] = missing;
    CHECK_THROWS_AS(confusion_matrix(truth, broken, 3), DataError);
    CHECK_THROWS_AS(top_k_accuracy(truth, scores, 3, 0), OptionError);
}
