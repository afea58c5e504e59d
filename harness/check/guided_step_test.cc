// A step that is guided by an observation and the enumeration of all allowed answers are two ways
// through the same model. On random programs, with answers that are right, nearly right and wrong:
// a step takes exactly those answers that the enumeration lists. (Of the masks between the least
// and the largest one that tier contract admits, the enumeration lists only these two.)

#include <algorithm>

#include "harness/check/check_test_support.h"
#include "harness/program/generator.h"

namespace epollcheck {
namespace {

bool is_wait(const Operation& operation) {
    return operation.kind == OperationKind::kEpollWait ||
           operation.kind == OperationKind::kEpollPwait ||
           operation.kind == OperationKind::kEpollPwait2;
}

/// A wait whose answers are all enumerated, but for masks.
bool is_enumerated(const Operation& operation) {
    return is_wait(operation) && operation.pointer == Pointer::kGood;
}

struct Candidate {
    Result result;
    std::vector<Event> events;

    [[nodiscard]] Observation observation() const { return {result, events}; }
};

Candidate of_events(std::vector<Event> events) {
    return {Result::of_events(static_cast<int>(events.size())), std::move(events)};
}

/// `sure` itself and answers that differ from it in one respect.
std::vector<Candidate> candidates_near(const Observation& sure) {
    std::vector<Candidate> near{{sure.result, {sure.events.begin(), sure.events.end()}},
                                of_events({}),
                                {Result::of_error(9), {}},
                                {Result::of_error(14), {}},
                                {Result::of_error(22), {}},
                                {Result::blocked(), {}}};
    const std::vector<Event> events(sure.events.begin(), sure.events.end());
    for (std::size_t i = 0; i < events.size(); ++i) {
        std::vector<Event> missing = events;
        missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(i));
        near.push_back(of_events(missing));
        std::vector<Event> moved = missing;
        moved.push_back(events[i]);
        near.push_back(of_events(moved));
        std::vector<Event> twice = events;
        twice.push_back(events[i]);
        near.push_back(of_events(twice));
        for (const EventMask bit : {event::kIn, event::kOut, event::kRdnorm, event::kHup}) {
            std::vector<Event> changed = events;
            changed[i].mask ^= bit;
            near.push_back(of_events(changed));
        }
        std::vector<Event> renamed = events;
        renamed[i].data ^= 1;
        near.push_back(of_events(renamed));
    }
    std::vector<Event> surplus = events;
    surplus.push_back({event::kIn, 3});
    near.push_back(of_events(surplus));
    return near;
}

bool same_apart_from_masks(const Observation& left, const Observation& right) {
    return left.result == right.result &&
           std::equal(left.events.begin(), left.events.end(), right.events.begin(),
                      right.events.end(),
                      [](const Event& a, const Event& b) { return a.data == b.data; });
}

struct Compared {
    int answers = 0;
    int allowed = 0;
};

/// Compares both ways for one operation in the present worlds of `belief`; `probe` is another
/// belief set of the same tier, to be used as scratch.
void compare(const BeliefSet& belief, BeliefSet& probe, const Program& program, std::size_t step,
             const Observation& sure, Compared& compared) {
    constexpr std::size_t kLimit = 2000;
    const Operation& operation = program.operations[step];
    bool complete = false;
    const auto listed =
        allowed_answers(belief.worlds(), belief.settings(), operation, kLimit, &complete);
    if (!complete) {
        return;
    }
    const bool contract = belief.settings().tier == Tier::kContract;
    for (const Candidate& candidate : candidates_near(sure)) {
        const Observation seen = candidate.observation();
        const auto lists = [&](auto same) {
            return std::any_of(listed.begin(), listed.end(), [&](const AllowedAnswer& answer) {
                return same(answer.observation(), seen);
            });
        };
        const bool is_listed = lists(same_answer);
        const bool nearly_listed = contract ? lists(same_apart_from_masks) : is_listed;
        const bool taken =
            std::any_of(belief.worlds().begin(), belief.worlds().end(), [&](const World& world) {
                probe.restart_in(world);
                return probe.step(operation, seen) == StepVerdict::kAllowed;
            });
        ++compared.answers;
        compared.allowed += taken ? 1 : 0;
        if (taken ? !nearly_listed : is_listed) {
            FAIL("tier " << tier_name(belief.settings().tier) << (taken ? " takes " : " refuses ")
                         << print_answer(operation, program, seen) << " to operation " << step + 1
                         << ", but the enumeration " << (is_listed ? "lists" : "does not list")
                         << " it:\n"
                         << print_program(program));
        }
    }
}

TEST_CASE("a guided step takes exactly the answers that are enumerated", "[tiers]") {
    constexpr int kPrograms = 800;
    const Calibration calibration = calibration_of_generator();
    Judge judge(newest_profile(), calibration);
    for (const Tier tier : {Tier::kContract, Tier::kLinux, Tier::kExact}) {
        BeliefSet belief(judge.settings(tier));
        BeliefSet probe(judge.settings(tier));
        Generator generator(6, {5, 25});
        Program program;
        Compared compared;
        for (int i = 0; i < kPrograms; ++i) {
            generator.generate(program);
            const Trace sure = judge.predict(program.operations);
            belief.restart();
            for (std::size_t step = 0; step < sure.size(); ++step) {
                if (is_enumerated(program.operations[step])) {
                    compare(belief, probe, program, step, sure[step], compared);
                }
                if (belief.step(program.operations[step], sure[step]) != StepVerdict::kAllowed) {
                    break;
                }
            }
        }
        CAPTURE(tier_name(tier));
        CHECK(compared.answers > 10'000);
        CHECK(compared.allowed > 2'000);
        CHECK(compared.allowed < compared.answers / 2);
    }
}

}  // namespace
}  // namespace epollcheck
