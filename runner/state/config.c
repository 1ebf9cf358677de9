/* gmrun.yaml: its keys as tables. What an agent of each kind may say is a row of agent_keys; their values
 * stay text, since only the transport that reads them knows more.
 *
 * All texts and arrays lie in the configuration's arena. Order of checks: the shape of each value by its
 * row, what a kind of agent takes, then what concerns several entries (names that stand twice). What
 * needs other files (a kubeconfig, a managed file's path) is looked at when a build uses it, so that a
 * broken part does not stop builds that do not need it. */
#include "runner/state/config.h"
#include "base/fs.h"
#include "base/util.h"
#include "runner/state/home.h"
#include "runner/state/managed_file.h"
#include "runner/state/schema.h"
#include "runner/state/tool_type.h"
#include <string.h>

/* PATH: relative to gmrun.yaml's folder. NUMBER: none below zero. */
enum agent_value { TEXT, PATH, NUMBER };
enum { NUMBER_DIGITS = 10 };

static const struct {
    const char *kind, *key;
    enum agent_value type;
} agent_keys[] = {
    {"*", "workspace", TEXT},
    {"docker", "image", TEXT},
    {"docker", "args", TEXT},
    {"docker", "user", TEXT},
    {"docker", "host", TEXT},
    {"docker", "credentialsId", TEXT},
    {"docker", "registryUrl", TEXT},
    {"docker", "registryCredentialsId", TEXT},
    {"docker", "alwaysPull", TEXT},
    {"kubernetes", "yaml", TEXT},
    {"kubernetes", "yamlFile", PATH},
    {"kubernetes", "namespace", TEXT},
    {"kubernetes", "cloud", TEXT},
    {"kubernetes", "inheritFrom", TEXT},
    {"kubernetes", "defaultContainer", TEXT},
    {"kubernetes", "serviceAccount", TEXT},
    {"kubernetes", "nodeSelector", TEXT},
    {"kubernetes", "image", TEXT},
    {"kubernetes", "imagePullSecrets", TEXT},
    {"kubernetes", "workspaceVolume", TEXT},
    {"kubernetes", "volumes", TEXT},
    {"kubernetes", "containers", TEXT},
    {"kubernetes", "kubeconfig", PATH},
    {"kubernetes", "context", TEXT},
    {"kubernetes", "server", TEXT},
    {"kubernetes", "credentialsId", TEXT},
    {"kubernetes", "slaveConnectTimeout", NUMBER},
    {"kubernetes", "podRetention", TEXT},
    {"kubernetes", "agentContainer", TEXT},
    {"kubernetes", "agentInjection", TEXT},
    {"kubernetes", "activeDeadlineSeconds", NUMBER},
    {"kubernetes", "annotations", TEXT},
    {"kubernetes", "envVars", TEXT},
    {"kubernetes", "hostNetwork", TEXT},
    {"kubernetes", "idleMinutes", NUMBER},
    {"kubernetes", "instanceCap", NUMBER},
    {"kubernetes", "runAsGroup", NUMBER},
    {"kubernetes", "runAsUser", NUMBER},
    {"kubernetes", "schedulerName", TEXT},
    {"kubernetes", "showRawYaml", TEXT},
    {"kubernetes", "supplementalGroups", TEXT},
    {"kubernetes", "workingDir", TEXT},
    {"kubernetes", "yamlMergeStrategy", TEXT},
    {"ssh", "host", TEXT},
    {"ssh", "port", NUMBER},
    {"ssh", "user", TEXT},
    {"ssh", "credentialsId", TEXT},
    {"ssh", "identityFile", PATH},
    {"ssh", "hostKey", TEXT},
    {"ssh", "knownHosts", PATH},
};

#define OFF(T, f) offsetof(struct T, f)
#define SCHEMA(T, words, ...)                                                                                \
    {                                                                                                        \
        .what = (words), .size = sizeof(struct T), .fields = T##_fields, .n_fields = ARRAY_LEN(T##_fields),  \
        ##__VA_ARGS__                                                                                        \
    }

