/* A receive of no bytes waits for a datagram, as others do.
 * R-D43: A receive on a unix datagram socket frees the charge of the sender and wakes the sender
 *     with key OUT|WRNORM|WRBAND each time, if 4*wmem <= sndbuf, as in R-D31.
 * The last call has to give EAGAIN (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

#define SETUP(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77

int main(void)
{
    char sink[8];
    long n;
    int a, pair[2];

    SETUP(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair), n == 0);
    a = pair[0];
    n = recv(a, sink, 0, 0);
    if (n == -1 && errno == EAGAIN)
        return 0;
    printf("allowed is EAGAIN; got %ld (%m)\n", n);
    return 1;
}
