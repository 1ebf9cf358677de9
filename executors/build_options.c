/* See build_options.h. Names are those of docker/cli's `image build` before BuildKit, whose API this is.
 *
 * The query is gathered as JSON, which knows lists and maps, and is made text at the very end: the same
 * option may come from arguments, from the step and from a tag. */
#include "executors/build_options.h"
#include "agents/docker_options.h"
#include "agents/engine.h"
#include "base/util.h"
#include <string.h>

static int as_file(struct option_target *t, const struct docker_option *o, const char *value)
{
    struct build_options *b = t->data;
    free(b->dockerfile);
    b->dockerfile = xstrdup(value);
    return 0;
}

/* Without "=" the value is the environment's, and null where it has none: the engine then takes ARG's
 * default. */
static int as_argument(struct option_target *t, const struct docker_option *o, const char *value)
{
    const char *equals = strchr(value, '=');
    if (equals)
        return option_pair(t, o, value);
    const char *given = option_variable(t, value);
    return option_put_member(t, o->path, value, given ? option_json(given) : json_null());
}

/* Refused rather than ignored: an image without its secret or its cache would be another one. */
static int as_buildkit(struct option_target *t, const struct docker_option *o, const char *value)
{
    return error_set(t->err, ERROR_INVALID,
                     "option --%s of docker build needs BuildKit, which the engine's API does not offer; "
                     "use sh 'docker buildx build …'",
                     o->name);
}

static const struct docker_option options[] = {
    {"add-host", 0, "extrahosts", option_item, false},
    {"build-arg", 0, "buildargs", as_argument, false},
    {"cache-from", 0, "cachefrom", option_item, false},
    {"cache-to", 0, NULL, as_buildkit, false},
    {"cgroup-parent", 0, "cgroupparent", option_text, false},
    {"compress", 0, NULL, option_nothing, true},
    {"cpu-period", 0, "cpuperiod", option_number, false},
    {"cpu-quota", 0, "cpuquota", option_number, false},
    {"cpu-shares", 'c', "cpushares", option_number, false},
    {"cpuset-cpus", 0, "cpusetcpus", option_text, false},
    {"cpuset-mems", 0, "cpusetmems", option_text, false},
    {"disable-content-trust", 0, NULL, option_nothing, true},
    {"file", 'f', NULL, as_file, false},
    {"force-rm", 0, "forcerm", option_flag, true},
    {"isolation", 0, "isolation", option_text, false},
    {"label", 0, "labels", option_pair, false},
    {"memory", 'm', "memory", option_bytes, false},
    {"memory-swap", 0, "memswap", option_bytes, false},
    {"network", 0, "networkmode", option_text, false},
    {"no-cache", 0, "nocache", option_flag, true},
    {"output", 'o', NULL, as_buildkit, false},
    {"platform", 0, "platform", option_text, false},
    {"progress", 0, NULL, option_nothing, false},
    {"pull", 0, "pull", option_flag, true},
    {"quiet", 'q', "q", option_flag, true},
    {"rm", 0, "rm", option_flag, true},
    {"secret", 0, NULL, as_buildkit, false},
    {"shm-size", 0, "shmsize", option_bytes, false},
    {"squash", 0, "squash", option_flag, true},
    {"ssh", 0, NULL, as_buildkit, false},
    {"tag", 't', "t", option_item, false},
    {"target", 0, "target", option_text, false},
};

static int as_context(struct option_target *t, const char *word)
{
    struct build_options *b = t->data;
    if (b->context)
        return error_set(t->err, ERROR_INVALID, "docker build takes one context, not both '%s' and '%s'",
                         b->context, word);
    b->context = xstrdup(word);
    return 0;
}

void build_options_init(struct build_options *b)
{
    b->query = json_pack("{s:b, s:b}", "rm", 1, "forcerm", 1); /* a failed step leaves no container */
}

int build_options_apply(struct build_options *b, const char *args, struct error *err)
{
    static const struct docker_command command = {"docker build", options, ARRAY_LEN(options), as_context};
    struct option_target t = {.json = b->query, .data = b, .env = b->env, .err = err};
    return docker_options_apply(&command, &t, args);
}

void build_options_tag(struct build_options *b, const char *tag)
{
    struct option_target t = {.json = b->query, .data = b, .env = b->env};
    option_append(&t, "t", option_json(tag));
}

/* `row` gives as_argument() the place in the query that the option of that name has. */
void build_options_arg(struct build_options *b, const char *entry)
{
    static const struct docker_option row = {"build-arg", 0, "buildargs", as_argument, false};
    struct option_target t = {.json = b->query, .data = b, .env = b->env};
    as_argument(&t, &row, entry);
}

static void add_pair(struct buf *out, const char *name, const char *value)
{
    buf_printf(out, "%s%s=", out->len ? "&" : "", name);
    engine_escape(out, value);
}

/* Numbers, lists and maps as compact JSON: what the engine's query parser takes for buildargs, labels,
 * cachefrom. */
static void add_value(struct buf *out, const char *name, const json_t *value)
{
    if (json_is_string(value)) {
        add_pair(out, name, json_string_value(value));
    } else if (json_is_boolean(value)) {
        add_pair(out, name, json_is_true(value) ? "1" : "0");
    } else {
        char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
        add_pair(out, name, text);
        free(text);
    }
}

/* Only tags and hosts are repeated; other lists travel as one JSON text [moby: image build's query]. */
void build_options_query(const struct build_options *b, struct buf *out)
{
    const char *name;
    json_t *value, *item;
    json_object_foreach(b->query, name, value)
    {
        size_t i;
        if (!str_eq(name, "t") && !str_eq(name, "extrahosts")) {
            add_value(out, name, value);
            continue;
        }
        json_array_foreach(value, i, item) add_value(out, name, item);
    }
}

void build_options_release(struct build_options *b)
{
    json_decref(b->query);
    free(b->dockerfile);
    free(b->context);
    *b = (struct build_options){0};
}