static const struct field service_wait_fields[] = {
    {.key = "port", .type = FIELD_COUNT, .offset = OFF(service_config, wait_port)},
    {.key = "timeout", .type = FIELD_COUNT, .offset = OFF(service_config, wait_seconds)},
};
static const struct schema service_wait_schema = {.what = "wait",
                                                  .size = sizeof(struct service_config),
                                                  .fields = service_wait_fields,
                                                  .n_fields = ARRAY_LEN(service_wait_fields)};

static const struct field service_config_fields[] = {
    {.key = "name", .type = FIELD_TEXT, .offset = OFF(service_config, name), .required = true},
    {.key = "image", .type = FIELD_TEXT, .offset = OFF(service_config, image), .required = true},
    {.key = "alias", .type = FIELD_TEXT, .offset = OFF(service_config, alias)},
    {.key = "args", .type = FIELD_TEXT, .offset = OFF(service_config, args)},
    {.key = "command", .type = FIELD_TEXT, .offset = OFF(service_config, command)},
    {.key = "env",
     .type = FIELD_ENV,
     .offset = OFF(service_config, env),
     .offset_len = OFF(service_config, n_env)},
    {.key = "ports",
     .type = FIELD_TEXTS,
     .offset = OFF(service_config, ports),
     .offset_len = OFF(service_config, n_ports)},
    {.key = "wait", .type = FIELD_MAP, .sub = &service_wait_schema},
    {.key = "alwaysPull", .type = FIELD_BOOL, .offset = OFF(service_config, always_pull)},
};
static const struct schema service_schema = SCHEMA(service_config, "a service");

static const struct field agent_config_fields[] = {
    {.key = "name", .type = FIELD_TEXT, .offset = OFF(agent_config, name), .required = true},
    {.key = "labels",
     .type = FIELD_TEXTS,
     .offset = OFF(agent_config, labels),
     .offset_len = OFF(agent_config, n_labels)},
    {.key = "kind", .type = FIELD_TEXT, .offset = OFF(agent_config, kind)},
    {.key = "executors", .type = FIELD_COUNT, .offset = OFF(agent_config, executors)},
    {.key = "env",
     .type = FIELD_ENV,
     .offset = OFF(agent_config, env),
     .offset_len = OFF(agent_config, n_env)},
    {.key = "services",
     .type = FIELD_LIST,
     .offset = OFF(agent_config, services),
     .offset_len = OFF(agent_config, n_services),
     .sub = &service_schema},
};

static bool is_number(const struct yaml_node *v)
{
    return v->kind != YAML_LIST && v->kind != YAML_MAP && v->len <= NUMBER_DIGITS &&
           strspn(v->text, "0123456789") == v->len;
}

static char *other_text(struct fill *f, const struct yaml_node *v, enum agent_value type)
{
    if (v->kind == YAML_LIST || v->kind == YAML_MAP) {
        json_t *json = yaml_to_json(v);
        _cleanup_free_ char *text = json_dumps(json, JSON_COMPACT);
        json_decref(json);
        return arena_strdup(f->arena, text ? text : "");
    }
    if (type != PATH || v->kind == YAML_NULL)
        return arena_strndup(f->arena, v->text, v->len);
    _cleanup_free_ char *joined = path_join(f->dir, v->text);
    return arena_strdup(f->arena, joined);
}

/* Whether the kind knows the key is checked afterwards: `kind` may stand behind it. */
static int agent_other(struct fill *f, void *object, const struct yaml_pair *pair)
{
    struct agent_config *a = object;
    for (size_t i = 0; i < ARRAY_LEN(agent_keys); i++) {
        if (strcmp(agent_keys[i].key, pair->key) != 0)
            continue;
        if (pair->value->kind == YAML_NULL) /* as if it were absent, like every other key */
            return 1;
        if (agent_keys[i].type == NUMBER && !is_number(pair->value))
            return yaml_error(f->err, f->doc, pair->value, "'%s' must be a number", pair->key);
        /* Copied to grow: an agent has five of them. */
        struct name_value *extra = arena_alloc(f->arena, (a->n_extra + 1) * sizeof(*extra));
        if (a->n_extra)
            memcpy(extra, a->extra, a->n_extra * sizeof(*extra));
        extra[a->n_extra].name = arena_strdup(f->arena, pair->key);
        extra[a->n_extra++].value = other_text(f, pair->value, agent_keys[i].type);
        a->extra = extra;
        return 1;
    }
    return 0;
}

