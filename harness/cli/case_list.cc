// Lists of cases. See case_list.h.

#include "harness/cli/case_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace epollcheck {

std::string case_list_text(const std::vector<const Case*>& cases) {
    std::size_t width = 0;
    for (const Case* test_case : cases) {
        width = std::max(width, test_case->program.header.id.size());
    }
    std::string text;
    for (const Case* test_case : cases) {
        const Header& header = test_case->program.header;
        text += fmt::format("{:<{}}  {:<8}  {}", header.id, width, tier_name(header.tier),
                            header.title);
        if (!header.tags.empty()) {
            text += fmt::format("  [{}]", fmt::join(header.tags, " "));
        }
        text += "\n";
    }
    return text;
}

std::string case_list_json(const std::vector<const Case*>& cases) {
    using Json = nlohmann::ordered_json;
    std::string text;
    for (const Case* test_case : cases) {
        const Header& header = test_case->program.header;
        const Json json = {{"id", header.id},
                           {"title", header.title},
                           {"tier", tier_name(header.tier)},
                           {"tags", header.tags},
                           {"rules", header.rules},
                           {"needs", header.needs},
                           {"operations", test_case->program.operations.size()}};
        text += json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    }
    return text;
}

}  // namespace epollcheck
