/* YAML text to values, on libyaml's events.
 *
 * Aliases share the value they name. What a document would hold with every alias written out is
 * bounded (WEIGHT_MAX), since printing it would write it out.
 *
 * Events come one at a time into r->event; every function that reads a node begins with its first event
 * there and leaves its last one, so that the caller asks for the next. */
#include "runner/lib/yaml.h"
#include "runner/lib/yaml_scalar.h"
#include "runner/lib/ops.h"
#include <string.h>
#include <yaml.h>

enum { DEPTH_MAX = 200, WEIGHT_MAX = 1000000, BYTES_MAX = 64 << 20 };

struct anchor {
    char *name;
    struct value value;
    size_t weight;
    bool open; /* its node is still being read */
};

struct reader {
    struct vm *vm;
    yaml_parser_t parser;
    yaml_event_t event;
    bool has_event; /* r->event holds one that must be deleted */
    VEC(struct anchor) anchors;
    struct value places; /* Map: an anchor's name -> its place in the list, that of its latest use */
    size_t weight;
    int depth;
    struct error *err;
};

static int fail_at(struct reader *r, yaml_mark_t mark, const char *what)
{
    return error_at(r->err, ERROR_SYNTAX, NULL, (int)mark.line + 1, (int)mark.column + 1, "%s", what);
}

/* libyaml tells a broken encoding by another mark than a broken structure. */
static int next_event(struct reader *r)
{
    if (r->has_event)
        yaml_event_delete(&r->event);
    r->has_event = yaml_parser_parse(&r->parser, &r->event);
    if (r->has_event)
        return 0;
    const char *problem = r->parser.problem ? r->parser.problem : "malformed YAML";
    return fail_at(r, r->parser.error == YAML_READER_ERROR ? r->parser.mark : r->parser.problem_mark,
                   problem);
}

static int read_node(struct reader *r, struct value *out);

static void drop_anchor(struct anchor *a)
{
    free(a->name);
    value_release(a->value);
}

static void clear_anchors(struct reader *r)
{
    for (size_t i = 0; i < r->anchors.len; i++)
        drop_anchor(&r->anchors.items[i]);
    r->anchors.len = 0;
    value_release(r->places);
    r->places = NULL_VALUE;
}

/* A place for the anchor of the present event; -1 if it has none. */
static int open_anchor(struct reader *r, const yaml_char_t *name)
{
    if (!name)
        return -1;
    struct anchor a = {.name = xstrdup((const char *)name), .value = NULL_VALUE, .open = true};
    vec_push(&r->anchors, a);
    if (value_is_null(r->places))
        r->places = map_new(r->vm);
    int place = (int)r->anchors.len - 1;
    map_set_str(AS_MAP(r->places), a.name, value_int(place));
    return place;
}

/* The weight of what it stands for is added again: printing will write it out. */
static int read_alias(struct reader *r, struct value *out)
{
    const char *name = (const char *)r->event.data.alias.anchor;
    struct value place;
    if (value_is_null(r->places) || !map_get_str(AS_MAP(r->places), name, &place))
        return fail_at(r, r->event.start_mark, "found undefined alias");
    const struct anchor *a = &r->anchors.items[place.u.i];
    if (a->open)
        return fail_at(r, r->event.start_mark, "an alias inside of its own anchor is not supported");
    r->weight += a->weight;
    if (r->weight > WEIGHT_MAX)
        return fail_at(r, r->event.start_mark,
                       "too many aliases: the document would expand to more than a million nodes");
    *out = value_retain(a->value);
    return 0;
}

/* Quoted and !!str stay texts; !!int and its likes resolve as a plain one would. */
static int read_scalar(struct reader *r, struct value *out)
{
    const char *text = (const char *)r->event.data.scalar.value;
    size_t len = r->event.data.scalar.length;
    const char *tag = (const char *)r->event.data.scalar.tag;
    bool text_tag = tag && (str_eq(tag, YAML_STR_TAG) || str_eq(tag, "!"));
    bool typed = tag && !text_tag && str_has_prefix(tag, "tag:yaml.org,2002:");
    bool plain = r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    *out = (plain && !text_tag) || typed ? yaml_scalar_value(r->vm, text, len) : string_new(text, len);
    return 0;
}

static int read_list(struct reader *r, struct value *out)
{
    *out = list_new(r->vm, 0);
    for (;;) {
        struct value item = NULL_VALUE;
        if (next_event(r))
            return -1;
        if (r->event.type == YAML_SEQUENCE_END_EVENT)
            return 0;
        if (read_node(r, &item))
            return -1;
        list_push(AS_LIST(*out), item);
        value_release(item);
    }
}

/* Keys that are there already win. */
static void merge_map(struct map *to, const struct map *from)
{
    struct map_slot *slot;
    struct value found;
    for (size_t i = 0; map_next(from, &i, &slot);) {
        if (!map_get(to, slot->key, &found))
            map_set(to, slot->key, slot->value);
    }
}

/* `<<: *base` or `<<: [*a, *b]`: what the map does not say itself. */
static int merge(struct reader *r, struct map *to, struct value from, yaml_mark_t mark)
{
    if (value_is_map(from)) {
        merge_map(to, AS_MAP(from));
        return 0;
    }
    for (size_t i = 0; value_is(from, OBJ_LIST) && i < AS_LIST(from)->len; i++) {
        if (!value_is_map(AS_LIST(from)->items[i]))
            return fail_at(r, mark, "expected a mapping for merging");
        merge_map(to, AS_MAP(AS_LIST(from)->items[i]));
    }
    return value_is(from, OBJ_LIST) ? 0
                                    : fail_at(r, mark, "expected a mapping or list of mappings for merging");
}

