/* A receive ends at a byte that carries a descriptor
 *
 * R-B42: While any other reference to the file lives (a duplicate, a fork child, an SCM_RIGHTS
 *     message in flight, an io_uring fixed file), the item keeps reporting under its old descriptor
 *     number and data, although the number is closed or reused here.
 *
 * What is allowed is what tier linux promises.
 * Exit status: 0 all answers are allowed, 1 one is not, 77 that cannot be said
 * here. Compile with: cc -std=c11 -Wall -Wextra FILE.c
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
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
    else
        sprintf(answer, "errno %d (%s)", errno, strerror(errno));
    return answer;
}

static const char *descriptor(long result)
{
    return result >= 0 ? "fd" : number(result);
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

static const char zeros[100];  /* what is written */

static char sink[100];  /* what is read, which nobody looks at */

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

int main(void)
{
    int a = -1, b = -1, e = -1, pair[2];

    /* 1: socketpair(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK, [a, b]) */
    EXPECT(1, number, socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), "0");
    a = pair[0];
    b = pair[1];
    /* 2: eventfd(0, EFD_NONBLOCK) = e */
    EXPECT(2, descriptor, e = eventfd(0, EFD_NONBLOCK), "fd");
    /* 3: write(a, 2) = 2 */
    EXPECT(3, number, write(a, zeros, 2), "2");
    /* 4: send_fd(a, e) = 1 */
    EXPECT(4, number, send_fd(a, e), "1");
    /* 5: write(a, 4) = 4 */
    EXPECT(5, number, write(a, zeros, 4), "4");
    /* 6: recv(b, 100, 0) = 3 */
    EXPECT(6, number, recv(b, sink, 100, 0), "3");
    /* 7: recv_fd(b, 0) = 1 */
    EXPECT(7, received, receive_fd(b, 0), "1");

    printf("conforms\n");
    return 0;
}
