/* The libraries of a build, as the files library*.c share them. */
#ifndef RUNNER_ENGINE_LIBRARY_LIST_H
#define RUNNER_ENGINE_LIBRARY_LIST_H

#include "runner/engine/library.h"

struct library_variable { /* a script of vars/ that was used */
    char *name;
    struct value script;
};

struct library {
    char *name, *version; /* version NULL: none was asked for */
    char *root;           /* this build's copy */
};

struct libraries {
    VEC(struct library) list; /* in the order in which they were loaded, which is that of look-ups */
    VEC(struct library_variable) variables; /* made so far; a build has some ten */
    char *staged;                           /* where copies lie until the build has a folder; NULL */
    int staged_lock;                        /* held as long as that is so */
    struct error class_error;
};

struct libraries *libraries_of(struct run *run);

/* Makes `to` a copy of the library's vars/, src/ and resources/ (library_fetch.c). */
int library_copy(struct run *run, const struct library_wanted *wanted, const char *version, const char *to,
                 struct error *err);

#endif
