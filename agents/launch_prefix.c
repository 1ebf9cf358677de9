/* See launch_prefix.h. What is launched is the other launcher's own: kill and write go straight to it. */
#include "agents/launch_prefix.h"
#include "base/util.h"
#include <string.h>

static struct prefix_launcher *prefix_of(struct launcher *base)
{
    return CONTAINER_OF(base, struct prefix_launcher, launcher);
}

static struct launched *start(struct launcher *base, const struct launch *what,
                              const struct launch_callbacks *cb, void *data, struct error *err)
{
    struct prefix_launcher *l = prefix_of(base);
    VEC(const char *) argv = {0};
    for (size_t i = 0; i < l->n_words; i++)
        vec_push(&argv, l->words[i]);
    for (size_t i = 0; what->argv[i]; i++)
        vec_push(&argv, what->argv[i]);
    vec_push(&argv, NULL);
    struct launch all = *what;
    all.argv = argv.items;
    struct launched *p = l->under->ops->start(l->under, &all, cb, data, err);
    vec_release(&argv);
    return p;
}

static void stop(struct launcher *base, struct launched *p, int grace_ms)
{
    struct launcher *under = prefix_of(base)->under;
    under->ops->kill(under, p, grace_ms);
}

static bool busy(struct launcher *base)
{
    struct launcher *under = prefix_of(base)->under;
    return under->ops->busy(under);
}

static void feed(struct launcher *base, struct launched *p, const void *bytes, size_t n, bool end)
{
    struct launcher *under = prefix_of(base)->under;
    under->ops->write(under, p, bytes, n, end);
}

void prefix_launcher_init(struct prefix_launcher *l, struct launcher *under, const char *const *words)
{
    static const struct launcher_ops ops = {.start = start, .kill = stop, .busy = busy, .write = feed};
    *l = (struct prefix_launcher){.launcher = {.ops = &ops, .loop = under->loop}, .under = under};
    while (words[l->n_words])
        l->n_words++;
    l->words = xcalloc(l->n_words + 1, sizeof(*l->words));
    for (size_t i = 0; i < l->n_words; i++)
        l->words[i] = xstrdup(words[i]);
}

void prefix_launcher_release(struct prefix_launcher *l)
{
    for (size_t i = 0; i < l->n_words; i++)
        free(l->words[i]);
    free(l->words);
}
