// The shrinker. See shrink.h.

#include "harness/program/shrink.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

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

/// Asks for the property, and counts.
class Asking {
public:
    Asking(const FirstToKeep& first, std::size_t at_once, std::size_t most_runs)
        : first_(first), at_once_(at_once), runs_left_(most_runs) {}

    [[nodiscard]] bool may_ask() const { return runs_left_ > 0; }

    struct Kept {
        std::size_t number = 0;  // of the candidate, from 0
        Program program;
    };

    /// The first candidate that keeps the property. `next` gives one after the other, and nothing
    /// in the end; it may be asked for more than are needed.
    template <class Next>
    std::optional<Kept> first_of(Next next) {
        for (std::size_t number = 0;; number += candidates_.size()) {
            candidates_.clear();
            while (candidates_.size() < std::min(at_once_, runs_left_)) {
                std::optional<Program> candidate = next();
                if (!candidate) {
                    break;
                }
                candidates_.push_back(std::move(*candidate));
            }
            if (candidates_.empty()) {
                return std::nullopt;
            }
            const std::size_t kept = first_(candidates_);
            // As many as if they had been tried one after the other.
            runs_left_ -= std::min(kept + 1, candidates_.size());
            if (kept < candidates_.size()) {
                return Kept{number + kept, std::move(candidates_[kept])};
            }
        }
    }

private:
    const FirstToKeep& first_;
    std::size_t at_once_;
    std::size_t runs_left_;
    std::vector<Program> candidates_;
};

/// Removes parts of `part` operations where that keeps the property. True if any was removed.
bool remove_parts(Program& program, std::size_t part, Asking& asking) {
    const auto begin_of_part = [part](std::size_t end) { return end > part ? end - part : 0; };
    bool removed = false;
    std::size_t end = program.operations.size();
    while (end > 0) {  // from the back, where removals break fewer later operations
        std::size_t next_end = end;
        auto kept = asking.first_of([&]() -> std::optional<Program> {
            if (next_end == 0) {
                return std::nullopt;
            }
            const std::size_t first = begin_of_part(next_end);
            return without(program, first, std::exchange(next_end, first) - first);
        });
        if (!kept) {
            return removed;
        }
        removed = true;
        program = std::move(kept->program);
        for (std::size_t i = 0; i <= kept->number; ++i) {
            end = begin_of_part(end);
        }
    }
    return removed;
}

void remove_operations(Program& program, Asking& asking) {
    std::size_t part = std::max<std::size_t>(program.operations.size() / 2, 1);
    while (true) {
        const bool removed = remove_parts(program, part, asking);
        if (part == 1 && !removed) {
            return;
        }
        part = part == 1 ? 1 : part / 2;
    }
}

/// The programs with one operation made simpler, from the operation at `index` on.
class SimplerPrograms {
public:
    SimplerPrograms(const Program& program, std::size_t index) : program_(program) {
        turn_to(index);
    }

    std::optional<Program> next() {
        while (index_ < program_.operations.size()) {
            if (at_ < simpler_.size()) {
                Program candidate = program_;
                candidate.operations[index_] = simpler_[at_++];
                changed_.push_back(index_);
                return candidate;
            }
            turn_to(index_ + 1);
        }
        return std::nullopt;
    }

    /// Which operation is another one in the candidate with this number.
    [[nodiscard]] std::size_t changed(std::size_t number) const { return changed_[number]; }

private:
    void turn_to(std::size_t index) {
        index_ = index;
        at_ = 0;
        simpler_ = index < program_.operations.size() ? simpler_operations(program_, index)
                                                      : std::vector<Operation>();
    }

    const Program& program_;
    std::size_t index_ = 0;
    std::vector<Operation> simpler_;
    std::size_t at_ = 0;
    std::vector<std::size_t> changed_;
};

/// Makes operations simpler, each as far as it goes. True if any was changed.
bool simplify_operations(Program& program, Asking& asking) {
    bool changed = false;
    std::size_t index = 0;
    while (true) {
        SimplerPrograms simpler(program, index);
        auto kept = asking.first_of([&] { return simpler.next(); });
        if (!kept) {
            return changed;
        }
        changed = true;
        index = simpler.changed(kept->number);
        program = std::move(kept->program);
    }
}

/// Goes on with the first program with fewer threads that keeps the property, until none does.
void remove_threads(Program& program, Asking& asking) {
    while (true) {
        const std::vector<Program> fewer = programs_with_fewer_threads(program);
        auto at = fewer.begin();
        auto kept = asking.first_of([&]() -> std::optional<Program> {
            return at == fewer.end() ? std::nullopt : std::optional(with_tidy_handles(*at++));
        });
        if (!kept) {
            return;
        }
        program = std::move(kept->program);
    }
}

void tidy_threads(Program& program, Asking& asking) {
    std::optional<Program> tidy = with_tidy_threads(program);
    if (*tidy == program) {
        return;
    }
    if (auto kept = asking.first_of([&] { return std::exchange(tidy, std::nullopt); })) {
        program = std::move(kept->program);
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

Program shrink_program(const Program& program, const FirstToKeep& first, std::size_t at_once,
                       std::size_t most_runs) {
    Asking asking(first, at_once, most_runs);
    Program smallest = with_tidy_handles(program);
    smallest.annotations.clear();
    smallest.closing_comments.clear();
    do {
        remove_threads(smallest, asking);
        remove_operations(smallest, asking);
        tidy_threads(smallest, asking);
    } while (simplify_operations(smallest, asking) && asking.may_ask());
    return with_canonical_names(smallest);
}

Program shrink_program(const Program& program, const KeepsProperty& keeps, std::size_t most_runs) {
    const FirstToKeep first = [&](std::span<const Program> candidates) {
        const auto kept = std::ranges::find_if(candidates, std::ref(keeps));
        return static_cast<std::size_t>(kept - candidates.begin());
    };
    return shrink_program(program, first, 1, most_runs);
}

}  // namespace epollcheck
