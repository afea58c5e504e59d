// The calls of emitted C files: from an operation to the C expression that makes it.

#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "harness/program/emit_c.h"

namespace epollcheck {

/// One operation in C.
struct CCall {
    std::string text;         // the call, an expression; "" for what is no call
    std::string_view shows;   // the helper that turns its result into text
    std::string after;        // statements behind it that bind handles, or ""
    bool endless = false;     // it waits as long as nothing happens
    long long least_ns = 0;   // how long it lasts when nothing happens, if that is finite
    std::string whole = "0";  // a call that moves less than that was waiting for the rest
};

/// What calls must know about the whole program.
struct CProgram {
    explicit CProgram(const Program& program);

    const Program& program;
    std::vector<std::string> names;  // C names of the handles
    std::vector<bool> used;          // a descriptor argument names the handle
    std::vector<bool> terminal;      // it may name a terminal
    bool inet = false;               // there are internet sockets
    bool timers = false;
    bool processes = false;  // there is a second one
    bool ring = false;       // there are requests of io_uring
    bool ring_wait = false;  // and some of them wait
};

/// The C form of operation `index`, whose answers are `allowed`.
std::variant<CCall, CannotEmit> c_call(const CProgram& program, std::size_t index,
                                       const AllowedAnswers& allowed);

/// True if packets may be under way when the operation is over, in a program with internet sockets.
bool may_send_packets(OperationKind kind);

}  // namespace epollcheck
