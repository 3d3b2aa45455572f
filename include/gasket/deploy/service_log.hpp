// Needs libcpp-httplib-dev and libssl-dev: link gasket::service. Not part of gasket.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/deploy/answer_log.hpp"
#include "gasket/deploy/http_server.hpp"
#include "gasket/deploy/live_model.hpp"
#include "gasket/deploy/shadow.hpp"
#include "gasket/pipeline/model.hpp"

namespace gasket::detail {

/// What a service does with its answers once they are made, and with the labels that come back: they go into
/// the log, where there is one, and to the challengers, where there are some. Nobody waits for either.
class ServiceLog {
  public:
    ServiceLog(AnswerLog* log, Shadow& shadow, bool log_records)
        : log_(log), shadow_(shadow), log_records_(log_records) {}

    void keep(const std::shared_ptr<ServedModel>& served, const ServedModel::Workspace& work,
              const std::string& request, const std::string& body, bool tensors) {
        const std::int64_t at = seconds_now();
        if (shadow_.any() && !work.records.good().empty()) {
            (void)shadow_.add({.champion = served,
                               .id = request,
                               .at = at,
                               .body = body,
                               .tensors = tensors,
                               .good = work.records.good(),
                               .answers = work.answers});
        }
        if (log_ == nullptr) return;
        const std::size_t width = served->model().target().outputs();
        for (std::size_t row = 0; row < work.records.good().size(); ++row) {
            LoggedPrediction one{.id = request + "-" + std::to_string(work.records.good()[row]),
                                 .at = at,
                                 .version = served->version()};
            served->decide(std::span(work.answers).subspan(row * width, width), one);
            if (log_records_) one.record = work.records.record_json(row);
            (void)log_->add(std::move(one));
        }
    }

    /// Labels, one or a list of them.
    [[nodiscard]] HttpAnswer feedback(const HttpQuestion& asked, const Target& target) {
        if (log_ == nullptr)
            return HttpServer::error(503, "answers are not logged here, so labels have no place");
        const Json body = json_from_text(asked.body, document_keys_limit);
        if (!body.is_object() && !body.is_array())
            return HttpServer::error(400, "expected an object with id and label, or a list of them");
        Json results = Json::array();
        FeedbackStatus status = FeedbackStatus::accepted;
        for (const Json& one : body.is_array() ? body : Json::array({body})) {
            const auto wrong = [&](const char* reason) {
                return HttpServer::error(422, "item " + std::to_string(results.size()) + ": " + reason);
            };
            if (!one.is_object() || !one.contains("id") || !one["id"].is_string() ||
                one["id"].get_ref<const std::string&>().find('\0') != std::string::npos)
                return wrong("expected an id, a text");
            if (!one.contains("label")) return wrong("expected a label");
            const Json& given = one["label"];
            std::string label;
            if (given.is_string()) label = given;
            if (given.is_number()) label = text::shortest(given.get<double>());
            if (given.is_boolean()) label = given.get<bool>() ? "1" : "0";
            const std::vector<std::string>& classes = target.classes;
            if (label.empty() ||
                (!classes.empty() && std::find(classes.begin(), classes.end(), label) == classes.end()))
                return wrong(classes.empty() ? "expected a number as label"
                                             : "expected a label of the target");
            status = log_->feedback(one["id"], label, seconds_now());
            if (status == FeedbackStatus::accepted && shadow_.any()) shadow_.label(one["id"], label);
            results.push_back(
                json_object({{"id", one["id"].get<std::string>()}, {"status", name_of(status)}}));
        }
        if (body.is_array())
            return {.body = json_object({{"results", std::move(results)}})
                                .dump(-1, ' ', false, Json::error_handler_t::replace)};
        const int code = status == FeedbackStatus::unknown       ? 404
                         : status == FeedbackStatus::conflicting ? 409
                                                                 : 200;
        if (code == 200) return {.body = results[0].dump(-1, ' ', false, Json::error_handler_t::replace)};
        return HttpServer::error(
            code, code == 404 ? "no answer has that id" : "another label is there already, and stays");
    }

    [[nodiscard]] AnswerLog* log() const noexcept { return log_; }

  private:
    AnswerLog* log_;
    Shadow& shadow_;
    bool log_records_;
};

}  // namespace gasket::detail
