/* Builds the tree from libyaml's events rather than from its documents: only events give the place of each
 * node while limits can still stop the reading. The builder recurses, YAML_MAX_DEPTH deep at most.
 *
 * libyaml is YAML 1.1; what differs to 1.2 in files that people write (yes/no, octals) is decided by
 * readers (yaml_value.c, yaml_json.c), as the tree keeps texts. Tags are refused a meaning: a tagged
 * scalar is a text. */
#include "base/yaml.h"
#include "base/buf.h"
#include "base/util.h"
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

/* In the order of the document; a name may be used again, so the last one counts. */
struct anchor {
    const char *name;
    struct yaml_node *node; /* NULL while the node is being built: an alias to it would be a cycle */
};

struct reader {
    struct yaml_doc *doc;
    yaml_parser_t parser;
    yaml_event_t event;
    bool has_event;
    /* of the document at hand */
    VEC(struct anchor) anchors;
    struct error *err;
};

static int fail(struct reader *r, const yaml_mark_t *m, const char *what)
{
    return error_at(r->err, ERROR_SYNTAX, r->doc->file, (int)m->line + 1, (int)m->column + 1, "%s", what);
}

static int parser_error(struct reader *r)
{
    const yaml_parser_t *p = &r->parser;
    const char *problem = p->problem ? p->problem : "not readable as YAML";
    yaml_mark_t mark = p->problem_mark;
    /* Bytes that are no UTF-8, control characters: found before there is a token with a place. */
    if (p->error != YAML_READER_ERROR)
        return fail(r, &mark, problem);
    /* The reader knows only the byte */
    mark.line = mark.column = 0;
    for (size_t i = 0; i < p->problem_offset && i < r->doc->len; i++) {
        bool newline = r->doc->text[i] == '\n';
        mark.line += newline;
        mark.column = newline ? 0 : mark.column + ((r->doc->text[i] & 0xc0) != 0x80);
    }
    return fail(r, &mark, problem);
}

static int next_event(struct reader *r)
{
    if (r->has_event)
        yaml_event_delete(&r->event);
    r->has_event = yaml_parser_parse(&r->parser, &r->event) != 0;
    return r->has_event ? 0 : parser_error(r);
}

static struct yaml_node *node_new(struct reader *r, enum yaml_kind kind)
{
    struct yaml_node *n = arena_new(&r->doc->arena, struct yaml_node);
    n->kind = kind;
    n->line = (int)r->event.start_mark.line + 1;
    n->col = (int)r->event.start_mark.column + 1;
    n->weight = 1;
    return n;
}

static size_t anchor_open(struct reader *r, const yaml_char_t *name)
{
    if (!name)
        return SIZE_MAX;
    struct anchor a = {arena_strdup(&r->doc->arena, (const char *)name), NULL};
    vec_push(&r->anchors, a);
    return r->anchors.len - 1;
}

static void anchor_close(struct reader *r, size_t i, struct yaml_node *n)
{
    if (i != SIZE_MAX)
        r->anchors.items[i].node = n;
}

static struct yaml_node *build_alias(struct reader *r)
{
    const char *name = (const char *)r->event.data.alias.anchor;
    for (size_t i = r->anchors.len; i-- > 0;) {
        if (!str_eq(r->anchors.items[i].name, name))
            continue;
        /* &a [*a]: the node would hold itself. */
        if (!r->anchors.items[i].node)
            fail(r, &r->event.start_mark, "the alias refers to a node that it is part of");
        return r->anchors.items[i].node;
    }
    error_at(r->err, ERROR_SYNTAX, r->doc->file, (int)r->event.start_mark.line + 1,
             (int)r->event.start_mark.column + 1, "unknown alias *%s", name);
    return NULL;
}

static bool is_null(const struct yaml_node *n)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};
    for (size_t i = 0; n->plain && i < ARRAY_LEN(words); i++)
        if (strcmp(n->text, words[i]) == 0)
            return true;
    return false;
}

