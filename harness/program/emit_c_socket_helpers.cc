// Helpers of emitted C files for sockets: addresses, the loopback network, descriptors in flight.
// See emit_c_helpers.h. Packets over the loopback device have arrived after a moment (@ARRIVE@ of
// emit_c_helpers.cc); harness/executor/loopback.h makes sure, which takes more than a page.

#include "harness/program/emit_c_helpers.h"

namespace epollcheck {
namespace {

constexpr CHelper kSockets[] = {
    {"bind_socket",
     R"C(
/* Binds to an abstract address (unix(7)) that nobody else uses. */
static int bind_socket(int fd)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    static int last;

    sprintf(name.sun_path + 1, "epollcheck %d %d", (int)getpid(), ++last);
    return bind(fd, (void *)&name, sizeof name);
}
)C"},
    {"connect_to",
     R"C(
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
    {"bind_loopback",
     R"C(
static int bind_loopback(int fd)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};

    return bind(fd, (void *)&any, sizeof any);
}
)C"},
    {"connect_loopback",
     R"C(
/* Connects to the address that another socket is bound to, or to a port that nobody serves. */
static int connect_loopback(int fd, int server)
{
    struct sockaddr_in name = {.sin_family = AF_INET};
    socklen_t length = sizeof name;

    if (getsockname(server, (void *)&name, &length) != 0 || !name.sin_port)
        name = (struct sockaddr_in){AF_INET, htons(1), {htonl(INADDR_LOOPBACK)}, {0}};
    return connect(fd, (void *)&name, sizeof name);
}
)C"},
    {"bind_mixed",
     R"C(
static int bind_mixed(int fd)
{
    return socket_option(fd, SO_DOMAIN) == AF_INET ? bind_loopback(fd) : bind_socket(fd);
}
)C"},
    {"connect_mixed",
     R"C(
static int connect_mixed(int fd, int server)
{
    if (socket_option(fd, SO_DOMAIN) != AF_INET)
        return connect_to(fd, server);
    return connect_loopback(fd, socket_option(server, SO_DOMAIN) == AF_INET ? server : -1);
}
)C"},
    {"disconnect",
     R"C(
static int disconnect(int fd)
{
    return connect(fd, &(struct sockaddr){.sa_family = AF_UNSPEC}, sizeof(struct sockaddr));
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
            usleep(50000);
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
    {"message_of",
     R"C(
/* A message of one byte with room for one descriptor. */
static struct msghdr *message_of(void)
{
    static char byte;
    static union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr aligned; } control;
    static struct iovec data;
    static struct msghdr message;

    data = (struct iovec){&byte, 1};
    memset(&control, 0, sizeof control);
    message = (struct msghdr){.msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes,
                              .msg_controllen = sizeof control.bytes};
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
    {"received_fd receive_fd",
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
)C"},
};

}  // namespace

std::span<const CHelper> socket_c_helpers() { return kSockets; }

}  // namespace epollcheck
