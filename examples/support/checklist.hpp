#pragma once

#include <array>
#include <cstddef>
#include <gasket/core/text.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace examples {

/// The 28 questions of the ML Test Score, and which of them a run can answer, with what it has seen.
///
/// reference: Breck, Cai, Nielsen, Salib & Sculley, The ML Test Score: a rubric for ML production readiness
/// and technical debt reduction, 2017
class Checklist {
  public:
    /// A number of the rubric, such as "Data 1", whether the run shows it, and by what.
    void add(std::string number, bool shown, std::string evidence) {
        answers_.push_back({std::move(number), shown, std::move(evidence)});
    }

    friend std::ostream& operator<<(std::ostream& out, const Checklist& list) {
        gasket::text::Grid grid({"", "question", "", "evidence"});
        std::size_t shown = 0;
        for (const auto& [number, question, elsewhere] : questions) {
            const Answer* answer = list.find(number);
            shown += answer != nullptr && answer->shown ? 1 : 0;
            grid.add({std::string(number), std::string(question),
                      answer == nullptr ? "-"
                      : answer->shown   ? "yes"
                                        : "NO",
                      answer == nullptr ? std::string(elsewhere) : answer->evidence});
        }
        return out << grid.str() << "  " << shown << " of " << questions.size()
                   << " shown by this run; NO: asked, and found wanting; -: not this run's to show\n";
    }

  private:
    struct Answer {
        std::string number;
        bool shown;
        std::string evidence;
    };
    struct Question {
        std::string_view number;
        std::string_view text;
        std::string_view elsewhere;  // who answers it, where a run does not
    };
    static constexpr std::array<Question, 28> questions{{
        {"Data 1", "expectations of columns are written down", ""},
        {"Data 2", "every column earns its place", ""},
        {"Data 3", "no column costs too much", "you: what a column costs to get"},
        {"Data 4", "columns keep to the rules", ""},
        {"Data 5", "privacy is kept", "you: the law"},
        {"Data 6", "a new column is quick to add", "Derive: one line, checked before any row is read"},
        {"Data 7", "code of columns is tested", ""},
        {"Model 1", "what is trained is reviewed", "you: the chain is a few lines in version control"},
        {"Model 2", "offline figures foretell those of use", "expected_performance beside realised labels"},
        {"Model 3", "options have been tuned", "churn_search"},
        {"Model 4", "what an old model costs is known", "churn_lifecycle"},
        {"Model 5", "a simpler model is not as good", ""},
        {"Model 6", "it is good enough in every part", ""},
        {"Model 7", "groups of people are treated alike", "slices over what you may not discriminate by"},
        {"Infra 1", "training can be repeated", ""},
        {"Infra 2", "the specification is tested", "the order of stages, by the compiler"},
        {"Infra 3", "the whole line is tested", ""},
        {"Infra 4", "quality is judged before serving", ""},
        {"Infra 5", "one row can be followed", ""},
        {"Infra 6", "a new model is tried aside first", "churn_lifecycle: the shadow"},
        {"Infra 7", "the way back is short", "churn_registry rollback"},
        {"Monitor 1", "changes of what it depends on are told", "you: who sends the columns"},
        {"Monitor 2", "the contract holds when serving", ""},
        {"Monitor 3", "training and serving compute alike", ""},
        {"Monitor 4", "no model is too old", "RetrainingPolicy: age"},
        {"Monitor 5", "numbers are sound", ""},
        {"Monitor 6", "time and memory do not creep up", "gate of latency: churn_registry"},
        {"Monitor 7", "a fall of quality is seen", ""},
    }};

    [[nodiscard]] const Answer* find(std::string_view number) const {
        for (const Answer& answer : answers_) {
            if (answer.number == number) return &answer;
        }
        return nullptr;
    }

    std::vector<Answer> answers_;
};

}  // namespace examples