static bool kind_knows(const char *kind, const char *key)
{
    for (size_t i = 0; i < ARRAY_LEN(agent_keys); i++)
        if (strcmp(agent_keys[i].key, key) == 0 &&
            (agent_keys[i].kind[0] == '*' || strcmp(agent_keys[i].kind, kind) == 0))
            return true;
    return false;
}

static int agent_check(struct fill *f, void *object, const struct yaml_node *map)
{
    /* kinds[0] is the default. */
    static const char *const kinds[] = {"local", "docker", "kubernetes", "ssh"};
    static const struct {
        const char *kind, *key;
    } needed[] = {{"docker", "image"}, {"ssh", "host"}};
    struct agent_config *a = object;
    a->line = map->line;
    a->col = map->col;
    if (!a->kind)
        a->kind = arena_strdup(f->arena, kinds[0]);
    bool known = false;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        known |= strcmp(a->kind, kinds[i]) == 0;
    if (!known)
        return yaml_error(f->err, f->doc, yaml_get(map, "kind"),
                          "unknown kind '%s' of agent '%s'; there are local, docker, kubernetes, ssh",
                          a->kind, a->name);
    for (size_t i = 0; i < a->n_extra; i++)
        if (!kind_knows(a->kind, a->extra[i].name))
            return yaml_error(f->err, f->doc, yaml_get(map, a->extra[i].name),
                              "an agent of kind %s has no '%s'", a->kind, a->extra[i].name);
    if (a->n_services && strcmp(a->kind, "docker"))
        return yaml_error(f->err, f->doc, yaml_get(map, "services"), "an agent of kind %s has no 'services'",
                          a->kind);
    for (size_t i = 0; i < ARRAY_LEN(needed); i++)
        if (strcmp(a->kind, needed[i].kind) == 0 && !agent_extra(a, needed[i].key))
            return yaml_error(f->err, f->doc, map, "agent '%s' of kind %s needs '%s'", a->name, a->kind,
                              needed[i].key);
    return 0;
}

/* For "did you mean": those that people write; the rest of agent_keys would only draw suggestions to
 * itself. */
static const char *const agent_more[] = {
    "image",
    "args",
    "yamlFile",
    "namespace",
    "defaultContainer",
    "host",
    "port",
    "user",
    "credentialsId",
    "workspace",
    "inheritFrom",
    "serviceAccount",
    "nodeSelector",
    "registryUrl",
    "registryCredentialsId",
    "alwaysPull",
    NULL,
};
static const struct schema agent_schema =
    SCHEMA(agent_config, "an agent", .other = agent_other, .check = agent_check, .more = agent_more);

static int tool_check(struct fill *f, void *object, const struct yaml_node *map)
{
    struct tool_config *t = object;
    t->line = map->line;
    const struct tool_type *type = tool_type_find(t->type);
    if (type) {
        t->type = arena_strdup(f->arena, type->symbol); /* a class is as good as the symbol */
        return 0;
    }
    _cleanup_(buf_release) struct buf known = {0};
    for (size_t i = 0; i < tool_type_count; i++)
        buf_printf(&known, "%s%s", i ? ", " : "", tool_types[i].symbol);
    return yaml_error(f->err, f->doc, yaml_get(map, "type"), "unknown type '%s' of tool '%s'; there are %s",
                      t->type, t->name, known.data);
}

