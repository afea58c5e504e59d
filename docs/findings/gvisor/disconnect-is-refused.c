/* A unix datagram socket can be disconnected.
 * R-D41: Unix datagram socket: ERR if an error is pending (or the error queue is not empty);
 *     RDHUP|IN|RDNORM if the own receiving direction is shut; HUP if both own directions are shut;
 *     IN|RDNORM if the queue is not empty; OUT|WRNORM|WRBAND if 4*wmem <= sndbuf, unless it is
 *     connected to a peer that is not connected back and whose queue is full.
 * See also R-D48.
 * The last call has to give 0 (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

#define SETUP(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77

static int disconnect(int fd)
{
    return connect(fd, &(struct sockaddr){.sa_family = AF_UNSPEC}, sizeof(struct sockaddr));
}

int main(void)
{
    long n;
    int a, pair[2];

    SETUP(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair), n == 0);
    a = pair[0];
    n = disconnect(a);
    if (n == 0)
        return 0;
    printf("allowed is 0; got %ld (%m)\n", n);
    return 1;
}
