/* How one remote repository is reached: its address, who we are there, whom we trust. */
#ifndef WORKER_ACCESS_H
#define WORKER_ACCESS_H

#include <git2.h>
#include <git2/sys/transport.h>
#include "agents/worker/askpass.h"
#include "agents/worker/job.h"
#include "agents/worker/program.h"
#include "base/buf.h"

/* libgit2's GIT_…_INIT macros name only the first members */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

struct access {
    struct job *job;         /* borrowed */
    struct url url;          /* owned */
    struct creds creds;      /* borrowed from the request and url */
    const char *ca_file;     /* PEM bundle instead of the system's; NULL: the system's */
    const char *known_hosts; /* ssh host keys seen before; new ones are added. NULL: ~/.ssh/known_hosts */
    char *key_file;          /* owned path of the private key's memory file, NULL until needed */
    char *askpass_file;
    int key_fd, askpass_fd; /* -1 until needed */
    unsigned asked;         /* how often the server wanted credentials in this connection */
    bool refused_tls;       /* the certificate was not trusted */
    struct buf ssh_said;    /* standard error of ssh */
};

/* Takes url, credentials, caFile, knownHosts from the object (the request, or one of its remotes). */
int access_init(struct access *a, struct job *j, const json_t *o, struct error *err);
/* For _cleanup_; a zeroed or half-initialised one too. */
void access_release(struct access *a);

/* Fills callbacks (credentials, certificate, progress, ssh); `a` must outlive them. */
void access_callbacks(struct access *a, git_remote_callbacks *cb);
/* Readies libgit2 and its trust store; once before the first use of libgit2. */
int access_start_git(const struct job *j, struct error *err);
/* Turns libgit2's last error into ours: kind and message, led by `what`. Returns -1. */
int access_fail(struct access *a, int code, const char *what, struct error *err);
/* For the git program: credentials, ssh options, trust. */
int access_program(struct access *a, struct program *p, struct error *err);
/* The same from the output of a git program that failed. Returns -1.
 * `output` is all that the program said; only its last telling line is shown. */
int access_fail_text(struct access *a, const char *output, const char *what, struct error *err);

/* ssh options for that address: what stands between "ssh" and the host name. Strings owned by the list. */
struct ssh_args {
    VEC(char *) items;
};
int access_ssh_args(struct access *a, const struct url *u, struct ssh_args *args, struct error *err);
void ssh_args_release(struct ssh_args *args);
/* Password prompts of ssh and git go to this program. */
int access_askpass_env(struct access *a, struct program *p, struct error *err);
git_transport_cb access_ssh_transport(void);

/* libgit2's last error as ours (FAIL_OTHER), led by `what`; returns -1. */
int git_fail(struct error *err, const char *what);

#endif
