// Helpers of emitted C files for rare kinds of files and rare calls, and for signals that arrive
// while a call waits. See emit_c_helpers.h; the executor does the same in
// harness/executor/other_calls.cc, announcements.cc and arriving_signal.cc.

#include "harness/program/emit_c_helpers.h"

namespace epollcheck {
namespace {

constexpr CHelper kRare[] = {
    {"mode_of",
     R"C(
static long mode_of(int fd)
{
    struct stat found;

    return fstat(fd, &found) == 0 ? (long)found.st_mode : -1;
}
)C"},
    {"is_named_eventpoll",
     R"C(
static long is_named_eventpoll(int fd)
{
    char path[64], name[64] = "";

    sprintf(path, "/proc/self/fd/%d", fd);
    if (readlink(path, name, sizeof name - 1) < 0)
        return -1;
    return strcmp(name, "anon_inode:[eventpoll]") == 0;
}
)C"},
    {"close_in_child",
     R"C(
static int close_in_child(void *fd)
{
    return close(*(int *)fd) == 0 ? 0 : errno;
}
)C"},
    {"vfork_close",
     R"C(
/* Closes `fd` in a child that shares the memory but not the descriptors, as one of vfork does. */
static int vfork_close(int fd)
{
    static char stack[65536];
    int child = clone(close_in_child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &fd);
    int status = 0;

    if (child < 0)
        cannot_run("clone");
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    errno = WEXITSTATUS(status);
    return errno ? -1 : 0;
}
)C"},
    {"announce_mount",
     R"C(
/* Before main: mounts that nobody else sees. */
__attribute__((constructor)) static void take_own_mounts(void)
{
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        cannot_run("a mount namespace");
}

static int announce_mount(void)
{
    int result = mount("/proc", "/proc", NULL, MS_BIND, NULL);

    return result == 0 ? umount2("/proc", MNT_DETACH) : result;
}
)C"},
    {"announce_domain_name",
     R"C(
/* Sets the domain name to what it is. */
static int announce_domain_name(void)
{
    char name[256];

    if (getdomainname(name, sizeof name) != 0 || setdomainname(name, strlen(name)) != 0)
        cannot_run("the domain name");
    return 0;
}
)C"},
    {"open_performance_counter",
     R"C(
static int open_performance_counter(void)
{
    struct perf_event_attr wanted = {.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_DUMMY};

    wanted.size = sizeof wanted;
    wanted.exclude_kernel = 1;
    return (int)syscall(SYS_perf_event_open, &wanted, 0, -1, -1, 0);
}
)C"},
    {"open_message_queue",
     R"C(
static int open_message_queue(void)
{
    const long wanted[8] = {0, 1, 8};  /* one message of 8 bytes */
    int queue = (int)syscall(SYS_mq_open, "epoll-queue", O_RDWR | O_CREAT, 0600, wanted);

    syscall(SYS_mq_unlink, "epoll-queue");
    return queue;
}
)C"},
    {"arrive",
     R"C(
/* A child without descriptors sends the signal when this process sleeps in its next call. */
static void arrive(int number)
{
    char path[32], state = 0;
    pid_t parent = getpid(), child;
    volatile int *watches = mmap(NULL, sizeof *watches, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    FILE *file;

    if (watches == MAP_FAILED || (child = fork()) < 0)
        cannot_run("a child that sends a signal");
    if (child > 0) {
        while (!*watches)
            sched_yield();
        ualarm(100000, 100000);  /* all of the time to the next one is for the call */
        return;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int fd = 0; fd < 1024; fd++)
        close(fd);
    sprintf(path, "/proc/%d/stat", (int)parent);
    for (*watches = 1; state != 'S';) {
        file = fopen(path, "r");
        if (!file || fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
            _exit(1);
        fclose(file);
    }
    kill(parent, number);
    _exit(0);
}
)C"},
};

}  // namespace

std::span<const CHelper> rare_c_helpers() { return kRare; }

}  // namespace epollcheck
