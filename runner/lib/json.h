/* JSON text and values: what JsonSlurper, JsonOutput, readJSON and writeJSON share. */
#ifndef RUNNER_LIB_JSON_H
#define RUNNER_LIB_JSON_H

#include "runner/lang/vm.h"
#include "base/buf.h"
#include "base/error.h"

/* Parses one JSON document. Maps keep their order; numbers become Integer, Long, BigInteger or BigDecimal as
 * Groovy's slurper makes them. *out owned; errors carry line and column. */
int json_to_value(struct vm *vm, const char *text, size_t len, struct value *out, struct error *err);
/* The same with maps of another class, whose order they then have. */
int json_to_maps(struct vm *vm, const char *maps, const char *text, size_t len, struct value *out,
                 struct error *err);
/* Appends the JSON of v, as JsonOutput.toJson() writes it; with indent > 0 one item a line with so many
 * blanks a level (0: one line). Dates as ISO-8601, other objects by toString(). Fails on a cycle or nesting
 * deeper than 1000. */
int value_to_json(struct fiber *f, struct value v, int indent, struct buf *text, struct error *err);
/* Marks the lists and maps in v, fresh from json_to_value(), as net.sf.json's: their toString() is JSON. */
void value_mark_json(struct value v);
bool value_is_json(struct value v);
/* What Java's v.toString() gives: JSON for marked values, otherwise as value_to_string(). */
enum call_status value_java_string(struct fiber *f, struct value v, struct value *out);
/* Lays JSON text out anew as JsonOutput.prettyPrint() does. */
int json_pretty(const char *text, size_t len, struct buf *out, struct error *err);

#endif
