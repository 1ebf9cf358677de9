/* Where work is done. One struct of function pointers for each kind (local; docker, ssh, kubernetes).
 *
 * Every operation is a start with a callback, so that a far agent can implement it the same way; a near
 * one may call the callback before the start returns. After a start returned -1 no callback comes. */
#ifndef AGENTS_AGENT_H
#define AGENTS_AGENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/glob.h"
#include "agents/job.h"

struct agent;

enum agent_file_kind {
    AGENT_READ,   /* reply.data; error when absent or over limit */
    AGENT_WRITE,  /* data, mode; parents are made. With a mode the file is replaced atomically */
    AGENT_STAT,   /* reply.found, and entry 0 */
    AGENT_MKDIR,  /* with parents */
    AGENT_DELETE, /* a file or tree; no error when absent */
    AGENT_EMPTY,  /* what is in a directory (deleteDir of a workspace keeps the folder) */
    AGENT_LIST,   /* one directory, by name; reply.entries */
    AGENT_GLOB,   /* Ant patterns below path; reply.entries with paths relative to it */
    AGENT_TEMP,   /* new 0700 directory below path; reply.data is its path */
};

struct agent_file {
    enum agent_file_kind kind;
    const char *path;                /* absolute on the agent */
    const void *data;                /* WRITE */
    size_t len, limit;               /* WRITE: bytes; READ: most bytes accepted (0: default) */
    mode_t mode;                     /* WRITE, MKDIR; 0: default */
    const char *includes, *excludes; /* GLOB, as in base/glob.h */
    enum glob_split split;
    bool no_default_excludes, ignore_case, no_follow_symlinks;
};

struct agent_entry {
    const char *path; /* name (LIST), relative path (GLOB), as asked (STAT) */
    bool is_dir;
    int64_t size;     /* bytes */
    int64_t mtime_ms; /* since 1970 */
};

struct agent_reply {
    bool found;
    struct buf data; /* may be taken with buf_steal */
    const struct agent_entry *entries;
    size_t count;
};

/* err is NULL on success. All borrowed until the return. */
typedef void agent_file_fn(void *arg, struct agent_reply *reply, const struct error *err);

struct agent_ops {
    const char *kind;
    /* NULL: wrong use, err is set. cwd, tmp and env are the agent's own. */
    struct shell_job *(*shell)(struct agent *a, const struct shell_options *o,
                               const struct shell_callbacks *cb, void *data, struct error *err);
    void (*cancel)(struct agent *a, struct shell_job *job);
    int (*file)(struct agent *a, const struct agent_file *op, agent_file_fn *done, void *arg,
                struct error *err);
    /* Kills what carries the entry NAME=value in its environment: end of build. */
    int (*sweep)(struct agent *a, const char *cookie, int grace_ms);
    void (*free)(struct agent *a); /* after the last job's done(); removes the folders of scripts */
};

/* Embedded first in each kind's own struct. */
struct agent {
    const struct agent_ops *ops;
    const char *name; /* borrowed */
};

struct procs;
struct agent *agent_local_new(struct procs *ps, const char *name);

#endif
