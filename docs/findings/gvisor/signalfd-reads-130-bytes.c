/* A read of one signal answers the 128 bytes of its structure
 *
 * R-D73: A read of a signalfd wakes nobody; remaining signals keep IN.
 *
 * What is allowed is what tier linux promises.
 * Exit status: 0 all answers are allowed, 1 one is not, 77 that cannot be said
 * here. Compile with: cc -std=c11 -Wall -Wextra FILE.c
 */

#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

static char answer[8192];  /* the last answer as text */

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
    else
        sprintf(answer, "errno %d (%s)", errno, strerror(errno));
    return answer;
}

static const char *descriptor(long result)
{
    return result >= 0 ? "fd" : number(result);
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

static char sink[4096];  /* what is read, which nobody looks at */

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
    int s = -1;

    prepare_signals();

    /* 1: signalfd(SIGUSR1, SFD_NONBLOCK) = s */
    EXPECT(1, descriptor, s = signalfd(-1, set_of((const int[]){SIGUSR1, 0}), SFD_NONBLOCK), "fd");
    /* 2: kill(SIGUSR1) = 0 */
    EXPECT(2, number, kill_each((const int[]){SIGUSR1, 0}), "0");
    /* 3: read(s, 4096) = 128 */
    EXPECT(3, number, read(s, sink, 4096), "128");

    printf("conforms\n");
    return 0;
}