static struct yaml_node *build_scalar(struct reader *r)
{
    struct yaml_node *n = node_new(r, YAML_TEXT);
    size_t i = anchor_open(r, r->event.data.scalar.anchor);
    n->plain = r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !r->event.data.scalar.tag;
    n->len = r->event.data.scalar.length;
    n->text = arena_strndup(&r->doc->arena, (const char *)r->event.data.scalar.value, n->len);
    /* NUL (a "\0" escape) would cut the text short for every reader */
    if (memchr(n->text, 0, n->len)) {
        fail(r, &r->event.start_mark, "the text holds a NUL character");
        return NULL;
    }
    if (is_null(n))
        n->kind = YAML_NULL;
    anchor_close(r, i, n);
    return n;
}

static struct yaml_node *build(struct reader *r, int depth);

static int weigh(struct reader *r, struct yaml_node *n, const struct yaml_node *child)
{
    /* An alias weighs what it stands for: ten lines of ten aliases each are ten thousand million values. */
    n->weight += child->weight;
    if (n->weight <= YAML_MAX_WEIGHT)
        return 0;
    return yaml_error(r->err, r->doc, n, "more than %d values (aliases written out)", YAML_MAX_WEIGHT);
}

static struct yaml_node *build_list(struct reader *r, int depth)
{
    struct yaml_node *n = node_new(r, YAML_LIST);
    size_t anchor = anchor_open(r, r->event.data.sequence_start.anchor);
    n->flow = r->event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    VEC(struct yaml_node *) items = {0};
    int rc = 0;
    while (!(rc = next_event(r)) && r->event.type != YAML_SEQUENCE_END_EVENT) {
        struct yaml_node *item = build(r, depth + 1);
        if ((rc = item ? weigh(r, n, item) : -1))
            break;
        vec_push(&items, item);
    }
    if (!rc) {
        n->len = items.len;
        /* Exactly as many as there are, and never 0 bytes. */
        n->items = arena_alloc(&r->doc->arena, (items.len + 1) * sizeof(*n->items));
        if (items.len)
            memcpy(n->items, items.items, items.len * sizeof(*n->items));
        anchor_close(r, anchor, n);
    }
    vec_release(&items);
    return rc ? NULL : n;
}

static int compare_pairs(const void *a, const void *b)
{
    const struct yaml_pair *x = *(struct yaml_pair *const *)a, *y = *(struct yaml_pair *const *)b;
    int order = strcmp(x->key, y->key);
    return order ? order : x < y ? -1 : x > y;
}

/* Sorted copies make neighbours of equal keys, however many there are. */
static int refuse_duplicates(struct reader *r, const struct yaml_node *map)
{
    _cleanup_free_ struct yaml_pair **sorted = xmalloc(map->len * sizeof(*sorted));
    for (size_t i = 0; i < map->len; i++)
        sorted[i] = &map->pairs[i];
    qsort(sorted, map->len, sizeof(*sorted), compare_pairs);
    for (size_t i = 1; i < map->len; i++)
        if (strcmp(sorted[i - 1]->key, sorted[i]->key) == 0)
            return error_at(r->err, ERROR_SYNTAX, r->doc->file, sorted[i]->line, sorted[i]->col,
                            "the key '%s' stands twice, first in line %d", sorted[i]->key,
                            sorted[i - 1]->line);
    return 0;
}

typedef VEC(struct yaml_pair) pair_list;

/* Looks each key up by comparing, so the keys of a map's merges are limited before they are looked at: also
 * those that turn out to be there already. */
enum { MERGE_MAX = 1000 };

static int merge_from(struct reader *r, struct yaml_node *n, pair_list *pairs, size_t *seen,
                      struct yaml_node *from)
{
    if (from->kind != YAML_MAP)
        return yaml_error(r->err, r->doc, from, "a merge key needs a map, this is %s", yaml_kind_name(from));
    *seen += from->len;
    if (*seen > MERGE_MAX)
        return yaml_error(r->err, r->doc, n, "too many merged keys");
    for (size_t i = 0; i < from->len; i++) {
        bool present = false;
        for (size_t k = 0; k < pairs->len && !present; k++)
            present = strcmp(pairs->items[k].key, from->pairs[i].key) == 0;
        if (!present)
            vec_push(pairs, from->pairs[i]);
    }
    return 0;
}

