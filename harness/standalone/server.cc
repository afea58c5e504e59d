// Answering messages. See server.h.

#include "harness/standalone/server.h"

#include <sys/socket.h>

#include <bit>

#include "harness/executor/calibration_probe.h"
#include "harness/executor/way_to_call.h"
#include "harness/target/in_process_target.h"

namespace epollcheck {

namespace {

/// What the executor was built for.
const char* architecture() {
#if defined(__x86_64__) && defined(__ILP32__)
    return "x32";
#elif defined(__x86_64__)
    return "x86_64";
#elif defined(__i386__)
    return "i686";
#elif defined(__aarch64__)
    return "aarch64";
#elif defined(__arm__)
    return "arm";
#elif defined(__riscv) && __riscv_xlen == 64
    return "riscv64";
#elif defined(__s390x__)
    return "s390x";
#else
    return "unknown";
#endif
}

int native_type(wire::ChargeQuestion::Socket socket) {
    switch (socket) {
        case wire::ChargeQuestion::Socket::kStream:
            return SOCK_STREAM;
        case wire::ChargeQuestion::Socket::kSeqpacket:
            return SOCK_SEQPACKET;
        case wire::ChargeQuestion::Socket::kDatagram:
            return SOCK_DGRAM;
    }
    return SOCK_STREAM;
}

}  // namespace

wire::Welcome introduction() {
    return {.fingerprint = wire::vocabulary_fingerprint(),
            .pointer_bytes = sizeof(void*),
            .big_endian = std::endian::native == std::endian::big,
            .calls = static_cast<wire::CallsBy>(way_to_call()),
            .kernel = local_kernel_text(),
            .architecture = architecture(),
            .release = EPOLLCHECK_RELEASE,
            .setup_error = ""};
}

Executor& Server::executor() {
    if (executor_ == nullptr) {
        executor_ = std::make_unique<Executor>();
    }
    return *executor_;
}

bool Server::complain(const std::string& text) {
    wire::encode_complaint(channel_.outgoing(), text);
    return channel_.sent(true);
}

bool Server::answer_hello() {
    wire::Welcome welcome = introduction();
    if (const auto& error = executor().setup_error()) {
        welcome.setup_error = error->what;
    }
    wire::encode(channel_.outgoing(), welcome);
    return channel_.sent(true);
}

bool Server::answer_measure() {
    wire::CapacitiesReply reply;
    if (const auto error = measure_capacities(reply.capacities)) {
        reply.error = error->what;
    }
    wire::encode(channel_.outgoing(), reply);
    return channel_.sent(true);
}

bool Server::answer_charges(const wire::Frame& frame) {
    std::vector<wire::ChargeQuestion> questions;
    if (const auto error = decode(frame.payload, questions)) {
        return complain("charges to measure: " + error->text());
    }
    std::vector<std::uint32_t> charges;
    for (const wire::ChargeQuestion& question : questions) {
        const bool possible = question.length <= kMaxTransfer;
        charges.push_back(
            possible ? measure_unix_charge(native_type(question.socket), question.length) : 0);
    }
    wire::encode_charges(channel_.outgoing(), charges);
    return channel_.sent(true);
}

bool Server::run(const wire::Batch& batch, std::size_t first, std::size_t last) {
    using Asked = Executor::Asked;
    executor().ask_about(batch.options.ask_all ? Asked::kAll : Asked::kOneInTurn);
    result_.batch = batch.options.id;
    for (std::size_t i = first; i < last; ++i) {
        const wire::WireProgram& program = batch.programs[i];
        result_.program = static_cast<std::uint32_t>(i);
        result_.error = executor().run(program.operations, program.handle_count, result_.trace);
        result_.disagreement = executor().disagreement();
        wire::encode(channel_.outgoing(), result_);
        if (!channel_.sent(batch.options.report_each || i + 1 == last)) {
            return false;
        }
    }
    return true;
}

bool Server::run_repeatedly(const wire::Batch& batch) {
    result_.batch = batch.options.id;
    result_.program = 0;
    result_.disagreement.reset();
    for (const wire::WireProgram& program : batch.programs) {
        Schedule schedule = batch.options.schedule;
        for (std::uint32_t i = 0; i < batch.options.repetitions; ++i, ++schedule.seed) {
            result_.error = executor().run_concurrent(program.operations, program.handle_count,
                                                      schedule, history_);
            std::swap(result_.trace, history_.answers);
            std::swap(result_.intervals, history_.intervals);
            wire::encode(channel_.outgoing(), result_);
            ++result_.program;
            if (!channel_.sent(batch.options.report_each)) {
                return false;
            }
        }
    }
    result_.intervals.clear();
    return channel_.sent(true);
}

bool Server::answer_batch(const wire::Frame& frame) {
    if (const auto error = decode(frame.payload, batch_)) {
        return complain("a batch: " + error->text());
    }
    return batch_.options.repetitions > 0 ? run_repeatedly(batch_)
                                          : run(batch_, 0, batch_.programs.size());
}

bool Server::answer(const wire::Frame& frame) {
    if (frame.version != wire::kProtocolVersion) {
        return complain("a frame of protocol version " + std::to_string(frame.version) +
                        "; this executor speaks version " + std::to_string(wire::kProtocolVersion) +
                        ". Use a host and an executor of the same release.");
    }
    switch (frame.type) {
        case wire::FrameType::kHello:
            return answer_hello();
        case wire::FrameType::kMeasure:
            return answer_measure();
        case wire::FrameType::kMeasureCharges:
            return answer_charges(frame);
        case wire::FrameType::kBatch:
            return answer_batch(frame);
        case wire::FrameType::kBye:
            return false;
        default:
            return complain("a frame of unknown type " +
                            std::to_string(static_cast<int>(frame.type)));
    }
}

void Server::serve() {
    while (const auto frame = channel_.receive()) {
        if (!answer(*frame)) {
            return;
        }
    }
}

}  // namespace epollcheck
