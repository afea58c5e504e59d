// Seeds. See seeds.h.

#include "fuzz/seeds.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>

#include "conformance/case_suite.h"
#include "conformance/covering_suite.h"
#include "fuzz/feedback.h"
#include "fuzz/novelty.h"
#include "fuzz/program_bytes.h"
#include "harness/program/parser.h"
#include "harness/program/printer.h"
#include "stress/scenario.h"

namespace epollcheck {

namespace {

constexpr std::string_view kSuffix = ".seeds";
constexpr std::string_view kSeparator = "---\n";

constexpr CaseText kSeeds[] = {
#include "fuzz/embedded_seeds.inc"
};
constexpr CaseText kFindings[] = {
#include "fuzz/embedded_findings.inc"
};
constexpr CaseText kFound[] = {
#include "fuzz/embedded_found.inc"
};

// From pointer and size: an array may have no elements, and then no type that a range has.
std::span<const CaseText> seed_files() {
    return {static_cast<const CaseText*>(kSeeds), sizeof kSeeds / sizeof(CaseText)};
}

class Gathering {
public:
    explicit Gathering(Reach reach) : reach_(reach) {}

    void add(Program program) {
        make_lawful(program, reach_);
        if (!program.operations.empty()) {
            programs_.push_back(std::move(program));
        }
    }

    void add_text(std::string_view text, std::string_view name) {
        auto parsed = parse_program(text, name);
        if (auto* program = std::get_if<Program>(&parsed)) {
            add(std::move(*program));
        }
    }

    std::vector<Program> take() { return std::move(programs_); }

private:
    Reach reach_;
    std::vector<Program> programs_;
};

void add_cases(Gathering& seeds, bool with_threads) {
    for (const CaseText& text : embedded_cases()) {
        auto parsed = parse_program(text.text, text.path);
        auto* program = std::get_if<Program>(&parsed);
        if (program != nullptr && has_threads(program->operations) == with_threads) {
            seeds.add(std::move(*program));
        }
    }
}

void add_scenarios(Gathering& seeds) {
    constexpr std::size_t kMostVariants = 12;  // of one scenario
    for (const Scenario& scenario : embedded_scenarios()) {
        const std::size_t variants = scenario.variants();
        const std::size_t step = std::max<std::size_t>(variants / kMostVariants, 1);
        for (std::size_t variant = 0; variant < variants; variant += step) {
            seeds.add(scenario_program(scenario, variant));
        }
    }
}

void add_seed_files(Gathering& seeds) {
    for (const CaseText& file : seed_files()) {
        std::string_view rest = file.text;
        while (!rest.empty()) {
            const auto end = rest.find(kSeparator);
            seeds.add_text(rest.substr(0, end), file.path);
            rest = end == std::string_view::npos ? "" : rest.substr(end + kSeparator.size());
        }
    }
}

/// "pipe" of "covering/pipe-0012".
std::string universe_of(const std::string& id) {
    const auto end = id.rfind('-');
    return id.substr(kCoveringTopic.size(), end - kCoveringTopic.size());
}

/// The file of a universe that has room for another program, NAME.seeds, NAME-2.seeds and so on.
std::string& file_with_room(const std::string& universe,
                            std::map<std::string, std::string>& files) {
    constexpr std::size_t kMostBytes = 24'000;
    std::string name = universe;
    for (int number = 2; files[name + std::string(kSuffix)].size() > kMostBytes; ++number) {
        name = fmt::format("{}-{}", universe, number);
    }
    return files[name + std::string(kSuffix)];
}

}  // namespace

std::vector<Program> seed_programs(Reach reach) {
    Gathering seeds(reach);
    add_cases(seeds, reach == Reach::kThreads);
    if (reach == Reach::kThreads) {
        add_scenarios(seeds);
        return seeds.take();
    }
    add_seed_files(seeds);
    for (const std::string_view program : found_programs()) {
        seeds.add_text(program, "found");
    }
    return seeds.take();
}

std::vector<std::string_view> found_programs() {
    constexpr std::string_view kBegin = "\n```\n";
    constexpr std::string_view kEnd = "```\n";
    std::vector<std::string_view> programs;
    for (const CaseText& program : kFound) {
        programs.emplace_back(program.text);
    }
    for (const CaseText& page : kFindings) {
        for (auto at = page.text.find(kBegin); at != std::string_view::npos;
             at = page.text.find(kBegin, at)) {
            at += kBegin.size();
            const auto end = page.text.find(kEnd, at);
            programs.push_back(page.text.substr(at, end - at));
            at = end + kEnd.size() - 1;  // the newline may belong to the next one
        }
    }
    return programs;
}

std::map<std::string, std::string> make_seed_files() {
    Novelty novelty(Feedback::kCoarseCounters);
    Gathering cases(Reach::kModel);
    add_cases(cases, false);
    for (const Program& program : cases.take()) {
        novelty.is_new(bytes_of_program(program));
    }
    std::map<std::string, std::string> files;
    for (const Case& test_case : covering_suite()) {
        Program program = test_case.program;
        make_lawful(program, Reach::kModel);
        if (!novelty.is_new(bytes_of_program(program))) {
            continue;
        }
        std::string& text = file_with_room(universe_of(test_case.program.header.id), files);
        text += text.empty() ? "" : kSeparator;
        text += print_program(program);
    }
    return files;
}

std::map<std::string, std::string> embedded_seed_files() {
    std::map<std::string, std::string> files;
    for (const CaseText& file : seed_files()) {
        files[std::string(file.path)] = file.text;
    }
    return files;
}

}  // namespace epollcheck
