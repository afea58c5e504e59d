// Helpers of emitted C files for programs with a second process. See emit_c_helpers.h.
//
// No calls are passed from one process to the other: both run all of main in step, and each makes
// only the calls that are its own. What handles hold lies in memory that both have. An exec
// executes the same program again, which finds that memory by the name of a file.

#include "harness/program/emit_c_helpers.h"

namespace epollcheck {
namespace {

constexpr CHelper kProcesses[] = {
    {"common me STEP",
     R"C(
/* Both processes run all of main, step by step; each makes only the calls of its own. */
static struct common {
    volatile int done;  /* the last step that is over */
    volatile int ids[2];
    int fds[@HANDLES@];  /* what the names of descriptors stand for, in both processes */
} *common;
static int me = 1;

#define STEP(step, process) \
    for (wait_for(step); me == (process) && common->done < (step); is_over(step, process))
)C"},
    {"is_over STEP",
     R"C(
/* Not in the process that a fork has made: the step was that of its parent. */
static void is_over(int step, int process)
{
    if (me == process)
        common->done = step;
}
)C"},
    {"wait_for STEP",
     R"C(
static void wait_for(int step)
{
    int status;

    while (common->done < step - 1) {
        sched_yield();
        if (me == 2 || !common->ids[1] || waitpid(common->ids[1], &status, WNOHANG) <= 0)
            continue;
        if (common->done >= step - 1)
            return;
        if (!WIFEXITED(status) || WEXITSTATUS(status) == 0)
            printf("the second process came to an end\n");
        exit(WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) : 1);
    }
}
)C"},
    {"common_name",
     R"C(
static char common_name[32] = "/tmp/epoll-common-XXXXXX";

static void remove_common(void)
{
    unlink(common_name);
}
)C"},
    {"start_common",
     R"C(
/* With arguments this is the second process after an exec: it goes on behind that step. */
static void start_common(int argc, char **argv)
{
    int fd = argc > 2 ? open(argv[2], O_RDWR) : mkstemp(common_name);

    if (fd < 0 || ftruncate(fd, sizeof *common) != 0)
        cannot_run("a file in /tmp");
    common = mmap(NULL, sizeof *common, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (common == MAP_FAILED || close(fd) != 0)
        cannot_run("shared memory");
    if (argc > 2) {
        me = 2;
        strcpy(common_name, argv[2]);
        common->done = atoi(argv[1]);
        return;
    }
    atexit(remove_common);
    memset(common->fds, -1, sizeof common->fds);
    common->ids[0] = getpid();
}
)C"},
    {"fork_second",
     R"C(
/* With CLONE_FILES the two share one table of descriptors: a clone that the library lacks. */
static int fork_second(int flags)
{
#ifdef __s390__
    pid_t child = flags ? (pid_t)syscall(SYS_clone, 0, flags | SIGCHLD, 0, 0, 0) : fork();
#else
    pid_t child = flags ? (pid_t)syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0) : fork();
#endif

    if (child == 0) {
        me = 2;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    } else {
        common->ids[1] = child;
    }
    return child < 0 ? -1 : 0;
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
    {"leave",
     R"C(
static void leave(int step)
{
    common->done = step;
    _exit(0);
}
)C"},
    {"wait_for_exit",
     R"C(
static void wait_for_exit(void)
{
    if (me == 1)
        waitpid(common->ids[1], NULL, 0);
    common->ids[1] = 0;
}
)C"},
};

}  // namespace

std::span<const CHelper> process_c_helpers() { return kProcesses; }

}  // namespace epollcheck
