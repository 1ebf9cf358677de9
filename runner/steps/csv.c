/* readCSV, writeCSV and the class CSVFormat with which pipelines choose a dialect [pipeline-utility-steps].
 *
 *
 * A format is an immutable object: each with…() gives a changed copy, as in Java. The predefined ones are
 * static members of the class. */
#include "runner/steps/csv.h"
#include "base/fs.h"
#include "runner/steps/csv_record.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

/* [CSVFormat]: what readCSV and writeCSV can see of each. */
static const struct dialect {
    const char *name;
    struct csv_format format;
} dialects[] = {
    {"DEFAULT", {.delimiter = ',', .quote = '"', .ignore_empty = true, .separator = "\r\n"}},
    {"EXCEL", {.delimiter = ',', .quote = '"', .separator = "\r\n"}},
    {"RFC4180", {.delimiter = ',', .quote = '"', .separator = "\r\n"}},
    {"TDF", {.delimiter = '\t', .quote = '"', .trim = true, .ignore_empty = true, .separator = "\r\n"}},
    {"MYSQL", {.delimiter = '\t', .escape = '\\', .separator = "\n"}},
};

static void format_free(void *data)
{
    struct csv_format *format = data;
    value_release(format->header);
    free(format);
}

static struct value format_new(struct vm *vm, const struct csv_format *from)
{
    struct csv_format *format = xmalloc(sizeof(*format));
    *format = *from;
    value_retain(format->header);
    return native_new(vm, vm_class(vm, "CSVFormat"), format);
}

const struct csv_format *csv_format_of(struct run *run, struct value v)
{
    if (value_is_null(v))
        return &dialects[0].format;
    return value_is(v, OBJ_NATIVE) && AS_NATIVE(v)->class == vm_class(run->vm, "CSVFormat")
               ? AS_NATIVE(v)->data
               : NULL;
}

/* ---- with…() */

/* A Character or a String of one; of more the first byte counts, null switches it off. */
static enum call_status set_char(struct fiber *f, char *field, int argc, struct value *argv)
{
    struct value hold = NULL_VALUE;
    *field = argc && !value_is_null(argv[0]) ? *value_text(f, argv[0], &hold) : 0;
    value_release(hold);
    return CALL_OK;
}

static bool flag(int argc, struct value *argv)
{
    return !argc || (argv[0].tag == VAL_BOOL && argv[0].u.b);
}

/* withHeader() takes names one by one or as an array; without any, the first record is the header. */
static void set_header(struct fiber *f, struct csv_format *o, int argc, struct value *argv)
{
    value_release(o->header);
    o->header = NULL_VALUE;
    o->has_header = true;
    if (!argc)
        return;
    if (value_is(argv[0], OBJ_LIST)) {
        o->header = value_retain(argv[0]);
        return;
    }
    o->header = list_new(fiber_vm(f), (size_t)argc);
    for (int i = 0; i < argc; i++)
        list_push(AS_LIST(o->header), argv[i]);
}

/* Kept as a constant: a format owns no texts. */
static void set_separator(struct fiber *f, struct csv_format *o, int argc, struct value *argv)
{
    static const char *const known[] = {"\r\n", "\n", "\r"};
    struct value hold = NULL_VALUE;
    const char *text = argc ? value_text(f, argv[0], &hold) : "";
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(text, known[i]) == 0)
            o->separator = known[i];
    value_release(hold);
}

static void set_delimiter(struct fiber *f, struct csv_format *o, int argc, struct value *argv)
{
    set_char(f, &o->delimiter, argc, argv);
}

static void set_quote(struct fiber *f, struct csv_format *o, int argc, struct value *argv)
{
    set_char(f, &o->quote, argc, argv);
}

static void set_escape(struct fiber *f, struct csv_format *o, int argc, struct value *argv)
{
    set_char(f, &o->escape, argc, argv);
}

static void set_comment(struct fiber *f, struct csv_format *o, int argc, struct value *argv)
{
    set_char(f, &o->comment, argc, argv);
}

