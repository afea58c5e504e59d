/* An empty record makes its receiver readable.
 * R-D28: Unix stream socket: ERR if an error is pending; HUP if both of its own directions are
 *     shut, or if it is unconnected (and not listening); RDHUP|IN|RDNORM if its receiving direction
 *     is shut; IN|RDNORM if the receive queue is not empty; PRI if an out-of-band byte is pending
 *     (5.15 and later); OUT|WRNORM|WRBAND if it is not listening and 4*wmem <= sndbuf.
 * The last call has to give [1:IN] (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
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
    static char zeros[8];
    long n;
    int ep, a, b, pair[2];

    SETUP(ep = epoll_create1(0), n >= 0);
    SETUP(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), n == 0);
    a = pair[0], b = pair[1];
    SETUP(epoll_ctl(ep, EPOLL_CTL_ADD, b, EVENT(EPOLLIN, 1)), n == 0);
    SETUP(send(a, zeros, 0, 0), n == 0);
    n = epoll_wait(ep, ready, 1, 0);
    if (n == 1 && IS(0, 1, EPOLLIN))
        return 0;
    printf("allowed is [1:IN]; got %ld (%m)\n", n);
    for (long i = 0; i < n; i++)
        printf("  %llu: %#x\n", (unsigned long long)ready[i].data.u64, ready[i].events);
    return 1;
}