static const struct field tool_config_fields[] = {
    {.key = "type", .type = FIELD_TEXT, .offset = OFF(tool_config, type), .required = true},
    {.key = "name", .type = FIELD_TEXT, .offset = OFF(tool_config, name), .required = true},
    {.key = "home", .type = FIELD_PATH, .offset = OFF(tool_config, home), .required = true},
};
static const struct schema tool_schema = SCHEMA(tool_config, "a tool", .check = tool_check);

static int library_check(struct fill *f, void *object, const struct yaml_node *map)
{
    struct library_config *l = object;
    /* Exactly one of the two. */
    if (!l->path != !l->remote)
        return 0;
    return yaml_error(f->err, f->doc, map, "library '%s' needs one of 'path' and 'remote'", l->name);
}

static const struct field library_config_fields[] = {
    {.key = "name", .type = FIELD_TEXT, .offset = OFF(library_config, name), .required = true},
    {.key = "path", .type = FIELD_PATH, .offset = OFF(library_config, path)},
    {.key = "remote", .type = FIELD_TEXT, .offset = OFF(library_config, remote)},
    {.key = "version", .type = FIELD_TEXT, .offset = OFF(library_config, version)},
    {.key = "implicit", .type = FIELD_BOOL, .offset = OFF(library_config, implicit)},
    {.key = "credentialsId", .type = FIELD_TEXT, .offset = OFF(library_config, credentials_id)},
};
static const struct schema library_schema = SCHEMA(library_config, "a library", .check = library_check);

static const struct field registry_config_fields[] = {
    {.key = "url", .type = FIELD_TEXT, .offset = OFF(registry_config, url), .required = true},
    {.key = "credentialsId", .type = FIELD_TEXT, .offset = OFF(registry_config, credentials_id)},
};
static const struct schema registry_schema = SCHEMA(registry_config, "a registry");

static const struct field ssh_server_config_fields[] = {
    {.key = "name", .type = FIELD_TEXT, .offset = OFF(ssh_server_config, name), .required = true},
    {.key = "host", .type = FIELD_TEXT, .offset = OFF(ssh_server_config, host), .required = true},
    {.key = "user", .type = FIELD_TEXT, .offset = OFF(ssh_server_config, user)},
    {.key = "port", .type = FIELD_COUNT, .offset = OFF(ssh_server_config, port)},
    {.key = "credentialsId", .type = FIELD_TEXT, .offset = OFF(ssh_server_config, credentials_id)},
    {.key = "knownHosts", .type = FIELD_PATH, .offset = OFF(ssh_server_config, known_hosts)},
    {.key = "hostKey", .type = FIELD_TEXT, .offset = OFF(ssh_server_config, host_key)},
    {.key = "remoteDirectory", .type = FIELD_TEXT, .offset = OFF(ssh_server_config, remote_directory)},
    {.key = "allowAnyHosts", .type = FIELD_BOOL, .offset = OFF(ssh_server_config, any_host)},
};
static const struct schema ssh_server_schema = SCHEMA(ssh_server_config, "a server of sshServers");

static const struct field sonar_fields[] = {
    {.key = "name", .type = FIELD_TEXT, .offset = OFF(config, sonar_name)},
    {.key = "url", .type = FIELD_TEXT, .offset = OFF(config, sonar_url)},
    {.key = "credentialsId", .type = FIELD_TEXT, .offset = OFF(config, sonar_credentials_id)},
};
static const struct schema sonar_schema = {.what = "sonar",
                                           .size = sizeof(struct config),
                                           .fields = sonar_fields,
                                           .n_fields = ARRAY_LEN(sonar_fields)};

static int maven_check(struct fill *f, void *object, const struct yaml_node *map)
{
    struct config *c = object;
    c->maven.given = true;
    const char *mirror = c->maven.mirror;
    if (!mirror || strcmp(mirror, "aliyun") == 0 || strstr(mirror, "://"))
        return 0;
    return yaml_error(f->err, f->doc, yaml_get(map, "mirror"),
                      "'mirror' must be aliyun or the URL of a mirror of Maven Central");
}

