// Basic helpers of emitted C files: events and their comparison, memory, time, signals, checks.
// See emit_c_helpers.h.

#include "harness/program/emit_c_helpers.h"

#include <algorithm>
#include <cctype>

namespace epollcheck {
namespace {

constexpr CHelper kBasic[] = {
    {"BLOCKED",
     R"C(
enum { BLOCKED = -2 };  /* what a call gives that waits for ever */
)C"},
    {"cannot_run",
     R"C(
static void cannot_run(const char *what)
{
    perror(what);
    exit(77);
}
)C"},
    {"first_fd",
     R"C(
static int first_fd;  /* the lowest number that this program can get */
)C"},
    {"EVENT",
     R"C(
#define EVENT(mask, number) (&(struct epoll_event){mask, {.u64 = number}})
)C"},
    {"IS",
     R"C(
#define IS(i, number, mask) (ready[i].data.u64 == (number) && ready[i].events == (mask))
)C"},
    {"IS_BETWEEN",
     R"C(
#define IS_BETWEEN(i, number, low, high) \
    (ready[i].data.u64 == (number) && (ready[i].events & (low)) == (low) && \
     (ready[i].events & ~(high)) == 0)
)C"},
    {"has HAS HAS_BETWEEN",
     R"C(
/* True if an event is among those that are ready, with all of `low` and nothing beyond `high`. */
static int has(const struct epoll_event *ready, long n, uint64_t number, uint32_t low,
               uint32_t high)
{
    while (n-- > 0)
        if (ready[n].data.u64 == number && (ready[n].events & low) == low &&
            (ready[n].events & ~high) == 0)
            return 1;
    return 0;
}
)C"},
    {"HAS",
     R"C(
#define HAS(n, number, mask) has(ready, n, number, mask, mask)
)C"},
    {"HAS_BETWEEN",
     R"C(
#define HAS_BETWEEN(n, number, low, high) has(ready, n, number, low, high)
)C"},
    {"STATUS_FLAGS",
     R"C(
#define STATUS_FLAGS (O_ACCMODE | O_NONBLOCK | O_DIRECT | O_PATH)
)C"},
    {"hide",
     R"C(
/* Compilers must not see that this does not fit: they would warn. */
static void *hide(void *volatile pointer)
{
    return pointer;
}
)C"},
    {"hide_number",
     R"C(
/* Compilers must not see that this does not fit: they would warn. */
static int hide_number(volatile int odd)
{
    return odd;
}
)C"},
    {"BAD_PAGE",
     R"C(
#define BAD_PAGE mmap(NULL, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
)C"},
    {"KERNEL_ADDRESS",
     R"C(
#define KERNEL_ADDRESS hide((void *)(UINTPTR_MAX << (sizeof(void *) == 8 ? 47 : 12)))
)C"},
    {"stored_at",
     R"C(
static void *stored_at;  /* where the last wait was to store its events */
)C"},
    {"room",
     R"C(
/* A buffer for `count` events and `bytes` bytes in front of a page that cannot be accessed. */
static void *room(size_t count, size_t bytes)
{
    char *area = mmap(NULL, 1 << 17, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (area == MAP_FAILED || mprotect(area, 1 << 16, PROT_READ | PROT_WRITE) != 0)
        cannot_run("mmap");
    return stored_at = area + (1 << 16) - count * sizeof(struct epoll_event) - bytes;
}
)C"},
    {"unaligned",
     R"C(
static void *unaligned(void)
{
    static struct epoll_event buffer[65];

    return stored_at = (char *)buffer + 1;
}
)C"},
    {"stored",
     R"C(
static int stored(struct epoll_event *ready, long n)
{
    memmove(ready, stored_at, (size_t)n * sizeof *ready);
    return 1;
}
)C"},
    {"on_signal ticked",
     R"C(
static volatile sig_atomic_t ticked;

static void on_signal(int signal)
{
    ticked = signal == SIGALRM;
}
)C"},
    {"prepare_signals",
     R"C(
/* The signals of this program: all are blocked, and the handler of one asks for restarts. */
static void prepare_signals(void)
{
    const int own[] = {SIGUSR1, SIGUSR2, SIGRTMIN, SIGRTMIN + 1};
    struct sigaction action = {.sa_handler = on_signal};

    for (int i = 0; i < 4; i++) {
        action.sa_flags = own[i] == SIGUSR2 ? SA_RESTART : 0;
        sigaction(own[i], &action, NULL);
        sigaddset(&action.sa_mask, own[i]);
    }
    sigprocmask(SIG_BLOCK, &action.sa_mask, NULL);
}
)C"},
    {"set_of",
     R"C(
/* The set of the signals in a list that ends with 0. */
static sigset_t *set_of(const int *signals)
{
    static sigset_t set;

    for (sigemptyset(&set); *signals; signals++)
        sigaddset(&set, *signals);
    return &set;
}
)C"},
    {"start_ticks stop_ticks PATIENTLY",
     R"C(
/* A call that waits is interrupted after 100 ms: without SA_RESTART it ends then. */
static void start_ticks(void)
{
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_signal}, NULL);
    ticked = 0;
    ualarm(100000, 100000);
}

static long stop_ticks(long result)
{
    ualarm(0, 0);
    return result;
}

#define PATIENTLY(call) (start_ticks(), stop_ticks(call))
)C"},
    {"waited",
     R"C(
/* A call that comes back with a part of the whole was waiting for the rest. */
static int waited(long n, long whole)
{
    return ticked && (n == -1 ? errno == EINTR : n < whole);
}
)C"},
    {"clock_ns",
     R"C(
static long long clock_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}
)C"},
    {"leads_away",
     R"C(
/* For what is allowed as well, without a word on what follows. */
static int leads_away(int does)
{
    if (!does)
        return 0;
    printf("an answer is allowed, but leads away from what is checked here\n");
    exit(77);
}
)C"},
    {"SETUP",
     R"C(
@ARRIVE_ABOVE@#define SETUP(call, wanted) \
    if (@ARRIVE@errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), 77
)C"},
    {"EXPECT",
     R"C(
#define LACKS_SOMETHING (@REFUSALS@)
@ARRIVE_ABOVE@#define EXPECT(call, wanted) \
    if (@ARRIVE@errno = 0, n = (call), !(wanted)) \
        return printf("%s gave %ld (%m), not %s\n", #call, n, #wanted), LACKS_SOMETHING ? 77 : 1
)C"},
};

bool is_word_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

}  // namespace

std::span<const CHelper> basic_c_helpers() { return kBasic; }

bool has_word(std::string_view text, std::string_view name) {
    for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        const bool starts = at == 0 || !is_word_character(text[at - 1]);
        const bool ends = end == text.size() || !is_word_character(text[end]);
        if (starts && ends) return true;
    }
    return false;
}

bool has_any_word(std::string_view text, std::string_view names) {
    while (!names.empty()) {
        const std::size_t end = std::min(names.find(' '), names.size());
        if (has_word(text, names.substr(0, end))) return true;
        names.remove_prefix(std::min(end + 1, names.size()));
    }
    return false;
}

}  // namespace epollcheck
