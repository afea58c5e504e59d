// What the model must be told about a machine: capacities that a kernel chooses and that programs
// can see. They are measured in the target (N-18), never assumed. Pure data; who measures is
// harness/check/calibrate.h.

#pragma once

#include <array>
#include <cstdint>

namespace epollcheck {

enum class SocketType : std::uint8_t { kStream, kSeqpacket, kDatagram };

class Calibration {
public:
    std::uint32_t page_size = 4096;            // bytes
    std::uint32_t pipe_slots = 16;             // of a fresh pipe
    std::uint32_t pipe_max_size = 1U << 20;    // bytes; larger needs a privilege
    bool may_exceed_pipe_max = false;          // the target has that privilege
    std::uint32_t unix_send_buffer = 212992;   // SO_SNDBUF, bytes
    std::uint32_t unix_stream_chunk = 36544;   // most bytes that one buffer of a stream holds
    std::uint32_t datagram_queue_length = 10;  // max_dgram_qlen, datagrams
    std::uint32_t epoll_event_size = 12;       // sizeof(struct epoll_event), bytes
    bool has_epoll_pwait2 = true;
    bool keeps_wakeup = false;  // EPOLLWAKEUP is permitted and supported (R-C33)
    bool has_unix_out_of_band = true;
    // Calls that sandboxes forbid and old kernels do not know: the errno that they always get, or
    // 0.
    int kcmp_error = 0;
    int unshare_error = 0;
    int close_range_error = 0;      // EINVAL: only CLOSE_RANGE_CLOEXEC is unknown
    bool has_range_unshare = true;  // CLOSE_RANGE_UNSHARE is known
    bool has_packet_pipes = true;   // pipe2 takes O_DIRECT
    bool has_inotify = true;
    bool has_pidfd = true;
    bool has_loopback = true;  // AF_INET over the loopback device
    bool has_terminals = true;
    bool has_proc = true;              // /proc/self/fdinfo
    bool has_block_device = true;      // /dev/loop0
    bool may_execute = true;           // /proc/self/exe
    bool has_fork = true;              // a program can have a second process
    bool has_shared_table = true;      // made by clone(CLONE_FILES), too
    bool has_kernel_address = true;    // epoll_wait refuses the buffer KERNEL before it is used
    bool has_ring_control = true;      // IORING_OP_EPOLL_CTL of io_uring is there and permitted
    bool has_ring_wait = true;         // and IORING_OP_EPOLL_WAIT
    bool has_rings = true;             // programs can use io_uring themselves
    bool has_threads = true;           // threads, and the kernel tells whether they sleep
    bool has_paused_harvest = true;    // a harvest can be stopped by userfaultfd
    bool has_busy_poll = true;         // EPIOCSPARAMS and EPIOCGPARAMS work
    bool may_raise_budget = true;      // CAP_NET_ADMIN: a busy poll budget above 64
    bool may_limit_watches = false;    // a program can have an account whose watches are limited
    bool may_mount = false;            // in a mount namespace of its own
    bool may_set_domain_name = false;  // and the kernel announces that
    std::uint32_t other_kinds = 0;     // bit: an OtherKind that can be opened
    bool may_step_clock = false;       // a program can set the clock a few nanoseconds ahead

    /// Bytes that one buffer of `length` bytes charges to its sender; 0 if it was not measured.
    [[nodiscard]] std::uint32_t charge(SocketType type, std::uint32_t length) const {
        for (std::uint32_t probe = hash(type, length); charges_[probe].used;
             probe = (probe + 1) % kTableSize) {
            if (charges_[probe].type == type && charges_[probe].length == length) {
                return charges_[probe].charge;
            }
        }
        return 0;
    }

    /// Records a measured charge. Returns false when the table is full.
    bool set_charge(SocketType type, std::uint32_t length, std::uint32_t charge) {
        if (count_ >= kTableSize / 2) {
            return false;
        }
        std::uint32_t probe = hash(type, length);
        while (charges_[probe].used) {
            probe = (probe + 1) % kTableSize;
        }
        charges_[probe] = {true, type, length, charge};
        ++count_;
        return true;
    }

private:
    struct Charge {
        bool used = false;
        SocketType type = SocketType::kStream;
        std::uint32_t length = 0;
        std::uint32_t charge = 0;
    };
    static constexpr std::uint32_t kTableSize = 512;

    static std::uint32_t hash(SocketType type, std::uint32_t length) {
        return ((length * 2654435761U) ^ (static_cast<std::uint32_t>(type) << 7)) % kTableSize;
    }

    std::array<Charge, kTableSize> charges_{};
    std::uint32_t count_ = 0;
};

}  // namespace epollcheck
