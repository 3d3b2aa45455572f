#include "gasket/deploy/score_csv.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "deploy/bank_models.hpp"
#include "gasket/data/csv.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using testing_support::bank_model;
using testing_support::scratch_file;
using testing_support::small_bank;

namespace {

std::string content(const std::string& path) {
    return detail::read_file(path);
}
bool exists(const std::string& path) {
    return std::filesystem::exists(path);
}
void remove(const std::string& path) {
    for (const char* const more : {"", ".part", ".resume", ".rejects.csv", ".rejects.csv.part"})
        std::filesystem::remove(path + more);
}

/// A live file with rows that break the contract, quotes, ids with leading zeros and blank lines.
std::string live_file(const std::string& name, std::size_t rows, std::uint64_t seed = 21) {
    const Table live = small_bank(rows, seed);
    std::string text = "account,note,age,balance,tenure,active,country,gender\n";
    for (std::size_t r = 0; r < rows; ++r) {
        text += "00" + std::to_string(r) + ",\"a, \"\"b\"\"" + (r % 31 == 0 ? "\nc" : "") + "\",";
        text += r % 97 == 5 ? "old" : live.cell(r, live.index_of("age"));
        for (const char* const column : {"balance", "tenure", "active", "country", "gender"}) {
            const std::string cell = live.cell(r, live.index_of(column));
            text += "," + (r % 53 == 3 && std::string(column) == "active" ? "" : cell);
        }
        text += r % 71 == 2 ? ",1\n" : "\n";
        if (r % 40 == 0) text += "\n";
    }
    const std::string path = scratch_file(name);
    std::ofstream(path) << text;
    return path;
}

/// Runs `work` in a process of its own; kills it after so many microseconds. Whether it ended by itself.
template <class Work>
bool runs_to_its_end(const Work& work, std::chrono::microseconds kill_after) {
    const pid_t child = fork();
    if (child == 0) {
        try {
            work();
        } catch (...) {
            _exit(9);
        }
        _exit(0);
    }
    std::this_thread::sleep_for(kill_after);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status)) REQUIRE(WEXITSTATUS(status) == 0);
    return WIFEXITED(status);
}

}  // namespace

TEST_CASE("a batch scores every good row as the model does, in order, with the input's own bytes before it") {
    const Model model = bank_model();
    const std::string in = live_file("live.csv", 1000);
    const std::string out = scratch_file("scored.csv");
    const BatchReport report = score_csv(model, in, out, {.block_rows = 64});
    CHECK(report.rows == 1000);
    CHECK(report.scored + report.rejected == report.rows);

    // the same by other means: the rows that strict reading takes, scored in one table
    std::vector<std::size_t> good;
    for (std::size_t r = 0; r < 1000; ++r) {
        if (r % 97 != 5 && r % 53 != 3 && r % 71 != 2) good.push_back(r);
    }
    REQUIRE(report.scored == good.size());
    const Table rows = small_bank(1000, 21).take(good);
    const Predictions expected = model.predict(rows);
    const Table scored = read_csv(out, {.types = {{"account", LogicalType::text}}});
    REQUIRE(scored.rows() == good.size());
    CHECK(scored.names() == std::vector<std::string>{"account", "note", "age", "balance", "tenure", "active",
                                                     "country", "gender", "probability", "decision"});
    for (std::size_t i = 0; i < good.size(); ++i) {
        REQUIRE(scored.cell(i, 0) == "00" + std::to_string(good[i]));
        REQUIRE(scored["probability"].numbers()[i] == expected.values[i]);
        REQUIRE((scored["decision"].numbers()[i] == 1) == expected.decided(i));
    }
    // what stands before the scores is the record as it was
    std::size_t at = 0;
    const std::string text = content(out);
    const std::string first = "000,\"a, \"\"b\"\"\nc\",";
    CHECK((at = text.find(first)) != std::string::npos);
    CHECK(report.drift->to_json()["features"].dump() == drift(model, rows).to_json()["features"].dump());
    CHECK(report.drift->live_rows == good.size());
    CHECK(report.extra_columns == 2);
    CHECK(report.exit_code() == 2);
    for (const char* const left : {".part", ".resume", ".rejects.csv.part"}) CHECK_FALSE(exists(out + left));
}

