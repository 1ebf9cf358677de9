/* Where work is done. One struct of function pointers for each kind (local; docker, ssh, kubernetes).
 *
 * Every operation is a start with a callback, so that a far agent can implement it the same way; a near
 * one calls the callback before the start returns. After a start returned -1 no callback comes.
 *
 * Who owns what: an agent belongs to a node (runner/engine/node.h) or to a lease that was made for it;
 * jobs borrow it and have to end before it is freed. Paths are the agent's own, and always absolute:
 * relative ones are made so by steps, against the scope's folder. */
#ifndef AGENTS_AGENT_H
#define AGENTS_AGENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/glob.h"
#include "base/hash.h"
#include "agents/job.h"

struct agent;

enum agent_file_kind {
    /* The names that cross to a helper program are in file_request.c: an entry here needs one there and a
     * function in files.c. */
    AGENT_READ,   /* reply.data; error when absent or over limit */
    AGENT_WRITE,  /* data, mode; parents are made. With a mode the file is replaced atomically */
    AGENT_STAT,   /* reply.found, and entry 0 */
    AGENT_MKDIR,  /* with parents */
    AGENT_DELETE, /* a file or tree; no error when absent */
    AGENT_EMPTY,  /* what is in a directory (deleteDir of a workspace keeps the folder) */
    AGENT_LIST,   /* one directory, by name; reply.entries */
    AGENT_GLOB,   /* Ant patterns below path; reply.entries with paths relative to it */
    AGENT_TEMP,   /* new 0700 directory below path, its name begins with `includes`; reply.data is its path */
    AGENT_TOUCH,  /* made if missing; mtime_ms < 0: now. entry 0 */
    AGENT_DIGEST, /* reply.data: hex */
    AGENT_PRUNE,  /* deletes below path what includes choose and excludes do not; folders only with `dirs` */
    AGENT_KINDS,
};

struct agent_file {
    enum agent_file_kind kind;
    const char *path;                /* absolute on the agent */
    const void *data;                /* WRITE */
    size_t len, limit;               /* WRITE: bytes; READ: most bytes accepted (0: default) */
    mode_t mode;                     /* WRITE, MKDIR; 0: default */
    bool append;                     /* WRITE */
    int64_t mtime_ms;                /* TOUCH */
    enum hash_kind digest;           /* DIGEST */
    const char *includes, *excludes; /* GLOB, PRUNE, as in base/glob.h */
    bool dirs;                       /* PRUNE: a folder that is chosen goes with all that is in it */
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

struct launcher;
struct agent_helper { /* for worker_start_at() */
    struct launcher *launcher;
    const char *program; /* a path or a name on PATH, where the launcher leads */
};

struct agent_ops {
    const char *kind;
    /* NULL: wrong use, err is set. cwd, tmp and env are the agent's own. */
    struct shell_job *(*shell)(struct agent *a, const struct shell_options *o,
                               const struct shell_callbacks *cb, void *data, struct error *err);
    void (*cancel)(struct agent *a, struct shell_job *job);
    int (*file)(struct agent *a, const struct agent_file *op, agent_file_fn *done, void *arg,
                struct error *err);
    /* Kills what carries the entry NAME=value in its environment: end of build. NULL: nothing can be left. */
    void (*sweep)(struct agent *a, const char *cookie, int grace_ms, void (*done)(void *arg), void *arg);
    /* Where the helper program stands beside the files; NULL: the files are this machine's. */
    const struct agent_helper *(*helper)(struct agent *a);
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
