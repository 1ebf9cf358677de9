/* Inside of Pattern and Matcher values, for the files regex*.c and the text methods that use patterns. */
#ifndef RUNNER_LIB_REGEX_IMPL_H
#define RUNNER_LIB_REGEX_IMPL_H

#include "runner/lib/lib.h"
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* Java's flags. */
enum {
    REGEX_UNIX_LINES = 1,
    REGEX_CASE_INSENSITIVE = 2,
    REGEX_COMMENTS = 4,
    REGEX_MULTILINE = 8,
    REGEX_LITERAL = 16,
    REGEX_DOTALL = 32,
    REGEX_UNICODE_CASE = 64,
    REGEX_UNICODE_CLASS = 256
};

struct pattern {
    pcre2_code *code;
    pcre2_code
        *lenient; /* for texts that are not valid UTF-8, which each match checks anew; NULL until needed */
    pcre2_match_context *limits;
    char *source; /* as written */
    int flags;
    uint32_t groups;
};

struct matcher {
    struct value pattern, text; /* Pattern and String */
    pcre2_match_data *match;
    enum {
        TEXT_UNKNOWN,
        TEXT_VALID,
        TEXT_INVALID
    } utf8;          /* of text; checked once, or long texts take quadratic time */
    bool found;      /* the last attempt matched: offsets are valid */
    size_t from;     /* bytes: where the next find() begins */
    size_t appended; /* bytes: how far appendReplacement() came */
};

struct pattern *pattern_of(struct value v);
struct matcher *matcher_of(struct value v);
struct value matcher_new(struct vm *vm, struct value pattern, struct value text); /* text a String; owned */

/* Java's syntax in pcre2's words. Appends. */
void regex_translate(const char *source, struct buf *out);
/* At or behind byte `from`: 1 match, 0 none, -1 thrown. `anchor`: PCRE2_ANCHORED | PCRE2_ENDANCHORED or 0. */
int matcher_match(struct fiber *f, struct matcher *m, size_t from, uint32_t anchor);
/* find(): the next match behind the last. */
int matcher_find(struct fiber *f, struct matcher *m);
void matcher_reset(struct matcher *m);
/* Text of a group, or null if it took no part. Owned. */
struct value matcher_group(const struct matcher *m, uint32_t group);
/* A group's number; -1: no such. */
int matcher_group_number(const struct matcher *m, const char *name);
/* The match as Groovy shows it: its text, or the list of groups if there are any. Owned. */
struct value matcher_item(struct fiber *f, const struct matcher *m);
/* Appends a replacement text with $1, ${name} and \x expanded. */
enum call_status matcher_expand(struct fiber *f, const struct matcher *m, const char *replacement,
                                struct buf *out);
/* Replaces all or the first match in text. */
enum call_status regex_replace(struct fiber *f, struct value text, struct value pattern,
                               const char *replacement, bool all, struct value *out);
/* Java's String.split: an array of String. */
enum call_status regex_split(struct fiber *f, struct value text, struct value pattern, int limit,
                             struct value *out);
/* Either a Pattern, or the text compiled: owned. */
enum call_status regex_pattern_of(struct fiber *f, struct value v, struct value *out);

#endif
