/* See pod_spec.h. The order is the plugin's: the template's fields make a pod, its yaml lies under it, then
 * comes what every pod needs. */
#include "agents/kube/pod_spec.h"
#include "agents/kube/pod_merge.h"
#include "agents/kube/pod_name.h"
#include "agents/kube/pod_parts.h"
#include "agents/kube/pod_template.h"
#include "base/util.h"
#include <string.h>

#define TOOLS_VOLUME "gmrun-tools"
enum { AGENT_USER = 1000 };
#define HELPER_PROGRAM "/usr/libexec/gmrun/gmrun-pod" /* in the agent image */

/* Until the pod ends; a shell as the first process has to ask for signals. */
static const char idle_script[] = "trap 'exit 0' TERM INT; while :; do sleep 3600 & wait $!; done";

struct builder {
    const json_t *template;
    const struct pod_identity *id;
    struct pod_spec *out;
    json_t *spec, *mounts; /* borrowed: of the pod; of the template's volumes */
};

/* ---- from the template's fields */

/* "a=b,c=d" */
static json_t *node_selector(const json_t *template)
{
    const json_t *given = json_object_get(template, "nodeSelector");
    _cleanup_free_ char *text = pod_text(template, "nodeSelector");
    json_t *out = json_is_object(given) ? json_deep_copy(given) : text ? json_object() : NULL;
    char *rest = text;
    for (char *part; (part = strsep(&rest, ",")) != NULL;) {
        char *equals = strchr(part, '=');
        part += strspn(part, " \t\n");
        if (!equals)
            continue;
        *equals = 0;
        json_object_set_new(out, part, json_string(equals + 1));
    }
    return out;
}

static json_t *group_list(const json_t *template)
{
    _cleanup_free_ char *text = pod_text(template, "supplementalGroups");
    json_t *out = text ? json_array() : NULL;
    char *rest = text;
    for (char *part; (part = strsep(&rest, ", ")) != NULL;)
        if (*part)
            json_array_append_new(out, json_integer(strtoll(part, NULL, 10)));
    return out;
}

static int add_volumes(struct builder *b, json_t *spec, struct error *err)
{
    json_t *list = json_object_get(b->template, "volumes"), *volumes = json_array(), *given;
    size_t i;
    json_object_set_new(spec, "volumes", volumes);
    json_array_foreach(list, i, given)
    {
        _cleanup_free_ char *name = xasprintf("volume-%zu", i),
                            *claim = xasprintf("pvc-%s-%zu", b->id->name, i);
        json_t *volume = pod_volume(given, name, claim, b->out->claims, err),
               *mount = volume ? pod_mount(given, name, err) : NULL;
        json_array_append_new(volumes, volume ? volume : json_null());
        if (!mount)
            return -1;
        json_array_append_new(b->mounts, mount);
    }
    return 0;
}

static int add_workspace_volume(struct builder *b, json_t *spec, struct error *err)
{
    json_t *given = json_object_get(b->template, "workspaceVolume"),
           *volumes = json_object_get(spec, "volumes");
    _cleanup_free_ char *claim = xasprintf("pvc-%s", b->id->name);
    if (!given)
        return 0;
    json_t *volume = pod_volume(given, POD_WORKSPACE_VOLUME, claim, b->out->claims, err);
    return volume ? json_array_append_new(volumes, volume) : -1;
}

static int add_containers(struct builder *b, json_t *spec, struct error *err)
{
    json_t *list = json_object_get(b->template, "containers"), *containers = json_array(), *given;
    size_t i;
    json_object_set_new(spec, "containers", containers);
    json_array_foreach(list, i, given)
    {
        json_t *container = pod_container(given, json_object_get(b->template, "envVars"), err);
        if (!container)
            return -1;
        json_object_set(container, "volumeMounts", b->mounts);
        json_array_append_new(containers, container);
    }
    return 0;
}

static int add_security(struct builder *b, json_t *spec, struct error *err)
{
    struct error own = {0};
    json_t *security = pod_security(b->template, &own), *groups = group_list(b->template);
    if (own.message) {
        error_set(err, own.kind, "%s", own.message);
        error_release(&own);
        json_decref(groups);
        return -1;
    }
    json_object_del(security, "privileged");
    if (groups && !security)
        security = json_object();
    pod_put(security, "supplementalGroups", groups);
    pod_put(spec, "securityContext", security);
    return 0;
}

