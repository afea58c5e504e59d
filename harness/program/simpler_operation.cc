// Simpler operations. See simpler_operation.h.

#include "harness/program/simpler_operation.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>

#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;

const Operation kUsual;

bool has_argument(const Operation& operation, ArgumentType type) {
    const auto& arguments = operation_spec(operation.kind).arguments;
    return std::ranges::any_of(arguments,
                               [&](const ArgumentSpec& spec) { return spec.type == type; });
}

/// The data that is natural for an item: the how many-th file it is that the program registers.
std::uint64_t natural_data(const Program& program, std::size_t index) {
    std::vector<Descriptor> registered;
    for (std::size_t i = 0; i <= index; ++i) {
        const Operation& operation = program.operations[i];
        if (!has_argument(operation, ArgumentType::kEventArgument)) continue;
        if (std::ranges::find(registered, operation.other_fd) == registered.end()) {
            registered.push_back(operation.other_fd);
        }
    }
    const auto found =
        std::ranges::find(registered, program.operations[index].other_fd) - registered.begin();
    return static_cast<std::uint64_t>(found) + 1;
}

class Simplifier {
public:
    Simplifier(const Program& program, std::size_t index)
        : program_(program), index_(index), operation_(program.operations[index]) {}

    std::vector<Operation> all() {
        add_plainer_calls();
        add_usual_arguments();
        add_times();
        add_flags();
        add_numbers();
        add_handles();
        return std::move(found_);
    }

private:
    template <class Change>
    void add(Change change) {
        Operation simpler = operation_;
        change(simpler);
        if (!(simpler == operation_)) found_.push_back(simpler);
    }

    void add_kind(Kind kind) {
        add([&](Operation& simpler) { simpler.kind = kind; });
    }

    /// Another call that does the same with fewer arguments.
    void add_plainer_calls() {
        add([](Operation& simpler) { simpler.process = 0; });
        add([](Operation& simpler) { simpler.arriving = 0; });
        const bool plain_mask = operation_.mask_pointer == Pointer::kNull &&
                                operation_.signal_set_size == kUsual.signal_set_size;
        const bool polls = operation_.timeout_pointer == Pointer::kGood && plain_mask &&
                           operation_.timeout_seconds == 0 && operation_.timeout_nanoseconds == 0;
        switch (operation_.kind) {
            case Kind::kEpollCreate:
                add([](Operation& simpler) {
                    simpler.kind = Kind::kEpollCreate1;
                    simpler.number = 0;
                });
                return;
            case Kind::kEpollPwait2:
                if (polls) add_kind(Kind::kEpollWait);
                return;
            case Kind::kEpollPwait:
                if (plain_mask) add_kind(Kind::kEpollWait);
                return;
            case Kind::kIoUringCtl:
                return add_kind(Kind::kEpollCtl);
            case Kind::kIoUringWait:
                return add_kind(Kind::kEpollWait);
            case Kind::kPpoll:
                if (polls) add_kind(Kind::kPoll);
                return;
            case Kind::kPselect:
                if (polls) add_kind(Kind::kSelect);
                return;
            case Kind::kTgkill:
                return add_kind(Kind::kKill);
            case Kind::kSend:
                if (operation_.flags == 0) add_kind(Kind::kWrite);
                return;
            case Kind::kRecv:
                if (operation_.flags == 0) add_kind(Kind::kRead);
                return;
            case Kind::kDup3:
                if (operation_.flags == 0) add_kind(Kind::kDup2);
                return;
            default:
                return;
        }
    }

    void add_usual_arguments() {
        const bool removes =
            has_argument(operation_, ArgumentType::kEventArgument) && operation_.number == kCtlDel;
        add([&](Operation& simpler) {
            simpler.pointer = removes ? Pointer::kNull : kUsual.pointer;
            simpler.room = kUsual.room;
            simpler.room_bytes = kUsual.room_bytes;
            simpler.flags = removes ? 0 : simpler.flags;
            simpler.value = removes ? 0 : simpler.value;
        });
        add([](Operation& simpler) { simpler.room_bytes = 0; });
        add([](Operation& simpler) {
            simpler.mask_pointer = kUsual.mask_pointer;
            // Only of a mask: elsewhere they are what a call is about.
            simpler.signals =
                simpler.mask_pointer == Pointer::kNull &&
                        operation_spec(simpler.kind).optional != OptionalArguments::kNone
                    ? std::uint8_t{0}
                    : simpler.signals;
            simpler.signal_set_size = kUsual.signal_set_size;
        });
        for (std::uint32_t bit = 1; bit <= signal::kStop; bit <<= 1) {
            add([&](Operation& simpler) {
                simpler.signals = static_cast<std::uint8_t>(simpler.signals & ~bit);
            });
        }
    }

