/* See pod_config.h. A row's values are texts, lists and maps JSON texts (runner/state/config.h). */
#include "runner/engine/pod_config.h"
#include "agents/kube/pod_parts.h"
#include "agents/kube/pod_template.h"
#include "base/fs.h"
#include "base/yaml_json.h"
#include <limits.h>
#include <string.h>
#include <unistd.h>

enum { YAML_LIMIT = 8 << 20 };

int pod_yaml_read(const char *name, const char *text, json_t **out, struct error *err)
{
    _cleanup_(error_release) struct error cause = {0};
    yaml_objects all = {0};
    *out = NULL;
    /* The place goes into the message: it is in no file that the summary could name. */
    if (yaml_json_parse(&all, name, text, strlen(text), &cause) < 0)
        return error_set(err, ERROR_INVALID, "%s:%d:%d: %s", name, cause.line, cause.col, cause.message);
    if (all.len)
        *out = json_incref(all.items[0].json);
    yaml_objects_release(&all);
    return 0;
}

/* Definitions that come with gmrun (agents/maven.yaml …), beside the program or where they were installed. */
static char *shipped(const char *path)
{
    static const char *const places[] = {"../share/gmrun/agents", "../agents", "../../agents"};
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    self[n > 0 ? n : 0] = '\0';
    _cleanup_free_ char *dir = path_dirname(self);
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        char *found = xasprintf("%s/%s/%s", dir, places[i], path_basename(path));
        if (fs_exists(found))
            return found;
        free(found);
    }
    return NULL;
}

static int read_row_yaml(const struct agent_config *row, json_t **out, struct error *err)
{
    const char *text = agent_extra(row, "yaml"), *path = agent_extra(row, "yamlFile");
    _cleanup_(buf_release) struct buf content = {0};
    _cleanup_free_ char *found = NULL;
    *out = NULL;
    if (text)
        return pod_yaml_read("agents: yaml", text, out, err);
    if (!path)
        return 0;
    if (!fs_exists(path))
        found = shipped(path);
    if (fs_read_file(found ? found : path, YAML_LIMIT, &content, err) < 0)
        return error_wrap(err, "agent '%s'", row->name);
    return pod_yaml_read(path, content.data ? content.data : "", out, err);
}

/* `image:` alone is one container, named as KubeSphere's are: by the first label. */
static json_t *short_form(const struct agent_config *row)
{
    const char *image = agent_extra(row, "image");
    if (!image)
        return NULL;
    return json_pack("{s:s, s:s, s:s, s:b}", "name", row->n_labels ? row->labels[0] : row->name, "image",
                     image, "command", "cat", "ttyEnabled", 1);
}

/* {emptyDirVolume: {mountPath: /x}} as Jenkins' configuration as code writes it is {$class: …}. */
static json_t *as_object(json_t *given)
{
    json_t *inner = json_is_object(given) && json_object_size(given) == 1
                        ? json_object_iter_value(json_object_iter(given))
                        : NULL;
    if (!json_is_object(inner))
        return json_incref(given);
    json_t *out = json_copy(inner);
    json_object_set_new(out, "$class", json_string(json_object_iter_key(json_object_iter(given))));
    return out;
}

static json_t *as_objects(json_t *given)
{
    size_t i;
    json_t *entry;
    if (!json_is_array(given))
        return as_object(given);
    json_t *out = json_array();
    json_array_foreach(given, i, entry) json_array_append_new(out, as_object(entry));
    return out;
}

json_t *pod_config_template(struct run *run, const struct agent_config *row, struct error *err)
{
    json_t *parameters = json_object(), *yaml = NULL, *own = short_form(row);
    for (size_t i = 0; i < row->n_extra; i++) {
        const char *text = row->extra[i].value;
        json_t *value = *text == '[' || *text == '{' ? json_loads(text, 0, NULL) : NULL;
        json_object_set_new(parameters, row->extra[i].name, value ? as_objects(value) : json_string(text));
        json_decref(value);
    }
    if (own)
        json_object_set_new(parameters, "containerTemplate", own);
    json_object_del(parameters, "image");
    json_t *t = read_row_yaml(row, &yaml, err) == 0 ? pod_template_new(parameters, yaml, err) : NULL;
    json_decref(parameters);
    json_decref(yaml);
    return t;
}

