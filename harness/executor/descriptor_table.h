// DescriptorTable: what the executor knows about the descriptors that a program has open.
//
// It serves three purposes: to close what a program left open and nothing else, to know which calls
// surely do not wait (so that no timer is needed), and to find the address that a socket is bound
// to. It predicts no answers: that is the model's work.

#pragma once

#include <cstdint>
#include <vector>

namespace epollcheck {

class DescriptorTable {
public:
    /// Forgets everything. Numbers of the next program start at `base`.
    void restart(int base);

    [[nodiscard]] int base() const { return base_; }

    /// `number` names a new open file description. `never_waits` says that reading, writing,
    /// accepting and connecting through it return at once.
    void opened(int number, bool never_waits);
    /// `to` names the same open file description as `from` from now on.
    void duplicated(int from, int to);
    void closed(int number);

    /// O_NONBLOCK of the description was changed.
    void set_never_waits(int number, bool never_waits);
    /// False also for numbers that the program did not open.
    [[nodiscard]] bool never_waits(int number) const;

    static constexpr std::uint64_t kNoAddress = 0;
    void set_address(int number, std::uint64_t address);
    /// kNoAddress also for numbers that the program did not open.
    [[nodiscard]] std::uint64_t address(int number) const;

    static constexpr std::int64_t kNoProcess = 0;
    /// The number is a pidfd of `process`.
    void set_process(int number, std::int64_t process);
    /// kNoProcess also for numbers that are no pidfd.
    [[nodiscard]] std::int64_t process(int number) const;

    /// Whether a timer will expire without being asked to.
    enum class Timing : std::uint8_t {
        kOff,       // it is no timer, or none that expires soon
        kOnce,      // it will soon, unless it did already
        kPeriodic,  // and again, some time after each look at it
    };
    void set_timing(int number, Timing timing);
    /// kOff also for numbers that are no timer.
    [[nodiscard]] Timing timing(int number) const;

    /// True if `condition(number, timing)` holds for an open timer that is not off.
    template <class Condition>
    [[nodiscard]] bool any_timer(Condition condition) const {
        for (std::size_t slot = 0; slot < descriptions_of_.size(); ++slot) {
            const int number = base_ + static_cast<int>(slot);
            if (timing(number) != Timing::kOff && condition(number, timing(number))) {
                return true;
            }
        }
        return false;
    }

    /// Appends the numbers that the program has open, lowest first.
    void list_open(std::vector<int>& numbers) const;

    /// Calls `close_run(first, last)` for each run of adjacent numbers that are open.
    template <class CloseRun>
    void close_all(CloseRun close_run) const {
        const int count = static_cast<int>(descriptions_of_.size());
        for (int slot = 0; slot < count; ++slot) {
            const int first = slot;
            while (slot < count && descriptions_of_[static_cast<std::size_t>(slot)] != kClosed) {
                ++slot;
            }
            if (slot > first) {
                close_run(base_ + first, base_ + slot - 1);
            }
        }
    }

private:
    struct Description {
        bool never_waits;
        std::uint64_t address;
        std::int64_t process;
        Timing timing;
    };
    static constexpr std::int32_t kClosed = -1;

    void name(int number, std::int32_t description);
    [[nodiscard]] std::int32_t description_of(int number) const;

    int base_ = 0;
    std::vector<std::int32_t> descriptions_of_;  // by slot: index into descriptions_, or kClosed
    std::vector<Description> descriptions_;      // of this program; never shrinks while it runs
};

}  // namespace epollcheck
