// Random programs of several threads. See random_program.h.

#include "stress/random_program.h"

#include <fmt/format.h>

#include <numeric>
#include <string>
#include <vector>

#include "harness/program/random.h"
#include "model/vocabulary/operation_table.h"
#include "model/vocabulary/strand.h"

namespace epollcheck {

namespace {

using Kind = OperationKind;

/// A file that threads write and read.
struct Source {
    enum class Type : std::uint8_t { kEventfd, kPipe, kSocketpair };
    Type type = Type::kEventfd;
    std::int16_t reading = 0;  // handles
    std::int16_t writing = 0;
    int closing_strand = -1;  // who closes its writing end; then nobody else uses that handle
};

class Builder {
public:
    Builder(std::uint64_t seed) : random_(seed) {}

    Program build();

private:
    std::int16_t new_handle(const char* stem) {
        program_.handles.push_back(fmt::format("{}{}", stem, program_.handles.size()));
        return static_cast<std::int16_t>(program_.handles.size() - 1);
    }
    Operation& add(Kind kind, std::int16_t handle = kNoHandle) {
        Operation& added = program_.operations.emplace_back();
        added.kind = kind;
        added.fd.handle = handle;
        added.process = strand_ == kStrandOfSecondProcess ? 1 : 0;
        added.thread = static_cast<std::uint8_t>(added.process != 0 ? 0 : strand_);
        return added;
    }
    template <class Container>
    auto& one_of(Container& container) {
        return container[random_.below(static_cast<std::uint32_t>(container.size()))];
    }

    void make_sources();
    void make_instances();
    void make_second_process();
    void make_threads();
    void look_at_the_rest();
    void make_call();
    void control(std::int32_t operation, std::int16_t instance, std::int16_t target);
    void wait(std::int16_t instance, std::int64_t timeout_ms);
    void transfer(const Source& source, bool writes);
    EventMask random_interest(bool adds);

