/* Fewer bytes than SO_RCVLOWAT do not make a TCP socket readable
 *
 * R-D53: Arrival of TCP data wakes with key IN|PRI|RDNORM|RDBAND when at least SO_RCVLOWAT bytes
 *     are readable (or after a FIN): at least one wake for each arriving group of segments that
 *     reaches the mark. Segments may be merged (one wake for several sends) or split.
 *
 * What is allowed is what tier linux promises.
 * Exit status: 0 all answers are allowed, 1 one is not, 77 that cannot be said
 * here. Compile with: cc -std=c11 -Wall -Wextra FILE.c
 */

#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char answer[8192];  /* the last answer as text */

static void cannot_run(const char *what)
{
    printf("cannot run here: %s: %s\n", what, strerror(errno));
    exit(77);
}

/* An answer as text: a number, or the name of an error. */
static const char *number(long result)
{
    if (result >= 0)
        sprintf(answer, "%ld", result);
    else if (errno == EINPROGRESS)
        strcpy(answer, "EINPROGRESS");
    else
        sprintf(answer, "errno %d (%s)", errno, strerror(errno));
    return answer;
}

static const char *descriptor(long result)
{
    return result >= 0 ? "fd" : number(result);
}

/* Appends the names of events to an answer. */
static void add_mask(uint32_t mask)
{
    static const char *const names[32] = {
        "IN", "PRI", "OUT", "ERR", "HUP", "NVAL", "RDNORM", "RDBAND", "WRNORM", "WRBAND", "MSG",
        [13] = "RDHUP", [27] = "URING_WAKE", "EXCLUSIVE", "WAKEUP", "ONESHOT", "ET"};
    uint32_t unknown = 0;
    const char *gap = "";

    for (int bit = 0; bit < 32; bit++) {
        if ((mask >> bit & 1) && names[bit]) {
            strcat(strcat(answer, gap), names[bit]);
            gap = "|";
        } else {
            unknown |= mask & (uint32_t)1 << bit;
        }
    }
    if (unknown || !mask)
        sprintf(answer + strlen(answer), unknown ? "%s%#" PRIx32 : "%s0", gap, unknown);
}

static struct epoll_event ready[64];  /* where waits store their events */

/* The answer of a wait: [data:EVENTS, ...]. */
static const char *event_list(long count)
{
    if (count < 0 || count > 64)
        return number(count);
    strcpy(answer, "[");
    for (long i = 0; i < count; i++) {
        sprintf(answer + strlen(answer), "%s%" PRIu64 ":", i ? ", " : "", ready[i].data.u64);
        add_mask(ready[i].events);
    }
    memset(ready, 0xa5, sizeof ready);  /* an old event must not pass for a new one */
    return strcat(answer, "]");
}

/* Ends the program unless an answer is one of those that are allowed. */
static void check(int step, const char *call, const char *got, const char *const *allowed)
{
    for (int i = 0; allowed[i]; i++)
        if (strcmp(got, allowed[i]) == 0)
            return;
    if (errno == ENOSYS || errno == ENOMEM || errno == EMFILE || errno == ENFILE || errno == ENOSPC)
        cannot_run(call);
    printf("step %d: %s: got %s, allowed:", step, call, got);
    for (int i = 0; allowed[i]; i++)
        printf("%s %s", i ? " or" : "", allowed[i]);
    printf("\n");
    exit(1);
}

