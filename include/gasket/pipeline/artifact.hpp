#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/digest.hpp"
#include "gasket/core/file.hpp"
#include "gasket/pipeline/golden_rows.hpp"
#include "gasket/pipeline/migration.hpp"
#include "gasket/pipeline/model.hpp"
#include "gasket/pipeline/stage_registry.hpp"
#include "gasket/version.hpp"

namespace gasket {

/// The format that this library writes. It reads this one and every earlier one.
inline constexpr std::uint32_t artifact_format = 1;

namespace detail {

/// The model as one JSON document: data only. The same model gives the same document.
inline Json to_document(const ModelParts& parts) {
    Json chain = Json::array();
    for (const auto& t : parts.chain.transforms) {
        chain.push_back(json_object({{"stage", t->name()}, {"fitted", t->to_json()}}));
    }
    Json document = json_object({{"gasket", version},
                                 {"target", parts.target.to_json()},
                                 {"schema", parts.schema.to_json()},
                                 {"split", parts.split.to_json()},
                                 {"transforms", std::move(chain)}});
    if (parts.chain.estimator) {
        document["estimator"] = json_object(
            {{"stage", parts.chain.estimator->name()}, {"fitted", parts.chain.estimator->to_json()}});
    }
    if (parts.chain.calibration) document["calibration"] = parts.chain.calibration->to_json();
    document["threshold"] = parts.threshold;
    if (!parts.class_weights.empty()) document["class_weights"] = json_value(parts.class_weights);
    Json sections = Json::object();
    for (const auto& [name, section] : parts.sections) sections[name] = section;
    document["sections"] = std::move(sections);
    document["golden"] = parts.golden;
    return document;
}

/// The model again; every field is checked, and the golden rows are scored. throws ArtifactError
inline Model from_document(const Json& document, std::int64_t created) {
    const Fields fields(document, "artifact");
    ModelParts parts;
    parts.created = created;
    parts.target = Target::from_json(fields.object("target"));
    parts.schema = Schema::from_json(fields.get("schema"));
    parts.split = SplitRecord::from_json(fields.object("split"));
    parts.door = Door(parts.schema);
    parts.chain.input = parts.door.layout();
    std::size_t k = 0;
    for (const Json& step : fields.array("transforms")) {
        const Fields at(step, "artifact.transforms[" + std::to_string(k++) + "]");
        parts.chain.transforms.push_back(StageRegistry::instance().transform(
            at.string("stage"), at.object("fitted"), parts.chain.output()));
    }
    if (fields.has("estimator")) {
        const Fields at = fields.object("estimator");
        parts.chain.estimator = StageRegistry::instance().estimator(at.string("stage"), at.object("fitted"),
                                                                    parts.chain.output());
        if (parts.chain.estimator->outputs() != parts.target.outputs()) {
            throw_content("artifact.estimator",
                          std::to_string(parts.target.outputs()) + " answers for each row, as the target",
                          std::to_string(parts.chain.estimator->outputs()));
        }
    }
    if (fields.has("calibration")) {
        if (!parts.chain.estimator || parts.target.task == Task::regression)
            throw_content("artifact.calibration", "none without an estimator of classes", "one");
        parts.chain.calibration =
            CalibrationCurves::from_json(fields.object("calibration"), parts.target.outputs());
    }
    parts.threshold = fields.number("threshold");
    if (fields.has("class_weights")) {
        parts.class_weights = fields.numbers("class_weights");
        if (parts.target.task != Task::multiclass ||
            parts.class_weights.size() != parts.target.classes.size() ||
            std::any_of(parts.class_weights.begin(), parts.class_weights.end(),
                        [](double w) { return !(w > 0); })) {
            throw_content("artifact.class_weights", "a weight above 0 for each of many classes",
                          std::to_string(parts.class_weights.size()) + " numbers");
        }
    }
    if (!fields.get("sections").is_object())
        throw_content("artifact.sections", "an object", "something else");
    for (const auto& [name, section] : fields.get("sections").items()) parts.sections[name] = section;
    parts.golden = fields.get("golden");
    check_golden(parts, "artifact.golden");
    return Model(std::move(parts));
}

[[nodiscard]] inline std::string cbor_of(const Json& document) {
    std::string bytes;
    Json::to_cbor(document, bytes);
    return bytes;
}

/// magic (8 bytes), format (4), created (8), payload length (8), SHA-256 of all that stands before and after
/// it (32), payload: the document as CBOR. Numbers are little-endian.
class Envelope {
  public:
    static constexpr std::string_view magic = "GASKET\r\n";
    static constexpr std::size_t header = 8 + 4 + 8 + 8 + 32;

