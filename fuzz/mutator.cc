// Mutator. See mutator.h.

#include "fuzz/mutator.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "fuzz/flip.h"
#include "fuzz/handle_kinds.h"
#include "harness/program/generator.h"
#include "stress/random_program.h"

namespace epollcheck {

namespace {

using Kind = OperationKind;

/// The program that new operations are taken from.
Program fresh_program(Random& random, Reach reach) {
    if (reach == Reach::kThreads) {
        return random_concurrent_program(random.next(), random.next());
    }
    Program program;
    Generator(random.next(), {.min_operations = 6, .max_operations = 16}).generate(program);
    return program;
}

std::ptrdiff_t offset(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }

/// Handles of a program, by the kind of file that they name at one place of it.
class HandlesByKind {
public:
    HandlesByKind(const Program& program, std::size_t place) {
        HandleKinds kinds;
        for (std::size_t i = 0; i < place; ++i) {
            kinds.follow(program.operations[i]);
        }
        for (std::int16_t handle = 0; handle < kMostLawfulHandles; ++handle) {
            if (kinds.of(handle) != HandleKind::kUnbound) {
                handles_.push_back({kinds.of(handle), handle});
            }
        }
    }

    /// A handle of `kind`, or kNoHandle if there is none.
    std::int16_t one_of(HandleKind kind, Random& random) const {
        std::vector<std::int16_t> fitting;
        for (const Entry& entry : handles_) {
            if (entry.kind == kind) {
                fitting.push_back(entry.handle);
            }
        }
        return fitting.empty() ? kNoHandle
                               : fitting[random.below(static_cast<std::uint32_t>(fitting.size()))];
    }
    std::int16_t any(Random& random) const {
        return handles_.empty()
                   ? kNoHandle
                   : handles_[random.below(static_cast<std::uint32_t>(handles_.size()))].handle;
    }
    /// A handle that is not in use, as long as there is one.
    std::int16_t unused(std::size_t nth) const {
        return static_cast<std::int16_t>((handles_.size() + nth) % kMostLawfulHandles);
    }

private:
    struct Entry {
        HandleKind kind;
        std::int16_t handle;
    };
    std::vector<Entry> handles_;
};

}  // namespace

Change Mutator::mutate(Program& program) {
    const auto draw = [&] {
        const bool has_threads = reach_ == Reach::kThreads;
        // Threads and processes are few where there are none yet.
        const std::uint32_t kinds = has_threads || random_.chance(3) ? kChanges : kChanges - 2;
        return static_cast<Change>(random_.below(kinds));
    };
    const Change first = draw();
    change(program, first);
    for (int more = 0; more < 3 && random_.chance(35); ++more) {
        change(program, draw());
    }
    return first;
}

void Mutator::change(Program& program, Change change) {
    switch (change) {
        case Change::kInsert:
            insert(program);
            break;
        case Change::kDelete:
            remove(program);
            break;
        case Change::kSwap:
            swap(program);
            break;
        case Change::kSplice:
            program = cross(program, fresh_program(random_, reach_));
            break;
        case Change::kRetarget:
            retarget(program);
            break;
        case Change::kFlip:
            flip(program);
            break;
        case Change::kDuplicate:
            duplicate(program);
            break;
        case Change::kThread:
            assign_thread(program);
            break;
        case Change::kRace:
            race(program);
            break;
    }
    make_lawful(program, reach_);
}

/// A place between operations; the ends are places, too.
std::size_t Mutator::place(const Program& program) {
    return random_.below(static_cast<std::uint32_t>(program.operations.size()) + 1);
}

/// Puts `block`, which begins at `first` of `whole`, into `program`. What it uses and does not bind
/// itself becomes a handle here that names the same kind of file, or comes with it.
void Mutator::splice_in(Program& program, std::size_t at, std::span<const Operation> block,
                        const Program& whole, std::size_t first) {
    const HandlesByKind here(program, at);
    HandleKinds there;
    for (std::size_t i = 0; i < first; ++i) {
        there.follow(whole.operations[i]);
    }
    std::array<std::int16_t, kMaxHandles> match;
    match.fill(kNoHandle);
    std::vector<Operation> inserted;
    std::size_t bound = 0;
    const auto bind = [&](std::int16_t handle) {
        auto& own = match[static_cast<std::size_t>(handle)];
        return own = here.unused(bound++);
    };
    const auto bring = [&](std::int16_t handle) {
        const auto maker = std::ranges::find_if(whole.operations, [&](const Operation& made) {
            return made.bound[0] == handle || made.bound[1] == handle;
        });
        const bool stands_alone =
            maker != whole.operations.end() && maker->fd.handle < 0 && maker->other_fd.handle < 0;
        if (!stands_alone) {
            match[static_cast<std::size_t>(handle)] = here.any(random_);
            return;
        }
        inserted.push_back(*maker);
        for (std::int16_t& made : inserted.back().bound) {
            made = made >= 0 ? bind(made) : made;
        }
    };
    const auto use = [&](Descriptor& descriptor) {
        if (descriptor.handle < 0) {
            return;
        }
        auto& own = match[static_cast<std::size_t>(descriptor.handle)];
        if (own < 0 && random_.chance(85)) {
            own = here.one_of(there.of(descriptor.handle), random_);
        }
        if (own < 0) {
            bring(descriptor.handle);
        }
        descriptor.handle = match[static_cast<std::size_t>(descriptor.handle)];
    };
    for (Operation operation : block) {
        use(operation.fd);
        use(operation.other_fd);
        const bool rebinds = operation.kind == Kind::kDup2 || operation.kind == Kind::kDup3;
        for (std::int16_t& made : operation.bound) {
            made = made < 0 ? made : rebinds ? operation.other_fd.handle : bind(made);
        }
        inserted.push_back(operation);
    }
    program.operations.insert(program.operations.begin() + offset(at), inserted.begin(),
                              inserted.end());
}

void Mutator::insert(Program& program) {
    const Program other = fresh_program(random_, reach_);
    const auto count = static_cast<std::uint32_t>(other.operations.size());
    const std::size_t first = random_.below(count);
    const std::size_t length = std::min<std::size_t>(1 + random_.below(4), count - first);
    splice_in(program, place(program), std::span(other.operations).subspan(first, length), other,
              first);
}

void Mutator::remove(Program& program) {
    if (program.operations.empty()) {
        return;
    }
    const auto count = static_cast<std::uint32_t>(program.operations.size());
    const std::size_t first = random_.below(count);
    const std::size_t length =
        std::min<std::size_t>(1 + random_.below(std::max(count / 4, 1U)), count - first);
    const auto begin = program.operations.begin() + offset(first);
    program.operations.erase(begin, begin + offset(length));
}

void Mutator::swap(Program& program) {
    if (program.operations.size() < 2) {
        return;
    }
    const auto count = static_cast<std::uint32_t>(program.operations.size());
    const std::size_t left = random_.below(count);
    const std::size_t right = random_.chance(50) ? (left + 1) % count : random_.below(count);
    std::swap(program.operations[left], program.operations[right]);
}

Program Mutator::cross(const Program& left, const Program& right) {
    Program child = left;
    child.operations.resize(place(left));
    const std::size_t first = place(right);
    splice_in(child, child.operations.size(), std::span(right.operations).subspan(first), right,
              first);
    make_lawful(child, reach_);
    return child;
}

void Mutator::retarget(Program& program) {
    if (program.operations.empty()) {
        return;
    }
    const std::size_t index = random_.below(static_cast<std::uint32_t>(program.operations.size()));
    Operation& operation = program.operations[index];
    const HandlesByKind handles(program, index);
    HandleKinds kinds;
    for (std::size_t i = 0; i < index; ++i) {
        kinds.follow(program.operations[i]);
    }
    Descriptor& descriptor =
        operation.other_fd.handle >= 0 && random_.chance(60) ? operation.other_fd : operation.fd;
    if (descriptor.handle >= 0 && random_.chance(70)) {
        descriptor.handle = handles.one_of(kinds.of(descriptor), random_);
    } else {
        descriptor.handle = random_.chance(95) ? handles.any(random_) : kNoHandle;
    }
}

void Mutator::flip(Program& program) {
    if (program.operations.empty()) {
        return;
    }
    flip_argument(
        program.operations[random_.below(static_cast<std::uint32_t>(program.operations.size()))],
        random_);
}

void Mutator::duplicate(Program& program) {
    if (program.operations.empty()) {
        return;
    }
    const Program whole = program;
    const auto count = static_cast<std::uint32_t>(whole.operations.size());
    const std::size_t first = random_.below(count);
    const std::size_t length = std::min<std::size_t>(1 + random_.below(6), count - first);
    const auto block = std::span(whole.operations).subspan(first, length);
    const std::size_t at = first + random_.below(count - static_cast<std::uint32_t>(first) + 1);
    // Mostly the same handles again: the same calls once more.
    if (random_.chance(60)) {
        program.operations.insert(program.operations.begin() + offset(at), block.begin(),
                                  block.end());
    } else {
        splice_in(program, at, block, whole, first);
    }
}

void Mutator::assign_thread(Program& program) {
    if (program.operations.empty()) {
        return;
    }
    Operation& operation =
        program.operations[random_.below(static_cast<std::uint32_t>(program.operations.size()))];
    if (reach_ == Reach::kThreads) {
        operation.thread = static_cast<std::uint8_t>(random_.below(4));
        return;
    }
    operation.process ^= 1U;
    const bool has_second = std::ranges::any_of(program.operations, [](const Operation& other) {
        return other.kind == Kind::kFork || other.kind == Kind::kClone;
    });
    if (!has_second && random_.chance(20)) {
        const bool shares = random_.chance(30);
        program.operations.insert(program.operations.begin() + offset(place(program)),
                                  {.kind = shares ? Kind::kClone : Kind::kFork});
    }
}

void Mutator::race(Program& program) {
    std::vector<Operation> block;
    const auto thread = static_cast<std::uint8_t>(random_.below(4));
    const std::uint32_t most = 1 + random_.below(4);
    const auto count = static_cast<std::uint32_t>(program.operations.size());
    const std::size_t first = count == 0 ? 0 : random_.below(count);
    std::size_t last = first;
    for (; last < count && block.size() < most; ++last) {
        const Operation& operation = program.operations[last];
        if (operation.kind == Kind::kBarrier) {
            break;
        }
        block.push_back(operation);
        block.back().thread = thread;
        block.back().process ^= 1U;
    }
    program.operations.insert(program.operations.begin() + offset(last), block.begin(),
                              block.end());
}

}  // namespace epollcheck
