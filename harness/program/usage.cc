// A word for each type of argument, strung together along a row of the operation table.

#include "harness/program/usage.h"

#include <fmt/format.h>

namespace epollcheck {
namespace {

std::string_view placeholder(ArgumentType type) {
    switch (type) {
        case ArgumentType::kNone:
            return "";
        case ArgumentType::kDescriptor:
        case ArgumentType::kOtherDescriptor:
            return "descriptor";
        case ArgumentType::kNewPair:
            return "[a, b]";
        case ArgumentType::kFlags:
            return "flags";
        case ArgumentType::kEventMask:
            return "events";
        case ArgumentType::kEventArgument:
            return "{events, data}";
        case ArgumentType::kCtlOperation:
            return "ADD|MOD|DEL";
        case ArgumentType::kNumber:
        case ArgumentType::kValue:
            return "number";
        case ArgumentType::kLength:
        case ArgumentType::kTransfer:
            return "length";
        case ArgumentType::kTimeout:
            return "timeout_ms";
        case ArgumentType::kTimespec:
            return "{seconds, nanoseconds}";
        case ArgumentType::kFcntlCommand:
            return "command";
        case ArgumentType::kPath:
            return "\"file\"";
        case ArgumentType::kDomain:
            return "AF_UNIX|AF_INET";
        case ArgumentType::kHow:
            return "SHUT_RD|SHUT_WR|SHUT_RDWR";
        case ArgumentType::kSocketOption:
            return "SO_ERROR";
        case ArgumentType::kSettableOption:
            return "option";
        case ArgumentType::kClock:
            return "clock";
        case ArgumentType::kTimerSetting:
            return "{nanoseconds, period}";
        case ArgumentType::kRequest:
            return "request";
        case ArgumentType::kProcess:
            return "process";
        case ArgumentType::kThread:
            return "thread";
        case ArgumentType::kSignals:
            return "signals";
        case ArgumentType::kOtherKind:
            return "kind";
        case ArgumentType::kMaskHow:
            return "how";
    }
    return "";
}

}  // namespace

std::string usage_of(const OperationSpec& spec) {
    if (spec.kind == OperationKind::kBarrier) return std::string(spec.name);
    std::string text = fmt::format("{}(", spec.name);
    for (const ArgumentSpec& argument : spec.arguments) {
        if (argument.type == ArgumentType::kNone) break;
        if (!text.ends_with('(')) text += ", ";
        text += placeholder(argument.type);
    }
    return text + ")";
}

}  // namespace epollcheck
