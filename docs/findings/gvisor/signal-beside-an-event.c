/* A wait that reports events delivers no signal
 *
 * R-E6: Very large timeouts saturate: INT_MAX ms is about 24.8 days; epoll_pwait2 accepts tv_sec up
 *     to 2^63-1, which is in effect for ever.
 *
 * What is allowed is what tier linux promises.
 * Exit status: 0 all answers are allowed, 1 one is not, 77 that cannot be said
 * here. Compile with: cc -std=c11 -Wall -Wextra FILE.c
 */

#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <unistd.h>

static char answer[8192];  /* the last answer as text */

enum { BLOCKED = -2 };  /* what a call gives that waits for ever */

static void cannot_run(const char *what)
{
    printf("cannot run here: %s: %s\n", what, strerror(errno));
    exit(77);
}

/* An answer as text: a number, or the name of an error. */
static const char *number(long result)
{
    if (result >= 0)
        sprintf(answer, "%ld", result);
    else if (result == BLOCKED)
        strcpy(answer, "blocks");
    else
        sprintf(answer, "errno %d (%s)", errno, strerror(errno));
    return answer;
}

static const char *descriptor(long result)
{
    return result >= 0 ? "fd" : number(result);
}

/* Appends the names of events to an answer. */
static void add_mask(uint32_t mask)
{
    static const char *const names[32] = {
        "IN", "PRI", "OUT", "ERR", "HUP", "NVAL", "RDNORM", "RDBAND", "WRNORM", "WRBAND", "MSG",
        [13] = "RDHUP", [27] = "URING_WAKE", "EXCLUSIVE", "WAKEUP", "ONESHOT", "ET"};
    uint32_t unknown = 0;
    const char *gap = "";

    for (int bit = 0; bit < 32; bit++) {
        if ((mask >> bit & 1) && names[bit]) {
            strcat(strcat(answer, gap), names[bit]);
            gap = "|";
        } else {
            unknown |= mask & (uint32_t)1 << bit;
        }
    }
    if (unknown || !mask)
        sprintf(answer + strlen(answer), unknown ? "%s%#" PRIx32 : "%s0", gap, unknown);
}

static struct epoll_event ready[64];  /* where waits store their events */

/* The answer of a wait: [data:EVENTS, ...]. */
static const char *event_list(long count)
{
    if (count < 0 || count > 64)
        return number(count);
    strcpy(answer, "[");
    for (long i = 0; i < count; i++) {
        sprintf(answer + strlen(answer), "%s%" PRIu64 ":", i ? ", " : "", ready[i].data.u64);
        add_mask(ready[i].events);
    }
    memset(ready, 0xa5, sizeof ready);  /* an old event must not pass for a new one */
    return strcat(answer, "]");
}

static volatile sig_atomic_t handled;  /* signals of this program that were handled */

static void on_program_signal(int signal)
{
    (void)signal;
    handled = handled + 1;
}

/* The signals of this program: all are blocked, and the handler of one asks for restarts. */
static void prepare_signals(void)
{
    const int own[] = {SIGUSR1, SIGUSR2, SIGRTMIN, SIGRTMIN + 1};
    struct sigaction action;
    sigset_t blocked;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_program_signal;
    sigemptyset(&blocked);
    for (int i = 0; i < 4; i++) {
        action.sa_flags = own[i] == SIGUSR2 ? SA_RESTART : 0;
        sigaction(own[i], &action, NULL);
        sigaddset(&blocked, own[i]);
    }
    sigprocmask(SIG_BLOCK, &blocked, NULL);
}

/* The set of the signals in a list that ends with 0. */
static sigset_t *set_of(const int *signals)
{
    static sigset_t set;

    sigemptyset(&set);
    for (; *signals; signals++)
        sigaddset(&set, *signals);
    return &set;
}