TEST_CASE("what breaks the contract is kept with its line, its text and every reason") {
    const Model model = bank_model();
    const std::string in = scratch_file("bad.csv");
    std::ofstream(in) << "age,balance,tenure,active,country,gender\n"
                         "30,10,,1,France,Male\n"
                         "old,,1,1,France,Male\n"
                         "31,10,1,1,Atlantis,Male\n"
                         "32,10,1,1,France,Male,1\n"
                         "3.5e9,10,2,0,Spain,Female\n";
    const std::string out = scratch_file("bad_scored.csv");
    const BatchReport some = score_csv(model, in, out);
    CHECK(some.rejected == 2);
    CHECK(some.unseen_labels == 1);
    const Table rejects = read_csv(out + ".rejects.csv");
    REQUIRE(rejects.rows() == 2);
    CHECK(rejects["line"].numbers()[0] == 3);
    CHECK(rejects.cell(0, rejects.index_of("raw")) == "old,,1,1,France,Male");
    CHECK(rejects.cell(0, rejects.index_of("rules")) == "type, gap");
    CHECK(rejects["line"].numbers()[1] == 5);
    CHECK(rejects.cell(1, rejects.index_of("problems")) == "expected 6 fields, found 7");
    CHECK(some.reasons.size() == 3);

    const BatchReport strict = score_csv(
        model, in, out,
        {.rules = {.refuse_unseen = true, .refuse_outside = true, .refuse_gaps = false}, .most_rejected = 1});
    CHECK(strict.rejected == 4);
    const BatchReport lax =
        score_csv(model, in, out, {.rules = {.refuse_gaps = false}, .carry = {{"country", "age"}}});
    CHECK(lax.rejected == 2);
    CHECK(content(out).substr(0, 55).starts_with("country,age,probability,decision\nFrance,30,"));

    // a file without rejects leaves none of an earlier run
    std::ofstream(in) << "age,balance,tenure,active,country,gender\n30,10,,1,France,Male\n";
    CHECK(score_csv(model, in, out).exit_code() == 0);
    CHECK_FALSE(exists(out + ".rejects.csv"));
}

TEST_CASE("a file that is wrong as a whole is an error, and the output of yesterday stays") {
    const Model model = bank_model();
    const std::string in = scratch_file("wrong.csv");
    const std::string out = scratch_file("wrong_scored.csv");
    std::ofstream(out) << "yesterday\n";
    std::ofstream(in) << "age,balance,tenure,active,country,gender\nold,10,1,1,France,Male\n";
    CHECK_THROWS_AS(score_csv(model, in, out), DataError);
    CHECK(content(out) == "yesterday\n");
    CHECK(content(out + ".rejects.csv").find("age: expected") != std::string::npos);
    CHECK_FALSE(exists(out + ".part"));
    std::ofstream(in) << "agee,balance,tenure,active,country,gender\n30,10,1,1,France,Male\n";
    CHECK_THROWS_AS(score_csv(model, in, out), SchemaError);
    CHECK_THROWS_AS(score_csv(model, scratch_file("nowhere.csv"), out), FileError);
    CHECK_THROWS_AS(score_csv(model, in, scratch_file("no/such/folder.csv")), Error);
    std::ofstream(in) << "age,balance,tenure,active,country,gender\n30,10,1,1,France,Male\n";
    CHECK_THROWS_AS(score_csv(model, in, out, {.carry = {{"name"}}}), SchemaError);
    CHECK_THROWS_AS(score_csv(model, in, out, {.block_rows = 0}), OptionError);
    CHECK_THROWS_AS(score_csv(model, in, out, {.most_rejected = 1.5}), OptionError);
    CHECK(content(out) == "yesterday\n");
}

