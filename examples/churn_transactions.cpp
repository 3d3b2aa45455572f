// churn_transactions: what columns made of a table of events are worth, and why they cannot look ahead.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <gasket/gasket.hpp>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "support/run_main.hpp"
#include "support/transactions.hpp"

using namespace gasket;

namespace {

/// The transactions before the day on which their customer is looked at: all that is known by then.
Table only_past(const Table& customers, const Table& transactions) {
    std::map<double, std::int64_t> as_of;
    for (std::size_t r = 0; r < customers.rows(); ++r)
        as_of[customers["customer_id"].numbers()[r]] = customers["as_of"].seconds()[r];
    std::vector<std::size_t> known;
    for (std::size_t e = 0; e < transactions.rows(); ++e) {
        if (transactions["at"].seconds()[e] < as_of.at(transactions["customer_id"].numbers()[e]))
            known.push_back(e);
    }
    return transactions.take(known);
}

/// The same customers, looked at `later` days later.
Table looked_at(const Table& customers, std::int64_t later) {
    std::vector<std::int64_t> as_of;
    for (const std::int64_t t : customers["as_of"].seconds()) as_of.push_back(t + later * 86400);
    return customers.with("as_of", Column::datetime(std::move(as_of)));
}

std::size_t cells_that_differ(const Table& a, const Table& b) {
    std::size_t n = 0;
    for (std::size_t c = 0; c < a.columns(); ++c) {
        for (std::size_t r = 0; r < a.rows(); ++r) n += a.cell(r, c) != b.cell(r, c) ? 1 : 0;
    }
    return n;
}

}  // namespace

int main(int argc, char** argv) {
    return examples::run_main([&] {
        CLI::App app{"Churn from customers and their transactions."};
        std::size_t count = 4000;
        std::uint64_t seed = 42;
        app.add_option("--customers", count, "how many are made up")->check(CLI::Range(500, 1000000));
        app.add_option("--seed", seed, "of the made-up bank");
        CLI11_PARSE(app, argc, argv);

        const auto [customers, transactions] = examples::bank_with_transactions(count, seed);
        std::cout << text::grouped(customers.rows()) << " customers, each as of a day, and "
                  << text::grouped(transactions.rows()) << " transactions:\n"
                  << customers.head(2) << transactions.head(2) << "\n";

        const Aggregates history{
            .entity = "customer_id",
            .moment = "as_of",
            .time = "at",
            .columns = {{"transactions_30d", Aggregate::count, "", days(30)},
                        {"spent_30d", Aggregate::sum, "amount", days(30)},
                        {"by_card_90d", Aggregate::count, "", days(90), col("channel") == "card"},
                        {"channels_90d", Aggregate::distinct, "channel", days(90)},
                        {"last_channel", Aggregate::last, "channel"},
                        {"days_since_last", Aggregate::days_since_last},
                        {"transactions_365d", Aggregate::count, "", days(365)},
                        {"amount_to_own", Aggregate::ratio, "amount", days(30)},
                        {"activity_to_own", Aggregate::ratio, "", days(30)}},
            .events = "transactions"};
        const Table rows = aggregate(customers, transactions, history);
        std::cout << history << "\n";

        // What comes on the day itself or later must not matter, and does not.
        const Table past = only_past(customers, transactions);
        std::cout << text::grouped(transactions.rows() - past.rows())
                  << " transactions came on that day or later. Without them "
                  << cells_that_differ(rows, aggregate(customers, past, history)) << " of "
                  << text::grouped(rows.rows() * rows.columns()) << " cells are different.\n";

        const StratifiedSplitter splitter{.target = "churn", .seed = seed};
        const StratifiedKFold folds{.folds = 5};
        const Drop keys{{"customer_id", "as_of"}};
        const GradientBoosting boosting{.trees = 120, .learning_rate = 0.08, .max_leaves = 8};
        const Table leaky = aggregate(looked_at(customers, 60), transactions, history);
        const auto too_good = cross_validate(keys | boosting, splitter.split(leaky).training, folds, {auc});
        std::cout << "Had 60 days of them been let in, folds would show an AUC of "
                  << text::fixed(too_good.metrics[0].mean(), 4)
                  << ", which no live customer would bear out.\n\n";

        auto [train, test] = splitter.split(rows);
        const auto without = [&](std::vector<std::string> columns) {
            return Drop{std::move(columns)} | keys | boosting;
        };
        const std::vector<std::string> recency{"days_since_last"};
        const std::vector<std::string> own{"transactions_365d", "amount_to_own", "activity_to_own"};
        std::vector<std::string> not_windows = own;
        not_windows.insert(not_windows.end(), recency.begin(), recency.end());
        std::vector<std::string> all;
        for (const AggregateColumn& c : history.columns) all.push_back(c.name);
        std::cout << "Five folds of the training rows, the same model, ever more columns:\n"
                  << compare(train, folds, candidate("customers only", without(all)),
                             candidate("+ the last weeks", without(not_windows)),
                             candidate("+ days since the last", without(own)),
                             candidate("+ against one's own past", keys | boosting))
                  << "\n";

        const auto model = (history | keys | boosting).fit(train);
        const Evaluation verdict = evaluate(model, std::move(test));
        std::cout << "The verdict on the holdout: AUC " << text::fixed(verdict.metric("auc"), 4) << " on "
                  << text::grouped(verdict.holdout.rows) << " customers that nothing had seen.\n"
                  << "What the model leans on:\n";
        const std::vector<double> weight = model.model().importances();
        std::vector<std::size_t> order(weight.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return weight[a] > weight[b]; });
        text::Grid grid({"feature", "share of gain", ""});
        for (std::size_t k = 0; k < std::min<std::size_t>(6, order.size()); ++k) {
            grid.add({model.model().features()[order[k]].name, text::percent(weight[order[k]]),
                      text::bar(weight[order[k]] / weight[order[0]], 30)});
        }
        std::cout << grid.str() << "\n";

        // A service has the artifact, one customer and his transactions; the rest is in the artifact.
        model.save("churn_transactions.gasket");
        const Model loaded = load("churn_transactions.gasket");
        const Aggregates as_trained = declared<Aggregates>(loaded).at(0);
        const Table one = customers.slice(7, 8);
        std::vector<std::size_t> his;
        for (std::size_t e = 0; e < transactions.rows(); ++e) {
            if (transactions["customer_id"].numbers()[e] == one["customer_id"].numbers()[0]) his.push_back(e);
        }
        const double alone = loaded.predict(aggregate(one, transactions.take(his), as_trained)).values[0];
        const double among_all = loaded.predict(rows).values[7];
        std::cout << "One customer, served from the artifact with his own " << his.size()
                  << " transactions: " << text::fixed(alone, 6) << ", among all customers "
                  << text::fixed(among_all, 6) << (alone == among_all ? ", the same to the last bit" : "")
                  << ".\n";
        return alone == among_all ? 0 : 1;
    });
}
