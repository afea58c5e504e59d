// Model target. See model_target.h.

#include "harness/check/model_target.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include "harness/check/calibrate.h"
#include "harness/check/prediction.h"
#include "harness/program/suggestion.h"

namespace epollcheck {

namespace {

constexpr std::string_view kName = "model";

/// About what Linux charges on a 64-bit machine: the bytes in full cache lines, and two structures.
std::uint32_t plausible_charge(std::uint32_t length) { return (length / 256 + 3) * 256; }

}  // namespace

ModelTarget::ModelTarget(const Profile& profile, Defect defect)
    : profile_(profile), defect_(defect) {}

std::optional<HarnessError> ModelTarget::measure(Capacities& capacities) {
    capacities.page_size = calibration_.page_size;
    capacities.pipe_slots = calibration_.pipe_slots;
    capacities.pipe_max_size = calibration_.pipe_max_size;
    capacities.may_exceed_pipe_max = calibration_.may_exceed_pipe_max;
    capacities.unix_send_buffer = calibration_.unix_send_buffer;
    capacities.unix_stream_chunk = calibration_.unix_stream_chunk;
    capacities.datagram_queue_length = calibration_.datagram_queue_length;
    capacities.epoll_event_size = calibration_.epoll_event_size;
    capacities.has_epoll_pwait2 = calibration_.has_epoll_pwait2;
    capacities.has_inotify = calibration_.has_inotify;
    capacities.has_terminals = calibration_.has_terminals;
    capacities.has_pidfd = calibration_.has_pidfd;
    capacities.has_loopback = calibration_.has_loopback;
    capacities.has_unix_out_of_band = calibration_.has_unix_out_of_band;
    capacities.has_ring_control = calibration_.has_ring_control;
    capacities.has_ring_wait = calibration_.has_ring_wait;
    capacities.has_rings = calibration_.has_rings;
    capacities.has_threads = calibration_.has_threads;
    capacities.has_paused_harvest = calibration_.has_paused_harvest;
    capacities.has_busy_poll = calibration_.has_busy_poll;
    capacities.may_raise_budget = calibration_.may_raise_budget;
    capacities.may_limit_watches = calibration_.may_limit_watches;
    capacities.keeps_wakeup = calibration_.keeps_wakeup;
    capacities.has_proc = calibration_.has_proc;
    capacities.has_block_device = calibration_.has_block_device;
    capacities.may_execute = calibration_.may_execute;
    capacities.has_fork = calibration_.has_fork;
    capacities.has_shared_table = calibration_.has_shared_table;
    capacities.has_kernel_address = calibration_.has_kernel_address;
    capacities.has_range_unshare = calibration_.has_range_unshare;
    capacities.has_packet_pipes = calibration_.has_packet_pipes;
    return std::nullopt;
}

std::optional<HarnessError> ModelTarget::measure_charge(int /*socket_type*/, std::uint32_t length,
                                                        std::uint32_t& charge) {
    charge = plausible_charge(length);
    return std::nullopt;
}

std::string ModelTarget::kernel() const {
    return defect_ == Defect::kNone
               ? fmt::format("model of {}", profile_.name)
               : fmt::format("model of {} with {}", profile_.name, defect_info(defect_).id);
}

std::optional<HarnessError> ModelTarget::run(std::span<const Operation> operations,
                                             int /*handle_count*/, Trace& trace) {
    if (auto error = calibrate_for(*this, operations, calibration_)) {
        return error;
    }
    Settings settings{Tier::kExact, &profile_, &calibration_};
    settings.defect = defect_;
    predict(operations, settings, trace);
    if (trace.size() < operations.size()) {
        return HarnessError{
            fmt::format("the model cannot follow the program from operation {} on, so as a target "
                        "it has no answer",
                        trace.size() + 1)};
    }
    return std::nullopt;
}

bool is_model_target(std::string_view name) {
    return name == kName || (name.starts_with(kName) && name[kName.size()] == ':');
}

std::variant<Defect, std::string> model_target_defect(std::string_view name) {
    if (name == kName) {
        return Defect::kNone;
    }
    const std::string_view wanted = name.substr(kName.size() + 1);
    if (const auto defect = defect_named(wanted)) {
        return *defect;
    }
    const auto names = names_of(all_defects());
    const std::string guess = did_you_mean(wanted, names);
    return fmt::format("there is no defect '{}'; {}", wanted,
                       guess.empty() ? "see `epollcheck defects`" : guess);
}

std::string model_target_title(Defect defect) {
    if (defect == Defect::kNone) {
        return "the model itself";
    }
    const DefectInfo& info = defect_info(defect);
    return fmt::format("the model with the defect {} {}: {}", info.id, info.name, info.text);
}

}  // namespace epollcheck