    Program program_;
    Random random_;
    int strand_ = 0;           // whose operations are added
    bool has_second_ = false;  // process
    std::uint64_t armings_ = 0;
    std::vector<Source> sources_;
    std::vector<std::int16_t> instances_;
};

EventMask Builder::random_interest(bool adds) {
    EventMask events = random_.chance(85) ? event::kIn : event::kOut;
    if (random_.chance(15)) {
        events |= event::kIn | event::kOut;
    }
    if (random_.chance(45)) {
        events |= event::kEdge;
    }
    if (random_.chance(20)) {
        events |= event::kOneshot;
    } else if (adds && random_.chance(12)) {
        events |= event::kExclusive;
    }
    return events;
}

void Builder::make_sources() {
    const std::uint32_t count = 1 + random_.below(3);
    for (std::uint32_t i = 0; i < count; ++i) {
        Source source;
        source.type = static_cast<Source::Type>(random_.below(3));
        source.reading = new_handle("r");
        source.writing = source.reading;
        if (source.type == Source::Type::kEventfd) {
            Operation& made = add(Kind::kEventfd);
            made.bound[0] = source.reading;
            made.flags = flag::kNonblock;
            made.value = random_.chance(20) ? 1 : 0;
        } else {
            source.writing = new_handle("w");
            const bool pipe = source.type == Source::Type::kPipe;
            Operation& made = add(pipe ? Kind::kPipe2 : Kind::kSocketpair);
            made.bound[0] = source.reading;
            made.bound[1] = source.writing;
            made.flags = flag::kNonblock;
            if (!pipe) {
                made.number = static_cast<std::int32_t>(Domain::kUnix);
                made.flags |= flag::kStream;
            }
        }
        sources_.push_back(source);
    }
}

void Builder::control(std::int32_t operation, std::int16_t instance, std::int16_t target) {
    Operation& made = add(Kind::kEpollCtl, instance);
    made.number = operation;
    made.other_fd.handle = target;
    if (operation == kCtlDel) {
        made.pointer = Pointer::kNull;
        return;
    }
    made.flags = random_interest(operation == kCtlAdd);
    made.value = ++armings_;
}

void Builder::make_instances() {
    const std::uint32_t count = 1 + random_.below(2);
    for (std::uint32_t i = 0; i < count; ++i) {
        instances_.push_back(new_handle("ep"));
        add(Kind::kEpollCreate1).bound[0] = instances_.back();
    }
    for (const std::int16_t instance : instances_) {
        for (const Source& source : sources_) {
            if (random_.chance(70)) {
                control(kCtlAdd, instance, source.reading);
            }
        }
    }
    if (instances_.size() > 1 && random_.chance(50)) {
        Operation& nested = add(Kind::kEpollCtl, instances_[0]);
        nested.number = kCtlAdd;
        nested.other_fd.handle = instances_[1];
        nested.flags = event::kIn | (random_.chance(50) ? event::kEdge : 0);
        nested.value = ++armings_;
    }
}

void Builder::wait(std::int16_t instance, std::int64_t timeout_ms) {
    Operation& made = add(Kind::kEpollWait, instance);
    made.number = random_.chance(60) ? 8 : 1;
    made.timeout_ms = timeout_ms;
}

void Builder::transfer(const Source& source, bool writes) {
    Operation& made =
        add(writes ? Kind::kWrite : Kind::kRead, writes ? source.writing : source.reading);
    made.as_value = source.type == Source::Type::kEventfd;
    made.value = made.as_value && writes ? 1 : 0;
    // A read of a stream that takes from several buffers does so at several instants.
    const bool is_one_step = writes || source.type != Source::Type::kSocketpair;
    made.length = made.as_value ? 0 : 1 + (is_one_step ? random_.below(3) : 0);
}

void Builder::make_call() {
    const std::int16_t instance = one_of(instances_);
    Source& source = one_of(sources_);
    const bool may_write = source.closing_strand < 0 || source.closing_strand == strand_;
    const std::uint32_t draw = random_.below(100);
    if (draw < 38) {
        wait(instance, random_.chance(12) ? -1 : 0);
    } else if (draw < 62) {
        transfer(source, may_write);
    } else if (draw < 74) {
        transfer(source, false);
    } else if (draw < 82) {
        control(kCtlMod, instance, source.reading);
    } else if (draw < 89) {
        control(kCtlAdd, instance, source.reading);
    } else if (draw < 95) {
        control(kCtlDel, instance, source.reading);
    } else if (source.closing_strand == strand_) {
        add(Kind::kClose, source.writing);
        source.closing_strand = kMaxStrands;  // it was closed, and nobody writes any more
    } else {
        Operation& made = add(Kind::kPoll, source.reading);
        made.flags = event::kIn | event::kOut;
    }
}

/// Now and then, since a fork costs as much as many histories. What it closes are its own numbers,
/// so that files live on in one process only.
void Builder::make_second_process() {
    if (!random_.chance(5)) {
        return;
    }
    has_second_ = true;
    const bool shares = random_.chance(30);
    add(shares ? Kind::kClone : Kind::kFork).flags = shares ? flag::kCloneFiles : 0;
    for (const Source& source : sources_) {
        if (!shares && random_.chance(25)) {
            strand_ = random_.chance(50) ? kStrandOfSecondProcess : 0;
            add(Kind::kClose, random_.chance(50) ? source.reading : source.writing);
            strand_ = 0;
        }
    }
}

void Builder::make_threads() {
    std::vector<int> strands(2 + random_.below(has_second_ ? 2 : 3));
    std::iota(strands.begin(), strands.end(), 0);
    if (has_second_) {
        strands.push_back(kStrandOfSecondProcess);
    }
    for (Source& source : sources_) {
        if (source.type != Source::Type::kEventfd && random_.chance(25)) {
            source.closing_strand = one_of(strands);
        }
    }
    add(Kind::kBarrier);
    for (const int strand : strands) {
        strand_ = strand;
        const std::uint32_t calls = 1 + random_.below(4);
        for (std::uint32_t i = 0; i < calls; ++i) {
            make_call();
        }
    }
    strand_ = 0;
}

void Builder::look_at_the_rest() {
    add(Kind::kBarrier);
    for (const std::int16_t instance : instances_) {
        add(Kind::kFdinfo, instance);
        strand_ = has_second_ && random_.chance(30) ? kStrandOfSecondProcess : 0;
        wait(instance, 0);
        program_.operations.back().number = 8;
        strand_ = 0;
    }
}

Program Builder::build() {
    make_sources();
    make_instances();
    make_second_process();
    make_threads();
    look_at_the_rest();
    return std::move(program_);
}

}  // namespace

Program random_concurrent_program(std::uint64_t seed, std::uint64_t number) {
    Program program = Builder(seed * 0x9e3779b97f4a7c15U + number).build();
    program.header.id = fmt::format("stress/seed-{}-program-{}", seed, number);
    return program;
}

}  // namespace epollcheck
