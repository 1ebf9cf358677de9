/* Values to YAML in block style. libyaml's emitter is PyYAML's algorithm, as SnakeYAML's is, so that
 * indentation, folding at 80 columns and quoting come out as Jenkins' writeYaml has them. */
#include "runner/lib/date.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include "runner/lib/yaml.h"
#include "runner/lib/yaml_scalar.h"
#include <math.h>
#include <string.h>
#include <yaml.h>

enum { DEPTH_MAX = 200 };

struct writer {
    struct fiber *f;
    yaml_emitter_t emitter;
    struct buf *out;
    int depth;
    struct error *err;
};

static int on_output(void *data, unsigned char *bytes, size_t n)
{
    buf_add(data, bytes, n);
    return 1;
}

/* `made` is what libyaml's initialiser of the event said; the emitter owns the event from then on. */
static int emit(struct writer *w, yaml_event_t *event, int made)
{
    if (made && yaml_emitter_emit(&w->emitter, event))
        return 0;
    return error_set(w->err, ERROR_INVALID, "Cannot write YAML: %s",
                     w->emitter.problem ? w->emitter.problem : "no memory");
}

/* A text that YAML would read as something else (yes, 1.0, null) is quoted; one of several lines is a
 * literal block. */
static int emit_scalar(struct writer *w, const char *text, size_t len, bool is_text)
{
    yaml_event_t event;
    bool plain = !is_text || yaml_scalar_is_text(text, len);
    bool lines = is_text && memchr(text, '\n', len);
    yaml_scalar_style_t style = lines   ? YAML_LITERAL_SCALAR_STYLE
                                : plain ? YAML_PLAIN_SCALAR_STYLE
                                        : YAML_SINGLE_QUOTED_SCALAR_STYLE;
    int made = yaml_scalar_event_initialize(&event, NULL, (const yaml_char_t *)YAML_STR_TAG,
                                            (const yaml_char_t *)text, (int)len, plain, 1, style);
    return emit(w, &event, made);
}

static int write_value(struct writer *w, struct value v);

static int write_text(struct writer *w, struct value v)
{
    TEXT_HOLD(hold);
    const struct string *s = text_of(w->f, v, &hold);
    if (s)
        return emit_scalar(w, s->data, s->len, true);
    value_release(fiber_take_exception(w->f));
    return error_set(w->err, ERROR_INVALID, "toString() of a value failed");
}

/* Empty ones in flow style, [] and {}, as block style cannot show them. */
static int write_list(struct writer *w, struct value v)
{
    yaml_event_t event;
    _cleanup_(value_release_ptr) struct value list = NULL_VALUE;
    if (value_to_list(w->f, v, &list) != CALL_OK)
        return error_set(w->err, ERROR_INVALID, "A value cannot be iterated");
    yaml_sequence_style_t style = AS_LIST(list)->len ? YAML_BLOCK_SEQUENCE_STYLE : YAML_FLOW_SEQUENCE_STYLE;
    if (emit(w, &event, yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, style)))
        return -1;
    for (size_t i = 0; i < AS_LIST(list)->len; i++) {
        if (write_value(w, AS_LIST(list)->items[i]))
            return -1;
    }
    return emit(w, &event, yaml_sequence_end_event_initialize(&event));
}

static int write_map(struct writer *w, const struct map *m)
{
    yaml_event_t event;
    struct map_slot *slot;
    yaml_mapping_style_t style = m->len ? YAML_BLOCK_MAPPING_STYLE : YAML_FLOW_MAPPING_STYLE;
    if (emit(w, &event, yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, style)))
        return -1;
    for (size_t i = 0; map_next(m, &i, &slot);) {
        if (write_value(w, slot->key) || write_value(w, slot->value))
            return -1;
    }
    return emit(w, &event, yaml_mapping_end_event_initialize(&event));
}

static int write_number(struct writer *w, struct value v)
{
    struct buf text = {0};
    if ((v.tag == VAL_DOUBLE || v.tag == VAL_FLOAT) && !isfinite(v.u.d))
        buf_addstr(&text, isnan(v.u.d) ? ".nan" : v.u.d < 0 ? "-.inf" : ".inf");
    else
        number_print(v, &text);
    int rc = emit_scalar(w, text.data, text.len, false);
    buf_release(&text);
    return rc;
}

/* UTC, with a time only where there is one. */
static int write_date(struct writer *w, struct value v)
{
    struct buf text = {0};
    struct civil c = civil_at(date_millis(v), "UTC");
    bool midnight = !c.hour && !c.minute && !c.second && !c.nanos;
    const char *pattern = midnight  ? "yyyy-MM-dd"
                          : c.nanos ? "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"
                                    : "yyyy-MM-dd'T'HH:mm:ss'Z'";
    civil_format(&c, pattern, "UTC", false, &text, NULL);
    int rc = emit_scalar(w, text.data, text.len, false);
    buf_release(&text);
    return rc;
}

static int write_container(struct writer *w, struct value v)
{
    if (w->depth >= DEPTH_MAX)
        return error_set(w->err, ERROR_INVALID,
                         "The value is nested too deeply for YAML, or contains itself");
    w->depth++;
    int rc = value_is_map(v) ? write_map(w, AS_MAP(v)) : write_list(w, v);
    w->depth--;
    return rc;
}

static int write_value(struct writer *w, struct value v)
{
    if (v.tag == VAL_NULL)
        return emit_scalar(w, "null", 4, false);
    if (v.tag == VAL_BOOL)
        return emit_scalar(w, v.u.b ? "true" : "false", v.u.b ? 4 : 5, false);
    if (value_is_number(v))
        return write_number(w, v);
    if (value_is(v, OBJ_LIST) || value_is(v, OBJ_MAP) || value_is(v, OBJ_RANGE))
        return write_container(w, v);
    return value_is_date(v) ? write_date(w, v) : write_text(w, v);
}

static int write_document(struct writer *w, struct value v)
{
    yaml_event_t event;
    if (emit(w, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING)) ||
        emit(w, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1)) ||
        write_value(w, v) || emit(w, &event, yaml_document_end_event_initialize(&event, 1)))
        return -1;
    return emit(w, &event, yaml_stream_end_event_initialize(&event));
}

int value_to_yaml(struct fiber *f, struct value v, struct buf *text, struct error *err)
{
    struct writer w = {.f = f, .out = text, .err = err};
    if (!yaml_emitter_initialize(&w.emitter))
        return error_set(err, ERROR_INVALID, "No memory for the YAML emitter");
    yaml_emitter_set_output(&w.emitter, on_output, text);
    yaml_emitter_set_unicode(&w.emitter, 1);
    yaml_emitter_set_width(&w.emitter, 80);
    yaml_emitter_set_indent(&w.emitter, 2);
    int rc = write_document(&w, v);
    yaml_emitter_delete(&w.emitter);
    return rc;
}
