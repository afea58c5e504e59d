// Tests of process targets against an executor that lies (lying/main.cc).

#include "harness/target/process_target.h"

#include <catch2/catch.hpp>
#include <csignal>

#include "harness/target/in_process_target.h"
#include "harness/target/lying_target.h"

namespace epollcheck {

namespace {

using Catch::Matchers::Contains;

Trace right_answers() {
    Trace trace;
    InProcessTarget here;
    const auto program = lying_program();
    REQUIRE(!here.run(program, 2, trace));
    return trace;
}

std::string start_error(const ConnectionSettings& settings) {
    const auto error = lying_target(settings)->start();
    REQUIRE(error);
    REQUIRE(error->of_target);
    return error->what;
}

std::string start_error(const std::string& mode) { return start_error(lying_settings(mode)); }

/// Only program `culprit` of five has an error, which it returns; all others are answered.
std::string only_error(ProcessTarget& target, std::size_t culprit = 2) {
    LyingBatch batch(5, {culprit});
    target.run_batch(batch.programs, batch.runs);
    const Trace right = right_answers();
    for (std::size_t i = 0; i < batch.runs.size(); ++i) {
        CAPTURE(i);
        if (i != culprit) {
            REQUIRE((batch.runs[i].error ? batch.runs[i].error->what : "") == "");
            REQUIRE(batch.runs[i].trace == right);
        }
    }
    REQUIRE(batch.runs[culprit].error);
    REQUIRE(batch.runs[culprit].error->of_target);
    return batch.runs[culprit].error->what;
}

}  // namespace

TEST_CASE("an honest process target answers as the kernel here does") {
    const auto target = lying_target("honest");
    REQUIRE(!target->start());
    REQUIRE(target->kernel() == "Lie 1.0 test");
    Trace trace;
    REQUIRE(!target->run(lying_program(), 2, trace));
    REQUIRE(trace == right_answers());
    LyingBatch batch(1000, {});  // several requests
    target->run_batch(batch.programs, batch.runs);
    for (const ProgramRun& run : batch.runs) {
        REQUIRE(!run.error);
        REQUIRE(run.trace == trace);
    }
    Capacities there;
    Capacities here;
    REQUIRE(!target->measure(there));
    REQUIRE(!this_machine().measure(here));
    REQUIRE(there.page_size == here.page_size);
    REQUIRE(there.unix_stream_chunk == here.unix_stream_chunk);
    std::uint32_t charge = 0;
    REQUIRE(!target->measure_charge(1, 1, charge));
    REQUIRE(charge == measure_unix_charge(1, 1));
    REQUIRE(target->restarts() == 0);
}

TEST_CASE("a process target and the kernel here can be asked in turns") {
    InProcessTarget here;
    const Trace right = right_answers();
    Trace trace;
    for (int i = 0; i < 3; ++i) {
        const auto there = lying_target("honest");
        REQUIRE(!there->run(lying_program(), 2, trace));
        REQUIRE(trace == right);
        REQUIRE(!here.run(lying_program(), 2, trace));
        REQUIRE(trace == right);
    }
}

TEST_CASE("boot messages and an echo do no harm, plain or armoured") {
    auto settings = lying_settings("noise");
    settings.armour = GENERATE(false, true);
    if (settings.armour) {
        settings.command.emplace_back("--armour");
    }
    const auto target = lying_target(settings);
    LyingBatch batch(3, {1});
    target->run_batch(batch.programs, batch.runs);
    for (const ProgramRun& run : batch.runs) {
        REQUIRE(!run.error);
        REQUIRE(run.trace == right_answers());
    }
    REQUIRE(target->restarts() == 0);
}

TEST_CASE("a target that cannot be started says why") {
    auto settings = lying_settings("honest");
    settings.command = {"no-such-command-of-epollcheck"};
    REQUIRE(start_error(settings) ==
            "target 'liar' cannot be started: there is no command 'no-such-command-of-epollcheck'. "
            "Ask its maker.");
    settings.command = {"/"};  // which may be entered but not executed
    REQUIRE_THAT(start_error(settings), Contains("'/' cannot be executed: Permission denied"));
    REQUIRE(start_error("die-at-start") ==
            "target 'liar' ended with exit code 3 before it said hello. Ask its maker.; on its "
            "standard error it said: no epoll here");
    REQUIRE_THAT(start_error("signal-at-start"), Contains("ended with signal 11 (Segmentation"));
    REQUIRE_THAT(start_error("no-set-up"), Contains("cannot run programs: there is no /dev/null"));
}

TEST_CASE("a target of another build is told so") {
    REQUIRE_THAT(start_error("wrong-version"),
                 Contains("of the protocol, we speak " + std::to_string(wire::kProtocolVersion)) &&
                     Contains("./epollcheck executors"));
    REQUIRE_THAT(start_error("wrong-fingerprint"),
                 Contains("knows other operations than we do") && Contains("fingerprint"));
}

TEST_CASE("a target that is silent, talks nonsense or floods us at its start is given up") {
    auto settings = lying_settings("silent-at-start");
    settings.start_ms = 200;
    REQUIRE_THAT(start_error(settings), Contains("said nothing for 0.2 s before it said hello"));
    settings.command[1] = "garbage";
    REQUIRE_THAT(start_error(settings), Contains("sent no frame for 0.2 s") &&
                                            Contains("it sent: what do you want of me?"));
    settings = lying_settings(GENERATE("flood", "flood-of-errors"));
    settings.output_limit = 1 << 20;
    REQUIRE_THAT(start_error(settings),
                 Contains("sent more than the 1048576 bytes that its output_limit allows"));
}

TEST_CASE("a child has exactly three descriptors") {
    REQUIRE_THAT(start_error("descriptors"), Contains("it said: <0><1><2>"));
}

TEST_CASE("a program that takes its target down costs only itself") {
    const auto [mode, what] = GENERATE(table<std::string, std::string>(
        {{"die",
          "ended with exit code 7 in this program, also when it ran alone; on its standard "
          "error it said: a bad program came"},
         {"killed", "ended with signal 9 (Killed) in this program"},
         {"wrong-checksum", "sent a frame whose checksum is wrong in this program"},
         {"welcomes", "sent a frame of type 0x81 where one of type 0x84 was due"},
         {"wrong-order", "sent the result of program 1 of batch"},
         {"wrong-length", "gave 5 answers for a program of 4 operations in this program"}}));
    CAPTURE(mode);
    const auto target = lying_target(mode);
    REQUIRE_THAT(only_error(*target), Contains(what));
    REQUIRE(target->restarts() >= 2);
    Trace trace;
    REQUIRE(!target->run(lying_program(), 2, trace));
    REQUIRE(trace == right_answers());
}

TEST_CASE("a hang, a missing result and a flood in a program are ended in time") {
    const auto [mode, what] = GENERATE(table<std::string, std::string>(
        {{"hang", "said nothing for 0.3 s in this program"},
         {"hang-with-child", "said nothing for 0.3 s in this program"},
         {"too-few", "said nothing for 0.3 s in this program"},
         {"flood-in-program", "sent more than the 1048576 bytes"}}));
    CAPTURE(mode);
    auto settings = lying_settings(mode);
    settings.reply_ms = 300;
    settings.output_limit = 1 << 20;
    REQUIRE_THAT(only_error(*lying_target(settings), GENERATE(0, 4)), Contains(what));
}

TEST_CASE("a program that fails only in company gets its result") {
    const auto target = lying_target("die-in-company");
    LyingBatch batch(4, {1});
    target->run_batch(batch.programs, batch.runs);
    for (const ProgramRun& run : batch.runs) {
        REQUIRE(!run.error);
        REQUIRE(run.trace == right_answers());
    }
}

TEST_CASE("what the executor could not do is no fault of the target") {
    const auto target = lying_target("harness-error");
    Trace trace;
    const auto error = target->run(lying_program(true), 2, trace);
    REQUIRE(error);
    REQUIRE(error->what == "there is no room for it");
    REQUIRE(!error->of_target);
}

TEST_CASE("a target that answers nothing is given up after so many starts") {
    const auto target = lying_target("die");
    LyingBatch batch(10, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
    target->run_batch(batch.programs, batch.runs);
    REQUIRE_THAT(batch.runs.front().error->what, Contains("also when it ran alone"));
    REQUIRE_THAT(batch.runs.back().error->what,
                 Contains("was given up: it was started 6 times in a row without an answer"));
    const int restarts = target->restarts();
    Trace trace;
    REQUIRE(target->run(lying_program(), 2, trace));
    REQUIRE(target->restarts() == restarts);
}

TEST_CASE("an answer to another question than the one that was asked is an error") {
    std::uint32_t charge = 0;
    const auto error = lying_target("wrong-charges")->measure_charge(1, 1, charge);
    REQUIRE(error);
    REQUIRE_THAT(error->what, Contains("2 charges for one question"));
}

TEST_CASE("requests and answers travel as files") {
    auto settings = lying_settings("honest");
    settings.command.insert(settings.command.end(), {"--file", "{input}", "{output}"});
    ProcessTarget target({.name = "files", .advice = "", .batch = 3, .most_restarts = 5},
                         std::make_unique<FileConnection>(settings));
    REQUIRE(!target.start());
    LyingBatch batch(7, {});
    target.run_batch(batch.programs, batch.runs);
    for (const ProgramRun& run : batch.runs) {
        REQUIRE(!run.error);
        REQUIRE(run.trace == right_answers());
    }
}

TEST_CASE("a file of answers that is missing, damaged or too short is an error of one program") {
    const auto [mode, what] = GENERATE(table<std::string, std::string>(
        {{"die", "ended with exit code 7 and left fewer answers than were due in this program"},
         {"wrong-checksum", "left a frame whose checksum is wrong in this program"},
         {"too-few", "ended with exit code 0 and left fewer answers"}}));
    auto settings = lying_settings(mode);
    settings.command.insert(settings.command.end(), {"--file", "{input}", "{output}"});
    ProcessTarget target({.name = "files", .advice = ""},
                         std::make_unique<FileConnection>(settings));
    REQUIRE_THAT(only_error(target), Contains(what));
}

}  // namespace epollcheck
