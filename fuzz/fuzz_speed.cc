// What guidance costs. See fuzz_speed.h.

#include "fuzz/fuzz_speed.h"

#include <algorithm>
#include <chrono>

#include "fuzz/mutator.h"
#include "fuzz/no_findings.h"
#include "fuzz/program_bytes.h"
#include "fuzz/seeds.h"
#include "fuzz/sequential_subject.h"
#include "harness/check/calibrate.h"
#include "harness/check/median.h"
#include "harness/program/generator.h"

namespace epollcheck {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kProgramsPerRound = 100;

struct Rate {
    double programs = 0;  // per second
    double operations = 0;
};

Rate rate(std::size_t operations, Clock::time_point start) {
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return {kProgramsPerRound / seconds, static_cast<double>(operations) / seconds};
}

/// Random programs, as those of `epollcheck fuzz --programs`.
Rate run_random(const Workbench& bench, Random& random) {
    std::size_t operations = 0;
    Program program;
    Trace trace;
    const auto start = Clock::now();
    for (int i = 0; i < kProgramsPerRound; ++i) {
        do {
            Generator(random.next(), {}).generate(program);
        } while (is_costly(program.operations));
        bench.target.run(program.operations, static_cast<int>(program.handles.size()), trace);
        bench.judge.conforms(program.operations, trace);
        operations += trace.size();
    }
    return rate(operations, start);
}

Rate run_guided(SequentialSubject& subject, const std::vector<wire::Bytes>& seeds, Random& random) {
    std::size_t operations = 0;
    Program program;
    const auto start = Clock::now();
    for (int i = 0; i < kProgramsPerRound; ++i) {
        do {
            const auto& seed = seeds[random.below(static_cast<std::uint32_t>(seeds.size()))];
            program_from_bytes(seed, Reach::kMachine, program);
            Mutator(random.next(), Reach::kMachine).mutate(program);
        } while (is_costly(program.operations));
        subject.run(bytes_of_program(program));
        operations += subject.operations();
    }
    return rate(operations, start);
}

}  // namespace

std::optional<HarnessError> measure_fuzzing(const Workbench& bench, int rounds,
                                            std::vector<Figure>& figures) {
    if (auto error = calibrate_for_generator(bench.target, bench.calibration)) {
        return error;
    }
    NoFindings listener;
    SequentialSubject subject(bench, Tier::kExact, Reach::kMachine, nullptr, listener);
    std::vector<wire::Bytes> seeds;
    for (const Program& seed : seed_programs(Reach::kMachine)) {
        seeds.push_back(bytes_of_program(seed));
    }
    Random random(1);
    std::vector<double> guided;
    std::vector<double> operations;
    std::vector<double> ratios;
    for (int round = 0; round < rounds; ++round) {
        const Rate unguided = run_random(bench, random);
        const Rate rate = run_guided(subject, seeds, random);
        guided.push_back(rate.programs);
        operations.push_back(rate.operations);
        ratios.push_back(rate.programs / unguided.programs);
    }
    figures.push_back({"guided_programs_per_second", median(guided), "1/s"});
    figures.push_back({"guided_over_random_ratio", median(ratios), "1"});
    const auto bare = std::ranges::find(figures, "bare_programs_per_second", &Figure::name);
    if (bare != figures.end()) {
        const auto per_program = static_cast<double>(benchmark_program().operations.size());
        figures.push_back(
            {"guided_over_bare_operations", median(operations) / (bare->value * per_program), "1"});
    }
    return std::nullopt;
}

}  // namespace epollcheck
