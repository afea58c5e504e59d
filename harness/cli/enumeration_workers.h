// Enumeration workers: the processes that share the work of one enumeration.
//
// Each worker has an executor of its own, which owns the descriptor numbers of its process, so two
// of them in one process would disturb each other. A worker publishes its progress in shared memory
// and sends what it finds through a pipe; it ends when its share does, or when it is told to.

#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/cli/enumeration_state.h"
#include "harness/cli/open_target.h"

namespace epollcheck {

struct EnumerationOrder {
    const Universe* universe = nullptr;
    int length = 0;
    Tier tier = Tier::kExact;
    std::uint64_t most_programs = 0;  // of all workers together in this run
    std::uint64_t most_findings = 0;  // of all workers together
    const Profile* profile = nullptr;
    const Calibration* calibration = nullptr;
    /// Opens the target that a worker has for itself.
    std::function<std::variant<std::unique_ptr<Target>, HarnessError>()> open;
};

class EnumerationWorkers {
public:
    /// Starts a worker for each part of `state`, which each goes on from there.
    EnumerationWorkers(const EnumerationOrder& order, const EnumerationState& state);
    /// Stops and awaits the workers.
    ~EnumerationWorkers();
    EnumerationWorkers(const EnumerationWorkers&) = delete;
    EnumerationWorkers& operator=(const EnumerationWorkers&) = delete;

    /// Why the workers could not be started, or nothing.
    [[nodiscard]] const std::optional<std::string>& error() const { return error_; }

    /// Waits until a worker says something, at most a tenth of a second. What was found goes to
    /// `show`. False once no worker is left.
    bool attend(const std::function<void(const std::string&)>& show);
    /// Tells the workers to end after their current program.
    void stop();
    /// How far the workers have come.
    [[nodiscard]] EnumerationState state() const;
    /// What kept workers from doing their work, for people.
    [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }

private:
    struct Shared;
    struct Worker {
        pid_t process = -1;
        int pipe = -1;  // read end; -1 once it has ended
        std::string received;
    };

    [[noreturn]] void work(std::size_t index, int pipe);
    void take_messages(Worker& worker, const std::function<void(const std::string&)>& show);
    void await(Worker& worker);

    EnumerationOrder order_;
    EnumerationState start_;
    Shared* shared_ = nullptr;
    std::vector<Worker> workers_;
    std::vector<std::string> failures_;
    std::optional<std::string> error_;
};

}  // namespace epollcheck
