/* Defects of epoll-on-poll: one at a time, chosen by name, each a few lines in the place of a step.
 *
 * They are of the kind that only shows when threads meet: lost wake-ups, events that are reported
 * twice or too late, calls that hang. They measure what a test of epoll with threads finds
 * and how soon. The honest steps are in epoll_on_poll.c. A defect is chosen by the environment
 * (EPOLL_ON_POLL_DEFECT=NAME, read when the library is loaded) or by choose_defect(); the table at
 * the end says what each one does.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "harness/plugins/epoll_on_poll.h"

/* Lets other threads in, where an honest step would keep the lock. */
static void leave_gap(void) {
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < 4; i++) sched_yield();
    pthread_mutex_lock(&lock);
}

/* --- changes that do not reach the waits ------------------------------------------------------ */

static void changed_but_not_by_mod(struct instance* in, int op) {
    if (op != EPOLL_CTL_MOD) honest_steps.changed(in, op);
}

static void changed_but_not_by_add(struct instance* in, int op) {
    if (op != EPOLL_CTL_ADD) honest_steps.changed(in, op);
}

/* An outer instance does not hear of what happens to an inner one. */
static void changed_here_only(struct instance* in, int op) {
    (void)op;
    if (in->asleep == 0) return;
    in->changes++;
    in->unaware = in->asleep;
    eventfd_write(in->wake, 1);
}

/* A wait that times out takes the wake-up along that others have not seen yet ... */
static void awake_and_take_along(struct instance* in, unsigned seen, int timed_out) {
    if (in->changes != seen) in->unaware--;
    if (in->unaware == 0 || timed_out) drain(in);
}

/* ... and returns without another look. */
static int rest_to_the_end(struct instance* in, struct wait* wait) {
    int result = honest_steps.rest(in, wait);
    if (wait->deadline >= 0 && now_ns() >= wait->deadline) wait->maxevents = 0;
    return result;
}

/* The first wait that wakes takes the wake-up from all others. */
static void awake_first(struct instance* in, unsigned seen, int timed_out) {
    (void)timed_out;
    if (in->changes != seen) in->unaware--;
    drain(in);
}

/* As the honest step, with what is done between poll(2) and its preparation up to the caller. */
static int rest_on(struct instance* in, const struct wait* wait, struct pollfd* list, int length) {
    list[length++] = (struct pollfd){in->wake, POLLIN, 0};
    unsigned seen = in->changes;
    in->asleep++;
    pthread_mutex_unlock(&lock);
    int result = poll_until(list, length, wait);
    pthread_mutex_lock(&lock);
    in->asleep--;
    steps.awake(in, seen, result == 0);
    return result;
}

/* The list of files is made before the wait counts as one, and changes come between. */
static int rest_late(struct instance* in, struct wait* wait) {
    struct pollfd list[MAX_POLLED + 1];
    int length = steps.collect(in, list, 0);
    leave_gap();
    int result = rest_on(in, wait, list, length);
    return result < 0 ? result : 0;
}

/* A wait takes its wake-up for its time-out. */
static int rest_once(struct instance* in, struct wait* wait) {
    unsigned seen = in->changes;
    int result = honest_steps.rest(in, wait);
    if (in->changes != seen) wait->deadline = 0;
    return result;
}

/* The lock is kept while poll(2) waits: nobody else can do anything until it ends. */
static int rest_with_lock(struct instance* in, struct wait* wait) {
    struct pollfd list[MAX_POLLED + 1];
    int length = steps.collect(in, list, 0);
    int result = poll_until(list, length, wait);
    return result < 0 ? result : 0;
}

/* --- EXCLUSIVE -------------------------------------------------------------------------------- */

static int chosen_fds[MAX_ITEMS]; /* files with EXCLUSIVE that one wait polls for all */
static int chosen_count = 0;

static int is_chosen(int fd) {
    for (int i = 0; i < chosen_count; i++)
        if (chosen_fds[i] == fd) return 1;
    return 0;
}

/* One wait watches a file with EXCLUSIVE; when it ends without an event, nobody takes over. */
static int rest_chosen(struct instance* in, struct wait* wait) {
    struct pollfd list[MAX_POLLED + 1];
    int kept = 0, first_chosen = chosen_count, length = steps.collect(in, list, 0);
    for (int i = 0; i < length; i++) {
        const struct item* item = find_item(in, list[i].fd);
        int exclusive = item != NULL && (item->events & EPOLLEXCLUSIVE) != 0;
        if (exclusive && is_chosen(list[i].fd)) continue;
        if (exclusive && chosen_count < MAX_ITEMS) chosen_fds[chosen_count++] = list[i].fd;
        list[kept++] = list[i];
    }
    int mine = chosen_count - first_chosen;
    int result = rest_on(in, wait, list, kept);
    for (int i = 0; i < kept && mine > 0; i++) {
        for (int j = 0; j < chosen_count; j++) {
            if (chosen_fds[j] != list[i].fd) continue;
            chosen_fds[j] = chosen_fds[--chosen_count];
            mine--;
            break;
        }
    }
    return result < 0 ? result : 0;
}

