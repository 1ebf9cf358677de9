/* What the parts of the TOML reader share: the place in the text, and which tables may still be extended. */
#ifndef RUNNER_LIB_TOML_IMPL_H
#define RUNNER_LIB_TOML_IMPL_H

#include "runner/lib/toml.h"

struct toml_mark { /* how a table or array came about */
    const struct object *of;
    unsigned flags; /* TOML_* */
};
enum {
    TOML_HEADER = 1, /* by its own [header] */
    TOML_DOTTED = 2, /* by a dotted key */
    TOML_CLOSED = 4, /* inline: nothing can be added */
    TOML_TABLES = 8, /* an array of [[tables]] */
};
enum { TOML_DEPTH_MAX = 100 };

struct toml_reader {
    struct vm *vm;
    const char *at, *end, *start;
    struct error *err;
    int depth;
    struct toml_mark *marks; /* hash table by address */
    size_t marks_used, marks_cap;
};

int toml_fail(struct toml_reader *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
unsigned *toml_flags(struct toml_reader *r, struct value table); /* valid until the next call */
/* Blanks and tabs. */
void toml_skip_blanks(struct toml_reader *r);
/* The same, line ends and comments. -1: a control character in a comment. */
int toml_skip_lines(struct toml_reader *r);
/* One part of a key: bare or quoted. Owned. */
int toml_key(struct toml_reader *r, struct value *out);
/* A string with its quotes; `lines`: the triple-quoted forms are allowed. Owned. */
int toml_string(struct toml_reader *r, bool lines, struct value *out);
/* Number, boolean, point in time. Owned. */
int toml_scalar(struct toml_reader *r, struct value *out);
int toml_value(struct toml_reader *r, struct value *out);
/* `key = value`, the key maybe dotted, into a table. */
int toml_pair(struct toml_reader *r, struct value table);

#endif
