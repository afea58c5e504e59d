/* A read of one signal answers the 128 bytes of its structure.
 * R-D73: A read of a signalfd wakes nobody; remaining signals keep IN.
 * The last call has to give 128 (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
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

int main(void)
{
    char sink[4096];
    long n;
    int s;

    prepare_signals();

    SETUP(s = signalfd(-1, set_of((const int[]){SIGUSR1, 0}), SFD_NONBLOCK), n >= 0);
    SETUP(kill(getpid(), SIGUSR1), n == 0);
    n = read(s, sink, 4096);
    if (n == 128)
        return 0;
    printf("allowed is 128; got %ld (%m)\n", n);
    return 1;
}
