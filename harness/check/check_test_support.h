// What tests of this floor share: programs from text, and a calibration that needs no kernel.
//
// Only test programs include this header.

#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "harness/check/judge.h"
#include "harness/program/generator_weights.h"
#include "harness/program/parser.h"
#include "harness/program/printer.h"

namespace epollcheck {

/// The program that `text` describes; the test fails if it is none.
inline Program program_of(std::string_view text) {
    auto parsed = parse_program(text, "test program");
    const auto* error = std::get_if<ParseError>(&parsed);
    INFO((error != nullptr ? error->text() : std::string()));
    REQUIRE(error == nullptr);
    return std::get<Program>(std::move(parsed));
}

/// The answers that are written down in `program`, as if they had been observed: the first one of
/// each operation, or what the model is sure of where nothing is written. A written descriptor is
/// always the sure one, too, because text knows no numbers.
inline Trace written_trace(const Program& program, Judge& judge) {
    const Trace sure = judge.predict(program.operations);
    REQUIRE(sure.size() == program.operations.size());
    Trace trace;
    for (std::size_t i = 0; i < program.operations.size(); ++i) {
        const auto& written = program.annotations[i].expected;
        const bool sure_answer =
            written.empty() || written.front().result.kind == ResultKind::kDescriptor;
        sure_answer ? trace.append(sure[i].result, sure[i].events)
                    : trace.append(written.front().result, written.front().events);
    }
    return trace;
}

/// Capacities as on a common machine, with charges for all lengths that the generator draws.
inline Calibration calibration_of_generator() {
    Calibration calibration;
    const auto measure = [&](SocketType type, std::uint32_t length) {
        if (calibration.charge(type, length) == 0) {
            REQUIRE(calibration.set_charge(type, length, (length / 256 + 3) * 256));
        }
    };
    const std::uint32_t chunk = calibration.unix_stream_chunk;
    measure(SocketType::kStream, chunk);
    measure(SocketType::kSeqpacket, 0);
    measure(SocketType::kDatagram, 0);
    for (const std::uint32_t length : generator_weights::kLengths) {
        measure(SocketType::kStream, length % chunk);
        measure(SocketType::kStream, (length - 1) % chunk);  // the rest of an urgent send
        measure(SocketType::kSeqpacket, length);
        measure(SocketType::kDatagram, length);
    }
    return calibration;
}

inline const Profile& newest_profile() { return named_profiles().back(); }

}  // namespace epollcheck
