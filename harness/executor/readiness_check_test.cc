// Tests of the readiness check: the kernel agrees with itself about every kind of descriptor, and
// a source that lies about any of the three calls is found out.

#include "harness/executor/readiness_check.h"

#include <catch2/catch.hpp>
#include <cerrno>
#include <functional>

#include "harness/executor/executor.h"
#include "harness/executor/test_program.h"

namespace epollcheck {
namespace {

using Lie = std::function<void(std::span<ReadinessAnswers>)>;

/// The kernel, but for a lie about what it said.
class LyingSource final : public ReadinessSource {
public:
    explicit LyingSource(Lie lie) : kernel_(kernel_readiness()), lie_(std::move(lie)) {}
    std::optional<HarnessError> set_up() override { return kernel_->set_up(); }
    bool ask(std::span<const int> fds, bool with_select,
             std::span<ReadinessAnswers> answers) override {
        const bool asked = kernel_->ask(fds, with_select, answers);
        lie_(answers);
        return asked;
    }

private:
    std::unique_ptr<ReadinessSource> kernel_;
    Lie lie_;
};

/// What is found after a program that leaves an epoll instance (slot 0) and a readable eventfd.
std::optional<ReadinessDisagreement> found_with(Lie lie) {
    Executor executor(std::make_unique<LyingSource>(std::move(lie)));
    TestProgram program;
    program.epoll();
    program.eventfd(1);
    program.run(executor);
    return executor.disagreement();
}

constexpr EventMask kReady = event::kIn | event::kOut;

TEST_CASE("nothing is found where the kernel is believed", "[readiness]") {
    CHECK_FALSE(found_with([](std::span<ReadinessAnswers>) {}));
}

TEST_CASE("a lie about one of the three is found", "[readiness]") {
    const auto lie = GENERATE(0, 1, 2, 3);
    const auto found = found_with([&](std::span<ReadinessAnswers> answers) {
        REQUIRE(answers.size() == 2);
        REQUIRE(answers[1] == ReadinessAnswers{.poll = kReady, .select = kReady, .epoll = kReady});
        switch (lie) {
            case 0:
                answers[1].poll = event::kIn;
                break;
            case 1:
                answers[1].select = event::kOut;
                break;
            case 2:
                answers[1].epoll = 0;
                break;
            default:
                answers[1].epoll = 0;
                answers[1].add_error = EPERM;
                break;
        }
    });
    REQUIRE(found);
    CHECK(found->slot == 1);
    CHECK(found->handle == 1);
}

TEST_CASE("a campaign may let only some of its programs be asked about", "[readiness]") {
    int calls = 0;
    const auto count = [&](std::span<ReadinessAnswers>) { ++calls; };
    Executor executor(std::make_unique<LyingSource>(count));
    executor.ask_after_every(3);
    TestProgram program;
    program.eventfd(1);
    for (int run = 0; run < 6; ++run) {
        program.run(executor);
    }
    CHECK(calls == 2);
}

TEST_CASE("a lie of select is found in one of the next programs", "[readiness]") {
    int programs = 0;
    Executor executor(std::make_unique<LyingSource>([&](std::span<ReadinessAnswers> answers) {
        answers[0].select = answers[0].select_was_asked && programs > 1 ? 0 : answers[0].select;
    }));
    TestProgram program;
    program.eventfd(1);
    for (programs = 1; programs < 20 && !executor.disagreement(); ++programs) {
        program.run(executor);
    }
    CHECK(programs > 2);
    CHECK(programs <= 6);
}

TEST_CASE("a file that changes while it is asked about is not at rest", "[readiness]") {
    int calls = 0;
    CHECK_FALSE(found_with([&](std::span<ReadinessAnswers> answers) {
        answers[1].epoll = ++calls == 1 ? 0 : kReady;
    }));
    calls = 0;
    CHECK_FALSE(found_with([&](std::span<ReadinessAnswers> answers) {
        answers[1].epoll = ++calls % 2 == 0 ? event::kIn : event::kOut;
    }));
}

TEST_CASE("refusals of epoll agree with what poll says of such files", "[readiness]") {
    constexpr EventMask kEverything = event::kReadable | event::kWritable;
    CHECK(agree({.poll = kEverything, .select = kReady, .add_error = EPERM}));
    CHECK_FALSE(agree({.poll = event::kIn, .select = event::kIn, .add_error = EPERM}));
    CHECK(agree({.poll = event::kNval, .select = kReady | event::kPri, .add_error = EBADF}));
    CHECK_FALSE(agree({.poll = 0, .add_error = EBADF}));
    CHECK(agree({.poll = event::kReadable, .select = event::kIn, .add_error = ELOOP}));
    CHECK_FALSE(agree({.poll = 0, .add_error = EIO}));
}

TEST_CASE("bits of poll lead to the sets of select", "[readiness]") {
    const auto both = [](EventMask mask, EventMask sets) {
        return agree({.poll = mask, .select = sets, .epoll = mask});
    };
    CHECK(both(event::kHup, event::kIn));
    CHECK(both(event::kErr, event::kIn | event::kOut));
    CHECK(both(event::kPri, event::kPri));
    CHECK(both(event::kWrband, event::kOut));
    CHECK(both(event::kRdhup, 0));
    CHECK_FALSE(both(event::kHup, 0));
}

}  // namespace
}  // namespace epollcheck
