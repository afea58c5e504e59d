// Tests of the file mode: every program gets an answer, whatever another one does to the process
// that runs it. Programs do it through an epoll_ctl of this test, which is seen because they call
// by the library.

#include "harness/standalone/file_mode.h"

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "harness/executor/way_to_call.h"
#include "harness/standalone/channel.h"
#include "harness/wire/messages.h"
#include "model/vocabulary/program.h"

namespace {

// Data of an item that asks for mischief.
constexpr std::uint64_t kDie = 0xdead;
constexpr std::uint64_t kHang = 0x4a46;

}  // namespace

/// In the place of that of the C library, for all of this test program.
extern "C" int epoll_ctl(int epfd, int operation, int fd, epoll_event* event) noexcept {
    if (event != nullptr) {
        const std::uint64_t data = event->data.u64;
        if (data == kDie) kill(getpid(), SIGKILL);
        while (data == kHang) pause();
    }
    return static_cast<int>(syscall(SYS_epoll_ctl, epfd, operation, fd, event));
}

namespace epollcheck {
namespace {

Operation making(OperationKind kind, std::int16_t handle) {
    Operation operation;
    operation.kind = kind;
    operation.bound[0] = handle;
    return operation;
}

/// ep, e, and an ADD of e with `data`.
wire::WireProgram program_with(std::uint64_t data) {
    wire::WireProgram program;
    program.handle_count = 2;
    program.operations = {making(OperationKind::kEpollCreate1, 0),
                          making(OperationKind::kEventfd, 1), Operation{}};
    Operation& add = program.operations.back();
    add.kind = OperationKind::kEpollCtl;
    add.number = kCtlAdd;
    add.fd.handle = 0;
    add.other_fd.handle = 1;
    add.flags = event::kIn;
    add.value = data;
    return program;
}

wire::WireProgram greedy_program() {
    wire::WireProgram program;
    program.operations.assign(kMaxOperations, making(OperationKind::kEventfd, kNoHandle));
    return program;
}

/// A name for a file in a directory of its own, which goes with this object.
class Files {
public:
    Files() { REQUIRE(mkdtemp(directory_) != nullptr); }
    ~Files() {
        unlink(input().c_str());
        unlink(output().c_str());
        rmdir(directory_);
    }
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;
    [[nodiscard]] std::string input() const { return std::string(directory_) + "/in"; }
    [[nodiscard]] std::string output() const { return std::string(directory_) + "/out"; }

    void write(const wire::Bytes& bytes) const {
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
            std::fopen(input().c_str(), "we"), std::fclose);
        REQUIRE(file);
        REQUIRE(std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size());
    }
    [[nodiscard]] wire::Bytes read() const {
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
            std::fopen(output().c_str(), "re"), std::fclose);
        REQUIRE(file);
        wire::Bytes bytes(1 << 22);
        bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
        return bytes;
    }

private:
    char directory_[40] = "/tmp/epollcheck-file-mode-XXXXXX";
};

/// Runs the file mode over `input`, calling by the library. What came out, as frames.
std::vector<wire::Frame> answers_to(const wire::Bytes& input, bool armour = false) {
    const Files files;
    wire::Bytes text;
    wire::append_armoured(text, input);
    files.write(armour ? text : input);
    call_by(WayToCall::kLibrary);
    const std::string in = files.input();
    const std::string out = files.output();
    const int code = run_file_mode(
        {.input = in.c_str(), .output = out.c_str(), .armour = armour, .patience_ms = 1500});
    call_by(WayToCall::kRaw);
    REQUIRE(code == 0);
    wire::Bytes bytes = files.read();
    if (armour) {
        wire::Bytes plain;
        wire::ArmourReader().feed(bytes, plain);
        bytes = plain;
    }
    wire::FrameReader reader(wire::Sender::kExecutor);
    reader.feed(bytes);
    std::vector<wire::Frame> frames;
    while (auto frame = reader.next()) {
        frames.push_back(*frame);
    }
    CHECK(reader.noise_bytes() == 0);
    return frames;
}

wire::Bytes batch_of(const std::vector<wire::WireProgram>& programs) {
    wire::BatchEncoder encoder({.id = 3});
    for (const wire::WireProgram& program : programs) {
        encoder.add(program.operations, program.handle_count);
    }
    wire::Bytes input;
    encoder.finish(input);
    return input;
}

