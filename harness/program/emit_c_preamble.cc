// The preamble of emitted C files. See emit_c_preamble.h.

#include "harness/program/emit_c_preamble.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "harness/program/emit_c_helpers.h"
#include "harness/program/emit_c_values.h"
#include "model/vocabulary/error_name.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

struct CHeader {
    std::string_view name;
    std::string_view words;  // that it declares; "": it is always needed
};

constexpr CHeader kHeaders[] = {
    {"errno.h", ""},
    {"fcntl.h",
     "open fcntl O_RDONLY O_WRONLY O_RDWR O_NONBLOCK O_CLOEXEC O_DIRECT O_PATH F_GETFD FD_CLOEXEC "
     "fallocate"},
    {"inttypes.h", "PRIu64 PRIx32 PRIx64"},
    {"limits.h", "INT_MIN"},
    {"linux/io_uring.h", "io_uring_sqe"},
    {"linux/kcmp.h", "KCMP_FILE KCMP_EPOLL_TFD"},
    {"linux/perf_event.h", "perf_event_attr"},
    {"netinet/in.h", "sockaddr_in IPPROTO_TCP"},
    {"netinet/tcp.h", "TCP_NODELAY tcp_info"},
    {"poll.h", "pollfd"},
    {"sched.h", "clone unshare CLONE_FILES sched_yield CPU_SET"},
    {"signal.h", "sigset_t sigaction kill raise signal siginfo_t SIGKILL SIGUSR1"},
    {"stddef.h", "offsetof"},
    {"stdint.h", "uint8_t uint16_t uint32_t uint64_t int64_t UINTPTR_MAX"},
    {"stdio.h", ""},
    {"stdlib.h", ""},
    {"string.h", ""},
    {"sys/epoll.h", "epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_event"},
    {"sys/eventfd.h", "eventfd"},
    {"sys/fanotify.h", "fanotify_init"},
    {"sys/inotify.h", "inotify_init1 inotify_add_watch inotify_rm_watch"},
    {"sys/ioctl.h", "ioctl _IOW _IO"},
    {"sys/mman.h", "mmap munmap memfd_create"},
    {"sys/mount.h", "mount umount2"},
    {"sys/prctl.h", "prctl"},
    {"sys/resource.h", "setrlimit getrlimit rlimit"},
    {"sys/select.h", "select pselect fd_set"},
    {"sys/signalfd.h", "signalfd"},
    {"sys/socket.h", "socket socketpair bind listen accept4 connect send recv shutdown"},
    {"sys/stat.h", "mkfifo mknod mkdir fstat S_IFREG"},
    {"sys/syscall.h", "syscall"},
    {"sys/time.h", "setitimer timeval"},
    {"sys/timex.h", "clock_adjtime timex"},
    {"sys/timerfd.h", "timerfd_create timerfd_settime timerfd_gettime"},
    {"sys/uio.h", "iovec"},
    {"sys/un.h", "sockaddr_un"},
    {"sys/wait.h", "waitid waitpid"},
    {"termios.h", "termios ICANON"},
    {"time.h", "timespec clock_gettime"},
    {"unistd.h",
     "close dup dup2 dup3 read write pipe2 lseek pread fsync ftruncate truncate unlink getpid "
     "syscall rmdir isatty setresuid readlink setdomainname _POSIX_VDISABLE"},
};

/// Names that C libraries or kernel headers of a few years ago do not have.
struct CDefinition {
    std::string_view name;
    std::string_view value;
};

constexpr CDefinition kDefinitions[] = {
    {"SYS_epoll_pwait2", "441"},
    {"SYS_close_range", "436"},
    {"SYS_pidfd_open", "434"},
    {"SYS_pidfd_send_signal", "424"},
    {"EPOLLNVAL", "0x20u"},
    {"EPOLL_URING_WAKE", "(1u << 27)"},
    {"EPOLLEXCLUSIVE", "(1u << 28)"},
    {"EPOLLWAKEUP", "(1u << 29)"},
    {"CLOSE_RANGE_UNSHARE", "2u"},
    {"CLOSE_RANGE_CLOEXEC", "4u"},
    {"IN_MASK_CREATE", "0x10000000"},
    {"TFD_TIMER_CANCEL_ON_SET", "2"},
    {"TIOCGPTPEER", "_IO('T', 0x41)"},
};

/// What a machine that is too small, too old or fenced in answers to any call.
constexpr int kRefusals[] = {error::kENOSYS, error::kENOMEM, error::kEMFILE, error::kENFILE,
                             error::kENOSPC};

std::string with(std::string text, std::string_view mark, std::string_view value) {
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
        text.replace(at, mark.size(), value);
    }
    return text;
}

std::string errors_text(const std::set<int>& errors, bool may_block) {
    std::string text;
    if (may_block) {
        text += "    else if (result == BLOCKED)\n        strcpy(answer, \"blocks\");\n";
    }
    for (const int error : errors) {
        const std::string name = error_name(error);
        const bool known = name.find_first_of("0123456789") == std::string::npos || name == "E2BIG";
        text += fmt::format("    else if (errno == {})\n        strcpy(answer, \"{}\");\n",
                            known ? name : std::to_string(error), name);
    }
    return text;
}

