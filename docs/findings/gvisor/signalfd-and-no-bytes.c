/* A read of a signalfd needs room for one signal.
 * R-D73: A read of a signalfd wakes nobody; remaining signals keep IN.
 * The last call has to give EINVAL (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
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

#define SETUP(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77

int main(void)
{
    char sink[8];
    long n;
    int g;

    prepare_signals();

    SETUP(g = signalfd(-1, &(sigset_t){0}, SFD_NONBLOCK), n >= 0);
    n = read(g, sink, 0);
    if (n == -1 && errno == EINVAL)
        return 0;
    printf("allowed is EINVAL; got %ld (%m)\n", n);
    return 1;
}
