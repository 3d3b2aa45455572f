#include "fuzz/artifact.hpp"

namespace {

using fuzz::Json;

std::optional<Json> content_of(std::string_view bytes) {
    const Json text = gasket::detail::json_from_text(bytes, gasket::detail::document_keys_limit);
    if (!text.is_object() || !text.contains("content")) return std::nullopt;
    return text["content"];
}

std::string sealed(const Json& content) {
    const std::string text = fuzz::close_text(content);
    const Json read = gasket::detail::json_from_text(text);  // as a reader sees it: no NaN, no broken UTF-8
    return fuzz::close_text(
        gasket::json_object({{"magic", "gasket"},
                             {"format", gasket::artifact_format},
                             {"created", 0},
                             {"sha256", gasket::Sha256::hex(gasket::detail::cbor_of(read))},
                             {"content", read}}));
}

/// A file in the form of text.
void run(std::string_view bytes) {
    fuzz::load_and_serve(bytes, [&] { return sealed(fuzz::without_golden(*content_of(bytes))); });
}

const fuzz::Registered artifact_json{{"artifact_json", run, content_of, sealed}};

}  // namespace
