#include "runner/steps/tools/maven_reactor.h"
#include "base/buf.h"
#include "base/fs.h"
#include "runner/steps/tools/maven_project.h"
#include <string.h>

enum { MEMBERS_LIMIT = 10000, NAMES_SHOWN = 60 };

static bool is_known(const struct maven_reactor *r, const char *dir)
{
    for (size_t i = 0; i < r->members.len; i++)
        if (strcmp(r->members.items[i].dir, dir) == 0)
            return true;
    return false;
}

/* `root`/`dir` is the folder, `file` the pom in it. */
static int read_member(struct maven_reactor *r, const char *root, const char *dir, const char *file,
                       struct error *err)
{
    _cleanup_free_ char *joined = path_join(dir, file);
    _cleanup_free_ char *inside = path_normalise(joined), *pom = path_join(root, inside);
    _cleanup_free_ char *shown = path_dirname(inside);
    struct maven_project p = {0};
    if (is_known(r, shown) || r->members.len == MEMBERS_LIMIT)
        return 0;
    if (maven_project_read_pom(&p, pom, err) < 0) {
        maven_project_release(&p);
        return -1;
    }
    struct maven_member m = {xstrdup(shown), xstrdup(p.artifact ? p.artifact : ""),
                             xstrdup(p.group ? p.group : "")};
    vec_push(&r->members, m);
    for (size_t i = 0; i < p.modules.len; i++) {
        _cleanup_free_ char *below = path_join(shown, p.modules.items[i]);
        bool is_file = str_has_suffix(below, ".xml");
        _cleanup_free_ char *folder = is_file ? path_dirname(below) : xstrdup(below);
        read_member(r, root, folder, is_file ? path_basename(below) : "pom.xml", NULL);
    }
    maven_project_release(&p);
    return 0;
}

int maven_reactor_read(struct maven_reactor *r, const char *pom, struct error *err)
{
    _cleanup_free_ char *root = path_dirname(pom);
    return read_member(r, root, ".", path_basename(pom), err);
}

/* ---- by name */

static bool has_coordinates(const struct maven_member *m, const char *name)
{
    const char *colon = strchr(name, ':');
    if (!colon)
        return strcmp(m->artifact, name) == 0;
    size_t n = (size_t)(colon - name);
    return strcmp(m->artifact, colon + 1) == 0 &&
           (!n || (strlen(m->group) == n && !strncmp(m->group, name, n)));
}

static bool has_dir(const struct maven_member *m, const char *name)
{
    return strcmp(m->dir, name) == 0;
}

static bool has_last_part(const struct maven_member *m, const char *name)
{
    return strcmp(path_basename(m->dir), name) == 0;
}

static int no_such_module(const struct maven_reactor *r, const char *name, size_t hits, struct error *err)
{
    _cleanup_(buf_release) struct buf text = {0};
    VEC(const char *) names = {0};
    for (size_t i = 0; i < r->members.len; i++) {
        const struct maven_member *m = &r->members.items[i];
        const char *base = path_basename(m->dir);
        vec_push(&names, m->artifact);
        if (strcmp(base, m->artifact) != 0 && strcmp(base, ".") != 0)
            vec_push(&names, base);
    }
    const char *near = hits ? NULL : nearest_name(name, names.items, names.len);
    if (hits)
        buf_printf(&text, "%zu modules are named '%s'; give one by its folder", hits, name);
    else
        buf_printf(&text, "there is no module '%s'", name);
    if (near)
        buf_printf(&text, "; did you mean '%s'?", near);
    for (size_t i = 0; i < r->members.len && i < NAMES_SHOWN; i++) {
        const struct maven_member *m = &r->members.items[i];
        bool differs = strcmp(m->dir, m->artifact) != 0 && strcmp(m->dir, ".") != 0;
        buf_printf(&text, "%s%s%s%s%s",
                   i      ? ", "
                   : near ? " Modules: "
                          : "; modules: ",
                   m->artifact, differs ? " (" : "", differs ? m->dir : "", differs ? ")" : "");
    }
    if (r->members.len > NAMES_SHOWN)
        buf_printf(&text, " … and %zu more", r->members.len - NAMES_SHOWN);
    vec_release(&names);
    return error_set(err, ERROR_INVALID, "%s", text.data);
}

char *maven_reactor_select(const struct maven_reactor *r, const char *name, struct error *err)
{
    static bool (*const ways[])(const struct maven_member *, const char *) = {has_coordinates, has_dir,
                                                                              has_last_part};
    _cleanup_free_ char *plain = strchr(name, ':') ? xstrdup(name) : path_normalise(name);
    for (size_t w = 0; w < ARRAY_LEN(ways); w++) {
        const struct maven_member *found = NULL;
        size_t hits = 0;
        for (size_t i = 0; i < r->members.len; i++)
            if (ways[w](&r->members.items[i], plain)) {
                found = &r->members.items[i];
                hits++;
            }
        if (hits == 1)
            return w ? xstrdup(found->dir) : strchr(name, ':') ? xstrdup(name) : xasprintf(":%s", name);
        if (hits) {
            no_such_module(r, name, hits, err);
            return NULL;
        }
    }
    no_such_module(r, name, 0, err);
    return NULL;
}

void maven_reactor_release(struct maven_reactor *r)
{
    for (size_t i = 0; i < r->members.len; i++) {
        free(r->members.items[i].dir);
        free(r->members.items[i].artifact);
        free(r->members.items[i].group);
    }
    vec_release(&r->members);
}
