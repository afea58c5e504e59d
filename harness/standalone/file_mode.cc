// A file of frames in, a file of frames out. See file_mode.h.

#include "harness/standalone/file_mode.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "harness/standalone/channel.h"
#include "harness/standalone/server.h"
#include "harness/standalone/worker.h"

namespace epollcheck {

namespace {

constexpr int kFailed = 70;

/// Runs work in a worker and hands on its frames.
class Isolation {
public:
    Isolation(Channel& output, int patience_ms) : output_(output), patience_ms_(patience_ms) {}

    /// Lets `work` run with a server in a process of its own. `take` gets each frame that it sends.
    /// What became of the process, "" if all is well; nothing if no process can be made.
    template <class Work, class Take>
    std::optional<std::string> run(Work work, Take take) {
        Worker worker;
        const bool started = worker.start([&](int output) {
            Channel channel(-1, output, false);
            Server server(channel);
            work(server);
        });
        if (!started) {
            return std::nullopt;
        }
        wire::FrameReader reader(wire::Sender::kExecutor);
        std::uint8_t room[65536];
        std::size_t count = 0;
        while (worker.listen(room, patience_ms_, count) == Worker::Heard::kSomething) {
            reader.feed({room, count});
            while (const auto frame = reader.next()) {
                take(*frame);
            }
        }
        return worker.end();
    }

    /// Hands a frame of a worker on to the output.
    void pass(const wire::Frame& frame) {
        wire::append_frame(output_.outgoing(), frame.type, frame.payload);
        is_written_ = output_.sent(false) && is_written_;
    }
    template <class Encode>
    void say(Encode encode) {
        encode(output_.outgoing());
        is_written_ = output_.sent(false) && is_written_;
    }
    Channel& output() { return output_; }
    [[nodiscard]] bool finish() { return output_.sent(true) && is_written_; }

private:
    Channel& output_;
    int patience_ms_;
    bool is_written_ = true;
};

/// Runs the programs of one batch.
class BatchRun {
public:
    BatchRun(Isolation& isolation, const wire::Batch& batch)
        : isolation_(isolation), batch_(batch) {}

    void run() {
        const std::size_t count = batch_.programs.size();
        std::size_t next = run_together();
        while (next < count && run_alone(next)) {
            ++next;
        }
        if (next < count) {
            Server server(isolation_.output());  // without processes: nothing is isolated
            server.run(batch_, next, count);
        }
    }

private:
    /// Runs all in one worker and passes on what is in order. The first program that is not done.
    std::size_t run_together() {
        std::size_t next = 0;
        bool in_order = true;
        wire::ProgramResult result;
        isolation_.run([&](Server& server) { server.run(batch_, 0, batch_.programs.size()); },
                       [&](const wire::Frame& frame) {
                           in_order = in_order && !decode(frame.payload, result) &&
                                      result.program == next && !result.error;
                           if (in_order) {
                               isolation_.pass(frame);
                               ++next;
                           }
                       });
        return next;
    }

    /// Runs one program in a worker of its own. False if there cannot be one.
    bool run_alone(std::size_t index) {
        bool answered = false;
        const auto end =
            isolation_.run([&](Server& server) { server.run(batch_, index, index + 1); },
                           [&](const wire::Frame& frame) {
                               isolation_.pass(frame);
                               answered = true;
                           });
        if (end && !answered) {
            wire::ProgramResult result;
            result.batch = batch_.options.id;
            result.program = static_cast<std::uint32_t>(index);
            result.error =
                HarnessError{"the process that ran the program " + (end->empty() ? "ended" : *end) +
                                 " before it had an answer.",
                             true};
            isolation_.say([&](wire::Bytes& output) { wire::encode(output, result); });
        }
        return end.has_value();
    }

    Isolation& isolation_;
    const wire::Batch& batch_;
};

/// Answers a frame that is no batch, or a batch of programs with threads.
void answer_frame(Isolation& isolation, const wire::Frame& frame) {
    bool answered = frame.type == wire::FrameType::kBye;
    const auto end = isolation.run([&](Server& server) { server.answer(frame); },
                                   [&](const wire::Frame& reply) {
                                       isolation.pass(reply);
                                       answered = true;
                                   });
    if (!end) {
        Server server(isolation.output());
        server.answer(frame);
    } else if (!answered) {
        isolation.say([&](wire::Bytes& output) {
            wire::encode_complaint(output, "the process that answered a frame of type " +
                                               std::to_string(static_cast<int>(frame.type)) + " " +
                                               *end);
        });
    }
}

int cannot_use(const char* action, const char* path) {
    std::fprintf(stderr, "epollcheck-executor: cannot %s %s: %s\n", action, path,
                 std::strerror(errno));
    return kFailed;
}

/// All frames of the file, so that no descriptor is open while programs run.
std::vector<wire::Frame> read_frames(int fd, bool armour) {
    Channel input(fd, -1, armour);
    std::vector<wire::Frame> frames;
    while (auto frame = input.receive()) {
        frames.push_back(std::move(*frame));
    }
    return frames;
}

}  // namespace

int run_file_mode(const FileModeOptions& options) {
    const int input = open(options.input, O_RDONLY | O_CLOEXEC);
    if (input < 0) {
        return cannot_use("read", options.input);
    }
    const std::vector<wire::Frame> frames = read_frames(input, options.armour);
    close(input);
    if (frames.empty()) {
        std::fprintf(stderr, "epollcheck-executor: there is no frame in %s\n", options.input);
        return kFailed;
    }
    const int output = open(options.output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (output < 0) {
        return cannot_use("write", options.output);
    }
    Channel channel(-1, output, options.armour);
    Isolation isolation(channel, options.patience_ms);
    for (const wire::Frame& frame : frames) {
        wire::Batch batch;
        const bool is_batch = frame.type == wire::FrameType::kBatch &&
                              frame.version == wire::kProtocolVersion &&
                              !decode(frame.payload, batch) && batch.options.repetitions == 0;
        if (is_batch) {
            BatchRun(isolation, batch).run();
        } else {
            answer_frame(isolation, frame);
        }
    }
    const bool written = isolation.finish();
    return close(output) == 0 && written ? 0 : cannot_use("write", options.output);
}

}  // namespace epollcheck
