// Enumeration: all programs of one length over a universe, run here and judged at tier exact.
//
// Neighbours in the enumeration have most of their operations in common, so the model need not
// follow each from its beginning: its worlds and answers along the current program are kept, and
// only the part that changed is stepped again. What differs from these answers is judged as any
// other program is (judge.h), so this is a short cut and not a second judge.

#pragma once

#include <optional>
#include <vector>

#include "harness/check/finding.h"
#include "harness/program/enumerator.h"

namespace epollcheck {

class Enumeration {
public:
    enum class Outcome {
        kConforms,
        kDeviates,
        kDisagrees,     // epoll, poll and select say different things of what was left open
        kSkipped,       // the target does not offer what the program needs: it did not run
        kInconclusive,  // the model cannot follow the program
        kEnd,           // there was no program left
        kFailed,        // the harness could not run it: see error()
    };

    /// What is referred to outlives the enumeration. The charges that the universe needs must be in
    /// the calibration of `bench` already (calibrate_universe).
    Enumeration(const Universe& universe, int length, const Share& share, const Workbench& bench);

    /// Runs and judges the next program.
    Outcome step();
    /// Makes the next step run `program` (Enumerator::resume_at).
    bool resume_at(std::span<const OperationNumber> program) {
        return enumerator_.resume_at(program);
    }

    /// Copies the numbers of the program that the next step would run. False if there is none.
    bool peek_next(std::span<OperationNumber> numbers) const;

    /// The program that was run or skipped last, with the setup.
    [[nodiscard]] const Program& program() const { return program_; }
    [[nodiscard]] std::span<const OperationNumber> numbers() const {
        return ahead_[next_ - 1].numbers;
    }
    [[nodiscard]] const Trace& trace() const { return run().trace; }
    [[nodiscard]] const HarnessError& error() const { return *run().error; }
    [[nodiscard]] const ReadinessDisagreement& disagreement() const { return *run().disagreement; }
    /// Rules that decided an answer of any program.
    [[nodiscard]] const RuleSet& exercised() const { return exercised_; }

private:
    struct Prediction {
        bool known = false;  // false: the model gave up here
        Result result;
        std::vector<Event> events;
    };

    /// A program that has been run, or skipped, and waits to be judged: a target elsewhere runs
    /// many at once.
    struct Ahead {
        std::vector<OperationNumber> numbers;
        std::vector<Operation> operations;
        std::size_t change = 0;  // Enumerator::first_change()
        bool skipped = false;
        std::size_t run = 0;  // in runs_, if it was not skipped
    };

    [[nodiscard]] const ProgramRun& run() const { return runs_[ahead_[next_ - 1].run]; }
    void run_ahead();
    void predict(const World& before, const Operation& operation, World& after, Prediction& answer);
    void predict_from(std::size_t step);
    [[nodiscard]] bool as_predicted() const;

    const Workbench& bench_;
    Settings settings_;
    Enumerator enumerator_;
    std::span<const Operation> operations_;  // of the universe
    std::size_t setup_length_;
    Program program_;
    std::vector<Ahead> ahead_;
    std::vector<ProgramToRun> to_run_;
    std::vector<ProgramRun> runs_;         // of those programs in ahead_ that were not skipped
    std::size_t ahead_count_ = 0;          // programs in ahead_
    std::size_t next_ = 0;                 // in ahead_
    bool ended_ = false;                   // the enumerator has no more
    std::vector<World> worlds_;            // before each operation of the program
    std::vector<Prediction> predictions_;  // the model's answer to each
    std::vector<Event> event_space_;
    RuleSet exercised_;
};

/// Measures the charges of all buffers that programs over `universe` send.
std::optional<HarnessError> calibrate_universe(Machine& machine, const Universe& universe,
                                               Calibration& calibration);

}  // namespace epollcheck
