// The calls of emitted C files: from an operation to the C expression that makes it.

#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "harness/program/emit_c.h"

namespace epollcheck {

/// What the result of a call stands for.
enum class CShows : std::uint8_t {
    kNumber,        // itself: a count, 0, a descriptor, signals as the bits of `own_signals`
    kSlot,          // a descriptor whose number matters
    kPayload,       // how much was read of the number in `value`
    kAnyPayload,    // the same if any number is allowed
    kAnyCount,      // a count, if any is allowed
    kEvents,        // how many events are in `ready`
    kStoredEvents,  // how many are in a buffer in a strange place
    kMask,          // events of poll
    kFlags,         // of F_GETFL
    kSets,          // of select
    kErrorOf,       // an error of a socket, as its number
    kReceived,      // how much was received, with a descriptor or without
    kParams,        // 0, and parameters of busy polling
};

/// One operation in C.
struct CCall {
    std::string text;  // the call, an expression; "" for what is no call
    CShows shows = CShows::kNumber;
    bool is_pair = false;        // it makes two descriptors
    std::string after;           // statements behind it that bind handles, or ""
    bool lacks = false;          // machines may lack the call, or what it is about
    bool gives_blocked = false;  // that it waits for ever is a number that it gives
    bool endless = false;        // it waits as long as nothing happens
    bool patient = false;        // it must be interrupted, or may have to be
    long long least_ns = 0;      // how long it lasts when nothing happens, if that is finite
    std::string whole = "0";     // a call that moves less than that was waiting for the rest
};

/// What calls must know about the whole program.
struct CProgram {
    explicit CProgram(const Program& program);

    const Program& program;
    std::vector<std::string> names;  // C names of the handles
    std::vector<bool> used;          // a descriptor argument names the handle
    std::vector<bool> terminal;      // it may name a terminal
    bool inet = false;               // there are internet sockets
    bool mixed = false;              // there are other sockets as well
    bool timers = false;
    bool processes = false;  // there is a second one
    bool ring = false;       // there are requests of io_uring
    bool ring_wait = false;  // and some of them wait
};

/// The C form of operation `index`, whose answers are `allowed`.
std::variant<CCall, CannotEmit> c_call(const CProgram& program, std::size_t index,
                                       const AllowedAnswers& allowed);

}  // namespace epollcheck
