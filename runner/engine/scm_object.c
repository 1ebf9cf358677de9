/* Three classes of natives, each a view of a map: reading and getters go to the map, so that what a script
 * takes from `scm` looks to checkout like the maps it could have written itself. */
#include "runner/engine/scm_object.h"
#include <string.h>

struct view {
    struct value map; /* of properties; owned */
};

static const char *const class_names[] = {"GitSCM", "UserRemoteConfig", "BranchSpec"};
enum part { PART_SCM, PART_REMOTE, PART_BRANCH };

static void view_release(void *data)
{
    struct view *v = data;
    value_release(v->map);
    free(v);
}

static struct value view_new(struct run *run, enum part part, struct value map) /* takes map */
{
    struct view *v = xcalloc(1, sizeof(*v));
    v->map = map;
    return native_new(run->vm, vm_class(run->vm, class_names[part]), v);
}

static struct view *view_of(struct value self)
{
    return AS_NATIVE(self)->data;
}

bool scm_object_is_own(struct run *run, struct value v)
{
    for (size_t i = 0; i < ARRAY_LEN(class_names); i++)
        if (value_instance_of(run->vm, v, class_names[i]))
            return true;
    return false;
}

struct value scm_member(struct fiber *f, struct value of, const char *name)
{
    struct value v;
    if (!value_is(of, OBJ_MAP) && scm_object_is_own(run_of(f), of))
        of = view_of(of)->map;
    return value_is(of, OBJ_MAP) && map_get_str(AS_MAP(of), name, &v) ? v : NULL_VALUE;
}

/* The text made of a GString replaces it in the map, which keeps it alive: the pointer is borrowed from
 * there. */
const char *scm_text(struct fiber *f, struct value of, const char *name)
{
    struct value v = scm_member(f, of, name), hold = NULL_VALUE;
    if (value_is_null(v))
        return NULL;
    const char *text = value_text(f, v, &hold);
    if (!value_is_null(hold) && value_is(of, OBJ_MAP))
        map_set_str(AS_MAP(of), name, hold);
    value_release(hold);
    return text;
}

struct value scm_item(struct fiber *f, struct value of, const char *list, uint32_t i)
{
    struct value all = scm_member(f, of, list);
    return value_is(all, OBJ_LIST) && i < AS_LIST(all)->len ? AS_LIST(all)->items[i] : NULL_VALUE;
}

/* ---- reading */

static enum call_status read_property(struct fiber *f, struct value self, const char *name, struct value *out)
{
    struct value v;
    if (!map_get_str(AS_MAP(view_of(self)->map), name, &v))
        return CALL_NONE;
    *out = value_retain(v);
    return CALL_OK;
}

static enum call_status branch_text(struct fiber *f, struct value self, int argc, struct value *argv,
                                    struct value *out)
{
    return read_property(f, self, "name", out);
}

void scm_object_register(struct run *run)
{
    static const struct native_class classes[] = {
        {.name = "hudson.plugins.git.GitSCM",
         .release = view_release,
         .get = read_property,
         .invoke = native_getter},
        {.name = "hudson.plugins.git.UserRemoteConfig",
         .release = view_release,
         .get = read_property,
         .invoke = native_getter},
        {.name = "hudson.plugins.git.BranchSpec",
         .release = view_release,
         .get = read_property,
         .invoke = native_getter},
    };
    static const struct native_method methods[] = {{"BranchSpec", "toString", 0, 0, 0, branch_text}};
    vm_register(run->vm, classes, ARRAY_LEN(classes), methods, ARRAY_LEN(methods));
}

/* ---- making */

static void put(struct value map, const char *name, struct value v) /* takes v */
{
    map_set_str(AS_MAP(map), name, v);
    value_release(v);
}

static struct value text_or_null(const char *s)
{
    return s ? string_from(s) : NULL_VALUE;
}

static struct value only(struct run *run, enum part part, struct value map)
{
    struct value list = list_new(run->vm, 1), v = view_new(run, part, map);
    list_push(AS_LIST(list), v);
    value_release(v);
    return list;
}

struct value scm_object_new(struct run *run)
{
    const struct scm_source *s = &run->scm;
    struct value scm = map_new(run->vm), remote = map_new(run->vm), branch = map_new(run->vm);
    put(remote, "url", text_or_null(s->local && s->remote_url ? s->remote_url : s->url));
    put(remote, "name", NULL_VALUE);
    put(remote, "refspec", NULL_VALUE);
    put(remote, "credentialsId", NULL_VALUE);
    put(branch, "name", text_or_null(s->branch ? s->branch : s->ref));
    put(scm, "userRemoteConfigs", only(run, PART_REMOTE, remote));
    put(scm, "branches", only(run, PART_BRANCH, branch));
    put(scm, "extensions", list_new(run->vm, 0));
    put(scm, "submoduleCfg", list_new(run->vm, 0));
    put(scm, "doGenerateSubmoduleConfigurations", value_bool(false));
    put(scm, "browser", NULL_VALUE);
    put(scm, "gitTool", NULL_VALUE);
    put(scm, "type", string_from("hudson.plugins.git.GitSCM"));
    return view_new(run, PART_SCM, scm);
}
