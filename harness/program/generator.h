// The random generator: programs that open a few files, register them and then do things to them.
//
// It draws from the weights of generator_weights.h and remembers which handle holds which kind of
// file, so that most operations make sense; some are wrong on purpose. Handles are used after they
// were closed, too, and then name whatever got the number next.

#pragma once

#include <cstdint>

#include "harness/program/random.h"
#include "model/vocabulary/program.h"

namespace epollcheck {

struct GeneratorLimits {
    std::uint32_t min_operations = 5;
    std::uint32_t max_operations = 40;
};

class Generator {
public:
    Generator(std::uint64_t seed, const GeneratorLimits& limits) : random_(seed), limits_(limits) {}

    /// Overwrites the operations and handles of `program` with a new random program. The memory of
    /// the program is used again, so a long run allocates almost nothing.
    void generate(Program& program);

private:
    enum class Kind : std::uint8_t {
        kEpoll,
        kPipeRead,
        kPipeWrite,
        kFifo,
        kEventfd,
        kInotify,
        kPidfd,
        kTimerfd,
        kSignalfd,
        kMaster,
        kSlave,
        kStream,
        kSeqpacket,
        kDatagram,
        kListener,
        kUdp,
        kTcp,
        kRing,
        kOther
    };

    [[nodiscard]] bool is_excluded(OperationKind kind) const;
    void open_something();
    void draw_operation();
    void draw_any_operation();
    void give_to_second_process(std::size_t first);
    void open_announcing_files();
    void let_signal_arrive_perhaps(Operation& operation);
    void open_datagram_sockets();
    void open_connection();
    Operation& create_inet(Kind kind);
    void register_perhaps(std::int16_t handle);
    void draw_inet_call();
    void fill_inet_call(Operation& operation, Kind kind);
    void fill(Operation& operation);
    std::uint32_t draw_close_on_exec();
    Operation& add(OperationKind kind);
    std::int16_t bind(Kind kind);
    Descriptor any();
    Descriptor one_of(Kind first, Kind last);
    Descriptor surely_one_of(Kind first, Kind last);
    EventMask interest();
    std::uint32_t length();
    void fill_socket_call(Operation& operation);
    void fill_wait(Operation& operation);
    void fill_timespec(Operation& operation);
    void fill_mask(Operation& operation);
    void fill_request(Operation& operation);
    void fill_control(Operation& operation);
    void fill_transfer(Operation& operation, bool writes);
    void fill_creation(Operation& operation);
    void fill_special_creation(Operation& operation, std::uint32_t close_on_exec);
    void fill_watch_call(Operation& operation);
    void draw_child_call();
    void draw_timer_call();
    void fill_signal_call(Operation& operation);
    void draw_terminal_call();
    void fill_ring_call(Operation& operation);
    void settle_perhaps(Descriptor fd);
    void fill_fcntl(Operation& operation);
    void fill_descriptor_call(Operation& operation);
    void fill_process_call(Operation& operation);
    void fill_passing(Operation& operation);
    void fill_table_call(Operation& operation);

    Random random_;
    GeneratorLimits limits_;
    Program* program_ = nullptr;
    std::uint32_t handles_ = 0;
    bool uses_watches_ = false;
    bool uses_inet_ = false;
    bool uses_children_ = false;
    bool uses_timers_ = false;
    bool uses_signals_ = false;
    bool uses_terminals_ = false;
    bool uses_announcements_ = false;
    bool uses_rings_ = false;
    bool closes_ranges_ = false;
    std::uint32_t last_request_ = 0;  // its id
    std::int32_t announcing_ = 0;     // the path that they are about
    std::uint64_t killed_ = 0;        // handles of children that were told to end
    Kind kinds_[64] = {};
    bool has_processes_ = false;  // this program may have a second process
    bool passes_descriptors_ = false;
    Kind sent_ = Kind::kOther;  // what was sent through a socket last
};

}  // namespace epollcheck
