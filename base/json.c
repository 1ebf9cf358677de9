/* See json.h. */
#include "base/json.h"
#include "base/utf8.h"
#include "base/util.h"

json_t *json_clean_text(const char *text, size_t n)
{
    _cleanup_(buf_release) struct buf clean = {0};
    utf8_clean(&clean, text, n);
    return json_stringn(clean.data ? clean.data : "", clean.len);
}
