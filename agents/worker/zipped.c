/* A zip archive of one file, in memory: the log of a build as an attachment.
 * libarchive's writer to memory; deflated, as mail servers refuse large attachments by their size. */
#include "agents/worker/mime.h"
#include "base/util.h"
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static la_ssize_t collect(struct archive *a, void *data, const void *bytes, size_t n)
{
    buf_add(data, bytes, n);
    return (la_ssize_t)n;
}

static int pour(struct archive *a, int fd)
{
    char room[65536];
    ssize_t n;
    while ((n = read(fd, room, sizeof(room))) > 0)
        if (archive_write_data(a, room, (size_t)n) < 0)
            return -1;
    return n < 0 ? -1 : 0;
}

/* The length is said beforehand: a log may grow while it is read, and then ends at what it was. */
int zip_single(const char *file, const char *member, struct buf *out, struct error *err)
{
    _cleanup_(close_fd) int fd = open(file, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_errno(err, "%s", file);
    struct archive *a = archive_write_new();
    struct archive_entry *e = archive_entry_new();
    archive_write_set_format_zip(a);
    archive_entry_set_pathname(e, member);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0644);
    archive_entry_set_mtime(e, st.st_mtime, 0);
    archive_entry_set_size(e, st.st_size);
    int status = archive_write_open(a, out, NULL, collect, NULL) == ARCHIVE_OK &&
                         archive_write_header(a, e) == ARCHIVE_OK && pour(a, fd) == 0 &&
                         archive_write_close(a) == ARCHIVE_OK
                     ? 0
                     : error_set(err, ERROR_SYSTEM, "%s: %s", file,
                                 archive_error_string(a) ? archive_error_string(a) : strerror(errno));
    archive_entry_free(e);
    archive_write_free(a);
    return status;
}
