// Universes. See universe.h.

#include "model/vocabulary/universe.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace epollcheck {

namespace {

constexpr std::size_t kMaxRenamings = 64;

std::int16_t exchanged_handle(const Exchange& exchange, std::int16_t handle) {
    for (const auto& [left, right] : exchange.handles) {
        if (handle == left || handle == right) {
            return handle == left ? right : left;
        }
    }
    return handle;
}

Operation exchanged(const Exchange& exchange, Operation operation) {
    for (std::int16_t& bound : operation.bound) {
        bound = exchanged_handle(exchange, bound);
    }
    operation.fd.handle = exchanged_handle(exchange, operation.fd.handle);
    operation.other_fd.handle = exchanged_handle(exchange, operation.other_fd.handle);
    if (operation.kind == OperationKind::kEpollCtl) {
        for (const auto& [left, right] : exchange.data) {
            if (operation.value == left || operation.value == right) {
                operation.value = operation.value == left ? right : left;
                break;
            }
        }
    }
    return operation;
}

/// What `exchange` makes of each operation; nothing if that is no operation of the universe.
std::optional<Renaming> renaming_of(const Universe& universe, const Exchange& exchange) {
    const auto keeps = [&](const Operation& operation) {
        return std::find(universe.setup.begin(), universe.setup.end(),
                         exchanged(exchange, operation)) != universe.setup.end();
    };
    if (!std::all_of(universe.setup.begin(), universe.setup.end(), keeps)) {
        return std::nullopt;
    }
    Renaming renaming;
    for (const Operation& operation : universe.operations) {
        const auto found = std::find(universe.operations.begin(), universe.operations.end(),
                                     exchanged(exchange, operation));
        if (found == universe.operations.end()) {
            return std::nullopt;
        }
        renaming.push_back(static_cast<OperationNumber>(found - universe.operations.begin()));
    }
    return renaming;
}

Renaming composed(const Renaming& first, const Renaming& second) {
    Renaming both(first.size());
    std::transform(first.begin(), first.end(), both.begin(),
                   [&](OperationNumber number) { return second[number]; });
    return both;
}

}  // namespace

std::vector<Renaming> renamings(const Universe& universe) {
    std::vector<Renaming> generators;
    for (const Exchange& exchange : universe.exchanges) {
        const auto renaming = renaming_of(universe, exchange);
        if (!renaming) {
            return {};
        }
        generators.push_back(*renaming);
    }
    Renaming identity(universe.operations.size());
    std::iota(identity.begin(), identity.end(), OperationNumber{0});
    std::vector<Renaming> group = {identity};
    for (std::size_t i = 0; i < group.size(); ++i) {
        for (const Renaming& generator : generators) {
            Renaming next = composed(group[i], generator);
            if (std::find(group.begin(), group.end(), next) == group.end()) {
                group.push_back(std::move(next));
            }
        }
        if (group.size() > kMaxRenamings) {
            return {};
        }
    }
    return group;
}

Program universe_program(const Universe& universe, std::span<const OperationNumber> numbers,
                         bool with_observations) {
    Program program;
    program.handles = universe.handles;
    program.operations = universe.setup;
    for (const OperationNumber number : numbers) {
        program.operations.push_back(universe.operations[number]);
    }
    if (with_observations) {
        program.operations.insert(program.operations.end(), universe.observations.begin(),
                                  universe.observations.end());
    }
    return program;
}

}  // namespace epollcheck
