// The command line of the executor. See options.h.

#include "harness/standalone/options.h"

#include <charconv>
#include <optional>
#include <string_view>

namespace epollcheck {

namespace {

std::optional<WayToCall> way_named(std::string_view name) {
    if (name == "raw") return WayToCall::kRaw;
    if (name == "libc") return WayToCall::kLibrary;
    if (name == "io_uring") return WayToCall::kRing;
    return std::nullopt;
}

/// Takes the arguments one after the other.
class Parser {
public:
    Parser(std::span<char* const> arguments, ExecutorOptions& options)
        : arguments_(arguments), options_(options) {}

    std::string parse() {
        using Mode = ExecutorOptions::Mode;
        while (error_.empty() && next_ < arguments_.size()) {
            const std::string_view name = arguments_[next_++];
            if (name == "--help" || name == "-h") {
                options_.mode = Mode::kHelp;
            } else if (name == "--version") {
                options_.mode = Mode::kVersion;
            } else if (name == "--armour") {
                options_.armour = options_.file.armour = true;
            } else if (name == "--self-test") {
                options_.mode = Mode::kSelfTest;
            } else if (name == "--file") {
                options_.mode = Mode::kFile;
                options_.file.input = value(name);
                options_.file.output = value(name);
            } else if (!parse_with_value(name)) {
                error_ = "unknown argument '" + std::string(name) + "'";
            }
        }
        return error_;
    }

private:
    const char* value(std::string_view name) {
        if (next_ == arguments_.size()) {
            error_ = "a value is missing behind " + std::string(name);
            return "";
        }
        return arguments_[next_++];
    }

    bool parse_with_value(std::string_view name) {
        if (name == "--calls") {
            const auto way = way_named(value(name));
            options_.calls = way.value_or(WayToCall::kRaw);
            require(way.has_value(), "--calls is raw, libc or io_uring");
        } else if (name == "--patience") {
            set_patience(value(name));
        } else if (name == "--case") {
            options_.self_test.selection = value(name);
        } else if (name == "--profile") {
            options_.self_test.profile = value(name);
        } else if (name == "--tier") {
            const auto tier = tier_named(value(name));
            options_.self_test.strictest = tier.value_or(Tier::kExact);
            require(tier.has_value(), "--tier is contract, linux or exact");
        } else {
            return false;
        }
        return true;
    }

    void set_patience(std::string_view text) {
        constexpr int kMostSeconds = 86'400;
        int seconds = 0;
        const auto [end, failure] =
            std::from_chars(text.data(), text.data() + text.size(), seconds);
        require(failure == std::errc() && end == text.data() + text.size() && seconds > 0 &&
                    seconds <= kMostSeconds,
                "--patience is a number of seconds, at least 1");
        options_.file.patience_ms = options_.self_test.patience_ms = seconds * 1000;
    }

    void require(bool holds, const char* error) {
        if (!holds && error_.empty()) {
            error_ = error;
        }
    }

    std::span<char* const> arguments_;
    ExecutorOptions& options_;
    std::size_t next_ = 0;
    std::string error_;
};

}  // namespace

std::string parse_options(std::span<char* const> arguments, ExecutorOptions& options) {
    return Parser(arguments, options).parse();
}

const char* help_text() {
    return R"(epollcheck-executor runs programs of epollcheck where epoll is to be checked.

  epollcheck-executor               talk to a host over stdin and stdout (harness/wire)
  epollcheck-executor --file IN OUT answer the frames in the file IN, into the file OUT
  epollcheck-executor --self-test   run the conformance cases that it carries, and judge them

Options:
  --calls raw|libc|io_uring   how it makes system calls: raw ones (default); through the symbols of
                              the C library, so that a preloaded or linked library is seen (a
                              static executor has only the C library in it); through io_uring
                              where that has the call
  --armour                    frames as lines of text, for serial consoles
  --patience SECONDS          after so much silence a program hangs (--file, --self-test; 60)
  --case TEXT                 only the cases with TEXT in their names (--self-test)
  --tier TIER                 judge up to tier contract, linux or exact (--self-test; exact)
  --profile NAME              judge as kernel NAME; auto finds out by probing (--self-test; auto)
  --version, --help

Examples:
  epollcheck-executor --self-test --tier linux | tee results.tap
  epollcheck-executor --self-test --case edge/
  qemu-s390x ./epollcheck-executor.s390x --file programs.frames results.frames

Exit codes: 0 all is well; 1 a case failed (--self-test); 2 wrong usage; 4 no case was selected;
70 it could not do its work.
)";
}

}  // namespace epollcheck
