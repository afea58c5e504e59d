// Lying executor: what can be wrong with an executor, for the tests of those that talk to one.
//
//     lying_executor MODE [--armour]
//     lying_executor MODE --file IN OUT
//
// It runs programs as they are to be run, except in the way that MODE says. Modes that misbehave in
// a program do so in one that has an operation with kMarker as its `number`.

#include <dirent.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "harness/executor/executor.h"
#include "harness/target/in_process_target.h"
#include "harness/target/lying/marker.h"
#include "harness/wire/armour.h"
#include "harness/wire/messages.h"

namespace epollcheck {

namespace {

using wire::FrameType;

[[noreturn]] void hang() {
    for (;;) {
        pause();
    }
}

class LyingExecutor {
public:
    LyingExecutor(std::string mode, bool armour, int input, int output)
        : mode_(std::move(mode)), armour_(armour), input_(input), output_(output) {}

    int serve();

private:
    [[nodiscard]] bool is(const char* mode) const { return mode_ == mode; }
    void write_bytes(std::span<const std::uint8_t> bytes) const;
    void write_text(const std::string& text) const;
    void send(const wire::Bytes& frames);
    void misbehave_at_start();
    void answer(const wire::Frame& frame);
    void welcome();
    void batch(const wire::Frame& frame);
    void histories();
    bool misbehave_in(std::size_t programs, wire::ProgramResult& result);

