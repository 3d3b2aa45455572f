#include "gasket/monitor/representativeness.hpp"

#include <sstream>

#include "gasket/data/csv.hpp"
#include "support/catch.hpp"
#include "support/csv.hpp"
#include "support/files.hpp"
#include "support/tables.hpp"

using namespace gasket;
using testing_support::small_bank;

namespace {
/// Quick to fit.
const RepresentativenessOptions quick{.classifier = {.model = {.trees = 20, .max_depth = 3}, .repeats = 1}};

std::string text_of(const Representativeness& r) {
    std::ostringstream out;
    out << r;
    return out.str();
}
}  // namespace

TEST_CASE("a table stands for itself: no model tells it from its copy") {
    const Table bank = small_bank(800);
    const Representativeness r = representativeness(bank, bank, quick);
    CHECK(r.separation.auc.mean() == 0.5);  // a row and its twin are judged by one model
    CHECK(r.status() == DriftStatus::stable);
    CHECK(r.exit_code() == 0);
    CHECK(r.summary().rfind("alike: ", 0) == 0);
    CHECK(r.find("age")->drift->psi.value == 0);
    CHECK(r.find("nothing") == nullptr);
    CHECK(r.advice().size() == 1);
    CHECK(text_of(r).find("-0.000") == std::string::npos);
    CHECK(detail::lost_text(Giveaway{.column = "x", .importance = -1e-4}) == "0.000");
    CHECK(detail::lost_text(Giveaway{.column = "x", .importance = -1e-2}) == "-0.010");
}

TEST_CASE("the corrupted bank gives itself away by its countries") {
    REQUIRE_DATA(whole, "bank_churn_12col/data.csv");
    REQUIRE_DATA(corrupted, "bank_churn_12col_corrupted/data.csv");
    const Representativeness r = representativeness(read_csv(whole), read_csv(corrupted));
    const nlohmann::json expected = testing_support::reference("representativeness");
    CHECK(r.status() == DriftStatus::drift);
    CHECK(r.columns.front().name == "country");
    CHECK(r.separation.columns.front().column == "country");
    CHECK(r.separation.auc.mean() == Approx(expected["classifier_auc"].get<double>()).margin(0.02));
    CHECK(r.advice().front().rfind("'country' gives it away", 0) == 0);
    CHECK(r.find("customer_id")->apart == "it names rows");
    for (const ColumnContrast& c : r.columns) {
        INFO(c.name);
        const nlohmann::json& e = expected["columns"][c.name];
        CHECK(c.reference->missing_share == Approx(e["missing"][0].get<double>()));
        CHECK(c.other->missing_share == Approx(e["missing"][1].get<double>()));
        if (e.contains("mean")) {
            CHECK(c.reference->numeric->mean == Approx(e["mean"][0].get<double>()));
            CHECK(c.other->numeric->mean == Approx(e["mean"][1].get<double>()));
            CHECK(c.other->numeric->q50 == e["median"][1].get<double>());
        }
        if (e.contains("alone") && c.giveaway)
            CHECK(c.giveaway->alone == Approx(e["alone"].get<double>()).epsilon(1e-12));
        for (const LabelShift& s : c.labels) {
            CHECK(s.reference == Approx(e["shares"][s.label][0].get<double>()));
            CHECK(s.other == Approx(e["shares"][s.label][1].get<double>()));
        }
    }
    // Germans have balances: what balance goes with has changed, balance has not
    CHECK(r.find("balance")->status() == DriftStatus::stable);
    CHECK(r.advice()[1].find("'balance' gives it away") == 0);
    CHECK(r.advice()[1].find("how it goes with other columns has changed") != std::string::npos);
}

TEST_CASE("two halves of one table stand for each other") {
    REQUIRE_DATA(path, "bank_churn_kaggle/data.csv");
    const Table bank = read_csv(path);
    const Representativeness r = representativeness(bank.slice(0, 5000), bank.slice(5000, 10000), quick);
    CHECK(r.status() == DriftStatus::stable);
    CHECK(r.find("RowNumber")->apart == "it names rows");
    CHECK(r.find("RowNumber")->drift->psi.value > 1);  // shown all the same
    CHECK(r.find("Surname")->apart.rfind("rare labels", 0) == 0);
    CHECK(r.find("Surname")->labels_new > 500);
}

TEST_CASE("a dependence that no column shows is seen by the classifier") {
    Random random(5);
    std::vector<double> x, same, other;
    for (int i = 0; i < 1000; ++i) {
        x.push_back(random.normal());
        same.push_back(x.back() + 0.1 * random.normal());
        other.push_back(std::sqrt(1.01) * random.normal());
    }
    const Table bound{{"x", Column::numeric(x)}, {"y", Column::numeric(same)}};
    const Table loose{{"x", Column::numeric(x)}, {"y", Column::numeric(other)}};
    const Representativeness r = representativeness(bound, loose, quick);
    CHECK(r.find("x")->status() == DriftStatus::stable);
    CHECK(r.find("y")->status() == DriftStatus::stable);
    CHECK(r.separation.auc.mean() > 0.75);
    CHECK(r.status() == DriftStatus::drift);
    CHECK(r.exit_code() == 2);
}

