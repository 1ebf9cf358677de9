/* Causes: what started a build, as the records that build.json holds and as the first lines of its log.
 * Later builds read them from there (currentBuild.upstreamBuilds, when { triggeredBy }), so class names
 * and keys are those of Jenkins' causes. Who starts a build for another tells it by GMRUN_UPSTREAM,
 * "JOB#NUMBER". */
#include "runner/engine/causes.h"
#include "base/buf.h"
#include "runner/cli/run_options.h"
#include <ctype.h>
#include <string.h>

enum { DEPTH_LIMIT = 10 }; /* [core: Cause.UpstreamCause.MAX_DEPTH] */

#define UPSTREAM "hudson.model.Cause$UpstreamCause"
#define BUILD_UPSTREAM "org.jenkinsci.plugins.workflow.support.steps.build.BuildUpstreamCause"
#define RESTART "org.jenkinsci.plugins.pipeline.modeldefinition.causes.RestartDeclarativePipelineCause"
#define REPLAY "org.jenkinsci.plugins.workflow.cps.replay.ReplayCause"

static const struct {
    enum cause_kind kind;
    const char *class, *text;
} kinds[] = {
    {CAUSE_USER, "hudson.model.Cause$UserIdCause", "Started by user "},
    {CAUSE_TIMER, "hudson.triggers.TimerTrigger$TimerTriggerCause", "Started by timer"},
    {CAUSE_SCM, "hudson.triggers.SCMTrigger$SCMTriggerCause", "Started by an SCM change"},
    {CAUSE_UPSTREAM, UPSTREAM, "Started by upstream project"},
};

char *run_upstream(const struct run *run, int *number)
{
    const char *text = run->options->cause == CAUSE_UPSTREAM ? getenv("GMRUN_UPSTREAM") : NULL;
    /* A job's name may hold a #, a number does not. */
    const char *hash = text ? strrchr(text, '#') : NULL;
    *number = hash ? (int)strtol(hash + 1, NULL, 10) : 0;
    return hash ? xstrndup(text, (size_t)(hash - text)) : NULL;
}

static json_t *cause_new(const char *class, const char *text)
{
    return json_pack("{s:s,s:s}", "_class", class, "shortDescription", text);
}

/* [core: Job.getUrl, Util.rawEncode]: what it leaves as it is. */
static bool is_raw(char c)
{
    return isascii(c) && c && (isalnum((unsigned char)c) || strchr("!$&'()*+,-.=@_", c));
}

char *job_url(const char *job)
{
    _cleanup_(buf_release) struct buf url = {0};
    buf_addstr(&url, "job/");
    for (const char *p = job; *p; p++)
        if (*p == '/')
            buf_addstr(&url, "/job/");
        else if (is_raw(*p))
            buf_addch(&url, *p);
        else
            buf_printf(&url, "%%%02X", (unsigned char)*p);
    buf_addch(&url, '/');
    return xstrdup(url.data);
}

static json_t *upstream_cause(const char *job, int number)
{
    _cleanup_free_ char *url = job_url(job);
    _cleanup_free_ char *text = xasprintf("Started by upstream project \"%s\" build number %d", job, number);
    json_t *cause = cause_new(BUILD_UPSTREAM, text);
    json_object_set_new(cause, "upstreamBuild", json_integer(number));
    json_object_set_new(cause, "upstreamProject", json_string(job));
    json_object_set_new(cause, "upstreamUrl", json_string(url));
    return cause;
}

static json_t *user_cause(const char *user)
{
    _cleanup_free_ char *text = xasprintf("Started by user %s", user);
    json_t *cause = cause_new(kinds[CAUSE_USER].class, text);
    json_object_set_new(cause, "userId", json_string(user));
    json_object_set_new(cause, "userName", json_string(user));
    return cause;
}

/* What a restart or a replay adds to the user who asked for it. */
static json_t *again_cause(const struct run *run)
{
    int number = (int)json_integer_value(json_object_get(run->options->replayed, "number"));
    if (!run->restart_from) {
        _cleanup_free_ char *text = xasprintf("Replayed #%d", number);
        return cause_new(REPLAY, text);
    }
    _cleanup_free_ char *text = xasprintf("Restarted from build #%d, stage %s", number, run->restart_from);
    json_t *cause = cause_new(RESTART, text);
    json_object_set_new(cause, "originRunNumber", json_integer(number));
    json_object_set_new(cause, "originStage", json_string(run->restart_from));
    return cause;
}

json_t *causes_make(const struct run *run)
{
    int number;
    _cleanup_free_ char *by = run_upstream(run, &number);
    enum cause_kind kind = run->options->cause;
    json_t *list = json_array();
    json_array_append_new(list, by                   ? upstream_cause(by, number)
                                : kind == CAUSE_USER ? user_cause(run->options->user)
                                                     : cause_new(kinds[kind].class, kinds[kind].text));
    /* [ReplayAction, RestartDeclarativePipelineAction]: their cause stands beside the user's. */
    if (run->options->replayed)
        json_array_append_new(list, again_cause(run));
    return list;
}

static bool extends(const char *class, const char *wanted)
{
    return strcmp(class, wanted) == 0 || strcmp(wanted, "hudson.model.Cause") == 0 ||
           (strcmp(class, BUILD_UPSTREAM) == 0 && strcmp(wanted, UPSTREAM) == 0);
}

json_t *causes_of_class(const json_t *causes, const char *class)
{
    json_t *found = json_array(), *cause;
    size_t i;
    json_array_foreach(causes, i, cause)
    {
        const char *own = json_string_value(json_object_get(cause, "_class"));
        if (own && extends(own, class))
            json_array_append(found, cause);
    }
    return found;
}

/* ---- the head of the console [core: Cause.print, UpstreamCause.print] */

/* The depth is bounded twice: as in Jenkins, and because records of damaged builds could name each other. */
static void add_causes(const struct run *run, const json_t *causes, int depth, struct buf *out)
{
    size_t i;
    json_t *cause;
    json_array_foreach(causes, i, cause)
    {
        const char *text = json_string_value(json_object_get(cause, "shortDescription")),
                   *job = json_string_value(json_object_get(cause, "upstreamProject"));
        int number = (int)json_integer_value(json_object_get(cause, "upstreamBuild"));
        buf_printf(out, "%s%*s%s", out->len ? "\n" : "", depth, "", text ? text : "");
        json_t *origin =
            job && depth < DEPTH_LIMIT ? build_load((struct home *)&run->home, job, number, NULL) : NULL;
        const json_t *earlier = json_object_get(origin, "causes");
        if (json_array_size(earlier)) {
            buf_printf(out, "\n%*soriginally caused by:", depth, "");
            add_causes(run, earlier, depth + 1, out);
        }
        json_decref(origin);
    }
}

char *causes_text(const struct run *run)
{
    _cleanup_(buf_release) struct buf out = {0};
    json_t *causes = causes_make(run);
    add_causes(run, causes, 0, &out);
    json_decref(causes);
    return xstrdup(out.data);
}
