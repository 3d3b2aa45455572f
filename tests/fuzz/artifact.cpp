#include "fuzz/artifact.hpp"

using gasket::detail::Envelope;

namespace {

std::optional<fuzz::Json> document_of(std::string_view bytes) {
    if (bytes.size() < Envelope::header || !bytes.starts_with(Envelope::magic)) return std::nullopt;
    const std::string_view payload = bytes.substr(Envelope::header);
    if (!gasket::detail::why_cbor_is_refused(payload, gasket::detail::document_keys_limit).empty())
        return std::nullopt;
    fuzz::Json document = fuzz::Json::from_cbor(payload, true, false);
    if (document.is_discarded()) return std::nullopt;
    return document;
}

std::string sealed(const fuzz::Json& document) {
    return Envelope::wrap(document, 0);
}

/// A file in the binary form.
void run(std::string_view bytes) {
    fuzz::load_and_serve(bytes, [&] { return sealed(fuzz::without_golden(*document_of(bytes))); });
}

const fuzz::Registered artifact{{"artifact", run, document_of, sealed}};

}  // namespace