static void set_trim(struct fiber *f, struct csv_format *o, int argc, struct value *argv)
{
    o->trim = flag(argc, argv);
}

static void set_ignore_empty(struct fiber *f, struct csv_format *o, int argc, struct value *argv)
{
    o->ignore_empty = flag(argc, argv);
}

static void set_skip(struct fiber *f, struct csv_format *o, int argc, struct value *argv)
{
    o->skip_header = flag(argc, argv);
}

static void set_first(struct fiber *f, struct csv_format *o, int argc, struct value *argv)
{
    set_header(f, o, 0, NULL);
    o->skip_header = true;
}

/* Names may be missing anyway here. */
static void set_nothing(struct fiber *f, struct csv_format *o, int argc, struct value *argv)
{
}

static const struct {
    const char *name;
    void (*set)(struct fiber *f, struct csv_format *o, int argc, struct value *argv);
} setters[] = {
    {"withAllowMissingColumnNames", set_nothing},
    {"withCommentMarker", set_comment},
    {"withDelimiter", set_delimiter},
    {"withEscape", set_escape},
    {"withFirstRecordAsHeader", set_first},
    {"withHeader", set_header},
    {"withIgnoreEmptyLines", set_ignore_empty},
    {"withIgnoreSurroundingSpaces", set_trim},
    {"withQuote", set_quote},
    {"withRecordSeparator", set_separator},
    {"withSkipHeaderRecord", set_skip},
    {"withTrim", set_trim},
};

static enum call_status format_invoke(struct fiber *f, struct value self, const char *name, int argc,
                                      struct value *argv, struct value *out)
{
    for (size_t i = 0; i < ARRAY_LEN(setters); i++)
        if (strcmp(name, setters[i].name) == 0) {
            *out = format_new(fiber_vm(f), AS_NATIVE(self)->data);
            setters[i].set(f, AS_NATIVE(*out)->data, argc, argv);
            return CALL_OK;
        }
    return CALL_NONE;
}

void csv_register(struct run *run)
{
    static const struct native_class classes[] = {
        {.name = "org.apache.commons.csv.CSVFormat", .release = format_free, .invoke = format_invoke}};
    vm_register(run->vm, classes, ARRAY_LEN(classes), NULL, 0);
    for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
        struct value v = format_new(run->vm, &dialects[i].format);
        class_set_static(vm_class(run->vm, "CSVFormat"), dialects[i].name, v);
        value_release(v);
    }
    csv_record_register(run);
}

/* ---- the steps */

enum call_status step_read_csv(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf text = {0};
    const struct csv_format *format = csv_format_of(c->run, step_arg(c, "format"));
    if (!format)
        return vm_throw(c->fiber, "IllegalArgumentException", "format of readCSV must be a CSVFormat");
    enum call_status status = step_source(c, &text);
    if (status == CALL_OK && csv_parse(c->fiber, format, text.data, text.len, out, &err) < 0)
        status = vm_throw(c->fiber, "IOException", "%s", err.message);
    return status;
}

enum call_status step_write_csv(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf text = {0};
    const struct csv_format *format = csv_format_of(c->run, step_arg(c, "format"));
    struct value records = step_arg(c, "records");
    if (!format)
        return vm_throw(c->fiber, "IllegalArgumentException", "format of writeCSV must be a CSVFormat");
    if (!value_is(records, OBJ_LIST))
        return vm_throw(c->fiber, "IllegalArgumentException", "records of writeCSV must be a list");
    if (!value_is_null(format->header) && !format->skip_header)
        csv_print(c->fiber, format, format->header, &text);
    for (uint32_t i = 0; i < AS_LIST(records)->len; i++)
        csv_print(c->fiber, format, AS_LIST(records)->items[i], &text);
    _cleanup_free_ char *path = step_path(c, step_str(c, "file", ""));
    if (ws_write_file(c, path, text.data ? text.data : "", text.len, 0, &err) < 0)
        return step_abort(c, "%s", err.message);
    return CALL_OK;
}
