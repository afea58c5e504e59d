/* A wait that reports events delivers no signal.
 * R-E1: A call with events available never blocks and never returns EINTR: the harvest comes first,
 *     and only if it wrote nothing are the timeout and signals looked at.
 * The last call has to give SIGUSR1 (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EVENT(mask, number) (&(struct epoll_event){mask, {.u64 = number}})
#define IS(i, number, mask) (ready[i].data.u64 == (number) && ready[i].events == (mask))

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

/* A call that waits is interrupted after 100 ms: without SA_RESTART it ends then. */
static void start_ticks(void)
{
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_signal}, NULL);
    ticked = 0;
    ualarm(100000, 100000);
}

static long stop_ticks(long result)
{
    ualarm(0, 0);
    return result;
}

#define PATIENTLY(call) (start_ticks(), stop_ticks(call))

#define SETUP(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77

/* Which of the signals of this program are in a set, as bits. */
static long own_signals(const sigset_t *set)
{
    return sigismember(set, SIGUSR1) | sigismember(set, SIGUSR2) << 1 |
           sigismember(set, SIGRTMIN) << 2 | sigismember(set, SIGRTMIN + 1) << 3;
}

static long pending_signals(void)
{
    sigset_t set;

    return sigpending(&set) < 0 ? -1 : own_signals(&set);
}

int main(void)
{
    struct epoll_event ready[1];
    long n;
    int ep, e;

    prepare_signals();

    SETUP(ep = epoll_create1(0), n >= 0);
    SETUP(e = eventfd(1, EFD_NONBLOCK), n >= 0);
    SETUP(epoll_ctl(ep, EPOLL_CTL_ADD, e, EVENT(EPOLLIN, 1)), n == 0);
    SETUP(kill(getpid(), SIGUSR1), n == 0);
    SETUP(PATIENTLY(epoll_pwait(ep, ready, 1, -1, &(sigset_t){0})), n == 1 && IS(0, 1, EPOLLIN));
    n = pending_signals();
    if (n == 1)
        return 0;
    printf("allowed is SIGUSR1; got %ld (%m)\n", n);
    return 1;
}