std::vector<wire::ProgramResult> results_of(const std::vector<wire::WireProgram>& programs) {
    std::vector<wire::ProgramResult> results;
    for (const wire::Frame& frame : answers_to(batch_of(programs))) {
        REQUIRE(frame.type == wire::FrameType::kResult);
        REQUIRE_FALSE(decode(frame.payload, results.emplace_back()));
        CHECK(results.back().batch == 3);
        CHECK(results.back().program == results.size() - 1);
    }
    REQUIRE(results.size() == programs.size());
    return results;
}

void check_sound(const wire::ProgramResult& result) {
    CHECK((result.error ? result.error->what : std::string()) == "");
    REQUIRE(result.trace.size() == 3);
    CHECK(result.trace[0].result == Result::of_descriptor(0));
    CHECK(result.trace[2].result == Result::of_value(0));
}

TEST_CASE("a program that ends its process costs only itself", "[file-mode]") {
    const auto results =
        results_of({program_with(1), program_with(2), program_with(kDie), program_with(4)});
    check_sound(results[0]);
    check_sound(results[1]);
    check_sound(results[3]);
    REQUIRE(results[2].error);
    CHECK(results[2].error->of_target);
    CHECK(results[2].error->what ==
          "the process that ran the program was killed by signal 9 before it had an answer.");
}

TEST_CASE("a program that hangs costs only itself", "[file-mode]") {
    const auto results = results_of({program_with(kHang), program_with(2)});
    REQUIRE(results[0].error);
    CHECK(results[0].error->of_target);
    CHECK(results[0].error->what ==
          "the process that ran the program hung and was killed before it had an answer.");
    check_sound(results[1]);
}

TEST_CASE("a program that takes all descriptors costs only itself", "[file-mode]") {
    rlimit before = {};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
    rlimit few = before;
    few.rlim_cur = 900;  // fewer than the program wants, enough for all others
    REQUIRE(setrlimit(RLIMIT_NOFILE, &few) == 0);
    const auto results = results_of({program_with(1), greedy_program(), program_with(3)});
    REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
    check_sound(results[0]);
    REQUIRE(results[1].error);
    CHECK_FALSE(results[1].error->of_target);
    CHECK(results[1].error->what.find("EMFILE") != std::string::npos);
    check_sound(results[2]);
}

TEST_CASE("each frame of a file is answered, armoured or not", "[file-mode]") {
    wire::Bytes input;
    wire::encode_hello(input);
    wire::encode_measure(input);
    const wire::ChargeQuestion question = {wire::ChargeQuestion::Socket::kStream, 100};
    wire::encode(input, {&question, 1});
    wire::append_frame(input, static_cast<wire::FrameType>(0x30), {});
    wire::append_frame(input, wire::FrameType::kBatch, wire::Bytes{1, 2, 3});
    wire::encode_bye(input);
    for (const bool armour : {false, true}) {
        const auto frames = answers_to(input, armour);
        REQUIRE(frames.size() == 5);
        wire::Welcome welcome;
        REQUIRE_FALSE(decode(frames[0].payload, welcome));
        CHECK(welcome.fingerprint == wire::vocabulary_fingerprint());
        CHECK(welcome.calls == wire::CallsBy::kLibrary);
        CHECK(welcome.setup_error.empty());
        wire::CapacitiesReply capacities;
        REQUIRE_FALSE(decode(frames[1].payload, capacities));
        CHECK(capacities.capacities.page_size >= 4096);
        std::vector<std::uint32_t> charges;
        REQUIRE_FALSE(wire::decode_charges(frames[2].payload, charges));
        REQUIRE(charges.size() == 1);
        CHECK(charges[0] > 100);
        for (const int complaint : {3, 4}) {
            CHECK(frames[complaint].type == wire::FrameType::kComplaint);
        }
    }
}

TEST_CASE("a file without a frame, and one that is not there, are told", "[file-mode]") {
    const Files files;
    const std::string in = files.input();
    const std::string out = files.output();
    CHECK(run_file_mode({.input = in.c_str(), .output = out.c_str()}) == 70);
    files.write({'x', 'y'});
    CHECK(run_file_mode({.input = in.c_str(), .output = out.c_str()}) == 70);
}

}  // namespace
}  // namespace epollcheck
