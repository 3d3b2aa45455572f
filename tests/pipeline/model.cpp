#include "gasket/pipeline/model.hpp"

#include "support/bank.hpp"
#include "support/catch.hpp"

using namespace gasket;
using testing_support::bank_training;
using testing_support::preparation;
using testing_support::small_bank;

namespace {
const Model& shared_model() {
    static const Model model = (preparation() | LogisticRegression{} | ThresholdTuner{}).fit(bank_training());
    return model;
}

template <class ErrorType>
ErrorType error_of(const Table& table) {
    try {
        (void)shared_model().predict(table);
    } catch (const ErrorType& e) {
        return e;
    }
    FAIL("no error");
    throw;
}
}  // namespace

TEST_CASE("columns are bound by name: their order is free") {
    const Table table = small_bank(100, 11);
    std::vector<std::string> names = table.names();
    std::reverse(names.begin(), names.end());
    CHECK(shared_model().predict(table).values == shared_model().predict(table.select(names)).values);
}

TEST_CASE("a missing required column is an error that names it, never a silent zero") {
    const auto e = error_of<SchemaError>(small_bank(10).without({"age", "country"}));
    CHECK(e.code() == ErrorCode::missing_column);
    CHECK(std::string(e.what()).find("'age' and 'country'") != std::string::npos);
}

TEST_CASE("a number that became text is an error with column, row and value") {
    const Table live = small_bank(3).with("age", Column::category({"42", "old", "17"}));
    const auto e = error_of<SchemaError>(live);
    CHECK(e.code() == ErrorCode::wrong_type);
    CHECK(std::string(e.what()).find("column 'age', row 1") != std::string::npos);
}

TEST_CASE("a category never seen is counted and scored as none of the known ones") {
    const Table live = small_bank(2).with("country", Column::category({"Atlantis", "Atlantis"}));
    const Predictions p = shared_model().predict(live);
    CHECK(p.unseen_labels == 2);
    CHECK(std::isfinite(p[0]));
}

TEST_CASE("a category never seen is an error for those who ask for it") {
    CHECK_NOTHROW(shared_model().require_known_labels(small_bank(20)));
    const Table live = small_bank(2).with("country", Column::category({"France", "Atlantis"}));
    try {
        shared_model().require_known_labels(live);
        FAIL("no error");
    } catch (const SchemaError& e) {
        CHECK(e.code() == ErrorCode::unknown_label);
        CHECK(std::string(e.what()).find("column 'country', row 1") != std::string::npos);
        CHECK(std::string(e.what()).find("'Atlantis'") != std::string::npos);
    }
}

TEST_CASE("labels that look like numbers are still labels") {
    std::vector<std::string> level;
    std::vector<double> y;
    for (int i = 0; i < 200; ++i) {
        level.push_back(i % 10 == 0 ? "x" : std::to_string(i % 3));
        y.push_back(i % 3 == 1 ? 1 : 0);
    }
    const Table table{{"level", Column::category(level)}, {"y", Column::numeric(y)}};
    const Training training =
        RandomSplitter{.target = "y", .keep_duplicates_together = false}.split(table).training;
    const Model model = (OneHotEncoder{} | LogisticRegression{}).fit(training);
    const Predictions as_text = model.predict(Table{{"level", Column::category({"0", "1", "2"})}});
    const Predictions as_number = model.predict(Table{{"level", Column::numeric({0, 1, 2})}});
    CHECK(as_text.values == as_number.values);
    CHECK(as_text.unseen_labels == 0);
}

TEST_CASE("a column without a value in the live table is all missing") {
    const Table live = small_bank(3).with("age", Column::numeric({missing, missing, missing}));
    CHECK(shared_model().predict(live).size() == 3);
}

TEST_CASE("many blocks give the same scores as single rows") {
    const Table table = small_bank(3000, 21);
    const Predictions all = shared_model().predict(table);
    for (std::size_t r = 0; r < 3000; r += 177) {
        const std::size_t row[] = {r};
        CHECK(shared_model().predict(table.take(row))[0] == all[r]);
    }
}

TEST_CASE("decide and score follow the threshold") {
    const Table table = small_bank(200, 4);
    const Predictions p = shared_model().predict(table);
    const std::vector<bool> decided = shared_model().decide(table);
    const Table scored = shared_model().score(table);
    for (std::size_t r = 0; r < 200; ++r) {
        CHECK(decided[r] == (p[r] >= shared_model().threshold()));
        CHECK(scored.cell(r, 1) == (decided[r] ? "1" : "0"));
        CHECK(scored["probability"].numbers()[r] == p[r]);
    }
}

TEST_CASE("no rows give no answers") {
    const Table none = small_bank(5).head(0);
    CHECK(shared_model().predict(none).size() == 0);
}
