// Merge of results. See results_merge.h.

#include "reports/results_merge.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "reports/json_records.h"

namespace epollcheck {

namespace {

/// The parts of `results`: those that it says it has, or itself.
std::vector<RunPart> parts_of(const Results& results) {
    if (!results.header.parts.empty()) {
        return results.header.parts;
    }
    RunPart part{.command = results.header.command,
                 .seed = results.header.seed,
                 .selected = results.header.selected,
                 .ran = results.cases.size()};
    if (results.summary) {
        part.complete = true;
        part.duration_us = results.summary->duration_us;
        part.interrupted = results.summary->interrupted;
        part.exit_code = results.summary->exit_code;
    }
    return {part};
}

/// What says more about a command that was run again comes last; a total order.
auto worth(const RunPart& part) {
    return std::tie(part.complete, part.ran, part.selected, part.duration_us, part.interrupted,
                    part.exit_code);
}

/// How bad exit code `code` is; codes that are not known are the worst.
std::pair<int, int> severity(int code) {
    constexpr int kBetterFirst[] = {0, 4, 5, 3, 1, 70, 130};
    const auto* place = std::find(std::begin(kBetterFirst), std::end(kBetterFirst), code);
    return {static_cast<int>(place - std::begin(kBetterFirst)), code};
}

/// All runs that count as one.
class Union {
public:
    void add(const Results& results) {
        header_ = results.header;
        for (const RunPart& part : parts_of(results)) {
            RunPart& kept = parts_.try_emplace({part.command, part.seed}, part).first->second;
            if (worth(kept) < worth(part)) {
                kept = part;
            }
        }
        for (CaseResult result : results.cases) {
            const std::int64_t duration_us = result.duration_us;
            result.duration_us = 0;
            result.target.clear();
            const std::string line = record_line(result);
            result.duration_us = duration_us;
            CaseResult& kept = cases_.try_emplace({result.id, line}, result).first->second;
            kept.duration_us = std::min(kept.duration_us, duration_us);
        }
        for (StaleRecord stale : results.stale) {
            stale.target.clear();
            stale_.insert(std::move(stale));
        }
    }

    [[nodiscard]] Results take() {
        Results results;
        results.header = header_;
        for (auto& [key, result] : cases_) {
            results.cases.push_back(std::move(result));
        }
        results.stale.assign(stale_.begin(), stale_.end());
        results.header.selected = results.cases.size() + count_missing();
        if (std::all_of(parts_.begin(), parts_.end(),
                        [](const auto& entry) { return entry.second.complete; })) {
            results.summary = summary_of(results);
        }
        describe_parts(results);
        return results;
    }

private:
    void describe_parts(Results& results) const {
        RunHeader& header = results.header;
        const RunPart& first = parts_.begin()->second;
        header.parts.clear();
        header.seed = first.seed;
        header.command = first.command;
        if (parts_.size() == 1 && parts_of(results).front() == first) {
            return;  // nothing was added to the run
        }
        header.command = {"merge"};
        for (const auto& [key, part] : parts_) {
            header.parts.push_back(part);
        }
    }

    [[nodiscard]] std::size_t count_missing() const {
        std::size_t missing = 0;
        for (const auto& [key, part] : parts_) {
            missing += part.selected > part.ran ? part.selected - part.ran : 0;
        }
        return missing;
    }

    [[nodiscard]] RunSummary summary_of(const Results& results) const {
        RunSummary summary = count_cases(results.cases);
        summary.stale = results.stale.size();
        for (const auto& [key, part] : parts_) {
            summary.duration_us += part.duration_us;
            summary.interrupted = summary.interrupted || part.interrupted;
            if (severity(summary.exit_code) < severity(part.exit_code)) {
                summary.exit_code = part.exit_code;
            }
        }
        return summary;
    }

    RunHeader header_;
    std::map<std::tuple<std::vector<std::string>, std::uint64_t>, RunPart> parts_;
    std::map<std::tuple<std::string, std::string>, CaseResult> cases_;  // by id and content
    std::set<StaleRecord> stale_;
};

/// Equal for runs that become one; sorts by target.
std::tuple<std::string, std::string> key_of(RunHeader header) {
    header.command.clear();
    header.seed = 0;
    header.selected = 0;
    header.parts.clear();
    const std::string target = header.target;
    return {target, record_line(header)};
}

}  // namespace

std::vector<Results> merge_runs(const std::vector<Results>& runs) {
    std::map<std::tuple<std::string, std::string>, Union> unions;
    for (const Results& results : runs) {
        unions[key_of(results.header)].add(results);
    }
    std::vector<Results> merged;
    for (auto& [key, members] : unions) {
        merged.push_back(members.take());
    }
    return merged;
}

}  // namespace epollcheck
