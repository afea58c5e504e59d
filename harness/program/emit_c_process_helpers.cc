// Helpers of emitted C files for programs with a second process. See emit_c_helpers.h.
//
// No calls are passed from one process to the other: both run all of main in step, and each makes
// only the calls that are its own. What handles hold lies in memory that both have. An exec
// executes the same program again, which finds that memory by the name of a file.

#include "harness/program/emit_c_helpers.h"

namespace epollcheck {
namespace {

constexpr CHelper kProcesses[] = {
    {"common me wait_for STEP",
     R"C(
/* Both processes run all of main, step by step; each makes only the calls of its own. */
static struct {
    volatile int done;  /* the last step that is over */
    volatile pid_t ids[2];
    int fds[@HANDLES@];  /* what the names of descriptors stand for, in both processes */
} *common;
static int me = 1;

static void wait_for(int step)
{
    int status;

    while (common->done < step - 1) {
        sched_yield();
        if (me == 2 || !common->ids[1] || waitpid(common->ids[1], &status, WNOHANG) <= 0)
            continue;
        if (common->done < step - 1)  /* the other one ended too early */
            exit(WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) : 1);
    }
}

#define STEP(step, process) \
    for (wait_for(step); me == (process) && common->done < (step); \
         me == (process) && (common->done = (step)))
)C"},
    {"common_name",
     R"C(
static char common_name[32] = "/tmp/epoll-common-XXXXXX";

static void remove_common(void)
{
    unlink(common_name);
}
)C"},
    {"open_common",
     R"C(
/* With arguments this is the second process after an exec: it goes on behind that step. */
static int open_common(int argc, char **argv)
{
    int fd = argc > 2 ? open(argv[2], O_RDWR) : mkstemp(common_name);

    if (fd < 0 || ftruncate(fd, sizeof *common) != 0)
        cannot_run("a file in /tmp");
    common = mmap(NULL, sizeof *common, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (argc > 2) {
        me = 2;
        strcpy(common_name, argv[2]);
        common->done = atoi(argv[1]);
    } else {
        atexit(remove_common);
    }
    return me == 1;
}
)C"},
    {"became",
     R"C(
static int became(pid_t child)
{
    if (child == 0) {
        me = 2;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    } else {
        common->ids[1] = child;
    }
    return child < 0 ? -1 : 0;
}
)C"},
    {"clone_second",
     R"C(
/* A clone without a stack of its own, which the library does not have. */
static int clone_second(int flags)
{
#ifdef __s390__
    return became((pid_t)syscall(SYS_clone, 0, flags | SIGCHLD, 0, 0, 0));
#else
    return became((pid_t)syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0));
#endif
}
)C"},
    {"execute_again",
     R"C(
static int execute_again(int step)
{
    char text[16];

    sprintf(text, "%d", step);
    return execl("/proc/self/exe", "second", text, common_name, (char *)NULL);
}
)C"},
};

}  // namespace

std::span<const CHelper> process_c_helpers() { return kProcesses; }

}  // namespace epollcheck
