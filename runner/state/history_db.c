/* SQLite by dlopen(), opened and migrated. Not linked: it would cost every start a millisecond, and gmrun
 * runs without it (the index is then simply not kept).
 *
 * WAL: readers do not wait for the writer, and the other way round; two builds that end at once wait for
 * each other for some milliseconds (BUSY_MS bounds it). WAL needs shared memory of one machine: a home on
 * NFS that several machines use may lose the index, never the builds. */
#include "runner/state/history_db.h"
#include "base/util.h"
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A rebuild of many builds holds the lock for seconds. */
enum { BUSY_MS = 10000 };

/* Each step takes the schema from version i to i + 1; steps are never changed once released, only added. */
static const char *const migrations[] = {
    "CREATE TABLE builds(job TEXT NOT NULL, number INTEGER NOT NULL, result TEXT, display_name TEXT, "
    "description TEXT,"
    " started_ms INTEGER, duration_ms INTEGER, cause TEXT, branch TEXT, commit_id TEXT, tests_total INTEGER,"
    " tests_failed INTEGER, tests_skipped INTEGER, PRIMARY KEY(job, number)) WITHOUT ROWID;"
    "CREATE INDEX builds_by_time ON builds(started_ms);"
    "CREATE TABLE stages(job TEXT NOT NULL, number INTEGER NOT NULL, id INTEGER NOT NULL, parent INTEGER, "
    "name TEXT, path TEXT,"
    " result TEXT, skipped TEXT, started_ms INTEGER, duration_ms INTEGER, PRIMARY KEY(job, number, id)) "
    "WITHOUT ROWID;"
    "CREATE TABLE tests(job TEXT NOT NULL, number INTEGER NOT NULL, class TEXT, name TEXT, status TEXT, "
    "seconds REAL,"
    " message TEXT);"
    "CREATE INDEX tests_by_build ON tests(job, number);"
    "CREATE INDEX tests_by_name ON tests(job, class, name);"
    "CREATE TABLE queue(id INTEGER PRIMARY KEY, job TEXT NOT NULL, request TEXT, added_ms INTEGER, "
    "not_before_ms INTEGER,"
    " state TEXT, build INTEGER);",
};

static int fail(struct database *d, const char *what, struct error *err)
{
    return error_set(err, ERROR_SYSTEM, "history: %s: %s", what, d->db ? d->errmsg(d->db) : "out of memory");
}