    void add_times() {
        add([](Operation& simpler) { simpler.timeout_ms = 0; });
        if (has_argument(operation_, ArgumentType::kTimespec)) {
            add([](Operation& simpler) {
                simpler.timeout_pointer = Pointer::kGood;
                simpler.timeout_seconds = 0;
                simpler.timeout_nanoseconds = 0;
            });
        } else {
            add([](Operation& simpler) { simpler.timeout_nanoseconds = 0; });  // a period
        }
    }

    /// Fewer bits. What flags mean decides which of them can go.
    void add_flags() {
        switch (operation_.kind) {
            case Kind::kShutdown:
            case Kind::kIoctl:
                return;  // a number
            default:
                break;
        }
        add([](Operation& simpler) { simpler.flags = 0; });
        for (int bit = 31; bit >= 0; --bit) {
            add([&](Operation& simpler) { simpler.flags &= ~(1U << bit); });
        }
    }

    void add_number(std::int32_t smaller) {
        if (operation_.number > smaller) {
            add([&](Operation& simpler) { simpler.number = smaller; });
        }
    }

    void add_length(std::uint32_t smaller) {
        if (operation_.length > smaller) {
            add([&](Operation& simpler) { simpler.length = smaller; });
        }
    }

    void add_value(std::uint64_t smaller) {
        if (operation_.value > smaller) {
            add([&](Operation& simpler) { simpler.value = smaller; });
        }
    }

    void add_numbers() {
        if (has_argument(operation_, ArgumentType::kNumber)) {
            for (const std::int32_t smaller : {1, 2, 16}) add_number(smaller);
        }
        for (const std::uint32_t smaller : {1U, 2U, 4096U, 65536U}) add_length(smaller);
        add_length(operation_.length / 2);
        if (has_argument(operation_, ArgumentType::kEventArgument)) {
            add_data();
        } else if (operation_.kind != Kind::kIoctl && operation_.kind != Kind::kFcntl) {
            if (operation_.kind != Kind::kTimerfdSettime) add_value(0);  // which is off
            add_value(1);
        } else if (operation_.number == static_cast<std::int32_t>(FcntlCommand::kSetPipeSize)) {
            add_value(4096);
        }
    }

    void add_data() {
        if (operation_.pointer != Pointer::kGood) return;
        const std::uint64_t natural = natural_data(program_, index_);
        add([&](Operation& simpler) { simpler.value = natural; });
    }

    /// Handles that were bound earlier.
    void add_handles() {
        constexpr std::int16_t kMost = 8;
        for (std::int16_t handle = 0; handle < std::min(operation_.fd.handle, kMost); ++handle) {
            add([&](Operation& simpler) { simpler.fd.handle = handle; });
        }
        if (operation_.bound[0] != kNoHandle) return;  // dup2 and dup3 bind what they name
        const std::int16_t other = std::min(operation_.other_fd.handle, kMost);
        for (std::int16_t handle = 0; handle < other; ++handle) {
            add([&](Operation& simpler) { simpler.other_fd.handle = handle; });
        }
    }

    const Program& program_;
    std::size_t index_;
    const Operation& operation_;
    std::vector<Operation> found_;
};

/// How handles are called that an operation binds; the second one is that of a pair.
std::array<std::string_view, 2> names_for(Kind kind) {
    switch (kind) {
        case Kind::kEpollCreate:
        case Kind::kEpollCreate1:
            return {"ep", ""};
        case Kind::kPipe2:
            return {"r", "w"};
        case Kind::kSocketpair:
            return {"a", "b"};
        case Kind::kOpenpty:
            return {"m", "s"};
        case Kind::kEventfd:
            return {"e", ""};
        case Kind::kSocket:
        case Kind::kOpenSlave:
            return {"s", ""};
        case Kind::kAccept4:
            return {"c", ""};
        case Kind::kDup:
        case Kind::kDup2:
        case Kind::kDup3:
            return {"d", ""};
        case Kind::kInotifyInit1:
            return {"i", ""};
        case Kind::kTimerfdCreate:
            return {"t", ""};
        case Kind::kSignalfd:
            return {"g", ""};
        case Kind::kSpawn:
            return {"p", ""};
        default:
            return {"f", ""};
    }
}

}  // namespace

std::vector<Operation> simpler_operations(const Program& program, std::size_t index) {
    return Simplifier(program, index).all();
}

Program with_canonical_names(const Program& program) {
    Program named = program;
    std::map<std::string_view, int> count;
    std::vector<bool> done(program.handles.size(), false);
    for (const Operation& operation : program.operations) {
        const auto names = names_for(operation.kind);
        for (std::size_t i = 0; i < 2; ++i) {
            const std::int16_t bound = operation.bound[i];
            if (bound == kNoHandle || done[static_cast<std::size_t>(bound)]) continue;
            done[static_cast<std::size_t>(bound)] = true;
            const int number = ++count[names[i]];
            named.handles[static_cast<std::size_t>(bound)] =
                std::string(names[i]) + (number > 1 ? std::to_string(number) : "");
        }
    }
    return named;
}

}  // namespace epollcheck