/* `<<` counts as merging only when plain: a quoted one is a key. */
static int read_pair(struct reader *r, struct map *m, struct value merges)
{
    _cleanup_(value_release_ptr) struct value key = NULL_VALUE, v = NULL_VALUE;
    yaml_mark_t mark = r->event.start_mark;
    bool merging = r->event.type == YAML_SCALAR_EVENT &&
                   r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
                   strcmp((const char *)r->event.data.scalar.value, "<<") == 0;
    if (read_node(r, &key) || next_event(r) || read_node(r, &v))
        return -1;
    if (!merging) {
        map_set(m, key, v);
        return 0;
    }
    struct value scratch = map_new(r->vm);
    int rc = merge(r, AS_MAP(scratch), v, mark);
    list_push(AS_LIST(merges), scratch);
    value_release(scratch);
    return rc;
}

/* Merged keys stand before the map's own, as SnakeYAML puts them. */
static int read_map(struct reader *r, struct value *out)
{
    _cleanup_(value_release_ptr) struct value own = map_new(r->vm), merges = list_new(r->vm, 0);
    *out = map_new(r->vm);
    for (;;) {
        if (next_event(r))
            return -1;
        if (r->event.type == YAML_MAPPING_END_EVENT)
            break;
        if (read_pair(r, AS_MAP(own), merges))
            return -1;
    }
    for (size_t i = 0; i < AS_LIST(merges)->len; i++)
        merge_map(AS_MAP(*out), AS_MAP(AS_LIST(merges)->items[i]));
    struct map_slot *slot;
    for (size_t i = 0; map_next(AS_MAP(own), &i, &slot);)
        map_set(AS_MAP(*out), slot->key, slot->value);
    return 0;
}

static int read_content(struct reader *r, struct value *out)
{
    switch (r->event.type) {
    case YAML_SCALAR_EVENT:
        return read_scalar(r, out);
    case YAML_SEQUENCE_START_EVENT:
        return read_list(r, out);
    case YAML_MAPPING_START_EVENT:
        return read_map(r, out);
    default:
        return fail_at(r, r->event.start_mark, "expected a value");
    }
}

static const yaml_char_t *event_anchor(const yaml_event_t *e)
{
    return e->type == YAML_SCALAR_EVENT           ? e->data.scalar.anchor
           : e->type == YAML_SEQUENCE_START_EVENT ? e->data.sequence_start.anchor
           : e->type == YAML_MAPPING_START_EVENT  ? e->data.mapping_start.anchor
                                                  : NULL;
}

/* The present event begins a node; afterwards it is the node's last one. *out is owned also on failure. */
static int read_node(struct reader *r, struct value *out)
{
    if (r->event.type == YAML_ALIAS_EVENT)
        return read_alias(r, out);
    if (++r->depth > DEPTH_MAX || ++r->weight > WEIGHT_MAX)
        return fail_at(r, r->event.start_mark, r->depth > DEPTH_MAX ? "nested too deeply" : "too many nodes");
    int anchor = open_anchor(r, event_anchor(&r->event));
    size_t before = r->weight;
    int rc = read_content(r, out);
    r->depth--;
    if (anchor >= 0) {
        struct anchor *a = &r->anchors.items[anchor];
        a->value = value_retain(*out);
        a->weight = r->weight - before + 1;
        a->open = false;
    }
    return rc;
}

/* Anchors live as long as their document. */
static int read_documents(struct reader *r, struct list *documents)
{
    for (;;) {
        if (next_event(r))
            return -1;
        if (r->event.type == YAML_STREAM_END_EVENT)
            return 0;
        if (r->event.type != YAML_DOCUMENT_START_EVENT)
            continue;
        struct value document = NULL_VALUE;
        int rc = next_event(r) || read_node(r, &document);
        if (!rc)
            list_push(documents, document);
        value_release(document);
        clear_anchors(r);
        if (rc)
            return -1;
    }
}

int yaml_to_values(struct vm *vm, const char *text, size_t len, struct value *list, struct error *err)
{
    struct reader r = {.vm = vm, .places = NULL_VALUE, .err = err};
    *list = NULL_VALUE;
    if (len > BYTES_MAX)
        return error_set(err, ERROR_INVALID, "The YAML text is larger than 64 MiB");
    if (!yaml_parser_initialize(&r.parser))
        return error_set(err, ERROR_INVALID, "No memory for the YAML parser");
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, len);
    *list = list_new(vm, 0);
    int rc = read_documents(&r, AS_LIST(*list));
    if (r.has_event)
        yaml_event_delete(&r.event);
    yaml_parser_delete(&r.parser);
    clear_anchors(&r);
    vec_release(&r.anchors);
    if (rc) {
        value_release(*list);
        *list = NULL_VALUE;
    }
    return rc;
}

int yaml_to_value(struct vm *vm, const char *text, size_t len, struct value *out, struct error *err)
{
    struct value list;
    if (yaml_to_values(vm, text, len, &list, err))
        return -1;
    if (AS_LIST(list)->len > 1) {
        *out = list;
        return 0;
    }
    *out = AS_LIST(list)->len ? value_retain(AS_LIST(list)->items[0]) : NULL_VALUE;
    value_release(list);
    return 0;
}
