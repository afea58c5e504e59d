// Helpers of emitted C files for sockets: addresses, the loopback network, descriptors in flight.
// See emit_c_helpers.h; what the network needs is explained in harness/executor/loopback.h.

#include "harness/program/emit_c_helpers.h"

namespace epollcheck {
namespace {

constexpr CHelper kSockets[] = {
    {"name_socket",
     R"C(
/* An abstract address (unix(7)) that nobody else uses; nobody is bound to serial 0. */
static socklen_t name_socket(struct sockaddr_un *name, unsigned serial)
{
    memset(name, 0, sizeof *name);
    name->sun_family = AF_UNIX;
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
                       (size_t)sprintf(name->sun_path + 1, "epollcheck %ld %u", (long)getpid(),
                                       serial));
}
)C"},
    {"bind_socket",
     R"C(
static int bind_socket(int fd)
{
    static unsigned last;
    struct sockaddr_un name;
    socklen_t length = name_socket(&name, ++last);

    return bind(fd, (struct sockaddr *)&name, length);
}
)C"},
    {"connect_to",
     R"C(
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
)C"},
    {"socket_option",
     R"C(
/* An integer option of a socket, or -1. */
static int socket_option(int fd, int option)
{
    int found = -1;
    socklen_t length = sizeof found;

    return getsockopt(fd, SOL_SOCKET, option, &found, &length) == 0 ? found : -1;
}
)C"},
    {"inet_address",
     R"C(
static struct sockaddr_in inet_address(uint32_t host, uint16_t port)
{
    struct sockaddr_in address;

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(host);
    address.sin_port = htons(port);
    return address;
}
)C"},
    {"bind_any",
     R"C(
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
)C"},
    {"connect_any",
     R"C(
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
)C"},
    {"disconnect",
     R"C(
static int disconnect(int fd)
{
    struct sockaddr none;

    memset(&none, 0, sizeof none);
    none.sa_family = AF_UNSPEC;
    return connect(fd, &none, sizeof none);
}
)C"},
    {"pilot use_loopback let_packets_arrive",
     R"C(
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
)C"},
    {"move_all",
     R"C(
/* Sends or receives until the connection says no twice, and between the two all has arrived. */
static long move_all(int fd, int fills)
{
    static char piece[65536];
    long count;
    int refused = 0;

    if (socket_option(fd, SO_DOMAIN) != AF_INET || socket_option(fd, SO_TYPE) != SOCK_STREAM)
        return shutdown(fd, -1);  /* the error that any call on it would give */
    for (;;) {
        count = fills ? send(fd, piece, sizeof piece, MSG_DONTWAIT)
                      : recv(fd, piece, sizeof piece, MSG_DONTWAIT);
        if (count == 0 || (count < 0 && (errno != EAGAIN || refused)))
            return count;
        refused = count < 0;
        if (refused)
            let_packets_arrive();
    }
}
)C"},
    {"socket_error",
     R"C(
/* SO_ERROR of a socket, which clears it. */
static long socket_error(int fd)
{
    int error = 0;
    socklen_t length = sizeof error;

    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0 ? -1 : error;
}
)C"},
    {"error_of",
     R"C(
static const char *error_of(long result)
{
    char name[64];

    if (result < 0)
        return number(result);
    errno = (int)result;
    snprintf(name, sizeof name, "%s", result == 0 ? "0" : number(-1));
    sprintf(answer, "{%s}", name);
    return answer;
}
)C"},
    {"set_option",
     R"C(
static int set_option(int fd, int option, int setting)
{
    struct linger time = {1, setting};

    if (option == SO_LINGER)
        return setsockopt(fd, SOL_SOCKET, option, &time, sizeof time);
    return setsockopt(fd, SOL_SOCKET, option, &setting, sizeof setting);
}
)C"},
    {"message_of",
     R"C(
/* A message of one byte with room for one descriptor. */
static struct msghdr *message_of(void)
{
    static char byte;
    static union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr aligned; } control;
    static struct iovec data = {&byte, 1};
    static struct msghdr message;

    memset(&control, 0, sizeof control);
    memset(&message, 0, sizeof message);
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    return &message;
}
)C"},
    {"send_fd",
     R"C(
static long send_fd(int fd, int sent)
{
    struct msghdr *message = message_of();
    struct cmsghdr *rights = CMSG_FIRSTHDR(message);

    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof sent);
    memcpy(CMSG_DATA(rights), &sent, sizeof sent);
    return sendmsg(fd, message, 0);
}
)C"},
    {"received_fd receive_fd received",
     R"C(
static int received_fd;  /* the descriptor that came last, or -1 */

static long receive_fd(int fd, int flags)
{
    struct msghdr *message = message_of();
    long count = recvmsg(fd, message, flags);
    struct cmsghdr *rights = count < 0 ? NULL : CMSG_FIRSTHDR(message);

    received_fd = -1;
    if (rights && rights->cmsg_type == SCM_RIGHTS)
        memcpy(&received_fd, CMSG_DATA(rights), sizeof received_fd);
    return count;
}

static const char *received(long result)
{
    return result >= 0 && received_fd >= 0 ? "fd" : number(result);
}
)C"},
};

}  // namespace

std::span<const CHelper> socket_c_helpers() { return kSockets; }

}  // namespace epollcheck
