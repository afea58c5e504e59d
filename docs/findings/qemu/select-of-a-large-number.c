/* select does not look at numbers beyond the table of descriptors.
 * R-C13c: select(2) asks the poll method, too.
 * See also select(2).
 * The last call has to give 0 (tier linux). Exit status: 0 conforms, 1 not, 77 unclear.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/time.h>

/* The three sets of select about one descriptor, as words of bits for any number. */
enum { READ = 1, WRITE = 4, EXCEPT = 2, WORD_BITS = 8 * sizeof(unsigned long) };
static unsigned long set_words[3][(1 << 20) / WORD_BITS];

static int fill_sets(int fd, int sets)
{
    static const int bits[] = {READ, WRITE, EXCEPT};
    int count = fd >= 0 && fd < 1 << 20 ? fd + 1 : 0;

    for (int i = 0; i < 3; i++) {
        memset(set_words[i], 0, sizeof set_words[i]);
        if (count && (sets & bits[i]))
            set_words[i][fd / WORD_BITS] |= 1UL << fd % WORD_BITS;
    }
    return count;
}

static long take_sets(int fd, long result)
{
    static const int bits[] = {READ, WRITE, EXCEPT};
    int found = 0;

    for (int i = 0; i < 3 && result > 0; i++)
        if (set_words[i][fd / WORD_BITS] >> fd % WORD_BITS & 1)
            found |= bits[i];
    return result < 0 ? -1 : found;
}

/* The sets in which select leaves one descriptor. */
static long select_one(int fd, int sets)
{
    struct timeval now = {0, 0};
    int count = fill_sets(fd, sets);

    return take_sets(fd, select(count, (fd_set *)set_words[0], (fd_set *)set_words[1],
                                (fd_set *)set_words[2], &now));
}

int main(void)
{
    long n;

    n = select_one(1000000, READ);
    if (n == 0)
        return 0;
    printf("allowed is 0; got %ld (%m)\n", n);
    return 1;
}
