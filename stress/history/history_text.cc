// History text. See history_text.h.

#include "stress/history/history_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <span>

namespace epollcheck {

namespace {

std::vector<std::string_view> words_of(std::string_view line) {
    constexpr std::string_view kBlanks = " \t\r,";
    std::vector<std::string_view> words;
    for (std::size_t at = line.find_first_not_of(kBlanks); at != std::string_view::npos;
         at = line.find_first_not_of(kBlanks, at)) {
        const std::size_t end = std::min(line.find_first_of(kBlanks, at), line.size());
        words.push_back(line.substr(at, end - at));
        at = end;
    }
    return words;
}

std::optional<std::int64_t> number_of(std::string_view word) {
    while (!word.empty() && (word.front() == '[' || word.front() == '"')) {
        word.remove_prefix(1);
    }
    while (!word.empty() && (word.back() == ']' || word.back() == '"')) {
        word.remove_suffix(1);
    }
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    const bool complete = error == std::errc() && end == word.data() + word.size();
    return complete ? std::optional(number) : std::nullopt;
}

class HistoryParser {
public:
    /// What is wrong with the line, or "".
    std::string add(std::string_view line) {
        const std::vector<std::string_view> words = words_of(line);
        if (words.empty() || words.front().front() == '#') {
            return "";
        }
        std::size_t at = 1;  // the word after the process number
        while (at < words.size() && !is_event(words[at])) {
            ++at;
        }
        const auto process = at < words.size() ? number_of(words[at - 1]) : std::nullopt;
        if (!process || at + 1 >= words.size()) {
            return "this is no event: it should say PROCESS :invoke|:ok|:fail|:info :read|:write|"
                   ":cas VALUE";
        }
        return add_event(*process, words[at], std::span(words).subspan(at + 1));
    }

    RegisterHistory take() {
        for (const auto& [process, call] : open_) {
            calls_.push_back(call);
        }
        open_.clear();
        return std::move(calls_);
    }

private:
    using Call = HistoryCall<RegisterOperation>;

    static bool is_event(std::string_view word) {
        return word == ":invoke" || word == ":ok" || word == ":fail" || word == ":info";
    }

    std::string add_event(std::int64_t process, std::string_view event,
                          std::span<const std::string_view> words) {
        const std::uint64_t now = ++time_;
        const auto open = open_.find(process);
        if (event == ":invoke") {
            if (open != open_.end()) {
                return fmt::format("process {} begins a call before its last one has ended",
                                   process);
            }
            Call call{.operation = {}, .process = static_cast<int>(process), .begin = now};
            const std::string error = read_operation(words, call.operation);
            if (error.empty()) {
                open_.emplace(process, call);
            }
            return error;
        }
        if (open == open_.end()) {
            return fmt::format("process {} ends a call that it did not begin", process);
        }
        Call call = open->second;
        open_.erase(open);
        if (event == ":info") {
            calls_.push_back(call);  // pending for ever
            return "";
        }
        call.end = now;
        return end_call(std::move(call), event, words);
    }

    /// A call that failed had no effect, and only a compare-and-set says why.
    std::string end_call(Call call, std::string_view event,
                         std::span<const std::string_view> words) {
        using Kind = RegisterOperation::Kind;
        call.operation.succeeded = event == ":ok";
        if (call.operation.kind == Kind::kRead && call.operation.succeeded) {
            const std::string error = read_operation(words, call.operation);
            if (!error.empty()) {
                return error;
            }
        }
        if (call.operation.succeeded || call.operation.kind == Kind::kCompareAndSet) {
            calls_.push_back(call);
        }
        return "";
    }

    static std::string read_operation(std::span<const std::string_view> words,
                                      RegisterOperation& operation) {
        using Kind = RegisterOperation::Kind;
        const std::string_view name = words.front();
        const auto value = words.size() > 1 ? number_of(words[1]) : std::nullopt;
        operation.value = value;
        if (name == ":read") {
            operation.kind = Kind::kRead;
            return "";
        }
        if (name == ":write" && value) {
            operation.kind = Kind::kWrite;
            return "";
        }
        const auto second = words.size() > 2 ? number_of(words[2]) : std::nullopt;
        if (name == ":cas" && value && second) {
            operation.kind = Kind::kCompareAndSet;
            operation.expected = *value;
            operation.value = second;
            return "";
        }
        return fmt::format(
            "'{}' is no operation of a register: there are :read, :write VALUE and "
            ":cas [EXPECTED NEW]",
            name);
    }

    std::uint64_t time_ = 0;
    std::map<std::int64_t, Call> open_;
    RegisterHistory calls_;
};

}  // namespace

std::variant<RegisterHistory, std::string> parse_history(std::string_view text,
                                                         std::string_view file) {
    HistoryParser parser;
    std::size_t number = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string error = parser.add(text.substr(0, end));
        ++number;
        if (!error.empty()) {
            return fmt::format("{}:{}: {}", file, number, error);
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parser.take();
}

}  // namespace epollcheck
