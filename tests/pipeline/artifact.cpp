#include "gasket/pipeline/artifact.hpp"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "support/bank.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using testing_support::bank_training;
using testing_support::preparation;
using testing_support::scratch_file;
using testing_support::small_bank;

namespace {

Model small_model() {
    static const Model model =
        (Derive{{{"senior", col("age") >= 60 && col("country") == "Germany"}}} | preparation() |
         RandomForest{.trees = 3, .max_depth = 3} | ThresholdTuner{} | PsiMonitor{})
            .fit(bank_training(400))
            .model();
    return model;
}

ErrorCode code_of(std::string_view bytes) {
    try {
        (void)from_bytes(bytes);
    } catch (const ArtifactError& e) {
        CHECK(std::string(e.what()).size() > 20);
        return e.code();
    }
    return ErrorCode::bad_value;
}

/// Bytes of a document that was altered and sealed again: what stands behind a right checksum.
std::string sealed(const Json& document) {
    return detail::Envelope::wrap(document, 0);
}

}  // namespace

TEST_CASE("a saved model answers as before, bit for bit, from either form of file") {
    const Table live = small_bank(200, 77);
    const std::vector<double> before = small_model().predict(live).values;
    for (const char* name : {"model.gasket", "model.json"}) {
        const std::string path = scratch_file(name);
        save(small_model(), path);
        const Model again = load(path);
        CHECK(again.predict(live).values == before);
        CHECK(again.threshold() == small_model().threshold());
        CHECK(again.created() == small_model().created());
        CHECK(identity(again) == identity(small_model()));
        CHECK(again.section("baseline") != nullptr);
        CHECK(again.stages() == small_model().stages());
    }
}

TEST_CASE("every estimator comes back from its artifact bit for bit") {
    const Training training = bank_training(500);
    const Table live = small_bank(100, 78);
    const std::vector<Candidate> all = {
        candidate("logistic", preparation() | LogisticRegression{}), candidate("tree", DecisionTree{}),
        candidate("forest", RandomForest{.trees = 5}), candidate("boosting", GradientBoosting{.trees = 20}),
        candidate("dummy", Dummy{})};
    for (const Candidate& c : all) {
        INFO(c.name);
        const Model model = c.refit(training);
        CHECK(from_bytes(to_bytes(model)).predict(live).values == model.predict(live).values);
    }
}

TEST_CASE("a typed load gives the stages back and refuses another chain") {
    const auto chain = preparation() | LogisticRegression{};
    const std::string path = scratch_file("typed.gasket");
    chain.fit(bank_training()).save(path);
    const auto again = chain.load(path);
    CHECK(again.stage<LogisticRegression>().to_json() ==
          chain.fit(bank_training()).stage<LogisticRegression>().to_json());
    const auto other = Imputer{} | GradientBoosting{};
    try {
        (void)other.load(path);
        FAIL("loaded another chain");
    } catch (const ArtifactError& e) {
        CHECK(e.code() == ErrorCode::artifact_wrong_pipeline);
    }
}

TEST_CASE("an artifact cut off at any byte is an error, never a model") {
    const std::string bytes = to_bytes(small_model());
    for (std::size_t n = 0; n < bytes.size(); n += n < 200 ? 1 : 97) {
        const ErrorCode code = code_of(std::string_view(bytes).substr(0, n));
        CHECK((code == ErrorCode::artifact_truncated || code == ErrorCode::artifact_not_an_artifact));
    }
}

TEST_CASE("an artifact with any bit flipped is an error, never a model") {
    const std::string bytes = to_bytes(small_model());
    for (std::size_t at = 0; at < bytes.size(); at += at < 64 ? 1 : 131) {
        std::string broken = bytes;
        broken[at] = static_cast<char>(broken[at] ^ (1 << (at % 8)));
        CHECK(code_of(broken) != ErrorCode::bad_value);
    }
}

TEST_CASE("another kind of file, a later format and altered text are told apart") {
    CHECK(code_of("") == ErrorCode::artifact_not_an_artifact);
    CHECK(code_of("age,country\n42,France\n") == ErrorCode::artifact_not_an_artifact);
    CHECK(code_of("{\"a\": 1}") == ErrorCode::artifact_not_an_artifact);
    std::string later = to_bytes(small_model());
    later[8] = 2;
    CHECK(code_of(later) == ErrorCode::artifact_newer_format);
    const std::string path = scratch_file("altered.json");
    save(small_model(), path);
    std::string text = detail::read_file(path);
    text.replace(text.find("\"threshold\""), 11, "\"thresh0ld\"");
    CHECK(code_of(text) == ErrorCode::artifact_checksum);
    CHECK_THROWS_AS(load(scratch_file("nowhere.gasket")), FileError);
}

