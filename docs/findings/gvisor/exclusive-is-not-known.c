/* EPOLLEXCLUSIVE is refused together with EPOLLONESHOT
 *
 * R-B9: A call that fails changes nothing.
 * R-C29: EXCLUSIVE is allowed with ADD only. Its companions are IN, OUT, ERR, HUP, WAKEUP and ET;
 *     anything else (ONESHOT, PRI, RDHUP, RDNORM, ...) gives EINVAL, and so does an epoll file as
 *     target and any later MOD of that item, whatever its mask. DEL is allowed.
 *
 * What is allowed is what tier linux promises.
 * Exit status: 0 all answers are allowed, 1 one is not, 77 that cannot be said
 * here. Compile with: cc -std=c11 -Wall -Wextra FILE.c
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#ifndef EPOLLEXCLUSIVE
#define EPOLLEXCLUSIVE (1u << 28)
#endif

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
    else if (errno == EINVAL)
        strcpy(answer, "EINVAL");
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

static struct epoll_event *event(uint32_t wanted, uint64_t data)
{
    static struct epoll_event event;

    event.events = wanted;
    event.data.u64 = data;
    return &event;
}

int main(void)
{
    int ep = -1, e = -1;

    /* 1: epoll_create1(0) = ep */
    EXPECT(1, descriptor, ep = epoll_create1(0), "fd");
    /* 2: eventfd(0, EFD_NONBLOCK) = e */
    EXPECT(2, descriptor, e = eventfd(0, EFD_NONBLOCK), "fd");
    /* 3: epoll_ctl(ep, ADD, e, {IN|EXCLUSIVE|ONESHOT, 1}) = EINVAL */
    EXPECT(3, number,
           epoll_ctl(ep, EPOLL_CTL_ADD, e,
                     event(EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT, 1)),
           "EINVAL");

    printf("conforms\n");
    return 0;
}
