/* Exceptions as values, for natives and the host. Included by vm.h. */
#ifndef RUNNER_LANG_EXCEPTION_H
#define RUNNER_LANG_EXCEPTION_H

/* ---- exceptions: instances of Throwable's subclasses, native or of the script */
/* Makes an exception of a native class by simple name; fmt NULL: message null. Owned. */
struct value exception_new(struct fiber *f, const char *class_name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Makes it pending on the fiber; returns CALL_THROW. */
enum call_status vm_throw(struct fiber *f, const char *class_name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
enum call_status vm_throw_value(struct fiber *f, struct value exception); /* takes */
/* The pending exception, taken off the fiber (for natives that handle a CALL_THROW of a sync call). Owned. */
struct value fiber_take_exception(struct fiber *f);
bool fiber_throwing(const struct fiber *f);             /* one is pending */
struct value exception_message(struct value exception); /* borrowed: String or null */
struct value exception_cause(struct value exception);   /* borrowed: exception or null */
/* Throwable.addSuppressed(); retains. */
void exception_add_suppressed(struct vm *vm, struct value exception, struct value other);
/* Payload for the host, e.g. result and causes of a FlowInterruptedException. */
void exception_set_field(struct value exception, const char *name, struct value v);    /* retains */
bool exception_get_field(struct value exception, const char *name, struct value *out); /* borrowed */
/* Where it was made: false if outside of any script. Borrowed file. */
bool exception_place(struct value exception, const char **file, int *line, int *col);
/* "at file:line" frames as Jenkins prints them, for uncaught errors. Appends to text. */
struct buf;
void exception_print(struct vm *vm, struct value exception, struct buf *text, bool with_frames);
/* Place of the innermost script frame now executing on the fiber (for step errors, warnings): false if none.
 */
bool fiber_place(struct fiber *f, const char **file, int *line, int *col);

#endif
