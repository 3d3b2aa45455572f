#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/deploy/live_model.hpp"

namespace gasket::detail {

/// A text as JSON.
[[nodiscard]] inline std::string json_quoted(const std::string& s) {
    return Json(s).dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// What a service answers to the records of a request, put together by hand: the same doubles to the last bit
/// when read back. `many`: whether it was asked for a list.
[[nodiscard]] inline std::string answer_text(const ServedModel& served, const ServedModel::Workspace& work,
                                             const std::string& request, bool many) {
    const RecordBuilder& records = work.records;
    const Target& target = served.model().target();
    const std::size_t width = target.outputs();
    std::string out = R"({"request_id":")" + request + R"(","version":")" + served.version() + "\"";
    if (many)
        out += R"(,"scored":)" + std::to_string(records.good().size()) + R"(,"refused":)" +
               std::to_string(records.records() - records.good().size()) + R"(,"predictions":[)";
    std::size_t error = 0;
    std::size_t warning = 0;
    std::size_t row = 0;
    const auto fields = [&](const char* key, const std::vector<FieldError>& list, std::size_t& at,
                            std::size_t record) {
        out += std::string("\"") + key + "\":[";
        for (bool first = true; at < list.size() && list[at].record == record; ++at, first = false) {
            out += first ? "" : ",";
            out += R"({"field":)" + json_quoted(list[at].field) + R"(,"reason":)" +
                   json_quoted(list[at].reason) + "}";
        }
        out += "]";
    };
    for (std::size_t record = 0; record < records.records(); ++record) {
        if (many) out += record == 0 ? "{" : ",{";
        if (!many) out += ",";
        if (row == records.good().size() || records.good()[row] != record) {
            fields("errors", records.errors(), error, record);
            if (many) out += "}";
            continue;
        }
        const std::span<const double> answer = std::span(work.answers).subspan(row * width, width);
        out += R"("id":")" + request + "-" + std::to_string(record) + "\"";
        const auto number = [](double x) { return std::isfinite(x) ? text::shortest(x) : "null"; };
        if (target.task == Task::regression) {
            out += ",\"prediction\":" + number(answer[0]);
        } else {
            const std::size_t decided = served.decided_class(answer);
            out += ",\"probability\":" + number(width == 1 ? answer[0] : answer[decided]) +
                   ",\"decision\":" + json_quoted(target.classes[decided]);
            if (width > 1) {
                out += ",\"probabilities\":{";
                for (std::size_t k = 0; k < width; ++k)
                    out += (k == 0 ? "" : ",") + json_quoted(target.classes[k]) + ":" + number(answer[k]);
                out += "}";
            }
        }
        if (warning < records.warnings().size() && records.warnings()[warning].record == record) {
            out += ",";
            fields("warnings", records.warnings(), warning, record);
        }
        if (many) out += "}";
        ++row;
    }
    return out + (many ? "]}" : "}");
}

}  // namespace gasket::detail
