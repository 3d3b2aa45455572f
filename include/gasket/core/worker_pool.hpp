#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

namespace gasket::detail {

/// The threads that help a parallel loop. A caller never waits for a helper that has not begun: it takes the
/// loop's items itself, and at the end waits only for those that are being worked on. So a busy machine costs
/// what it takes away and no more; OpenMP's teams, which meet at the end of every loop, became fourteen times
/// slower when another program held one of two processors. For the same reason a forked process, which has no
/// helpers, goes on alone.
class WorkerPool {
  public:
    using Call = void (*)(void* body, std::size_t i);

    /// The one pool of the process. Never destroyed: its threads may outlive what the program tears down at
    /// its end.
    static WorkerPool& shared() {
        static auto* const pool = new WorkerPool;
        return *pool;
    }

    /// Whether this thread is inside a loop already; loops within loops are not shared out again.
    static bool& inside_loop() noexcept {
        thread_local bool inside = false;
        return inside;
    }

    /// Calls `call(body, i)`, which must not throw, for every i below `count` on up to `team` threads, this
    /// one among them. False where another loop has the helpers: nothing was done then.
    bool run(std::size_t count, std::size_t team, void* body, Call call) {
        const std::unique_lock owner(owner_, std::try_to_lock);
        if (!owner.owns_lock()) return false;
        start(team - 1);
        body_ = body;
        call_ = call;
        count_ = count;
        next_.store(0, std::memory_order_relaxed);
        helpers_wanted_.store(team - 1, std::memory_order_relaxed);
        gate_.fetch_add(1);  // odd: open
        gate_.notify_all();
        work();
        gate_.fetch_add(1);
        // Whoever came in before the gate closed has an item in hand; soon done, unless its processor was
        // taken away.
        for (std::size_t spins = 0; busy_.load() != 0; ++spins) {
            if (spins < 1000) {
                pause();
            } else {
                std::this_thread::yield();
            }
        }
        return true;
    }

  private:
    WorkerPool() = default;

    static void pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
        _mm_pause();
#endif
    }

    void work() {
        inside_loop() = true;
        for (std::size_t i = 0; (i = next_.fetch_add(1, std::memory_order_relaxed)) < count_;)
            call_(body_, i);
        inside_loop() = false;
    }

    void start(std::size_t helpers) {
        while (started_ < helpers) {
            try {
                std::thread([this, id = started_] { serve(id); }).detach();
            } catch (const std::system_error&) {
                return;  // no more threads to be had: those that are there do the work
            }
            ++started_;
        }
    }

    [[noreturn]] void serve(std::size_t id) {
        std::uint32_t seen = 0;
        for (;;) {
            // Loops often follow one another within microseconds; to be woken takes longer than that.
            std::uint32_t now = gate_.load();
            for (std::size_t spins = 0; (now == seen || now % 2 == 0) && spins < 1500; ++spins) {
                pause();
                now = gate_.load();
            }
            if (now == seen || now % 2 == 0) {
                gate_.wait(now);
                continue;
            }
            seen = now;
            // First said to be inside, then looked whether the gate is open still: the caller, who closes it
            // and then looks whether anybody is inside, cannot miss this one.
            busy_.fetch_add(1);
            if (gate_.load() == now && id < helpers_wanted_.load(std::memory_order_relaxed)) work();
            busy_.fetch_sub(1);
        }
    }

    std::mutex owner_;  // held by the thread whose loop runs
    std::size_t started_ = 0;
    void* body_ = nullptr;
    Call call_ = nullptr;
    std::size_t count_ = 0;
    std::atomic<std::size_t> helpers_wanted_{0};
    alignas(64) std::atomic<std::size_t> next_{0};
    alignas(64) std::atomic<std::uint32_t> gate_{0};
    alignas(64) std::atomic<std::uint32_t> busy_{0};
};

}  // namespace gasket::detail
