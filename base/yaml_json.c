/* See yaml_json.h. The rules of plain scalars are go-yaml 2's resolve(), by way of sigs.k8s.io/yaml; tried
 * out beside kubectl. */
#include "base/yaml_json.h"
#include <errno.h>
#include <math.h>
#include <string.h>

enum { NUMBER_MAX = 128 };

static json_t *word_value(const char *text)
{
    static const struct {
        const char *words;
        bool value;
    } table[] = {{"y Y yes Yes YES true True TRUE on On ON", true},
                 {"n N no No NO false False FALSE off Off OFF", false}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (str_in_words(table[i].words, text))
            return json_boolean(table[i].value);
    return NULL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static json_t *real_value(double d)
{
    /* Go writes a float without a fraction as an integer, and API servers read it into one. */
    if (d == trunc(d) && fabs(d) < 9e15)
        return json_integer((json_int_t)d);
    return isfinite(d) ? json_real(d) : NULL;
}

/* strconv.ParseInt with base 0: 0x, 0o, 0b, and 0 for octal. NULL: no integer, or too large a one. */
static json_t *integer_value(const char *text)
{
    static const struct {
        const char *head;
        int base;
    } bases[] = {{"0x", 16}, {"0X", 16}, {"0o", 8}, {"0O", 8}, {"0b", 2}, {"0B", 2}, {"0", 8}, {"", 10}};
    const char *digits = text + (*text == '-' || *text == '+');
    size_t i = 0;
    /* "0" alone is no octal but a decimal; the last row takes all that is left. */
    while (!str_has_prefix(digits, bases[i].head) || (bases[i].base == 8 && !digits[strlen(bases[i].head)]))
        i++;
    digits += strlen(bases[i].head);
    /* strtoll would take another sign, blanks and a second 0x */
    if (!*digits || digits[strspn(digits, bases[i].base == 16 ? "0123456789abcdefABCDEF" : "0123456789")])
        return NULL;
    char *end;
    errno = 0;
    long long n = strtoll(digits, &end, bases[i].base);
    return *end || errno ? NULL : json_integer(*text == '-' ? -n : n);
}

/* ^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$ */
static bool is_real(const char *s)
{
    s += *s == '-' || *s == '+';
    size_t whole = strspn(s, "0123456789"), part = 0;
    s += whole;
    if (*s == '.') {
        part = strspn(s + 1, "0123456789");
        s += 1 + part;
    }
    if (!whole && !part)
        return false;
    if (*s == 'e' || *s == 'E') {
        s += 1 + (s[1] == '-' || s[1] == '+');
        if (!is_digit(*s))
            return false;
        s += strspn(s, "0123456789");
    }
    return !*s;
}

static json_t *number_value(const char *text)
{
    char plain[NUMBER_MAX];
    size_t n = 0;
    if (!is_digit(*text) && *text != '-' && *text != '+' && *text != '.')
        return NULL;
    for (const char *s = text; *s; s++) {
        /* go-yaml takes underscores out before it looks: 1_000. Not behind a leading dot: ._1 is a text. */
        if (*s == '_' && *text != '.')
            continue;
        if (n == NUMBER_MAX - 1)
            return NULL;
        plain[n++] = *s;
    }
    plain[n] = 0;
    json_t *whole = integer_value(plain);
    return whole ? whole : is_real(plain) ? real_value(strtod(plain, NULL)) : NULL;
}

static json_t *scalar(const struct yaml_doc *doc, const struct yaml_node *n, struct error *err)
{
    static const char unwritable[] = ".inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF .nan .NaN .NAN";
    if (n->plain && str_in_words(unwritable, n->text)) {
        yaml_error(err, doc, n, "JSON has no number %s", n->text);
        return NULL;
    }
    json_t *value = n->plain ? word_value(n->text) : NULL;
    if (!value && n->plain)
        value = number_value(n->text);
    return value ? value : json_stringn_nocheck(n->text, n->len);
}

static json_t *list(const struct yaml_doc *doc, const struct yaml_node *n, struct error *err)
{
    json_t *out = json_array();
    for (size_t i = 0; i < n->len; i++) {
        json_t *item = yaml_json(doc, n->items[i], err);
        if (!item) {
            json_decref(out);
            return NULL;
        }
        json_array_append_new(out, item);
    }
    return out;
}

static json_t *map(const struct yaml_doc *doc, const struct yaml_node *n, struct error *err)
{
    json_t *out = json_object();
    for (size_t i = 0; i < n->len; i++) {
        json_t *value = yaml_json(doc, n->pairs[i].value, err);
        if (!value) {
            json_decref(out);
            return NULL;
        }
        json_object_set_new_nocheck(out, n->pairs[i].key, value);
    }
    return out;
}

json_t *yaml_json(const struct yaml_doc *doc, const struct yaml_node *n, struct error *err)
{
    switch (n ? n->kind : YAML_NULL) {
    case YAML_TEXT:
        return scalar(doc, n, err);
    case YAML_LIST:
        return list(doc, n, err);
    case YAML_MAP:
        return map(doc, n, err);
    default:
        return json_null();
    }
}

static void cut(yaml_objects *v, size_t len)
{
    while (v->len > len)
        json_decref(v->items[--v->len].json);
}

int yaml_json_parse(yaml_objects *out, const char *file, const char *text, size_t len, struct error *err)
{
    _cleanup_(yaml_release) struct yaml_doc doc = {0};
    size_t had = out->len;
    if (yaml_parse_all(&doc, file, text, len, err) < 0)
        return -1;
    for (size_t i = 0; i < doc.n_roots; i++) {
        struct yaml_object o = {yaml_json(&doc, doc.roots[i], err), doc.roots[i]->line};
        if (!o.json) {
            cut(out, had);
            return -1;
        }
        vec_push(out, o);
    }
    return 0;
}

void yaml_objects_release(yaml_objects *v)
{
    cut(v, 0);
    vec_release(v);
}
