/* A unix datagram socket can be disconnected
 *
 * R-D48: connect again, or disconnect, of a unix datagram socket with unread data: the old peer, if
 *     it is connected back, gets ERR (ECONNRESET) and is woken with key ERR.
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
#include <sys/socket.h>

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

static int disconnect(int fd)
{
    struct sockaddr none;

    memset(&none, 0, sizeof none);
    none.sa_family = AF_UNSPEC;
    return connect(fd, &none, sizeof none);
}

int main(void)
{
    int a = -1, pair[2];

    /* 1: socketpair(AF_UNIX, SOCK_DGRAM|SOCK_NONBLOCK, [a, b]) */
    EXPECT(1, number, socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair), "0");
    a = pair[0];
    /* 2: connect(a, -1) = 0 */
    EXPECT(2, number, disconnect(a), "0");

    printf("conforms\n");
    return 0;
}
