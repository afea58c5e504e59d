// Tests of the nesting limits: cycles, the depth of chains in whatever order they are built, and
// the number of wake-up paths, at each tier.

#include "model/eventpoll/nesting.h"

#include <algorithm>

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;

std::vector<Descriptor> instances(ModelRun& run, int count) {
    std::vector<Descriptor> created;
    for (int i = 0; i < count; ++i) {
        created.push_back(run.epoll());
    }
    return created;
}

TEST_CASE("an instance cannot watch itself, not even through a duplicate", "[nesting]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    CHECK(run.add(ep, ep, kIn, 1) == failure(error::kEINVAL));
    CHECK(run.add(ep, run.dup(ep), kIn, 1) == failure(error::kEINVAL));
}

TEST_CASE("a link that closes a cycle is refused, however long the cycle is", "[nesting]") {
    for (std::size_t length = 2; length <= 5; ++length) {
        ModelRun run;
        const auto chain = instances(run, static_cast<int>(length));
        for (std::size_t i = 0; i + 1 < length; ++i) {
            CHECK(run.add(chain[i], chain[i + 1], kIn, 1) == done());
        }
        CAPTURE(length);
        CHECK(run.add(chain[length - 1], chain[0], kIn, 1) == failure(error::kELOOP));
        CHECK(run.decided_by(Rule::kA21));
    }
}

TEST_CASE("a chain has at most five instances, in every order of building", "[nesting]") {
    std::vector<std::size_t> order{0, 1, 2, 3, 4};  // link i: instance i watches instance i + 1
    do {
        ModelRun run;
        const auto chain = instances(run, 6);
        for (std::size_t i = 0; i < order.size(); ++i) {
            const std::size_t link = order[i];
            const Answer answer = run.add(chain[link], chain[link + 1], kIn, 1);
            CHECK(answer == (i < 4 ? done() : failure(error::kELOOP)));
        }
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("before V-49 only what lies below the target counts", "[nesting]") {
    ModelRun run(Tier::kExact, "linux-6.12");
    const auto chain = instances(run, 8);
    for (std::size_t i = 0; i + 1 < 7; ++i) {  // from the top downwards
        CHECK(run.add(chain[i], chain[i + 1], kIn, 1) == done());
    }
    const Descriptor e = run.eventfd(0);
    CHECK(run.add(chain[6], e, kIn, 1) == failure(error::kEINVAL));
    CHECK(run.decided_by(Rule::kA24));
    CHECK(run.add(chain[4], e, kIn, 1) == done());
}

TEST_CASE("tier contract leaves the error of a too deep link open", "[nesting]") {
    ModelRun run(Tier::kContract);
    const auto chain = instances(run, 6);
    for (std::size_t i = 0; i < 4; ++i) {
        run.add(chain[i], chain[i + 1], kIn, 1);
    }
    const Operation sixth = call::add(chain[4], chain[5], kIn, 1);
    CHECK(run.allows(sixth, failure(error::kELOOP)));
    CHECK(run.allows(sixth, failure(error::kEINVAL)));
    CHECK_FALSE(run.allows(sixth, failure(error::kEEXIST)));
    ModelRun cycle(Tier::kContract);
    const auto pair = instances(cycle, 2);
    cycle.add(pair[0], pair[1], kIn, 1);
    const Operation closing = call::add(pair[1], pair[0], kIn, 1);
    CHECK(cycle.allows(closing, failure(error::kELOOP)));
    CHECK_FALSE(cycle.allows(closing, done()));
}

TEST_CASE("an event climbs a chain of five instances", "[nesting]") {
    ModelRun run;
    const auto chain = instances(run, 5);
    const Descriptor e = run.eventfd(0);
    for (std::size_t i = 0; i < 4; ++i) {
        run.add(chain[i], chain[i + 1], kIn, i);
    }
    run.add(chain[4], e, kIn, 4);
    CHECK(run.wait(chain[0]) == nothing());
    run.signal(e);
    CHECK(run.wait(chain[0]) == reported({{kIn, 0}}));
    run.take(e);
    CHECK(run.wait(chain[0]) == nothing());
}

TEST_CASE("a file may be reached on ten paths of the longest kind, not on eleven", "[nesting]") {
    ModelRun run;
    const auto chain = instances(run, 4);  // chain[0] watches chain[1] and so on
    const Descriptor e = run.eventfd(0);
    for (std::size_t i = 0; i < 3; ++i) {
        run.add(chain[i], chain[i + 1], kIn, i);
    }
    run.add(chain[3], e, kIn, 3);
    for (int i = 0; i < 10; ++i) {
        CHECK(run.add(run.epoll(), chain[0], kIn, 1) == done());
    }
    const Descriptor eleventh = run.epoll();
    CHECK(run.add(eleventh, chain[0], kIn, 1) == failure(error::kEINVAL));
    CHECK(run.decided_by(Rule::kA24));
    run.add(eleventh, e, kIn, 1);  // the refused link left nothing behind
    run.signal(e);
    CHECK(run.wait(eleventh) == reported({{kIn, 1}}));
}

TEST_CASE("two items for one file are two paths", "[nesting]") {
    ModelRun run;
    const auto chain = instances(run, 4);
    const Descriptor e = run.eventfd(0);
    for (std::size_t i = 0; i < 3; ++i) {
        run.add(chain[i], chain[i + 1], kIn, i);
    }
    run.add(chain[3], e, kIn, 3);
    run.add(chain[3], run.dup(e), kIn, 4);
    for (int i = 0; i < 5; ++i) {
        CHECK(run.add(run.epoll(), chain[0], kIn, 1) == done());
    }
    CHECK(run.add(run.epoll(), chain[0], kIn, 1) == failure(error::kEINVAL));
}

TEST_CASE("an instance that nobody watches takes a file on any number of paths", "[nesting]") {
    ModelRun run;
    const Descriptor e = run.eventfd(0);
    for (int i = 0; i < 14; ++i) {
        CHECK(run.add(run.epoll(), e, kIn, 1) == done());
    }
}

}  // namespace
}  // namespace epollcheck