TEST_CASE("a batch that is killed again and again gives the bytes of one that is not") {
    const Model model = bank_model();
    const std::string in = live_file("long.csv", 3000);
    const std::string whole = scratch_file("whole.csv");
    const std::string cut = scratch_file("cut.csv");
    const BatchOptions options{.block_rows = 50};
    const auto begin = std::chrono::steady_clock::now();
    const BatchReport expected = score_csv(model, in, whole, options);
    const auto whole_time =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);

    Random random(3);
    std::size_t kills = 0;
    std::size_t taken_up = 0;  // killed behind a checkpoint, where the next run goes on
    for (int round = 0; taken_up < 20; ++round) {
        REQUIRE(round < 2000);
        const auto after = std::chrono::microseconds(
            static_cast<std::int64_t>(random.uniform() * 0.4 * static_cast<double>(whole_time.count())));
        if (runs_to_its_end([&] { (void)score_csv(model, in, cut, options); }, after)) {
            REQUIRE(content(cut) == content(whole));
            REQUIRE(content(cut + ".rejects.csv") == content(whole + ".rejects.csv"));
            remove(cut);
        } else {
            ++kills;
            taken_up += exists(cut + ".resume") ? 1 : 0;
        }
    }
    CHECK(3 * taken_up >= 2 * kills);  // checkpoints come early and often
    // a kill while the checkpoint itself was written leaves a part of it
    const auto plant = [](const std::string& path) { std::ofstream(path) << "{\"job\":"; };
    plant(cut + ".resume.part-1");
    plant(whole + ".resume.part-1");
    const BatchReport last = score_csv(model, in, cut, options);
    CHECK_FALSE(exists(cut + ".resume.part-1"));
    CHECK(exists(whole + ".resume.part-1"));
    CHECK(content(cut) == content(whole));
    CHECK(content(cut + ".rejects.csv") == content(whole + ".rejects.csv"));
    CHECK(last.rows == expected.rows);
    CHECK(last.positive == expected.positive);
    CHECK(last.reasons == expected.reasons);
    CHECK(last.drift->to_json().dump() == expected.drift->to_json().dump());
    CHECK_FALSE(exists(cut + ".resume"));
}

TEST_CASE("an interruption between the last row and the last name is found where it was") {
    const Model model = bank_model();
    const std::string in = live_file("short.csv", 500);
    const std::string whole = scratch_file("short_whole.csv");
    const std::string cut = scratch_file("short_cut.csv");
    (void)score_csv(model, in, whole);
    struct Stop {};
    const auto interrupted = [&](std::size_t at) {
        BatchOptions options{.block_rows = 50};
        std::size_t events = 0;
        options.progress = [&](const ProgressEvent&) {
            if (++events == at) throw Stop{};
        };
        try {
            (void)score_csv(model, in, cut, options);
        } catch (const Stop&) {
            return true;
        }
        return false;
    };
    std::size_t at = 2;
    for (; interrupted(at); ++at) remove(cut);
    CHECK(at > 10);  // each block tells
    remove(cut);
    REQUIRE(interrupted(at - 1));  // all rows are written, no file has its name
    REQUIRE(exists(cut + ".resume"));
    std::filesystem::copy_file(cut + ".resume", cut + ".kept");
    const BatchReport report = score_csv(model, in, cut);
    CHECK(report.resumed == 500);
    CHECK(content(cut) == content(whole));
    // now as if it had been killed after the files were renamed
    std::filesystem::rename(cut + ".kept", cut + ".resume");
    CHECK(score_csv(model, in, cut).rows == 500);
    CHECK(content(cut) == content(whole));
    CHECK(content(cut + ".rejects.csv") == content(whole + ".rejects.csv"));
}

