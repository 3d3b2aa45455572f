#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gasket {

/// Memory that an estimator needs while it scores, kept by the caller so that scoring in a loop allocates
/// nothing once the first block has passed. One for each thread.
struct Scratch {
    std::vector<double> numbers;
    std::vector<std::uint8_t> bytes;
    std::vector<std::uint64_t> words;

    /// At least `count` doubles.
    double* need_numbers(std::size_t count) {
        if (numbers.size() < count) numbers.resize(count);
        return numbers.data();
    }
    /// At least `count` bytes.
    std::uint8_t* need_bytes(std::size_t count) {
        if (bytes.size() < count) bytes.resize(count);
        return bytes.data();
    }
    /// At least `count` words of 64 bits.
    std::uint64_t* need_words(std::size_t count) {
        if (words.size() < count) words.resize(count);
        return words.data();
    }
};

}  // namespace gasket
