/* Content tokens: what is not one stays, and an expansion that knows no name gives the text itself again, but
 * for escaped ones. */
#include "runner/steps/notify/tokens.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool unknown(void *data, const struct token *t, struct buf *out)
{
    return false;
}

static bool empty(void *data, const struct token *t, struct buf *out)
{
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = xstrndup((const char *)data, size);
    struct buf same = {0}, less = {0};
    tokens_expand(text, unknown, NULL, &same);
    tokens_expand(text, empty, NULL, &less);
    if (!strstr(text, "$$") && strcmp(same.data ? same.data : "", text))
        abort();
    if (same.len > strlen(text) || less.len > same.len)
        abort();
    buf_release(&same);
    buf_release(&less);
    free(text);
    return 0;
}
