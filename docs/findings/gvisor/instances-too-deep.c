/* The path from a file to the outermost instance has at most five instances.
 * R-B6a: So are files of block devices, /dev/null, /dev/zero, /dev/full, /dev/urandom (but
 *     /dev/random can be polled) and most sequence files of /proc.
 * R-A26: Two items for one file (duplicates) are two paths: with two items in the inner instance
 *     the 251st outer instance is refused.
 * The last call has to give EINVAL or ELOOP (tier linux). Exit status: 0 conforms, 1 not, 77
 * unclear.
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
    int e, ep, ep2, ep3, ep4, ep5, ep6;

    SETUP(e = eventfd(0, EFD_NONBLOCK), n >= 0);
    SETUP(ep = epoll_create1(0), n >= 0);
    SETUP(ep2 = epoll_create1(0), n >= 0);
    SETUP(ep3 = epoll_create1(0), n >= 0);
    SETUP(ep4 = epoll_create1(0), n >= 0);
    SETUP(ep5 = epoll_create1(0), n >= 0);
    SETUP(ep6 = epoll_create1(0), n >= 0);
    SETUP(epoll_ctl(ep, EPOLL_CTL_ADD, e, EVENT(EPOLLIN, 1)), n == 0);
    SETUP(epoll_ctl(ep2, EPOLL_CTL_ADD, ep, EVENT(EPOLLIN, 2)), n == 0);
    SETUP(epoll_ctl(ep3, EPOLL_CTL_ADD, ep2, EVENT(EPOLLIN, 3)), n == 0);
    SETUP(epoll_ctl(ep4, EPOLL_CTL_ADD, ep3, EVENT(EPOLLIN, 4)), n == 0);
    SETUP(epoll_ctl(ep5, EPOLL_CTL_ADD, ep4, EVENT(EPOLLIN, 5)), n == 0);
    n = epoll_ctl(ep6, EPOLL_CTL_ADD, ep5, EVENT(EPOLLIN, 6));
    if (n == -1 && (errno == ELOOP || errno == EINVAL))
        return 0;
    printf("allowed is EINVAL or ELOOP; got %ld (%m)\n", n);
    return 1;
}
