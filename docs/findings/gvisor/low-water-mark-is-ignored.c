/* Fewer bytes than SO_RCVLOWAT do not make a TCP socket readable.
 * R-D53: Arrival of TCP data wakes with key IN|PRI|RDNORM|RDBAND when at least SO_RCVLOWAT bytes
 *     are readable (or after a FIN): at least one wake for each arriving group of segments that
 *     reaches the mark.
 * The last call has to give [] (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENT(mask, number) (&(struct epoll_event){mask, {.u64 = number}})

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
    struct epoll_event ready[1];
    long n;
    int ep, l, c, s;

    SETUP(ep = epoll_create1(0), n >= 0);
    SETUP(l = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), n >= 0);
    SETUP(bind_loopback(l), n == 0);
    SETUP(listen(l, 5), n == 0);
    SETUP(c = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), n >= 0);
    SETUP(connect_loopback(c, l), n == -1 && errno == EINPROGRESS);
    SETUP(s = accept4(l, NULL, NULL, SOCK_NONBLOCK), n >= 0);
    SETUP(setsockopt(s, SOL_SOCKET, SO_RCVLOWAT, &(int){10}, sizeof(int)), n == 0);
    SETUP(epoll_ctl(ep, EPOLL_CTL_ADD, s, EVENT(EPOLLIN | EPOLLET, 1)), n == 0);
    SETUP(send(c, "xxxxx", 5, 0), n == 5);
    usleep(50000);  /* packets arrive */
    errno = 0;
    n = epoll_wait(ep, ready, 1, 0);
    if (n == 0)
        return 0;
    printf("allowed is []; got %ld (%m)\n", n);
    for (long i = 0; i < n; i++)
        printf("  %llu: %#x\n", (unsigned long long)ready[i].data.u64, ready[i].events);
    return 1;
}
