/* The table of managed files' types and the schema of `configFiles`. Which keys a type takes is in its
 * row; the texts themselves are read when a build asks for them, so that a file that changes counts for
 * the next build. */
#include "runner/state/managed_file.h"
#include "base/util.h"
#include "runner/state/config.h"
#include <string.h>

static const struct {
    const char *name;
    bool settings, logins, from_mirror; /* from_mirror: no content is needed */
} types[] = {
    {"custom", .logins = false},
    {"global-maven-settings", true, true, true},
    {"groovy", .logins = false},
    {"json", .logins = false},
    {"maven-settings", true, true, true},
    {"maven-toolchains", .logins = false},
    {"npm", .logins = true, .from_mirror = true},
    {"properties", .logins = false},
    {"xml", .logins = false},
};

#define OFF(T, f) offsetof(struct T, f)

static const struct field login_fields[] = {
    {.key = "serverId", .type = FIELD_TEXT, .offset = OFF(server_login, server), .required = true},
    {.key = "credentialsId",
     .type = FIELD_TEXT,
     .offset = OFF(server_login, credentials_id),
     .required = true},
};
static const struct schema login_schema = {.what = "a server's login",
                                           .size = sizeof(struct server_login),
                                           .fields = login_fields,
                                           .n_fields = ARRAY_LEN(login_fields)};

static const struct field registry_fields[] = {
    {.key = "url", .type = FIELD_TEXT, .offset = OFF(server_login, server), .required = true},
    {.key = "credentialsId", .type = FIELD_TEXT, .offset = OFF(server_login, credentials_id)},
    {.key = "scopes", .type = FIELD_TEXT, .offset = OFF(server_login, scopes)},
};
static const struct schema npm_registry_schema = {.what = "a registry of npm",
                                                  .size = sizeof(struct server_login),
                                                  .fields = registry_fields,
                                                  .n_fields = ARRAY_LEN(registry_fields)};

static int replace_all_read(struct fill *f, void *object, const struct yaml_node *v)
{
    bool all;
    if (!yaml_bool(v, &all))
        return yaml_error(f->err, f->doc, v, "'replaceAll' must be true or false");
    ((struct managed_file *)object)->keep_servers = !all;
    return 0;
}

#define LOGINS(name_, schema_)                                                                               \
    {                                                                                                        \
        .key = #name_, .type = FIELD_LIST, .offset = OFF(managed_file, logins),                              \
        .offset_len = OFF(managed_file, n_logins), .sub = &schema_                                           \
    }
static const struct field managed_file_fields[] = {
    {.key = "id", .type = FIELD_TEXT, .offset = OFF(managed_file, id), .required = true},
    {.key = "name", .type = FIELD_TEXT, .offset = OFF(managed_file, name)},
    {.key = "type", .type = FIELD_TEXT, .offset = OFF(managed_file, type)},
    {.key = "content", .type = FIELD_TEXT, .offset = OFF(managed_file, content)},
    {.key = "path", .type = FIELD_PATH, .offset = OFF(managed_file, path)},
    {.key = "mirror", .type = FIELD_TEXT, .offset = OFF(managed_file, mirror)},
    {.key = "replaceAll", .type = FIELD_CUSTOM, .read_fn = replace_all_read},
    LOGINS(serverCredentials, login_schema),
    LOGINS(registries, npm_registry_schema),
};

static int managed_file_check(struct fill *f, void *object, const struct yaml_node *map)
{
    struct managed_file *m = object;
    size_t t = 0;
    m->line = map->line;
    if (!m->name)
        m->name = m->id;
    if (!m->type)
        m->type = arena_strdup(f->arena, "custom");
    while (t < ARRAY_LEN(types) && strcmp(types[t].name, m->type) != 0)
        t++;
    if (t == ARRAY_LEN(types))
        return yaml_error(f->err, f->doc, yaml_get(map, "type"),
                          "unknown type '%s' of file '%s'; there are custom, global-maven-settings, groovy, "
                          "json, maven-settings, maven-toolchains, npm, properties, xml",
                          m->type, m->id);
    if (m->content && m->path)
        return yaml_error(f->err, f->doc, map, "file '%s' has both 'content' and 'path'", m->id);
    if (!m->content && !m->path && !types[t].from_mirror)
        return yaml_error(f->err, f->doc, map, "file '%s' needs 'content' or 'path'", m->id);
    if (m->mirror && !types[t].settings)
        return yaml_error(f->err, f->doc, yaml_get(map, "mirror"), "only Maven settings have a 'mirror'");
    const char *own = types[t].settings ? "serverCredentials" : "registries";
    const char *others = types[t].settings ? "registries" : "serverCredentials";
    /* serverCredentials and registries fill the same array: which of them is meant is the type's. */
    if (m->n_logins && (!types[t].logins || !yaml_get(map, own)))
        return yaml_error(f->err, f->doc, yaml_get(map, others) ? yaml_get(map, others) : map,
                          "a file of type %s has no '%s'", m->type, others);
    return 0;
}

const struct schema managed_file_schema = {.what = "a file of configFiles",
                                           .size = sizeof(struct managed_file),
                                           .fields = managed_file_fields,
                                           .n_fields = ARRAY_LEN(managed_file_fields),
                                           .check = managed_file_check};

const struct managed_file *managed_file_find(const struct config *c, const char *id)
{
    for (size_t i = 0; id && i < c->n_managed_files; i++)
        if (strcmp(c->managed_files[i].id, id) == 0)
            return &c->managed_files[i];
    return NULL;
}

bool managed_file_is_settings(const struct managed_file *f)
{
    return strcmp(f->type, "maven-settings") == 0 || strcmp(f->type, "global-maven-settings") == 0;
}
