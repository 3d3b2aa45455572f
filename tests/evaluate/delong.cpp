#include "gasket/evaluate/delong.hpp"

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;
using Numbers = std::vector<double>;

namespace {

/// Ovarian cancer: albumin, total protein, Krebs-Goplerud score, whether surgery helped (DeLong, DeLong &
/// Clarke-Pearson, 1988; the 43 patients with all three).
struct Ovarian {
    Numbers albumin, protein, score, helped;
    Ovarian() {
        const Numbers cells{3.0, 5.8, 10, 0, 3.2, 6.3, 5, 1, 3.9, 6.8, 3, 1, 2.8, 4.8, 6, 0, 3.2, 5.8, 3, 1,
                            0.9, 4.0, 5,  0, 2.5, 5.7, 8, 0, 1.6, 5.6, 5, 1, 3.8, 5.7, 5, 1, 3.7, 6.7, 6, 1,
                            3.2, 5.4, 4,  1, 3.8, 6.6, 6, 1, 4.1, 6.6, 5, 1, 3.6, 5.7, 5, 1, 4.3, 7.0, 4, 1,
                            3.6, 6.7, 4,  0, 2.3, 4.4, 6, 1, 4.2, 7.6, 4, 0, 4.0, 6.6, 6, 0, 3.5, 5.8, 6, 1,
                            3.8, 6.8, 7,  1, 3.0, 4.7, 8, 0, 4.5, 7.4, 5, 1, 3.7, 7.4, 5, 1, 3.1, 6.6, 6, 1,
                            4.1, 8.2, 6,  1, 4.3, 7.0, 5, 1, 4.3, 6.5, 4, 1, 3.2, 5.1, 5, 1, 2.6, 4.7, 6, 1,
                            3.3, 6.8, 6,  0, 1.7, 4.0, 7, 0, 3.7, 6.1, 5, 1, 3.3, 6.3, 7, 1, 4.2, 7.7, 6, 1,
                            3.5, 6.2, 5,  1, 2.9, 5.7, 9, 0, 2.1, 4.8, 7, 1, 2.8, 6.2, 8, 0, 4.0, 7.0, 7, 1,
                            3.3, 5.7, 6,  1, 3.7, 6.9, 5, 1, 3.6, 6.6, 5, 1};
        for (std::size_t i = 0; i < cells.size(); i += 4) {
            albumin.push_back(cells[i]);
            protein.push_back(cells[i + 1]);
            score.push_back(10 - cells[i + 2]);
            helped.push_back(cells[i + 3]);
        }
    }
};

/// The covariance by its definition, pair by pair.
double direct_covariance(const Numbers& truth, const Numbers& a, const Numbers& b) {
    const auto wins = [](double p, double n) { return p > n ? 1.0 : p == n ? 0.5 : 0.0; };
    const auto mean = [&](const Numbers& s, std::size_t row) {
        double sum = 0, count = 0;
        for (std::size_t j = 0; j < truth.size(); ++j) {
            if (truth[j] == truth[row]) continue;
            sum += truth[row] == 1 ? wins(s[row], s[j]) : wins(s[j], s[row]);
            count += 1;
        }
        return sum / count;
    };
    double out = 0;
    for (const double y : {0.0, 1.0}) {
        double count = 0, ma = 0, mb = 0, products = 0;
        for (std::size_t i = 0; i < truth.size(); ++i) {
            if (truth[i] != y) continue;
            count += 1;
            ma += mean(a, i);
            mb += mean(b, i);
        }
        for (std::size_t i = 0; i < truth.size(); ++i) {
            if (truth[i] == y) products += (mean(a, i) - ma / count) * (mean(b, i) - mb / count);
        }
        out += products / (count - 1) / count;
    }
    return out;
}

}  // namespace

TEST_CASE("DeLong's test gives the published figures of the ovarian cancer data") {
    const Ovarian data;
    const AucComparison albumin = delong(data.helped, data.albumin, data.score);
    CHECK(albumin.first.auc == Approx(0.7366).margin(5e-5));
    CHECK(albumin.first.standard_error() == Approx(0.0927).margin(5e-5));
    CHECK(albumin.second.auc == Approx(0.7258).margin(5e-5));
    CHECK(albumin.second.standard_error() == Approx(0.1028).margin(5e-5));
    CHECK(albumin.difference == Approx(0.0108).margin(5e-5));
    CHECK(std::sqrt(albumin.variance) == Approx(0.0953).margin(5e-5));
    const AucComparison protein = delong(data.helped, data.protein, data.score);
    CHECK(protein.first.auc == Approx(0.6478).margin(5e-5));
    CHECK(protein.first.standard_error() == Approx(0.1000).margin(5e-5));
    CHECK(protein.difference == Approx(-0.0780).margin(5e-5));
    CHECK(std::sqrt(protein.variance) == Approx(0.1046).margin(5e-5));
    CHECK(protein.p_value == Approx(2 * normal_cdf(-0.0779570 / 0.1046096)).epsilon(1e-5));
}

TEST_CASE("variances by sorting are those of all pairs") {
    Random random(3);
    Numbers truth, a, b;
    for (int i = 0; i < 80; ++i) {
        truth.push_back(random.below(3) == 0 ? 1 : 0);
        a.push_back(std::round(4 * (random.normal() + truth.back())) / 4);
        b.push_back(std::round(2 * (random.normal() + truth.back())) / 2);
    }
    const AucComparison c = delong(truth, a, b);
    CHECK(c.first.auc == Approx(roc_auc(truth, a)).epsilon(1e-13));
    CHECK(c.first.variance == Approx(direct_covariance(truth, a, a)).epsilon(1e-12));
    CHECK(c.second.variance == Approx(direct_covariance(truth, b, b)).epsilon(1e-12));
    CHECK(c.covariance == Approx(direct_covariance(truth, a, b)).epsilon(1e-12));
    CHECK(c.low < c.difference);
}

TEST_CASE("equal rankings do not differ, and a perfect one has no variance") {
    const Numbers truth{0, 0, 1, 1, 0, 1}, score{1, 2, 3, 4, 2.5, 5};
    Numbers scaled;
    for (const double s : score) scaled.push_back(10 * s);
    const AucComparison same = delong(truth, score, scaled);
    CHECK(same.difference == 0);
    CHECK(same.z == 0);
    CHECK(same.p_value == 1);
    const AucEstimate perfect = delong(truth, score);
    CHECK(perfect.auc == 1);
    CHECK(perfect.variance == 0);
    CHECK(perfect.high == 1);
}

TEST_CASE("DeLong needs two rows of each class") {
    CHECK_THROWS_AS(delong(Numbers{0, 0, 1}, Numbers{1, 2, 3}), DataError);
    CHECK_THROWS_AS(delong(Numbers{0, 1, 1}, Numbers{1, 2, 3}), DataError);
    CHECK_THROWS_AS(delong(Numbers{0, 0, 1, 1}, Numbers{1, 2, 3, 4}, 1.0), OptionError);
}
