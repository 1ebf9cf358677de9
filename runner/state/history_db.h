/* The database behind history.h: loading SQLite, opening, migrating, statements. One connection is used by
 * one thread for a short time; it is opened where it is needed and closed again. */
#ifndef RUNNER_STATE_HISTORY_DB_H
#define RUNNER_STATE_HISTORY_DB_H

#include "base/error.h"
#include <jansson.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* clang-format off */
#define SQLITE_FUNCTIONS(F)                                                                                  \
    F(open_v2)                                                                                               \
    F(close)                                                                                                 \
    F(exec) F(prepare_v2) F(bind_text) F(bind_int64) F(bind_double) F(bind_null) F(step) F(reset)            \
        F(clear_bindings) F(finalize) F(column_count) F(column_name) F(column_type) F(column_int64)          \
            F(column_double) F(column_text) F(errmsg) F(errcode) F(busy_timeout) F(db_config) F(db_filename)
/* clang-format on */

struct database {
    void *library;
    sqlite3 *db;
#define F(name) __typeof__(sqlite3_##name) *name;
    SQLITE_FUNCTIONS(F)
#undef F
};

enum { DATABASE_DAMAGED = 1 }; /* open: the file is no database; it was put aside, an empty one is open */
/* 0, DATABASE_DAMAGED or -1. d is valid for database_close() in all cases. */
int database_open(struct database *d, const char *path, struct error *err);
void database_close(struct database *d);
int database_exec(struct database *d, const char *sql, struct error *err);
sqlite3_stmt *database_prepare(struct database *d, const char *sql, struct error *err);

/* One value: text (NULL: null), or with kind 'i' / 'd' a number. */
struct sql_value {
    char kind;
    const char *text;
    int64_t number;
    double real;
};
#define SQL_TEXT(s) ((struct sql_value){'t', (s), 0, 0})
#define SQL_INT(n) ((struct sql_value){'i', NULL, (n), 0})
#define SQL_REAL(x) ((struct sql_value){'d', NULL, 0, (x)})
/* Runs the statement with the values bound in order, and resets it. */
int database_run(struct database *d, sqlite3_stmt *s, const struct sql_value *values, int n,
                 struct error *err);
/* Rows as an array of objects by column name; new reference, NULL with err. */
json_t *database_rows(struct database *d, const char *sql, const struct sql_value *values, int n,
                      struct error *err);

#endif
