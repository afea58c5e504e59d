// File connection: an executor that takes a file of requests and leaves a file of answers.
//
// For what cannot be talked to: a command gets the names of both files, in the words "{input}" and
// "{output}", and has ended when it has ended. It is started once for each request, so requests
// should be large. What it writes to its standard output is shown when something goes wrong.

#pragma once

#include "harness/target/connection.h"

namespace epollcheck {

class FileConnection final : public Connection {
public:
    explicit FileConnection(ConnectionSettings settings) : settings_(std::move(settings)) {}
    ~FileConnection() override;
    FileConnection(const FileConnection&) = delete;
    FileConnection& operator=(const FileConnection&) = delete;

    std::optional<ConnectionFailure> open() override;
    [[nodiscard]] bool is_open() const override { return is_open_; }
    void send(std::span<const std::uint8_t> frames) override;
    /// Runs the command if it has not run for this request; it may take start_ms and reply_ms.
    std::optional<ConnectionFailure> receive(wire::Frame& frame) override;
    void close(int patience_ms) override;
    [[nodiscard]] std::string remarks() const override { return remarks_; }
    [[nodiscard]] std::chrono::nanoseconds waited() const override { return waited_; }

private:
    using Kind = ConnectionFailure::Kind;

    std::optional<ConnectionFailure> make_directory();
    std::optional<ConnectionFailure> run_command();
    std::optional<ConnectionFailure> load_answers();
    [[nodiscard]] std::string path_of(const char* name) const { return directory_ + "/" + name; }

    ConnectionSettings settings_;
    std::string directory_;  // with both files; "" before it is needed
    bool is_open_ = false;
    bool has_run_ = false;  // for the request
    std::string end_;       // how the command ended
    wire::Bytes request_;
    wire::FrameReader reader_{wire::Sender::kExecutor};
    std::string remarks_;
    std::chrono::nanoseconds waited_{};
};

}  // namespace epollcheck
