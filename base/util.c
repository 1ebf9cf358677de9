/* Checked allocation, comparisons of words, the distance behind "did you mean", the time. Memory exhaustion
 * ends the process with write() and _exit(): no buffer is flushed and nothing is allocated on the way out. */
#include "base/util.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

static void *checked(void *p)
{
    if (UNLIKELY(!p)) {
        /* With overcommit this is rare: the kernel kills a process rather than refuse it memory. */
        static const char text[] = "gmrun: out of memory\n";
        (void)!write(2, text, sizeof(text) - 1);
        _exit(1);
    }
    return p;
}

void *xmalloc(size_t n)
{
    return checked(malloc(n ? n : 1));
}

void *xcalloc(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size ? size : 1));
}

void *xrealloc(void *p, size_t n)
{
    return checked(realloc(p, n ? n : 1));
}

char *xstrdup(const char *s)
{
    return s ? checked(strdup(s)) : NULL;
}

char *xstrndup(const char *s, size_t n)
{
    return checked(strndup(s, n));
}

char *xasprintf(const char *fmt, ...)
{
    char *s = NULL;
    va_list ap;
    va_start(ap, fmt);
    int n = vasprintf(&s, fmt, ap);
    va_end(ap);
    return checked(n < 0 ? NULL : s);
}

bool str_eq(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

bool str_has_prefix(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_has_suffix(const char *s, const char *suffix)
{
    size_t n = strlen(s), m = strlen(suffix);
    return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

static bool in_list(const char *list, const char *word, char separator,
                    int (*compare)(const char *, const char *, size_t))
{
    const char separators[] = {separator, 0};
    size_t len = strlen(word);
    for (; list && *list; list += strspn(list, separators)) {
        size_t n = strcspn(list, separators);
        if (n && n == len && compare(list, word, n) == 0)
            return true;
        list += n;
    }
    return false;
}

bool str_in_list(const char *list, const char *word, char separator)
{
    return in_list(list, word, separator, strncmp);
}

bool str_in_words(const char *list, const char *word)
{
    return in_list(list, word, ' ', strncmp);
}

bool str_in_words_any_case(const char *list, const char *word)
{
    return in_list(list, word, ' ', strncasecmp);
}

void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

enum { WORD_MAX_LEN = 64 };

/* Three rows in turn, the third for transpositions. Words of 64 bytes and more are at the greatest
 * distance. */
int edit_distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    if (n >= WORD_MAX_LEN || m >= WORD_MAX_LEN)
        return WORD_MAX_LEN;
    int d[3][WORD_MAX_LEN];
    for (size_t j = 0; j <= m; j++)
        d[0][j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        /* For i = 1 up2 is not used: transpositions need two rows above. */
        int *row = d[i % 3], *up = d[(i - 1) % 3], *up2 = d[(i + 1) % 3];
        row[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            int best = up[j - 1] + (a[i - 1] != b[j - 1]);
            if (up[j] + 1 < best)
                best = up[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && up2[j - 2] + 1 < best)
                best = up2[j - 2] + 1;
            row[j] = best;
        }
    }
    return d[n % 3][m];
}

const char *nearest_name(const char *word, const char *const *names, size_t n)
{
    const char *best = NULL;
    /* One letter in three may be wrong, and one more: "sh" suggests "bat" to nobody, "archiveArtefacts"
     * is found. */
    int limit = (int)strlen(word) / 3 + 1, distance = limit + 1;
    for (size_t i = 0; i < n; i++) {
        int d = strcasecmp(word, names[i]) == 0 ? 0 : edit_distance(word, names[i]);
        if (d < distance) {
            distance = d;
            best = names[i];
        }
    }
    return distance <= limit ? best : NULL;
}

int64_t wall_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
