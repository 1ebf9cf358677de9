/* gmrun.yaml, credentials.yaml and parameter files, read once and checked: an unknown key, a wrong
 * type, a bad YAML is one error with file:line:col and the nearest known key. Relative paths in them are
 * relative to the folder of the file that names them; they are absolute here. */
#ifndef RUNNER_STATE_CONFIG_H
#define RUNNER_STATE_CONFIG_H

#include "base/arena.h"
#include "base/error.h"
#include "runner/state/credentials.h"
#include "runner/state/name_value.h"
#include "runner/state/notify_config.h"
#include <stdbool.h>
#include <stddef.h>

struct service_config { /* services: of an agent of kind docker: a container beside it */
    char *name, *alias; /* by which it is reached; alias NULL: the name alone */
    char *image, *args, *command;
    struct name_value *env;
    size_t n_env;
    char **ports; /* as options -p of docker run */
    size_t n_ports;
    int wait_port, wait_seconds; /* 0: none; the default */
    bool always_pull;
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
    struct service_config *services;
    size_t n_services;
    int line, col; /* of the entry in config.file */
};
const char *agent_extra(const struct agent_config *a, const char *key); /* NULL when absent */
struct tool_config {
    char *type, *name, *home; /* type: a name of runner/state/tool_type.h */
    int line;
};
struct library_config {
    char *name, *path, *remote, *version, *credentials_id;
    bool implicit;
};
struct registry_config {
    char *url, *credentials_id;
};
struct ssh_server_config { /* sshServers: what sshPublisher names by configName */
    char *name, *host, *user, *credentials_id;
    char *known_hosts, *host_key; /* file; "ssh-ed25519 AAAA…"; NULL: the user's known hosts */
    char *remote_directory;
    int port; /* 0: ssh's own */
    bool any_host;
};

struct maven_config { /* maven: of every mvn that a build starts */
    bool given;       /* the section stands in the file */
    char *mirror;     /* "aliyun", or the URL of a mirror of Maven Central */
    char *local_repository;
    bool offline;
    bool isolate; /* runs that install work on a layer of their own (runner/steps/tools/maven.sh); default */
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
    struct managed_file *managed_files; /* configFiles: runner/state/managed_file.h */
    size_t n_managed_files;
    struct ssh_server_config *ssh_servers;
    size_t n_ssh_servers;
    struct library_config *libraries;
    size_t n_libraries;
    struct registry_config *registries;
    size_t n_registries;
    char **registry_mirrors; /* of Docker Hub, as the engine's registry-mirrors: URLs or hosts */
    size_t n_registry_mirrors;
    struct maven_config maven;
    char *agent_image; /* kubernetes: {agentImage}, of the helper container of pods; NULL: the one of this
                          version */
    char *sonar_url, *sonar_name, *sonar_credentials_id; /* sonar: {name, url, credentialsId} */
    struct notify_config notify;                         /* mail:, slack:, dingtalk: … */
    char *jobs_json;                                     /* jobs: as JSON text, for `serve`; NULL: none */
    struct preset *presets;
    size_t n_presets;
};
/* c is zeroed but for preset_keys; valid for config_release() in both cases. */
int config_load(struct config *c, const char *file, struct error *err); /* a missing file is an error */
void config_release(struct config *c);

#endif