static int merge(struct reader *r, struct yaml_node *n, pair_list *pairs, struct yaml_node *from)
{
    size_t seen = 0;
    if (from->kind != YAML_LIST)
        return merge_from(r, n, pairs, &seen, from);
    for (size_t i = 0; i < from->len; i++)
        if (merge_from(r, n, pairs, &seen, from->items[i]))
            return -1;
    return 0;
}

static int build_pair(struct reader *r, struct yaml_node *n, pair_list *pairs, struct yaml_node **merged,
                      int depth)
{
    if (r->event.type != YAML_SCALAR_EVENT)
        return fail(r, &r->event.start_mark, "a key must be a text");
    struct yaml_node *key = build_scalar(r);
    if (!key || next_event(r))
        return -1;
    struct yaml_node *value = build(r, depth + 1);
    if (!value || weigh(r, n, value))
        return -1;
    /* A second << is an ordinary key, which readers refuse as unknown. */
    if (key->plain && strcmp(key->text, "<<") == 0 && !*merged) {
        *merged = value;
        return 0;
    }
    struct yaml_pair pair = {key->text, key->line, key->col, value};
    vec_push(pairs, pair);
    return 0;
}

static struct yaml_node *build_map(struct reader *r, int depth)
{
    struct yaml_node *n = node_new(r, YAML_MAP), *merged = NULL;
    size_t anchor = anchor_open(r, r->event.data.mapping_start.anchor);
    n->flow = r->event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
    pair_list pairs = {0};
    int rc = 0;
    while (!(rc = next_event(r)) && r->event.type != YAML_MAPPING_END_EVENT)
        if ((rc = build_pair(r, n, &pairs, &merged, depth)))
            break;
    if (!rc) {
        rc = merged ? merge(r, n, &pairs, merged) : 0;
        n->len = pairs.len;
        n->pairs = arena_alloc(&r->doc->arena, (pairs.len + 1) * sizeof(*n->pairs));
        if (pairs.len)
            memcpy(n->pairs, pairs.items, pairs.len * sizeof(*n->pairs));
        anchor_close(r, anchor, n);
    }
    vec_release(&pairs);
    return rc || refuse_duplicates(r, n) ? NULL : n;
}

static struct yaml_node *build(struct reader *r, int depth)
{
    if (depth > YAML_MAX_DEPTH) {
        error_at(r->err, ERROR_SYNTAX, r->doc->file, (int)r->event.start_mark.line + 1,
                 (int)r->event.start_mark.column + 1, "nested more than %d deep", YAML_MAX_DEPTH);
        return NULL;
    }
    switch (r->event.type) {
    case YAML_ALIAS_EVENT:
        return build_alias(r);
    case YAML_SCALAR_EVENT:
        return build_scalar(r);
    case YAML_SEQUENCE_START_EVENT:
        return build_list(r, depth);
    case YAML_MAPPING_START_EVENT:
        return build_map(r, depth);
    default:
        fail(r, &r->event.start_mark, "unexpected end");
        return NULL;
    }
}

/* The next document; 1 at the end of the stream. */
static int read_document(struct reader *r, struct yaml_node **root)
{
    if (next_event(r)) /* document start */
        return -1;
    if (r->event.type == YAML_STREAM_END_EVENT)
        return 1;
    r->anchors.len = 0;
    if (next_event(r) || !(*root = build(r, 0)))
        return -1;
    return next_event(r); /* document end */
}

static int read_stream(struct reader *r)
{
    if (next_event(r)) /* stream start */
        return -1;
    int rc = read_document(r, &r->doc->root);
    if (rc)
        return rc < 0 ? -1 : 0;
    if (next_event(r))
        return -1;
    return r->event.type == YAML_STREAM_END_EVENT ? 0 : fail(r, &r->event.start_mark, "a second document");
}

