// Canary hunts: a process for each seeded defect, in which the guided fuzzer looks for it, and what
// becomes of these processes.
//
// Some subjects of a hunt may hang or die, of the defect or because that is how they are. So where
// a process does not come on any more, its last input runs again, in processes of their own: if it
// hangs or dies with the defect, and does not without, then that is the finding.

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "fuzz/fuzzer_loop.h"
#include "harness/cli/canary_table.h"

namespace epollcheck {

/// What the process that hunts a defect leaves, in memory that it shares.
class Catch {
public:
    static constexpr std::size_t kMostBytes = 4096;  // of an input

    /// An input is about to run.
    void begin(std::span<const std::uint8_t> input);
    /// It still runs, and is not stuck.
    void beat() { ++beats_; }
    /// It shows the defect.
    void note(const std::string& cause, double seconds);

    [[nodiscard]] bool is_found() const { return found_; }
    [[nodiscard]] std::uint64_t programs() const { return programs_; }
    [[nodiscard]] std::uint64_t beats() const { return beats_; }
    [[nodiscard]] double seconds() const { return seconds_; }
    [[nodiscard]] std::string cause() const { return cause_; }
    [[nodiscard]] std::vector<std::uint8_t> input() const { return {input_, input_ + size_}; }

private:
    std::atomic<std::uint64_t> programs_{0};
    std::atomic<std::uint64_t> beats_{0};
    std::atomic<bool> found_{false};
    double seconds_ = 0;
    char cause_[160] = {};
    std::atomic<std::size_t> size_{0};
    std::uint8_t input_[kMostBytes] = {};
};

/// Defects that are hunted in the same way.
class Canaries {
public:
    virtual ~Canaries() = default;
    /// Their ids and names; the rest is for hunts to fill in.
    [[nodiscard]] virtual std::vector<CanaryResult> all() const = 0;
    [[nodiscard]] virtual Reach reach() const = 0;
    /// In a process of its own: completes `loop`, and runs it until `caught` is found.
    [[noreturn]] virtual void hunt(std::size_t index, FuzzerLoop loop, Catch& caught) = 0;
    /// True if what is hunted may hang or die.
    [[nodiscard]] virtual bool is_dangerous() const { return false; }
    /// In a process of its own: runs the last input of `caught` some times, with the defect or
    /// without. A beat says that it is ready to.
    virtual void run_again(std::size_t /*index*/, bool /*with_defect*/, Catch& /*caught*/) {}
};

struct HuntSettings {
    std::string directory;  // to work in; its part "seeds" has the inputs to begin with
    double seconds = 10;    // for each defect
    int jobs = 1;           // defects at once
    std::uint64_t seed = 0;
};

/// Hunts all of `canaries`, until an interrupt. What became of each; nothing, if there is no
/// memory.
std::vector<CanaryResult> hunt_canaries(Canaries& canaries, const HuntSettings& settings);

}  // namespace epollcheck
