/* java.io.File and java.nio.file.Paths on the local machine.
 *
 * These are files of the controller, here of gmrun's own machine, also inside a node on another one. Relative
 * paths are those of the process, never of the node's workspace; steps are for that. */
#include "runner/lib/boxed.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include "base/error.h"
#include "base/fs.h"
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* As File's constructor cleans a path: no double and no trailing slash. */
static char *clean_path(const char *path)
{
    struct buf b = {0};
    for (const char *p = path; *p; p++) {
        if (*p != '/' || !b.len || b.data[b.len - 1] != '/')
            buf_addch(&b, *p);
    }
    if (b.len > 1 && b.data[b.len - 1] == '/')
        b.data[--b.len] = 0;
    return buf_steal(&b);
}

static struct value file_value(struct fiber *f, const char *path) /* takes nothing */
{
    _cleanup_free_ char *clean = clean_path(path);
    return boxed_new(f, "java.io.File", clean);
}

static const char *path_of(struct fiber *f, struct value v, struct value *hold)
{
    const char *path = boxed_text(v);
    return path ? path : value_text(f, v, hold);
}

NATIVE(file_new)
{
    TEXT_HOLD(hold_a);
    TEXT_HOLD(hold_b);
    if (argv[0].tag == VAL_NULL && argc == 1)
        return vm_throw(f, "NullPointerException", NULL);
    const char *parent = argv[0].tag == VAL_NULL ? "" : path_of(f, argv[0], &hold_a);
    if (argc == 1)
        return give(out, file_value(f, parent));
    _cleanup_free_ char *joined =
        xasprintf("%s%s%s", parent, *parent ? "/" : "", path_of(f, argv[1], &hold_b));
    return give(out, file_value(f, joined));
}

NATIVE(file_name)
{
    return give(out, string_from(path_basename(boxed_text(self))));
}

/* The text before the last slash; NULL if there is none.
 * "/" has none, "/a" has "/". */
static char *parent_path(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash || !path[1])
        return NULL;
    return xstrndup(path, slash == path ? 1 : (size_t)(slash - path));
}

NATIVE(file_parent)
{
    _cleanup_free_ char *parent = parent_path(boxed_text(self));
    return give(out, parent ? string_from(parent) : NULL_VALUE);
}

NATIVE(file_parent_file)
{
    _cleanup_free_ char *parent = parent_path(boxed_text(self));
    return give(
        out, parent ? boxed_new(f, value_instance_of(fiber_vm(f), self, "File") ? "java.io.File" : "UnixPath",
                                parent)
                    : NULL_VALUE);
}

static char *absolute_path(const char *path)
{
    char *cwd = getcwd(NULL, 0), *joined = path_join(cwd ? cwd : "/", path);
    free(cwd);
    return joined;
}

NATIVE(file_absolute)
{
    _cleanup_free_ char *path = absolute_path(boxed_text(self));
    return give(out, string_from(path));
}

NATIVE(file_absolute_file)
{
    _cleanup_free_ char *path = absolute_path(boxed_text(self));
    return give(out, file_value(f, path));
}

/* Lexical: links are not resolved, as the file need not exist. */
NATIVE(file_canonical)
{
    _cleanup_free_ char *path = absolute_path(boxed_text(self)), *normal = path_normalise(path);
    return give(out, string_from(normal));
}

NATIVE(file_uri)
{
    _cleanup_free_ char *path = absolute_path(boxed_text(self)), *uri = xasprintf("file:%s", path);
    return give(out, boxed_new(f, "java.net.URI", uri));
}

#define FILE_TEST(fn, expression)                                                                            \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        const char *path = boxed_text(self);                                                                 \
        struct stat st = {0};                                                                                \
        bool there = stat(path, &st) == 0;                                                                   \
        return give(out, expression);                                                                        \
    }
FILE_TEST(file_exists, value_bool(there))
FILE_TEST(file_is_file, value_bool(there &&S_ISREG(st.st_mode)))
FILE_TEST(file_is_directory, value_bool(there &&S_ISDIR(st.st_mode)))
FILE_TEST(file_can_read, value_bool(there &&access(path, R_OK) == 0))
FILE_TEST(file_can_write, value_bool(there &&access(path, W_OK) == 0))
FILE_TEST(file_can_execute, value_bool(there &&access(path, X_OK) == 0))
FILE_TEST(file_length, value_long(there ? st.st_size : 0))
FILE_TEST(file_modified, value_long(there ? st.st_mtim.tv_sec * 1000LL + st.st_mtim.tv_nsec / 1000000 : 0))
FILE_TEST(file_hidden, value_bool(there &&path_basename(path)[0] == '.'))

NATIVE(file_is_absolute)
{
    return give(out, value_bool(boxed_text(self)[0] == '/'));
}

/* Java tells "(No such file or directory)" by FileNotFoundException, also for what may not be read. */
static enum call_status io_error(struct fiber *f, const char *path, int code)
{
    return vm_throw(
        f, code == ENOENT || code == EISDIR || code == EACCES ? "FileNotFoundException" : "IOException",
        "%s (%s)", path, code == EISDIR ? "Is a directory" : strerror(code));
}

