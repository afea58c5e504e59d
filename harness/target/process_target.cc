// Process target. See process_target.h.

#include "harness/target/process_target.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>

namespace epollcheck {

namespace {

using wire::FrameType;

constexpr int kGoodbyeMs = 1000;  // what it gets to end by itself
constexpr const char* kRebuild = "build its executor anew (`./epollcheck executors`)";

wire::ChargeQuestion::Socket asked_socket(int socket_type) {
    using Socket = wire::ChargeQuestion::Socket;
    return socket_type == SOCK_STREAM      ? Socket::kStream
           : socket_type == SOCK_SEQPACKET ? Socket::kSeqpacket
                                           : Socket::kDatagram;
}

}  // namespace

ProcessTarget::ProcessTarget(ProcessTargetSettings settings, std::unique_ptr<Connection> connection)
    : settings_(std::move(settings)), connection_(std::move(connection)) {
    settings_.batch = std::clamp<std::size_t>(settings_.batch, 1, wire::kMaxProgramsInBatch);
}

ProcessTarget::~ProcessTarget() {
    if (connection_->is_open()) {
        request_.clear();
        wire::encode_bye(request_);
        connection_->send(request_);
        connection_->close(kGoodbyeMs);
    }
}

HarnessError ProcessTarget::error(const Trouble& trouble, const std::string& doing) const {
    return {fmt::format("target '{}' {}{}{}", settings_.name, trouble.what, doing,
                        connection_->remarks()),
            true};
}

ProcessTarget::Failed ProcessTarget::check_welcome() const {
    if (welcome_.protocol_version != wire::kProtocolVersion) {
        return Trouble{fmt::format("speaks version {} of the protocol, we speak {}: {}",
                                   welcome_.protocol_version, wire::kProtocolVersion, kRebuild),
                       true};
    }
    if (welcome_.fingerprint != wire::vocabulary_fingerprint()) {
        return Trouble{fmt::format("has an executor that knows other operations than we do "
                                   "(fingerprint {:016x} instead of {:016x}): {}",
                                   welcome_.fingerprint, wire::vocabulary_fingerprint(), kRebuild),
                       true};
    }
    if (!welcome_.setup_error.empty()) {
        return Trouble{fmt::format("cannot run programs: {}", welcome_.setup_error), true};
    }
    return std::nullopt;
}

ProcessTarget::Failed ProcessTarget::receive(FrameType wanted, wire::Frame& frame) {
    constexpr int kMostHellos = 1000;
    int hellos = 0;
    do {
        if (auto failure = connection_->receive(frame)) {
            const bool lasting = failure->kind == ConnectionFailure::Kind::kNoStart;
            return Trouble{std::move(failure->what), lasting};
        }
        // A hello that was said twice is answered twice.
    } while (frame.type == FrameType::kWelcome && wanted != FrameType::kWelcome &&
             ++hellos < kMostHellos);
    std::optional<Trouble> trouble;
    if (frame.version != wire::kProtocolVersion) {
        trouble = {fmt::format("speaks version {} of the protocol, we speak {}: {}", frame.version,
                               wire::kProtocolVersion, kRebuild),
                   true};
    } else if (frame.type == FrameType::kComplaint) {
        std::string text;
        const auto undecoded = wire::decode_complaint(frame.payload, text);
        trouble = {fmt::format("did not understand us: {}", undecoded ? undecoded->text() : text)};
    } else if (frame.type != wanted) {
        trouble = {fmt::format("sent a frame of type 0x{:02x} where one of type 0x{:02x} was due",
                               static_cast<int>(frame.type), static_cast<int>(wanted))};
    }
    if (trouble) {
        connection_->close(0);
    }
    return trouble;
}

/// Opens the connection if it is not open.
ProcessTarget::Failed ProcessTarget::connect() {
    if (connection_->is_open()) {
        return std::nullopt;
    }
    restarts_ += was_started_ ? 1 : 0;
    was_started_ = true;
    if (auto failure = connection_->open()) {
        std::string advice = settings_.advice.empty() ? "" : ". " + settings_.advice;
        return Trouble{failure->what + advice, true};
    }
    hello_.clear();
    wire::encode_hello(hello_);
    connection_->send(hello_);
    wire::Frame frame;
    auto trouble = receive(FrameType::kWelcome, frame);
    if (!trouble) {
        if (const auto undecoded = wire::decode(frame.payload, welcome_)) {
            trouble = {"sent a welcome that makes no sense: " + undecoded->text(), true};
        } else {
            trouble = check_welcome();
        }
        if (trouble) {
            connection_->close(0);
        }
    }
    return trouble;
}

std::optional<HarnessError> ProcessTarget::start() {
    const auto trouble = connect();
    if (!trouble) {
        return std::nullopt;
    }
    const bool is_known = trouble->lasting;  // then it says itself what is wrong
    std::string doing = is_known ? "" : " before it said hello";
    if (!is_known && !settings_.advice.empty()) {
        doing += ". " + settings_.advice;
    }
    return error(*trouble, doing);
}

/// Sends request_, once more to a new target if there is no answer, and gives the payload of the
/// answer to `answer`, which says what is wrong with it, or "".
template <class Answer>
std::optional<HarnessError> ProcessTarget::ask(FrameType wanted, const char* doing, Answer answer) {
    constexpr int kTries = 2;
    for (int i = 1;; ++i) {
        if (auto failed = start()) {
            return failed;
        }
        connection_->send(request_);
        wire::Frame frame;
        auto trouble = receive(wanted, frame);
        if (!trouble) {
            const std::string wrong = answer(frame.payload);
            if (wrong.empty()) {
                return std::nullopt;
            }
            trouble = {"sent an answer that makes no sense: " + wrong};
            connection_->close(0);
        }
        if (i == kTries || trouble->lasting) {
            return error(*trouble, doing);
        }
    }
}

std::optional<HarnessError> ProcessTarget::measure(Capacities& capacities) {
    request_.clear();
    wire::encode_measure(request_);
    wire::CapacitiesReply reply;
    auto failed = ask(FrameType::kCapacities, " when it was asked to measure its machine",
                      [&](std::span<const std::uint8_t> payload) {
                          const auto undecoded = wire::decode(payload, reply);
                          return undecoded ? undecoded->text() : std::string();
                      });
    if (!failed && !reply.error.empty()) {
        failed = HarnessError{fmt::format("target '{}': {}", settings_.name, reply.error)};
    }
    capacities = reply.capacities;
    return failed;
}

std::optional<HarnessError> ProcessTarget::measure_charge(int socket_type, std::uint32_t length,
                                                          std::uint32_t& charge) {
    const wire::ChargeQuestion question{asked_socket(socket_type), length};
    const std::uint64_t key = static_cast<std::uint64_t>(question.socket) << 32 | length;
    if (const auto known = charges_.find(key); known != charges_.end()) {
        charge = known->second;
        return std::nullopt;
    }
    request_.clear();
    wire::encode(request_, std::span(&question, 1));
    std::vector<std::uint32_t> charges;
    auto failed = ask(FrameType::kCharges, " when it was asked to measure the charge of a message",
                      [&](std::span<const std::uint8_t> payload) -> std::string {
                          if (const auto undecoded = wire::decode_charges(payload, charges)) {
                              return undecoded->text();
                          }
                          return charges.size() == 1
                                     ? ""
                                     : fmt::format("{} charges for one question", charges.size());
                      });
    if (!failed) {
        charge = charges.front();
        charges_[key] = charge;
    }
    return failed;
}

ProcessTarget::Failed ProcessTarget::take_result(const wire::Frame& frame,
                                                 const ProgramToRun& program, std::size_t index,
                                                 ProgramRun& run) {
    if (const auto undecoded = wire::decode(frame.payload, result_)) {
        return Trouble{"sent a result that makes no sense: " + undecoded->text()};
    }
    if (result_.batch != batch_id_ || result_.program != index) {
        return Trouble{
            fmt::format("sent the result of program {} of batch {} where that of "
                        "program {} of batch {} was due",
                        result_.program, result_.batch, index, batch_id_)};
    }
    const std::size_t due = program.operations.size();
    if (result_.error ? result_.trace.size() > due : result_.trace.size() != due) {
        return Trouble{fmt::format("gave {} answers for a program of {} operations",
                                   result_.trace.size(), due)};
    }
    std::swap(run.trace, result_.trace);  // each keeps its memory
    run.error = std::move(result_.error);
    run.disagreement = result_.disagreement;
    return std::nullopt;
}

/// Runs `programs` as one batch; `done` counts those that have results. `careful`: see the top.
ProcessTarget::Failed ProcessTarget::run_part(std::span<const ProgramToRun> programs,
                                              std::span<ProgramRun> runs, bool careful,
                                              std::size_t& done) {
    done = 0;
    if (auto trouble = connect()) {
        return trouble;
    }
    wire::BatchEncoder encoder(
        {.id = ++batch_id_, .ask_all = asked_ == Executor::Asked::kAll, .report_each = careful});
    for (const ProgramToRun& program : programs) {
        if (encoder.programs() == settings_.batch ||
            (encoder.programs() > 0 && !encoder.has_room())) {
            break;
        }
        encoder.add(program.operations, program.handle_count);
    }
    const std::size_t sent = encoder.programs();
    request_.clear();
    encoder.finish(request_);
    connection_->send(request_);
    wire::Frame frame;
    for (; done < sent; ++done) {
        auto trouble = receive(FrameType::kResult, frame);
        if (!trouble) {
            trouble = take_result(frame, programs[done], done, runs[done]);
            if (trouble) {
                connection_->close(0);
            }
        }
        if (trouble) {
            return trouble;
        }
    }
    return std::nullopt;
}

void ProcessTarget::run_batch(std::span<const ProgramToRun> programs, std::span<ProgramRun> runs) {
    enum class Mode { kFast, kCareful, kAlone };
    Mode mode = Mode::kFast;
    std::size_t next = 0;
    while (next < programs.size() && !given_up_) {
        const std::size_t left = programs.size() - next;
        const std::size_t count = mode == Mode::kAlone ? 1 : left;
        std::size_t done = 0;
        const auto trouble = run_part(programs.subspan(next, count), runs.subspan(next, count),
                                      mode != Mode::kFast, done);
        next += done;
        if (done > 0) {
            restarts_in_row_ = 0;
        }
        if (!trouble) {
            mode = mode == Mode::kAlone ? Mode::kCareful : mode;
            continue;
        }
        if (trouble->lasting) {
            given_up_ = error(*trouble, "");
        } else if (++restarts_in_row_ > settings_.most_restarts) {
            given_up_ = error(*trouble, fmt::format(" and was given up: it was started {} times in "
                                                    "a row without an answer to any program",
                                                    restarts_in_row_));
        } else if (mode == Mode::kAlone || programs.size() == 1) {
            // The second failure of a program that was alone both times is its own, too.
            if (mode == Mode::kAlone) {
                runs[next].trace.clear();
                runs[next].disagreement.reset();
                runs[next].error = error(*trouble, " in this program, also when it ran alone");
                ++next;
                mode = Mode::kCareful;
            } else {
                mode = Mode::kAlone;
            }
        } else {
            mode = mode == Mode::kFast ? Mode::kCareful : Mode::kAlone;
        }
    }
    for (; next < programs.size(); ++next) {
        runs[next].trace.clear();
        runs[next].disagreement.reset();
        runs[next].error = given_up_;
    }
}

std::optional<HarnessError> ProcessTarget::run(std::span<const Operation> operations,
                                               int handle_count, Trace& trace) {
    const ProgramToRun program{operations, handle_count};
    std::swap(single_.trace, trace);
    run_batch({&program, 1}, {&single_, 1});
    std::swap(single_.trace, trace);
    return std::move(single_.error);
}

}  // namespace epollcheck
