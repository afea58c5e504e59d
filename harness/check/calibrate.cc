// Calibration. See calibrate.h.

#include "harness/check/calibrate.h"

#include <sys/socket.h>

#include "harness/executor/calibration_probe.h"
#include "harness/program/generator_weights.h"

namespace epollcheck {

namespace {

struct MeasuredType {
    SocketType type;
    int native;
};
constexpr MeasuredType kTypes[] = {
    {SocketType::kStream, SOCK_STREAM},
    {SocketType::kSeqpacket, SOCK_SEQPACKET},
    {SocketType::kDatagram, SOCK_DGRAM},
};

bool measure(Calibration& calibration, const MeasuredType& type, std::uint32_t length) {
    if (calibration.charge(type.type, length) != 0) {
        return true;
    }
    const std::uint32_t charge = measure_unix_charge(type.native, length);
    return charge == 0 || calibration.set_charge(type.type, length, charge);
}

/// Measures what sends of `length` bytes may charge. False if the table is full.
bool measure_length(Calibration& calibration, std::uint32_t length) {
    bool fits = true;
    for (const MeasuredType& type : kTypes) {
        if (type.type == SocketType::kStream) {
            const std::uint32_t chunk = calibration.unix_stream_chunk;
            fits = fits && (length < chunk || measure(calibration, type, chunk));
            fits = fits && (length % chunk == 0 || measure(calibration, type, length % chunk));
        } else {
            fits = fits && measure(calibration, type, length);
        }
    }
    return fits;
}

}  // namespace

std::optional<HarnessError> calibrate(Calibration& calibration) {
    Capacities capacities;
    if (auto error = measure_capacities(capacities)) {
        return error;
    }
    calibration.page_size = capacities.page_size;
    calibration.pipe_slots = capacities.pipe_slots;
    calibration.pipe_max_size = capacities.pipe_max_size;
    calibration.may_exceed_pipe_max = capacities.may_exceed_pipe_max;
    calibration.unix_send_buffer = capacities.unix_send_buffer;
    calibration.unix_stream_chunk = capacities.unix_stream_chunk;
    calibration.datagram_queue_length = capacities.datagram_queue_length;
    calibration.epoll_event_size = capacities.epoll_event_size;
    calibration.has_epoll_pwait2 = capacities.has_epoll_pwait2;
    calibration.has_unix_out_of_band = capacities.has_unix_out_of_band;
    calibration.has_pidfd = capacities.has_pidfd;
    calibration.has_loopback = capacities.has_loopback;
    calibration.has_terminals = capacities.has_terminals;
    calibration.has_inotify = capacities.has_inotify;
    calibration.keeps_wakeup = capacities.keeps_wakeup;
    calibration.kcmp_error = capacities.kcmp_error;
    calibration.unshare_error = capacities.unshare_error;
    calibration.close_range_error = capacities.close_range_error;
    calibration.has_ring_control = capacities.has_ring_control;
    calibration.has_ring_wait = capacities.has_ring_wait;
    calibration.has_busy_poll = capacities.has_busy_poll;
    calibration.may_raise_budget = capacities.may_raise_budget;
    calibration.may_limit_watches = capacities.may_limit_watches;
    calibration.may_step_clock = capacities.may_step_clock;
    if (calibration.unix_stream_chunk == 0 || !measure_length(calibration, 1)) {
        return HarnessError{
            "the buffers of unix sockets cannot be measured here (SIOCOUTQ, unix(7)); the model "
            "needs their sizes"};
    }
    return std::nullopt;
}

std::optional<HarnessError> calibrate_for(std::span<const Operation> operations,
                                          Calibration& calibration) {
    for (const Operation& operation : operations) {
        const bool sends =
            operation.kind == OperationKind::kWrite || operation.kind == OperationKind::kSend;
        const std::uint32_t length = transfer_length(operation);
        // The last byte of an urgent send is a buffer of its own.
        const bool urgent = sends && length > 0;
        if (sends && (!measure_length(calibration, length) ||
                      (urgent && !measure_length(calibration, length - 1)))) {
            return HarnessError{
                "the program sends more different lengths than can be calibrated (about 80); use "
                "fewer"};
        }
    }
    return std::nullopt;
}

std::optional<HarnessError> calibrate_for_generator(Calibration& calibration) {
    for (const std::uint32_t length : generator_weights::kLengths) {
        Operation transfer;
        transfer.kind = OperationKind::kWrite;
        transfer.length = length;
        if (auto error = calibrate_for({&transfer, 1}, calibration)) {
            return error;
        }
    }
    return std::nullopt;
}

}  // namespace epollcheck
