/* More data is an edge even if some is unread.
 * R-C15: After a report, an ET item is queued again by any wake on its queues with key 0 or with a
 *     key that shares a bit with its interest, and by a MOD that finds it ready; by nothing else.
 * See also R-D30.
 * The last call has to give [1:IN] (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
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
    int ep, a, b, pair[2];

    SETUP(ep = epoll_create1(0), n >= 0);
    SETUP(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), n == 0);
    a = pair[0], b = pair[1];
    SETUP(epoll_ctl(ep, EPOLL_CTL_ADD, b, EVENT(EPOLLIN | EPOLLET, 1)), n == 0);
    SETUP(write(a, "x", 1), n == 1);
    SETUP(epoll_wait(ep, ready, 1, 0), n == 1 && IS(0, 1, EPOLLIN));
    SETUP(write(a, "x", 1), n == 1);
    n = epoll_wait(ep, ready, 1, 0);
    if (n == 1 && IS(0, 1, EPOLLIN))
        return 0;
    printf("allowed is [1:IN]; got %ld (%m)\n", n);
    for (long i = 0; i < n; i++)
        printf("  %llu: %#x\n", (unsigned long long)ready[i].data.u64, ready[i].events);
    return 1;
}
