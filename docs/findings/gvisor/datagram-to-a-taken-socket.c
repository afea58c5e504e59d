/* A datagram socket that is connected takes datagrams of its peer only.
 * R-D47: A failing send on a unix datagram socket that had allocated the datagram (no such address,
 *     refused, full queue; since 6.14, V-53, also no peer) frees it again and wakes the sender with
 *     key OUT|WRNORM|WRBAND.
 * The last call has to give EPERM (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SETUP(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77

/* Binds to an abstract address (unix(7)) that nobody else uses. */
static int bind_socket(int fd)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    static int last;

    sprintf(name.sun_path + 1, "epollcheck %d %d", (int)getpid(), ++last);
    return bind(fd, (void *)&name, sizeof name);
}

/* Connects to the address that another socket is bound to, or to nobody. */
static int connect_to(int fd, int server)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    socklen_t length = sizeof name;

    if (getsockname(server, (void *)&name, &length) != 0 || name.sun_family != AF_UNIX)
        length = 0;
    if (length <= sizeof(sa_family_t))
        name = (struct sockaddr_un){AF_UNIX, "\0nobody"};
    return connect(fd, (void *)&name, sizeof name);
}

int main(void)
{
    long n;
    int s, s2;

    SETUP(s = socket(AF_UNIX, SOCK_DGRAM, 0), n >= 0);
    SETUP(bind_socket(s), n == 0);
    SETUP(s2 = socket(AF_UNIX, SOCK_DGRAM, 0), n >= 0);
    SETUP(connect_to(s2, s), n == 0);
    SETUP(connect_to(s, s), n == 0);
    n = write(s2, "x", 1);
    if (n == -1 && errno == EPERM)
        return 0;
    printf("allowed is EPERM; got %ld (%m)\n", n);
    return 1;
}
