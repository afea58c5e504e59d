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
    std::string_view words;  // that it declares
};

constexpr CHeader kHeaders[] = {
    {"errno.h", "errno"},
    {"fcntl.h",
     "open fcntl O_RDONLY O_WRONLY O_RDWR O_NONBLOCK O_CLOEXEC O_DIRECT O_PATH F_GETFD FD_CLOEXEC "
     "O_ACCMODE fallocate"},
    {"limits.h", "INT_MIN"},
    {"linux/io_uring.h", "io_uring_sqe"},
    {"linux/kcmp.h", "KCMP_FILE KCMP_EPOLL_TFD"},
    {"linux/perf_event.h", "perf_event_attr"},
    {"linux/userfaultfd.h", "uffdio_zeropage"},
    {"netinet/in.h", "sockaddr_in IPPROTO_TCP"},
    {"netinet/tcp.h", "TCP_NODELAY tcp_info"},
    {"poll.h", "pollfd"},
    {"pthread.h", "pthread_create pthread_kill pthread_barrier_t"},
    {"sched.h", "clone unshare CLONE_FILES sched_yield CPU_SET"},
    {"semaphore.h", "sem_t sem_post"},
    {"signal.h", "sigset_t sigaction kill raise signal siginfo_t SIGKILL SIGUSR1 sig_atomic_t"},
    {"stdatomic.h", "atomic_int atomic_long"},
    {"stddef.h", "offsetof"},
    {"stdint.h", "uint8_t uint16_t uint32_t uint64_t int64_t UINTPTR_MAX"},
    {"stdio.h", "printf sprintf snprintf perror FILE fopen"},
    {"stdlib.h", "exit atexit atoi atol strtoull qsort mkdtemp mkstemp posix_openpt unlockpt"},
    {"string.h", "memset memcpy memmove strcpy strerror strlen strcmp strncmp strrchr strstr"},
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
    {"sys/socket.h",
     "socket socketpair bind listen accept4 connect send recv sendmsg recvmsg msghdr cmsghdr "
     "shutdown getsockopt setsockopt"},
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
     "syscall rmdir isatty setresuid readlink setdomainname _POSIX_VDISABLE "
     "usleep ualarm fork _exit execl chdir pause getppid"},
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

/// The errors that accuse the machine, as a condition.
std::string refusals_text(const std::set<int>& refusals) {
    std::vector<std::string> texts;
    for (const int refusal : kRefusals) {
        if (!refusals.contains(refusal)) texts.push_back("errno == " + error_name(refusal));
    }
    return fmt::format("n == -1 && \\\n    ({})", fmt::join(texts, " || "));
}

std::string filled_in(std::string_view helper, const CPreamble& details) {
    std::string text(helper.substr(1));  // the text begins on a line of its own
    if (text.find('@') == std::string::npos) return text;
    text = with(text, "@REFUSALS@", refusals_text(details.refusals));
    text = with(text, "@HANDLES@", std::to_string(details.handles));
    const std::pair<std::string_view, int> numbers[] = {{"@THREADS@", details.threads},
                                                        {"@SECTIONS@", details.sections},
                                                        {"@CALLS@", details.calls},
                                                        {"@EVENTS@", details.events},
                                                        {"@DESCRIPTORS@", details.descriptors}};
    for (const auto& [mark, number] : numbers) text = with(text, mark, std::to_string(number));
    const auto if_ordered = [&](std::string_view mark, std::string_view line) {
        text = with(text, mark, details.ordered ? line : "");
    };
    if_ordered("@TICKET_FIELD@", "    long begin, end;  /* as tickets */\n");
    if_ordered("@TICKET_BEGIN@", "    answers[call].begin = tickets++;\n");
    if_ordered("@TICKET_END@", "    answers[call].end = tickets++;\n");
    const bool packets = details.packets;
    text = with(text, "@ARRIVE_ABOVE@", packets ? "/* Packets arrive in between. */\n" : "");
    return with(text, "@ARRIVE@", packets ? "usleep(50000), " : "");
}

/// `helper` with variables that each thread has for itself.
std::string for_threads(const std::string& helper) {
    constexpr std::string_view kStatic = "static ";
    std::string text;
    for (std::size_t at = 0; at < helper.size();) {
        const std::size_t end = helper.find('\n', at) + 1;
        std::string line = helper.substr(at, end - at);
        const std::size_t first = std::min(line.find_first_not_of(' '), line.size());
        const std::string_view code = std::string_view(line).substr(0, line.find("  /*"));
        const bool is_variable = line.substr(first).starts_with(kStatic) &&
                                 code.find_last_not_of(" \n") == code.rfind(';');
        if (is_variable) line.insert(first + kStatic.size(), "_Thread_local ");
        text += line;
        at = end;
    }
    return text;
}

bool is_about_threads(const CHelper& helper) {
    const auto helpers = thread_c_helpers();
    return &helper >= helpers.data() && &helper < helpers.data() + helpers.size();
}

/// The helpers that `code` needs, in their order.
std::vector<const CHelper*> needed_helpers(std::string_view code) {
    std::vector<const CHelper*> all;
    for (const auto helpers :
         {basic_c_helpers(), process_c_helpers(), file_c_helpers(), socket_c_helpers(),
          system_c_helpers(), rare_c_helpers(), thread_c_helpers()}) {
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
    std::string helpers;
    bool in_definitions = false;
    for (const CHelper* helper : needed_helpers(bare)) {
        std::string text = filled_in(helper->text, details);
        if (details.threads > 0 && !is_about_threads(*helper)) text = for_threads(text);
        const bool is_definition = text.starts_with("#define");
        if (!helpers.empty() && !(in_definitions && is_definition)) helpers += '\n';
        in_definitions = is_definition;
        helpers += text;
    }
    const std::string searched = bare + without_c_comments(helpers);
    std::string text = "#define _GNU_SOURCE\n";
    for (const CHeader& header : kHeaders) {
        if (has_any_word(searched, header.words)) {
            text += fmt::format("#include <{}>\n", header.name);
        }
    }
    std::string definitions;
    for (const CDefinition& definition : kDefinitions) {
        if (has_word(searched, definition.name)) {
            definitions += fmt::format("#ifndef {0}\n#define {0} {1}\n#endif\n", definition.name,
                                       definition.value);
        }
    }
    for (const std::string& part : {definitions, helpers}) {
        if (!part.empty()) text += "\n" + part;
    }
    return text;
}

}  // namespace epollcheck
