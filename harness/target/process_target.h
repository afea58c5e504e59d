// Process target: an implementation that is reached through a command.
//
// It speaks harness/wire with an executor at the other end of a connection. A request holds a whole
// batch of programs, so the way there and back is paid once.
//
// What becomes of a program that takes the target down: the target is started again and goes on
// with the programs that have no result yet, now told to write each result at once. The first one
// that is missing after another failure is the culprit; it runs once more alone, and if that fails
// too, its result is an error of the target. All others get their results. When the target was
// started many times in a row and no program got an answer, it is given up.

#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "harness/target/connection.h"
#include "harness/target/target.h"
#include "harness/wire/messages.h"

namespace epollcheck {

struct ProcessTargetSettings {
    std::string name;         // for messages
    std::string advice;       // what to do if it cannot be started, or ""
    std::size_t batch = 256;  // programs in one request
    int most_restarts = 20;   // in a row, without an answer in between
};

class ProcessTarget final : public Target {
public:
    ProcessTarget(ProcessTargetSettings settings, std::unique_ptr<Connection> connection);
    /// Says goodbye, and ends what does not end by itself.
    ~ProcessTarget() override;

    /// Starts it and finds out who it is. Everything below does so when it must; here it can be
    /// told apart from what comes later.
    std::optional<HarnessError> start();
    /// What it said about itself. To be asked after start().
    [[nodiscard]] const wire::Welcome& welcome() const { return welcome_; }

    std::optional<HarnessError> measure(Capacities& capacities) override;
    std::optional<HarnessError> measure_charge(int socket_type, std::uint32_t length,
                                               std::uint32_t& charge) override;
    [[nodiscard]] std::string kernel() const override { return welcome_.kernel; }
    std::optional<HarnessError> run(std::span<const Operation> operations, int handle_count,
                                    Trace& trace) override;
    void run_batch(std::span<const ProgramToRun> programs, std::span<ProgramRun> runs) override;
    [[nodiscard]] std::size_t batch_size() const override { return settings_.batch; }
    std::optional<HarnessError> run_concurrent(std::span<const Operation> operations,
                                               int handle_count, const Schedule& schedule,
                                               ConcurrentTrace& trace) override;
    void repeat_concurrent(std::span<const Operation> operations, int handle_count,
                           Schedule schedule, std::span<HistoryRun> runs) override;
    void ask_about(Executor::Asked asked) override { asked_ = asked; }
    [[nodiscard]] Executor::Asked asked() const override { return asked_; }
    [[nodiscard]] const std::optional<ReadinessDisagreement>& disagreement() const override {
        return single_.disagreement;
    }
    [[nodiscard]] std::chrono::nanoseconds waited() const override { return connection_->waited(); }
    /// How often it was started again.
    [[nodiscard]] int restarts() const { return restarts_; }

private:
    /// Why there is no answer, for a person, and whether asking again may help.
    struct Trouble {
        std::string what;  // "ended with exit code 3"
        bool lasting = false;
    };
    using Failed = std::optional<Trouble>;

    Failed connect();
    Failed check_welcome() const;
    Failed receive(wire::FrameType wanted, wire::Frame& frame);
    template <class Answer>
    std::optional<HarnessError> ask(wire::FrameType wanted, const char* doing, Answer answer);
    Failed run_part(std::span<const ProgramToRun> programs, std::span<ProgramRun> runs,
                    bool careful, std::size_t& done);
    Failed take_result(const wire::Frame& frame, const ProgramToRun& program, std::size_t index,
                       ProgramRun& run);
    Failed repeat_part(const ProgramToRun& program, const Schedule& schedule,
                       std::span<HistoryRun> runs, std::size_t& done);
    Failed take_history(const wire::Frame& frame, std::size_t due, std::size_t index,
                        HistoryRun& run);
    [[nodiscard]] HarnessError error(const Trouble& trouble, const std::string& doing) const;

    ProcessTargetSettings settings_;
    std::unique_ptr<Connection> connection_;
    wire::Welcome welcome_;
    wire::Bytes request_;
    wire::Bytes hello_;
    wire::ProgramResult result_;
    std::uint32_t batch_id_ = 0;
    Executor::Asked asked_ = Executor::Asked::kAll;
    ProgramRun single_;
    std::unordered_map<std::uint64_t, std::uint32_t> charges_;  // by type and length
    int restarts_ = 0;
    int restarts_in_row_ = 0;
    bool was_started_ = false;
    std::optional<HarnessError> given_up_;
};

}  // namespace epollcheck
