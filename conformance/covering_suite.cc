// The covering suite. See covering_suite.h.

#include "conformance/covering_suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "conformance/universe_suite.h"
#include "harness/check/features.h"
#include "harness/program/printer.h"
#include "harness/program/shrink.h"
#include "model/judgement/covering.h"

namespace epollcheck {

namespace {

/// Worlds of each universe that are looked at, nearest first: what keeps the start quick.
constexpr std::uint64_t kWorlds = 1500;
/// The same where a program takes ten times as long as others.
constexpr std::uint64_t kFewWorlds = 100;

/// True for operations that make a process, a connection or a terminal.
bool is_costly(const Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kSocket:
            return operation.number == static_cast<std::int32_t>(Domain::kInet);
        case OperationKind::kOpenpty:
        case OperationKind::kSpawn:
        case OperationKind::kFork:
        case OperationKind::kClone:
            return true;
        default:
            return false;
    }
}

/// What a machine must have for the program.
std::vector<std::string> needs_of(const Program& program) {
    std::set<std::string> needs;
    for (const Operation& operation : program.operations) {
        if (const Feature* const need = need_of(operation)) {
            needs.emplace(need->name);
        }
    }
    return {needs.begin(), needs.end()};
}

std::uint64_t worlds_of(const Universe& universe) {
    const bool costly = std::ranges::any_of(universe.setup, is_costly) ||
                        std::ranges::any_of(universe.operations, is_costly);
    return costly ? kFewWorlds : kWorlds;
}

/// What buffers charge where programs are only made, not judged: about what they do on Linux.
Calibration usual_calibration(const Universe& universe) {
    constexpr std::uint32_t kOverhead = 768;  // bytes
    Calibration calibration;
    const auto set = [&](std::uint32_t length) {
        for (const SocketType type :
             {SocketType::kStream, SocketType::kSeqpacket, SocketType::kDatagram}) {
            if (calibration.charge(type, length) == 0) {
                calibration.set_charge(type, length, kOverhead + length);
            }
        }
    };
    set(1);
    for (const Operation& operation : universe.operations) {
        if (operation.kind == OperationKind::kWrite || operation.kind == OperationKind::kSend) {
            const std::uint32_t length = transfer_length(operation);
            set(length);
            set(length > 0 ? length - 1 : 0);
        }
    }
    return calibration;
}

Case covering_case(const Universe& universe, const CoveringProgram& covering, std::size_t number) {
    Case result;
    result.file = "conformance/universes/" + universe.name + ".universe";
    Program program = universe_program(universe, covering.numbers, true);
    const std::size_t covered = universe.setup.size() + covering.numbers.size() - 1;
    const std::string operation = print_operation(program, covered);
    result.program = with_tidy_handles(program);
    Header& header = result.program.header;
    header.id = fmt::format("{}{}-{:04}", kCoveringTopic, universe.name, number);
    header.title = fmt::format("Made by exploration: {} in world class {} of universe {}",
                               operation, covering.world_class, universe.name);
    header.tier = Tier::kContract;  // it expects nothing, so every tier can judge it
    header.tags = {"covering"};
    header.needs = needs_of(result.program);
    return result;
}

}  // namespace

CaseSuite covering_suite() {
    const Profile& newest = named_profiles().back();
    CaseSuite suite;
    for (const std::string& name : universe_names()) {
        const auto loaded = load_universe(name);
        if (const auto* error = std::get_if<std::string>(&loaded)) {
            throw std::logic_error(*error);  // its tests load each one
        }
        const auto& universe = std::get<Universe>(loaded);
        const Calibration calibration = usual_calibration(universe);
        std::size_t number = 0;
        for (const CoveringProgram& covering : covering_programs(
                 universe, {Tier::kExact, &newest, &calibration}, worlds_of(universe))) {
            suite.push_back(covering_case(universe, covering, ++number));
        }
    }
    std::sort(suite.begin(), suite.end(), [](const Case& left, const Case& right) {
        return left.program.header.id < right.program.header.id;
    });
    return suite;
}

}  // namespace epollcheck
