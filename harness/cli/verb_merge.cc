// `epollcheck merge`. See verb_merge.h.

#include "harness/cli/verb_merge.h"

#include "harness/cli/exit_code.h"
#include "harness/cli/options.h"
#include "harness/cli/run_report.h"
#include "harness/cli/terminal.h"
#include "reports/output_file.h"
#include "reports/results_merge.h"
#include "reports/results_reader.h"

namespace epollcheck {

namespace {

constexpr const char* kFooter =
    R"(The union of the results: what is in several files counts once, and the order of the files
does not matter. Runs of the same target, kernel, profile, tier and version become one, such as
the shards of a run. The cases are sorted by their ids.

Exit code 0: merged, whatever the results say; 2: a file holds no results.

Examples:
  epollcheck merge shard-*.jsonl --output all.jsonl
  epollcheck merge monday.jsonl gvisor.jsonl | epollcheck merge - qemu.jsonl
  epollcheck merge *.jsonl --format junit --output all.xml)";

struct MergeOptions {
    std::vector<std::string> files;
    std::string output;
    Format format = Format::kJsonLines;
};

int merge(const MergeOptions& options) {
    std::vector<Results> runs;
    for (const std::string& file : options.files) {
        auto loaded = load_runs(file == "-" ? "/dev/stdin" : file);
        if (const auto* error = std::get_if<ResultsError>(&loaded)) {
            complain(error->text);
            return exit_code::kUsage;
        }
        for (Results& results : std::get<std::vector<Results>>(loaded)) {
            runs.push_back(std::move(results));
        }
    }
    const bool to_file = !options.output.empty();
    const std::string text =
        report_text(merge_runs(runs), options.format, !to_file && colour_wanted());
    if (!to_file) {
        print(text);
        return exit_code::kConforms;
    }
    OutputFile file(options.output);
    file.write(text);
    file.close();
    if (file.error()) {
        complain(*file.error());
        return exit_code::kOwnFault;
    }
    return exit_code::kConforms;
}

}  // namespace

RunVerb add_merge_verb(CLI::App& command, const CommandLine& /*line*/) {
    auto options = std::make_shared<MergeOptions>();
    command.footer(kFooter);
    command.add_option("files", options->files, "results files (jsonl), or - for standard input")
        ->option_text("FILE...")
        ->required();
    command
        .add_option("--output", options->output, "write to a file, which may be one of those read")
        ->option_text("FILE");
    add_format_option(command, options->format);
    return [options] { return merge(*options); };
}

}  // namespace epollcheck