    std::string mode_;
    bool armour_;
    int input_;
    int output_;
    InProcessTarget target_;
    wire::Batch batch_;
};

void LyingExecutor::write_bytes(std::span<const std::uint8_t> bytes) const {
    while (!bytes.empty()) {
        const ssize_t count = write(output_, bytes.data(), bytes.size());
        if (count <= 0) {
            std::exit(1);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
}

void LyingExecutor::write_text(const std::string& text) const {
    write_bytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

void LyingExecutor::send(const wire::Bytes& frames) {
    if (is("noise")) {
        write_text("[    0.31] tty: EC frames ahead\r\n%ep:");
    }
    wire::Bytes lines;
    if (armour_) {
        wire::append_armoured(lines, frames);
    }
    write_bytes(armour_ ? lines : frames);
}

void LyingExecutor::misbehave_at_start() {
    if (is("noise")) {
        write_text("U-Boot 2026.01\r\nBooting...\r\nlogin: \r\n");
    } else if (is("die-at-start")) {
        std::fputs("no epoll\nhere\n", stderr);
        std::exit(3);
    } else if (is("signal-at-start")) {
        std::signal(SIGSEGV, SIG_DFL);
        std::raise(SIGSEGV);
    } else if (is("silent-at-start")) {
        hang();
    } else if (is("garbage")) {
        write_text("what do you want of me?");
        hang();
    } else if (is("flood")) {
        for (const std::string line(4096, 'x');;) {
            write_text(line);
        }
    } else if (is("flood-of-errors")) {
        for (const std::string line(4096, 'e');;) {
            std::fputs(line.c_str(), stderr);
        }
    } else if (is("descriptors")) {
        DIR* const directory = opendir("/proc/self/fd");
        while (const dirent* entry = readdir(directory)) {
            if (entry->d_name[0] != '.' && std::atoi(entry->d_name) != dirfd(directory)) {
                std::fprintf(stderr, "<%s>", entry->d_name);
            }
        }
        std::exit(4);
    }
}

void LyingExecutor::welcome() {
    wire::Welcome welcome;
    welcome.fingerprint = wire::vocabulary_fingerprint() + (is("wrong-fingerprint") ? 1 : 0);
    welcome.protocol_version =
        static_cast<std::uint16_t>(wire::kProtocolVersion + (is("wrong-version") ? 8 : 0));
    welcome.pointer_bytes = sizeof(void*);
    welcome.kernel = "Lie 1.0 test";
    welcome.architecture = "test";
    welcome.setup_error = is("no-set-up") ? "there is no /dev/null" : "";
    wire::Bytes frame;
    wire::encode(frame, welcome);
    send(frame);
}

/// True if there is to be no result.
bool LyingExecutor::misbehave_in(std::size_t programs, wire::ProgramResult& result) {
    if (is("die") || (is("die-in-company") && programs > 1)) {
        std::fputs("a bad program came\n", stderr);
        std::_Exit(7);
    } else if (is("killed")) {
        kill(getpid(), SIGKILL);
    } else if (is("hang") || (is("hang-with-child") && fork() >= 0)) {
        hang();
    } else if (is("wrong-order")) {
        ++result.program;
    } else if (is("wrong-length")) {
        result.trace.append(Result::of_value(0), {});
    } else if (is("flood-in-program")) {
        for (const std::string line(4096, 'x');;) {
            write_text(line);
        }
    } else if (is("welcomes")) {
        for (;;) {
            welcome();
        }
    } else if (is("harness-error")) {
        result.error = HarnessError{"there is no room for it"};
    }
    return is("too-few");
}

/// A batch whose programs run over and over. It misbehaves in runs with kMarker as their seed.
void LyingExecutor::histories() {
    wire::ProgramResult result;
    result.batch = batch_.options.id;
    for (const wire::WireProgram& program : batch_.programs) {
        Schedule schedule = batch_.options.schedule;
        for (std::uint32_t i = 0; i < batch_.options.repetitions; ++i, ++schedule.seed) {
            ConcurrentTrace trace;
            result.error =
                target_.run_concurrent(program.operations, program.handle_count, schedule, trace);
            result.trace = std::move(trace.answers);
            result.intervals = std::move(trace.intervals);
            const std::uint32_t number = result.program;
            const bool is_sent = schedule.seed != kMarker || !misbehave_in(1, result);
            if (is_sent) {
                wire::Bytes frame;
                wire::encode(frame, result);
                send(frame);
            }
            result.program = number + 1;
        }
    }
}

void LyingExecutor::batch(const wire::Frame& frame) {
    if (wire::decode(frame.payload, batch_)) {
        std::exit(9);
    }
    if (batch_.options.repetitions > 0) {
        histories();
        return;
    }
    wire::Bytes results;
    for (std::size_t i = 0; i < batch_.programs.size(); ++i) {
        const wire::WireProgram& program = batch_.programs[i];
        wire::ProgramResult result;
        result.batch = batch_.options.id;
        result.program = static_cast<std::uint32_t>(i);
        result.error = target_.run(program.operations, program.handle_count, result.trace);
        const bool marked =
            std::any_of(program.operations.begin(), program.operations.end(),
                        [](const Operation& operation) { return operation.number == kMarker; });
        if (marked && misbehave_in(batch_.programs.size(), result)) {
            continue;
        }
        wire::encode(results, result);
        if (marked && is("wrong-checksum")) {
            results.back() ^= 1;
        }
        if (batch_.options.report_each) {
            send(results);
            results.clear();
        }
    }
    send(results);
}

void LyingExecutor::answer(const wire::Frame& frame) {
    wire::Bytes reply;
    if (is("noise")) {  // a terminal that echoes
        wire::append_frame(reply, frame.type, frame.payload);
        send(reply);
        reply.clear();
    }
    switch (frame.type) {
        case FrameType::kHello:
            welcome();
            break;
        case FrameType::kMeasure: {
            wire::CapacitiesReply capacities;
            if (target_.measure(capacities.capacities)) {
                std::exit(9);
            }
            wire::encode(reply, capacities);
            send(reply);
            break;
        }
        case FrameType::kMeasureCharges: {
            std::vector<wire::ChargeQuestion> questions;
            if (wire::decode(frame.payload, questions)) {
                std::exit(9);
            }
            std::vector<std::uint32_t> charges;
            for (const wire::ChargeQuestion& question : questions) {
                constexpr int kTypes[] = {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM};
                charges.push_back(measure_unix_charge(kTypes[static_cast<int>(question.socket)],
                                                      question.length));
            }
            if (is("wrong-charges")) {
                charges.push_back(1);
            }
            wire::encode_charges(reply, charges);
            send(reply);
            break;
        }
        case FrameType::kBatch:
            batch(frame);
            break;
        default:
            std::exit(0);
    }
}

int LyingExecutor::serve() {
    misbehave_at_start();
    wire::FrameReader reader(wire::Sender::kHost);
    wire::ArmourReader armour;
    std::uint8_t room[4096];
    ssize_t count = 0;
    while ((count = read(input_, room, sizeof room)) > 0) {
        const std::span bytes(room, static_cast<std::size_t>(count));
        wire::Bytes plain(bytes.begin(), bytes.end());
        if (armour_) {
            plain.clear();
            armour.feed(bytes, plain);
        }
        reader.feed(plain);
        while (const auto frame = reader.next()) {
            answer(*frame);
        }
    }
    return 0;
}

}  // namespace

}  // namespace epollcheck

int main(int count, char** arguments) {
    const std::string mode = count > 1 ? arguments[1] : "honest";
    const std::string how = count > 2 ? arguments[2] : "";
    int input = STDIN_FILENO;
    int output = STDOUT_FILENO;
    if (how == "--file" && count > 4) {
        input = fileno(std::fopen(arguments[3], "rb"));
        output = fileno(std::fopen(arguments[4], "wb"));
    }
    return epollcheck::LyingExecutor(mode, how == "--armour", input, output).serve();
}
