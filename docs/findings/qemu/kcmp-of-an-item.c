/* kcmp finds the file that an item watches
 *
 * R-B38: kcmp(KCMP_EPOLL_TFD) tells whether item number toff with descriptor number tfd in an
 *     instance refers to the same file as a given descriptor; ENOENT if there is none.
 *
 * What is allowed is what tier linux promises.
 * Exit status: 0 all answers are allowed, 1 one is not, 77 that cannot be said
 * here. Compile with: cc -std=c11 -Wall -Wextra FILE.c
 */

#define _GNU_SOURCE
#include <errno.h>
#include <linux/kcmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
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

static struct epoll_event *event(uint32_t wanted, uint64_t data)
{
    static struct epoll_event event;

    event.events = wanted;
    event.data.u64 = data;
    return &event;
}

/* 0 if item `offset` of those with the number `fd` watches what `fd` names, else 1. */
static long compare_item(int epfd, int fd, unsigned offset)
{
    struct kcmp_epoll_slot item = {(uint32_t)epfd, (uint32_t)fd, offset};
    long result = syscall(SYS_kcmp, getpid(), getpid(), KCMP_EPOLL_TFD, (unsigned long)fd, &item);

    if (result < 0 && (errno == EPERM || errno == EACCES))
        cannot_run("kcmp");
    return result > 0 ? 1 : result;
}

int main(void)
{
    int ep = -1, e = -1;

    /* 1: epoll_create1(0) = ep */
    EXPECT(1, descriptor, ep = epoll_create1(0), "fd");
    /* 2: eventfd(0, EFD_NONBLOCK) = e */
    EXPECT(2, descriptor, e = eventfd(0, EFD_NONBLOCK), "fd");
    /* 3: epoll_ctl(ep, ADD, e, {IN, 1}) = 0 */
    EXPECT(3, number, epoll_ctl(ep, EPOLL_CTL_ADD, e, event(EPOLLIN, 1)), "0");
    /* 4: kcmp_epoll(ep, e, 0) = 0 */
    EXPECT(4, number, compare_item(ep, e, 0), "0");

    printf("conforms\n");
    return 0;
}
