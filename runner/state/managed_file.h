/* Managed files of the configuration, `configFiles:` [config-file-provider]: texts that a build is given by
 * id. The files of Maven and npm hold logins of servers, which are filled in from credentials when the file
 * is written for a build (runner/steps/tools/managed_content.h). */
#ifndef RUNNER_STATE_MANAGED_FILE_H
#define RUNNER_STATE_MANAGED_FILE_H

#include "runner/state/schema.h"

struct server_login {
    char *server, *credentials_id; /* server: the id of a Maven server, or the URL of an npm registry */
    char *scopes;                  /* npm: blank-separated; NULL: the registry of all other packages */
};

struct managed_file {
    char *id, *name; /* name: the id unless given */
    char *type;      /* a name of the table in managed_file.c */
    char *content;   /* as it stands in the configuration; NULL: */
    char *path;      /* the file that holds it, read when used; NULL: made from mirror and logins alone */
    char *mirror;    /* maven-settings: "aliyun", or the URL of a mirror of Maven Central; NULL: none */
    struct server_login *logins;
    size_t n_logins;
    bool keep_servers; /* replaceAll: false: servers of the file that have no login stay */
    int line;
};

extern const struct schema managed_file_schema;
struct config;
const struct managed_file *managed_file_find(const struct config *c, const char *id); /* NULL: none */
/* maven-settings, global-maven-settings: what Maven reads as its settings. */
bool managed_file_is_settings(const struct managed_file *f);

#endif
