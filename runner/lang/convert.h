/* Conversions and operators, implemented in runner/lib. Included by vm.h. */
#ifndef RUNNER_LANG_CONVERT_H
#define RUNNER_LANG_CONVERT_H

/* ---- conversions (runner/lib/ops.c). Those that may call script code take the fiber and can throw. */
bool value_truth(struct fiber *f, struct value v, bool *out); /* false: exception pending */
enum call_status value_to_string(struct fiber *f, struct value v,
                                 struct value *out); /* String, as toString() */
/* As Groovy prints: lists and maps with formatToString ([a, b], [k:v]); null prints null. Appends. What a
 * script's toString(), equals() or hashCode() throws stays pending on the fiber: the native's call then ends
 * with it, whatever it returns. */
void value_print(struct fiber *f, struct value v, struct buf *text);
void value_inspect(struct fiber *f, struct value v, struct buf *text); /* quoted strings: inspect() */
bool value_equals(struct fiber *f, struct value a, struct value b);    /* Groovy == */
enum call_status value_compare(struct fiber *f, struct value a, struct value b,
                               int *out);              /* <=>: may throw */
uint32_t value_hash(struct value v);                   /* Java's hashCode */
uint32_t value_identity_hash(struct value v);          /* Object.hashCode() of an object */
bool value_key_equals(struct value a, struct value b); /* Java's equals, for map keys */
/* (T) and `as`: type by simple name, arrays with []. coerce: Groovy's asType rules, else cast rules. */
enum call_status value_cast(struct fiber *f, struct value v, const char *type, bool coerce,
                            struct value *out);
/* Strings and GStrings as C text: borrowed for a String, a temporary in *hold (owned) for others. Any value
 * is accepted. */
const char *value_text(struct fiber *f, struct value v, struct value *hold);
/* Arithmetic and other operators by their Groovy method name rules (runner/lib/number.c): op is a token of
 * parser/token.h. */
enum call_status value_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out);

#endif
