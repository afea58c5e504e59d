/* A receive ends at a byte that carries a descriptor.
 * R-B42: While any other reference to the file lives (a duplicate, a fork child, an SCM_RIGHTS
 *     message in flight, an io_uring fixed file), the item keeps reporting under its old descriptor
 *     number and data, although the number is closed or reused here.
 * The last call has to give 3 (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define SETUP(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77

/* A message of one byte with room for one descriptor. */
static struct msghdr *message_of(void)
{
    static char byte;
    static union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr aligned; } control;
    static struct iovec data = {&byte, 1};
    static struct msghdr message;

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
    char sink[100];
    long n;
    int a, b, e, pair[2];

    SETUP(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), n == 0);
    a = pair[0], b = pair[1];
    SETUP(e = eventfd(0, EFD_NONBLOCK), n >= 0);
    SETUP(write(a, "xx", 2), n == 2);
    SETUP(send_fd(a, e), n == 1);
    SETUP(write(a, "xxxx", 4), n == 4);
    n = recv(b, sink, 100, 0);
    if (n == 3)
        return 0;
    printf("allowed is 3; got %ld (%m)\n", n);
    return 1;
}
