/* The fdinfo file of an instance lists its items
 *
 * R-B37: /proc/PID/fdinfo/N of an epoll file has one line per item: "tfd: <fd> events: <hex> data:
 *     <hex>" and pos, ino, sdev. events shows ERR and HUP (0x18) added while the item is armed, and
 *     only private bits when ONESHOT has disabled it. The lines are in the order of file addresses,
 *     that is, unspecified.
 *
 * What is allowed is what tier linux promises.
 * Exit status: 0 all answers are allowed, 1 one is not, 77 that cannot be said
 * here. Compile with: cc -std=c11 -Wall -Wextra FILE.c
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

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

struct line { long fd; struct epoll_event item; };

static int compare_lines(const void *left, const void *right)
{
    const struct line *a = left, *b = right;

    if (a->fd != b->fd)
        return a->fd < b->fd ? -1 : 1;
    if (a->item.data.u64 != b->item.data.u64)
        return a->item.data.u64 < b->item.data.u64 ? -1 : 1;
    return a->item.events < b->item.events ? -1 : a->item.events > b->item.events;
}

/* Stores the interest list that /proc/self/fdinfo shows in `ready`, sorted. */
static long interest_list(int fd)
{
    static struct line lines[64];
    char name[64];
    char text[256];
    int count = 0;
    FILE *file;

    if (fcntl(fd, F_GETFD) < 0)
        return -1;
    sprintf(name, "/proc/self/fdinfo/%d", fd);
    file = fopen(name, "r");
    if (!file)
        cannot_run(name);
    while (count < 64 && fgets(text, sizeof text, file)) {
        unsigned wanted;
        unsigned long long data;

        if (sscanf(text, "tfd: %ld events: %x data: %llx", &lines[count].fd, &wanted, &data) == 3) {
            lines[count].item.events = wanted;
            lines[count++].item.data.u64 = data;
        }
    }
    fclose(file);
    qsort(lines, (size_t)count, sizeof lines[0], compare_lines);
    for (int i = 0; i < count; i++)
        ready[i] = lines[i].item;
    return count;
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
    /* 4: fdinfo(ep) = [1:IN|ERR|HUP] */
    EXPECT(4, event_list, interest_list(ep), "[1:IN|ERR|HUP]");

    printf("conforms\n");
    return 0;
}
