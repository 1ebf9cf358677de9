/* Files and paths. Nothing here follows a symbolic link in the last component unless said. Paths are
 * bytes; a returned string is owned by the caller. */
#ifndef BASE_FS_H
#define BASE_FS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include "base/buf.h"
#include "base/error.h"

int fs_mkdir_p(const char *path, mode_t mode,
               struct error *err); /* existing directories are kept as they are */
/* Removes a file or a whole tree; no error when there is none. Works by descriptors, so that a directory
 * swapped for a link meanwhile is not entered. Unwritable directories are made writable first. */
int fs_rm_rf(const char *path, struct error *err);
/* The same for what is in the directory; the folder itself stays, with its mode. */
int fs_empty_dir(const char *path, struct error *err);

/* Appends the content; more than limit bytes is an error (0: 256 MiB), and so is anything but a regular
 * file, a FIFO or a character device. */
int fs_read_file(const char *path, size_t limit, struct buf *out, struct error *err);
/* Readers see the old or the new content, never a part. fs_write_file writes in place. */
int fs_write_file_atomic(const char *path, const void *data, size_t n, mode_t mode, struct error *err);
int fs_write_file(const char *path, const void *data, size_t n, mode_t mode, struct error *err);
int fs_copy_file(const char *from, const char *to, mode_t mode, struct error *err); /* mode 0: that of from */

bool fs_exists(const char *path); /* follows links */
bool fs_is_dir(const char *path); /* follows links */

/* A new 0700 directory PARENT/PREFIXxxxxxxxx; the parent is made when missing. */
char *fs_tempdir(const char *parent, const char *prefix, struct error *err);

/* Visits what is below root, parents first, in byte order of names; links are reported, not followed.
 * path is relative to root. The callback returns 0, FS_SKIP (do not enter this directory) or -1. */
enum { FS_SKIP = 1 };
typedef int fs_walk_fn(void *data, const char *path, const struct stat *st, struct error *err);
int fs_walk(const char *root, fs_walk_fn *fn, void *data, struct error *err);

/* path when absolute, else dir/path. */
char *path_join(const char *dir, const char *path);
/* Lexical: removes "." and empty parts and resolves ".."; "" becomes ".". */
char *path_normalise(const char *path);
const char *path_basename(const char *path); /* borrowed; text after the last slash */
char *path_dirname(const char *path);
/* Whether path (relative to root unless absolute) stays below root, or is root, once links of the part
 * that exists are resolved. */
bool path_inside(const char *root, const char *path);

#endif