/* Ends the program unless an answer is one of those that are allowed. */
static void check(int step, const char *call, const char *got, const char *const *allowed)
{
    for (int i = 0; allowed[i]; i++)
        if (strcmp(got, allowed[i]) == 0)
            return;
    if (errno == ENOSYS || errno == ENOMEM || errno == EMFILE || errno == ENFILE || errno == ENOSPC)
        cannot_run(call);
    printf("step %d: %s: got %s, allowed:", step, call, got);
    for (int i = 0; allowed[i]; i++)
        printf("%s %s", i ? " or" : "", allowed[i]);
    printf("\n");
    exit(1);
}

#define EXPECT(step, format, call, ...) \
    (errno = 0, check(step, #call, format(call), (const char *const[]){__VA_ARGS__, NULL}))

/* A call that may wait is interrupted every 20 ms; one that still waits then, three times in a row,
 * is said to block. One that comes back with less than `whole` bytes was waiting, too. */
static volatile sig_atomic_t ticks;
static sig_atomic_t handled_before;  /* signals of the program itself
                                     * are no interruptions here */

static void on_tick(int signal)
{
    (void)signal;
    ticks = ticks + 1;
}

static void set_ticks(int period_us)
{
    struct itimerval timer = {{0, period_us}, {0, period_us}};

    setitimer(ITIMER_REAL, &timer, NULL);
}

static void start_ticks(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);  /* without SA_RESTART, so that calls do end */
    action.sa_handler = on_tick;
    sigaction(SIGALRM, &action, NULL);
    ticks = 0;
    handled_before = handled;
    set_ticks(20000);
}

static int was_interrupted(long result)
{
    return result == -1 && errno == EINTR && handled == handled_before;
}

static long stop_ticks(long result, long whole)
{
    int error = errno;
    int waits = was_interrupted(result) || (ticks > 0 && result >= 0 && result < whole);

    set_ticks(0);
    errno = error;
    return waits ? BLOCKED : result;
}

#define EXPECT_PATIENTLY(step, format, call, whole, ...) \
    do { \
        long result; \
        start_ticks(); \
        do \
            result = call; \
        while (was_interrupted(result) && ticks < 3); \
        check(step, #call, format(stop_ticks(result, whole)), \
              (const char *const[]){__VA_ARGS__, NULL}); \
    } while (0)

static struct epoll_event *event(uint32_t wanted, uint64_t data)
{
    static struct epoll_event event;

    event.events = wanted;
    event.data.u64 = data;
    return &event;
}

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

static const char *signal_names(long result)
{
    static const char *const names[] = {"SIGUSR1", "SIGUSR2", "SIGRTMIN", "SIGRTMIN_1"};

    if (result < 0)
        return number(result);
    answer[0] = '\0';
    for (int i = 0; i < 4; i++)
        if (result >> i & 1)
            strcat(strcat(answer, answer[0] ? "|" : ""), names[i]);
    return answer[0] ? answer : strcpy(answer, "0");
}

/* Sends this process the signals in a list that ends with 0. */
static int kill_each(const int *signals)
{
    while (*signals)
        if (kill(getpid(), *signals++) != 0)
            return -1;
    return 0;
}

int main(void)
{
    int ep = -1, e = -1;

    prepare_signals();

    /* 1: epoll_create1(0) = ep */
    EXPECT(1, descriptor, ep = epoll_create1(0), "fd");
    /* 2: eventfd(1, EFD_NONBLOCK) = e */
    EXPECT(2, descriptor, e = eventfd(1, EFD_NONBLOCK), "fd");
    /* 3: epoll_ctl(ep, ADD, e, {IN, 1}) = 0 */
    EXPECT(3, number, epoll_ctl(ep, EPOLL_CTL_ADD, e, event(EPOLLIN, 1)), "0");
    /* 4: kill(SIGUSR1) = 0 */
    EXPECT(4, number, kill_each((const int[]){SIGUSR1, 0}), "0");
    /* 5: epoll_pwait(ep, 1, -1, mask=EMPTY) = [1:IN] */
    EXPECT_PATIENTLY(5, event_list, epoll_pwait(ep, ready, 1, -1, set_of((const int[]){0})), 0,
           "[1:IN]");
    /* 6: sigpending() = SIGUSR1 */
    EXPECT(6, signal_names, pending_signals(), "SIGUSR1");

    printf("conforms\n");
    return 0;
}
