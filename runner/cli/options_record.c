/* Options that belong to a build, kept for running it again. The record has the options' own names and
 * values, so that it can be restored by the parser's functions. */
#include "runner/cli/options.h"
#include <string.h>

/* What changes the build's course. Not kept: how it was watched (console, quiet) and who started it. */
static const char *const kept[] = {"env",       "workspace", "dirty", "in-place", "branch",
                                   "no-branch", "scm",       "only",  "skip"};

static json_t *value_of(const struct run_options *o, const struct option_row *row)
{
    const char *at = (const char *)o + row->offset;
    if (row->kind == OPT_FLAG)
        return *(const bool *)at ? json_true() : NULL;
    if (row->kind == OPT_TEXT || row->kind == OPT_PATH)
        return *(const char *const *)at ? json_string(*(const char *const *)at) : NULL;
    const text_list *list = (const text_list *)at;
    json_t *array = list->len ? json_array() : NULL;
    for (size_t i = 0; i < list->len; i++)
        json_array_append_new(array, json_string(list->items[i]));
    return array;
}

json_t *options_record(const struct run_options *o)
{
    json_t *record = json_object();
    for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
        json_t *value = value_of(o, option_find("run", kept[i]));
        if (value)
            json_object_set_new(record, kept[i], value);
    }
    return record;
}

/* The record is a file that anyone may have edited: what does not fit is left out. */
static void restore(struct run_options *o, const struct option_row *row, const json_t *value)
{
    size_t i;
    json_t *item;
    if (row->kind == OPT_FLAG && json_is_true(value))
        option_store(o, row, NULL, NULL, NULL);
    else if (row->kind != OPT_FLAG && json_is_string(value))
        option_store(o, row, arena_strdup(&o->arena, json_string_value(value)), NULL, NULL);
    json_array_foreach(value, i,
                       item) if (json_is_string(item) && (row->kind == OPT_LIST || row->kind == OPT_PAIRS))
        option_store(o, row, arena_strdup(&o->arena, json_string_value(item)), NULL, NULL);
}

/* Only what the command line of the new run leaves open. */
void options_restore(struct run_options *o, const json_t *record)
{
    for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
        const struct option_row *row = option_find("run", kept[i]);
        json_t *value = json_object_get(record, kept[i]), *own = value_of(o, row);
        if (value && !own)
            restore(o, row, value);
        json_decref(own);
    }
}
