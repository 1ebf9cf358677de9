/* One native class for each kind of object; each is a view of a piece of the change log's JSON.
 *
 * Scripts walk these objects as they do in Jenkins: for (set in currentBuild.changeSets) for (c in
 * set.items) echo c.author.fullName. Views count their piece of JSON, so they outlive the record that it
 * came from. */
#include "runner/engine/change_log.h"
#include "runner/engine/objects.h"
#include <string.h>
#include <time.h>

struct view {
    struct run *run;
    json_t *json; /* counted */
};

static void view_release(void *data)
{
    struct view *v = data;
    json_decref(v->json);
    free(v);
}

static struct value view_new(struct run *run, const char *class, json_t *json)
{
    struct view *v = xcalloc(1, sizeof(*v));
    *v = (struct view){run, json_incref(json)};
    return native_new(run->vm, vm_class(run->vm, class), v);
}

/* Appends to `list` (taken). */
static struct value view_all(struct run *run, const char *class, json_t *items, struct value list)
{
    size_t i;
    json_t *item;
    json_array_foreach(items, i, item)
    {
        struct value v = view_new(run, class, item);
        list_push(AS_LIST(list), v);
        value_release(v);
    }
    return list;
}

static struct value view_list(struct run *run, const char *class, json_t *items)
{
    return view_all(run, class, items, list_new(run->vm, json_array_size(items)));
}

static struct view *view_of(struct value self)
{
    return AS_NATIVE(self)->data;
}

static const char *text_at(const struct view *v, const char *key)
{
    const char *s = json_string_value(json_object_get(v->json, key));
    return s ? s : "";
}

static enum call_status set_read(struct fiber *f, struct value self, const char *name, struct value *out)
{
    struct view *v = view_of(self);
    if (strcmp(name, "items") == 0) /* an array, as scripts that ask for its `length` know */
        *out = view_all(v->run, "GitChangeSet", v->json, array_new(v->run->vm, "java.lang.Object", 0));
    else if (strcmp(name, "logs") == 0)
        *out = view_list(v->run, "GitChangeSet", v->json);
    else if (strcmp(name, "kind") == 0)
        *out = string_from("git");
    else if (strcmp(name, "emptySet") == 0)
        *out = value_bool(false);
    else
        return CALL_NONE;
    return CALL_OK;
}

static struct value paths_of(struct view *v)
{
    struct value list = list_new(v->run->vm, 0);
    size_t i;
    json_t *file;
    json_array_foreach(json_object_get(v->json, "affectedFiles"), i, file)
    {
        struct value path = string_from(json_string_value(json_object_get(file, "path")));
        list_push(AS_LIST(list), path);
        value_release(path);
    }
    return list;
}

