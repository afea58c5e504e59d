// ModelRun: writes tests of the model, a line for an operation, and asks what a tier allows.
//
// A run follows two things. The *sure* world is what tier exact predicts. The belief set is that of
// the tier under test; it is fed the sure answers, which every tier must allow, so that a test
// leads it to an interesting place and then asks with allows() what may come next, or goes on with
// another answer than the sure one with observe().
//
// Only test programs include this header.

#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/judgement/belief.h"
#include "model/judgement/test_calls.h"
#include "model/vocabulary/error_name.h"
#include "model/vocabulary/universe.h"

namespace epollcheck {

/// A result with its events, as a value that tests can write down and compare.
struct Answer {
    Result result;
    std::vector<Event> events;

    operator Observation() const { return {result, events}; }  // NOLINT: an answer is observed
    friend bool operator==(const Answer&, const Answer&) = default;
};

inline Answer number(std::int64_t value) { return {Result::of_value(value), {}}; }
inline Answer done() { return number(0); }
inline Answer failure(int error) { return {Result::of_error(error), {}}; }
inline Answer payload(std::uint64_t value) { return {Result::of_payload(value), {}}; }
inline Answer blocked() { return {Result::blocked(), {}}; }
inline Answer descriptor(int slot) { return {Result::of_descriptor(slot), {}}; }
inline Answer reported(std::vector<Event> events) {
    const int count = static_cast<int>(events.size());
    return {Result::of_events(count), std::move(events)};
}
inline Answer nothing() { return reported({}); }

/// Capacities that are easy to reckon with: a buffer of up to 100 bytes charges 100, one of 1000
/// bytes 1000, and a sender may have 4000 (it is writable below a quarter of that, R-D28).
inline Calibration round_calibration() {
    Calibration calibration;
    calibration.unix_send_buffer = 4000;
    calibration.unix_stream_chunk = 1000;
    calibration.datagram_queue_length = 2;
    for (const SocketType type :
         {SocketType::kStream, SocketType::kSeqpacket, SocketType::kDatagram}) {
        for (const std::uint32_t length : {0U, 1U, 2U, 8U, 10U, 99U, 100U}) {
            calibration.set_charge(type, length, 100);
        }
        calibration.set_charge(type, 1000, 1000);
    }
    return calibration;
}

/// One eventfd, watched or not: handle 0 is the instance, 1 the eventfd.
inline Universe small_universe() {
    Universe universe;
    universe.name = "small";
    universe.handles = {"ep", "e"};
    Operation create;
    create.kind = OperationKind::kEpollCreate1;
    create.bound[0] = 0;
    universe.setup.push_back(create);
    create.kind = OperationKind::kEventfd;
    create.flags = flag::kNonblock;
    create.bound[0] = 1;
    universe.setup.push_back(create);
    const Descriptor ep{0, -1};
    const Descriptor e{1, -1};
    universe.operations = {call::add(ep, e, event::kIn, 1), call::del(ep, e), call::read_number(e),
                           call::wait(ep)};
    return universe;
}

class ModelRun {
public:
    explicit ModelRun(Tier tier = Tier::kExact, std::string_view profile = "linux-6.18",
                      const Calibration& calibration = round_calibration())
        : profile_(profile_named(profile).value()),
          calibration_(calibration),
          belief_({tier, &profile_, &calibration_}) {}
    ModelRun(const ModelRun&) = delete;
    ModelRun& operator=(const ModelRun&) = delete;

    /// Runs `operation`; the answer is the sure one. The test fails if the tier forbids it.
    Answer run(const Operation& operation) {
        Answer answer = predict(operation);
        INFO("the answer is " << Catch::Detail::stringify(answer));
        REQUIRE(belief_.step(operation, answer) == StepVerdict::kAllowed);
        return answer;
    }
    /// Runs `operation` and says that `answer` was seen. The sure world goes its own way.
    StepVerdict observe(const Operation& operation, const Answer& answer) {
        predict(operation);
        return belief_.step(operation, answer);
    }
    /// True if the tier allows `answer` to `operation` now. Changes nothing.
    [[nodiscard]] bool allows(const Operation& operation, const Answer& answer) const {
        return !worlds_after(belief_.worlds(), belief_.settings(), operation, answer).empty();
    }
    [[nodiscard]] const BeliefSet& belief() const { return belief_; }
    [[nodiscard]] const World& sure_world() const { return world_; }
    /// The rules that decided the last step.
    [[nodiscard]] bool decided_by(Rule rule) const { return belief_.decided().contains(rule); }