static void add_plain(struct builder *b, json_t *spec)
{
    static const char *const texts[][2] = {{"serviceAccount", "serviceAccountName"},
                                           {"schedulerName", "schedulerName"}};
    const json_t *t = b->template;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        _cleanup_free_ char *text = pod_text(t, texts[i][0]);
        pod_put(spec, texts[i][1], text ? json_string(text) : NULL);
    }
    pod_put(spec, "nodeSelector", node_selector(t));
    json_t *secrets = json_object_get(t, "imagePullSecrets"), *all = json_array(), *one;
    size_t i;
    json_array_foreach(secrets, i, one)
        json_array_append_new(all, json_pack("{s:O}", "name", json_object_get(one, "name")));
    if (json_array_size(all))
        json_object_set(spec, "imagePullSecrets", all);
    json_decref(all);
    if (pod_int(t, "activeDeadlineSeconds") > 0)
        pod_put(spec, "activeDeadlineSeconds", json_integer(pod_int(t, "activeDeadlineSeconds")));
    if (pod_flag(t, "hostNetwork"))
        pod_put(spec, "hostNetwork", json_true());
}

static json_t *pod_of_fields(struct builder *b, struct error *err)
{
    json_t *spec = json_object(), *annotations = json_object(),
           *list = json_object_get(b->template, "annotations"), *one;
    size_t i;
    if (add_volumes(b, spec, err) < 0 || add_workspace_volume(b, spec, err) < 0 ||
        add_containers(b, spec, err) < 0 || add_security(b, spec, err) < 0) {
        json_decref(spec);
        json_decref(annotations);
        return NULL;
    }
    add_plain(b, spec);
    json_array_foreach(list, i, one)
    {
        _cleanup_free_ char *key = pod_text(one, "key"), *value = pod_text(one, "value");
        if (key)
            json_object_set_new(annotations, key, json_string(value ? value : ""));
    }
    return json_pack("{s:s, s:s, s:{s:o}, s:o}", "apiVersion", "v1", "kind", "Pod", "metadata", "annotations",
                     annotations, "spec", spec);
}

/* ---- what every pod has */

static json_t *member(json_t *object, const char *key)
{
    json_t *v = json_object_get(object, key);
    if (v && !json_is_null(v))
        return v;
    v = json_object();
    json_object_set_new(object, key, v);
    return v;
}

static void set_text(json_t *object, const char *key, const char *text)
{
    pod_put(object, key, text ? json_string(text) : NULL);
}

static void mark(struct builder *b)
{
    const struct pod_identity *id = b->id;
    json_t *metadata = member(b->out->pod, "metadata"), *labels = member(metadata, "labels"),
           *annotations = member(metadata, "annotations");
    const char *const marks[][2] = {{POD_LABEL_HOME, id->home}, {POD_LABEL_BUILD, id->build}};
    set_text(metadata, "name", id->name);
    set_text(metadata, "namespace", id->namespace);
    _cleanup_free_ char *label = pod_label_value(id->label), *digest = pod_label_digest(id->label);
    set_text(labels, "jenkins", "slave");
    set_text(labels, "jenkins/label", label);
    set_text(labels, "jenkins/label-digest", digest);
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        _cleanup_free_ char *value = pod_label_digest(marks[i][1]);
        if (!id->kept)
            set_text(labels, marks[i][0], value);
        set_text(annotations, marks[i][0], marks[i][1]);
    }
    set_text(annotations, "runUrl", id->job);
}

/* One of Jenkins' own images, which hold nothing but its agent. */
static bool is_stock_agent(const char *image)
{
    static const char *const names[] = {"inbound-agent", "jnlp-slave", "jnlp-agent", "slave"};
    const char *slash = strrchr(image, '/'), *name = slash ? slash + 1 : image;
    size_t n = strcspn(name, ":@");
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strlen(names[i]) == n && strncmp(name, names[i], n) == 0)
            return true;
    return false;
}

