/* The value of an eventfd is the same for who gets it through a socket
 *
 * R-B42: While any other reference to the file lives (a duplicate, a fork child, an SCM_RIGHTS
 *     message in flight, an io_uring fixed file), the item keeps reporting under its old descriptor
 *     number and data, although the number is closed or reused here.
 * R-D15: eventfd: IN if the count is above 0; OUT if it is below 2^64-2; ERR if it is 2^64-1 (only
 *     by signalling from inside the kernel, not reachable with write). No NORM bits.
 *
 * What is allowed is what tier linux promises.
 * Exit status: 0 all answers are allowed, 1 one is not, 77 that cannot be said
 * here. Compile with: cc -std=c11 -Wall -Wextra FILE.c
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
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
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
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

static uint64_t value;  /* what was read */

static const char *payload(long result)
{
    if (result != sizeof value)
        return number(result);
    sprintf(answer, "{%" PRIu64 "}", value);
    value = 0;
    return answer;
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

/* Both processes run all of main, step by step; each makes only the calls of its own. */
static struct common {
    volatile int done;  /* the last step that is over */
    volatile int ids[2];
    int fds[4];  /* what the names of descriptors stand for, in both processes */
} *common;
static int me = 1;

#define STEP(step, process) \
    for (wait_for(step); me == (process) && common->done < (step); is_over(step, process))

/* Not in the process that a fork has made: the step was that of its parent. */
static void is_over(int step, int process)
{
    if (me == process)
        common->done = step;
}

static void wait_for(int step)
{
    int status;

    while (common->done < step - 1) {
        sched_yield();
        if (me == 2 || !common->ids[1] || waitpid(common->ids[1], &status, WNOHANG) <= 0)
            continue;
        if (common->done >= step - 1)
            return;
        if (!WIFEXITED(status) || WEXITSTATUS(status) == 0)
            printf("the second process came to an end\n");
        exit(WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) : 1);
    }
}

static char common_name[32] = "/tmp/epoll-common-XXXXXX";

static void remove_common(void)
{
    unlink(common_name);
}

/* With arguments this is the second process after an exec: it goes on behind that step. */
static void start_common(int argc, char **argv)
{
    int fd = argc > 2 ? open(argv[2], O_RDWR) : mkstemp(common_name);

    if (fd < 0 || ftruncate(fd, sizeof *common) != 0)
        cannot_run("a file in /tmp");
    common = mmap(NULL, sizeof *common, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (common == MAP_FAILED || close(fd) != 0)
        cannot_run("shared memory");
    if (argc > 2) {
        me = 2;
        strcpy(common_name, argv[2]);
        common->done = atoi(argv[1]);
        return;
    }
    atexit(remove_common);
    memset(common->fds, -1, sizeof common->fds);
    common->ids[0] = getpid();
}

/* With CLONE_FILES the two share one table of descriptors: a clone that the library lacks. */
static int fork_second(int flags)
{
#ifdef __s390__
    pid_t child = flags ? (pid_t)syscall(SYS_clone, 0, flags | SIGCHLD, 0, 0, 0) : fork();
#else
    pid_t child = flags ? (pid_t)syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0) : fork();
#endif

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

#define a (common->fds[0])
#define b (common->fds[1])
#define e (common->fds[2])
#define e2 (common->fds[3])

int main(int argc, char **argv)
{
    int pair[2];

    start_common(argc, argv);

    /* 1: socketpair(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK, [a, b]) */
    STEP(1, 1) {
        EXPECT(1, number, socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), "0");
        a = pair[0];
        b = pair[1];
    }
    /* 2: fork() = 0 */
    STEP(2, 1) {
        EXPECT(2, number, fork_second(0), "0");
    }
    /* 3: P2: eventfd(1, EFD_NONBLOCK) = e */
    STEP(3, 2) {
        EXPECT(3, descriptor, e = eventfd(1, EFD_NONBLOCK), "fd");
    }
    /* 4: P2: send_fd(a, e) = 1 */
    STEP(4, 2) {
        EXPECT(4, number, send_fd(a, e), "1");
    }
    /* 5: recv_fd(b, 0) = e2 */
    STEP(5, 1) {
        EXPECT(5, received, receive_fd(b, 0), "fd");
        e2 = received_fd;
    }
    /* 6: read(e2, u64) = {1} */
    STEP(6, 1) {
        EXPECT(6, payload, read(e2, &value, sizeof value), "{1}");
    }

    if (me == 2)
        _exit(0);
    wait_for(7);
    printf("conforms\n");
    return 0;
}
