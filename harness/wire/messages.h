// Messages: what the frames between a host and an executor say.
//
//     host                          executor
//     Hello                    ->   Welcome        who it is, and whether it can run programs
//     Measure                  ->   Capacities
//     MeasureCharges           ->   Charges
//     Batch                    ->   Result ...     one per program, in order
//     Bye                      ->                  it ends
//
// Each message has encode(): it appends a whole frame to `output`. decode() takes the payload of a
// frame and gives an error with the offset of what is wrong, for whatever bytes.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/executor/calibration_probe.h"
#include "harness/executor/harness_error.h"
#include "harness/executor/readiness_check.h"
#include "harness/wire/bytes.h"
#include "harness/wire/frame.h"
#include "harness/wire/operation_code.h"
#include "model/vocabulary/concurrent_trace.h"
#include "model/vocabulary/result.h"

namespace epollcheck::wire {

/// The most programs in one batch.
inline constexpr std::size_t kMaxProgramsInBatch = 65536;

/// How the executor makes system calls; see harness/executor/way_to_call.h.
enum class CallsBy : std::uint8_t { kRaw, kLibrary, kRing };
inline constexpr int kWaysToCall = 3;
/// "raw", "libc", "io_uring".
const char* way_to_call_name(CallsBy way);

/// The answer to Hello.
struct Welcome {
    std::uint16_t protocol_version = kProtocolVersion;
    std::uint64_t fingerprint = 0;  // vocabulary_fingerprint() of the executor
    std::uint8_t pointer_bytes = 0;
    bool big_endian = false;
    CallsBy calls = CallsBy::kRaw;
    std::string kernel;        // as uname -srm prints it
    std::string architecture;  // that it was built for: "x86_64", "i686", "aarch64", ...
    std::string release;       // of epollcheck
    std::string setup_error;   // why it cannot run programs here, or ""

    friend bool operator==(const Welcome&, const Welcome&) = default;
};

/// One question of MeasureCharges: see measure_unix_charge().
struct ChargeQuestion {
    enum class Socket : std::uint8_t { kStream, kSeqpacket, kDatagram };
    Socket socket = Socket::kStream;
    std::uint32_t length = 0;  // bytes

    friend bool operator==(const ChargeQuestion&, const ChargeQuestion&) = default;
};

/// The answer to Measure.
struct CapacitiesReply {
    Capacities capacities;
    std::string error;  // why they could not be measured, or ""
};

/// How a batch is run.
struct BatchOptions {
    std::uint32_t id = 0;      // comes back with each result
    bool ask_all = true;       // Executor::Asked::kAll, else kOneInTurn
    bool report_each = false;  // each result is written at once, so that after a death the first
                               // one that is missing is that of the culprit
    // Not 0: the programs have threads, and each is run so many times, with the schedules of this
    // seed and of those that follow. The runs are counted through over all programs.
    std::uint32_t repetitions = 0;
    Schedule schedule = {};

    friend bool operator==(const BatchOptions&, const BatchOptions&) = default;
};

struct Batch {
    BatchOptions options;
    std::vector<WireProgram> programs;

    friend bool operator==(const Batch&, const Batch&) = default;
};

/// What one program of a batch gave.
struct ProgramResult {
    std::uint32_t batch = 0;              // BatchOptions::id
    std::uint32_t program = 0;            // index into the batch, or of the run
    Trace trace;                          // after an error as far as it came
    std::vector<CallInterval> intervals;  // one per answer if the batch has repetitions, else none
    std::optional<HarnessError> error;
    std::optional<ReadinessDisagreement> disagreement;
};

void encode_hello(Bytes& output);
void encode_measure(Bytes& output);
void encode_bye(Bytes& output);
void encode_complaint(Bytes& output, const std::string& text);
void encode(Bytes& output, const Welcome& welcome);
void encode(Bytes& output, const CapacitiesReply& reply);
void encode(Bytes& output, std::span<const ChargeQuestion> questions);
/// The charges in the order of the questions; 0 as in measure_unix_charge().
void encode_charges(Bytes& output, std::span<const std::uint32_t> charges);
void encode(Bytes& output, const ProgramResult& result);

/// Writes a batch program by program, without a copy of them in between.
class BatchEncoder {
public:
    explicit BatchEncoder(const BatchOptions& options);
    void add(std::span<const Operation> operations, int handle_count);
    [[nodiscard]] std::size_t programs() const { return count_; }
    /// True if another program of ordinary size still fits into the frame.
    [[nodiscard]] bool has_room() const;
    /// Appends the frame to `output`. The encoder is empty afterwards and can be used again.
    void finish(Bytes& output, const BatchOptions& next = {});

private:
    void start(const BatchOptions& options);

    Bytes payload_;
    std::size_t count_ = 0;
};

using Decoded = std::optional<DecodeError>;  // nothing: it was understood

[[nodiscard]] Decoded decode(std::span<const std::uint8_t> payload, Welcome& welcome);
[[nodiscard]] Decoded decode(std::span<const std::uint8_t> payload, CapacitiesReply& reply);
[[nodiscard]] Decoded decode(std::span<const std::uint8_t> payload,
                             std::vector<ChargeQuestion>& questions);
[[nodiscard]] Decoded decode_charges(std::span<const std::uint8_t> payload,
                                     std::vector<std::uint32_t>& charges);
[[nodiscard]] Decoded decode(std::span<const std::uint8_t> payload, Batch& batch);
[[nodiscard]] Decoded decode(std::span<const std::uint8_t> payload, ProgramResult& result);
[[nodiscard]] Decoded decode_complaint(std::span<const std::uint8_t> payload, std::string& text);

}  // namespace epollcheck::wire
