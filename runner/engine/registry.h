/* Who may use which image registry: what withDockerRegistry or `docker login` left in DOCKER_CONFIG, then
 * `registries:` of gmrun.yaml, then the user's own ~/.docker/config.json.
 *
 * What is returned as "secret" is wiped by its caller (explicit_bzero) when it was used. */
#ifndef RUNNER_ENGINE_REGISTRY_H
#define RUNNER_ENGINE_REGISTRY_H

#include "base/error.h"
#include "executors/registry.h"
#include "runner/engine/run.h"

/* The host of an image's name, as Docker reads it: "registry.example:5000"; "docker.io" when it names none.
 * Owned. */
char *registry_of_image(const char *image);
/* The repository as the registry itself calls it: without the host, "library/" before a name of Docker Hub's
 * own. Owned. */
char *registry_path_of(const char *repository);
/* The host of a registry's URL or of a name with a path, without scheme; Docker Hub's addresses all give
 * "docker.io". Owned. */
char *registry_host(const char *url);

struct registry_login {
    char *user, *password; /* owned; both NULL: none known */
    char *token;           /* identity token in place of a password */
};
/* Empty when none is known; that is no error. An unreadable or malformed config.json is. */
int registry_login_find(struct run *run, const struct scope *scope, const char *host,
                        struct registry_login *out, struct error *err);
void registry_login_release(struct registry_login *l); /* wipes */

/* X-Registry-Auth for one host; NULL without error: none known. Owned, secret. */
char *registry_auth(struct run *run, const struct scope *scope, const char *host, struct error *err);
/* X-Registry-Config for all that are known: a build may need several. Owned, secret; NULL: none. */
char *registry_config(struct run *run, const struct scope *scope, struct error *err);

/* A client of that host with the login that is known, or with the given one; the run's, shared by all steps
 * with that login. NULL: err. */
struct registry *registry_open(struct run *run, const struct scope *scope, const char *host,
                               struct error *err);
struct registry *registry_open_as(struct run *run, const char *host, const struct registry_login *l);
void run_registries_free(struct run *run);

/* config.json as `docker login` would leave it: what DOCKER_CONFIG or ~/.docker has now with this login in
 * it; `alone`: without other logins. Owned, secret; NULL: err. */
char *registry_config_with(struct run *run, const struct scope *scope, const char *host,
                           const struct registry_login *l, bool alone, struct error *err);
/* The config.json of a docker program that is elsewhere (`text`: what it has; "": nothing) with the logins of
 * `registries:`, of one host or (NULL) of all; `keep`: one that it has counts more. Owned, secret; NULL: err.
 */
char *registry_config_configured(struct run *run, const char *text, const char *host, bool keep,
                                 struct error *err);
bool registry_is_configured(const struct run *run, const char *host); /* there is such a login; NULL: any */
/* The same without the login of a host (NULL: without any). `*known`: whether there was one. */
char *registry_config_without(struct run *run, const struct scope *scope, const char *host, bool *known,
                              struct error *err);

#endif
