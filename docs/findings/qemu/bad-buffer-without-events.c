/* A bad buffer does not matter when there is nothing to store.
 * R-B26: A bad pointer inside the user address range (an unmapped page, NULL) is noticed only when
 *     an event is written: with nothing to report the call returns 0 or blocks.
 * The last call has to give [] (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>

/* Compilers must not see that this does not fit: they would warn. */
static void *hide(void *volatile pointer)
{
    return pointer;
}

#define SETUP(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77

int main(void)
{
    long n;
    int ep;

    SETUP(ep = epoll_create1(0), n >= 0);
    n = epoll_wait(ep, hide(NULL), 1, 0);
    if (n == 0)
        return 0;
    printf("allowed is []; got %ld (%m)\n", n);
    return 1;
}
