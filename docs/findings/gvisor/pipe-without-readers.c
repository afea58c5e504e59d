/* A pipe without readers is an error for its writer, asked for or not.
 * R-C34: ERR and HUP are reported whether requested or not, while the item is armed; RDHUP, PRI and
 *     the NORM and BAND bits only when requested.
 * R-D2: Write end of a pipe: OUT|WRNORM if fewer slots are occupied than the pipe has; ERR if there
 *     is no reader.
 * The last call has to give [1:ERR] (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

#define EVENT(mask, number) (&(struct epoll_event){mask, {.u64 = number}})
#define IS(i, number, mask) (ready[i].data.u64 == (number) && ready[i].events == (mask))
#define SETUP(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77

int main(void)
{
    struct epoll_event ready[1];
    long n;
    int ep, r, w, pair[2];

    SETUP(ep = epoll_create1(0), n >= 0);
    SETUP(pipe2(pair, O_NONBLOCK), n == 0);
    r = pair[0], w = pair[1];
    SETUP(epoll_ctl(ep, EPOLL_CTL_ADD, w, EVENT(0, 1)), n == 0);
    SETUP(close(r), n == 0);
    n = epoll_wait(ep, ready, 1, 0);
    if (n == 1 && IS(0, 1, EPOLLERR))
        return 0;
    printf("allowed is [1:ERR]; got %ld (%m)\n", n);
    for (long i = 0; i < n; i++)
        printf("  %llu: %#x\n", (unsigned long long)ready[i].data.u64, ready[i].events);
    return 1;
}
