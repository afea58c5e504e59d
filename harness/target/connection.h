// Connection: frames to an executor that runs elsewhere, and back, and how that can fail.
//
// A connection knows how bytes get there and back. What they mean, and what is done after a
// failure, is known to ProcessTarget. Every wait has an end, and so has the memory that an answer
// can take.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/wire/frame.h"

namespace epollcheck {

/// How an executor is reached.
struct ConnectionSettings {
    std::vector<std::string> command;  // its words; at least one
    int start_ms = 10'000;             // from the start to the first answer
    int reply_ms = 10'000;             // the longest silence while we wait for an answer
    std::uint64_t output_limit = std::uint64_t{64} << 20;  // bytes that answer one request
    bool armour = false;                                   // bytes as lines of text (armour.h)
};

/// Why there is no answer.
struct ConnectionFailure {
    enum class Kind {
        kNoStart,  // the command cannot be started, and trying again is of no use
        kEnded,    // it is no more
        kSilent,   // it said nothing for too long
        kFlood,    // it sent more than the limit
        kDamaged,  // a checksum was wrong
    };
    Kind kind = Kind::kEnded;
    std::string what;  // after the name of the target: "ended with exit code 3"
};

class Connection {
public:
    virtual ~Connection() = default;

    /// Starts what is at the other end, anew if it was started before.
    virtual std::optional<ConnectionFailure> open() = 0;
    [[nodiscard]] virtual bool is_open() const = 0;
    /// Takes a request to be sent. What was received for the one before does not count any more.
    virtual void send(std::span<const std::uint8_t> frames) = 0;
    /// The next frame of the executor. The first one after open() may take start_ms. After a
    /// failure the connection is closed.
    virtual std::optional<ConnectionFailure> receive(wire::Frame& frame) = 0;
    /// Ends what is at the other end: within `patience_ms` by itself, then by force.
    virtual void close(int patience_ms) = 0;

    /// What came beside frames, and what was said on the standard error: for people, "" if nothing.
    [[nodiscard]] virtual std::string remarks() const = 0;
    /// Time spent waiting for the other end.
    [[nodiscard]] virtual std::chrono::nanoseconds waited() const = 0;
};

/// `text` on one line without control characters, its last `most` characters.
std::string printable_end(const std::string& text, std::size_t most);

/// What a person should see of noise between frames and of a standard error, see remarks().
std::string remarks_text(const std::string& noise, const std::string& last_words);

}  // namespace epollcheck
