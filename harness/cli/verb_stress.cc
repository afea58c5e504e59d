// `epollcheck stress`. See verb_stress.h. A new action is a line in the table.

#include "harness/cli/verb_stress.h"

#include <map>
#include <memory>

#include "harness/cli/verb_stress_canaries.h"
#include "harness/cli/verb_stress_races.h"
#include "harness/cli/verb_stress_scale.h"
#include "harness/cli/verb_stress_soak.h"

namespace epollcheck {

namespace {

constexpr VerbEntry kActions[] = {
    {"scale", "measure what epoll costs, and how the costs grow", add_stress_scale_verb},
    {"canaries", "seed defects into a plug-in, and see how soon each is found",
     add_stress_canaries_verb},
    {"soak", "run races for hours at a bounded rate, and look for leaks", add_stress_soak_verb},
};

}  // namespace

RunVerb add_stress_verb(CLI::App& command, const CommandLine& line) {
    auto runs = std::make_shared<std::map<const CLI::App*, RunVerb>>();
    for (const VerbEntry& action : kActions) {
        CLI::App* const own = command.add_subcommand(action.name, action.summary);
        (*runs)[own] = action.add(*own, line);
    }
    const RunVerb races = add_stress_races_verb(command, line);
    command.require_subcommand(0, 1);
    return [&command, runs, races] {
        const auto chosen = command.get_subcommands();
        return chosen.empty() ? races() : runs->at(chosen.front())();
    };
}

}  // namespace epollcheck
