// Child process: a command with a pipe on each of its three standard descriptors, and nothing else.
//
// It gets a process group of its own, so that whatever it starts can be ended with it, and so that
// a Ctrl-C for us is none for it. Signals are as usual there, although we ignore some. It is killed
// when the thread that started it ends: that thread must live as long as the child. What it writes
// to its standard error is collected on the way, the end of it is kept for messages.
//
// Source: Boost.Process; pipe(7), setpgid(2), pidfd_open(2).

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace epollcheck {

/// The path of the command called `name`: itself if it has a slash, else from PATH. "" if nothing
/// there can be executed.
std::string find_command(const std::string& name);

class ChildProcess {
public:
    ChildProcess();
    /// Kills it.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// Starts `command`, whose first word is a path or is looked up in PATH. Why it cannot, or "".
    std::string start(const std::vector<std::string>& command);
    [[nodiscard]] bool is_started() const;

    struct Ready {
        bool to_read = false;   // it has written something, or closed its output
        bool to_write = false;  // it takes more input
        bool ended = false;     // it is no more; what it has written can still be read
    };
    /// Waits for one of these for at most `patience_ms`; to_write only if that is wanted. Nothing
    /// of it is true after that time, and when something else happened (a signal, an error message
    /// of the child): the caller looks at its own clock.
    Ready wait(bool wants_to_write, int patience_ms);
    /// Reads what is there, at most the room; 0 if nothing is, or nothing will be any more.
    std::size_t read(std::span<std::uint8_t> room);
    /// True once read() has met the end of its output.
    [[nodiscard]] bool output_is_over() const;
    /// Writes what it takes now. 0 also if it takes nothing any more.
    std::size_t write(std::span<const std::uint8_t> bytes);

    /// The end of what it wrote to its standard error.
    [[nodiscard]] const std::string& last_words() const;
    static constexpr std::size_t kLastWords = 4096;  // bytes
    /// All that it wrote there, in bytes.
    [[nodiscard]] std::uint64_t error_bytes() const;

    /// Closes its input, gives it `patience_ms` to end, then kills its whole group. What became of
    /// it: "exit code 3", "signal 11 (Segmentation fault)"; "killed" if that was us.
    std::string stop(int patience_ms);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace epollcheck
