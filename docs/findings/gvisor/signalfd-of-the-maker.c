/* A signalfd shows the signals of the process that looks, not of the one that made it.
 * R-D69: signalfd: IN if and only if a signal of its mask is pending for the calling thread or its
 *     process.
 * The last call has to give 0 (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t ticked;

static void on_signal(int signal)
{
    ticked = signal == SIGALRM;
}

/* The signals of this program: all are blocked, and the handler of one asks for restarts. */
static void prepare_signals(void)
{
    const int own[] = {SIGUSR1, SIGUSR2, SIGRTMIN, SIGRTMIN + 1};
    struct sigaction action = {.sa_handler = on_signal};

    for (int i = 0; i < 4; i++) {
        action.sa_flags = own[i] == SIGUSR2 ? SA_RESTART : 0;
        sigaction(own[i], &action, NULL);
        sigaddset(&action.sa_mask, own[i]);
    }
    sigprocmask(SIG_BLOCK, &action.sa_mask, NULL);
}

/* The set of the signals in a list that ends with 0. */
static sigset_t *set_of(const int *signals)
{
    static sigset_t set;

    for (sigemptyset(&set); *signals; signals++)
        sigaddset(&set, *signals);
    return &set;
}

#define SETUP(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77
#define LACKS_SOMETHING (n == -1 && \
    (errno == ENOSYS || errno == ENOMEM || errno == EMFILE || errno == ENFILE || errno == ENOSPC))
#define EXPECT(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), LACKS_SOMETHING ? 77 : 1

/* Both processes run all of main, step by step; each makes only the calls of its own. */
static struct {
    volatile int done;  /* the last step that is over */
    volatile pid_t ids[2];
    int fds[1];  /* what the names of descriptors stand for, in both processes */
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

static long poll_one(int fd, unsigned wanted)
{
    struct pollfd entry = {fd, (short)wanted, 0};

    return poll(&entry, 1, 0) < 0 ? -1 : (unsigned short)entry.revents;
}

#define g (common->fds[0])

int main(void)
{
    long n;

    common = mmap(NULL, sizeof *common, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (common == MAP_FAILED)
        return 77;
    memset(common->fds, -1, sizeof common->fds);
    common->ids[0] = getpid();
    prepare_signals();

    STEP(1, 1) {
        SETUP(g = signalfd(-1, set_of((const int[]){SIGUSR1, 0}), SFD_NONBLOCK), n >= 0);
    }
    STEP(2, 1) {
        SETUP(kill(getpid(), SIGUSR1), n == 0);
    }
    STEP(3, 1) {
        SETUP(became(fork()), n == 0);
    }
    STEP(4, 2) {
        EXPECT(poll_one(g, POLLIN), n == 0);
    }
    if (me == 2)
        _exit(0);
    wait_for(5);
    return 0;
}
