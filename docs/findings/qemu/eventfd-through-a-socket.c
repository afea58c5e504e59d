/* The value of an eventfd is the same for who gets it through a socket.
 * R-D15: eventfd: IN if the count is above 0; OUT if it is below 2^64-2; ERR if it is 2^64-1 (only
 *     by signalling from inside the kernel, not reachable with write).
 * The last call has to give {1} (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define SETUP(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77
#define LACKS_SOMETHING (n == -1 && \
    (errno == ENOSYS || errno == ENOMEM || errno == EMFILE || errno == ENFILE || errno == ENOSPC))
#define EXPECT(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), LACKS_SOMETHING ? 77 : 1

/* Both processes run all of main, step by step; each makes only the calls of its own. */
static struct {
    volatile int done;  /* the last step that is over */
    volatile pid_t ids[2];
    int fds[4];  /* what the names of descriptors stand for, in both processes */
} *common;
static int me = 1;

static void wait_for(int step)
{
    int status;

    while (common->done < step - 1) {
        sched_yield();
        if (me == 2 || !common->ids[1] || waitpid(common->ids[1], &status, WNOHANG) <= 0)
            continue;
        if (common->done < step - 1)  /* the other one ended too early */
            exit(WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) : 1);
    }
}

#define STEP(step, process) \
    for (wait_for(step); me == (process) && common->done < (step); \
         me == (process) && (common->done = (step)))

static int became(pid_t child)
{
    if (child == 0) {
        me = 2;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    } else {
        common->ids[1] = child;
    }
    return child < 0 ? -1 : 0;
}

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

#define a (common->fds[0])
#define b (common->fds[1])
#define e (common->fds[2])
#define e2 (common->fds[3])

int main(void)
{
    uint64_t value;
    long n;
    int pair[2];

    common = mmap(NULL, sizeof *common, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (common == MAP_FAILED)
        return 77;
    memset(common->fds, -1, sizeof common->fds);
    common->ids[0] = getpid();

    STEP(1, 1) {
        SETUP(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), n == 0);
        a = pair[0], b = pair[1];
    }
    STEP(2, 1) {
        SETUP(became(fork()), n == 0);
    }
    STEP(3, 2) {
        SETUP(e = eventfd(1, EFD_NONBLOCK), n >= 0);
    }
    STEP(4, 2) {
        SETUP(send_fd(a, e), n == 1);
    }
    STEP(5, 1) {
        SETUP(receive_fd(b, 0), n >= 0 && received_fd >= 0);
        e2 = received_fd;
    }
    STEP(6, 1) {
        EXPECT(read(e2, &value, 8), n == 8 && value == 1);
    }
    if (me == 2)
        _exit(0);
    wait_for(7);
    return 0;
}
