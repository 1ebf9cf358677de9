/* Blocks in a list, the newest first, handed out from front to back and never given back singly. What is
 * allocated is zeroed because calloc() made it so: the arena never hands a byte out twice.
 *
 * A file of 10,000 stages needs some ten blocks: the size of a new one is what was handed out so far, so
 * the number of blocks grows with the logarithm and at most half of the memory is unused. Nothing here is
 * thread-safe; the script thread is the only one. */
#include "base/arena.h"
#include "base/util.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

struct arena_block {
    /* The head of a block; what is handed out begins ALIGN bytes behind it. */
    struct arena_block *next;
    size_t size;
};

/* Blocks grow with the arena: little for a small file, and large ones come zeroed from the kernel. */
enum { BLOCK_MIN = 16 * 1024, BLOCK_MAX = 4 * 1024 * 1024, ALIGN = 16 };
enum { LARGE = 1024 * 1024, PAGE = 4096 };

/* A tree of hundreds of megabytes is filled front to back: a page fault for each 4 KiB of it takes a quarter
 * of the time, so that pages are asked for by the block. Not huge ones, for which the kernel may first have
 * to move others together. Advice only, which older kernels do not know. */
static void fault_in(char *block, size_t size)
{
    char *start = block + (PAGE - (uintptr_t)block % PAGE) % PAGE;
    (void)madvise(start, (size - (size_t)(start - block)) / PAGE * PAGE, MADV_POPULATE_WRITE);
}

static void arena_grow(struct arena *a, size_t n)
{
    /* BLOCK_MAX bounds what the last block of a large file can waste. */
    size_t size = a->total < BLOCK_MIN ? BLOCK_MIN : a->total < BLOCK_MAX ? a->total : BLOCK_MAX;
    if (size < n)
        size = n;
    struct arena_block *block = xcalloc(1, ALIGN + size);
    if (size >= LARGE)
        fault_in((char *)block, size);
    block->size = size;
    block->next = a->blocks;
    a->blocks = block;
    a->next = (char *)block + ALIGN;
    a->end = a->next + size;
}

/* A request that does not fit abandons what is left of the block: at most the size of one object, except
 * before a very large one. */
void *arena_alloc(struct arena *a, size_t n)
{
    /* 16: what malloc() gives, too, so that any type may lie there. */
    n = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (n > (size_t)(a->end - a->next))
        arena_grow(a, n);
    void *p = a->next;
    a->next += n;
    a->total += n;
    return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *copy = arena_alloc(a, n + 1);
    memcpy(copy, s, n);
    return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *s = arena_alloc(a, (size_t)(n > 0 ? n : 0) + 1);
    if (n > 0)
        vsnprintf(s, (size_t)n + 1, fmt, again);
    va_end(again);
    return s;
}

void arena_release(struct arena *a)
{
    for (struct arena_block *block = a->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    memset(a, 0, sizeof(*a));
}