TEST_CASE("columns and labels that only one side has are named") {
    const Table bank = small_bank(400);
    std::vector<std::string> words(400, "many");
    std::vector<std::string> country(400, "France");
    for (std::size_t i = 0; i < 40; ++i) country[i] = "Atlantis";
    const Table live = bank.without({"tenure"})
                           .with("complaints", bank["age"])
                           .with("balance", Column::category(words))
                           .with("country", Column::category(country));
    const Representativeness r = representativeness(bank, live, quick);
    CHECK(r.find("tenure")->presence == Presence::reference_only);
    CHECK(r.find("tenure")->status() == DriftStatus::drift);
    CHECK(r.to_json()["columns"][0]["status"] == "drift");
    CHECK(r.find("complaints")->presence == Presence::other_only);
    CHECK(r.find("complaints")->status() == DriftStatus::stable);  // a model does not read it
    CHECK(r.find("balance")->presence == Presence::other_kind);
    CHECK(r.find("country")->labels_gone == 2);
    CHECK(r.find("country")->labels_new == 1);
    CHECK(r.find("country")->labels.front().label == "France");
    CHECK(r.status() == DriftStatus::drift);
    const std::string text = text_of(r);
    CHECK(text.find("missing: 'tenure'") != std::string::npos);
    CHECK(text.find("of another kind: 'balance'") != std::string::npos);
    CHECK(text.find("'country': labels that the reference never saw") != std::string::npos);
    CHECK(text.find("nan") == std::string::npos);
    const Json json = r.to_json();
    CHECK(Json::parse(json.dump()) == json);  // a NaN would not survive
    CHECK(json["columns"][0]["presence"] != "both");
}

TEST_CASE("a table without a single value in a column is no other kind of table") {
    const Table bank = small_bank(300);
    const Table live = bank.with("gender", Column::nothing(Kind::numeric, 300));
    const Representativeness r = representativeness(bank, live, quick);
    CHECK(r.find("gender")->presence == Presence::both);
    CHECK(r.find("gender")->drift->mover.rfind("missing", 0) == 0);
    CHECK(r.find("gender")->status() == DriftStatus::drift);
}

TEST_CASE("identifiers, names and times do not decide") {
    const auto make = [](double first, std::int64_t day) {
        Random random(static_cast<std::uint64_t>(day));
        std::vector<double> id, x;
        std::vector<std::int64_t> when;
        std::vector<std::string> note;
        for (int i = 0; i < 300; ++i) {
            id.push_back(first + i);
            when.push_back(86400 * (day + i % 30));
            note.push_back("call " + std::to_string(first + i));
            x.push_back(random.normal());
        }
        return Table{{"id", Column::numeric(id)},
                     {"when", Column::datetime(when)},
                     {"note", Column::category(note)},
                     {"x", Column::numeric(x)}};
    };
    const Representativeness r = representativeness(make(0, 1), make(1000, 400), quick);
    CHECK(r.status() == DriftStatus::stable);
    CHECK(r.separation.columns.size() == 1);
    CHECK_FALSE(r.find("when")->giveaway);
    // nothing else there: no classifier, and no crash
    const std::vector<std::string> apart = {"id", "when", "note"};
    const Representativeness bare =
        representativeness(make(0, 1).select(apart), make(1000, 400).select(apart), quick);
    CHECK(bare.status() == DriftStatus::stable);
    CHECK(bare.summary().find("no column was left for a classifier") != std::string::npos);
}

TEST_CASE("few rows give no verdict, and columns can be ignored") {
    const Table bank = small_bank(400);
    CHECK(representativeness(bank, bank.head(99), quick).status() == DriftStatus::insufficient);
    CHECK(representativeness(bank.head(0), bank.head(0), quick).status() == DriftStatus::insufficient);
    RepresentativenessOptions options = quick;
    options.ignore = {"tenure"};
    const Representativeness r = representativeness(bank, bank.without({"tenure"}), options);
    CHECK(r.find("tenure") == nullptr);
    CHECK(r.status() == DriftStatus::stable);
    options.ignore = {"tenurr"};
    const auto failure = testing_support::failure([&] { (void)representativeness(bank, bank, options); });
    CHECK(failure.code == ErrorCode::missing_column);
    CHECK(failure.parts.advice.find("'tenure'") != std::string::npos);
    options = {.bins = 1};
    CHECK_THROWS_AS((void)representativeness(bank, bank, options), OptionError);
}
