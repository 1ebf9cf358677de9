/* gmrun steps: the catalogue that the checks use, for people and as JSON. What it prints is what the
 * validator knows, so a step that is missing here is one that lint calls unknown. */
#include "parser/catalog.h"
#include "runner/cli/cli.h"
#include <string.h>

/* In the order in which they are printed. */
static const struct catalog_table *const tables[] = {
    &catalog_steps,      &catalog_foreign_steps, &catalog_options, &catalog_triggers, &catalog_parameters,
    &catalog_conditions, &catalog_agents,        &catalog_tools,   &catalog_symbols,
};

static json_t *row_json(const struct catalog_table *t, const struct catalog_step *s)
{
    json_t *row = json_pack("{s:s, s:s, s:s?, s:b}", "kind", t->what, "name", s->name, "help", s->help,
                            "supported", !s->unsupported);
    json_t *params = json_array();
    for (const struct catalog_param *p = s->params; p && p->name; p++)
        json_array_append_new(params, json_pack("{s:s, s:s, s:b}", "name", p->name, "type",
                                                catalog_type_name(p->type), "required",
                                                (p->flags & PARAM_REQUIRED) != 0));
    json_object_set_new(row, "params", params);
    if (s->unsupported)
        json_object_set_new(row, "unsupported", json_string(s->unsupported));
    return row;
}

/* "class java.lang.String" is "String" here. */
static const char *short_type(enum catalog_type type)
{
    const char *name = catalog_type_name(type), *dot = strrchr(name, '.');
    return dot ? dot + 1 : name;
}

static void print_row(const struct catalog_step *s)
{
    printf("  %-28s %s%s%s%s\n", s->name, s->help ? s->help : "", s->unsupported ? "  [not supported: " : "",
           s->unsupported ? s->unsupported : "", s->unsupported ? "]" : "");
}

static void print_all(void)
{
    for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
        printf("%s%s:\n", t ? "\n" : "",
               tables[t] == &catalog_foreign_steps ? "known by name" : tables[t]->what);
        for (size_t i = 0; i < tables[t]->len; i++)
            /* Hidden ones are accepted, but named in no list. */
            if (!(tables[t]->rows[i].flags & ENTRY_HIDDEN))
                print_row(&tables[t]->rows[i]);
    }
}

static void print_one(const struct catalog_table *t, const struct catalog_step *s)
{
    printf("%s (%s)\n", s->name, t->what);
    if (s->help)
        printf("  %s\n", s->help);
    if (s->unsupported)
        printf("  not supported: %s\n", s->unsupported);
    if (s->flags & (ENTRY_BLOCK | ENTRY_MAY_BLOCK))
        printf("  %s a block\n", s->flags & ENTRY_BLOCK ? "needs" : "may have");
    if (s->flags & ENTRY_NODE)
        printf("  needs a workspace: an enclosing agent or node\n");
    if (s->flags & (ENTRY_ROOT | ENTRY_STAGE))
        printf("  an option of %s\n", !(s->flags & ENTRY_STAGE)  ? "the pipeline"
                                      : !(s->flags & ENTRY_ROOT) ? "stages"
                                                                 : "the pipeline and of stages");
    for (const struct catalog_param *p = s->params; p && p->name; p++)
        printf("  %-28s %s%s\n", p->name, short_type(p->type), p->flags & PARAM_REQUIRED ? ", required" : "");
}

static int unknown(const char *name)
{
    VEC(const char *) names = {0};
    for (size_t t = 0; t < ARRAY_LEN(tables); t++)
        for (size_t i = 0; i < tables[t]->len; i++)
            vec_push(&names, tables[t]->rows[i].name);
    const char *near = nearest_name(name, names.items, names.len);
    fprintf(stderr, "gmrun: nothing is called '%s'%s%s%s\n", name, near ? "; did you mean '" : "",
            near ? near : "", near ? "'?" : "");
    vec_release(&names);
    return EXIT_USAGE;
}

int cmd_steps(struct run_options *o)
{
    const char *name = o->args.len ? o->args.items[0] : NULL;
    json_t *all = o->json ? json_array() : NULL;
    int found = 0;
    if (!name && !all)
        print_all();
    for (size_t t = 0; t < ARRAY_LEN(tables) && (name || all); t++)
        for (size_t i = 0; i < tables[t]->len; i++) {
            const struct catalog_step *s = &tables[t]->rows[i];
            if (name && strcmp(s->name, name) != 0)
                continue;
            found++;
            if (all)
                json_array_append_new(all, row_json(tables[t], s));
            else
                print_one(tables[t], s);
        }
    if (all && (found || !name)) {
        json_dumpf(all, stdout, JSON_INDENT(1));
        printf("\n");
    }
    json_decref(all);
    return name && !found ? unknown(name) : EXIT_OK;
}
