/* Jenkins' plugin learns modules, reports and files from a listener inside of Maven. Here they are found: a
 * module is a folder with a pom.xml; of its target folder counts what is newer than the block, and, of
 * modules whose packaging the log tells of, also what an incremental build had no need to write anew. */
#include "runner/steps/tools/maven_publish.h"
#include "base/fs.h"
#include "base/glob.h"
#include "base/hash.h"
#include "runner/engine/node.h"
#include "runner/steps/report/kept.h"
#include "runner/steps/report/tests.h"
#include "runner/steps/tools/maven_project.h"
#include "runner/steps/tools/maven_reports.h"
#include "runner/steps/workspace.h"
#include <string.h>

#define CLASS(name) "org.jenkinsci.plugins.pipeline.maven.publishers." name
const struct maven_publisher_row maven_publishers[] = {
    {"artifactsPublisher", CLASS("GeneratedArtifactsPublisher"), PUBLISH_ARTIFACTS},
    {"concordionPublisher", CLASS("ConcordionTestsPublisher"), 0},
    {"dependenciesFingerprintPublisher", CLASS("DependenciesFingerprintPublisher"), 0},
    {"findbugsPublisher", CLASS("FindbugsAnalysisPublisher"), PUBLISH_FINDBUGS},
    {"invokerPublisher", CLASS("InvokerRunsPublisher"), PUBLISH_INVOKER},
    {"jacocoPublisher", CLASS("JacocoReportPublisher"), PUBLISH_JACOCO},
    {"jgivenPublisher", CLASS("JGivenTestsPublisher"), 0},
    {"junitPublisher", CLASS("JunitTestsPublisher"), PUBLISH_JUNIT},
    {"mavenLinkerPublisher", CLASS("MavenLinkerPublisher2"), 0},
    {"openTasksPublisher", CLASS("TasksScannerPublisher"), PUBLISH_TASKS},
    {"pipelineGraphPublisher", CLASS("PipelineGraphPublisher"), 0},
    {"spotbugsPublisher", CLASS("SpotBugsAnalysisPublisher"), PUBLISH_SPOTBUGS},
};
const size_t maven_publisher_count = ARRAY_LEN(maven_publishers);

const struct maven_publisher_row *maven_publisher_find(const char *name)
{
    for (size_t i = 0; i < maven_publisher_count; i++)
        if (strcmp(maven_publishers[i].symbol, name) == 0 ||
            strcmp(path_basename(name), strrchr(maven_publishers[i].class, '.') + 1) == 0)
            return &maven_publishers[i];
    return NULL;
}

struct publish {
    struct step_call *call;
    const struct maven_publish *what;
    const char *archive;
    struct junit_results results;
    json_t *prints; /* of the files that were kept: [{path, md5}] */
};

struct module {
    struct publish *to;
    const char *dir; /* below the root, "" for itself */
    char *whole;
    struct maven_project project;
    bool packaged; /* as the log says */
    size_t files;
    struct junit_totals tests;
    char *base; /* name of the main file without its ending, once it is known */
};

static bool is_since(const struct maven_publish *p, const struct stat *st)
{
    return st->st_mtim.tv_sec > p->since.tv_sec ||
           (st->st_mtim.tv_sec == p->since.tv_sec && st->st_mtim.tv_nsec >= p->since.tv_nsec);
}

bool maven_is_new(struct run *run, const struct maven_publish *p, const char *path, const struct stat *st)
{
    _cleanup_free_ char *whole = path_join(p->root, path);
    return is_since(p, st) && tests_are_new(run, whole, st, KEPT_BY_BLOCK);
}

static char *below(const struct module *m, const char *path)
{
    return path_join(*m->dir ? m->dir : "", path);
}

/* ---- tests */

static int read_report(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct module *m = data;
    _cleanup_(error_release) struct error why = {0};
    _cleanup_free_ char *whole = path_join(m->whole, path), *show = below(m, path);
    if (!maven_is_new(m->to->call->run, m->to->what, show, st))
        return 0;
    struct junit_totals before = m->to->results.totals;
    if (junit_parse_file(whole, show, &m->to->results, &why) < 0)
        step_log(m->to->call, "[withMaven] junitPublisher - WARNING: %s", why.message);
    const struct junit_totals *now = &m->to->results.totals;
    m->tests.total += now->total - before.total;
    m->tests.failed += now->failed - before.failed;
    m->tests.skipped += now->skipped - before.skipped;
    m->tests.flaky += now->flaky - before.flaky;
    return 0;
}

