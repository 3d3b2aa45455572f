// The CSV reader takes buffers of megabytes, and the address sanitizer marks every byte of one each time:
// nine tenths of a run's time. Under libFuzzer arrays of that size are kept and given out again, by exact
// size, so that their ends stay guarded.
#include <cstdlib>
#include <map>
#include <mutex>
#include <new>
#include <vector>

namespace {

constexpr std::size_t large = std::size_t{1} << 20;

struct Kept {
    std::mutex guard;
    std::map<std::size_t, std::vector<void*>> free;
    std::map<void*, std::size_t> size;
};

Kept& kept() {
    static Kept* const all = new Kept;  // never destroyed: arrays may die after everything else
    return *all;
}

}  // namespace

void* operator new[](std::size_t bytes) {
    if (bytes >= large) {
        Kept& all = kept();
        const std::lock_guard hold(all.guard);
        std::vector<void*>& fit = all.free[bytes];
        if (!fit.empty()) {
            void* const at = fit.back();
            fit.pop_back();
            return at;
        }
        void* const at = std::malloc(bytes);
        if (at == nullptr) throw std::bad_alloc();
        all.size[at] = bytes;
        return at;
    }
    void* const at = std::malloc(bytes);
    if (at == nullptr) throw std::bad_alloc();
    return at;
}

void operator delete[](void* at) noexcept {
    if (at == nullptr) return;
    {
        Kept& all = kept();
        const std::lock_guard hold(all.guard);
        const auto found = all.size.find(at);
        if (found != all.size.end()) {
            all.free[found->second].push_back(at);
            return;
        }
    }
    std::free(at);
}

void operator delete[](void* at, std::size_t /*bytes*/) noexcept {
    operator delete[](at);
}