/* [GitChangeSet.getDate]: of the committer. */
static struct value date_of(const struct view *v)
{
    char text[64];
    time_t seconds = (time_t)(json_integer_value(json_object_get(v->json, "timestamp")) / 1000);
    struct tm tm;
    if (!gmtime_r(&seconds, &tm) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S+0000", &tm))
        return NULL_VALUE;
    return string_from(text);
}

static enum call_status commit_read(struct fiber *f, struct value self, const char *name, struct value *out)
{
    static const struct {
        const char *name, *key;
    } texts[] = {{"commitId", "commitId"},
                 {"id", "commitId"},
                 {"revision", "commitId"},
                 {"msg", "msg"},
                 {"title", "msg"},
                 {"comment", "comment"},
                 {"commentAnnotated", "comment"},
                 {"msgAnnotated", "msg"},
                 {"authorName", "author"},
                 {"authorEmail", "authorEmail"}};
    struct view *v = view_of(self);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (strcmp(texts[i].name, name) == 0) {
            *out = string_from(text_at(v, texts[i].key));
            return CALL_OK;
        }
    /* [GitChangeSet.getAuthor]: a hudson.model.User, made of the commit alone here. */
    if (strcmp(name, "author") == 0)
        *out = view_new(v->run, "User", v->json);
    else if (strcmp(name, "date") == 0)
        *out = date_of(v);
    else if (strcmp(name, "timestamp") == 0)
        *out = value_long(json_integer_value(json_object_get(v->json, "timestamp")));
    else if (strcmp(name, "affectedFiles") == 0 || strcmp(name, "paths") == 0)
        *out = view_list(v->run, "GitChangeSet$Path", json_object_get(v->json, "affectedFiles"));
    else if (strcmp(name, "affectedPaths") == 0)
        *out = paths_of(v);
    else
        return CALL_NONE;
    return CALL_OK;
}

static enum call_status path_read(struct fiber *f, struct value self, const char *name, struct value *out)
{
    struct view *v = view_of(self);
    if (strcmp(name, "path") == 0)
        *out = string_from(text_at(v, "path"));
    else if (strcmp(name, "editType") == 0)
        *out = view_new(v->run, "EditType", json_object_get(v->json, "editType"));
    else
        return CALL_NONE;
    return CALL_OK;
}

static enum call_status type_read(struct fiber *f, struct value self, const char *name, struct value *out)
{
    if (strcmp(name, "name"))
        return CALL_NONE;
    const char *s = json_string_value(view_of(self)->json);
    *out = string_from(s ? s : "edit");
    return CALL_OK;
}

static enum call_status author_read(struct fiber *f, struct value self, const char *name, struct value *out)
{
    if (strcmp(name, "fullName") && strcmp(name, "displayName") && strcmp(name, "id"))
        return CALL_NONE;
    *out = string_from(text_at(view_of(self), "author"));
    return CALL_OK;
}

static enum call_status set_iterator(struct fiber *f, struct value self, int argc, struct value *argv,
                                     struct value *out)
{
    struct value items = NULL_VALUE;
    set_read(f, self, "items", &items);
    enum call_status status = vm_invoke_sync(f, items, "iterator", 0, NULL, out);
    value_release(items);
    return status;
}

static enum call_status author_text(struct fiber *f, struct value self, int argc, struct value *argv,
                                    struct value *out)
{
    return author_read(f, self, "fullName", out);
}

static enum call_status type_text(struct fiber *f, struct value self, int argc, struct value *argv,
                                  struct value *out)
{
    return type_read(f, self, "name", out);
}

void change_log_register(struct run *run)
{
    static const struct native_class classes[] = {
        {.name = "hudson.plugins.git.GitChangeSetList",
         .interfaces = "Iterable",
         .release = view_release,
         .get = set_read,
         .invoke = native_getter},
        {.name = "hudson.plugins.git.GitChangeSet",
         .release = view_release,
         .get = commit_read,
         .invoke = native_getter},
        {.name = "hudson.plugins.git.GitChangeSet$Path",
         .release = view_release,
         .get = path_read,
         .invoke = native_getter},
        {.name = "hudson.scm.EditType", .release = view_release, .get = type_read, .invoke = native_getter},
        {.name = "hudson.model.User", .release = view_release, .get = author_read, .invoke = native_getter},
    };
    static const struct native_method methods[] = {
        {"GitChangeSetList", "iterator", 0, 0, 0, set_iterator},
        {"User", "toString", 0, 0, 0, author_text},
        {"EditType", "toString", 0, 0, 0, type_text},
    };
    vm_register(run->vm, classes, ARRAY_LEN(classes), methods, ARRAY_LEN(methods));
}

struct value change_log_value(struct run *run, json_t *commits)
{
    struct value sets = list_new(run->vm, 1);
    size_t i = 0, n = json_array_size(commits);
    while (i < n) {
        /* Commits of one checkout stand together, in the order of the log. */
        json_int_t number = json_integer_value(json_object_get(json_array_get(commits, i), "set"));
        json_t *own = json_array(), *commit;
        for (; i < n && (commit = json_array_get(commits, i)) &&
               json_integer_value(json_object_get(commit, "set")) == number;
             i++)
            json_array_append(own, commit);
        struct value set = view_new(run, "GitChangeSetList", own);
        list_push(AS_LIST(sets), set);
        value_release(set);
        json_decref(own);
    }
    return sets;
}
