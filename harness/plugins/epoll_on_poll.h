// The state of epoll-on-poll, and the steps that its defective twin replaces.
//
// epoll_on_poll.c is the emulation; epoll_on_poll_defects.c puts other functions into `steps` when
// it is told to, to find out whether epollcheck notices.

#ifndef EPOLL_ON_POLL_H
#define EPOLL_ON_POLL_H

#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

#define MAX_NUMBERS 65536 /* descriptor numbers below this can be instances */
#define MAX_ITEMS 512     /* files in the interest list of one instance */
#define MAX_POLLED 1024   /* files behind one wait, those of nested instances included */

struct item {
    int fd;
    uint32_t events;   /* as given to epoll_ctl */
    uint32_t reported; /* EPOLLET: bits that were reported and have not fallen since */
    int armed;         /* 0: EPOLLONESHOT was reported */
    epoll_data_t data;
};

struct instance {
    struct instance* next; /* in the list of all */
    int numbers;           /* descriptor numbers that name it */
    int waits;             /* waits in progress: they keep it, as system calls keep a file */
    int wake;              /* one of its numbers: an eventfd that ends the poll(2) of its waits */
    int asleep;            /* waits that are in poll(2) */
    int unaware;           /* of those, how many went there before the last change */
    unsigned changes;      /* so many times waits had to look again */
    int count;
    int first; /* where the next harvest starts, so that every item has its turn */
    struct item items[MAX_ITEMS];
};

/* What a wait was asked for. */
struct wait {
    struct epoll_event* events;
    int maxevents;
    int64_t deadline; /* CLOCK_MONOTONIC in nanoseconds; negative: none */
    const void* sigmask;
    size_t sigsetsize;
};

/* All steps are called, and return, with `lock` held. */
struct steps {
    /* Lets the waits in progress look again, after a change by `op` of `in`. */
    void (*changed)(struct instance* in, int op);
    /* Stores what is ready and returns how much. */
    int (*harvest)(struct instance* in, const struct wait* wait);
    /* Notes that an item is reported. */
    void (*deliver)(struct item* item, uint32_t bits);
    /* Appends what must be polled for `in`; returns the new length. */
    int (*collect)(struct instance* in, struct pollfd* list, int length);
    /* Waits, without the lock, until there may be something. 0, -errno, or a number of events. */
    int (*rest)(struct instance* in, struct wait* wait);
    /* A wait is out of poll(2), where it went after `seen` changes. */
    void (*awake)(struct instance* in, unsigned seen, int timed_out);
    /* The number `fd` is about to be closed. */
    void (*forget)(int fd);
};

extern struct steps steps;
extern const struct steps honest_steps;
extern pthread_mutex_t lock;
extern struct instance* all_instances;

struct instance* instance_at(int fd);
struct item* find_item(struct instance* in, int fd);
uint32_t news_of(struct item* item);
int64_t now_ns(void);
int poll_until(struct pollfd* list, int length, const struct wait* wait);
void drain(struct instance* in);

/* Of epoll_on_poll_defects.c. */
const char* const* defect_names(void); /* a NULL behind the last */
int choose_defect(const char* name);

#endif
