/* gmrun.yaml, credentials.yaml and parameter files, read once and checked: an unknown key, a wrong
 * type, a bad YAML is one error with file:line:col and the nearest known key. Relative paths in them are
 * relative to the folder of the file that names them; they are absolute here. */
#ifndef RUNNER_STATE_CONFIG_H
#define RUNNER_STATE_CONFIG_H

#include "base/arena.h"
#include "base/error.h"
#include "runner/state/credentials.h"
#include <stdbool.h>
#include <stddef.h>

struct name_value {
    char *name, *value;
};

struct agent_config {
    char *name;
    char **labels;
    size_t n_labels;
    char *kind;    /* "local", "docker", "kubernetes", "ssh" */
    int executors; /* 0: default */
    struct name_value *env;
    size_t n_env;
    /* Kind-specific keys, as text: image, args, yamlFile, namespace, host, user, credentialsId, workspace …
     * Which kind knows which: agent_keys in config.c. A list or map (nodeSelector, volumes, a pod's yaml) is
     * JSON text. */
    struct name_value *extra;
    size_t n_extra;
    int line, col; /* of the entry in config.file */
};
const char *agent_extra(const struct agent_config *a, const char *key); /* NULL when absent */
struct tool_config {
    char *type, *name, *home;
};
struct library_config {
    char *name, *path, *remote, *version, *credentials_id;
    bool implicit;
};
struct registry_config {
    char *url, *credentials_id;
};

/* An option of the command line that gmrun.yaml presets: `timestamps: true`, `skip: [Deploy, Test]`. */
struct preset {
    const char *name;
    const char **values;
    size_t n;
    int line, col;
};

struct config {
    /* Set before config_load(): the top-level keys that preset options; borrowed. */
    const char *const *preset_keys;
    size_t n_preset_keys;
    struct arena arena; /* owns all texts and arrays below */
    char *file;         /* where it was read from; NULL: defaults */
    int executors;      /* of the built-in node; 0: default */
    bool built_in;      /* false: no built-in node */
    struct name_value *env;
    size_t n_env;
    struct agent_config *agents;
    size_t n_agents;
    struct tool_config *tools;
    size_t n_tools;
    struct library_config *libraries;
    size_t n_libraries;
    struct registry_config *registries;
    size_t n_registries;
    char *sonar_url, *sonar_name, *sonar_credentials_id; /* sonar: {name, url, credentialsId} */
    char *jobs_json;                                     /* jobs: as JSON text, for `serve`; NULL: none */
    struct preset *presets;
    size_t n_presets;
};
/* c is zeroed but for preset_keys; valid for config_release() in both cases. */
int config_load(struct config *c, const char *file, struct error *err); /* a missing file is an error */
void config_release(struct config *c);

/* YAML or JSON map of scalars (lists are refused), in order. Texts as written; null is the empty text. */
int params_file_load(const char *file, struct name_value **items, size_t *len, struct error *err);
void name_values_free(struct name_value *items, size_t len);

#endif
