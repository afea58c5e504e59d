// Options of several verbs. See options.h.

#include "harness/cli/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <random>

#include "conformance/covering_suite.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/split_command.h"
#include "harness/cli/terminal.h"
#include "model/rules/rule.h"

namespace epollcheck {

namespace {

template <typename Value>
Value known_value(const char* option, const std::string& name, const std::optional<Value>& value,
                  const char* known) {
    if (!value) {
        throw CLI::ValidationError(option,
                                   fmt::format("there is no '{}'; there are {}", name, known));
    }
    return *value;
}

/// "2/8" as the third (from 0) of eight shares.
bool parse_share(const std::string& text, Share& share) {
    const auto slash = text.find('/');
    if (slash == std::string::npos) {
        return false;
    }
    const char* const end = text.data() + text.size();
    const auto index = std::from_chars(text.data(), text.data() + slash, share.index);
    const auto count = std::from_chars(text.data() + slash + 1, end, share.count);
    return index.ptr == text.data() + slash && index.ec == std::errc() && count.ptr == end &&
           count.ec == std::errc() && share.index < share.count;
}

/// A target that does not exist is a wrong option, whatever the verb would do with it.
void check_target_exists(const TargetChoice& choice) {
    const auto chosen = choose_target(choice);
    if (const auto* wrong = std::get_if<std::string>(&chosen)) {
        throw CLI::ValidationError("--target", *wrong);
    }
}

std::vector<std::string> command_words(const std::string& text) {
    auto words = split_command(text);
    if (const auto* error = std::get_if<std::string>(&words)) {
        throw CLI::ValidationError("--target-command", *error);
    }
    return std::get<std::vector<std::string>>(std::move(words));
}

}  // namespace

CLI::Validator above_zero() {
    return {[](const std::string& text) {
                double number = 0;
                const bool good = CLI::detail::lexical_cast(text, number) && number > 0;
                return good ? std::string() : text + " is not above 0";
            },
            "POSITIVE"};
}

void add_tier_option(CLI::App& command, Tier& tier) {
    command
        .add_option_function<std::string>(
            "--tier",
            [&tier](const std::string& name) {
                tier = known_value("--tier", name, tier_named(name), "contract, linux, exact");
            },
            "how strict to be: contract (manual pages), linux (what\n"
            "applications rely on) or exact (this kernel, answer by\n"
            "answer); default exact")
        ->option_text("TIER");
}

void add_tier_option(CLI::App& command, std::optional<Tier>& tier) {
    command
        .add_option_function<std::string>(
            "--tier",
            [&tier](const std::string& name) {
                tier = known_value("--tier", name, tier_named(name), "contract, linux, exact");
            },
            "how strict to be: contract (manual pages), linux (what\n"
            "applications rely on) or exact (this kernel, answer by\n"
            "answer); default: what the target claims to keep, which is\n"
            "exact for the kernel here")
        ->option_text("TIER");
}

void add_target_options(CLI::App& command, TargetChoice& choice) {
    CLI::Option* const name =
        command
            .add_option("--target", choice.name,
                        "where programs run: a target by its name (see\n"
                        "`epollcheck targets`) or a description in a file, X.toml;\n"
                        "default in-process, the kernel here")
            ->option_text("NAME");
    command
        .add_option("--targets", choice.directory,
                    "a directory with descriptions of targets (NAME.toml) instead\n"
                    "of those of epollcheck")
        ->option_text("DIR");
    command
        .add_option_function<std::string>(
            "--target-command",
            [&choice](const std::string& text) { choice.command = command_words(text); },
            "a command that starts an executor, which speaks on its\n"
            "standard input and output, in one argument; {executor}\n"
            "stands for that of this machine")
        ->option_text("'ARGV...'")
        ->excludes(name);
    command.parse_complete_callback([&choice] { check_target_exists(choice); });
}

void add_target_options(CLI::App& command, std::vector<TargetChoice>& choices) {
    const auto directory = std::make_shared<std::string>();
    command
        .add_option_function<std::vector<std::string>>(
            "--target",
            [&choices](const std::vector<std::string>& names) {
                for (const std::string& name : names) {
                    choices.emplace_back().name = name;
                }
            },
            "where programs run: a target by its name (see\n"
            "`epollcheck targets`), a description in a file, X.toml, a\n"
            "plug-in, X.so, or `model` or `model:DEFECT`; may be given\n"
            "again; default in-process, the kernel here")
        ->option_text("NAME")
        ->expected(1)
        ->allow_extra_args(false)
        ->take_all();
    command
        .add_option("--targets", *directory,
                    "a directory with descriptions of targets (NAME.toml) instead\n"
                    "of those of epollcheck")
        ->option_text("DIR");
    command
        .add_option_function<std::vector<std::string>>(
            "--target-command",
            [&choices](const std::vector<std::string>& texts) {
                for (const std::string& text : texts) {
                    choices.emplace_back().command = command_words(text);
                }
            },
            "a command that starts an executor, which speaks on its\n"
            "standard input and output, in one argument; may be given\n"
            "again; {executor} stands for that of this machine")
        ->option_text("'ARGV...'")
        ->expected(1)
        ->allow_extra_args(false)
        ->take_all();
    command.parse_complete_callback([&choices, directory] {
        for (TargetChoice& choice : choices) {
            choice.directory = *directory;
            check_target_exists(choice);
        }
    });
}

void add_shard_option(CLI::App& command, Share& shard) {
    command
        .add_option_function<std::string>(
            "--shard",
            [&shard](const std::string& text) {
                if (!parse_share(text, shard)) {
                    throw CLI::ValidationError(
                        "--shard", fmt::format("'{}' is no shard; write I/N with I below N", text));
                }
            },
            "run only part I of N, counted from 0")
        ->option_text("I/N");
}

void add_format_option(CLI::App& command, Format& format) {
    command
        .add_option_function<std::string>(
            "--format",
            [&format](const std::string& name) {
                format = known_value("--format", name, format_named(name), format_names().c_str());
            },
            fmt::format("human, jsonl (the results format that all others are made\n"
                        "from), tap (TAP 14), ktap (KTAP 1), junit (XML) or sarif\n"
                        "(SARIF 2.1.0); default {}",
                        format_name(format)))
        ->option_text("FORMAT");
}

void add_profile_option(CLI::App& command, std::string& profile) {
    profile = kProbeProfile;
    command
        .add_option_function<std::string>(
            "--profile",
            [&profile](const std::string& name) {
                if (const std::string wrong = check_profile_name(name); !wrong.empty()) {
                    throw CLI::ValidationError("--profile", wrong);
                }
                profile = name;
            },
            "the kernel profile to judge by, or auto (default): find it\n"
            "by probing")
        ->option_text("NAME");
}

void add_cases_option(CLI::App& command, std::string& directory) {
    command
        .add_option("--cases", directory, "take the cases from a directory, not from the binary")
        ->option_text("DIR");
}

void add_selection_options(CLI::App& command, Selection& selection) {
    command.add_option("ids", selection.ids, "ids of cases, topics, or patterns with * and ?")
        ->option_text("ID...");
    command.add_option("--tag", selection.tags, "cases with this tag; may be given again")
        ->option_text("TAG")
        ->expected(1)
        ->allow_extra_args(false)
        ->take_all();
    command.add_option("--rule", selection.rules, "cases that cite this rule; may be given again")
        ->option_text("R-...")
        ->expected(1)
        ->allow_extra_args(false)
        ->take_all();
}

void add_seed_option(CLI::App& command, std::uint64_t& seed) {
    std::random_device device;
    seed = device();
    command.add_option("--seed", seed, "start of all that is random; it is always printed")
        ->option_text("N");
}

std::optional<CaseSuite> load_written_cases(const std::string& directory) {
    auto loaded = directory.empty() ? load_suite(embedded_cases(), "conformance/cases")
                                    : load_suite_directory(directory);
    if (const auto* errors = std::get_if<SuiteErrors>(&loaded)) {
        for (const std::string& error : *errors) {
            complain(error);
        }
        return std::nullopt;
    }
    return std::move(std::get<CaseSuite>(loaded));
}

std::optional<CaseSuite> load_cases(const std::string& directory) {
    auto suite = load_written_cases(directory);
    if (suite && directory.empty()) {
        CaseSuite covering = covering_suite();
        std::move(covering.begin(), covering.end(), std::back_inserter(*suite));
        std::sort(suite->begin(), suite->end(), [](const Case& left, const Case& right) {
            return left.program.header.id < right.program.header.id;
        });
    }
    return suite;
}

int select_or_complain(const std::optional<CaseSuite>& suite, const Selection& selection,
                       std::vector<const Case*>& cases) {
    if (!suite) {
        return exit_code::kUsage;
    }
    for (const std::string& rule : selection.rules) {
        if (!rule_named(rule)) {
            complain(fmt::format("there is no rule '{}'; see `epollcheck rules`", rule));
            return exit_code::kUsage;
        }
    }
    cases = select_cases(*suite, selection);
    for (const std::string& id : selection.ids) {
        const bool known = std::any_of(suite->begin(), suite->end(), [&](const Case& test_case) {
            return id_matches(id, test_case.program.header.id);
        });
        if (!known) {
            warn(fmt::format("no case has an id like '{}'", id));
        }
    }
    if (cases.empty()) {
        complain("no case is selected; see `epollcheck list`");
        return exit_code::kNothingSelected;
    }
    return 0;
}

}  // namespace epollcheck