    // Operations that make descriptors. The test fails if they give none.
    Descriptor create(Operation operation) {
        operation.bound[0] = handles_++;
        REQUIRE(run(operation).result.kind == ResultKind::kDescriptor);
        return {operation.bound[0], -1};
    }
    Descriptor create(OperationKind kind, std::uint32_t flags = 0) {
        Operation operation;
        operation.kind = kind;
        operation.flags = flags;
        return create(operation);
    }
    std::pair<Descriptor, Descriptor> create_pair(OperationKind kind, std::uint32_t flags) {
        Operation operation;
        operation.kind = kind;
        operation.flags = flags;
        operation.bound[1] = handles_++;
        const Descriptor first = create(operation);
        return {first, {operation.bound[1], -1}};
    }
    Descriptor epoll() { return create(OperationKind::kEpollCreate1); }
    Descriptor eventfd(std::uint64_t count, std::uint32_t flags = flag::kNonblock) {
        Operation operation;
        operation.kind = OperationKind::kEventfd;
        operation.value = count;
        operation.flags = flags;
        return create(operation);
    }
    std::pair<Descriptor, Descriptor> pipe(std::uint32_t flags = flag::kNonblock) {
        return create_pair(OperationKind::kPipe2, flags);
    }
    std::pair<Descriptor, Descriptor> socket_pair(std::uint32_t type) {
        return create_pair(OperationKind::kSocketpair, type | flag::kNonblock);
    }
    Descriptor socket(std::uint32_t type) {
        return create(OperationKind::kSocket, type | flag::kNonblock);
    }
    Descriptor open(Path path, std::uint32_t flags) {
        Operation operation;
        operation.kind = OperationKind::kOpen;
        operation.number = static_cast<std::int32_t>(path);
        operation.flags = flags;
        return create(operation);
    }
    Descriptor dup(Descriptor fd) { return create(call::on(OperationKind::kDup, fd)); }
    Descriptor accept(Descriptor listener) {
        Operation operation = call::on(OperationKind::kAccept4, listener);
        operation.flags = flag::kNonblock;
        return create(operation);
    }

    // The operations that tests use most.
    Answer add(Descriptor ep, Descriptor fd, EventMask mask, std::uint64_t data) {
        return run(call::add(ep, fd, mask, data));
    }
    Answer mod(Descriptor ep, Descriptor fd, EventMask mask, std::uint64_t data) {
        return run(call::mod(ep, fd, mask, data));
    }
    Answer del(Descriptor ep, Descriptor fd) { return run(call::del(ep, fd)); }
    Answer wait(Descriptor ep, std::int32_t most = 16) { return run(call::wait(ep, most)); }
    Answer read(Descriptor fd, std::uint32_t length) { return run(call::read(fd, length)); }
    Answer write(Descriptor fd, std::uint32_t length) { return run(call::write(fd, length)); }
    /// write(2) of 1 to an eventfd.
    Answer signal(Descriptor fd) { return run(call::write_number(fd, 1)); }
    /// read(2) of an eventfd.
    Answer take(Descriptor fd) { return run(call::read_number(fd)); }
    Answer close(Descriptor fd) { return run(call::close(fd)); }
    /// What poll(2) says of `fd` when it is asked for all bits.
    EventMask mask(Descriptor fd) {
        return static_cast<EventMask>(run(call::poll(fd, 0xffff)).result.value);
    }
    /// The data of what a wait reports, in order.
    std::vector<std::uint64_t> order(Descriptor ep, std::int32_t most = 16) {
        std::vector<std::uint64_t> data;
        for (const Event& event : wait(ep, most).events) {
            data.push_back(event.data);
        }
        return data;
    }

private:
    Answer predict(const Operation& operation) {
        const Settings exact{Tier::kExact, &profile_, &calibration_};
        Choices choices;
        Transition transition(world_, exact, nullptr, choices, event_space_);
        const Result result = apply(transition, operation);
        INFO("the model gives up: " << (transition.gave_up() ? transition.gave_up() : ""));
        REQUIRE(transition.gave_up() == nullptr);
        return {result, {transition.events().begin(), transition.events().end()}};
    }

    Profile profile_;
    Calibration calibration_;
    BeliefSet belief_;
    World world_ = empty_world();
    Event event_space_[kMaxEvents];
    std::int16_t handles_ = 0;
};

}  // namespace epollcheck

namespace Catch {

template <>
struct StringMaker<epollcheck::Answer> {
    static std::string convert(const epollcheck::Answer& answer) {
        using epollcheck::ResultKind;
        const epollcheck::Result& result = answer.result;
        switch (result.kind) {
            case ResultKind::kError:
                return epollcheck::error_name(static_cast<int>(result.value));
            case ResultKind::kBlocked:
                return "blocks";
            case ResultKind::kDescriptor:
                return "descriptor " + std::to_string(result.slots[0]);
            case ResultKind::kEvents: {
                std::string text = "[";
                for (const epollcheck::Event& event : answer.events) {
                    text += (text.size() > 1 ? ", " : "") + std::to_string(event.data) + ":" +
                            epollcheck::event_mask_text(event.mask);
                }
                return text + "]";
            }
            case ResultKind::kPayload:
                return "{" + std::to_string(result.value) + "}";
            default:
                return std::to_string(result.value);
        }
    }
};

}  // namespace Catch
