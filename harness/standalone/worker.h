// Worker: a process of its own for work that may hang or die, and what it writes.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace epollcheck {

class Worker {
public:
    /// What the process does; it writes to `output` and ends when it returns.
    using Work = std::function<void(int output)>;

    Worker() = default;
    /// Kills the process if it is there.
    ~Worker() { end(); }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Forks. False if that is impossible here.
    bool start(const Work& work);

    enum class Heard {
        kSomething,  // `count` bytes were read
        kEnd,        // it closed its output: it has ended, or is about to
        kNothing,    // it was silent for all of the time
    };
    /// Waits for something that the process writes.
    Heard listen(std::span<std::uint8_t> room, int patience_ms, std::size_t& count);

    /// Kills the process unless it has ended by itself, and waits until it is gone. What became of
    /// it, for a person: "was killed by signal 11"; "" if it did all of its work.
    std::string end();

private:
    pid_t process_ = -1;
    int input_ = -1;
    bool is_silent_ = false;
};

}  // namespace epollcheck
