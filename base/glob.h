/* Ant patterns, as Jenkins' archiveArtifacts, stash, junit, findFiles take them
 * (org.apache.tools.ant.DirectoryScanner and SelectorUtils).
 *
 * `?` one character, `*` any run within a path part, a part that is exactly `**` any number of parts; a
 * trailing separator means all below; / and \ are both separators. Matching is greedy with one restart
 * point at each level, so its time is bounded by pattern x path. */
#ifndef BASE_GLOB_H
#define BASE_GLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include "base/error.h"

/* A compiled list of patterns. Zeroed = empty (matches nothing). */
struct glob_list {
    struct glob_pattern *patterns;
    size_t len, cap;
};

enum glob_split {
    GLOB_ONE,    /* the text is one pattern */
    GLOB_COMMA,  /* commas separate (blanks around are trimmed) */
    GLOB_BLANKS, /* commas or blanks separate */
};

void glob_add(struct glob_list *g, const char *patterns, enum glob_split split);
void glob_add_default_excludes(struct glob_list *g); /* Ant's: SCM folders and files, editor backups */
void glob_release(struct glob_list *g);

bool glob_match(const struct glob_list *g, const char *path, bool case_sensitive); /* any of them */
/* Whether something below directory `dir` could match. */
bool glob_match_start(const struct glob_list *g, const char *dir, bool case_sensitive);
/* One pattern, uncompiled: for `when { branch }`, `changeset` and the like. */
bool glob_match_one(const char *pattern, const char *path, bool case_sensitive);

struct ant_scan {
    const char *root;
    const char *includes; /* NULL or "": everything */
    const char *excludes; /* NULL or "": nothing */
    enum glob_split split;
    bool no_default_excludes, ignore_case, no_follow_symlinks; /* zeroed = Ant's defaults */
};

/* Calls fn for every matching file (not directories), in byte order of the paths, which are relative to
 * root with slashes. With no_follow_symlinks links are left out, as in Ant; a link loop is entered once.
 * fn returns 0, or -1 to stop. Returns the number of files, or -1 (root is no directory, …). */
typedef int ant_scan_fn(void *data, const char *path, const struct stat *st, struct error *err);
long ant_scan(const struct ant_scan *s, ant_scan_fn *fn, void *data, struct error *err);

#endif
