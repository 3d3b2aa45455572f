#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace gasket::detail {

/// Bytes after a record that FieldEnds may look at.
inline constexpr std::size_t record_margin = 64;

/// Where the fields of a record without quotes end. Kept and used again: then it allocates nothing.
class FieldEnds {
  public:
    /// Finds the ends of up to `most` fields and counts on to `most` + 1 at least, where there are more.
    /// Looks at record_margin bytes after `end`.
    [[nodiscard]] std::size_t find(const char* begin, const char* end, char delimiter, std::size_t most) {
        if (ends_.size() < most + 72) ends_.resize(most + 72);
        std::size_t count = 0;
        const auto length = static_cast<std::uint32_t>(end - begin);
#if defined(__SSE2__)
        const __m128i wanted = _mm_set1_epi8(delimiter);
        for (std::uint32_t at = 0; at < length && count <= most; at += 64) {
            std::uint64_t found = 0;
            for (std::uint32_t i = 0; i < 64; i += 16) {
                const auto* const bytes = reinterpret_cast<const __m128i*>(begin + at + i);
                const int equal = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(bytes), wanted));
                found |= static_cast<std::uint64_t>(static_cast<unsigned>(equal)) << i;
            }
            if (length - at < 64) found &= ~(~std::uint64_t{0} << (length - at));
            // eight at a time, wanted or not: to ask after each whether it is the last costs twice as much
            const auto all = static_cast<std::uint32_t>(std::popcount(found));
            for (std::uint32_t done = 0; done < all; done += 8) {
                std::uint32_t* const to = ends_.data() + count + done;
                for (std::uint32_t i = 0; i < 8; ++i) {
                    to[i] = at + static_cast<std::uint32_t>(std::countr_zero(found));
                    found &= found - 1;
                }
            }
            count += all;
        }
#else
        for (std::uint32_t at = 0; at < length && count <= most; ++at) {
            if (begin[at] == delimiter) ends_[count++] = at;
        }
#endif
        ends_[count] = length;
        return count + 1;
    }

    /// The end of a field, counted from the beginning of the record.
    [[nodiscard]] std::uint32_t operator[](std::size_t field) const noexcept {
        return ends_[field];
    }

  private:
    std::vector<std::uint32_t> ends_;
};

}  // namespace gasket::detail
