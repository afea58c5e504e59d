// epollcheck-executor: runs programs where epoll is to be checked, for a host or on its own.

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <span>
#include <string>

#include "harness/standalone/channel.h"
#include "harness/standalone/options.h"
#include "harness/standalone/server.h"

namespace {

using namespace epollcheck;

constexpr int kWrongUsage = 2;

int serve(bool armour) {
    std::signal(SIGPIPE, SIG_IGN);  // a host that went away is the end, not a crash
    Channel channel(0, 1, armour);
    Server(channel).serve();
    return 0;
}

}  // namespace

int main(int argument_count, char** arguments) {
    ExecutorOptions options;
    std::span<char* const> rest(arguments, static_cast<std::size_t>(argument_count));
    rest = rest.subspan(std::min<std::size_t>(rest.size(), 1));  // without the program's name
    const std::string error = parse_options(rest, options);
    if (!error.empty()) {
        std::fprintf(stderr, "epollcheck-executor: %s; see --help\n", error.c_str());
        return kWrongUsage;
    }
    call_by(options.calls);
    switch (options.mode) {
        case ExecutorOptions::Mode::kServe:
            return serve(options.armour);
        case ExecutorOptions::Mode::kFile:
            return run_file_mode(options.file);
        case ExecutorOptions::Mode::kSelfTest:
            return run_self_test(options.self_test);
        case ExecutorOptions::Mode::kHelp:
            std::fputs(help_text(), stdout);
            return 0;
        case ExecutorOptions::Mode::kVersion:
            std::puts("epollcheck-executor " EPOLLCHECK_RELEASE);
            return 0;
    }
    return kWrongUsage;
}
