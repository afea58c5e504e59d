// Handle kinds: what kind of file each handle of a program names, followed operation by operation.
//
// It is a guess, as good as that of the random generator: who closes a number and opens another
// file under it is not followed. It makes most changes of programs sensible ones.

#pragma once

#include <array>
#include <cstdint>

#include "fuzz/lawful.h"
#include "model/vocabulary/operation.h"

namespace epollcheck {

enum class HandleKind : std::uint8_t {
    kUnbound,
    kEpoll,
    kPipeRead,
    kPipeWrite,
    kFifo,
    kEventfd,
    kStream,  // unix sockets, those that listen among them
    kSeqpacket,
    kDatagram,
    kUdp,
    kTcp,
    kTimerfd,
    kSignalfd,
    kInotify,
    kPidfd,
    kTerminal,
    kOther,
};

class HandleKinds {
public:
    /// Goes on behind `operation`.
    void follow(const Operation& operation);
    /// What the handle names now; kUnbound of none.
    [[nodiscard]] HandleKind of(std::int16_t handle) const {
        return handle >= 0 && handle < kMostLawfulHandles ? kinds_[static_cast<std::size_t>(handle)]
                                                          : HandleKind::kUnbound;
    }
    [[nodiscard]] HandleKind of(const Descriptor& descriptor) const {
        return of(descriptor.handle);
    }

private:
    std::array<HandleKind, kMostLawfulHandles> kinds_ = {};
};

}  // namespace epollcheck
