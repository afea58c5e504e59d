/* More data is an edge even if some is unread
 *
 * R-C15: After a report, an ET item is queued again by any wake on its queues with key 0 or with a
 *     key that shares a bit with its interest, and by a MOD that finds it ready; by nothing else.
 *     The state need not have changed. Contract promises only an event on each change, and that
 *     input arriving in chunks may give several events.
 * R-D30: A send of n > 0 bytes on a unix stream or seqpacket socket wakes the peer with key
 *     IN|PRI|RDNORM|RDBAND for each buffer that is queued, each time. Large stream writes are split
 *     in several buffers (several wakes), and a nonblocking write that succeeds in part wakes too.
 *     A stream send of 0 bytes does nothing; on seqpacket it sends an empty record, wakes, and sets
 *     IN|RDNORM.
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

static const char zeros[8];  /* what is written */

int main(void)
{
    int ep = -1, a = -1, b = -1, pair[2];

    /* 1: epoll_create1(0) = ep */
    EXPECT(1, descriptor, ep = epoll_create1(0), "fd");
    /* 2: socketpair(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK, [a, b]) */
    EXPECT(2, number, socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), "0");
    a = pair[0];
    b = pair[1];
    /* 3: epoll_ctl(ep, ADD, b, {IN|ET, 1}) = 0 */
    EXPECT(3, number, epoll_ctl(ep, EPOLL_CTL_ADD, b, event(EPOLLIN | EPOLLET, 1)), "0");
    /* 4: write(a, 1) = 1 */
    EXPECT(4, number, write(a, zeros, 1), "1");
    /* 5: epoll_wait(ep, 1, 0) = [1:IN] */
    EXPECT(5, event_list, epoll_wait(ep, ready, 1, 0), "[1:IN]");
    /* 6: write(a, 1) = 1 */
    EXPECT(6, number, write(a, zeros, 1), "1");
    /* 7: epoll_wait(ep, 1, 0) = [1:IN] */
    EXPECT(7, event_list, epoll_wait(ep, ready, 1, 0), "[1:IN]");

    printf("conforms\n");
    return 0;
}
