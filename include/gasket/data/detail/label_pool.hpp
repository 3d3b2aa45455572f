#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/digest.hpp"
#include "gasket/data/column.hpp"

namespace gasket::detail {

/// Gives each distinct text a code, in the order of first appearance. Open addressing over one block of
/// characters: no allocation for a text that is known.
class LabelPool {
  public:
    LabelPool() : slots_(64, missing_code) {}

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] std::string_view operator[](std::size_t code) const noexcept {
        return std::string_view(text_).substr(entries_[code].offset, entries_[code].length);
    }

    std::int32_t add(std::string_view label) {
        const std::uint64_t hash = hash_bytes(label);
        std::size_t at = hash & (slots_.size() - 1);
        for (; slots_[at] >= 0; at = (at + 1) & (slots_.size() - 1)) {
            const Entry& entry = entries_[static_cast<std::size_t>(slots_[at])];
            if (entry.hash == hash && (*this)[static_cast<std::size_t>(slots_[at])] == label)
                return slots_[at];
        }
        const auto code = static_cast<std::int32_t>(entries_.size());
        slots_[at] = code;
        entries_.push_back({hash, text_.size(), label.size()});
        text_.append(label);
        if (entries_.size() * 2 > slots_.size()) grow();
        return code;
    }

    void clear() {
        if (entries_.empty()) return;
        entries_.clear();
        text_.clear();
        slots_.assign(slots_.size(), missing_code);
    }

    [[nodiscard]] Labels labels() const {
        Labels out;
        out.reserve(size());
        for (std::size_t i = 0; i < size(); ++i) out.emplace_back((*this)[i]);
        return out;
    }

  private:
    struct Entry {
        std::uint64_t hash;
        std::size_t offset;
        std::size_t length;
    };

    void grow() {
        slots_.assign(slots_.size() * 2, missing_code);
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            std::size_t at = entries_[i].hash & (slots_.size() - 1);
            while (slots_[at] >= 0) at = (at + 1) & (slots_.size() - 1);
            slots_[at] = static_cast<std::int32_t>(i);
        }
    }

    std::string text_;
    std::vector<Entry> entries_;
    std::vector<std::int32_t> slots_;
};

}  // namespace gasket::detail