/* Of a module with tests that failed or needed a second run. */
static void tell_tests(const struct module *m)
{
    const struct junit_totals *t = &m->tests;
    _cleanup_(buf_release) struct buf text = {0};
    if (!t->failed && !t->flaky)
        return;
    buf_printf(&text, "module %s: %ld of %ld tests failed", m->project.artifact, t->failed, t->total);
    if (t->skipped)
        buf_printf(&text, ", %ld skipped", t->skipped);
    if (t->flaky)
        buf_printf(&text, ", %ld passed only when they ran again", t->flaky);
    run_notice(m->to->call->run, "%s", text.data);
}

static void publish_tests(struct module *m)
{
    static const struct {
        const char *dir, *plugin;
        unsigned flag;
    } reports[] = {
        {"target/surefire-reports", "maven-surefire-plugin:test", PUBLISH_JUNIT},
        {"target/failsafe-reports", "maven-failsafe-plugin:integration-test", PUBLISH_JUNIT},
        {"target/invoker-reports", "maven-invoker-plugin:run", PUBLISH_INVOKER},
    };
    const struct maven_project *p = &m->project;
    for (size_t i = 0; i < ARRAY_LEN(reports); i++) {
        _cleanup_free_ char *pattern = path_join(reports[i].dir, "*.xml"), *show = below(m, pattern);
        struct ant_scan scan = {.root = m->whole, .includes = pattern, .excludes = "**/failsafe-summary.xml"};
        long before = m->tests.total;
        if (!(m->to->what->publishers & reports[i].flag))
            continue;
        ant_scan(&scan, read_report, m, NULL);
        if (m->tests.total > before)
            step_log(m->to->call,
                     "[withMaven] junitPublisher - Archive test results for Maven artifact %s:%s:%s:%s "
                     "generated by "
                     "%s: %s",
                     p->group, p->artifact, p->packaging, p->version, reports[i].plugin, show);
    }
    tell_tests(m);
}

/* ---- artifacts */

/* Copies a file of the module to GROUP/ARTIFACT/VERSION/NAME of the archive. */
static void keep_file(struct module *m, const char *path, const char *name)
{
    _cleanup_(error_release) struct error err = {0};
    const struct maven_project *p = &m->project;
    _cleanup_free_ char *group = xstrdup(p->group);
    for (char *dot = group; (dot = strchr(dot, '.'));)
        *dot = '/';
    _cleanup_free_ char *place = xasprintf("%s/%s/%s/%s", group, p->artifact, p->version, name);
    _cleanup_free_ char *from = path_join(m->whole, path), *show = below(m, path);
    _cleanup_free_ char *to = path_join(m->to->archive, place), *dir = path_dirname(to);
    char md5[HASH_HEX_MAX];
    if (!path_inside(m->to->what->view, from)) {
        step_log(m->to->call, "[withMaven] artifactsPublisher - %s is a link that leads out of the workspace",
                 show);
        return;
    }
    step_log(m->to->call, "[withMaven] artifactsPublisher - Archive artifact %s under %s", show, place);
    if (fs_mkdir_p(dir, 0755, &err) < 0 || fs_copy_file(from, to, 0644, &err) < 0 ||
        hash_file(HASH_MD5, to, md5, &err) < 0) {
        step_log(m->to->call, "[withMaven] artifactsPublisher - FAILURE to archive %s: %s", show,
                 err.message);
        return;
    }
    json_array_append_new(m->to->prints, json_pack("{s:s,s:s}", "path", place, "md5", md5));
}

static const char *ending_of(const char *name)
{
    static const char *const endings[] = {".jar", ".war", ".ear", ".rar", ".aar", ".hpi", ".zip", ".tar.gz"};
    for (size_t i = 0; i < ARRAY_LEN(endings); i++)
        if (str_has_suffix(name, endings[i]))
            return endings[i];
    return NULL;
}

/* The shortest name is that of the main file; -sources, -tests … are it with a classifier behind. */
static int find_base(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct module *m = data;
    const char *ending = S_ISREG(st->st_mode) ? ending_of(path) : NULL;
    if (!ending || str_has_prefix(path, "original-"))
        return FS_SKIP;
    size_t n = strlen(path) - strlen(ending);
    if (m->base && strlen(m->base) <= n)
        return FS_SKIP;
    free(m->base);
    m->base = xstrndup(path, n);
    return FS_SKIP;
}

static int keep_built(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct module *m = data;
    const char *ending = S_ISREG(st->st_mode) ? ending_of(path) : NULL;
    if (!ending || str_has_prefix(path, "original-") || !(m->packaged || is_since(m->to->what, st)))
        return FS_SKIP;
    size_t n = strlen(m->base);
    bool main_file = strncmp(path, m->base, n) == 0;
    size_t len = strlen(path) - strlen(ending) - (main_file ? n : 0);
    const char *rest = main_file ? path + n : path;
    _cleanup_free_ char *name =
        main_file ? xasprintf("%s-%s%.*s%s", m->project.artifact, m->project.version, (int)len, rest, ending)
                  : xstrdup(path);
    _cleanup_free_ char *inside = path_join("target", path);
    keep_file(m, inside, name);
    m->files++;
    return FS_SKIP;
}