const struct agent_config *pod_config_find(struct run *run, const char *name)
{
    const struct config *c = run->config;
    for (size_t i = 0; i < c->n_agents; i++) {
        const struct agent_config *row = &c->agents[i];
        if (!str_eq(row->kind, "kubernetes"))
            continue;
        if (str_eq(row->name, name))
            return row;
        for (size_t k = 0; k < row->n_labels; k++)
            if (str_eq(row->labels[k], name))
                return row;
    }
    return NULL;
}

/* Each word of the list names a row; `fn` gets them in their order. */
static void each_name(const char *list, void (*fn)(void *data, const char *name), void *data)
{
    _cleanup_free_ char *copy = xstrdup(list ? list : "");
    char *rest = copy;
    for (char *name; (name = strsep(&rest, " \t\n")) != NULL;)
        if (*name)
            fn(data, name);
}

struct inheriting {
    struct run *run;
    json_t *sum;
    int depth;
    struct error *err;
};

enum { DEPTH_MAX = 10 };

static void inherit_row(void *data, const char *name)
{
    struct inheriting *in = data;
    const struct agent_config *row = pod_config_find(in->run, name);
    if (in->err->message)
        return;
    if (!row) {
        run_notice(in->run,
                   "no pod template '%s' to inherit from is configured: agents of kind kubernetes are", name);
        return;
    }
    if (in->depth >= DEPTH_MAX) {
        error_set(in->err, ERROR_INVALID, "the pod template '%s' inherits from itself", name);
        return;
    }
    json_t *own = pod_config_template(in->run, row, in->err);
    struct inheriting inner = {in->run, NULL, in->depth + 1, in->err};
    _cleanup_free_ char *from = own ? pod_text(own, "inheritFrom") : NULL;
    each_name(from, inherit_row, &inner);
    json_t *whole = own ? pod_template_combine(inner.sum, own) : NULL,
           *both = pod_template_combine(in->sum, whole);
    json_decref(inner.sum);
    json_decref(own);
    json_decref(whole);
    json_decref(in->sum);
    in->sum = both;
}

json_t *pod_config_inherit(struct run *run, const json_t *own, const json_t *around, struct error *err)
{
    _cleanup_(error_release) struct error failure = {0};
    struct inheriting in = {run, NULL, 0, &failure};
    _cleanup_free_ char *from = pod_text(own, "inheritFrom");
    each_name(from, inherit_row, &in);
    json_t *out = failure.message ? NULL : pod_template_combine(in.sum ? in.sum : around, own);
    json_decref(in.sum);
    if (failure.message)
        error_set(err, failure.kind, "%s", failure.message);
    return out;
}

static const struct agent_config *cloud_named(struct run *run, const char *name)
{
    const struct config *c = run->config;
    for (size_t i = 0; name && i < c->n_agents; i++)
        if (str_eq(c->agents[i].kind, "kubernetes") && str_eq(c->agents[i].name, name))
            return &c->agents[i];
    return NULL;
}

const struct agent_config *pod_config_row(struct run *run, const json_t *template)
{
    _cleanup_free_ char *from = pod_text(template, "inheritFrom"), *cloud = pod_text(template, "cloud");
    const struct agent_config *named = cloud_named(run, cloud);
    if (named)
        return named;
    if (cloud && !str_eq(cloud, "kubernetes"))
        run_notice(run,
                   "no agent of kind kubernetes is named '%s' as the cloud is: the cluster is the usual one",
                   cloud);
    if (!from)
        return NULL;
    from[strcspn(from, " \t\n")] = 0;
    return pod_config_find(run, from);
}

void pod_config_settle(const struct agent_config *row, json_t *template)
{
    const char *space = row ? agent_extra(row, "namespace") : NULL;
    if (space && !json_object_get(template, "namespace"))
        json_object_set_new(template, "namespace", json_string(space));
}

void pod_config_cluster(struct run *run, const struct agent_config *row, struct kube_wanted *out)
{
    bool own = row && (agent_extra(row, "kubeconfig") || agent_extra(row, "credentialsId") ||
                       agent_extra(row, "context"));
    const struct agent_config *cloud = row && !own ? cloud_named(run, agent_extra(row, "cloud")) : NULL;
    row = cloud ? cloud : row;
    *out = (struct kube_wanted){.credential = row ? agent_extra(row, "credentialsId") : NULL,
                                .file = row ? agent_extra(row, "kubeconfig") : NULL,
                                .context = row ? agent_extra(row, "context") : NULL};
}

const char *run_agent_image(struct run *run)
{
    return run->config->agent_image ? run->config->agent_image : "gmrun-agent:" GMRUN_VERSION;
}
