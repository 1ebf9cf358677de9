/* Edits the text of a Maven settings file: logins of servers, a mirror. What is not touched stays as it was
 * written, comments included [config-file-provider: CredentialsHelper.fillAuthentication]. */
#ifndef RUNNER_STEPS_TOOLS_MAVEN_SETTINGS_H
#define RUNNER_STEPS_TOOLS_MAVEN_SETTINGS_H

#include "base/buf.h"
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>

struct maven_server { /* absent ones NULL; borrowed */
    const char *id, *username, *password, *private_key_file, *passphrase;
};

/* Appends a text as it stands between tags. */
void xml_add_text(struct buf *out, const char *text);
/* A file without a server or mirror. */
void maven_settings_start(struct buf *text);
/* Puts the servers in. Those of the file with the same id go; with `all` every other one, too. -1: the text
 * has no <settings>. */
int maven_settings_servers(struct buf *text, const struct maven_server *servers, size_t n, bool all,
                           struct error *err);
/* A mirror of Maven Central: "aliyun", or its URL. */
int maven_settings_mirror(struct buf *text, const char *mirror, struct error *err);
int maven_settings_repository(struct buf *text, const char *path, struct error *err); /* localRepository */

#endif
