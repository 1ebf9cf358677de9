/* ResponseContentSupplier as a native object. The body is decoded before, once; close() has nothing to
 * close, as the helper program has read everything by then. */
#include "runner/steps/notify/http_answer.h"
#include "agents/decode.h"
#include "base/buf.h"
#include <string.h>

struct http_answer {
    int status;
    struct value content, headers;
    char *charset; /* NULL: the server named none */
};

static void answer_release(void *data)
{
    struct http_answer *a = data;
    value_release(a->content);
    value_release(a->headers);
    free(a->charset);
    free(a);
}

static enum call_status read_property(struct fiber *f, struct value self, const char *name, struct value *out)
{
    const struct http_answer *a = AS_NATIVE(self)->data;
    if (!strcmp(name, "status"))
        *out = value_int(a->status);
    else if (!strcmp(name, "content"))
        *out = value_retain(a->content);
    else if (!strcmp(name, "headers"))
        *out = value_retain(a->headers);
    else if (!strcmp(name, "charset"))
        *out = a->charset ? string_from(a->charset) : NULL_VALUE;
    else
        return CALL_NONE;
    return CALL_OK;
}

static enum call_status close_answer(struct fiber *f, struct value self, int argc, struct value *argv,
                                     struct value *out)
{
    return CALL_OK;
}

static enum call_status to_string(struct fiber *f, struct value self, int argc, struct value *argv,
                                  struct value *out)
{
    *out = string_printf("Status: %d", ((const struct http_answer *)AS_NATIVE(self)->data)->status);
    return CALL_OK;
}

void http_answer_register(struct run *run)
{
    static const struct native_class classes[] = {
        {.name = "jenkins.plugins.http_request.ResponseContentSupplier",
         .release = answer_release,
         .get = read_property,
         .invoke = native_getter}};
    static const struct native_method methods[] = {
        {"ResponseContentSupplier", "close", 0, 0, 0, close_answer},
        {"ResponseContentSupplier", "toString", 0, 0, 0, to_string},
    };
    vm_register(run->vm, classes, ARRAY_LEN(classes), methods, ARRAY_LEN(methods));
}

static const char *pair_text(const json_t *pair, size_t i)
{
    const char *s = json_string_value(json_array_get(pair, i));
    return s ? s : "";
}

/* Of the Content-Type header; owned, NULL.
 * The first Content-Type counts; quotes around the name are allowed [RFC 9110]. */
static char *charset_of(const json_t *headers)
{
    size_t i;
    json_t *pair;
    json_array_foreach(headers, i, pair)
    {
        const char *at = strcasecmp(pair_text(pair, 0), "Content-Type")
                             ? NULL
                             : strcasestr(pair_text(pair, 1), "charset=");
        if (!at)
            continue;
        at += strlen("charset=");
        at += *at == '"';
        size_t n = strcspn(at, "\"; \t");
        return n ? xstrndup(at, n) : NULL;
    }
    return NULL;
}

/* An unknown charset is read as UTF-8. */
void http_decode(const json_t *headers, const char *bytes, size_t n, struct buf *text)
{
    _cleanup_free_ char *charset = charset_of(headers);
    struct decoder *d = charset && strcasecmp(charset, "UTF-8") ? decoder_new(charset, NULL) : NULL;
    if (!d) {
        buf_add(text, bytes, n);
        return;
    }
    const struct buf *part = decoder_feed(d, bytes, n);
    buf_add(text, part->data ? part->data : "", part->len);
    part = decoder_end(d);
    buf_add(text, part->data ? part->data : "", part->len);
    decoder_free(d);
}

/* Names as the server wrote them; a header that came twice has two values. */
static struct value headers_value(struct run *run, const json_t *headers)
{
    struct value map = map_new(run->vm), list;
    size_t i;
    json_t *pair;
    json_array_foreach(headers, i, pair)
    {
        struct value text = string_from(pair_text(pair, 1));
        if (map_get_str(AS_MAP(map), pair_text(pair, 0), &list)) {
            list_push(AS_LIST(list), text);
        } else {
            list = list_new(run->vm, 1);
            list_push(AS_LIST(list), text);
            map_set_str(AS_MAP(map), pair_text(pair, 0), list);
            value_release(list);
        }
        value_release(text);
    }
    return map;
}

struct value http_answer_new(struct run *run, int status, const struct buf *content, const json_t *headers)
{
    struct http_answer *a = xcalloc(1, sizeof(*a));
    *a = (struct http_answer){
        .status = status,
        .content = content ? string_new(content->data ? content->data : "", content->len) : NULL_VALUE,
        .headers = headers_value(run, headers),
        .charset = charset_of(headers),
    };
    return native_new(run->vm, vm_class(run->vm, "ResponseContentSupplier"), a);
}