/* --- reported twice, or never ----------------------------------------------------------------- */

/* What a harvest reported of the items that are noted late. */
static struct {
    uint32_t kind;
    int count;
    int fds[MAX_ITEMS];
    uint32_t bits[MAX_ITEMS];
} late;

static void deliver_late(struct item* item, uint32_t bits) {
    if ((item->events & late.kind) == 0) {
        honest_steps.deliver(item, bits);
        return;
    }
    late.fds[late.count] = item->fd;
    late.bits[late.count++] = bits;
}

/* Items of `kind` count as reported only after others could report them too. */
static int harvest_and_note_late(struct instance* in, const struct wait* wait, uint32_t kind) {
    int fds[MAX_ITEMS];
    uint32_t bits[MAX_ITEMS];
    late.kind = kind;
    late.count = 0;
    steps.deliver = deliver_late;
    int found = honest_steps.harvest(in, wait), count = late.count;
    steps.deliver = honest_steps.deliver;
    if (count == 0) return found;
    memcpy(fds, late.fds, sizeof fds);
    memcpy(bits, late.bits, sizeof bits);
    leave_gap();
    for (int i = 0; i < count; i++) {
        struct item* item = find_item(in, fds[i]);
        if (item != NULL) honest_steps.deliver(item, bits[i]);
    }
    return found;
}

static int harvest_and_disarm_late(struct instance* in, const struct wait* wait) {
    return harvest_and_note_late(in, wait, EPOLLONESHOT);
}

static int harvest_edges_late(struct instance* in, const struct wait* wait) {
    return harvest_and_note_late(in, wait, EPOLLET);
}

/* Disarms once more when others have had their turn, who may have armed the item again. */
static int harvest_and_disarm_again(struct instance* in, const struct wait* wait) {
    int fds[MAX_ITEMS], count = 0;
    for (int i = 0; i < in->count; i++)
        if (in->items[i].armed && (in->items[i].events & EPOLLONESHOT) != 0)
            fds[count++] = in->items[i].fd;
    int found = honest_steps.harvest(in, wait), reported = 0;
    for (int i = 0; i < count; i++) {
        const struct item* item = find_item(in, fds[i]);
        if (item != NULL && item->armed)
            fds[i] = -1;
        else
            reported++;
    }
    if (reported > 0) leave_gap();
    for (int i = 0; i < count; i++) {
        struct item* item = fds[i] < 0 ? NULL : find_item(in, fds[i]);
        if (item != NULL) item->armed = 0;
    }
    return found;
}

/* What did not fit counts as reported. */
static int harvest_and_drop(struct instance* in, const struct wait* wait) {
    int found = honest_steps.harvest(in, wait);
    for (int i = 0; i < in->count && found == wait->maxevents; i++) {
        uint32_t bits = news_of(&in->items[i]);
        if (bits != 0) honest_steps.deliver(&in->items[i], bits);
    }
    return found;
}

/* The turn of the items is forgotten when several threads wait: the last ones starve. */
static int harvest_from_start(struct instance* in, const struct wait* wait) {
    if (in->waits > 1) in->first = 0;
    return honest_steps.harvest(in, wait);
}

/* Two waits count their events in one place. */
static int harvest_and_count_together(struct instance* in, const struct wait* wait) {
    static int found = 0;
    found = honest_steps.harvest(in, wait);
    if (found > 0) leave_gap();
    return found;
}

/* An interrupted wait takes its events along. */
static int rest_and_lose(struct instance* in, struct wait* wait) {
    int result = honest_steps.rest(in, wait);
    if (result != -EINTR) return result;
    leave_gap();
    (void)honest_steps.harvest(in, wait);
    return result;
}

/* --- too late --------------------------------------------------------------------------------- */

/* Reports what poll(2) found from a copy of the list that was made before it waited. `now_gone`
 * says whether an item that is no longer there is reported as well. */
static int rest_on_copy(struct instance* in, const struct wait* wait, int now_gone) {
    struct pollfd list[MAX_POLLED + 1];
    struct item copy[MAX_ITEMS];
    int copied = in->count, found = 0;
    memcpy(copy, in->items, (size_t)copied * sizeof *copy);
    int length = steps.collect(in, list, 0);
    int result = rest_on(in, wait, list, length);
    for (int i = 0; i < length && result > 0 && found < wait->maxevents; i++) {
        struct item* now = find_item(in, list[i].fd);
        if (list[i].revents == 0 || (list[i].revents & POLLNVAL) != 0 || (now == NULL) != now_gone)
            continue;
        for (int j = 0; j < copied; j++) {
            if (copy[j].fd != list[i].fd) continue;
            wait->events[found].events = (unsigned short)list[i].revents;
            wait->events[found++].data = copy[j].data;
            if (now != NULL) steps.deliver(now, (unsigned short)list[i].revents);
        }
    }
    return result < 0 ? result : found;
}

