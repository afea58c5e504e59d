/* A wait needs no more of its buffer than there are events.
 * R-B28: A fault during the transfer: if events were already written their number is returned, else
 *     EFAULT.
 * The last call has to give [1:IN] (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

static void cannot_run(const char *what)
{
    perror(what);
    exit(77);
}

#define EVENT(mask, number) (&(struct epoll_event){mask, {.u64 = number}})
#define IS(i, number, mask) (ready[i].data.u64 == (number) && ready[i].events == (mask))

static void *stored_at;  /* where the last wait was to store its events */

/* A buffer for `count` events and `bytes` bytes in front of a page that cannot be accessed. */
static void *room(size_t count, size_t bytes)
{
    char *area = mmap(NULL, 1 << 17, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (area == MAP_FAILED || mprotect(area, 1 << 16, PROT_READ | PROT_WRITE) != 0)
        cannot_run("mmap");
    return stored_at = area + (1 << 16) - count * sizeof(struct epoll_event) - bytes;
}

static int stored(struct epoll_event *ready, long n)
{
    memmove(ready, stored_at, (size_t)n * sizeof *ready);
    return 1;
}

#define SETUP(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77

int main(void)
{
    struct epoll_event ready[16];
    long n;
    int ep, e;

    SETUP(ep = epoll_create1(0), n >= 0);
    SETUP(e = eventfd(1, EFD_NONBLOCK), n >= 0);
    SETUP(epoll_ctl(ep, EPOLL_CTL_ADD, e, EVENT(EPOLLIN, 1)), n == 0);
    n = epoll_wait(ep, room(1, 0), 16, 0);
    if (n == 1 && stored(ready, n) && IS(0, 1, EPOLLIN))
        return 0;
    printf("allowed is [1:IN]; got %ld (%m)\n", n);
    return 1;
}
