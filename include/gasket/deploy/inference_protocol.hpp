#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/deploy/record_builder.hpp"
#include "gasket/deploy/record_reader.hpp"
#include "gasket/pipeline/model.hpp"

namespace gasket::detail {

/// The words of the Open Inference Protocol, version 2: a tensor for each column of the records, one for
/// each thing that is answered. A gap, which the protocol has no word for, is a null among the data.
/// reference: Open Inference Protocol (KServe), V2, 2023
class InferenceProtocol {
  public:
    [[nodiscard]] static Json metadata(const Model& model, const std::string& name,
                                       const std::string& which) {
        Json inputs = Json::array();
        for (const ColumnSchema& column : model.schema()) {
            if (column.role == Role::feature) inputs.push_back(tensor(column.name, type_of(column), -1));
        }
        Json outputs = Json::array();
        if (model.target().task == Task::regression) {
            outputs.push_back(tensor("prediction", "FP64", -1));
        } else {
            outputs.push_back(tensor("probability", "FP64", -1));
            outputs.push_back(tensor("decision", "BYTES", -1));
        }
        return json_object({{"name", name},
                            {"versions", std::vector<std::string>{which}},
                            {"platform", "gasket"},
                            {"inputs", std::move(inputs)},
                            {"outputs", std::move(outputs)}});
    }

    /// Reads the tensors of a request, row by row, into a builder. Status 0 where that could be done;
    /// `id` is what the request calls itself.
    [[nodiscard]] static RequestRefusal read(std::string_view body, RecordBuilder& to, std::string& id) {
        to.clear();
        const Json request = json_from_text(body, document_keys_limit);
        const auto refuse = [](std::string reason, int status = 400) {
            return RequestRefusal{status, std::move(reason)};
        };
        if (!request.is_object()) return refuse("not a JSON object");
        if (request.contains("id")) {
            if (!request["id"].is_string()) return refuse("id: expected a text");
            id = request["id"].get<std::string>();
        }
        const auto inputs = request.find("inputs");
        if (inputs == request.end() || !inputs->is_array() || inputs->empty())
            return refuse("inputs: expected a list of tensors");
        std::vector<std::pair<std::string, const Json*>> tensors;
        std::size_t rows = 0;
        for (const Json& one : *inputs) {
            if (!one.is_object() || !one.contains("name") || !one["name"].is_string())
                return refuse("inputs: expected a name for each");
            const std::string name = one["name"];
            const auto wrong = [&](const std::string& what) {
                return refuse("input " + text::quoted(name) + ": " + what);
            };
            if (!one.contains("data") || !one["data"].is_array()) return wrong("expected data, a flat list");
            if (!one.contains("datatype") || !one["datatype"].is_string())
                return wrong("expected a datatype");
            const Json& data = one["data"];
            if (!one.contains("shape") || !is_shape(one["shape"], data.size()))
                return wrong("expected shape [" + std::to_string(data.size()) + "], as the data are");
            if (!tensors.empty() && data.size() != rows)
                return wrong("expected as many values as the others have");
            rows = data.size();
            tensors.emplace_back(name, &data);
        }
        if (rows == 0) return refuse("no records");
        if (rows > to.rules().most_rows)
            return refuse("more than " + text::grouped(to.rules().most_rows) + " records", 413);
        for (std::size_t r = 0; r < rows; ++r) {
            to.begin();
            for (const auto& [name, data] : tensors) {
                to.field(name);
                const Json& x = (*data)[r];
                if (x.is_null()) {
                    to.null();
                } else if (x.is_boolean()) {
                    to.boolean(x.get<bool>());
                } else if (x.is_number()) {
                    to.number(x.get<double>());
                } else if (x.is_string()) {
                    to.text(x.get_ref<const std::string&>());
                } else {
                    to.nested(x.is_object() ? "an object" : "an array");
                }
            }
            to.end();
        }
        if (to.errors().empty()) return {};
        std::string reason;
        for (std::size_t i = 0; i < to.errors().size() && i < 5; ++i) {
            const FieldError& e = to.errors()[i];
            reason += (i == 0 ? "" : "; ") + std::string("row ") + std::to_string(e.record) + ", " + e.field +
                      ": " + e.reason;
        }
        if (to.errors().size() > 5) reason += "; and " + std::to_string(to.errors().size() - 5) + " more";
        return refuse(reason);
    }

    [[nodiscard]] static Json answer(const Model& model, std::span<const double> answers,
                                     const std::string& name, const std::string& which,
                                     const std::string& id) {
        const Predictions predictions{.target = model.target(),
                                      .values = {answers.begin(), answers.end()},
                                      .threshold = model.threshold()};
        const auto rows = static_cast<std::int64_t>(predictions.size());
        const bool number = model.target().task == Task::regression;
        Json outputs = Json::array();
        Json scores = tensor(number ? "prediction" : "probability", "FP64", rows);
        for (const double x : predictions.scores()) scores["data"].push_back(json_number(x));
        outputs.push_back(std::move(scores));
        if (!number) {
            Json decisions = tensor("decision", "BYTES", rows);
            for (std::size_t r = 0; r < predictions.size(); ++r)
                decisions["data"].push_back(model.target().classes[predictions.decided_class(r)]);
            outputs.push_back(std::move(decisions));
        }
        return json_object(
            {{"model_name", name}, {"model_version", which}, {"id", id}, {"outputs", std::move(outputs)}});
    }

  private:
    [[nodiscard]] static Json tensor(const std::string& name, const char* type, std::int64_t rows) {
        return json_object({{"name", name}, {"datatype", type}, {"shape", std::vector<std::int64_t>{rows}}});
    }
    [[nodiscard]] static const char* type_of(const ColumnSchema& column) {
        if (column.kind() != Kind::numeric) return "BYTES";
        return column.type == LogicalType::integer   ? "INT64"
               : column.type == LogicalType::boolean ? "BOOL"
                                                     : "FP64";
    }
    /// [n] or [n, 1]
    [[nodiscard]] static bool is_shape(const Json& shape, std::size_t n) {
        return shape.is_array() && (shape.size() == 1 || (shape.size() == 2 && shape[1] == 1)) &&
               shape[0] == n;
    }
};

}  // namespace gasket::detail
