#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gasket::detail {

/// How deep a document may nest. Reading CBOR, writing and comparing call themselves once a level: a file of
/// a million brackets would take the whole stack. The deepest that the library writes is an expression of
/// 256 levels some steps below the top.
inline constexpr std::size_t document_depth_limit = 512;

/// How many keys an object from outside may have: they are searched one by one, so that a million keys cost
/// an hour.
inline constexpr std::size_t document_keys_limit = 10'000;

/// What stands open around a place in a document, and how much of it is still to come.
class OpenNodes {
  public:
    static constexpr std::uint64_t endless = static_cast<std::uint64_t>(-1);

    [[nodiscard]] std::size_t depth() const noexcept { return depth_; }
    /// False where that would be too deep.
    bool open(std::uint64_t items, bool object) noexcept {
        if (depth_ == document_depth_limit) return false;
        nodes_[depth_++] = {items, object};
        return true;
    }
    void close() noexcept { --depth_; }
    struct Node {
        std::uint64_t left;  // items, or `endless` up to a stop
        bool object;
        std::uint64_t seen = 0;
    };
    [[nodiscard]] Node& top() noexcept { return nodes_[depth_ - 1]; }

  private:
    std::array<Node, document_depth_limit> nodes_;  // left uninitialised: written when opened
    std::size_t depth_ = 0;
};

/// Why JSON text is not to be parsed at all; empty where it may be. It need not be JSON. O(bytes)
[[nodiscard]] inline std::string_view why_text_is_refused(std::string_view text,
                                                          std::size_t most_keys) noexcept {
    OpenNodes nodes;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\') ++i;
            if (c == '"') quoted = false;
            continue;
        }
        switch (c) {
            case '"':
                quoted = true;
                break;
            case '{':
            case '[':
                if (!nodes.open(OpenNodes::endless, c == '{')) return "nested deeper than 512 levels";
                break;
            case '}':
            case ']':
                if (nodes.depth() > 0) nodes.close();
                break;
            case ':':
                if (nodes.depth() > 0 && ++nodes.top().seen > most_keys) return "an object of too many keys";
                break;
            default:
                break;
        }
    }
    return {};
}

/// Why bytes are not to be read as CBOR; empty where every length and count in them lies within them and
/// within the limits. Says nothing of the values. Nothing is allocated. O(bytes)
/// reference: RFC 8949, 2020
[[nodiscard]] inline std::string_view why_cbor_is_refused(std::string_view bytes,
                                                          std::size_t most_keys) noexcept {
    constexpr std::string_view cut = "a length or count beyond its end";
    OpenNodes nodes;
    std::size_t at = 0;
    for (bool begun = false; !begun || nodes.depth() > 0; begun = true) {
        if (nodes.depth() > 0) {
            OpenNodes::Node& node = nodes.top();
            if (node.left == 0) {
                nodes.close();
                continue;
            }
            if (at < bytes.size() && node.left == OpenNodes::endless && bytes[at] == '\xFF') {
                ++at;
                nodes.close();
                continue;
            }
            if (node.left != OpenNodes::endless) --node.left;
            if (node.object && ++node.seen / 2 > most_keys) return "an object of too many keys";
        }
        if (at == bytes.size()) return cut;
        const unsigned head = static_cast<unsigned char>(bytes[at++]);
        const unsigned kind = head >> 5, form = head & 31;
        std::uint64_t argument = form;
        if (form >= 24 && form <= 27) {
            const std::size_t width = std::size_t{1} << (form - 24);
            if (width > bytes.size() - at) return cut;
            argument = 0;
            for (std::size_t i = 0; i < width; ++i)
                argument = argument << 8 | static_cast<unsigned char>(bytes[at++]);
        } else if (form > 27 && form != 31) {
            return "a byte that begins nothing";
        }
        const bool open_end = form == 31;
        switch (kind) {
            case 2:  // bytes and text; of unknown length, they are pieces up to a stop
            case 3:
                if (open_end) {
                    if (!nodes.open(OpenNodes::endless, false)) return "nested deeper than 512 levels";
                } else {
                    if (argument > bytes.size() - at) return cut;
                    at += static_cast<std::size_t>(argument);
                }
                break;
            case 4:  // lists and objects
            case 5:
                if (!open_end && argument > (bytes.size() - at) / (kind - 3)) return cut;
                if (!nodes.open(open_end ? OpenNodes::endless : argument * (kind - 3), kind == 5))
                    return "nested deeper than 512 levels";
                break;
            default:  // numbers, true, false, null; tags, which the reader refuses
                if (open_end) return "a byte that begins nothing";
                break;
        }
    }
    return {};
}

}  // namespace gasket::detail
