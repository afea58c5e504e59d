// DescriptorTable: what the executor knows about the descriptors that the processes of a program
// have open.
//
// It serves to close what a program left open and nothing else, to know which calls surely do not
// wait (so that no timer is needed), and to know which descriptors need care beyond their calls:
// internet sockets, pidfds, terminals, timers. It predicts no answers: that is the model's work.

#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "model/vocabulary/program.h"

namespace epollcheck {

class DescriptorTable {
public:
    /// Forgets everything. Numbers of the next program start at `base`.
    void restart(int base);

    [[nodiscard]] int base() const { return base_; }

    /// All that follows is about the numbers of `process`, an index.
    void act_as(int process) { table_ = table_of_[process]; }
    /// A second process comes into being, with a copy of the numbers or sharing them.
    void fork(bool shares_table);
    /// The process gets numbers of its own if it shares them.
    void unshare(int process);

    /// `number` names a new open file description. `never_waits` says that reading, writing,
    /// accepting and connecting through it return at once.
    void opened(int number, bool never_waits);
    /// `to` names the same open file description as `from` from now on.
    void duplicated(int from, int to);
    void closed(int number);
    /// As closed(), for all numbers from `first` to `last`.
    void closed_range(unsigned first, unsigned last);

    /// O_NONBLOCK of the description was changed.
    void set_never_waits(int number, bool never_waits);
    /// False also for numbers that the program did not open.
    [[nodiscard]] bool never_waits(int number) const;

    /// The protocol of the network that a number belongs to.
    enum class Network : std::uint8_t { kNone, kUdp, kTcp };
    void set_network(int number, Network network);
    /// kNone also for numbers that the program did not open.
    [[nodiscard]] Network network(int number) const;

    /// Calls `visit(number)` for each number that is open and of `network`.
    template <class Visit>
    void for_each_of(Network network, Visit visit) const {
        const auto& descriptions_of = tables_[table_];
        for (std::size_t slot = 0; slot < descriptions_of.size(); ++slot) {
            const std::int32_t description = descriptions_of[slot];
            if (description != kClosed &&
                descriptions_[static_cast<std::size_t>(description)].network == network) {
                visit(base_ + static_cast<int>(slot));
            }
        }
    }

    static constexpr std::int64_t kNoProcess = 0;
    /// The number is a pidfd of `process`.
    void set_process(int number, std::int64_t process);
    /// kNoProcess also for numbers that are no pidfd.
    [[nodiscard]] std::int64_t process(int number) const;

    void set_terminal(int number);
    /// False also for numbers that are no terminal.
    [[nodiscard]] bool is_terminal(int number) const;
    [[nodiscard]] bool has_terminals() const {
        return std::ranges::any_of(descriptions_, &Description::is_terminal);
    }
    /// Calls `visit(number)` for each number that is a terminal.
    template <class Visit>
    void for_each_terminal(Visit visit) const {
        for (std::size_t slot = 0; slot < tables_[table_].size(); ++slot) {
            if (is_terminal(base_ + static_cast<int>(slot))) {
                visit(base_ + static_cast<int>(slot));
            }
        }
    }

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
        for (std::size_t slot = 0; slot < tables_[table_].size(); ++slot) {
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
        const auto& descriptions_of = tables_[table_];
        const int count = static_cast<int>(descriptions_of.size());
        for (int slot = 0; slot < count; ++slot) {
            const int first = slot;
            while (slot < count && descriptions_of[static_cast<std::size_t>(slot)] != kClosed) {
                ++slot;
            }
            if (slot > first) {
                close_run(base_ + first, base_ + slot - 1);
            }
        }
    }

    /// Calls `close_run(first, last)` for all numbers that were ever open, whether they still are.
    template <class CloseRun>
    void close_span(CloseRun close_run) const {
        if (const int count = static_cast<int>(tables_[table_].size()); count > 0) {
            close_run(base_, base_ + count - 1);
        }
    }

private:
    struct Description {
        bool never_waits;
        std::int64_t process;
        Timing timing;
        Network network;
        bool is_terminal;
    };
    static constexpr std::int32_t kClosed = -1;

    void name(int number, std::int32_t description);
    [[nodiscard]] std::int32_t description_of(int number) const;

    int base_ = 0;
    // By slot: index into descriptions_, or kClosed. Two processes may share a table.
    std::vector<std::int32_t> tables_[kMaxProcesses];
    int table_of_[kMaxProcesses] = {};
    int table_ = 0;                          // of the process that acts
    std::vector<Description> descriptions_;  // of this program; never shrinks while it runs
};

}  // namespace epollcheck