static int load(struct database *d, struct error *err)
{
    /* A build opens it twice: kept, so that it is mapped and relocated once. */
    d->library = dlopen("libsqlite3.so.0", RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
    if (!d->library)
        return error_set(err, ERROR_SYSTEM, "history: %s", dlerror());
#define F(name)                                                                                              \
    d->name = (__typeof__(d->name))dlsym(d->library, "sqlite3_" #name);                                      \
    if (!d->name)                                                                                            \
        return error_set(err, ERROR_SYSTEM, "history: libsqlite3 has no sqlite3_" #name);
    SQLITE_FUNCTIONS(F)
#undef F
    return 0;
}

int database_exec(struct database *d, const char *sql, struct error *err)
{
    return d->exec(d->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : fail(d, "statement", err);
}

static int version(struct database *d, struct error *err)
{
    int v = -1;
    sqlite3_stmt *s = database_prepare(d, "PRAGMA user_version", err);
    if (s && d->step(s) == SQLITE_ROW)
        v = (int)d->column_int64(s, 0);
    else if (s)
        fail(d, "version", err);
    d->finalize(s);
    return v;
}

/* Looks again once it has the write lock: another process may have migrated meanwhile. */
static int migrate(struct database *d, struct error *err)
{
    char pragma[48];
    int v = version(d, err), last = (int)ARRAY_LEN(migrations);
    if (v < 0 || v > last)
        return v < 0 ? -1
                     : error_set(err, ERROR_INVALID, "history: the database is of a newer gmrun (version %d)",
                                 v);
    if (v == last)
        return 0;
    if (database_exec(d, "BEGIN IMMEDIATE", err) || (v = version(d, err)) < 0)
        return -1;
    for (; v < last; v++)
        if (database_exec(d, migrations[v], err))
            return -1;
    snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %d", last);
    return database_exec(d, pragma, err) || database_exec(d, "COMMIT", err) ? -1 : 0;
}

static int connect(struct database *d, const char *path, struct error *err)
{
    if (d->open_v2(path, &d->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
        return fail(d, path, err);
    d->busy_timeout(d->db, BUSY_MS);
    /* Else each build would end with a checkpoint, which waits for the disk: see database_close(). */
    d->db_config(d->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    return database_exec(d, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL", err) || migrate(d, err)
               ? -1
               : 0;
}

/* The index can be made again, so a damaged one is put aside rather than repaired. */
static int put_aside(struct database *d, const char *path, struct error *err)
{
    static const char *const tails[] = {"", "-wal", "-shm"};
    d->close(d->db);
    d->db = NULL;
    for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
        _cleanup_free_ char *from = xasprintf("%s%s", path, tails[i]),
                            *to = xasprintf("%s.damaged%s", path, tails[i]);
        rename(from, to);
    }
    return connect(d, path, err) ? -1 : DATABASE_DAMAGED;
}

int database_open(struct database *d, const char *path, struct error *err)
{
    struct error why = {0};
    *d = (struct database){0};
    if (load(d, err))
        return -1;
    if (connect(d, path, &why) == 0)
        return 0;
    /* The low byte is the primary code; extended ones say more in the high ones. */
    int code = d->db ? d->errcode(d->db) & 0xff : 0;
    if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) {
        error_release(&why);
        return put_aside(d, path, err);
    }
    error_set(err, why.kind, "%s", why.message);
    error_release(&why);
    return -1;
}

enum { LOG_MAX = 400 * 1024 };

/* Whoever opens the index first reads the whole log, which only starts anew once a checkpoint has ended and
 * its connection has written again, or has been the last one to close. Short connections never get to the
 * former, so the last one to close is told to make one when the log has grown: about every twentieth build.
 */
static void limit_log(struct database *d)
{
    struct stat st;
    const char *path = d->db_filename(d->db, "main");
    _cleanup_free_ char *log = path ? xasprintf("%s-wal", path) : NULL;
    if (log && stat(log, &st) == 0 && st.st_size > LOG_MAX)
        d->db_config(d->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
}

void database_close(struct database *d)
{
    if (d->db)
        limit_log(d);
    if (d->db)
        d->close(d->db);
    if (d->library)
        dlclose(d->library);
    *d = (struct database){0};
}

sqlite3_stmt *database_prepare(struct database *d, const char *sql, struct error *err)
{
    sqlite3_stmt *s = NULL;
    if (d->prepare_v2(d->db, sql, -1, &s, NULL) != SQLITE_OK)
        fail(d, "statement", err);
    return s;
}

static void bind(struct database *d, sqlite3_stmt *s, const struct sql_value *values, int n)
{
    for (int i = 0; i < n; i++) {
        const struct sql_value *v = &values[i];
        if (v->kind == 'i')
            d->bind_int64(s, i + 1, v->number);
        else if (v->kind == 'd')
            d->bind_double(s, i + 1, v->real);
        else if (v->text)
            /* The text outlives the statement's run. */
            d->bind_text(s, i + 1, v->text, -1, SQLITE_STATIC);
        else
            d->bind_null(s, i + 1);
    }
}

int database_run(struct database *d, sqlite3_stmt *s, const struct sql_value *values, int n,
                 struct error *err)
{
    bind(d, s, values, n);
    int rc = d->step(s) == SQLITE_DONE ? 0 : fail(d, "writing", err);
    d->reset(s);
    return rc;
}

static json_t *column_json(struct database *d, sqlite3_stmt *s, int i)
{
    switch (d->column_type(s, i)) {
    case SQLITE_INTEGER:
        return json_integer(d->column_int64(s, i));
    case SQLITE_FLOAT:
        return json_real(d->column_double(s, i));
    case SQLITE_TEXT:
        return json_string((const char *)d->column_text(s, i));
    default:
        return json_null();
    }
}

json_t *database_rows(struct database *d, const char *sql, const struct sql_value *values, int n,
                      struct error *err)
{
    sqlite3_stmt *s = database_prepare(d, sql, err);
    json_t *rows = s ? json_array() : NULL;
    int rc = SQLITE_DONE;
    if (s)
        bind(d, s, values, n);
    while (s && (rc = d->step(s)) == SQLITE_ROW) {
        json_t *row = json_object();
        for (int i = 0; i < d->column_count(s); i++)
            json_object_set_new(row, d->column_name(s, i), column_json(d, s, i));
        json_array_append_new(rows, row);
    }
    if (rc != SQLITE_DONE) {
        fail(d, "reading", err);
        json_decref(rows);
        rows = NULL;
    }
    d->finalize(s);
    return rows;
}
