// Pipe connection: a child process that speaks frames on its standard input and output.
//
// Requests are written and answers read in one loop, so neither side can block the other. Behind
// the pipes may be anything that passes bytes on: an executor, an emulator or a sandbox with one
// inside, ssh, a terminal program for a serial line (then with armour).

#pragma once

#include "harness/target/child_process.h"
#include "harness/target/connection.h"
#include "harness/wire/armour.h"

namespace epollcheck {

class PipeConnection final : public Connection {
public:
    explicit PipeConnection(ConnectionSettings settings);

    std::optional<ConnectionFailure> open() override;
    [[nodiscard]] bool is_open() const override { return child_.is_started(); }
    void send(std::span<const std::uint8_t> frames) override;
    std::optional<ConnectionFailure> receive(wire::Frame& frame) override;
    void close(int patience_ms) override;
    [[nodiscard]] std::string remarks() const override;
    [[nodiscard]] std::chrono::nanoseconds waited() const override { return waited_; }

private:
    using Clock = std::chrono::steady_clock;
    using Kind = ConnectionFailure::Kind;

    /// Moves what can be moved now; waits if nothing can. False after the end of the other side.
    bool exchange(int patience_ms);
    void take(std::span<const std::uint8_t> bytes);
    void write_some();
    /// Says hello again to a machine that may have been booting when it was said first.
    void repeat_request();
    ConnectionFailure fail(Kind kind, std::string what, int patience_ms = 0);

    ConnectionSettings settings_;
    ChildProcess child_;
    wire::FrameReader reader_{wire::Sender::kExecutor};
    wire::ArmourReader armour_reader_;
    wire::Bytes request_;      // the last one, as it travels
    std::size_t written_ = 0;  // of it
    wire::Bytes plain_;        // what armour held
    std::vector<std::uint8_t> room_;
    bool is_new_ = false;         // no frame has come since open()
    std::uint64_t received_ = 0;  // bytes, since the last request
    std::uint64_t damaged_ = 0;   // frames, when the request was sent
    std::uint64_t errors_before_ = 0;
    Clock::time_point last_repeat_;
    std::chrono::nanoseconds waited_{};
};

}  // namespace epollcheck
