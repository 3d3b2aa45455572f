#pragma once

#include "support/real_data.hpp"

namespace testing_support {

/// The scores of a selection on real columns against those stored under `key`, by feature. `target` names
/// another target than the data set's own: a number of the table, to be predicted.
template <class S>
void scores_agree(S stage, const char* key, double tolerance, bool number = false) {
    const auto stored = reference("selection");
    for (const RealData& data : real_data) {
        REQUIRE_DATA(path, data.file);
        const auto& expected = stored[data.name];
        stage.columns.clear();
        for (const auto& entry : expected[key].items()) stage.columns.push_back(entry.key());
        const auto training =
            number ? all_but_last(gasket::read_csv(path), expected["number"], gasket::Task::regression)
                   : all_but_last(gasket::read_csv(path), data.target);
        const auto fitted = stage.fit(training);
        REQUIRE(fitted.judged().size() == expected[key].size());
        for (const gasket::Selected& one : fitted.judged()) {
            INFO(data.name << " " << key << " " << one.feature);
            const auto& score = expected[key][one.feature];
            CHECK(one.score == Approx(score.template get<double>()).epsilon(tolerance).margin(1e-14));
        }
    }
}

}  // namespace testing_support
