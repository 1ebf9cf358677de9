/* Lookups in the catalog's tables. The rows are in catalog_steps.c, catalog_foreign.c and
 * catalog_sections.c. */
#include "parser/catalog.h"
#include "base/buf.h"
#include "base/util.h"
#include <limits.h>
#include <string.h>

/* `name` need not be terminated, so strncmp() cannot tell a prefix from the whole. */
static int compare(const char *name, size_t len, const char *row)
{
    int order = strncmp(name, row, len);
    return order ? order : -(row[len] != 0);
}

/* Binary: the rows are sorted by byte value, capitals first (tests/unit/test_validate.c would find a row
 * out of place only by chance, so insert with care). */
const struct catalog_step *catalog_find(const struct catalog_table *table, const char *name, size_t len)
{
    size_t low = 0, high = table->len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare(name, len, table->rows[middle].name);
        if (order == 0)
            return &table->rows[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct catalog_step *catalog_step(const char *name, size_t len)
{
    const struct catalog_step *step = catalog_find(&catalog_steps, name, len);
    return step ? step : catalog_find(&catalog_foreign_steps, name, len);
}

const struct catalog_step *catalog_option(const char *name, size_t len)
{
    const struct catalog_step *option = catalog_find(&catalog_options, name, len);
    if (option)
        return option;
    option = catalog_step(name, len);
    return option && (option->flags & (ENTRY_ROOT | ENTRY_STAGE)) ? option : NULL;
}

const struct catalog_param *catalog_param(const struct catalog_step *step, const char *name)
{
    for (const struct catalog_param *p = step->params; p && p->name; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

size_t catalog_required_count(const struct catalog_step *step)
{
    size_t count = 0;
    for (const struct catalog_param *p = step->params; p && p->name; p++)
        count += p->flags & PARAM_REQUIRED;
    return count;
}

const struct catalog_param *catalog_sole_param(const struct catalog_step *step)
{
    const struct catalog_param *sole = NULL, *required = NULL;
    size_t count = 0;
    for (const struct catalog_param *p = step->params; p && p->name; p++) {
        if (p->flags & PARAM_SOLE)
            sole = p;
        if (p->flags & PARAM_REQUIRED) {
            required = p;
            count++;
        }
    }
    return count == 1 ? required : count ? NULL : sole;
}

enum { NAME_MAX_LEN = 128 };

/* Jenkins measures the plain Levenshtein distance (hudson.util.EditDistance): no transpositions. */
static int levenshtein(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    if (n >= NAME_MAX_LEN || m >= NAME_MAX_LEN)
        return INT_MAX - 1;
    int row[NAME_MAX_LEN + 1];
    for (size_t i = 0; i <= n; i++)
        row[i] = (int)i;
    for (size_t j = 0; j < m; j++) {
        int diagonal = row[0];
        row[0] = (int)j + 1;
        for (size_t i = 0; i < n; i++) {
            int best = diagonal + (a[i] != b[j]);
            diagonal = row[i + 1];
            if (row[i] + 1 < best)
                best = row[i] + 1;
            if (diagonal + 1 < best)
                best = diagonal + 1;
            row[i + 1] = best;
        }
    }
    return row[n];
}

const char *catalog_nearest_param(const struct catalog_step *step, const char *name)
{
    const char *nearest = NULL;
    int best = INT_MAX;
    for (const struct catalog_param *p = step->params; p && p->name; p++) {
        int distance = levenshtein(name, p->name);
        if (distance < best) {
            best = distance;
            nearest = p->name;
        }
    }
    return nearest;
}

/* Unlike Jenkins, which always names its nearest, a step that is far away is not suggested: most unknown
 * names are methods of a library. */
const char *catalog_nearest_step(const char *name)
{
    const struct catalog_table *tables[] = {&catalog_steps, &catalog_foreign_steps};
    const char *nearest = NULL;
    int best = (int)strlen(name) / 3 + 2;
    for (size_t t = 0; t < ARRAY_LEN(tables); t++)
        for (size_t i = 0; i < tables[t]->len; i++) {
            const char *row = tables[t]->rows[i].name;
            int distance = strcasecmp(name, row) == 0 ? 0 : edit_distance(name, row);
            if (distance < best) {
                best = distance;
                nearest = row;
            }
        }
    return nearest;
}

const char *catalog_type_name(enum catalog_type type)
{
    static const char *const names[TYPE_COUNT] = {
        [TYPE_ANY] = "class java.lang.Object",
        [TYPE_STRING] = "class java.lang.String",
        [TYPE_INT] = "int",
        [TYPE_LONG] = "long",
        [TYPE_BOOL] = "boolean",
        [TYPE_INTEGER] = "class java.lang.Integer",
        [TYPE_LONG_OBJECT] = "class java.lang.Long",
        [TYPE_BOOLEAN] = "class java.lang.Boolean",
        [TYPE_DOUBLE] = "class java.lang.Double",
        [TYPE_TIME_UNIT] = "class java.util.concurrent.TimeUnit",
        [TYPE_LIST] = "interface java.util.List",
        [TYPE_MAP] = "interface java.util.Map",
        [TYPE_SCM] = "class hudson.scm.SCM",
        [TYPE_RESULT] = "class hudson.model.Result",
    };
    return names[type];
}

static bool is_listed(const struct catalog_step *row, unsigned flags)
{
    return !(row->flags & ENTRY_HIDDEN) && (!flags || (row->flags & flags));
}

static const char *next_name(const struct catalog_table *table, size_t *i, unsigned flags)
{
    while (table && *i < table->len && !is_listed(&table->rows[*i], flags))
        ++*i;
    return table && *i < table->len ? table->rows[*i].name : NULL;
}

/* For options a merge of two sorted tables: the option table and the block steps that may be options. */
void catalog_names(const struct catalog_table *table, unsigned flags, struct buf *out)
{
    const struct catalog_table *other = table == &catalog_options ? &catalog_steps : NULL;
    size_t i = 0, j = 0;
    bool first = true;
    buf_addch(out, '[');
    for (;;) {
        const char *a = next_name(table, &i, flags), *b = next_name(other, &j, flags);
        if (!a && !b)
            break;
        bool take_a = a && (!b || strcmp(a, b) <= 0);
        buf_printf(out, "%s%s", first ? "" : ", ", take_a ? a : b);
        *(take_a ? &i : &j) += 1;
        first = false;
    }
    buf_addch(out, ']');
}
