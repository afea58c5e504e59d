/* A read that drops the instance which watches the socket comes to an end.
 * R-B47: Sending the epoll descriptor with SCM_RIGHTS: the receiver shares the same instance.
 *     [epoll(7), Questions and answers, 5]
 * See also R-B42 [epoll(7), Questions and answers, 6].
 * The last call has to give 1 (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define EVENT(mask, number) (&(struct epoll_event){mask, {.u64 = number}})
#define SETUP(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77

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

int main(void)
{
    char sink[8];
    long n;
    int ep, a, b, pair[2];

    SETUP(ep = epoll_create1(0), n >= 0);
    SETUP(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), n == 0);
    a = pair[0], b = pair[1];
    SETUP(epoll_ctl(ep, EPOLL_CTL_ADD, b, EVENT(EPOLLIN, 7)), n == 0);
    SETUP(send_fd(a, ep), n == 1);
    SETUP(close(ep), n == 0);
    n = read(b, sink, 1);
    if (n == 1)
        return 0;
    printf("allowed is 1; got %ld (%m)\n", n);
    return 1;
}
