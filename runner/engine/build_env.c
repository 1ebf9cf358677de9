/* The environment that a build begins with, filled once before its first step: what the runner inherited,
 * what gmrun.yaml says for every node, what Jenkins sets for a build, what the command line adds, and the
 * parameters on top of these. Later layers are separate (see run_environment() in tell.c), so that none is
 * copied for a step. */
#include "runner/engine/build_env.h"
#include "base/fs.h"
#include "runner/cli/run_options.h"
#include "runner/engine/objects.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

extern char **environ;

/* Variables of the runner that must not leak into steps: those of another build around this one. NODE_ is no
 * prefix of Jenkins': NODE_OPTIONS and NODE_ENV are for Node.js. */
static bool inherited(const char *entry)
{
    /* An entry that ends in = is a name, any other a beginning of names. */
    static const char *const dropped[] = {"GMRUN_",      "JENKINS_",     "BUILD_",           "JOB_",
                                          "NODE_NAME=",  "NODE_LABELS=", "EXECUTOR_NUMBER=", "WORKSPACE",
                                          "STAGE_NAME=", "BRANCH_NAME=", "TAG_NAME=",        "CHANGE_",
                                          "GIT_COMMIT=", "GIT_BRANCH="};
    for (size_t i = 0; i < ARRAY_LEN(dropped); i++)
        if (str_has_prefix(entry, dropped[i]))
            return false;
    return true;
}

static void set_pair(struct env *e, const char *pair)
{
    const char *equals = strchr(pair, '=');
    _cleanup_free_ char *name = equals ? xstrndup(pair, (size_t)(equals - pair)) : NULL;
    /* "=C:" and the like, which some environments hold, are no variables. */
    if (name && *name)
        env_set(e, name, equals + 1);
}

void build_env_of_process(struct env *e)
{
    for (char **p = environ; *p; p++)
        if (inherited(*p))
            set_pair(e, *p);
}

static void fill_base(struct run *run)
{
    const struct config *c = run->config;
    build_env_of_process(&run->host_env);
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
    /* A lightweight tag has no time of its own. */
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
    /* A plain pipeline job has neither branch nor tag. */
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

/* [core: CoreEnvironmentContributor; display-url-api]: only where JENKINS_URL says what they begin with; a
 * variable that is given counts. */
static void fill_urls(struct run *run, const char *number)
{
    _cleanup_free_ char *root = run_getenv(run, NULL, "JENKINS_URL"), *path = job_url(run->record.job);
    if (!root || !*root)
        return;
    _cleanup_free_ char *job = xasprintf("%s%s%s", root, str_has_suffix(root, "/") ? "" : "/", path),
                        *build = xasprintf("%s%s/", job, number);
    const struct {
        const char *name, *base, *tail;
    } urls[] = {{"HUDSON_URL", root, ""},
                {"JOB_URL", job, ""},
                {"BUILD_URL", build, ""},
                {"JOB_DISPLAY_URL", job, "display/redirect"},
                {"RUN_DISPLAY_URL", build, "display/redirect"},
                {"RUN_ARTIFACTS_DISPLAY_URL", build, "display/redirect?page=artifacts"},
                {"RUN_CHANGES_DISPLAY_URL", build, "display/redirect?page=changes"},
                {"RUN_TESTS_DISPLAY_URL", build, "display/redirect?page=tests"}};
    for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
        _cleanup_free_ char *given = run_getenv(run, NULL, urls[i].name),
                            *text = given ? NULL : xasprintf("%s%s", urls[i].base, urls[i].tail);
        if (text)
            env_set(&run->build_env, urls[i].name, text);
    }
}

/* Parameters were put in first, when they were resolved; they are taken out and laid over the rest at the
 * end, as a parameter hides a variable of Jenkins' of the same name. */
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
    fill_urls(run, number);
    env_copy(&run->build_env, &params);
    env_release(&params);
}
