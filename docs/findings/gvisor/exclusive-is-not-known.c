/* EPOLLEXCLUSIVE is refused together with EPOLLONESHOT.
 * R-C29: EXCLUSIVE is allowed with ADD only.
 * The last call has to give EINVAL (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#define EVENT(mask, number) (&(struct epoll_event){mask, {.u64 = number}})
#define SETUP(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77

int main(void)
{
    long n;
    int ep, e;

    SETUP(ep = epoll_create1(0), n >= 0);
    SETUP(e = eventfd(0, EFD_NONBLOCK), n >= 0);
    n = epoll_ctl(ep, EPOLL_CTL_ADD, e, EVENT(EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT, 1));
    if (n == -1 && errno == EINVAL)
        return 0;
    printf("allowed is EINVAL; got %ld (%m)\n", n);
    return 1;
}