static void publish_artifacts(struct module *m)
{
    const struct maven_project *p = &m->project;
    _cleanup_free_ char *target = path_join(m->whole, "target");
    bool is_pom = str_eq(p->packaging, "pom");
    if (!is_pom && fs_is_dir(target)) {
        m->base = p->final_name && !strchr(p->final_name, '$') ? xstrdup(p->final_name) : NULL;
        if (!m->base)
            fs_walk(target, find_base, m, NULL);
        if (m->base)
            fs_walk(target, keep_built, m, NULL);
    }
    if (!m->files && !(is_pom && maven_log_module(m->to->what->log, p->artifact)))
        return;
    _cleanup_free_ char *name = xasprintf("%s-%s.pom", p->artifact, p->version);
    keep_file(m, "pom.xml", name);
}

/* ---- modules */

static void publish_module(struct publish *to, const char *dir)
{
    _cleanup_(error_release) struct error err = {0};
    struct module m = {.to = to, .dir = dir, .whole = path_join(to->what->view, dir)};
    if (maven_project_read(&m.project, m.whole, &err) < 0) {
        step_log(to->call, "[withMaven] %s", err.message);
    } else if (m.project.artifact) {
        const struct maven_module *told = maven_log_module(to->what->log, m.project.artifact);
        m.packaged = told && told->packaged;
        publish_tests(&m);
        if ((to->what->publishers & PUBLISH_ARTIFACTS) && maven_project_complete(&m.project))
            publish_artifacts(&m);
    }
    free(m.base);
    free(m.whole);
    maven_project_release(&m.project);
}

static int find_module(void *data, const char *path, const struct stat *st, struct error *err)
{
    static const char *const without[] = {"target", "src", "node_modules", ".git", ".m2", ".mvn"};
    const char *name = path_basename(path);
    if (S_ISDIR(st->st_mode)) {
        for (size_t i = 0; i < ARRAY_LEN(without); i++)
            if (strcmp(name, without[i]) == 0)
                return FS_SKIP;
        return 0;
    }
    if (strcmp(name, "pom.xml") == 0) {
        _cleanup_free_ char *dir = strchr(path, '/') ? path_dirname(path) : xstrdup("");
        publish_module(data, dir);
    }
    return 0;
}

/* Of all that is below only what the publishers look at crosses. */
const char *maven_publish_view(struct step_call *c, const struct maven_publish *p, struct error *err)
{
    static const char texts[] =
        "**/pom.xml,**/target/maven-archiver/pom.properties,**/target/surefire-reports/*.xml,"
        "**/target/failsafe-reports/*.xml,**/target/invoker-reports/*.xml,**/target/*.exec,"
        "**/target/findbugsXml.xml,**/target/spotbugsXml.xml";
    static const char built[] = ",**/target/*.jar,**/target/*.war,**/target/*.ear,**/target/*.rar,"
                                "**/target/*.aar,**/target/*.hpi,**/target/*.zip,**/target/*.tar.gz";
    _cleanup_free_ char *includes =
        xasprintf("%s,%s%s", texts, maven_reports_pattern(), p->publishers & PUBLISH_ARTIFACTS ? built : "");
    struct ant_scan scan = {.root = p->root,
                            .includes = includes,
                            .excludes = "**/node_modules/**,**/.m2/**",
                            .split = GLOB_COMMA};
    return ws_view(c, &scan, err);
}

void maven_publish(struct step_call *c, const struct maven_publish *what)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_free_ char *archive = path_join(c->run->record.dir, "archive");
    struct publish p = {.call = c, .what = what, .archive = archive, .prints = json_array()};
    fs_walk(what->view, find_module, &p, NULL);
    if (p.results.totals.total && tests_record(c, &p.results, &err) < 0)
        step_log(c, "[withMaven] junitPublisher - WARNING: %s", err.message);
    if (p.results.totals.failed) {
        stage_mark(c->run, c->branch->scope, RESULT_UNSTABLE);
        run_set_result(c->run, RESULT_UNSTABLE);
    }
    kept_fingerprints(c->run, p.prints);
    json_decref(p.prints);
    junit_results_release(&p.results);
    for (size_t i = 0; i < (what->told ? 0 : what->log->failures.len); i++)
        run_notice(c->run, "module %s failed: %s", what->log->failures.items[i].module,
                   what->log->failures.items[i].text);
}
