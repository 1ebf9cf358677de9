/* A login is a config.json (0600) in a folder of its own, which DOCKER_CONFIG names: gmrun's steps and the
 * docker program of `sh` read the same. The folder goes with its scope. */
#ifndef RUNNER_STEPS_DOCKER_LOGIN_H
#define RUNNER_STEPS_DOCKER_LOGIN_H

#include "runner/engine/registry.h"
#include "runner/steps/step.h"

/* The user and password of a credential id. -1: err. */
int login_of_credentials(struct run *run, const char *id, struct registry_login *l, struct error *err);
/* Writes config.json (`text` is wiped) into a new folder of the scope's node, which DOCKER_CONFIG names in
 * that scope. -1: err. */
int login_place(struct scope *scope, char *text, struct error *err);
/* DOCKER_CONFIG is that folder of the scope's node from now on; it goes with the scope. */
void login_keep(struct run *run, struct scope *scope, const char *folder);
/* The dockerCert credential of an id; borrowed. NULL: err. */
const struct credential *login_certificates(struct run *run, const char *id, struct error *err);
/* DOCKER_TLS_VERIFY and DOCKER_CERT_PATH of a dockerCert credential in that scope. -1: err. */
int login_use_certificates(struct run *run, struct scope *scope, const char *id, struct error *err);

#endif
