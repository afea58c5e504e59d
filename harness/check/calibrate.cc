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

/// Measures charges on one machine for one calibration, until something does not work.
class ChargeMeter {
public:
    ChargeMeter(Machine& machine, Calibration& calibration)
        : machine_(machine), calibration_(calibration) {}

    /// Measures what sends of `length` bytes may charge.
    void measure_length(std::uint32_t length) {
        for (const MeasuredType& type : kTypes) {
            if (type.type != SocketType::kStream) {
                measure(type, length);
                continue;
            }
            const std::uint32_t chunk = calibration_.unix_stream_chunk;
            if (length >= chunk) {
                measure(type, chunk);
            }
            if (length % chunk != 0) {
                measure(type, length % chunk);
            }
        }
    }

    [[nodiscard]] const std::optional<HarnessError>& error() const { return error_; }

private:
    void measure(const MeasuredType& type, std::uint32_t length) {
        if (error_ || calibration_.charge(type.type, length) != 0) {
            return;
        }
        std::uint32_t charge = 0;
        error_ = machine_.measure_charge(type.native, length, charge);
        if (!error_ && charge != 0 && !calibration_.set_charge(type.type, length, charge)) {
            error_ = HarnessError{
                "the program sends more different lengths than can be calibrated (about 80); use "
                "fewer"};
        }
    }

    Machine& machine_;
    Calibration& calibration_;
    std::optional<HarnessError> error_;
};

}  // namespace

std::optional<HarnessError> calibrate(Machine& machine, Calibration& calibration) {
    Capacities capacities;
    if (auto error = machine.measure(capacities)) {
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
    calibration.has_proc = capacities.has_proc;
    calibration.has_block_device = capacities.has_block_device;
    calibration.may_execute = capacities.may_execute;
    calibration.has_fork = capacities.has_fork;
    calibration.has_shared_table = capacities.has_shared_table;
    calibration.has_kernel_address = capacities.has_kernel_address;
    calibration.has_inotify = capacities.has_inotify;
    calibration.keeps_wakeup = capacities.keeps_wakeup;
    calibration.kcmp_error = capacities.kcmp_error;
    calibration.unshare_error = capacities.unshare_error;
    calibration.close_range_error = capacities.close_range_error;
    calibration.has_range_unshare = capacities.has_range_unshare;
    calibration.has_packet_pipes = capacities.has_packet_pipes;
    calibration.has_ring_control = capacities.has_ring_control;
    calibration.has_ring_wait = capacities.has_ring_wait;
    calibration.has_rings = capacities.has_rings;
    calibration.has_threads = capacities.has_threads;
    calibration.has_paused_harvest = capacities.has_paused_harvest;
    calibration.has_busy_poll = capacities.has_busy_poll;
    calibration.may_raise_budget = capacities.may_raise_budget;
    calibration.may_limit_watches = capacities.may_limit_watches;
    calibration.may_step_clock = capacities.may_step_clock;
    calibration.may_mount = capacities.may_mount;
    calibration.may_set_domain_name = capacities.may_set_domain_name;
    calibration.other_kinds = capacities.other_kinds;
    if (calibration.unix_stream_chunk == 0) {
        return HarnessError{
            "the buffers of unix sockets cannot be measured here (SIOCOUTQ, unix(7)); the model "
            "needs their sizes"};
    }
    ChargeMeter meter(machine, calibration);
    meter.measure_length(1);
    return meter.error();
}

std::optional<HarnessError> calibrate_for(Machine& machine, std::span<const Operation> operations,
                                          Calibration& calibration) {
    ChargeMeter meter(machine, calibration);
    for (const Operation& operation : operations) {
        const bool sends =
            operation.kind == OperationKind::kWrite || operation.kind == OperationKind::kSend;
        const std::uint32_t length = transfer_length(operation);
        if (sends) {
            meter.measure_length(length);
        }
        if (sends && length > 0) {
            meter.measure_length(length - 1);  // the last byte of an urgent send is a buffer itself
        }
    }
    return meter.error();
}

std::optional<HarnessError> calibrate_for_generator(Machine& machine, Calibration& calibration) {
    for (const std::uint32_t length : generator_weights::kLengths) {
        Operation transfer;
        transfer.kind = OperationKind::kWrite;
        transfer.length = length;
        if (auto error = calibrate_for(machine, {&transfer, 1}, calibration)) {
            return error;
        }
    }
    return std::nullopt;
}

}  // namespace epollcheck