static bool is_helper_image(struct builder *b, const char *image)
{
    return str_eq(image, b->id->agent_image) || strstr(image, "gmrun-agent") != NULL;
}

static void notice(struct builder *b, char *text) /* takes */
{
    json_array_append_new(b->out->notices, json_string(text));
    free(text);
}

/* The agent's container as the template has it: a helper, or one that idles until steps run in it. */
static json_t *adopt_agent(struct builder *b, json_t *agent)
{
    _cleanup_free_ char *image = pod_text(agent, "image");
    json_object_del(agent, "args");
    if (!image || is_helper_image(b, image))
        return agent;
    if (is_stock_agent(image)) {
        notice(b, xasprintf("container %s: %s is the agent of Jenkins; %s takes its place", b->out->main,
                            image, b->id->agent_image));
        json_object_del(agent, "image");
        return agent;
    }
    json_object_set_new(agent, "command", json_pack("[s,s,s]", "sh", "-c", idle_script));
    return NULL;
}

static json_t *add_helper(struct builder *b, json_t *containers)
{
    json_t *agent = pod_named(containers, "name", b->out->main),
           *helper = agent ? adopt_agent(b, agent) : NULL;
    b->out->helper = xstrdup(agent && !helper ? "gmrun" : b->out->main);
    if (!helper) {
        helper = json_pack("{s:s, s:O}", "name", b->out->helper, "volumeMounts", b->mounts);
        json_array_append_new(containers, helper);
    }
    if (!json_object_get(helper, "image")) {
        set_text(helper, "image", b->id->agent_image);
        set_text(helper, "imagePullPolicy",
                 b->id->agent_pull_policy ? b->id->agent_pull_policy : "IfNotPresent");
    }
    json_object_set_new(helper, "command", json_pack("[s,s,s]", HELPER_PROGRAM, "hold", POD_TOOLS));
    json_t *requests = member(member(helper, "resources"), "requests");
    if (!json_object_get(requests, "cpu"))
        set_text(requests, "cpu", "50m");
    if (!json_object_get(requests, "memory"))
        set_text(requests, "memory", "64Mi");
    return helper;
}

/* The user that containers name, where it is one and not root; else NULL. */
static json_t *common_user(const json_t *containers)
{
    json_t *container, *common = NULL;
    size_t i;
    json_array_foreach(containers, i, container)
    {
        json_t *user = json_object_get(json_object_get(container, "securityContext"), "runAsUser");
        if (user && (json_integer_value(user) == 0 || (common && !json_equal(common, user))))
            return NULL;
        common = user ? user : common;
    }
    return common;
}

/* Files of the helper have to be the user's where its container has one, as they are with Jenkins' agent,
 * which is 1000; where a policy forbids root and privileges, the helper has to be as strict as the others. */
static void set_helper_user(json_t *spec, json_t *containers, json_t *helper)
{
    static const char *const strict[] = {"runAsNonRoot", "allowPrivilegeEscalation", "capabilities",
                                         "seccompProfile"};
    json_t *of_pod = json_object_get(spec, "securityContext"), *user = common_user(containers), *container,
           *own = json_object_get(helper, "securityContext");
    bool no_root = json_is_true(json_object_get(of_pod, "runAsNonRoot"));
    size_t i;
    json_array_foreach(containers, i, container)
    {
        json_t *of_other = json_object_get(container, "securityContext");
        if (!json_is_true(json_object_get(of_other, "runAsNonRoot")) &&
            !json_is_false(json_object_get(of_other, "allowPrivilegeEscalation")))
            continue;
        own = member(helper, "securityContext");
        for (size_t k = 0; k < ARRAY_LEN(strict); k++)
            if (json_object_get(of_other, strict[k]) && !json_object_get(own, strict[k]))
                json_object_set(own, strict[k], json_object_get(of_other, strict[k]));
        no_root |= json_is_true(json_object_get(own, "runAsNonRoot"));
        break;
    }
    if (json_object_get(of_pod, "runAsUser") || json_object_get(own, "runAsUser") || (!user && !no_root))
        return;
    json_object_set_new(member(helper, "securityContext"), "runAsUser",
                        user ? json_incref(user) : json_integer(AGENT_USER));
}