static int rest_and_report_gone(struct instance* in, struct wait* wait) {
    return rest_on_copy(in, wait, 1);
}

static int rest_and_report_old(struct instance* in, struct wait* wait) {
    return rest_on_copy(in, wait, 0);
}

/* A file that is closed while somebody waits for it stays in the list, for the next one that gets
 * its number. */
static void forget_if_idle(int fd) {
    for (struct instance* in = all_instances; in != NULL && instance_at(fd) == NULL; in = in->next)
        if (in->waits > 0 && find_item(in, fd) != NULL) return;
    honest_steps.forget(fd);
}

/* Closing an instance waits until nobody waits on it. */
static void forget_when_idle(int fd) {
    while (instance_at(fd) != NULL && instance_at(fd)->waits > 0) leave_gap();
    honest_steps.forget(fd);
}

/* --- the table -------------------------------------------------------------------------------- */

static const struct defect {
    const char* name;
    struct steps steps; /* those that it replaces */
} defects[] = {
    /* A wake-up is lost: on MOD, ... */
    {"mod-wakes-nobody", {.changed = changed_but_not_by_mod}},
    /* on ADD of a file that is ready, ... */
    {"add-wakes-nobody", {.changed = changed_but_not_by_add}},
    /* on its way from an inner instance to an outer one, ... */
    {"inner-change-unheard", {.changed = changed_here_only}},
    /* because one of several waits times out, ... */
    {"time-out-eats-wake", {.rest = rest_to_the_end, .awake = awake_and_take_along}},
    /* because one of several waits was first, ... */
    {"first-eats-wake", {.awake = awake_first}},
    /* between the scan of the list and the rest, ... */
    {"gap-before-rest", {.rest = rest_late}},
    /* because the wait that watches a file with EXCLUSIVE ends without an event. */
    {"exclusive-wake-eaten", {.rest = rest_chosen}},
    /* A wait returns without events before its time-out. */
    {"change-ends-wait", {.rest = rest_once}},
    /* epoll_ctl and other waits hang while one waits. */
    {"rest-with-lock", {.rest = rest_with_lock}},
    /* Two threads get the event of one ONESHOT. */
    {"oneshot-twice", {.harvest = harvest_and_disarm_late}},
    /* Two threads get one edge. */
    {"edge-twice", {.harvest = harvest_edges_late}},
    /* A MOD that arms an item again is undone by the wait that reported it. */
    {"rearm-lost", {.harvest = harvest_and_disarm_again}},
    /* ET and ONESHOT events beyond maxevents are gone. */
    {"overflow-dropped", {.harvest = harvest_and_drop}},
    /* With several waits the last items have no turn. */
    {"turn-forgotten", {.harvest = harvest_from_start}},
    /* A wait claims as many events as another one found. */
    {"count-torn", {.harvest = harvest_and_count_together}},
    /* A wait that a signal ends takes an event along. */
    {"signal-eats-event", {.rest = rest_and_lose}},
    /* An event of an item that was deleted before it happened. */
    {"deleted-reported", {.rest = rest_and_report_gone}},
    /* An event with data that MOD had replaced before it happened. */
    {"old-data-reported", {.rest = rest_and_report_old}},
    /* An event of a file that has the number of one that was closed. */
    {"closed-reported", {.forget = forget_if_idle}},
    /* close of an instance hangs while somebody waits on it. */
    {"close-waits", {.forget = forget_when_idle}},
};
#define DEFECTS (sizeof defects / sizeof *defects)

const char* const* defect_names(void) {
    static const char* names[DEFECTS + 1];
    for (size_t i = 0; i < DEFECTS; i++) names[i] = defects[i].name;
    return names;
}

int choose_defect(const char* name) {
    steps = honest_steps;
    if (name == NULL || *name == '\0') return 0;
    for (size_t i = 0; i < DEFECTS; i++) {
        if (strcmp(name, defects[i].name) != 0) continue;
        const struct steps* replaced = &defects[i].steps;
        if (replaced->changed != NULL) steps.changed = replaced->changed;
        if (replaced->harvest != NULL) steps.harvest = replaced->harvest;
        if (replaced->rest != NULL) steps.rest = replaced->rest;
        if (replaced->awake != NULL) steps.awake = replaced->awake;
        if (replaced->forget != NULL) steps.forget = replaced->forget;
        return 0;
    }
    return -ENOENT;
}
