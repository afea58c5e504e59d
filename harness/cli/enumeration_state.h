// Enumeration state: how far an enumeration has come, in memory that its workers share and in a
// file from which it can be resumed.

#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/program/enumerator.h"

namespace epollcheck {

/// What one worker has done, and the program that it runs next.
struct WorkerProgress {
    std::uint64_t programs = 0;
    std::uint64_t operations = 0;
    std::uint64_t findings = 0;
    std::uint64_t inconclusive = 0;
    std::uint64_t skipped = 0;  // the target does not offer what they need
    bool ended = false;         // it ran all programs of its share
    std::array<OperationNumber, Enumerator::kMaxLength> next{};

    friend bool operator==(const WorkerProgress&, const WorkerProgress&) = default;
};

/// The progress of one worker, in memory that it shares with its parent. The worker publishes, the
/// parent reads; neither waits for the other (a sequence lock over atomic words).
class SharedProgress {
public:
    void publish(const WorkerProgress& progress);
    [[nodiscard]] WorkerProgress read() const;

private:
    static constexpr std::size_t kWords = sizeof(WorkerProgress) / sizeof(std::uint64_t);
    static_assert(sizeof(WorkerProgress) % sizeof(std::uint64_t) == 0);

    std::atomic<std::uint64_t> version_{0};  // odd while the words change
    std::array<std::atomic<std::uint64_t>, kWords> words_{};
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

struct EnumerationState {
    std::string universe;  // its name and a fingerprint of its text
    int length = 0;
    Share share;
    std::vector<WorkerProgress> workers;

    [[nodiscard]] WorkerProgress total() const;
    friend bool operator==(const EnumerationState&, const EnumerationState&);
};

/// The name of `universe` and a fingerprint of all its operations: "modes 0123456789abcdef".
std::string universe_identity(const Universe& universe);

/// Writes the state to the file at `path`, so that there is always a complete one. An error message
/// if that fails.
std::optional<std::string> save_state(const EnumerationState& state, const std::string& path);

/// The state in the file at `path`; nothing if there is no such file; a message if it is damaged.
std::variant<std::optional<EnumerationState>, std::string> load_state(const std::string& path);

}  // namespace epollcheck
