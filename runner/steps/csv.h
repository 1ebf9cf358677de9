/* Comma-separated values as Apache Commons CSV reads and writes them: the formats CSVFormat.DEFAULT … with
 * their with…() methods, and the records that readCSV returns. */
#ifndef RUNNER_STEPS_CSV_H
#define RUNNER_STEPS_CSV_H

#include "runner/engine/run.h"
#include "base/buf.h"

struct csv_format {
    char delimiter, quote, escape, comment; /* 0: none */
    bool has_header, skip_header, trim, ignore_empty;
    const char *separator; /* of records, when writing; a constant */
    struct value header;   /* List of names, or null: the first record, if has_header */
};

/* CSVFormat and CSVRecord, once a VM. */
void csv_register(struct run *run);
/* The format in an argument: NULL_VALUE gives DEFAULT; NULL: v is no CSVFormat. Borrowed. */
const struct csv_format *csv_format_of(struct run *run, struct value v);
/* List of CSVRecord, owned. Fails on a quote that is never closed, and on text behind one. */
int csv_parse(struct fiber *f, const struct csv_format *format, const char *text, size_t len,
              struct value *out, struct error *err);
/* Appends a record of a list's (or CSVRecord's) values, or of the single value. */
void csv_print(struct fiber *f, const struct csv_format *format, struct value record, struct buf *out);
struct value csv_record_values(struct run *run,
                               struct value v); /* borrowed List, or null if v is no CSVRecord */

#endif
