/* The end of a stream is an event for who asked for RDHUP
 *
 * R-C20: The guarantee to rely on: if, after the last harvest that reported or considered an item,
 *     its file makes a transition from not ready to ready for a requested bit, a later harvest
 *     reports it (unless it was consumed meanwhile).
 * R-D34: Masks after shutdown of unix stream sockets: after SHUT_WR by A, B has IN|RDNORM|RDHUP
 *     (reads give the data, then 0) and A is unchanged. With both halves shut, by either side, both
 *     have HUP|RDHUP|IN|RDNORM|OUT|WRNORM|WRBAND. OUT|WRNORM|WRBAND stays on after shutdown.
 *
 * What is allowed is what tier linux promises.
 * Exit status: 0 all answers are allowed, 1 one is not, 77 that cannot be said
 * here. Compile with: cc -std=c11 -Wall -Wextra FILE.c
 */

#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
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

static const char *descriptor(long result)
{
    return result >= 0 ? "fd" : number(result);
}

/* Appends the names of events to an answer. */
static void add_mask(uint32_t mask)
{
    static const char *const names[32] = {
        "IN", "PRI", "OUT", "ERR", "HUP", "NVAL", "RDNORM", "RDBAND", "WRNORM", "WRBAND", "MSG",
        [13] = "RDHUP", [27] = "URING_WAKE", "EXCLUSIVE", "WAKEUP", "ONESHOT", "ET"};
    uint32_t unknown = 0;
    const char *gap = "";

    for (int bit = 0; bit < 32; bit++) {
        if ((mask >> bit & 1) && names[bit]) {
            strcat(strcat(answer, gap), names[bit]);
            gap = "|";
        } else {
            unknown |= mask & (uint32_t)1 << bit;
        }
    }
    if (unknown || !mask)
        sprintf(answer + strlen(answer), unknown ? "%s%#" PRIx32 : "%s0", gap, unknown);
}

static struct epoll_event ready[64];  /* where waits store their events */

/* The answer of a wait: [data:EVENTS, ...]. */
static const char *event_list(long count)
{
    if (count < 0 || count > 64)
        return number(count);
    strcpy(answer, "[");
    for (long i = 0; i < count; i++) {
        sprintf(answer + strlen(answer), "%s%" PRIu64 ":", i ? ", " : "", ready[i].data.u64);
        add_mask(ready[i].events);
    }
    memset(ready, 0xa5, sizeof ready);  /* an old event must not pass for a new one */
    return strcat(answer, "]");
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
    int ep = -1, a = -1, b = -1, pair[2];

    /* 1: epoll_create1(0) = ep */
    EXPECT(1, descriptor, ep = epoll_create1(0), "fd");
    /* 2: socketpair(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK, [a, b]) */
    EXPECT(2, number, socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), "0");
    a = pair[0];
    b = pair[1];
    /* 3: epoll_ctl(ep, ADD, b, {RDHUP|ET, 1}) = 0 */
    EXPECT(3, number, epoll_ctl(ep, EPOLL_CTL_ADD, b, event(EPOLLRDHUP | EPOLLET, 1)), "0");
    /* 4: shutdown(a, SHUT_WR) = 0 */
    EXPECT(4, number, shutdown(a, SHUT_WR), "0");
    /* 5: epoll_wait(ep, 1, 0) = [1:RDHUP] */
    EXPECT(5, event_list, epoll_wait(ep, ready, 1, 0), "[1:RDHUP]");

    printf("conforms\n");
    return 0;
}