static void add_mount(json_t *container, const char *path, const char *volume)
{
    json_t *mounts = json_object_get(container, "volumeMounts");
    mounts = mounts ? json_copy(mounts) : json_array(); /* containers of one template share theirs */
    if (!pod_named(mounts, "mountPath", path))
        json_array_append_new(mounts,
                              json_pack("{s:s, s:s, s:b}", "mountPath", path, "name", volume, "readOnly", 0));
    json_object_set_new(container, "volumeMounts", mounts);
}

static void finish_containers(struct builder *b, json_t *containers)
{
    json_t *agent = pod_named(containers, "name", b->out->main), *container;
    _cleanup_free_ char *own = pod_text(b->template, "workingDir"), *of_agent = pod_text(agent, "workingDir");
    const char *workdir = of_agent ? of_agent : own ? own : POD_WORKDIR;
    size_t i;
    json_array_foreach(containers, i, container)
    {
        if (!json_is_string(json_object_get(container, "workingDir")))
            set_text(container, "workingDir", workdir);
        add_mount(container, json_string_value(json_object_get(container, "workingDir")),
                  POD_WORKSPACE_VOLUME);
        add_mount(container, POD_TOOLS, TOOLS_VOLUME);
    }
}

static void add_empty_dir(json_t *volumes, const char *name)
{
    if (!pod_named(volumes, "name", name))
        json_array_append_new(volumes, json_pack("{s:s, s:{}}", "name", name, "emptyDir"));
}

static int check_containers(const struct builder *b, json_t *containers, struct error *err)
{
    json_t *container;
    size_t i;
    json_array_foreach(containers, i, container)
    {
        const char *name = json_string_value(json_object_get(container, "name"));
        if (!name)
            return error_set(err, ERROR_INVALID, "container %zu of the pod template has no name", i + 1);
        if (!json_is_string(json_object_get(container, "image")) && !str_eq(name, b->out->main))
            return error_set(err, ERROR_INVALID, "container %s of the pod template has no image", name);
    }
    return 0;
}

static int finish(struct builder *b, struct error *err)
{
    json_t *spec = member(b->out->pod, "spec"), *containers = json_object_get(spec, "containers"),
           *volumes = json_object_get(spec, "volumes");
    _cleanup_free_ char *agent = pod_text(b->template, "agentContainer");
    if (!json_is_array(containers) || !json_is_array(volumes))
        return error_set(err, ERROR_INVALID, "containers and volumes of a pod template are lists");
    b->out->main = xstrdup(agent ? agent : "jnlp");
    if (check_containers(b, containers, err) < 0)
        return -1;
    mark(b);
    set_helper_user(spec, containers, add_helper(b, containers));
    finish_containers(b, containers);
    add_empty_dir(volumes, POD_WORKSPACE_VOLUME);
    add_empty_dir(volumes, TOOLS_VOLUME);
    if (!json_object_get(spec, "restartPolicy"))
        set_text(spec, "restartPolicy", "Never");
    json_t *selector = member(spec, "nodeSelector");
    if (!json_object_get(selector, "kubernetes.io/os"))
        set_text(selector, "kubernetes.io/os", "linux");
    return 0;
}

int pod_spec_build(const json_t *template, const struct pod_identity *id, struct pod_spec *out,
                   struct error *err)
{
    struct builder b = {.template = template, .id = id, .out = out, .mounts = json_array()};
    out->notices = json_array();
    out->claims = json_array();
    json_t *fields = pod_of_fields(&b, err), *yaml = pod_template_yaml(template);
    int result = -1;
    if (fields) {
        out->pod = pod_merge(yaml, fields);
        result = finish(&b, err);
    }
    json_decref(fields);
    json_decref(yaml);
    json_decref(b.mounts);
    return result;
}

void pod_spec_release(struct pod_spec *s)
{
    json_decref(s->pod);
    json_decref(s->claims);
    json_decref(s->notices);
    free(s->helper);
    free(s->main);
    *s = (struct pod_spec){0};
}

const char *pod_spec_workdir(const json_t *pod, const char *container)
{
    json_t *all = json_object_get(json_object_get(pod, "spec"), "containers");
    return json_string_value(json_object_get(pod_named(all, "name", container), "workingDir"));
}
