#include "gasket/report/model_card.hpp"

#include "report/judged.hpp"
#include "support/catch.hpp"

using namespace gasket;
using testing_support::evil;
using testing_support::faults_of_page;
using testing_support::has;

namespace {
Model with(const Model& model, const char* section, const Json& content) {
    detail::ModelParts parts = model.parts();
    parts.sections[section] = content;
    return Model(std::move(parts));
}
}  // namespace

TEST_CASE("a model's file tells all chapters of its card") {
    const auto run = testing_support::judged_bank();
    const Document card =
        model_card(from_bytes(to_bytes(run.model())), {.name = "churn", .version = "1.0.0"});
    const std::string page = card.page().str();
    CHECK(faults_of_page(page).empty());
    for (const char* const id : {"details", "use", "data", "inputs", "evaluation", "decisions", "monitoring",
                                 "limitations", "ethics"})
        CHECK(has(page, "<h2 id=\"" + std::string(id) + "-title\">"));
    const std::string markdown = card.markdown();
    CHECK(has(markdown, "# Model card: churn 1.0.0\n"));
    CHECK(has(markdown, "| Identity (SHA-256) | " + identity(run.model()) + " |"));
    CHECK(has(markdown, "decision\\_tree"));
    CHECK(has(markdown, run.model().split().digest));
    CHECK(has(markdown, "| auc | " + text::fixed(run.evaluation().metric("auc"), 4) + " |"));
    const Interval& range = *run.evaluation().interval("auc");
    CHECK(has(markdown, text::fixed(range.low, 4) + " to " + text::fixed(range.high, 4)));
    CHECK(has(markdown, "Chosen for f1"));
    CHECK(has(markdown, "Decided positive at training"));
    CHECK(has(markdown, "| country | category |"));
    CHECK(markdown == model_card(run.model(), {.name = "churn", .version = "1.0.0"}).markdown());
}

TEST_CASE("what nobody has said is unknown, and what is weak is said") {
    const auto run = testing_support::judged_bank();
    const std::string card = model_card(run.model()).markdown();
    CHECK(has(card, "## Ethical considerations\n\nUnknown: nobody has said."));
    CHECK(has(card, "For: Unknown: nobody has said."));
    CHECK(has(card, "Judged on " + text::grouped(run.evaluation().holdout.rows) + " rows only"));
    CHECK(has(card, "Nobody has looked for groups of rows"));
    CHECK(has(card, "not parted by time"));
    CHECK(has(card, "(columns country"));
    CHECK_FALSE(has(card, "have no intervals"));

    Evaluation e = run.evaluation();
    e.intervals.clear();
    e.holdout.side = "validation";
    e.holdout.seen_before = "opened on Monday";
    const std::string told =
        model_card(
            run.model(), e,
            {.ethical_considerations = "Two columns are about persons.",
             .limitations = {"Only one bank."},
             .slices =
                 Slices{
                     .metric = "auc",
                     .slices = {{.name = "age > 60", .metric = {.value = 0.6}, .rest = 0.9, .weak = true}}}})
            .markdown();
    CHECK(has(told, "have no intervals"));
    CHECK(has(told, "may flatter it"));
    CHECK(has(told, "opened on Monday"));
    CHECK(has(told, "- Only one bank."));
    CHECK(has(told, "weaker where age \\> 60 (auc 0.600, elsewhere 0.900)"));
    CHECK(has(told, "Two columns are about persons."));
    CHECK(has(told, "| - | 0.5000 |"));  // an AUC without skill

    detail::ModelParts parts = run.model().parts();
    parts.sections.clear();
    const std::string bare = model_card(Model(std::move(parts))).markdown();
    CHECK(has(bare, "How good it is is unknown"));
    CHECK(has(bare, "No baseline"));
    CHECK(has(bare, "Nobody has chosen this threshold"));
}

TEST_CASE("a card shows strange names, and refuses what is malformed") {
    const auto run = testing_support::judged_bank();
    detail::ModelParts parts = run.model().parts();
    parts.target.column = evil;
    parts.target.classes = {evil, "b" + evil};
    const Document card =
        model_card(Model(std::move(parts)), {.name = evil, .intended_use = evil, .limitations = {evil}});
    CHECK(faults_of_page(card.page().str()).empty());
    CHECK_FALSE(has(card.page().str(), "<script"));
    CHECK_FALSE(has(card.markdown(), "<script"));
    CHECK_FALSE(has(card.markdown(), "<img"));
    for (const char* const section : {"evaluation", "threshold", "baseline"}) {
        INFO(section);
        CHECK_THROWS_AS(model_card(with(run.model(), section, Json::array())), ArtifactError);
        CHECK_THROWS_AS(model_card(with(run.model(), section, Json::object())), ArtifactError);
    }
    Json evaluation = *run.model().section("evaluation");
    evaluation["calibration"]["rows"] = Json::array();
    CHECK_THROWS_AS(model_card(with(run.model(), "evaluation", evaluation)), ArtifactError);
}
