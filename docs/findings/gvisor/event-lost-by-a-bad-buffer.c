/* A wait that cannot store an event fails and loses nothing
 *
 * R-B26: A bad pointer inside the user address range (an unmapped page, NULL) is noticed only when
 *     an event is written: with nothing to report the call returns 0 or blocks.
 * R-B28: A fault during the transfer: if events were already written their number is returned, else
 *     EFAULT. The item that could not be written goes back to the head of the ready list,
 *     undelivered: its edge is not consumed and ONESHOT does not disarm it. A write that straddles
 *     a bad page counts as failed.
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
#include <sys/eventfd.h>
#include <sys/mman.h>

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
    else if (errno == EFAULT)
        strcpy(answer, "EFAULT");
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

/* Compilers must not see that this pointer does not fit: they would warn. */
static void *hide(void *pointer)
{
    void *volatile hidden = pointer;

    return hidden;
}

/* Memory that can be accessed, and behind it a page that cannot. */
static void *bad_page(void)
{
    static char *area;
    size_t bytes = 1 << 16;

    if (!area) {
        area = mmap(NULL, 2 * bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (area == MAP_FAILED || mprotect(area + bytes, bytes, PROT_NONE) != 0)
            cannot_run("mmap");
    }
    return hide(area + bytes);
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
    /* 2: eventfd(1, EFD_NONBLOCK) = e */
    EXPECT(2, descriptor, e = eventfd(1, EFD_NONBLOCK), "fd");
    /* 3: epoll_ctl(ep, ADD, e, {IN|ET, 1}) = 0 */
    EXPECT(3, number, epoll_ctl(ep, EPOLL_CTL_ADD, e, event(EPOLLIN | EPOLLET, 1)), "0");
    /* 4: epoll_wait(ep, 1, 0, buffer=BAD) = EFAULT */
    EXPECT(4, event_list, epoll_wait(ep, bad_page(), 1, 0), "EFAULT");
    /* 5: epoll_wait(ep, 1, 0) = [1:IN] */
    EXPECT(5, event_list, epoll_wait(ep, ready, 1, 0), "[1:IN]");

    printf("conforms\n");
    return 0;
}