#define EXPECT(step, format, call, ...) \
    (errno = 0, check(step, #call, format(call), (const char *const[]){__VA_ARGS__, NULL}))

static struct epoll_event *event(uint32_t wanted, uint64_t data)
{
    static struct epoll_event event;

    event.events = wanted;
    event.data.u64 = data;
    return &event;
}

static const char zeros[8];  /* what is written */

/* An abstract address (unix(7)) that nobody else uses; nobody is bound to serial 0. */
static socklen_t name_socket(struct sockaddr_un *name, unsigned serial)
{
    memset(name, 0, sizeof *name);
    name->sun_family = AF_UNIX;
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
                       (size_t)sprintf(name->sun_path + 1, "epollcheck %ld %u", (long)getpid(),
                                       serial));
}

static int bind_socket(int fd)
{
    static unsigned last;
    struct sockaddr_un name;
    socklen_t length = name_socket(&name, ++last);

    return bind(fd, (struct sockaddr *)&name, length);
}

/* Connects to the address that another socket is bound to, or to nobody. */
static int connect_to(int fd, int server)
{
    struct sockaddr_un name;
    socklen_t length = sizeof name;

    if (getsockname(server, (struct sockaddr *)&name, &length) != 0 ||
        length <= sizeof(sa_family_t) || name.sun_family != AF_UNIX)
        length = name_socket(&name, 0);
    return connect(fd, (struct sockaddr *)&name, length);
}

/* An integer option of a socket, or -1. */
static int socket_option(int fd, int option)
{
    int found = -1;
    socklen_t length = sizeof found;

    return getsockopt(fd, SOL_SOCKET, option, &found, &length) == 0 ? found : -1;
}

static struct sockaddr_in inet_address(uint32_t host, uint16_t port)
{
    struct sockaddr_in address;

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(host);
    address.sin_port = htons(port);
    return address;
}

/* Binds to an address of the loopback network that was not used before, and to any port. */
static int bind_any(int fd)
{
    static uint32_t last;
    uint32_t host = 0x7f400000 + ((uint32_t)getpid() * 2654435761U + ++last) % (1U << 23);
    struct sockaddr_in address = inet_address(host, 0);

    if (socket_option(fd, SO_DOMAIN) != AF_INET)
        return bind_socket(fd);
    return bind(fd, (struct sockaddr *)&address, sizeof address);
}

/* Connects to the address that another socket has, or to a port that nobody serves. */
static int connect_any(int fd, int server)
{
    struct sockaddr_in address = inet_address(INADDR_LOOPBACK, 1);
    struct sockaddr_in found;
    socklen_t length = sizeof found;

    if (socket_option(fd, SO_DOMAIN) != AF_INET)
        return connect_to(fd, server);
    if (socket_option(server, SO_TYPE) == socket_option(fd, SO_TYPE) &&
        getsockname(server, (struct sockaddr *)&found, &length) == 0 &&
        found.sin_family == AF_INET && found.sin_port != 0)
        address = found;
    return connect(fd, (struct sockaddr *)&address, sizeof address);
}

/* Packets over the loopback device are handed on in order by the processor that sent them, so when
 * one of the pilot, which is connected to itself, comes back, all before it have arrived. */
static int pilot = -1;

static void use_loopback(void)
{
    struct sockaddr_in address = inet_address(INADDR_LOOPBACK, 0);
    socklen_t length = sizeof address;
    cpu_set_t here;

    CPU_ZERO(&here);
    CPU_SET((unsigned)sched_getcpu(), &here);
    sched_setaffinity(0, sizeof here, &here);
    pilot = socket(AF_INET, SOCK_DGRAM, 0);
    if (bind(pilot, (struct sockaddr *)&address, length) != 0 ||
        getsockname(pilot, (struct sockaddr *)&address, &length) != 0 ||
        connect(pilot, (struct sockaddr *)&address, length) != 0)
        cannot_run("the loopback network");
}

static void fly_round(void)
{
    char byte = 0;

    for (int i = 0; i < 3; i++)  /* a packet, the answer to it, the answer to that */
        if (send(pilot, &byte, 1, 0) != 1 || recv(pilot, &byte, 1, 0) != 1)
            cannot_run("the loopback network");
}

/* TCP must not put off its packets, or their acknowledgement. */
static void make_prompt(int fd)
{
    int on = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

static void let_packets_arrive(void)
{
    fly_round();
    for (int fd = 3; fd < 64; fd++) {
        struct tcp_info info;
        socklen_t length = sizeof info;

        make_prompt(fd);
        while (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 &&
               info.tcpi_state != TCP_LISTEN && info.tcpi_state != TCP_SYN_SENT &&
               info.tcpi_unacked > 0)
            sched_yield();
    }
    fly_round();
}

static int set_option(int fd, int option, int setting)
{
    struct linger time = {1, setting};

    if (option == SO_LINGER)
        return setsockopt(fd, SOL_SOCKET, option, &time, sizeof time);
    return setsockopt(fd, SOL_SOCKET, option, &setting, sizeof setting);
}

int main(void)
{
    int ep = -1, l = -1, c = -1, s = -1;

    use_loopback();

    /* 1: epoll_create1(0) = ep */
    EXPECT(1, descriptor, ep = epoll_create1(0), "fd");
    /* 2: socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK) = l */
    EXPECT(2, descriptor, l = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "fd");
    let_packets_arrive();
    /* 3: bind(l) = 0 */
    EXPECT(3, number, bind_any(l), "0");
    /* 4: listen(l, 5) = 0 */
    EXPECT(4, number, listen(l, 5), "0");
    /* 5: socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK) = c */
    EXPECT(5, descriptor, c = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "fd");
    let_packets_arrive();
    /* 6: connect(c, l) = EINPROGRESS */
    EXPECT(6, number, connect_any(c, l), "EINPROGRESS");
    let_packets_arrive();
    /* 7: accept4(l, SOCK_NONBLOCK) = s */
    EXPECT(7, descriptor, s = accept4(l, NULL, NULL, SOCK_NONBLOCK), "fd");
    let_packets_arrive();
    /* 8: setsockopt(s, SO_RCVLOWAT, 10) = 0 */
    EXPECT(8, number, set_option(s, SO_RCVLOWAT, 10), "0");
    let_packets_arrive();
    /* 9: epoll_ctl(ep, ADD, s, {IN|ET, 1}) = 0 */
    EXPECT(9, number, epoll_ctl(ep, EPOLL_CTL_ADD, s, event(EPOLLIN | EPOLLET, 1)), "0");
    /* 10: send(c, 5, 0) = 5 */
    EXPECT(10, number, send(c, zeros, 5, 0), "5");
    let_packets_arrive();
    /* 11: epoll_wait(ep, 1, 0) = [] */
    EXPECT(11, event_list, epoll_wait(ep, ready, 1, 0), "[]");

    printf("conforms\n");
    return 0;
}
