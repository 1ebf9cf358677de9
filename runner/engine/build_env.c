#include "runner/engine/build_env.h"
#include "base/fs.h"
#include "runner/cli/run_options.h"
#include "runner/engine/objects.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

extern char **environ;

/* Variables of the runner that must not leak into steps: those of another build around this one. */
static bool inherited(const char *entry)
{
    static const char *const dropped[] = {
        "GMRUN_",      "JENKINS_",     "BUILD_",    "JOB_",    "NODE_",       "EXECUTOR_NUMBER=", "WORKSPACE",
        "STAGE_NAME=", "BRANCH_NAME=", "TAG_NAME=", "CHANGE_", "GIT_COMMIT=", "GIT_BRANCH="};
    for (size_t i = 0; i < ARRAY_LEN(dropped); i++)
        if (str_has_prefix(entry, dropped[i]))
            return false;
    return true;
}

static void set_pair(struct env *e, const char *pair)
{
    const char *equals = strchr(pair, '=');
    _cleanup_free_ char *name = equals ? xstrndup(pair, (size_t)(equals - pair)) : NULL;
    if (name && *name)
        env_set(e, name, equals + 1);
}

static void fill_base(struct run *run)
{
    const struct config *c = run->config;
    for (char **p = environ; *p; p++)
        if (inherited(*p))
            set_pair(&run->base_env, *p);
    for (size_t i = 0; i < c->n_env; i++)
        env_set(&run->base_env, c->env[i].name, c->env[i].value);
}

/* [branch-api: BranchNameContributor]: milliseconds, seconds, java.util.Date.toString() */
static void fill_tag(struct env *e, const char *tag, int64_t ms)
{
    char text[64];
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm;
    env_set(e, "TAG_NAME", tag);
    if (ms <= 0 || !localtime_r(&seconds, &tm))
        return;
    snprintf(text, sizeof(text), "%lld", (long long)ms);
    env_set(e, "TAG_TIMESTAMP", text);
    snprintf(text, sizeof(text), "%lld", (long long)seconds);
    env_set(e, "TAG_UNIXTIME", text);
    if (strftime(text, sizeof(text), "%a %b %d %H:%M:%S %Z %Y", &tm))
        env_set(e, "TAG_DATE", text);
}

static void fill_branch(struct run *run)
{
    const struct run_options *o = run->options;
    struct env *e = &run->build_env;
    const char *branch = o->branch ? o->branch : run->scm.local || !o->scm ? run->scm.branch : NULL;
    if (o->no_branch)
        return;
    if (run->scm.tag && !run->scm.branch)
        fill_tag(e, run->scm.tag, run->scm.tag_ms);
    if (branch)
        env_set(e, "BRANCH_NAME", branch);
    else if (run->scm.tag)
        env_set(e, "BRANCH_NAME", run->scm.tag);
    if (branch && (!strcmp(branch, "master") || !strcmp(branch, "main")))
        env_set(e, "BRANCH_IS_PRIMARY", "true");
}

void build_env_fill(struct run *run)
{
    const struct build_record *r = &run->record;
    struct env params = run->build_env;
    run->build_env = (struct env){0};
    char number[16];
    snprintf(number, sizeof(number), "%d", r->number);
    _cleanup_free_ char *tag = xasprintf("jenkins-%s-%d", r->job, r->number);
    _cleanup_free_ char *display = xasprintf("#%d", r->number);
    for (char *p = tag; *p; p++)
        *p = *p == '/' ? '-' : *p;
    const struct {
        const char *name, *value;
    } vars[] = {
        {"CI", "true"},
        {"BUILD_NUMBER", number},
        {"BUILD_ID", number},
        {"JOB_NAME", r->job},
        {"JOB_BASE_NAME", path_basename(r->job)},
        {"BUILD_TAG", tag},
        {"BUILD_DISPLAY_NAME", display},
        {"JENKINS_HOME", run->home.dir},
        {"HUDSON_HOME", run->home.dir},
        {"GMRUN_BUILD_DIR", r->dir},
    };
    fill_base(run);
    for (size_t i = 0; i < ARRAY_LEN(vars); i++)
        env_set(&run->build_env, vars[i].name, vars[i].value);
    fill_branch(run);
    for (size_t i = 0; i < run->options->env.len; i++)
        set_pair(&run->build_env, run->options->env.items[i]);
    env_copy(&run->build_env, &params);
    env_release(&params);
}

char *build_env_started_by(const struct run *run)
{
    return run_cause_text(run);
}
