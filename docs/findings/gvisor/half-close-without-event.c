/* The end of a stream is an event for who asked for RDHUP.
 * R-C20: The guarantee to rely on: if, after the last harvest that reported or considered an item,
 *     its file makes a transition from not ready to ready for a requested bit, a later harvest
 *     reports it (unless it was consumed meanwhile).
 * See also R-D34.
 * The last call has to give [1:RDHUP] (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define EVENT(mask, number) (&(struct epoll_event){mask, {.u64 = number}})
#define IS(i, number, mask) (ready[i].data.u64 == (number) && ready[i].events == (mask))
#define SETUP(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77

int main(void)
{
    struct epoll_event ready[1];
    long n;
    int ep, a, b, pair[2];

    SETUP(ep = epoll_create1(0), n >= 0);
    SETUP(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), n == 0);
    a = pair[0], b = pair[1];
    SETUP(epoll_ctl(ep, EPOLL_CTL_ADD, b, EVENT(EPOLLRDHUP | EPOLLET, 1)), n == 0);
    SETUP(shutdown(a, SHUT_WR), n == 0);
    n = epoll_wait(ep, ready, 1, 0);
    if (n == 1 && IS(0, 1, EPOLLRDHUP))
        return 0;
    printf("allowed is [1:RDHUP]; got %ld (%m)\n", n);
    for (long i = 0; i < n; i++)
        printf("  %llu: %#x\n", (unsigned long long)ready[i].data.u64, ready[i].events);
    return 1;
}
