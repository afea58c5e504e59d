// Tests of the belief set: what a step keeps, when it forbids and when it gives up, and the
// enumeration of allowed answers.

#include "model/judgement/belief.h"

#include <algorithm>

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;

std::vector<Answer> all_answers(const ModelRun& run, const Operation& operation,
                                bool* complete = nullptr) {
    std::vector<Answer> answers;
    for (const AllowedAnswer& answer : allowed_answers(
             run.belief().worlds(), run.belief().settings(), operation, 1000, complete)) {
        answers.push_back({answer.result, answer.events});
    }
    return answers;
}

bool contains(const std::vector<Answer>& answers, const Answer& answer) {
    return std::find(answers.begin(), answers.end(), answer) != answers.end();
}

TEST_CASE("at tier exact there is one world and one answer", "[belief]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    for (std::uint64_t i = 0; i < 3; ++i) {
        run.add(ep, run.eventfd(1), kIn, i);
    }
    const Operation wait = call::wait(ep);
    bool complete = false;
    const auto answers = all_answers(run, wait, &complete);
    CHECK(complete);
    CHECK(answers == std::vector<Answer>{reported({{kIn, 0}, {kIn, 1}, {kIn, 2}})});
    CHECK(run.belief().worlds().size() == 1);
    CHECK(run.observe(wait, reported({{kIn, 1}, {kIn, 0}, {kIn, 2}})) == StepVerdict::kForbidden);
}

TEST_CASE("tier contract enumerates all orders of a batch", "[belief]") {
    ModelRun run(Tier::kContract);
    const Descriptor ep = run.epoll();
    for (std::uint64_t i = 0; i < 4; ++i) {
        run.add(ep, run.eventfd(1), kIn, i);
    }
    bool complete = false;
    CHECK(all_answers(run, call::wait(ep), &complete).size() == 24);
    CHECK(complete);
    CHECK(all_answers(run, call::wait(ep, 2)).size() == 12);
}

TEST_CASE("a limit cuts the enumeration and is told", "[belief]") {
    ModelRun run(Tier::kContract);
    const Descriptor ep = run.epoll();
    for (std::uint64_t i = 0; i < 4; ++i) {
        run.add(ep, run.eventfd(1), kIn, i);
    }
    bool complete = true;
    const auto answers = allowed_answers(run.belief().worlds(), run.belief().settings(),
                                         call::wait(ep), 5, &complete);
    CHECK(answers.size() == 5);
    CHECK_FALSE(complete);
}

TEST_CASE("an allowed answer is one that a step takes, and others are forbidden", "[belief]") {
    for (const Tier tier : {Tier::kContract, Tier::kLinux, Tier::kExact}) {
        ModelRun run(tier);
        const Descriptor ep = run.epoll();
        const auto [r, w] = run.pipe();
        run.add(ep, r, kIn | kRdnorm | kEdge, 1);
        run.write(w, 1);
        run.wait(ep);
        run.write(w, 1);
        const Operation wait = call::wait(ep);
        const auto answers = all_answers(run, wait);
        CAPTURE(tier_name(tier));
        for (const Answer& answer : {nothing(), reported({{kIn, 1}}), reported({{kReadable, 1}}),
                                     reported({{kRdnorm, 1}}), reported({{kIn, 2}})}) {
            CAPTURE(answer);
            CHECK(run.allows(wait, answer) == contains(answers, answer));
        }
    }
}

TEST_CASE("an observation decides between worlds", "[belief]") {
    ModelRun run(Tier::kLinux);
    const Descriptor ep = run.epoll();
    const auto [r, w] = run.pipe();
    run.add(ep, r, kIn | kEdge, 1);
    run.write(w, 1);
    run.wait(ep);
    run.write(w, 1);  // whether this is news is a matter of the version (R-D5)
    const Operation wait = call::wait(ep);
    CHECK(run.allows(wait, reported({{kIn, 1}})));
    CHECK(run.observe(wait, nothing()) == StepVerdict::kAllowed);
    CHECK_FALSE(run.allows(wait, reported({{kIn, 1}})));
}

TEST_CASE("after a forbidden answer no world is left below tier exact", "[belief]") {
    ModelRun run(Tier::kLinux);
    const Descriptor ep = run.epoll();
    run.add(ep, run.eventfd(1), kIn, 1);
    CHECK(run.observe(call::wait(ep), nothing()) == StepVerdict::kForbidden);
    CHECK(run.belief().worlds().empty());
}

TEST_CASE("worlds_after gives nothing for what cannot be", "[belief]") {
    ModelRun run;
    const Operation create = call::on(OperationKind::kEpollCreate1, {});
    const auto& belief = run.belief();
    CHECK(worlds_after(belief.worlds(), belief.settings(), create, descriptor(0)).size() == 1);
    CHECK(worlds_after(belief.worlds(), belief.settings(), create, descriptor(1)).empty());
    CHECK(
        worlds_after(belief.worlds(), belief.settings(), create, failure(error::kEMFILE)).empty());
}

TEST_CASE("a restart forgets everything", "[belief]") {
    ModelRun run;
    BeliefSet belief(run.belief().settings());
    const Operation create = call::on(OperationKind::kEpollCreate1, {});
    CHECK(belief.step(create, descriptor(0)) == StepVerdict::kAllowed);
    CHECK(belief.decided().contains(Rule::kB3));
    CHECK_FALSE(belief.worlds()[0] == empty_world());
    belief.restart();
    CHECK(belief.worlds()[0] == empty_world());
    CHECK(belief.step(create, descriptor(0)) == StepVerdict::kAllowed);
    CHECK(belief.step(create, descriptor(0)) == StepVerdict::kForbidden);
}

TEST_CASE("a handle whose creation failed names nothing", "[belief]") {
    ModelRun run;
    Operation create = call::on(OperationKind::kEpollCreate1, {});
    create.bound[0] = 5;
    const Descriptor handle{5, -1};
    CHECK(run.run(create) == descriptor(0));
    CHECK(run.wait(handle) == nothing());
    create.flags = flag::kUnknown;
    CHECK(run.run(create) == failure(error::kEINVAL));
    CHECK(run.wait(handle) == failure(error::kEBADF));
    CHECK(run.mask(handle) == 0);  // poll(2) skips negative numbers
}

}  // namespace
}  // namespace epollcheck
