#pragma once

#include <string>

#include "gasket/core/json.hpp"
#include "gasket/pipeline/model.hpp"

namespace gasket {

namespace detail {

/// A record as JSON Schema (2020-12), from what training saw.
[[nodiscard]] inline Json record_schema(const Model& model) {
    Json properties = Json::object();
    Json required = Json::array();
    for (const ColumnSchema& column : model.schema()) {
        if (column.role != Role::feature) continue;
        Json one = Json::object();
        const char* type = "number";
        if (column.type == LogicalType::integer) type = "integer";
        if (column.type == LogicalType::boolean) type = "boolean";
        if (column.kind() != Kind::numeric) type = "string";
        one["type"] = column.nullable ? Json::array({type, "null"}) : Json(type);
        if (column.type == LogicalType::boolean)
            one["type"] = column.nullable ? Json::array({"boolean", "integer", "null"})
                                          : Json::array({"boolean", "integer"});
        if (column.type == LogicalType::category) one["examples"] = json_value(column.labels);
        if (column.type == LogicalType::datetime) one["description"] = "a date or time of ISO 8601";
        if (column.kind() == Kind::numeric && column.min && column.max)
            one["description"] = "training: " + Schema::values_of(column);
        properties[column.name] = std::move(one);
        if (column.required) required.push_back(column.name);
    }
    return json_object(
        {{"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}});
}

[[nodiscard]] inline Json answer_schema(const Model& model) {
    Json properties = json_object({{"id", json_object({{"type", "string"}})}});
    const Json number = json_object({{"type", "number"}});
    if (model.target().task == Task::regression) {
        properties["prediction"] = number;
    } else {
        properties["probability"] = number;
        properties["decision"] = json_object({{"enum", model.target().classes}});
        if (model.target().task == Task::multiclass)
            properties["probabilities"] = json_object({{"type", "object"}, {"additionalProperties", number}});
    }
    return json_object({{"type", "object"}, {"properties", std::move(properties)}});
}

}  // namespace detail

/// The OpenAPI 3.1 description of a service that answers with this model. reference: OpenAPI Specification
/// 3.1.0, 2021
[[nodiscard]] inline Json openapi(const Model& model, const std::string& name,
                                  const std::string& version_name) {
    const auto ref = [](const char* what) {
        return json_object({{"$ref", std::string("#/components/schemas/") + what}});
    };
    const auto content = [](Json schema, const char* type = "application/json") {
        return json_object({{type, json_object({{"schema", std::move(schema)}})}});
    };
    const auto response = [&](const char* text, Json schema) {
        return json_object({{"description", text}, {"content", content(std::move(schema))}});
    };
    const Json object = json_object({{"type", "object"}});
    const auto get = [&](const char* id, const char* text) {
        return json_object(
            {{"get", json_object({{"operationId", id},
                                  {"summary", text},
                                  {"responses", json_object({{"200", response(text, object)}})}})}});
    };
    const auto one_or_many = [](Json one) {
        Json list = json_object({{"type", "array"}, {"items", one}});
        return json_object({{"oneOf", Json::array({std::move(one), std::move(list)})}});
    };
    const auto post = [&](const char* id, const char* text, Json body, Json answer, bool token,
                          std::initializer_list<std::pair<const char*, const char*>> refusals) {
        Json responses = json_object({{"200", response("done", std::move(answer))}});
        for (const auto& [status, why] : refusals) responses[status] = response(why, ref("Error"));
        Json out = json_object(
            {{"operationId", id},
             {"summary", text},
             {"requestBody", json_object({{"required", true}, {"content", content(std::move(body))}})},
             {"responses", std::move(responses)}});
        if (token) out["security"] = Json::array({json_object({{"token", Json::array()}})});
        return json_object({{"post", std::move(out)}});
    };
    const Json feedback = json_object(
        {{"type", "object"},
         {"properties",
          json_object({{"id", json_object({{"type", "string"}})},
                       {"label", json_object({{"type", Json::array({"string", "number", "boolean"})}})}})},
         {"required", Json::array({"id", "label"})}});
    const Json change = json_object(
        {{"type", "object"}, {"properties", json_object({{"version", json_object({{"type", "string"}})}})}});
    Json paths = Json::object();
    paths["/predict"] = post("predict", "Score a record, or a list of them; an error for each bad one",
                             one_or_many(ref("Record")), object, false,
                             {{"400", "no JSON, or no records"},
                              {"413", "too long, or too many records"},
                              {"422", "no record can be scored: each field and reason"}});
    paths["/feedback"] =
        post("feedback", "The label that an answer turned out to have", one_or_many(feedback), object, false,
             {{"404", "no such answer"},
              {"422", "no label of the target"},
              {"409", "it has another label already"}});
    paths["/promote"] =
        post("promote", "Make a version live, through the gates", change, object, true,
             {{"401", "the token is wanted"}, {"404", "no such version"}, {"409", "gates not passed"}});
    paths["/rollback"] = post("rollback", "Make live what was live before", object, object, true,
                              {{"401", "the token is wanted"}, {"409", "nothing was live before"}});
    paths["/health"] = get("health", "It runs");
    paths["/ready"] = get("ready", "It can answer");
    paths["/version"] = get("version", "What is live");
    paths["/schema"] = get("schema", "What a record must be");
    paths["/drift"] = get("drift", "How far live records have moved from those of training");
    paths["/openapi.json"] = get("openapi", "This document");
    Json metrics = json_object({{"description", "Prometheus text"}});
    metrics["content"] = content(json_object({{"type", "string"}}), "text/plain");
    paths["/metrics"] =
        json_object({{"get", json_object({{"operationId", "metrics"},
                                          {"responses", json_object({{"200", std::move(metrics)}})}})}});
    Json error = json_object(
        {{"type", "object"},
         {"properties",
          json_object(
              {{"error", json_object({{"type", "object"},
                                      {"properties",
                                       json_object({{"status", json_object({{"type", "integer"}})},
                                                    {"reason", json_object({{"type", "string"}})}})}})}})}});
    return json_object(
        {{"openapi", "3.1.0"},
         {"info", json_object({{"title", name}, {"version", version_name}})},
         {"paths", std::move(paths)},
         {"components",
          json_object({{"schemas", json_object({{"Record", detail::record_schema(model)},
                                                {"Answer", detail::answer_schema(model)},
                                                {"Error", std::move(error)}})},
                       {"securitySchemes",
                        json_object({{"token", json_object({{"type", "http"}, {"scheme", "bearer"}})}})}})}});
}

}  // namespace gasket
