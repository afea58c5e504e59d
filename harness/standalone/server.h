// Server: answers the messages of a host (harness/wire/messages.h) with an executor in this
// process.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/executor/executor.h"
#include "harness/standalone/channel.h"
#include "harness/wire/messages.h"

namespace epollcheck {

class Server {
public:
    explicit Server(Channel& channel) : channel_(channel) {}

    /// Answers one frame. False if it was the last one, or if nobody listens any more.
    bool answer(const wire::Frame& frame);
    /// Answers all frames until the input ends or the host says goodbye.
    void serve();
    /// Runs the programs `first` to `last`, the latter excluded, of a batch. False as above.
    bool run(const wire::Batch& batch, std::size_t first, std::size_t last);

private:
    /// Set up when it is first needed, so that a host gets its frames read in any case.
    Executor& executor();
    bool answer_hello();
    bool answer_measure();
    bool answer_charges(const wire::Frame& frame);
    bool answer_batch(const wire::Frame& frame);
    bool run_repeatedly(const wire::Batch& batch);
    bool complain(const std::string& text);

    Channel& channel_;
    std::unique_ptr<Executor> executor_;
    wire::Batch batch_;
    wire::ProgramResult result_;
    ConcurrentTrace history_;
};

/// What the executor says about itself, without a set-up error.
wire::Welcome introduction();

}  // namespace epollcheck