    static std::string wrap(const Json& document, std::int64_t created) {
        return seal(cbor_of(document), created);
    }

    static std::string seal(std::string_view payload, std::int64_t created) {
        std::string bytes(magic);
        put(bytes, artifact_format, 4);
        put(bytes, static_cast<std::uint64_t>(created), 8);
        put(bytes, payload.size(), 8);
        bytes += checksum(bytes, payload);
        bytes += payload;
        return bytes;
    }

    /// Version first, then length, then checksum, then the content. throws ArtifactError
    static std::pair<Json, std::int64_t> unwrap(std::string_view bytes, const std::string& where) {
        if (bytes.size() < magic.size() + 4) {
            fail(ErrorCode::artifact_truncated, where, "at least " + std::to_string(header) + " bytes",
                 std::to_string(bytes.size()) + " bytes", "copy the whole file again");
        }
        check_format(get(bytes, 8, 4), where, writer_in(bytes));
        if (bytes.size() < header) {
            fail(ErrorCode::artifact_truncated, where, "at least " + std::to_string(header) + " bytes",
                 std::to_string(bytes.size()) + " bytes", "copy the whole file again");
        }
        const std::uint64_t length = get(bytes, 20, 8);
        const std::string_view payload = bytes.substr(header);
        if (payload.size() != length) {
            fail(ErrorCode::artifact_truncated, where, std::to_string(length) + " bytes of content",
                 std::to_string(payload.size()), "copy the whole file again");
        }
        if (checksum(bytes.substr(0, 28), payload) != bytes.substr(28, 32)) {
            fail(ErrorCode::artifact_checksum, where, "content that matches its checksum", "altered bytes",
                 "take the file from where it was saved");
        }
        require_limits(why_cbor_is_refused(payload, document_keys_limit), where);
        Json document = Json::from_cbor(payload, true, false);
        if (document.is_discarded()) throw_content(where, "a CBOR document", "something else");
        return {std::move(document), static_cast<std::int64_t>(get(bytes, 12, 8))};
    }

    /// `writer` is the version that the file says to be of, or empty.
    static void check_format(std::uint64_t format, const std::string& where, const std::string& writer) {
        if (format == 0 || format > artifact_format) {
            fail(ErrorCode::artifact_newer_format, where,
                 artifact_format == 1 ? std::string("format 1")
                                      : "format 1 to " + std::to_string(artifact_format),
                 "format " + std::to_string(format) + (writer.empty() ? "" : " of gasket " + writer),
                 "read it with gasket " + (writer.empty() ? "later than " + std::string(version) : writer) +
                     (writer.empty() ? "" : " or later") + ", or save it again with this one, " + version);
        }
    }

    /// The version of the library that wrote a file, which stands first in its document; empty where it does
    /// not look like one. For messages alone: nothing else of the file has been checked.
    static std::string writer_in(std::string_view bytes) {
        constexpr std::string_view key = "\x66gasket";  // a CBOR text of six letters
        const std::size_t at = bytes.substr(0, header + 32).find(key, std::min(header, bytes.size()));
        if (at == std::string_view::npos || at + key.size() >= bytes.size()) return {};
        const unsigned head = static_cast<unsigned char>(bytes[at + key.size()]);
        if (head < 0x60 || head > 0x77) return {};
        return plausible(bytes.substr(at + key.size() + 1, head - 0x60));
    }
    static std::string writer_in(const Json& text) {
        const auto content = text.find("content");
        if (content == text.end() || !content->is_object()) return {};
        const auto writer = content->find("gasket");
        return writer != content->end() && writer->is_string() ? plausible(writer->get<std::string>())
                                                               : std::string();
    }

    /// `refused` is why the document is not to be read, or empty.
    static void require_limits(std::string_view refused, const std::string& where) {
        if (!refused.empty()) throw_content(where, "a document within the limits of depth and size", refused);
    }

    [[noreturn]] static void fail(ErrorCode code, const std::string& where, const std::string& expected,
                                  const std::string& found, const std::string& advice) {
        throw ArtifactError(code, {.expected = expected, .found = found, .where = where, .advice = advice});
    }

