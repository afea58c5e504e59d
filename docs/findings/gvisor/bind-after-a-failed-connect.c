/* A socket can be bound after its connect was refused.
 * R-D51: Nonblocking TCP connect on loopback: the handshake runs inside connect or shortly after.
 * The last call has to give 0 (tier contract). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* Packets arrive in between. */
#define SETUP(call, wanted) \
    if (usleep(50000), errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77

static int bind_loopback(int fd)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};

    return bind(fd, (void *)&any, sizeof any);
}

/* Connects to the address that another socket is bound to, or to a port that nobody serves. */
static int connect_loopback(int fd, int server)
{
    struct sockaddr_in name = {.sin_family = AF_INET};
    socklen_t length = sizeof name;

    if (getsockname(server, (void *)&name, &length) != 0 || !name.sin_port)
        name = (struct sockaddr_in){AF_INET, htons(1), {htonl(INADDR_LOOPBACK)}, {0}};
    return connect(fd, (void *)&name, sizeof name);
}

int main(void)
{
    long n;
    int s;

    SETUP(s = socket(AF_INET, SOCK_STREAM, 0), n >= 0);
    SETUP(connect_loopback(s, s), n == -1 && errno == ECONNREFUSED);
    usleep(50000);  /* packets arrive */
    errno = 0;
    n = bind_loopback(s);
    if (n == 0)
        return 0;
    printf("allowed is 0; got %ld (%m)\n", n);
    return 1;
}