/* The weight of all documents together is limited. */
static int read_all(struct reader *r)
{
    VEC(struct yaml_node *) roots = {0};
    struct yaml_node *root = NULL;
    size_t weight = 0;
    int rc = next_event(r); /* stream start */
    while (!rc && !(rc = read_document(r, &root))) {
        weight += root->weight;
        if (weight > YAML_MAX_WEIGHT)
            rc = yaml_error(r->err, r->doc, root, "more than %d values (aliases written out)",
                            YAML_MAX_WEIGHT);
        else if (root->kind != YAML_NULL)
            vec_push(&roots, root);
    }
    if (rc > 0) {
        struct yaml_doc *d = r->doc;
        d->n_roots = roots.len;
        d->roots = arena_alloc(&d->arena, (roots.len + 1) * sizeof(root));
        for (size_t i = 0; i < roots.len; i++)
            d->roots[i] = roots.items[i];
    }
    vec_release(&roots);
    return rc < 0 ? -1 : 0;
}

static int parse_text(struct yaml_doc *doc, int (*read_it)(struct reader *), struct error *err)
{
    struct reader r = {.doc = doc, .err = err};
    if (!yaml_parser_initialize(&r.parser))
        return error_set(err, ERROR_SYSTEM, "%s: out of memory", doc->file);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)doc->text, doc->len);
    /* Not guessed: a byte order mark of UTF-16 would turn checks of bytes into nothing. */
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    int rc = read_it(&r);
    if (r.has_event)
        yaml_event_delete(&r.event);
    yaml_parser_delete(&r.parser);
    vec_release(&r.anchors);
    if (rc)
        doc->root = NULL;
    return rc;
}

static int parse_copy(struct yaml_doc *doc, const char *file, const char *text, size_t len,
                      int (*read_it)(struct reader *), struct error *err)
{
    doc->file = arena_strdup(&doc->arena, file);
    if (len > YAML_MAX_BYTES)
        return error_set(err, ERROR_INVALID, "%s: larger than %d MiB", file, YAML_MAX_BYTES >> 20);
    doc->text = xmalloc(len + 1);
    memcpy(doc->text, text, len);
    doc->text[len] = 0;
    doc->len = len;
    return parse_text(doc, read_it, err);
}

int yaml_parse(struct yaml_doc *doc, const char *file, const char *text, size_t len, struct error *err)
{
    return parse_copy(doc, file, text, len, read_stream, err);
}

int yaml_parse_all(struct yaml_doc *doc, const char *file, const char *text, size_t len, struct error *err)
{
    return parse_copy(doc, file, text, len, read_all, err);
}

int yaml_load_fd(struct yaml_doc *doc, int fd, const char *file, struct error *err)
{
    struct buf text = {0};
    doc->file = arena_strdup(&doc->arena, file);
    for (;;) {
        buf_reserve(&text, 16384);
        ssize_t n = read(fd, text.data + text.len, 16384);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            buf_release(&text);
            return error_errno(err, "%s", file);
        }
        text.len += (size_t)n;
        if (n == 0 || text.len > YAML_MAX_BYTES)
            break;
    }
    doc->len = text.len;
    doc->text = buf_steal(&text);
    if (doc->len > YAML_MAX_BYTES)
        return error_set(err, ERROR_INVALID, "%s: larger than %d MiB", file, YAML_MAX_BYTES >> 20);
    return parse_text(doc, read_stream, err);
}

int yaml_load(struct yaml_doc *doc, const char *file, struct error *err)
{
    _cleanup_(close_fd) int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_errno(err, "%s", file);
    return yaml_load_fd(doc, fd, file, err);
}

void yaml_release(struct yaml_doc *doc)
{
    arena_release(&doc->arena);
    free(doc->text);
    memset(doc, 0, sizeof(*doc));
}

static void wipe_node(struct yaml_node *n)
{
    if (n->kind == YAML_TEXT)
        /* Keys are not secret. */
        explicit_bzero((char *)(uintptr_t)n->text, n->len);
    for (size_t i = 0; n->kind == YAML_LIST && i < n->len; i++)
        wipe_node(n->items[i]);
    for (size_t i = 0; n->kind == YAML_MAP && i < n->len; i++)
        wipe_node(n->pairs[i].value);
}

void yaml_wipe(struct yaml_doc *doc)
{
    if (doc->root)
        wipe_node(doc->root);
    for (size_t i = 0; i < doc->n_roots; i++)
        wipe_node(doc->roots[i]);
    if (doc->text)
        explicit_bzero(doc->text, doc->len);
    yaml_release(doc);
}
