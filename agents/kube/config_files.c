/* See config_files.h. Nothing is merged in memory: each lookup goes through the files in their order. */
#include "agents/kube/config_files.h"
#include "base/buf.h"
#include "base/fs.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *list, *map;
} sections[] = {
    [KUBE_CLUSTER] = {"clusters", "cluster"},
    [KUBE_USER] = {"users", "user"},
    [KUBE_CONTEXT] = {"contexts", "context"},
};

char *kube_sources_places(const char *files)
{
    const char *home = getenv("HOME");
    if (!files || !*files)
        files = getenv("KUBECONFIG");
    return files && *files ? xstrdup(files) : path_join(home && *home ? home : "/", ".kube/config");
}

static int check_shape(const struct kube_source *s, struct error *err)
{
    const struct yaml_node *root = s->doc.root;
    if (root && root->kind != YAML_MAP && root->kind != YAML_NULL)
        return yaml_error(err, &s->doc, root, "a kubeconfig is a map, this is %s", yaml_kind_name(root));
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        const struct yaml_node *list = yaml_get(root, sections[i].list);
        if (list && list->kind != YAML_LIST && list->kind != YAML_NULL)
            return yaml_error(err, &s->doc, list, "%s must be a list, this is %s", sections[i].list,
                              yaml_kind_name(list));
    }
    return 0;
}

static int keep(kube_sources *all, struct kube_source *s, int rc, struct error *err)
{
    if (!rc)
        rc = check_shape(s, err);
    vec_push(all, *s); /* also a broken one, to be wiped */
    return rc;
}

int kube_sources_add_text(kube_sources *all, const char *text, const char *name, const char *dir,
                          struct error *err)
{
    struct kube_source s = {.dir = xstrdup(dir ? dir : ".")};
    int rc = yaml_parse(&s.doc, name ? name : "kubeconfig", text, strlen(text), err);
    return keep(all, &s, rc, err);
}

static int add_file(kube_sources *all, const char *file, struct error *err)
{
    struct kube_source s = {.dir = path_dirname(file)};
    int rc = yaml_load(&s.doc, file, err);
    return keep(all, &s, rc, err);
}

int kube_sources_add_files(kube_sources *all, const char *files, struct error *err)
{
    _cleanup_free_ char *places = kube_sources_places(files);
    for (const char *at = places; *at;) {
        size_t n = strcspn(at, ":");
        _cleanup_free_ char *file = xstrndup(at, n);
        at += n + (at[n] == ':');
        if (*file && access(file, F_OK) == 0 && add_file(all, file, err) < 0)
            return -1;
    }
    return 0;
}

void kube_sources_release(kube_sources *all)
{
    for (size_t i = 0; i < all->len; i++) {
        yaml_wipe(&all->items[i].doc);
        free(all->items[i].dir);
    }
    vec_release(all);
}

const struct yaml_node *kube_sources_find(const kube_sources *all, enum kube_section section,
                                          const char *name, const struct kube_source **s)
{
    for (size_t i = 0; i < all->len; i++) {
        const struct yaml_node *list = yaml_get(all->items[i].doc.root, sections[section].list);
        for (size_t k = 0; list && list->kind == YAML_LIST && k < list->len; k++) {
            const struct yaml_node *entry = list->items[k], *own = yaml_get(entry, "name"),
                                   *map = yaml_get(entry, sections[section].map);
            if (!own || own->kind != YAML_TEXT || strcmp(own->text, name) != 0)
                continue;
            *s = &all->items[i];
            return map && map->kind == YAML_MAP ? map : entry;
        }
    }
    return NULL;
}

const char *kube_sources_current(const kube_sources *all)
{
    for (size_t i = 0; i < all->len; i++) {
        const struct yaml_node *n = yaml_get(all->items[i].doc.root, "current-context");
        if (n && n->kind == YAML_TEXT && n->len)
            return n->text;
    }
    return NULL;
}

char *kube_sources_contexts(const kube_sources *all)
{
    struct buf out = {0};
    for (size_t i = 0; i < all->len; i++) {
        const struct yaml_node *list = yaml_get(all->items[i].doc.root, "contexts");
        for (size_t k = 0; list && list->kind == YAML_LIST && k < list->len; k++) {
            const struct yaml_node *name = yaml_get(list->items[k], "name");
            if (name && name->kind == YAML_TEXT)
                buf_printf(&out, "%s%s", out.len ? ", " : "", name->text);
        }
    }
    return buf_steal(&out);
}

char *kube_sources_names(const kube_sources *all)
{
    struct buf out = {0};
    for (size_t i = 0; i < all->len; i++)
        buf_printf(&out, "%s%s", i ? ":" : "", all->items[i].doc.file);
    return buf_steal(&out);
}