TEST_CASE("content that was altered behind a right checksum is found out") {
    const Json good = detail::to_document(small_model().parts());
    CHECK(code_of(sealed(good)) == ErrorCode::bad_value);  // the untouched one loads

    Json unknown = good;
    unknown["transforms"][0]["stage"] = "no_such_stage";
    CHECK(code_of(sealed(unknown)) == ErrorCode::artifact_unknown_stage);

    for (const char* key : {"target", "schema", "split", "transforms", "threshold", "sections", "golden"}) {
        INFO(key);
        Json without = good;
        without.erase(key);
        CHECK(code_of(sealed(without)) == ErrorCode::artifact_content);
        Json wrong = good;
        wrong[key] = "something else";
        CHECK(code_of(sealed(wrong)) == ErrorCode::artifact_content);
    }
    Json other_answer = good;
    other_answer["golden"]["scores"][0] = 0.123;
    CHECK(code_of(sealed(other_answer)) == ErrorCode::artifact_golden);
}

TEST_CASE("every number in the document may be anything: an error or a model, never a crash") {
    const Json good = detail::to_document(small_model().parts());
    std::vector<Json::json_pointer> places;
    const auto walk = [&](const auto& self, const Json& node, const Json::json_pointer& at) -> void {
        if (node.is_structured()) {
            for (const auto& [key, child] : node.items()) {
                self(self, child,
                     node.is_array() ? at / static_cast<std::size_t>(std::stoul(key)) : at / key);
            }
        } else {
            places.push_back(at);
        }
    };
    walk(walk, good, Json::json_pointer());
    REQUIRE(places.size() > 100);
    const std::vector<Json> hostile = {Json(-1),      Json(1e308),   Json(4000000000U), Json("x"),
                                       Json(nullptr), Json::array(), Json::object()};
    Random random(3);
    for (std::size_t k = 0; k < 1500; ++k) {
        Json broken = good;
        broken[places[random.below(places.size())]] = hostile[random.below(hostile.size())];
        try {
            const Model model = from_bytes(sealed(broken));
            CHECK(model.predict(small_bank(5, k)).size() == 5);
        } catch (const Error&) {
        }
    }
}

TEST_CASE("labels of another encoding are saved as bytes and refused as text") {
    const Table table = small_bank(200);
    std::vector<std::string> country;
    for (std::size_t r = 0; r < 200; ++r)
        country.push_back(r % 2 == 0 ? "Espa\xF1"
                                       "a"
                                     : "France");
    const Training training = StratifiedSplitter{.target = "churn"}
                                  .split(table.with("country", Column::category(country)))
                                  .training;
    const Model model = fit(GradientBoosting{.trees = 5}, training);
    save(model, scratch_file("latin.gasket"));
    CHECK(identity(load(scratch_file("latin.gasket"))) == identity(model));
    try {
        save(model, scratch_file("latin.json"));
        FAIL("saved");
    } catch (const DataError& e) {
        CHECK(e.code() == ErrorCode::bad_value);
    }
}

// A test of its own for the next one, which runs it in another process.
TEST_CASE("answers of the artifact that GASKET_TEST_ARTIFACT names", "[.][other_process]") {
    const char* path = std::getenv("GASKET_TEST_ARTIFACT");
    REQUIRE(path != nullptr);
    const std::vector<double> answers = load(path).predict(small_bank(500, 79)).values;
    std::ofstream(std::string(path) + ".answers", std::ios::binary)
        .write(reinterpret_cast<const char*>(answers.data()),
               static_cast<std::streamsize>(answers.size() * sizeof(double)));
}

TEST_CASE("another process answers as this one, bit for bit") {
    std::error_code unknown;
    const std::string self = std::filesystem::read_symlink("/proc/self/exe", unknown).string();
    if (unknown) {
        WARN("skipped: this system has no /proc/self/exe");
        return;
    }
    const std::string path = scratch_file("elsewhere.gasket");
    save(small_model(), path);
    const std::string command =
        "GASKET_TEST_ARTIFACT='" + path + "' '" + self + "' '[other_process]' >/dev/null";
    REQUIRE(std::system(command.c_str()) == 0);
    const std::string found = detail::read_file(path + ".answers");
    const std::vector<double> here = small_model().predict(small_bank(500, 79)).values;
    REQUIRE(found.size() == here.size() * sizeof(double));
    CHECK(std::memcmp(found.data(), here.data(), found.size()) == 0);
}

TEST_CASE("saving replaces a file as a whole or leaves it") {
    const std::string path = scratch_file("kept.gasket");
    save(small_model(), path);
    CHECK_THROWS_AS(save(small_model(), scratch_file("no/such/folder/x.gasket")), FileError);
    CHECK_NOTHROW(load(path));
}
