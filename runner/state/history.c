/* The index as functions: builds in, lists out. Every call opens the database, does one transaction and
 * closes it, so that no lock is held while a build runs and a damaged file is noticed at the next call.
 * What is indexed is only what build.json and junit.json hold; nothing is stored here alone.
 *
 * Errors of writing are no errors of a build: who calls history_put_build() from there ignores them, and
 * the next rebuild mends the index. Numbers that a record lacks are NULL in it, not 0. */
#include "runner/state/history.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/util.h"
#include "runner/state/history_db.h"
#include <string.h>

static struct sql_value integer_of(const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);
    return json_is_integer(v) ? SQL_INT(json_integer_value(v)) : SQL_TEXT(NULL);
}

/* For each row of `array` the statement runs with the values that `fill` gives. */
static int put_rows(struct database *d, const char *sql, const json_t *array,
                    int (*fill)(struct sql_value *v, const json_t *row, const json_t *record),
                    const json_t *record, struct error *err)
{
    size_t i;
    json_t *row;
    int rc = 0;
    sqlite3_stmt *s = json_array_size(array) ? database_prepare(d, sql, err) : NULL;
    if (!s)
        return json_array_size(array) ? -1 : 0;
    json_array_foreach(array, i, row)
    {
        /* The most columns that a table has are 13. */
        struct sql_value v[16];
        int n = fill(v, row, record);
        if (n && (rc = database_run(d, s, v, n, err)))
            break;
    }
    d->finalize(s);
    return rc;
}

/* A stage that never started is an empty object in the record: nothing to index. */
static int fill_stage(struct sql_value *v, const json_t *row, const json_t *record)
{
    if (!json_object_size(row))
        return 0;
    v[0] = SQL_TEXT(json_text(record, "job"));
    v[1] = integer_of(record, "number");
    v[2] = integer_of(row, "id");
    v[3] = integer_of(row, "parent");
    v[4] = SQL_TEXT(json_text(row, "name"));
    v[5] = SQL_TEXT(json_text(row, "path"));
    v[6] = SQL_TEXT(json_text(row, "result"));
    v[7] = SQL_TEXT(json_text(row, "skipped"));
    v[8] = integer_of(row, "started_ms");
    v[9] = integer_of(row, "duration_ms");
    return 10;
}

static int fill_test(struct sql_value *v, const json_t *row, const json_t *record)
{
    v[0] = SQL_TEXT(json_text(record, "job"));
    v[1] = integer_of(record, "number");
    v[2] = SQL_TEXT(json_text(row, "class"));
    v[3] = SQL_TEXT(json_text(row, "name"));
    v[4] = SQL_TEXT(json_text(row, "status"));
    v[5] = SQL_REAL(json_number_value(json_object_get(row, "seconds")));
    v[6] = SQL_TEXT(json_text(row, "message"));
    return 7;
}

static int put_tests(struct database *d, const json_t *record, const json_t *tests, struct error *err)
{
    size_t i;
    json_t *suite;
    json_array_foreach(json_object_get(tests, "suites"), i,
                       suite) if (put_rows(d, "INSERT INTO tests VALUES(?,?,?,?,?,?,?)",
                                           json_object_get(suite, "cases"), fill_test, record,
                                           err)) return -1;
    return 0;
}

static int fill_build(struct sql_value *v, const json_t *row, const json_t *tests)
{
    const json_t *totals = json_object_get(tests, "totals");
    v[0] = SQL_TEXT(json_text(row, "job"));
    v[1] = integer_of(row, "number");
    v[2] = SQL_TEXT(json_text(row, "result"));
    v[3] = SQL_TEXT(json_text(row, "displayName"));
    v[4] = SQL_TEXT(json_text(row, "description"));
    v[5] = integer_of(row, "started_ms");
    v[6] = integer_of(row, "duration_ms");
    v[7] = SQL_TEXT(json_text(json_array_get(json_object_get(row, "causes"), 0), "shortDescription"));
    v[8] = SQL_TEXT(json_text(row, "branch"));
    v[9] = SQL_TEXT(json_text(row, "commit"));
    v[10] = integer_of(totals, "total");
    v[11] = integer_of(totals, "failed");
    v[12] = integer_of(totals, "skipped");
    return 13;
}

static int run_for_build(struct database *d, const char *sql, const char *job, json_int_t number,
                         struct error *err)
{
    const struct sql_value v[] = {SQL_TEXT(job), SQL_INT(number)};
    sqlite3_stmt *s = database_prepare(d, sql, err);
    int rc = s ? database_run(d, s, v, 2, err) : -1;
    d->finalize(s);
    return rc;
}

/* WITHOUT a foreign key: three deletes are as good, and an index needs no guard against itself. */
static int forget(struct database *d, const char *job, json_int_t number, struct error *err)
{
    return run_for_build(d, "DELETE FROM builds WHERE job = ? AND number = ?", job, number, err) ||
                   run_for_build(d, "DELETE FROM stages WHERE job = ? AND number = ?", job, number, err) ||
                   run_for_build(d, "DELETE FROM tests WHERE job = ? AND number = ?", job, number, err)
               ? -1
               : 0;
}