std::string check_text(const CPreamble& details) {
    std::string text = details.unclear ? R"(    int clear = 1;

    for (int i = 0; allowed[i]; i++) {
        clear = clear && strcmp(allowed[i], UNCLEAR) != 0;
        if (strcmp(got, allowed[i]) != 0 && strcmp(allowed[i], ANYTHING) != 0)
            continue;
        if (clear)
            return;
        printf("step %d: %s: got %s, which is allowed, but leads away from what is checked here\n",
               step, call, got);
        exit(77);
    }
)"
                                       : R"(    for (int i = 0; allowed[i]; i++)
        if (strcmp(got, allowed[i]) == 0)
            return;
)";
    std::vector<std::string> refusals;
    for (const int refusal : kRefusals) {
        if (!details.refusals.contains(refusal)) {
            refusals.push_back("errno == " + error_name(refusal));
        }
    }
    return text +
           fmt::format("    if ({})\n        cannot_run(call);\n", fmt::join(refusals, " || "));
}

std::string files_text(const std::set<Path>& files, bool makes) {
    std::string text;
    for (const Path path : files) {
        const std::string name = c_string(path_names()[static_cast<std::size_t>(path)]);
        const bool is_entry = path == Path::kEntryA || path == Path::kEntryB;
        const bool is_directory = path == Path::kDirectory;
        if (!makes) {
            text = fmt::format("    {}({});\n", is_directory ? "rmdir" : "unlink", name) + text;
        } else if (!is_entry) {
            const std::string call = is_directory ? fmt::format("mkdir({}, 0700)", name)
                                     : path == Path::kRegularFile
                                         ? fmt::format("mknod({}, S_IFREG | 0600, 0)", name)
                                         : fmt::format("mkfifo({}, 0600)", name);
            text += fmt::format("    if ({} != 0)\n        cannot_run({});\n", call, name);
        }
    }
    return text;
}

std::string filled_in(std::string_view helper, bool may_block, const CPreamble& details) {
    std::string text(helper.substr(1));  // the text begins on a line of its own
    if (text.find('@') == std::string::npos) return text;
    const bool handles = details.has_signals;
    text = with(text, "@ERRORS@", errors_text(details.errors, may_block));
    text = with(text, "@CHECK@", check_text(details));
    text = with(text, "@HANDLES@", std::to_string(details.handles));
    text = with(text, "@BYTES@", std::to_string(details.bytes));
    text = with(text, "@MAKE@", files_text(details.files, true));
    text = with(text, "@REMOVE@", files_text(details.files, false));
    text = with(text, "@HANDLED_BEFORE@",
                handles ? "static sig_atomic_t handled_before;  /* signals of the program itself\n"
                          "                                     * are no interruptions here */\n"
                        : "");
    text = with(text, "@REMEMBER@", handles ? "    handled_before = handled;\n" : "");
    return with(text, "@NOT_HANDLED@", handles ? " && handled == handled_before" : "");
}

/// The helpers that `code` needs, in their order.
std::vector<const CHelper*> needed_helpers(std::string_view code) {
    std::vector<const CHelper*> all;
    for (const auto helpers : {basic_c_helpers(), process_c_helpers(), file_c_helpers(),
                               socket_c_helpers(), system_c_helpers(), rare_c_helpers()}) {
        for (const CHelper& helper : helpers) {
            all.push_back(&helper);
        }
    }
    std::string searched(code);
    std::vector<const CHelper*> needed;
    for (auto helper = all.rbegin(); helper != all.rend(); ++helper) {
        if (has_any_word(searched, (*helper)->provides)) {
            needed.insert(needed.begin(), *helper);
            searched += without_c_comments((*helper)->text);
        }
    }
    return needed;
}

}  // namespace

std::string without_c_comments(std::string_view text) {
    std::string code;
    while (true) {
        const std::size_t start = text.find("/*");
        code += text.substr(0, start);
        if (start == std::string_view::npos) return code;
        const std::size_t end = text.find("*/", start + 2);
        if (end == std::string_view::npos) return code;
        text.remove_prefix(end + 2);
    }
}

std::string c_preamble(std::string_view code, const CPreamble& details) {
    const std::string bare = without_c_comments(code);
    const bool may_block = has_any_word(bare, "EXPECT_PATIENTLY ring_wait");
    std::string helpers;
    if (details.unclear) {
        helpers +=
            "#define UNCLEAR \"also allowed, without a word on what follows:\"\n"
            "#define ANYTHING \"any answer\"\n\n";
    }
    const std::string extra = details.has_signals ? " handled prepare_signals" : "";
    for (const CHelper* helper : needed_helpers(bare + extra + " answer number check cannot_run" +
                                                (may_block ? " BLOCKED" : ""))) {
        helpers += filled_in(helper->text, may_block, details) + "\n";
    }
    const std::string searched = bare + without_c_comments(helpers);
    std::string text = "#define _GNU_SOURCE\n";
    for (const CHeader& header : kHeaders) {
        if (header.words.empty() || has_any_word(searched, header.words)) {
            text += fmt::format("#include <{}>\n", header.name);
        }
    }
    text += '\n';
    std::string definitions;
    for (const CDefinition& definition : kDefinitions) {
        if (has_word(searched, definition.name)) {
            definitions += fmt::format("#ifndef {0}\n#define {0} {1}\n#endif\n", definition.name,
                                       definition.value);
        }
    }
    if (!definitions.empty()) text += definitions + "\n";
    return text + helpers;
}

}  // namespace epollcheck
