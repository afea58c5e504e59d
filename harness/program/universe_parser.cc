// The parser of universes. See universe_parser.h.
//
// The sections are cut out, and what is left is one program that the parser of programs reads, so a
// universe has exactly its syntax and its messages, with the right lines.

#include "harness/program/universe_parser.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "harness/program/parser.h"

namespace epollcheck {

namespace {

enum class Section : std::uint8_t { kHeader, kSetup, kOperations, kObservations, kExchanges };

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r";
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::optional<Section> section_named(std::string_view line) {
    if (line == "setup:") return Section::kSetup;
    if (line == "operations:") return Section::kOperations;
    if (line == "observations:") return Section::kObservations;
    if (line == "exchanges:") return Section::kExchanges;
    return std::nullopt;
}

class UniverseReader {
public:
    UniverseReader(std::string_view name, const std::string& file) : file_(file) {
        universe_.name = name;
    }

    std::variant<Universe, ParseError> read(std::string_view text) {
        for (int line = 1; !text.empty() && !error_; ++line) {
            const auto end = text.find('\n');
            read_line(trimmed(text.substr(0, end)), line);
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        }
        if (!error_) {
            read_operations();
        }
        if (!error_) {
            read_exchanges();
        }
        if (error_) {
            return *error_;
        }
        return std::move(universe_);
    }

private:
    struct Line {
        int number;
        std::string_view text;
    };

    void fail(int line, std::string message, std::string suggestion) {
        if (!error_) {
            error_ = ParseError{file_, line, line > 0 ? 1 : 0, std::move(message),
                                std::move(suggestion)};
        }
    }

    /// Keeps operations for read_operations(), each on its own line.
    void read_line(std::string_view line, int number) {
        sections_.push_back(section_);
        if (const auto section = section_named(line)) {
            section_ = *section;
        } else if (section_ == Section::kHeader) {
            read_header(line, number);
        } else if (section_ == Section::kExchanges) {
            if (!line.empty() && line.front() != '#') {
                exchange_lines_.push_back({number, line});
            }
        } else {
            operations_ += line;
        }
        operations_ += '\n';
    }

    void read_header(std::string_view line, int number) {
        constexpr std::string_view kTitle = "title:";
        if (line.starts_with(kTitle)) {
            universe_.title = trimmed(line.substr(kTitle.size()));
        } else if (!line.empty() && line.front() != '#') {
            fail(number, "'" + std::string(line) + "' stands before the first section",
                 "start with `title:`, then `setup:` and `operations:`");
        }
    }

    void read_operations() {
        auto parsed = parse_program(operations_, file_);
        if (auto* error = std::get_if<ParseError>(&parsed)) {
            error_ = std::move(*error);
            return;
        }
        auto& program = std::get<Program>(parsed);
        for (std::size_t i = 0; i < program.operations.size(); ++i) {
            const int line = program.annotations[i].line;
            list_of(sections_[static_cast<std::size_t>(line - 1)]).push_back(program.operations[i]);
        }
        universe_.handles = std::move(program.handles);
        if (universe_.operations.empty() || universe_.operations.size() > kMaxUniverseOperations) {
            fail(0,
                 "a universe has 1 to 250 operations, this one has " +
                     std::to_string(universe_.operations.size()),
                 "list them below `operations:`, one on each line");
        }
    }

    std::vector<Operation>& list_of(Section section) {
        return section == Section::kSetup        ? universe_.setup
               : section == Section::kOperations ? universe_.operations
                                                 : universe_.observations;
    }

    void read_exchanges() {
        for (const Line& line : exchange_lines_) {
            Exchange exchange;
            std::string_view rest = line.text;
            while (!rest.empty() && !error_) {
                const auto comma = rest.find(',');
                read_exchange(exchange, rest.substr(0, comma), line.number);
                rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
            }
            universe_.exchanges.push_back(std::move(exchange));
            if (!error_ && renamings(universe_).empty()) {
                fail(line.number,
                     "this exchange does not map the setup and the operations to themselves",
                     "exchange the data of interests, too, or add the operations that are missing");
            }
        }
    }

    void read_exchange(Exchange& exchange, std::string_view text, int line) {
        constexpr std::string_view kArrow = "<->";
        const auto arrow = text.find(kArrow);
        if (arrow == std::string_view::npos) {
            fail(line, "'" + std::string(trimmed(text)) + "' is no exchange", "write `e <-> f`");
            return;
        }
        const std::string_view left = trimmed(text.substr(0, arrow));
        const std::string_view right = trimmed(text.substr(arrow + kArrow.size()));
        const auto numbers = std::make_pair(number(left), number(right));
        const auto handles = std::make_pair(handle(left), handle(right));
        if (numbers.first && numbers.second) {
            exchange.data.emplace_back(*numbers.first, *numbers.second);
        } else if (handles.first && handles.second) {
            exchange.handles.emplace_back(*handles.first, *handles.second);
        } else {
            fail(line, "'" + std::string(trimmed(text)) + "' exchanges neither handles nor numbers",
                 "name two handles of the universe, or two numbers");
        }
    }

    static std::optional<std::uint64_t> number(std::string_view text) {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                        : std::nullopt;
    }
    [[nodiscard]] std::optional<std::int16_t> handle(std::string_view text) const {
        const auto found = std::find(universe_.handles.begin(), universe_.handles.end(), text);
        return found == universe_.handles.end()
                   ? std::nullopt
                   : std::optional(static_cast<std::int16_t>(found - universe_.handles.begin()));
    }

    const std::string& file_;
    Universe universe_;
    Section section_ = Section::kHeader;
    std::vector<Section> sections_;  // by line, from 0
    std::string operations_;
    std::vector<Line> exchange_lines_;
    std::optional<ParseError> error_;
};

}  // namespace

std::variant<Universe, ParseError> parse_universe(std::string_view text, const std::string& name,
                                                  const std::string& file_name) {
    return UniverseReader(name, file_name).read(text);
}

}  // namespace epollcheck