static const struct field maven_fields[] = {
    {.key = "mirror", .type = FIELD_TEXT, .offset = OFF(config, maven.mirror)},
    {.key = "localRepository", .type = FIELD_PATH, .offset = OFF(config, maven.local_repository)},
    {.key = "offline", .type = FIELD_BOOL, .offset = OFF(config, maven.offline)},
    {.key = "isolateInstalls", .type = FIELD_BOOL, .offset = OFF(config, maven.isolate)},
};
static const struct schema maven_schema = {.what = "maven",
                                           .size = sizeof(struct config),
                                           .fields = maven_fields,
                                           .n_fields = ARRAY_LEN(maven_fields),
                                           .check = maven_check};

static const struct field kubernetes_fields[] = {
    {.key = "agentImage", .type = FIELD_TEXT, .offset = OFF(config, agent_image)},
};
static const struct schema kubernetes_schema = {.what = "kubernetes",
                                                .size = sizeof(struct config),
                                                .fields = kubernetes_fields,
                                                .n_fields = ARRAY_LEN(kubernetes_fields)};

static int jobs_read(struct fill *f, void *object, const struct yaml_node *value)
{
    struct config *c = object;
    if (value->kind == YAML_NULL)
        return 0;
    if (value->kind != YAML_LIST)
        return yaml_error(f->err, f->doc, value, "'jobs' must be a list, this is %s", yaml_kind_name(value));
    /* As text: only `serve` reads it. */
    c->jobs_json = other_text(f, value, false);
    return 0;
}

