/* A wait that cannot store an event fails and loses nothing.
 * R-B28: A fault during the transfer: if events were already written their number is returned, else
 *     EFAULT.
 * The last call has to give [1:IN] (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#define EVENT(mask, number) (&(struct epoll_event){mask, {.u64 = number}})
#define IS(i, number, mask) (ready[i].data.u64 == (number) && ready[i].events == (mask))
#define BAD_PAGE mmap(NULL, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
#define SETUP(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77

int main(void)
{
    struct epoll_event ready[1];
    long n;
    int ep, e;

    SETUP(ep = epoll_create1(0), n >= 0);
    SETUP(e = eventfd(1, EFD_NONBLOCK), n >= 0);
    SETUP(epoll_ctl(ep, EPOLL_CTL_ADD, e, EVENT(EPOLLIN | EPOLLET, 1)), n == 0);
    SETUP(epoll_wait(ep, BAD_PAGE, 1, 0), n == -1 && errno == EFAULT);
    errno = 0;
    n = epoll_wait(ep, ready, 1, 0);
    if (n == 1 && IS(0, 1, EPOLLIN))
        return 0;
    printf("allowed is [1:IN]; got %ld (%m)\n", n);
    for (long i = 0; i < n; i++)
        printf("  %llu: %#x\n", (unsigned long long)ready[i].data.u64, ready[i].events);
    return 1;
}
