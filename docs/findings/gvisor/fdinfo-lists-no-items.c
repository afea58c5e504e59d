/* The fdinfo file of an instance lists its items.
 * R-B37: /proc/PID/fdinfo/N of an epoll file has one line per item: "tfd: <fd> events: <hex> data:
 *     <hex>" and pos, ino, sdev. events shows ERR and HUP (0x18) added while the item is armed, and
 *     only private bits when ONESHOT has disabled it.
 * The last call has to give [1:IN|ERR|HUP] (tier linux). Exit status: 0 conforms, 1 not, 77
 * unclear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

static void cannot_run(const char *what)
{
    perror(what);
    exit(77);
}

#define EVENT(mask, number) (&(struct epoll_event){mask, {.u64 = number}})
#define IS(i, number, mask) (ready[i].data.u64 == (number) && ready[i].events == (mask))
#define SETUP(call, wanted) \
    if (errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77

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
static long interest_list(int fd, struct epoll_event *ready)
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
    struct epoll_event ready[64];
    long n;
    int ep, e;

    SETUP(ep = epoll_create1(0), n >= 0);
    SETUP(e = eventfd(0, EFD_NONBLOCK), n >= 0);
    SETUP(epoll_ctl(ep, EPOLL_CTL_ADD, e, EVENT(EPOLLIN, 1)), n == 0);
    n = interest_list(ep, ready);
    if (n == 1 && IS(0, 1, EPOLLIN | EPOLLERR | EPOLLHUP))
        return 0;
    printf("allowed is [1:IN|ERR|HUP]; got %ld (%m)\n", n);
    for (long i = 0; i < n; i++)
        printf("  %llu: %#x\n", (unsigned long long)ready[i].data.u64, ready[i].events);
    return 1;
}