/* open() of a folder succeeds and read() fails; Java's message is that of opening it. */
static enum call_status read_whole(struct fiber *f, const char *path, struct buf *to)
{
    struct stat st;
    if (stat(path, &st) != 0 || S_ISDIR(st.st_mode))
        return io_error(f, path, stat(path, &st) == 0 ? EISDIR : errno);
    struct error err = {0};
    if (fs_read_file(path, 0, to, &err) == 0)
        return CALL_OK;
    vm_throw(f, "IOException", "%s", err.message);
    error_release(&err);
    buf_release(to);
    return CALL_THROW;
}

NATIVE(file_get_text)
{
    struct buf text = {0};
    if (read_whole(f, boxed_text(self), &text) != CALL_OK)
        return CALL_THROW;
    return give(out, text_from_buf(&text));
}

NATIVE(file_read_lines)
{
    _cleanup_(value_release_ptr) struct value text = NULL_VALUE;
    if (file_get_text(f, self, 0, NULL, &text) != CALL_OK)
        return CALL_THROW;
    return give(out, text_lines(fiber_vm(f), AS_STRING(text)));
}

NATIVE(file_get_bytes)
{
    struct buf data = {0};
    if (read_whole(f, boxed_text(self), &data) != CALL_OK)
        return CALL_THROW;
    *out = byte_array(fiber_vm(f), data.data,
                      data.len); /* not through a text, which would mend what is no UTF-8 */
    buf_release(&data);
    return CALL_OK;
}

/* fclose() is where a full disk shows. */
static enum call_status write_text(struct fiber *f, struct value self, struct value text, const char *mode)
{
    const char *path = boxed_text(self);
    TEXT_HOLD(hold);
    const struct string *s = text_of(f, text, &hold);
    if (!s)
        return CALL_THROW;
    FILE *file = fopen(path, mode);
    if (!file)
        return io_error(f, path, errno);
    size_t n = fwrite(s->data, 1, s->len, file);
    if (fclose(file) != 0 || n != s->len)
        return vm_throw(f, "IOException", "%s (%s)", path, strerror(errno));
    return CALL_OK;
}

NATIVE(file_write)
{
    enum call_status status = write_text(f, self, argv[0], "we");
    return status == CALL_OK ? give(out, NULL_VALUE) : status;
}

NATIVE(file_append)
{
    enum call_status status = write_text(f, self, argv[0], "ae");
    return status == CALL_OK ? give(out, value_retain(self)) : status;
}

/* A folder goes only when it is empty. */
NATIVE(file_delete)
{
    const char *path = boxed_text(self);
    return give(out, value_bool(unlink(path) == 0 || rmdir(path) == 0));
}

NATIVE(file_delete_dir)
{
    return give(out, value_bool(fs_rm_rf(boxed_text(self), NULL) == 0));
}

NATIVE(file_mkdir)
{
    return give(out, value_bool(mkdir(boxed_text(self), 0777) == 0));
}

NATIVE(file_mkdirs)
{
    bool there = fs_is_dir(boxed_text(self));
    return give(out, value_bool(!there && fs_mkdir_p(boxed_text(self), 0777, NULL) == 0));
}

NATIVE(file_create)
{
    if (fs_exists(boxed_text(self)))
        return give(out, value_bool(false));
    _cleanup_(value_release_ptr) struct value empty = string_from("");
    return write_text(f, self, empty, "we") == CALL_OK ? give(out, value_bool(true)) : CALL_THROW;
}

NATIVE(file_rename)
{
    TEXT_HOLD(hold);
    return give(out, value_bool(rename(boxed_text(self), path_of(f, argv[0], &hold)) == 0));
}

