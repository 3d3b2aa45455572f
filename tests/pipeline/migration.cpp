#include "gasket/pipeline/migration.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "gasket/data/csv.hpp"
#include "gasket/pipeline/artifact.hpp"
#include "support/catch.hpp"

using namespace gasket;

namespace {

const std::filesystem::path golden = GASKET_SOURCE_DIR "/tests/golden";

/// The threshold and then the answers that stand beside an artifact, as bits.
std::vector<std::uint64_t> stored(const std::filesystem::path& path) {
    std::ifstream in(path);
    std::vector<std::uint64_t> out;
    for (std::string line; std::getline(in, line);)
        out.push_back(std::bit_cast<std::uint64_t>(std::strtod(line.c_str(), nullptr)));
    return out;
}

std::vector<std::filesystem::path> artifacts(const std::filesystem::path& state) {
    std::vector<std::filesystem::path> out;
    for (const auto& entry : std::filesystem::directory_iterator(state)) out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
}

std::string advice_for(const std::string& bytes) {
    try {
        (void)from_bytes(bytes, "x.gasket");
    } catch (const ArtifactError& e) {
        CHECK(e.code() == ErrorCode::artifact_newer_format);
        return e.what();
    }
    return "loaded";
}

}  // namespace

TEST_CASE(
    "the artifacts of every earlier state load and answer bit for bit as they did when they were saved") {
    const Table live = read_csv((golden / "live.csv").string());
    std::size_t states = 0;
    for (const auto& state : artifacts(golden / "artifacts")) {
        ++states;
        std::size_t files = 0;
        for (const auto& path : artifacts(state)) {
            INFO(path.string());
            ++files;
            const Model model = load(path.string());
            std::vector<std::uint64_t> found{std::bit_cast<std::uint64_t>(model.threshold())};
            for (const double x : model.predict(live).values)
                found.push_back(std::bit_cast<std::uint64_t>(x));
            const auto expected =
                stored(golden / "predictions" / state.filename() / (path.filename().string() + ".txt"));
            CHECK(expected.size() > live.rows());
            CHECK(found == expected);
        }
        CHECK(files >= 9);
    }
    CHECK(states >= 2);
}

TEST_CASE("what was read in an earlier form is written in the present one, and stays the same model") {
    const Table live = read_csv((golden / "live.csv").string());
    for (const char* name : {"dummy", "decision_tree", "random_forest", "gradient_boosting"}) {
        INFO(name);
        const Model early =
            load((golden / "artifacts/0.1.0-dev.1" / (std::string(name) + ".gasket")).string());
        const Json document = detail::to_document(early.parts());
        const Json& fitted = document["estimator"]["fitted"];
        CHECK(fitted[std::string(name) == "dummy" ? "answer" : "base"].is_array());
        CHECK_FALSE(fitted.contains("logistic"));
        CHECK_FALSE(fitted.contains("importances"));
        Json again = document;
        detail::migrate(again);
        CHECK(again == document);
        const Model rewritten = from_bytes(to_bytes(early));
        CHECK(rewritten.predict(live).values == early.predict(live).values);
        CHECK(rewritten.importances() == early.importances());
    }
}

TEST_CASE("migration leaves what is no artifact to whoever reads it") {
    for (const char* text :
         {"null", "[]", "{}", R"({"estimator": 1})", R"({"estimator": {"stage": 1, "fitted": {}}})",
          R"({"estimator": {"stage": "dummy"}})", R"({"estimator": {"stage": "dummy", "fitted": []}})",
          R"({"estimator": {"stage": "dummy", "fitted": {"answer": "x", "logistic": 3}}})",
          R"({"estimator": {"stage": "another", "fitted": {"answer": 1}}})"}) {
        INFO(text);
        const Json before = Json::parse(text);
        Json after = before;
        detail::migrate(after);
        CHECK(after == before);
    }
}

TEST_CASE("an artifact of a later format is refused with the version that wrote it") {
    const auto folder = golden / "artifacts/0.1.0-dev.2";
    std::string bytes = detail::read_file((folder / "dummy.gasket").string());
    bytes[8] = 7;
    CHECK(advice_for(bytes).find("format 7 of gasket 0.1.0; read it with gasket 0.1.0 or later") !=
          std::string::npos);
    // What only looks like a version is not repeated, and its absence is no error of its own.
    std::string other = bytes;
    other.replace(other.find("0.1.0"), 5, "<b>\n!");
    CHECK(advice_for(other).find("format 7; read it with gasket later than ") != std::string::npos);
    for (std::size_t n = 12; n < 80; ++n)
        CHECK(advice_for(bytes.substr(0, n)).find("format 7") != std::string::npos);

    std::string text = detail::read_file((folder / "logistic_regression.json").string());
    text.replace(text.find("\"format\": 1"), 11, "\"format\": 9");
    CHECK(advice_for(text).find("format 9 of gasket 0.1.0; read it with gasket 0.1.0 or later") !=
          std::string::npos);
}
