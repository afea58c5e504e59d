// `epollcheck list`. See verb_list.h.

#include "harness/cli/verb_list.h"

#include "harness/cli/case_list.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/options.h"
#include "harness/cli/terminal.h"

namespace epollcheck {

namespace {

constexpr const char* kFooter = R"(Examples:
  epollcheck list                      all cases: id, tier, title, tags
  epollcheck list --rule R-C15         the cases that cite a rule
  epollcheck list edge --format jsonl  a topic, one JSON object per case)";

struct ListOptions {
    Selection selection;
    Format format = Format::kHuman;
    std::string cases;
};

int list(const ListOptions& options) {
    if (options.format != Format::kHuman && options.format != Format::kJsonLines) {
        complain("a list has the formats human and jsonl; see `epollcheck list --help`");
        return exit_code::kUsage;
    }
    std::vector<const Case*> cases;
    const auto suite = load_cases(options.cases);
    if (const int code = select_or_complain(suite, options.selection, cases); code != 0) {
        return code;
    }
    print(options.format == Format::kHuman ? case_list_text(cases) : case_list_json(cases));
    return exit_code::kConforms;
}

}  // namespace

RunVerb add_list_verb(CLI::App& command, const CommandLine& /*line*/) {
    auto options = std::make_shared<ListOptions>();
    command.footer(kFooter);
    add_selection_options(command, options->selection);
    add_format_option(command, options->format);
    add_cases_option(command, options->cases);
    return [options] { return list(*options); };
}

}  // namespace epollcheck
