// Tests of the judge: which answer of a trace deviates, at which tiers, what would have been
// allowed, and when there is no verdict. The traces are written by hand.

#include "harness/check/judge.h"

#include "harness/check/check_test_support.h"

namespace epollcheck {
namespace {

/// A program whose written answers are judged.
struct Judged {
    explicit Judged(std::string_view text, Tier strictest = Tier::kExact)
        : program(program_of(text)),
          calibration(calibration_of_generator()),
          judge(newest_profile(), calibration),
          trace(written_trace(program, judge)),
          judgement(judge.judge(program.operations, trace, strictest)) {}

    [[nodiscard]] std::vector<std::string> allowed(std::size_t deviation) const {
        const Deviation& found = judgement.deviations.at(deviation);
        std::vector<std::string> answers;
        for (const AllowedAnswer& answer : found.allowed) {
            answers.push_back(
                print_answer(program.operations[found.step], program, answer.observation()));
        }
        return answers;
    }

    Program program;
    Calibration calibration;
    Judge judge;
    Trace trace;
    Judgement judgement;
};

using Answers = std::vector<std::string>;

TEST_CASE("a trace of right answers conforms", "[judge]") {
    Judged judged(R"(
epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = e
epoll_ctl(ep, ADD, e, {IN|ET, 1}) = 0
epoll_wait(ep, 16, 0) = [1:IN]
epoll_wait(ep, 16, 0) = []
read(e, u64) = {1}
)");
    CHECK(judged.judgement.verdict == Verdict::kConforms);
    CHECK(judged.judgement.deviations.empty());
    CHECK(judged.judgement.exercised.contains(Rule::kC15));
    CHECK_FALSE(judged.judgement.exercised.contains(Rule::kD5));
    CHECK(judged.judge.conforms(judged.program.operations, judged.trace));
    CHECK_FALSE(judged.judge.inconclusive());
    CHECK(judged.judge.exercised().contains(Rule::kC15));
}

TEST_CASE("an answer that every tier forbids deviates at every tier", "[judge]") {
    Judged judged(R"(
epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = e
epoll_ctl(ep, ADD, e, {IN, 7}) = 0
epoll_ctl(ep, ADD, e, {IN, 8}) = 0
epoll_wait(ep, 16, 0) = [7:IN]
)");
    CHECK(judged.judgement.verdict == Verdict::kDeviates);
    REQUIRE(judged.judgement.deviations.size() == 3);
    for (std::size_t tier = 0; tier < 3; ++tier) {
        const Deviation& deviation = judged.judgement.deviations[tier];
        CHECK(deviation.tier == static_cast<Tier>(tier));
        CHECK(deviation.step == 3);
        CHECK(deviation.allowed_complete);
        CHECK(judged.allowed(tier) == Answers{"EEXIST"});
        CHECK(deviation.rules.contains(Rule::kA3));
    }
    CHECK_FALSE(judged.judge.conforms(judged.program.operations, judged.trace));
    CHECK_FALSE(judged.judge.inconclusive());
}

TEST_CASE("each tier says what it would have allowed", "[judge]") {
    Judged judged(R"(
epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = a
eventfd(1, EFD_NONBLOCK) = b
epoll_ctl(ep, ADD, a, {IN, 1}) = 0
epoll_ctl(ep, ADD, b, {IN, 2}) = 0
epoll_wait(ep, 16, 0) = [2:IN, 3:IN]
)");
    REQUIRE(judged.judgement.deviations.size() == 3);
    CHECK(judged.allowed(0) == Answers{"[1:IN, 2:IN]", "[2:IN, 1:IN]"});
    CHECK(judged.allowed(1) == Answers{"[1:IN, 2:IN]"});
    CHECK(judged.allowed(2) == Answers{"[1:IN, 2:IN]"});
}

TEST_CASE("a detail of Linux deviates at the stricter tiers only", "[judge]") {
    Judged judged(R"(
epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = a
eventfd(1, EFD_NONBLOCK) = b
epoll_ctl(ep, ADD, a, {IN, 1}) = 0
epoll_ctl(ep, ADD, b, {IN, 2}) = 0
epoll_wait(ep, 16, 0) = [2:IN, 1:IN]
epoll_wait(ep, 16, 0) = [1:IN, 2:IN]
)");
    REQUIRE(judged.judgement.deviations.size() == 2);
    CHECK(judged.judgement.deviations[0].tier == Tier::kLinux);
    CHECK(judged.judgement.deviations[1].tier == Tier::kExact);
    CHECK(judged.judgement.deviations[0].step == 5);
}

TEST_CASE("a detail of one kernel deviates at tier exact only, and later too", "[judge]") {
    Judged judged(R"(
epoll_create1(0) = ep
pipe2([r, w], O_NONBLOCK) = 0
epoll_ctl(ep, ADD, r, {IN|ET, 1}) = 0
write(w, 1) = 1
epoll_wait(ep, 16, 0) = [1:IN]
write(w, 1) = 1
epoll_wait(ep, 16, 0) = []
epoll_ctl(ep, DEL, r, NULL) = 0
epoll_wait(ep, 16, 0) = [1:IN]
)");
    REQUIRE(judged.judgement.deviations.size() == 3);
    CHECK(judged.judgement.deviations[0].step == 8);
    CHECK(judged.judgement.deviations[1].step == 8);
    CHECK(judged.judgement.deviations[2].tier == Tier::kExact);
    CHECK(judged.judgement.deviations[2].step == 6);  // the first deviation of this tier
    CHECK(judged.judgement.deviations[2].rules.contains(Rule::kD5));
}

TEST_CASE("tiers beyond the strictest one are not judged", "[judge]") {
    const char* text = R"(
epoll_create1(0) = ep
pipe2([r, w], O_NONBLOCK) = 0
epoll_ctl(ep, ADD, r, {IN|ET, 1}) = 0
write(w, 1) = 1
epoll_wait(ep, 16, 0) = [1:IN]
write(w, 1) = 1
epoll_wait(ep, 16, 0) = []
)";
    CHECK(Judged(text, Tier::kContract).judgement.verdict == Verdict::kConforms);
    CHECK(Judged(text, Tier::kLinux).judgement.verdict == Verdict::kConforms);
    CHECK(Judged(text, Tier::kExact).judgement.verdict == Verdict::kDeviates);
}

TEST_CASE("at most a few allowed answers are shown", "[judge]") {
    Judged judged(R"(
epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = a
eventfd(1, EFD_NONBLOCK) = b
eventfd(1, EFD_NONBLOCK) = c
eventfd(1, EFD_NONBLOCK) = d
epoll_ctl(ep, ADD, a, {IN, 1})
epoll_ctl(ep, ADD, b, {IN, 2})
epoll_ctl(ep, ADD, c, {IN, 3})
epoll_ctl(ep, ADD, d, {IN, 4})
epoll_wait(ep, 16, 0) = [9:IN]
)");
    REQUIRE(judged.judgement.deviations.size() == 3);
    CHECK(judged.judgement.deviations[0].allowed.size() == kMaxShownAnswers);
    CHECK_FALSE(judged.judgement.deviations[0].allowed_complete);
    CHECK(judged.judgement.deviations[2].allowed.size() == 1);
    CHECK(judged.judgement.deviations[2].allowed_complete);
}

TEST_CASE("an operation that was not run ends the trace", "[judge]") {
    Program program = program_of(R"(
epoll_create1(0) = ep
epoll_wait(ep, 0, 0)
epoll_wait(ep, 0, 0)
)");
    const Calibration calibration;
    Judge judge(newest_profile(), calibration);
    Trace trace;
    trace.append(Result::of_descriptor(0), {});
    trace.append(Result{}, {});
    CHECK(judge.judge(program.operations, trace, Tier::kExact).verdict == Verdict::kConforms);
    trace.clear();
    CHECK(judge.judge(program.operations, trace, Tier::kExact).verdict == Verdict::kConforms);
}

TEST_CASE("what the model cannot follow is inconclusive, with the place and the reason",
          "[judge]") {
    Program program = program_of(R"(
socketpair(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK, [a, b]) = 0
write(a, 12345) = 12345
epoll_wait(a, 1, 0) = EINVAL
)");
    const Calibration calibration;  // no charge was measured
    Judge judge(newest_profile(), calibration);
    CHECK(judge.predict(program.operations).size() == 1);
    Trace trace;
    trace.append(Result::of_descriptor(0, 1), {});
    trace.append(Result::of_value(12345), {});
    trace.append(Result::of_error(22), {});
    const Judgement judgement = judge.judge(program.operations, trace, Tier::kExact);
    CHECK(judgement.verdict == Verdict::kInconclusive);
    CHECK(judgement.reason_step == 1);
    CHECK(judgement.reason.find("charge") != std::string::npos);
    CHECK(judgement.deviations.empty());
    CHECK(judge.conforms(program.operations, trace));
    CHECK(judge.inconclusive());
}

TEST_CASE("a deviation before the model gives up is a deviation", "[judge]") {
    Program program = program_of(R"(
socketpair(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK, [a, b]) = 0
epoll_wait(a, 1, 0) = EINVAL
write(a, 12345) = 12345
)");
    const Calibration calibration;
    Judge judge(newest_profile(), calibration);
    Trace trace;
    trace.append(Result::of_descriptor(0, 1), {});
    trace.append(Result::of_events(0), {});
    trace.append(Result::of_value(12345), {});
    const Judgement judgement = judge.judge(program.operations, trace, Tier::kExact);
    CHECK(judgement.verdict == Verdict::kDeviates);
    CHECK(judgement.deviations.size() == 3);
}

TEST_CASE("judging one trace leaves nothing behind for the next", "[judge]") {
    const Program program = program_of("epoll_create1(0) = ep\nepoll_wait(ep, 1, 0)\n");
    const Calibration calibration;
    Judge judge(newest_profile(), calibration);
    const Trace sure = judge.predict(program.operations);
    Trace wrong;
    wrong.append(Result::of_descriptor(1), {});
    for (int i = 0; i < 3; ++i) {
        CHECK(judge.conforms(program.operations, sure));
        CHECK_FALSE(judge.conforms(program.operations, wrong));
        CHECK(judge.judge(program.operations, wrong, Tier::kExact).deviations.size() == 3);
        CHECK(judge.judge(program.operations, sure, Tier::kExact).deviations.empty());
    }
}

TEST_CASE("a profile decides what tier exact expects", "[judge]") {
    const Program program = program_of("epoll_wait(-1, 0, 0)\n");
    const Calibration calibration;
    Judge old(profile_named("linux-6.12").value(), calibration);
    Judge newest(newest_profile(), calibration);
    Trace invalid;
    invalid.append(Result::of_error(22), {});
    CHECK(old.conforms(program.operations, invalid));
    CHECK_FALSE(newest.conforms(program.operations, invalid));
    CHECK(newest.judge(program.operations, invalid, Tier::kLinux).verdict == Verdict::kConforms);
}

TEST_CASE("verdicts have names", "[judge]") {
    CHECK(verdict_name(Verdict::kConforms) == "conforms");
    CHECK(verdict_name(Verdict::kDeviates) == "deviates");
    CHECK(verdict_name(Verdict::kInconclusive) == "inconclusive");
}

TEST_CASE("an item that was perhaps queued can be kept aside by a scan", "[judge]") {
    // At tier linux its place in the ready list is then a range that begins before its old place.
    const Program program = program_of(R"(
epoll_create1(0) = outer
epoll_create1(0) = ep
epoll_ctl(outer, ADD, ep, {IN|ET, 3})
openpty([m, s], O_NONBLOCK)
epoll_ctl(ep, ADD, s, {IN|OUT, 0})
epoll_wait(ep, 3, 0)
write(m, 100)
epoll_wait(outer, 16, 0)
write_line(s, 0)
settle(m, IN)
write(m, 1)
read(m, 100)
select(outer, READ|WRITE)
)");
    const Calibration calibration = calibration_of_generator();
    Judge judge(newest_profile(), calibration);
    const Trace trace = judge.predict(program.operations);
    CHECK(judge.judge(program.operations, trace, Tier::kExact).verdict == Verdict::kConforms);
}

}  // namespace
}  // namespace epollcheck
