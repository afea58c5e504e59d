/* kcmp finds the file that an item watches.
 * R-B38: kcmp(KCMP_EPOLL_TFD) tells whether item number toff with descriptor number tfd in an
 *     instance refers to the same file as a given descriptor; ENOENT if there is none.
 * The last call has to give 0 (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/kcmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

static void cannot_run(const char *what)
{
    perror(what);
    exit(77);
}

#define EVENT(mask, number) (&(struct epoll_event){mask, {.u64 = number}})
#define SETUP(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77

/* 0 if item `offset` of those with the number `fd` watches what `fd` names, else 1. */
static long compare_item(int epfd, int fd, unsigned offset)
{
    struct kcmp_epoll_slot item = {(uint32_t)epfd, (uint32_t)fd, offset};
    long result = syscall(SYS_kcmp, getpid(), getpid(), KCMP_EPOLL_TFD, (unsigned long)fd, &item);

    if (result < 0 && (errno == EPERM || errno == EACCES))
        cannot_run("kcmp");
    return result > 0 ? 1 : result;
}

int main(void)
{
    long n;
    int ep, e;

    SETUP(ep = epoll_create1(0), n >= 0);
    SETUP(e = eventfd(0, EFD_NONBLOCK), n >= 0);
    SETUP(epoll_ctl(ep, EPOLL_CTL_ADD, e, EVENT(EPOLLIN, 1)), n == 0);
    n = compare_item(ep, e, 0);
    if (n == 0)
        return 0;
    printf("allowed is 0; got %ld (%m)\n", n);
    return n == -1 && errno == ENOSYS ? 77 : 1;
}
