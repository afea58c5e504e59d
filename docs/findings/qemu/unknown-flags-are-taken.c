/* Unknown flags are refused.
 * R-B2: epoll_create1(flags): 1. any flag besides EPOLL_CLOEXEC (O_NONBLOCK too) gives EINVAL; 2.
 *     no memory gives ENOMEM; 3. no free descriptor (RLIMIT_NOFILE) gives EMFILE; 4. a full file
 *     table gives ENFILE.
 * The last call has to give EINVAL (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/epoll.h>

int main(void)
{
    long n;

    n = epoll_create1(INT_MIN);
    if (n == -1 && errno == EINVAL)
        return 0;
    printf("allowed is EINVAL; got %ld (%m)\n", n);
    return 1;
}