static int name_order(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int not_dots(const struct dirent *d)
{
    return strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0;
}

/* Sorted, where Java gives the file system's order: scripts should behave alike everywhere. null for what is
 * no folder. */
static enum call_status list_names(struct fiber *f, struct value self, bool files, struct value *out)
{
    struct dirent **names;
    int n = scandir(boxed_text(self), &names, not_dots, name_order);
    if (n < 0)
        return give(out, NULL_VALUE);
    *out = array_new(fiber_vm(f), files ? "File" : "String", (size_t)n);
    for (int i = 0; i < n; i++) {
        _cleanup_free_ char *path = path_join(boxed_text(self), names[i]->d_name);
        struct value item = files ? file_value(f, path) : string_from(names[i]->d_name);
        list_set(AS_LIST(*out), (size_t)i, item);
        value_release(item);
        free(names[i]);
    }
    free(names);
    return CALL_OK;
}

NATIVE(file_list_files)
{
    return list_names(f, self, true, out);
}

NATIVE(file_list)
{
    return list_names(f, self, false, out);
}

NATIVE(file_self)
{
    return give(out, value_retain(self));
}

NATIVE(file_to_file)
{
    return give(out, file_value(f, boxed_text(self)));
}

NATIVE(file_to_path)
{
    return give(out, boxed_new(f, "UnixPath", boxed_text(self)));
}

/* ---- Path */

NATIVE(paths_get)
{
    struct buf path = {0};
    for (int i = 0; i < argc; i++) {
        TEXT_HOLD(hold);
        buf_printf(&path, "%s%s", i ? "/" : "", path_of(f, argv[i], &hold));
    }
    _cleanup_free_ char *text = buf_steal(&path), *clean = clean_path(text);
    return give(out, boxed_new(f, "UnixPath", clean));
}

NATIVE(path_file_name)
{
    return give(out, boxed_new(f, "UnixPath", path_basename(boxed_text(self))));
}

NATIVE(path_normal)
{
    _cleanup_free_ char *path = path_normalise(boxed_text(self));
    return give(out, boxed_new(f, "UnixPath", path));
}

NATIVE(path_absolute)
{
    _cleanup_free_ char *path = absolute_path(boxed_text(self));
    return give(out, boxed_new(f, "UnixPath", path));
}

NATIVE(path_resolve)
{
    TEXT_HOLD(hold);
    _cleanup_free_ char *path = path_join(boxed_text(self), path_of(f, argv[0], &hold));
    return give(out, boxed_new(f, "UnixPath", path));
}

static const struct native_class classes[] = {
    {.name = "java.io.File", .interfaces = "Comparable,Serializable", .release = boxed_free},
    {.name = "java.nio.file.Path", .interface = true, .interfaces = "Comparable"},
    {.name = "sun.nio.fs.UnixPath", .interfaces = "Path", .release = boxed_free},
    {.name = "java.nio.file.Paths"},
};

#define FILE_ROW(name, min, max, fn)                                                                         \
    {                                                                                                        \
        "File", name, min, max, 0, fn                                                                        \
    }
#define PATH_ROW(name, args, fn)                                                                             \
    {                                                                                                        \
        "UnixPath", name, args, args, 0, fn                                                                  \
    }
static const struct native_method methods[] = {
    {"File", "<init>", 1, 2, 0, file_new},
    BOXED_ROWS("File"),
    BOXED_ROWS("UnixPath"),
    FILE_ROW("getName", 0, 0, file_name),
    FILE_ROW("getPath", 0, 0, boxed_to_string),
    FILE_ROW("getParent", 0, 0, file_parent),
    FILE_ROW("getParentFile", 0, 0, file_parent_file),
    FILE_ROW("getAbsolutePath", 0, 0, file_absolute),
    FILE_ROW("getAbsoluteFile", 0, 0, file_absolute_file),
    FILE_ROW("getCanonicalPath", 0, 0, file_canonical),
    FILE_ROW("toURI", 0, 0, file_uri),
    FILE_ROW("exists", 0, 0, file_exists),
    FILE_ROW("isFile", 0, 0, file_is_file),
    FILE_ROW("isDirectory", 0, 0, file_is_directory),
    FILE_ROW("canRead", 0, 0, file_can_read),
    FILE_ROW("canWrite", 0, 0, file_can_write),
    FILE_ROW("canExecute", 0, 0, file_can_execute),
    FILE_ROW("length", 0, 0, file_length),
    FILE_ROW("size", 0, 0, file_length),
    FILE_ROW("lastModified", 0, 0, file_modified),
    FILE_ROW("isHidden", 0, 0, file_hidden),
    FILE_ROW("isAbsolute", 0, 0, file_is_absolute),
    FILE_ROW("getText", 0, 1, file_get_text),
    FILE_ROW("readLines", 0, 1, file_read_lines),
    FILE_ROW("getBytes", 0, 0, file_get_bytes),
    FILE_ROW("setText", 1, 2, file_write),
    FILE_ROW("write", 1, 2, file_write),
    FILE_ROW("append", 1, 2, file_append),
    FILE_ROW("leftShift", 1, 1, file_append),
    FILE_ROW("delete", 0, 0, file_delete),
    FILE_ROW("deleteDir", 0, 0, file_delete_dir),
    FILE_ROW("mkdir", 0, 0, file_mkdir),
    FILE_ROW("mkdirs", 0, 0, file_mkdirs),
    FILE_ROW("createNewFile", 0, 0, file_create),
    FILE_ROW("renameTo", 1, 1, file_rename),
    FILE_ROW("listFiles", 0, 0, file_list_files),
    FILE_ROW("list", 0, 0, file_list),
    FILE_ROW("toPath", 0, 0, file_to_path),
    {"Paths", "get", 1, -1, METHOD_STATIC, paths_get},
    PATH_ROW("getFileName", 0, path_file_name),
    PATH_ROW("getParent", 0, file_parent_file),
    PATH_ROW("normalize", 0, path_normal),
    PATH_ROW("toAbsolutePath", 0, path_absolute),
    PATH_ROW("resolve", 1, path_resolve),
    PATH_ROW("toFile", 0, file_to_file),
    PATH_ROW("isAbsolute", 0, file_is_absolute),
    PATH_ROW("toRealPath", 0, file_self),
};

LIB_TABLE(file_table, classes, methods);
