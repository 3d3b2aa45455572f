// What libFuzzer calls. Linked with one target.
#include <cstdint>
#include <limits>

#include "fuzz/target.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

using gasket::Json;

const fuzz::Target& target() {
    return fuzz::targets().at(0);
}

/// Small and reproducible: libFuzzer gives a seed for every mutation.
struct Dice {
    std::uint64_t state;
    std::size_t below(std::size_t n) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        return n == 0 ? 0 : static_cast<std::size_t>((state >> 33) % n);
    }
};

/// Places with their parents; the document is not changed while they are held.
void collect(Json& node, std::vector<Json*>& all, std::size_t depth = 0) {
    all.push_back(&node);
    if (depth > 400) return;
    if (node.is_array()) {
        for (Json& child : node) collect(child, all, depth + 1);
    } else if (node.is_object()) {
        for (auto& [key, child] : node.items()) collect(child, all, depth + 1);
    }
}

Json surprise(Dice& dice) {
    constexpr double huge = std::numeric_limits<double>::max();
    const std::vector<Json> all = {Json(-1),
                                   Json(0),
                                   Json(1),
                                   Json(2),
                                   Json(255),
                                   Json(0xFFFFFFFFU),
                                   Json(std::int64_t{1} << 40),
                                   Json(std::numeric_limits<std::int64_t>::max()),
                                   Json(std::numeric_limits<std::int64_t>::min()),
                                   Json(std::numeric_limits<std::uint64_t>::max()),
                                   Json(huge),
                                   Json(-huge),
                                   Json(5e-324),
                                   Json(0.5),
                                   Json(-0.0),
                                   Json(1e18),
                                   Json(std::numeric_limits<double>::quiet_NaN()),
                                   Json(std::numeric_limits<double>::infinity()),
                                   Json("inf"),
                                   Json(""),
                                   Json("x"),
                                   Json("\xC3"),
                                   Json(std::string(300, 'a')),
                                   Json(nullptr),
                                   Json(true),
                                   Json(false),
                                   Json::array(),
                                   Json::object()};
    return all[dice.below(all.size())];
}

void mutate(Json& document, Dice& dice) {
    std::vector<Json*> all;
    collect(document, all);
    Json& at = *all[dice.below(all.size())];
    const Json other = *all[dice.below(all.size())];  // a copy: it may hold `at`
    switch (dice.below(9)) {
        case 0:
            at = surprise(dice);
            return;
        case 1:
            at = other;
            return;
        case 2:  // beside itself, or some way off
            if (at.is_number_float()) {
                at = at.get<double>() * (dice.below(2) == 0 ? -1.0 : 1.0 + 1e-15);
            } else if (at.is_number_integer()) {
                at = static_cast<std::int64_t>(at.get<std::uint64_t>() + dice.below(5) - 2);
            } else {
                at = surprise(dice);
            }
            return;
        case 3:
            if (at.is_array() && !at.empty()) at.erase(dice.below(at.size()));
            if (at.is_object() && !at.empty()) {
                auto it = at.begin();
                std::advance(it, static_cast<std::ptrdiff_t>(dice.below(at.size())));
                at.erase(it.key());
            }
            return;
        case 4:
            if (at.is_array() && at.size() < 1000) {
                const Json copy = at.empty() ? other : at[dice.below(at.size())];
                at.insert(at.begin() + static_cast<std::ptrdiff_t>(dice.below(at.size() + 1)), copy);
            }
            return;
        case 5:
            if (at.is_array() && at.size() > 1)
                std::swap(at[dice.below(at.size())], at[dice.below(at.size())]);
            return;
        case 6:  // one element of a list beside it: arrays of trees, codes and coefficients
            if (at.is_array() && !at.empty()) {
                Json& one = at[dice.below(at.size())];
                one = one.is_number_integer() && dice.below(2) == 0 ? Json(dice.below(40)) : surprise(dice);
            }
            return;
        case 7:
            for (std::size_t n = dice.below(dice.below(20) == 0 ? 700 : 4); n > 0; --n)
                at = Json::array({at});
            return;
        default:
            if (at.is_object() && !at.empty()) {
                auto it = at.begin();
                std::advance(it, static_cast<std::ptrdiff_t>(dice.below(at.size())));
                const Json value = *it;
                const std::string key = it.key();
                at.erase(key);
                at[dice.below(2) == 0 ? key + "x" : key] = value;
            }
            return;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    target().run({reinterpret_cast<const char*>(data), size});
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
    Dice dice{seed};
    if (target().open == nullptr || dice.below(8) == 0) return LLVMFuzzerMutate(data, size, most);
    std::optional<Json> document = target().open({reinterpret_cast<const char*>(data), size});
    if (!document) return LLVMFuzzerMutate(data, size, most);
    for (std::size_t n = 1 + dice.below(4); n > 0; --n) mutate(*document, dice);
    const std::string bytes = target().close(*document);
    if (bytes.size() > most) return LLVMFuzzerMutate(data, size, most);
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(data));
    return bytes.size();
}
