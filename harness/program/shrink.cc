// The shrinker. See shrink.h.

#include "harness/program/shrink.h"

#include <algorithm>

#include "harness/program/fewer_threads.h"
#include "harness/program/simpler_operation.h"

namespace epollcheck {

namespace {

Program without(const Program& program, std::size_t first, std::size_t count) {
    Program smaller = program;
    const auto begin = smaller.operations.begin() + static_cast<std::ptrdiff_t>(first);
    smaller.operations.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
    return with_tidy_handles(smaller);
}

/// Removes parts of `part` operations where that keeps the property. True if any was removed.
bool remove_parts(Program& program, std::size_t part, const KeepsProperty& keeps) {
    bool removed = false;
    std::size_t end = program.operations.size();
    while (end > 0) {  // from the back, where removals break fewer later operations
        const std::size_t first = end > part ? end - part : 0;
        Program smaller = without(program, first, end - first);
        if (keeps(smaller)) {
            program = std::move(smaller);
            removed = true;
        }
        end = first;
    }
    return removed;
}

void remove_operations(Program& program, const KeepsProperty& keeps) {
    std::size_t part = std::max<std::size_t>(program.operations.size() / 2, 1);
    while (true) {
        const bool removed = remove_parts(program, part, keeps);
        if (part == 1 && !removed) {
            return;
        }
        part = part == 1 ? 1 : part / 2;
    }
}

/// Replaces the operation at `index` by a simpler one where that keeps the property.
bool simplify(Program& program, std::size_t index, const KeepsProperty& keeps) {
    for (const Operation& simpler : simpler_operations(program, index)) {
        Program candidate = program;
        candidate.operations[index] = simpler;
        if (keeps(candidate)) {
            program = std::move(candidate);
            return true;
        }
    }
    return false;
}

/// Makes operations simpler, each as far as it goes. True if any was changed.
bool simplify_operations(Program& program, const KeepsProperty& keeps) {
    bool changed = false;
    for (std::size_t i = 0; i < program.operations.size(); ++i) {
        while (simplify(program, i, keeps)) {
            changed = true;
        }
    }
    return changed;
}

/// Goes on with the first program with fewer threads that keeps the property, until none does.
void remove_threads(Program& program, const KeepsProperty& keeps) {
    bool removed = true;
    while (removed) {
        removed = false;
        for (const Program& fewer : programs_with_fewer_threads(program)) {
            Program candidate = with_tidy_handles(fewer);
            if (keeps(candidate)) {
                program = std::move(candidate);
                removed = true;
                break;
            }
        }
    }
}

void tidy_threads(Program& program, const KeepsProperty& keeps) {
    Program tidy = with_tidy_threads(program);
    if (!(tidy == program) && keeps(tidy)) {
        program = std::move(tidy);
    }
}

class HandleTidier {
public:
    explicit HandleTidier(const Program& program)
        : old_names_(program.handles), new_index_(program.handles.size(), kNoHandle) {}

    void tidy(Operation& operation) {
        const bool rebinds =
            operation.kind == OperationKind::kDup2 || operation.kind == OperationKind::kDup3;
        use(operation.fd);
        use(operation.other_fd);
        if (rebinds) {
            operation.bound[0] = operation.other_fd.handle;
            return;
        }
        for (std::int16_t& bound : operation.bound) {
            if (bound >= 0) {
                bound = bind(bound);
            }
        }
    }

    std::vector<std::string> take_names() { return std::move(names_); }

private:
    void use(Descriptor& descriptor) {
        if (descriptor.handle >= 0) {
            const std::int16_t index = new_index_[static_cast<std::size_t>(descriptor.handle)];
            descriptor = Descriptor{index, -1};
        }
    }

    std::int16_t bind(std::int16_t old) {
        std::int16_t& index = new_index_[static_cast<std::size_t>(old)];
        if (index < 0) {
            index = static_cast<std::int16_t>(names_.size());
            names_.push_back(old_names_[static_cast<std::size_t>(old)]);
        }
        return index;
    }

    const std::vector<std::string>& old_names_;
    std::vector<std::int16_t> new_index_;
    std::vector<std::string> names_;
};

}  // namespace

Program with_tidy_handles(const Program& program) {
    Program tidy = program;
    HandleTidier tidier(program);
    for (Operation& operation : tidy.operations) {
        tidier.tidy(operation);
    }
    tidy.handles = tidier.take_names();
    return tidy;
}

Program shrink_program(const Program& program, const KeepsProperty& keeps, std::size_t most_runs) {
    std::size_t runs = 0;
    const KeepsProperty asked = [&](const Program& candidate) {
        return runs++ < most_runs && keeps(candidate);
    };
    Program smallest = with_tidy_handles(program);
    smallest.annotations.clear();
    smallest.closing_comments.clear();
    do {
        remove_threads(smallest, asked);
        remove_operations(smallest, asked);
        tidy_threads(smallest, asked);
    } while (simplify_operations(smallest, asked) && runs < most_runs);
    return with_canonical_names(smallest);
}

}  // namespace epollcheck