  private:
    static std::string plausible(std::string_view writer) {
        const bool fits =
            !writer.empty() && writer.size() <= 23 &&
            writer.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz.+-") == std::string_view::npos;
        return fits ? std::string(writer) : std::string();
    }
    static void put(std::string& bytes, std::uint64_t value, int count) {
        for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i));
    }
    static std::uint64_t get(std::string_view bytes, std::size_t at, std::size_t count) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
        }
        return value;
    }
    static std::string checksum(std::string_view head, std::string_view payload) {
        Sha256 sha;
        sha.add(head);
        sha.add(payload);
        const auto digest = sha.finish();
        return {reinterpret_cast<const char*>(digest.data()), digest.size()};
    }
};

inline bool is_json_path(std::string_view path) {
    return path.ends_with(".json");
}

}  // namespace detail

/// The model's identity: SHA-256 of its content. Equal for equal data, options and seed, whenever and on
/// however many threads it was fitted.
[[nodiscard]] inline std::string identity(const Model& model) {
    return Sha256::hex(detail::cbor_of(detail::to_document(model.parts())));
}

/// The artifact as bytes: what `save` writes.
[[nodiscard]] inline std::string to_bytes(const Model& model) {
    return detail::Envelope::wrap(detail::to_document(model.parts()), model.created());
}

/// Saves a fitted pipeline as one file; a path that ends in ".json" gets the same document as text. The file
/// is replaced as a whole or not at all. throws FileError; DataError where a name or label is not UTF-8,
/// which JSON text cannot hold
inline void save(const Model& model, const std::string& path) {
    if (!detail::is_json_path(path)) {
        detail::write_file_atomically(path, to_bytes(model));
        return;
    }
    const Json text = json_object({{"magic", "gasket"},
                                   {"format", artifact_format},
                                   {"created", model.created()},
                                   {"sha256", identity(model)},
                                   {"content", detail::to_document(model.parts())}});
    std::string written;
    try {
        written = text.dump(1) + "\n";
    } catch (const nlohmann::json::type_error&) {
        throw DataError(
            ErrorCode::bad_value,
            {.expected = "names and labels in UTF-8, which JSON text asks for",
             .found = "bytes of another encoding",
             .where = path,
             .advice = "convert the training data to UTF-8, or save under another ending than .json"});
    }
    detail::write_file_atomically(path, written);
}

/// Reads an artifact from bytes; `where` names it in messages. throws ArtifactError
[[nodiscard]] inline Model from_bytes(std::string_view bytes, const std::string& where = "artifact") {
    using detail::Envelope;
    try {
        if (bytes.substr(0, 8) == Envelope::magic) {
            auto [document, created] = Envelope::unwrap(bytes, where);
            detail::migrate(document);
            return detail::from_document(document, created);
        }
        const std::size_t first = bytes.find_first_not_of(" \t\r\n");
        Json text;
        if (first != std::string_view::npos && bytes[first] == '{') {
            Envelope::require_limits(detail::why_text_is_refused(bytes, detail::document_keys_limit), where);
            text = detail::json_from_text(bytes);
        }
        if (!text.is_object() || !text.contains("magic")) {
            const bool cut =
                text.is_discarded() || (!bytes.empty() && Envelope::magic.starts_with(bytes.substr(0, 8)));
            Envelope::fail(cut ? ErrorCode::artifact_truncated : ErrorCode::artifact_not_an_artifact, where,
                           "a gasket artifact",
                           cut ? "a part of one, or broken JSON" : "another kind of file",
                           "give a file written by save");
        }
        const detail::Fields fields(text, where);
        Envelope::check_format(fields.count("format"), where, Envelope::writer_in(text));
        Json content = fields.get("content");
        if (Sha256::hex(detail::cbor_of(content)) != fields.string("sha256")) {
            Envelope::fail(ErrorCode::artifact_checksum, where, "content that matches its checksum",
                           "altered content", "take the file from where it was saved");
        }
        detail::migrate(content);
        return detail::from_document(content, static_cast<std::int64_t>(fields.count("created")));
    } catch (const ArtifactError&) {
        throw;
    } catch (const Error& e) {
        // A stage found its parameters at odds with the schema: for the reader of a file that is a broken
        // artifact.
        detail::throw_content(where, "stages that fit together", e.what());
    } catch (const nlohmann::json::exception& e) {
        detail::throw_content(where, "well-formed content", e.what());
    }
}

/// Reads any saved pipeline, whatever its stages. Checks format version, length, checksum, every index and
/// number, and that the golden rows get the stored scores. throws FileError, ArtifactError
[[nodiscard]] inline Model load(const std::string& path) {
    return from_bytes(detail::read_file(path), path);
}

}  // namespace gasket
