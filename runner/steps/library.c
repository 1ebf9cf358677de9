/* library and libraryResource [pipeline-groovy-lib: LibraryStep, ResourceStep].
 *
 * The step reads what the retriever says into one struct library_wanted (engine/library.h), which does the
 * rest: fetching, the build's own copy, the classes. Texts of the struct are borrowed from the step's
 * arguments. */
#include "base/fs.h"
#include "runner/engine/library.h"
#include "runner/engine/loaded_classes.h"
#include "runner/engine/scm_object.h"
#include "runner/engine/unknown.h"
#include "runner/steps/rows.h"
#include <string.h>

enum { RESOURCE_LIMIT = 64 << 20 };

/* What a retriever says, its texts as long as the step call. */
struct retriever {
    struct library_wanted wanted;
    char *url;
    json_t *branches;
};

static void retriever_release(struct retriever *r)
{
    free(r->url);
    json_decref(r->branches);
}

/* Branch specifiers of an SCM as checkout takes it; ${library.NAME.version} in them is the version.
 * A marker stands in one specifier as a rule; each is replaced once. */
static json_t *legacy_branches(struct step_call *c, struct value scm, const struct library_wanted *w)
{
    struct value branch;
    _cleanup_free_ char *marker = xasprintf("${library.%s.version}", w->name);
    json_t *all = json_array();
    for (uint32_t i = 0; !value_is_null(branch = scm_item(c->fiber, scm, "branches", i)); i++) {
        const char *name = scm_text(c->fiber, branch, "name"), *at = name ? strstr(name, marker) : NULL;
        _cleanup_free_ char *spec =
            at ? xasprintf("%.*s%s%s", (int)(at - name), name, w->version, at + strlen(marker))
               : xstrdup(name ? name : "*/master");
        _cleanup_free_ char *expanded = run_expand(c->run, c->branch->scope, spec);
        json_array_append_new(all, json_string(expanded));
    }
    if (!json_array_size(all))
        json_array_append_new(all, json_string("*/master"));
    return all;
}

/* The pipeline's own repository: the commit that is built. */
static void from_own_scm(struct step_call *c, struct retriever *r)
{
    const struct scm_source *s = &c->run->scm;
    if (s->local && (s->dirty || s->in_place))
        r->wanted.path = s->root;
    else if (s->url) {
        r->url = xstrdup(s->url);
        if (s->ref)
            r->branches = json_pack("[s]", s->ref);
    }
}

/* A branch source names its repository by address, or by owner and name at a known host. */
static void from_source(struct step_call *c, struct value source, struct retriever *r)
{
    const char *url = scm_text(c->fiber, source, "remote"), *owner = scm_text(c->fiber, source, "repoOwner"),
               *name = scm_text(c->fiber, source, "repository"),
               *server = scm_text(c->fiber, source, "serverUrl"),
               *class = scm_text(c->fiber, source, "$class");
    url = url ? url : scm_text(c->fiber, source, "repositoryUrl");
    if (url)
        r->url = xstrdup(url);
    else if (owner && name)
        r->url = xasprintf("%s/%s/%s.git",
                           server                               ? server
                           : class && strstr(class, "itbucket") ? "https://bitbucket.org"
                                                                : "https://github.com",
                           owner, name);
    r->wanted.credentials_id = scm_text(c->fiber, source, "credentialsId");
}

static void from_legacy(struct step_call *c, struct value scm, struct retriever *r)
{
    struct value remote = scm_item(c->fiber, scm, "userRemoteConfigs", 0);
    const char *url = scm_text(c->fiber, value_is_null(remote) ? scm : remote, "url");
    if (scm_object_is_own(c->run, scm)) {
        from_own_scm(c, r);
        return;
    }
    if (!url)
        return;
    r->url = run_expand(c->run, c->branch->scope, url);
    r->branches = legacy_branches(c, scm, &r->wanted);
    r->wanted.credentials_id = scm_text(c->fiber, remote, "credentialsId");
}

/* legacySCM and modernSCM differ by where they keep the address, so both are tried. */
static int read_retriever(struct step_call *c, struct value given, struct retriever *r, struct error *err)
{
    struct value scm = scm_member(c->fiber, given, "scm");
    if (!r->wanted.version)
        return error_set(err, ERROR_INVALID, "Must specify a version for library %s", r->wanted.name);
    from_legacy(c, scm, r);
    if (!r->url && !r->wanted.path && !scm_object_is_own(c->run, scm))
        from_source(c, scm, r);
    r->wanted.remote = r->url;
    r->wanted.branches = r->branches;
    r->wanted.subdir = scm_text(c->fiber, given, "libraryPath");
    if (!r->wanted.remote && !r->wanted.path && scm_object_is_own(c->run, scm))
        return error_set(
            err, ERROR_INVALID,
            "library %s comes from the pipeline's own repository, but %s lies in none; name one by "
            "--scm URL[#REF]",
            r->wanted.name, c->run->file);
    if (!r->wanted.remote && !r->wanted.path)
        return error_set(err, ERROR_INVALID, "library %s: its retriever names no repository", r->wanted.name);
    return 0;
}

/* status 1: another version is loaded already, and stays [LibraryAdder: "Only using first definition"]. */
enum call_status step_library(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const char *spec = step_str(c, "identifier", ""), *sign = strchr(spec, '@'), *version = NULL;
    _cleanup_free_ char *name = sign ? xstrndup(spec, (size_t)(sign - spec)) : xstrdup(spec);
    struct retriever r = {.wanted = {.name = name, .version = sign ? sign + 1 : NULL}};
    int status = step_has(c, "retriever") ? read_retriever(c, step_arg(c, "retriever"), &r, &err) : 0;
    if (status < 0 && c->run->dry_run) {
        run_notice(c->run, "%s: its classes are not known before the run", err.message);
        retriever_release(&r);
        *out = unknown_new(c->run, name);
        return CALL_OK;
    }
    if (status == 0)
        status = library_load(c->run, &r.wanted, &version, &err);
    retriever_release(&r);
    if (status < 0)
        return step_abort(c, "%s", err.message);
    if (status > 0)
        step_log(c, "Only using first definition of library %s", name);
    else
        step_log(c, "Loading library %s%s%s", name, version ? "@" : "", version ? version : "");
    *out = loaded_classes_new(c->run, name);
    return CALL_OK;
}

/* Two failures: a name that two libraries have (err), and one that none has. */
enum call_status step_library_resource(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf raw = {0};
    const char *name = step_str(c, "resource", "");
    _cleanup_free_ char *path = library_resource(c->run, name, &err);
    if (!path && err.message)
        return step_abort(c, "%s", err.message);
    if (!path)
        return step_abort(c, "No such library resource %s could be found.", name);
    if (fs_read_file(path, RESOURCE_LIMIT, &raw, &err) < 0)
        return step_abort(c, "%s", err.message);
    return step_decoded(c, &raw, out);
}