TEST_CASE("only the same batch goes on") {
    const Model model = bank_model();
    const std::string in = live_file("same.csv", 500);
    const std::string out = scratch_file("same_scored.csv");
    const auto interrupt = [&] {
        remove(out);
        BatchOptions options{.block_rows = 50};
        options.progress = [](const ProgressEvent& e) {
            if (e.done > 40) throw std::runtime_error("stop");
        };
        CHECK_THROWS_AS(score_csv(model, in, out, options), std::runtime_error);
        REQUIRE(exists(out + ".resume"));
    };
    const auto refused = [&](const Model& by, const BatchOptions& options, const std::string& what) {
        try {
            (void)score_csv(by, in, out, options);
        } catch (const DataError& e) {
            CHECK(e.code() == ErrorCode::other_batch);
            CHECK(e.parts().found == "one of another " + what);
            return;
        }
        FAIL("it went on");
    };
    interrupt();
    refused(bank_model(8), {}, "model");
    refused(model, {.rules = {.refuse_unseen = true}}, "rules");
    refused(model, {.carry = {{"account"}}}, "carry");
    CHECK(score_csv(model, in, out).resumed > 0);
    interrupt();
    std::ofstream(in, std::ios::app) << "00900,x,30,10,,1,France,Male\n";
    refused(model, {}, "input");
    CHECK(score_csv(model, in, out, {.resume = false}).rows == 501);
    CHECK_FALSE(exists(out + ".resume"));
}

TEST_CASE("other ways of writing are taken up as they are: semicolons, CRLF, Windows' letters") {
    const Model model = bank_model();
    const std::string in = scratch_file("windows.csv");
    std::string text = "name;age;balance;tenure;active;country;gender\r\n";
    for (int i = 0; i < 400; ++i)
        text +=
            "M\xFCller" + std::to_string(i) + ";" + std::to_string(20 + i % 50) + ";10;2;1;France;Male\r\n";
    std::ofstream(in, std::ios::binary) << text;
    BatchOptions options{.block_rows = 30, .csv = {.encoding = Encoding::windows_1252}};
    const std::string whole = scratch_file("windows_whole.csv");
    CHECK(score_csv(model, in, whole, options).scored == 400);
    CHECK(content(whole).find("M\xC3\xBCller17;37;10;2;1;France;Male;0.") != std::string::npos);
    CHECK(content(whole).find('\r') == std::string::npos);
    const std::string cut = scratch_file("windows_cut.csv");
    options.progress = [&, n = 0](const ProgressEvent&) mutable {
        if (++n == 5) throw std::runtime_error("stop");
    };
    for (int i = 0; i < 40 && !exists(cut); ++i) {
        try {
            (void)score_csv(model, in, cut, options);
        } catch (const std::runtime_error&) {
        }
    }
    CHECK(content(cut) == content(whole));
}

TEST_CASE("memory does not grow with the file") {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    WARN("skipped: the sanitizer keeps memory that was given back");
#else
    const Model model = bank_model();
    const auto peak_of = [&](std::size_t copies) {
        const std::string in = scratch_file("grow.csv");
        {
            const Table rows = small_bank(5000, 3);
            std::ostringstream text;
            write_csv(rows, text);
            const std::string all = text.str();
            const std::size_t body = all.find('\n') + 1;
            std::ofstream file(in);
            file << all.substr(0, body);
            for (std::size_t i = 0; i < copies; ++i) file << all.substr(body);
        }
        const pid_t child = fork();
        if (child == 0) {
            const BatchReport report =
                score_csv(model, in, scratch_file("grow_scored.csv"), {.block_rows = 5000});
            _exit(report.rows == copies * 5000 ? 0 : 1);
        }
        int status = 0;
        rusage used{};
        wait4(child, &status, 0, &used);
        REQUIRE((WIFEXITED(status) && WEXITSTATUS(status) == 0));
        return used.ru_maxrss;  // KiB
    };
    const long small = peak_of(40);  // more than is read at a time
    const long large = peak_of(200);
    CHECK(large < small + 3000);
#endif
}
