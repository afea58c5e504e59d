// TestProgram: writes programs for the executor's own tests, a line for an operation, without the
// parser (which is another floor), and keeps what running them gave.

#pragma once

#include <dirent.h>

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "harness/executor/executor.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

/// A handle of a test program.
struct Handle {
    std::int16_t index;
    operator Descriptor() const { return {.handle = index, .number = -1}; }  // NOLINT: an argument
};

inline Descriptor literal(int number) { return {.handle = kNoHandle, .number = number}; }

/// Of this process, and the one that looks: good for comparing.
inline int count_open_descriptors() {
    int count = 0;
    DIR* const directory = opendir("/proc/self/fd");
    REQUIRE(directory != nullptr);
    while (readdir(directory) != nullptr) {
        ++count;
    }
    closedir(directory);
    return count;
}

class TestProgram {
public:
    Handle handle() { return {handle_count_++}; }

    /// Appends an operation about `fd` and returns it, so that a test can fill in what is special.
    Operation& add(OperationKind kind, Descriptor fd = {}) {
        Operation& operation = operations_.emplace_back();
        operation.kind = kind;
        operation.fd = fd;
        return operation;
    }
    /// An operation that makes a descriptor, with a fresh handle for it.
    Handle create(OperationKind kind, std::uint32_t flags = 0, Descriptor fd = {}) {
        const Handle result = handle();
        Operation& operation = add(kind, fd);
        operation.flags = flags;
        operation.bound[0] = result.index;
        return result;
    }
    std::pair<Handle, Handle> create_pair(OperationKind kind, std::uint32_t flags) {
        const Handle first = create(kind, flags);
        const Handle second = handle();
        operations_.back().bound[1] = second.index;
        return {first, second};
    }
    Handle epoll() { return create(OperationKind::kEpollCreate1); }
    Handle eventfd(std::uint64_t count, std::uint32_t flags = flag::kNonblock) {
        const Handle result = create(OperationKind::kEventfd, flags);
        operations_.back().value = count;
        return result;
    }
    std::pair<Handle, Handle> pipe(std::uint32_t flags = flag::kNonblock) {
        return create_pair(OperationKind::kPipe2, flags);
    }
    Handle open(Path path, std::uint32_t flags) {
        const Handle result = create(OperationKind::kOpen, flags);
        operations_.back().number = static_cast<std::int32_t>(path);
        return result;
    }
    Operation& control(Descriptor ep, std::int32_t number, Descriptor fd, EventMask mask,
                       std::uint64_t data) {
        Operation& operation = add(OperationKind::kEpollCtl, ep);
        operation.number = number;
        operation.other_fd = fd;
        operation.flags = mask;
        operation.value = data;
        return operation;
    }
    Operation& wait(Descriptor ep, int max_events = 16, std::int64_t timeout_ms = 0) {
        Operation& operation = add(OperationKind::kEpollWait, ep);
        operation.number = max_events;
        operation.timeout_ms = timeout_ms;
        return operation;
    }
    Operation& write(Descriptor fd, std::uint32_t length) { return transfer(fd, length, true); }
    Operation& read(Descriptor fd, std::uint32_t length) { return transfer(fd, length, false); }
    Operation& write_number(Descriptor fd, std::uint64_t number) {
        Operation& operation = transfer(fd, 8, true);
        operation.as_value = true;
        operation.value = number;
        return operation;
    }
    Operation& read_number(Descriptor fd) {
        Operation& operation = transfer(fd, 8, false);
        operation.as_value = true;
        return operation;
    }
    Operation& fcntl(Descriptor fd, FcntlCommand command, std::uint64_t value = 0) {
        Operation& operation = add(OperationKind::kFcntl, fd);
        operation.number = static_cast<std::int32_t>(command);
        operation.value = value;
        return operation;
    }
    Operation& close(Descriptor fd) { return add(OperationKind::kClose, fd); }

    [[nodiscard]] std::optional<HarnessError> try_run(Executor& executor) {
        return executor.run(operations_, handle_count_, trace_);
    }
    /// Runs all operations; the test fails if that is impossible.
    void run(Executor& executor) {
        const std::optional<HarnessError> error = try_run(executor);
        INFO((error ? error->what : std::string()));
        REQUIRE_FALSE(error);
        REQUIRE(trace_.size() == operations_.size());
    }
    /// Lets a thread, an index, run the operation that was added last.
    void in_thread(int thread) { last().thread = static_cast<std::uint8_t>(thread); }
    void barrier() { add(OperationKind::kBarrier); }
    /// await or resume: an operation of `thread` about `other`.
    void about_thread(OperationKind kind, int thread, int other) {
        add(kind).number = other;
        in_thread(thread);
    }
    [[nodiscard]] std::optional<HarnessError> try_run_concurrent(Executor& executor,
                                                                 const Schedule& schedule = {}) {
        ConcurrentTrace trace;
        auto error = executor.run_concurrent(operations_, handle_count_, schedule, trace);
        trace_ = std::move(trace.answers);
        intervals_ = std::move(trace.intervals);
        return error;
    }
    void run_concurrent(Executor& executor, const Schedule& schedule = {}) {
        const std::optional<HarnessError> error = try_run_concurrent(executor, schedule);
        INFO((error ? error->what : std::string()));
        REQUIRE_FALSE(error);
        REQUIRE(trace_.size() == operations_.size());
        REQUIRE(intervals_.size() == operations_.size());
    }
    [[nodiscard]] const CallInterval& interval(int index) const {
        return intervals_[position(index)];
    }
    [[nodiscard]] std::int16_t handle_count() const { return handle_count_; }
    /// The operation that was added last.
    Operation& last() { return operations_.back(); }
    [[nodiscard]] const std::vector<Operation>& operations() const { return operations_; }
    [[nodiscard]] std::size_t size() const { return operations_.size(); }
    [[nodiscard]] const Trace& trace() const { return trace_; }
    /// The result of operation `index`, counted from 0, or from the end if it is negative.
    [[nodiscard]] Result result(int index) const { return trace_[position(index)].result; }
    [[nodiscard]] std::vector<Event> events(int index) const {
        const auto events = trace_[position(index)].events;
        return {events.begin(), events.end()};
    }

private:
    Operation& transfer(Descriptor fd, std::uint32_t length, bool is_write) {
        Operation& operation = add(is_write ? OperationKind::kWrite : OperationKind::kRead, fd);
        operation.length = length;
        return operation;
    }
    [[nodiscard]] std::size_t position(int index) const {
        return index >= 0 ? static_cast<std::size_t>(index)
                          : trace_.size() - static_cast<std::size_t>(-index);
    }

    std::int16_t handle_count_ = 0;
    std::vector<Operation> operations_;
    Trace trace_;
    std::vector<CallInterval> intervals_;
};

/// A schedule that shifts the threads, another one for each number.
inline Schedule shifted(int number) {
    return {.seed = static_cast<std::uint64_t>(number), .most_spin = 400};
}

}  // namespace epollcheck

namespace Catch {

template <>
struct StringMaker<epollcheck::Result> {
    static std::string convert(const epollcheck::Result& result) {
        return "kind " + std::to_string(static_cast<int>(result.kind)) + " value " +
               std::to_string(result.value) + " slots " + std::to_string(result.slots[0]) + " " +
               std::to_string(result.slots[1]) + " events " + std::to_string(result.event_count);
    }
};

template <>
struct StringMaker<epollcheck::Event> {
    static std::string convert(const epollcheck::Event& event) {
        return std::to_string(event.data) + ":" + std::to_string(event.mask);
    }
};

}  // namespace Catch
