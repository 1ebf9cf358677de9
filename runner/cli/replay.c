/* gmrun replay and restart: the same pipeline text, parameters and commit as a new build of the same job;
 * restart skips the stages before one.
 *
 * The text is the one that was stored with the build (state/build.h), so a change of the file in between
 * does not matter; what the pipeline checks out is the recorded commit. */
#include "runner/cli/cli.h"
#include "runner/cli/options.h"
#include <string.h>

/* The recorded ones, then those of the command line, which count. A password is not in the record: its
 * default counts, unless --param gives it anew. */
static void take_params(struct run_options *o, const json_t *params)
{
    /* Recorded ones first: of several values the last counts. */
    text_list given = o->params;
    o->params = (text_list){0};
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)params, name, value)
    {
        _cleanup_free_ char *other = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY);
        if (!json_is_null(value) && !str_eq(json_string_value(value), "****"))
            vec_push(&o->params,
                     arena_printf(&o->arena, "%s=%s", name, other ? other : json_string_value(value)));
    }
    for (size_t i = 0; i < given.len; i++)
        vec_push(&o->params, given.items[i]);
    vec_release(&given);
}

static const char *kept_text(struct run_options *o, const json_t *record, const char *key)
{
    const char *text = json_string_value(json_object_get(record, key));
    return text ? arena_strdup(&o->arena, text) : NULL;
}

/* The record is borrowed by the run until cmd_run_with() returns. */
static int run_again(struct run_options *o)
{
    char *job;
    int number;
    size_t len;
    struct error err = {0};
    if (build_operand(o, o->args.items[0], &job, &number, &err))
        return cli_refuse(&err);
    json_t *record = build_load(&o->home, job, number, &err);
    _cleanup_free_ char *text = record ? build_load_pipeline(&o->home, job, number, &len, &err) : NULL;
    if (!text) {
        json_decref(record);
        return cli_refuse(&err);
    }
    const char *file = kept_text(o, record, "file");
    /* Its name only, for messages: the text is not read from there. */
    o->file = file ? file : "Jenkinsfile";
    o->job = job;
    o->commit = kept_text(o, record, "commit");
    o->pipeline_text = text;
    o->pipeline_len = len;
    o->replayed = record;
    options_restore(o, json_object_get(record, "options"));
    if (o->restart && o->no_branch)
        o->commit = NULL; /* only a multibranch job is bound to its commit: the text is the old one, the
                             checkout is not */
    take_params(o, json_object_get(record, "params"));
    int status = cmd_run_with(o);
    json_decref(record);
    return status;
}

int cmd_replay(struct run_options *o)
{
    return run_again(o);
}

int cmd_restart(struct run_options *o)
{
    struct error err = {0};
    if (!o->from) {
        error_set(&err, ERROR_USAGE, "restart: name the stage by --from STAGE");
        return cli_refuse(&err);
    }
    o->restart = true;
    return run_again(o);
}