/* Replaces: a running build is put several times, its tests only once it has a result. */
static int put(struct database *d, const json_t *record, const char *dir, struct error *err)
{
    const char *job = json_text(record, "job");
    if (!job || !json_is_integer(json_object_get(record, "number")))
        return error_set(err, ERROR_INVALID, "history: the record of a build has no job and number");
    _cleanup_free_ char *path = path_join(dir, "junit.json");
    json_t *tests = json_text(record, "result") ? json_load_file(path, 0, NULL) : NULL,
           *one = json_pack("[O]", record);
    int rc = forget(d, job, json_integer_value(json_object_get(record, "number")), err);
    if (!rc)
        rc = put_rows(d, "INSERT INTO builds VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)", one, fill_build, tests, err);
    if (!rc)
        rc = put_rows(d, "INSERT OR REPLACE INTO stages VALUES(?,?,?,?,?,?,?,?,?,?)",
                      json_object_get(record, "stages"), fill_stage, record, err);
    if (!rc)
        rc = put_tests(d, record, tests, err);
    json_decref(one);
    json_decref(tests);
    return rc;
}

static int put_all(struct database *d, struct home *home, int *builds, struct error *err)
{
    char **names;
    int rc = 0;
    size_t n = job_names(home, &names);
    for (size_t i = 0; i < n; i++) {
        int *numbers;
        size_t count = build_numbers(home, names[i], &numbers);
        for (size_t k = 0; k < count && !rc; k++) {
            json_t *record = build_load(home, names[i], numbers[k], NULL);
            _cleanup_free_ char *dir = build_dir(home, names[i], numbers[k]);
            rc = record ? put(d, record, dir, err) : 0;
            *builds += record != NULL;
            json_decref(record);
        }
        free(numbers);
        free(names[i]);
    }
    free(names);
    return rc;
}

static int rebuild(struct database *d, struct home *home, int *builds, struct error *err)
{
    int n = 0;
    if (database_exec(d, "BEGIN IMMEDIATE; DELETE FROM builds; DELETE FROM stages; DELETE FROM tests", err) ||
        put_all(d, home, &n, err) || database_exec(d, "COMMIT", err))
        return -1;
    if (builds)
        *builds = n;
    return 0;
}

/* An index that had to be put aside is filled again at once. */
static int open_index(struct database *d, struct home *home, struct error *err)
{
    _cleanup_free_ char *path = path_join(home->dir, "gmrun.db");
    int rc = database_open(d, path, err);
    return rc == DATABASE_DAMAGED ? rebuild(d, home, NULL, err) : rc;
}

int history_put_build(struct home *home, const json_t *record, const char *dir, struct error *err)
{
    struct database d;
    int rc = open_index(&d, home, err);
    if (!rc)
        rc = database_exec(&d, "BEGIN IMMEDIATE", err);
    if (!rc)
        rc = put(&d, record, dir, err) || database_exec(&d, "COMMIT", err) ? -1 : 0;
    database_close(&d); /* without the commit: rolls back */
    return rc;
}

int history_remove_build(struct home *home, const char *job, int number, struct error *err)
{
    struct database d;
    int rc = open_index(&d, home, err);
    if (!rc)
        rc = database_exec(&d, "BEGIN IMMEDIATE", err) || forget(&d, job, number, err) ||
                     database_exec(&d, "COMMIT", err)
                 ? -1
                 : 0;
    database_close(&d);
    return rc;
}

int history_rebuild(struct home *home, int *builds, struct error *err)
{
    struct database d;
    int rc = open_index(&d, home, err);
    if (!rc)
        rc = rebuild(&d, home, builds, err);
    database_close(&d);
    return rc;
}

static json_t *query(struct home *home, const char *sql, const struct sql_value *values, int n,
                     struct error *err)
{
    struct database d;
    json_t *rows = open_index(&d, home, err) ? NULL : database_rows(&d, sql, values, n, err);
    database_close(&d);
    return rows;
}

json_t *history_builds(struct home *home, const char *job, int64_t before_ms, int limit, struct error *err)
{
    const struct sql_value v[] = {SQL_TEXT(job), SQL_INT(before_ms), SQL_INT(limit)};
    return query(home,
                 "SELECT * FROM builds WHERE (?1 IS NULL OR job = ?1) AND (?2 = 0 OR started_ms < ?2)"
                 " ORDER BY started_ms DESC, number DESC LIMIT ?3",
                 v, 3, err);
}

json_t *history_stages(struct home *home, const char *job, int builds, struct error *err)
{
    const struct sql_value v[] = {SQL_TEXT(job), SQL_INT(builds)};
    return query(home,
                 "SELECT number, id, parent, name, path, result, skipped, started_ms, duration_ms FROM "
                 "stages WHERE job = ?1"
                 " AND number IN (SELECT number FROM builds WHERE job = ?1 ORDER BY number DESC LIMIT ?2)"
                 " ORDER BY number DESC, id",
                 v, 2, err);
}

json_t *history_test(struct home *home, const char *job, const char *class_name, const char *name, int limit,
                     struct error *err)
{
    const struct sql_value v[] = {SQL_TEXT(job), SQL_TEXT(class_name), SQL_TEXT(name), SQL_INT(limit)};
    return query(home,
                 "SELECT number, status, seconds, message FROM tests WHERE job = ? AND class = ? AND name = ?"
                 " ORDER BY number DESC LIMIT ?",
                 v, 4, err);
}

json_t *history_flaky(struct home *home, const char *job, int builds, struct error *err)
{
    const struct sql_value v[] = {SQL_TEXT(job), SQL_INT(builds)};
    return query(
        home,
        "SELECT class, name, count(*) AS runs, sum(status = 'FAILED') AS failures FROM tests WHERE job = ?1"
        " AND number IN (SELECT number FROM builds WHERE job = ?1 ORDER BY number DESC LIMIT ?2)"
        " GROUP BY class, name HAVING failures > 0 AND sum(status = 'PASSED') > 0 ORDER BY failures DESC, "
        "class, name",
        v, 2, err);
}