#define LIST_OF(name_, field_)                                                                               \
    {                                                                                                        \
        .key = #name_, .type = FIELD_LIST, .offset = OFF(config, name_),                                     \
        .offset_len = OFF(config, n_##name_), .sub = &field_                                                 \
    }
#define PART_OF(name_, schema_)                                                                              \
    {                                                                                                        \
        .key = #name_, .type = FIELD_MAP, .sub = &schema_                                                    \
    }
static const struct field config_fields[] = {
    {.key = "executors", .type = FIELD_COUNT, .offset = OFF(config, executors)},
    {.key = "builtIn", .type = FIELD_BOOL, .offset = OFF(config, built_in)},
    {.key = "env", .type = FIELD_ENV, .offset = OFF(config, env), .offset_len = OFF(config, n_env)},
    PART_OF(maven, maven_schema),
    PART_OF(kubernetes, kubernetes_schema),
    PART_OF(sonar, sonar_schema),
    PART_OF(mail, mail_schema),
    PART_OF(slack, slack_schema),
    PART_OF(dingtalk, dingtalk_schema),
    PART_OF(wecom, wecom_schema),
    PART_OF(lark, lark_schema),
    PART_OF(mattermost, mattermost_schema),
    PART_OF(rocket, rocket_schema),
    PART_OF(gitlab, gitlab_schema),
    PART_OF(github, github_schema),
    PART_OF(gitee, gitee_schema),
    {.key = "jobs", .type = FIELD_CUSTOM, .read_fn = jobs_read},
    LIST_OF(agents, agent_schema),
    LIST_OF(tools, tool_schema),
    {.key = "configFiles",
     .type = FIELD_LIST,
     .offset = OFF(config, managed_files),
     .offset_len = OFF(config, n_managed_files),
     .sub = &managed_file_schema},
    {.key = "sshServers",
     .type = FIELD_LIST,
     .offset = OFF(config, ssh_servers),
     .offset_len = OFF(config, n_ssh_servers),
     .sub = &ssh_server_schema},
    LIST_OF(libraries, library_schema),
    LIST_OF(registries, registry_schema),
    {.key = "registryMirrors",
     .type = FIELD_TEXTS,
     .offset = OFF(config, registry_mirrors),
     .offset_len = OFF(config, n_registry_mirrors)},
};

static int preset_values(struct fill *f, struct preset *p, const struct yaml_node *v)
{
    size_t n = v->kind == YAML_LIST ? v->len : 1;
    p->values = arena_alloc(f->arena, (n + 1) * sizeof(*p->values));
    for (; p->n < n; p->n++) {
        const struct yaml_node *item = v->kind == YAML_LIST ? v->items[p->n] : v;
        if (item->kind != YAML_TEXT)
            return yaml_error(f->err, f->doc, item, "'%s' must be a text, this is %s", p->name,
                              yaml_kind_name(item));
        p->values[p->n] = arena_strndup(f->arena, item->text, item->len);
    }
    return 0;
}

static bool is_preset(const struct config *c, const char *key)
{
    for (size_t i = 0; i < c->n_preset_keys; i++)
        if (strcmp(c->preset_keys[i], key) == 0)
            return true;
    return false;
}

static const struct schema config_schema;

/* A preset is an option of the command line under its own name; which there are is the command's business,
 * so they come with the struct. */
static int config_other(struct fill *f, void *object, const struct yaml_pair *pair)
{
    struct config *c = object;
    if (!is_preset(c, pair->key))
        return schema_unknown(f, &config_schema, pair, c->preset_keys, c->n_preset_keys);
    struct preset *grown = arena_alloc(f->arena, (c->n_presets + 1) * sizeof(*grown));
    if (c->n_presets)
        memcpy(grown, c->presets, c->n_presets * sizeof(*grown));
    c->presets = grown;
    struct preset *p = &grown[c->n_presets];
    *p = (struct preset){.name = arena_strdup(f->arena, pair->key), .line = pair->line, .col = pair->col};
    if (preset_values(f, p, pair->value))
        return -1;
    c->n_presets++;
    return 1;
}

/* Two agents of one name, or two tools of one type and name, would make the choice between them a matter of
 * chance. */
static int config_check(struct fill *f, void *object, const struct yaml_node *map)
{
    struct config *c = object;
    for (size_t i = 0; i < c->n_agents; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(c->agents[i].name, c->agents[k].name) == 0)
                return error_at(f->err, ERROR_INVALID, f->doc->file, c->agents[i].line, c->agents[i].col,
                                "agent '%s' stands twice, first in line %d", c->agents[i].name,
                                c->agents[k].line);
    for (size_t i = 0; i < c->n_tools; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(c->tools[i].name, c->tools[k].name) == 0 &&
                strcmp(c->tools[i].type, c->tools[k].type) == 0)
                return yaml_error(f->err, f->doc, yaml_get(map, "tools")->items[i],
                                  "%s tool '%s' stands twice", c->tools[i].type, c->tools[i].name);
    for (size_t i = 0; i < c->n_managed_files; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(c->managed_files[i].id, c->managed_files[k].id) == 0)
                return yaml_error(f->err, f->doc, yaml_get(map, "configFiles")->items[i],
                                  "the file '%s' stands twice", c->managed_files[i].id);
    return 0;
}

static const struct schema config_schema =
    SCHEMA(config, "the configuration", .other = config_other, .check = config_check);

static int config_fill(struct config *c, const struct yaml_doc *doc, struct error *err)
{
    _cleanup_free_ char *absolute = path_absolute(doc->file);
    _cleanup_free_ char *dir = path_dirname(absolute);
    struct fill f = {doc, &c->arena, dir, err};
    c->file = arena_strdup(&c->arena, absolute);
    return doc->root && doc->root->kind != YAML_NULL ? schema_fill(&f, &config_schema, c, doc->root) : 0;
}

int config_load(struct config *c, const char *file, struct error *err)
{
    struct yaml_doc doc = {0};
    /* Defaults that are not zero, before the file is read. */
    c->built_in = true;
    c->maven.isolate = true;
    int rc = yaml_load(&doc, file, err);
    if (!rc)
        rc = config_fill(c, &doc, err);
    yaml_release(&doc);
    return rc;
}

void config_release(struct config *c)
{
    arena_release(&c->arena);
    memset(c, 0, sizeof(*c));
}

const char *agent_extra(const struct agent_config *a, const char *key)
{
    for (size_t i = 0; i < a->n_extra; i++)
        if (strcmp(a->extra[i].name, key) == 0)
            return a->extra[i].value;
    return NULL;
}
