/* Pattern and Matcher values on pcre2, and the operations on text that need them. The methods that
 * scripts call on the two are in regex_methods.c.
 *
 * Lifecycle: a Pattern owns the compiled code and its limits, a Matcher the match data, and retains pattern
 * and text. Offsets of pcre2 are bytes; the methods turn them into UTF-16 units. */
#include "runner/lib/regex.h"
#include "base/utf8.h"
#include "runner/lib/ops.h"
#include "runner/lib/regex_impl.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"
#include <ctype.h>
#include <string.h>

/* Steps and kibibytes that one attempt may take. */
enum { MATCH_LIMIT = 10 * 1000 * 1000, HEAP_LIMIT = 64 * 1024 };

/* The matchers of a pattern retain it, so nothing can still use the code. */
static void pattern_free(void *data)
{
    struct pattern *p = data;
    pcre2_code_free(p->code);
    pcre2_code_free(p->lenient);
    pcre2_match_context_free(p->limits);
    free(p->source);
    free(p);
}

/* `match` holds no reference to the text: pcre2 keeps a pointer to it, which is why `text` is retained as
 * long. */
static void matcher_free(void *data)
{
    struct matcher *m = data;
    pcre2_match_data_free(m->match);
    value_release(m->pattern);
    value_release(m->text);
    free(m);
}

/* By the release function: subclasses cannot be made of these, so it tells the class. */
static void *native_data(struct value v, void (*release)(void *))
{
    if (!value_is(v, OBJ_NATIVE) || !AS_NATIVE(v)->class->native ||
        AS_NATIVE(v)->class->native->release != release)
        return NULL;
    return AS_NATIVE(v)->data;
}

struct pattern *pattern_of(struct value v)
{
    return native_data(v, pattern_free);
}

struct matcher *matcher_of(struct value v)
{
    return native_data(v, matcher_free);
}

bool value_is_pattern(struct value v)
{
    return pattern_of(v);
}

bool value_is_matcher(struct value v)
{
    return matcher_of(v);
}

/* \C would cut a code point in two. A literal pattern allows none of the other options. */
static uint32_t compile_options(int flags)
{
    static const struct {
        int java;
        uint32_t pcre;
    } options[] = {{REGEX_CASE_INSENSITIVE, PCRE2_CASELESS},
                   {REGEX_MULTILINE, PCRE2_MULTILINE},
                   {REGEX_DOTALL, PCRE2_DOTALL},
                   {REGEX_COMMENTS, PCRE2_EXTENDED},
                   {REGEX_LITERAL, PCRE2_LITERAL},
                   {REGEX_UNICODE_CLASS, PCRE2_UCP}};
    uint32_t all = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C;
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        if (flags & options[i].java)
            all |= options[i].pcre;
    }
    return all & PCRE2_LITERAL ? all & ~(uint32_t)(PCRE2_NEVER_BACKSLASH_C | PCRE2_EXTENDED | PCRE2_UCP)
                               : all;
}

/* `more`: further options of pcre2. Java's `.` stops at \r and \n alike; ANYCRLF is the nearest pcre2 has. */
static pcre2_code *compile(const char *source, int flags, uint32_t more, int *error, size_t *at)
{
    struct buf translated = {0};
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_set_newline(context, flags & REGEX_UNIX_LINES ? PCRE2_NEWLINE_LF : PCRE2_NEWLINE_ANYCRLF);
    pcre2_set_parens_nest_limit(context, 250);
    if (flags & REGEX_LITERAL)
        buf_addstr(&translated, source);
    else
        regex_translate(source, &translated);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)(translated.data ? translated.data : ""), translated.len,
                                     compile_options(flags) | more, error, at, context);
    pcre2_compile_context_free(context);
    buf_release(&translated);
    return code;
}

/* In the words of java.util.regex.Pattern where it has its own, with the pattern and a caret below. */
static enum call_status bad_pattern(struct fiber *f, const char *source, int error, size_t at)
{
    static const struct {
        int error;
        const char *text;
        int shift; /* Java's index against pcre2's */
    } rows[] = {
        {PCRE2_ERROR_MISSING_CLOSING_PARENTHESIS, "Unclosed group", 0},
        {PCRE2_ERROR_MISSING_SQUARE_BRACKET, "Unclosed character class", -1},
        {PCRE2_ERROR_QUANTIFIER_OUT_OF_ORDER, "Illegal repetition range", 0},
        {PCRE2_ERROR_CLASS_RANGE_ORDER, "Illegal character range", 0},
        {PCRE2_ERROR_UNMATCHED_CLOSING_PARENTHESIS, "Unmatched closing ')'", -1},
        {PCRE2_ERROR_END_BACKSLASH, "Unexpected internal error", 0},
    };
    char message[200];
    size_t len = strlen(source);
    pcre2_get_error_message(error, (PCRE2_UCHAR *)message, sizeof(message));
    message[0] = (char)toupper((unsigned char)message[0]);
    at = at > len ? len : at;
    if (error == PCRE2_ERROR_QUANTIFIER_INVALID && at < len)
        snprintf(message, sizeof(message), "Dangling meta character '%c'", source[at]);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].error == error) {
            snprintf(message, sizeof(message), "%s", rows[i].text);
            at -= at && rows[i].shift;
        }
    return vm_throw(f, "PatternSyntaxException", "%s near index %zu\n%s%s%*s", message, at, source,
                    at < len ? "\n" : "", at < len ? (int)at + 1 : 0, at < len ? "^" : "");
}

/* Nothing is cached: =~ in a loop compiles its pattern anew each time, unless the script keeps a Pattern. */
enum call_status regex_compile(struct fiber *f, struct value text, int flags, struct value *out)
{
    int error;
    size_t at;
    TEXT(s, text);
    pcre2_code *code = compile(s->data, flags, 0, &error, &at);
    if (!code)
        return bad_pattern(f, s->data, error, at);
    struct pattern *p = xcalloc(1, sizeof(*p));
    *p = (struct pattern){.code = code, .source = xstrdup(s->data), .flags = flags};
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &p->groups);
    p->limits = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(p->limits, MATCH_LIMIT);
    pcre2_set_heap_limit(p->limits, HEAP_LIMIT);
    return give(out, native_new(fiber_vm(f), vm_class(fiber_vm(f), "Pattern"), p));
}

enum call_status regex_pattern_of(struct fiber *f, struct value v, struct value *out)
{
    return value_is_pattern(v) ? give(out, value_retain(v)) : regex_compile(f, v, 0, out);
}

struct value matcher_new(struct vm *vm, struct value pattern, struct value text)
{
    struct matcher *m = xcalloc(1, sizeof(*m));
    m->pattern = value_retain(pattern);
    m->text = value_retain(text);
    m->match = pcre2_match_data_create_from_pattern(pattern_of(pattern)->code, NULL);
    return native_new(vm, vm_class(vm, "Matcher"), m);
}

/* Lone surrogates, which a Java string may hold, are no UTF-8 to pcre2: such texts go by the lenient code.
 * The text is checked here, once, because pcre2 would do it again for every match. */
static const pcre2_code *code_for(struct matcher *m)
{
    const struct string *text = AS_STRING(m->text);
    struct pattern *p = pattern_of(m->pattern);
    int error;
    size_t at;
    if (m->utf8 == TEXT_UNKNOWN)
        m->utf8 = text->ascii || utf8_valid(text->data, text->len) == text->len ? TEXT_VALID : TEXT_INVALID;
    if (m->utf8 == TEXT_INVALID && !p->lenient)
        p->lenient = compile(p->source, p->flags, PCRE2_MATCH_INVALID_UTF, &error, &at);
    return m->utf8 == TEXT_VALID ? p->code : p->lenient;
}

/* 1: matched, 0: not, -1: thrown. The limits end patterns that backtrack for ever; Java runs out of stack
 * on most of these, hence the name of the exception. */
int matcher_match(struct fiber *f, struct matcher *m, size_t from, uint32_t anchor)
{
    const struct string *text = AS_STRING(m->text);
    const struct pattern *p = pattern_of(m->pattern);
    const pcre2_code *code = code_for(m);
    if (m->utf8 == TEXT_VALID)
        anchor |= PCRE2_NO_UTF_CHECK;
    int rc = code ? pcre2_match(code, (PCRE2_SPTR)text->data, text->len, from, anchor, m->match, p->limits)
                  : PCRE2_ERROR_NOMATCH;
    if (rc >= 0 || rc == PCRE2_ERROR_NOMATCH)
        return rc >= 0;
    vm_throw(f, "StackOverflowError", "The regular expression takes too long on this text: %s", p->source);
    return -1;
}

void matcher_reset(struct matcher *m)
{
    m->found = false;
    m->from = m->appended = 0;
}

/* A match of no width moves the next start one code point on, or the search would stand still; behind the
 * end of the text it is over for good. */
int matcher_find(struct fiber *f, struct matcher *m)
{
    const struct string *text = AS_STRING(m->text);
    if (m->found) {
        const size_t *at = pcre2_get_ovector_pointer(m->match);
        m->from = at[1];
        if (at[0] == at[1] && at[1] < text->len) {
            size_t n;
            text_rune(text->data + at[1], &n);
            m->from += n;
        } else if (at[0] == at[1]) {
            m->from = text->len + 1;
        }
    }
    int rc = m->from <= text->len ? matcher_match(f, m, m->from, 0) : 0;
    m->found = rc > 0;
    if (rc == 0)
        m->from = text->len + 1;
    return rc;
}

/* \K may make a group end before it starts; that counts as none. */
struct value matcher_group(const struct matcher *m, uint32_t group)
{
    const size_t *at = pcre2_get_ovector_pointer(m->match);
    if (at[2 * group] == PCRE2_UNSET || at[2 * group] > at[2 * group + 1])
        return NULL_VALUE;
    return string_new(AS_STRING(m->text)->data + at[2 * group], at[2 * group + 1] - at[2 * group]);
}

int matcher_group_number(const struct matcher *m, const char *name)
{
    int n = pcre2_substring_number_from_name(pattern_of(m->pattern)->code, (PCRE2_SPTR)name);
    return n > 0 ? n : -1;
}

/* m[0] and what each() gives: a String, or a list of all groups once there is a group. */
struct value matcher_item(struct fiber *f, const struct matcher *m)
{
    uint32_t groups = pattern_of(m->pattern)->groups;
    if (groups == 0)
        return matcher_group(m, 0);
    struct value list = list_new(fiber_vm(f), groups + 1);
    for (uint32_t i = 0; i <= groups; i++) {
        struct value group = matcher_group(m, i);
        list_push(AS_LIST(list), group);
        value_release(group);
    }
    return list;
}

/* ---- operators */

static enum call_status matcher_for(struct fiber *f, struct value text, struct value pattern,
                                    struct value *out)
{
    _cleanup_(value_release_ptr) struct value compiled = NULL_VALUE, string = NULL_VALUE;
    if (regex_pattern_of(f, pattern, &compiled) != CALL_OK || value_to_string(f, text, &string) != CALL_OK)
        return CALL_THROW;
    return give(out, matcher_new(fiber_vm(f), compiled, string));
}

enum call_status regex_find_operator(struct fiber *f, struct value text, struct value pattern,
                                     struct value *out)
{
    return matcher_for(f, text, pattern, out);
}

enum call_status regex_match_operator(struct fiber *f, struct value text, struct value pattern, bool *out)
{
    *out = false;
    if (text.tag == VAL_NULL || pattern.tag == VAL_NULL)
        return CALL_OK;
    _cleanup_(value_release_ptr) struct value matcher = NULL_VALUE;
    if (matcher_for(f, text, pattern, &matcher) != CALL_OK)
        return CALL_THROW;
    struct matcher *m = matcher_of(matcher);
    int rc = matcher_match(f, m, 0, PCRE2_ANCHORED | PCRE2_ENDANCHORED);
    *out = rc > 0;
    return rc < 0 ? CALL_THROW : CALL_OK;
}

enum call_status regex_matcher_truth(struct fiber *f, struct value matcher, bool *out)
{
    int rc = matcher_find(f, matcher_of(matcher));
    *out = rc > 0;
    return rc < 0 ? CALL_THROW : CALL_OK;
}

/* ---- replacing and splitting */

/* "$12": as many digits as make an existing group.
 * Java's rule: $12 is group 1 and a "2" when there are less than twelve groups. */
static enum call_status expand_number(struct fiber *f, const struct matcher *m, const char **p,
                                      struct buf *out)
{
    uint32_t groups = pattern_of(m->pattern)->groups, n = (uint32_t)(*(*p)++ - '0');
    if (n > groups)
        return vm_throw(f, "IndexOutOfBoundsException", "No group %u", n);
    while (isdigit((unsigned char)**p) && n * 10 + (uint32_t)(**p - '0') <= groups)
        n = n * 10 + (uint32_t)(*(*p)++ - '0');
    struct value group = matcher_group(m, n);
    if (group.tag != VAL_NULL)
        buf_add(out, AS_STRING(group)->data, AS_STRING(group)->len);
    value_release(group);
    return CALL_OK;
}

/* p stands at the brace; afterwards behind the closing one. */
static enum call_status expand_name(struct fiber *f, const struct matcher *m, const char **p, struct buf *out)
{
    size_t n = strcspn(*p + 1, "}");
    if ((*p)[n + 1] != '}')
        return vm_throw(f, "IllegalArgumentException", "named capturing group is missing trailing '}'");
    _cleanup_free_ char *name = xstrndup(*p + 1, n);
    int number = matcher_group_number(m, name);
    if (number < 0)
        return vm_throw(f, "IllegalArgumentException", "No group with name {%s}", name);
    struct value group = matcher_group(m, (uint32_t)number);
    if (group.tag != VAL_NULL)
        buf_add(out, AS_STRING(group)->data, AS_STRING(group)->len);
    value_release(group);
    *p += n + 2;
    return CALL_OK;
}

/* A backslash takes away the meaning of the character behind it, whichever it is. */
enum call_status matcher_expand(struct fiber *f, const struct matcher *m, const char *replacement,
                                struct buf *out)
{
    for (const char *p = replacement; *p;) {
        enum call_status status = CALL_OK;
        if (*p == '\\') {
            if (!*++p)
                return vm_throw(f, "IllegalArgumentException", "character to be escaped is missing");
            buf_addch(out, *p++);
        } else if (*p != '$') {
            buf_addch(out, *p++);
        } else if (isdigit((unsigned char)*++p)) {
            status = expand_number(f, m, &p, out);
        } else if (*p == '{') {
            status = expand_name(f, m, &p, out);
        } else {
            status =
                vm_throw(f, "IllegalArgumentException",
                         *p ? "Illegal group reference" : "Illegal group reference: group index is missing");
        }
        if (status != CALL_OK)
            return status;
    }
    return CALL_OK;
}

/* On an exception what was built is dropped: buf_release() of an empty buffer after text_from_buf() is
 * nothing. */
enum call_status regex_replace(struct fiber *f, struct value text, struct value pattern,
                               const char *replacement, bool all, struct value *out)
{
    _cleanup_(value_release_ptr) struct value matcher = NULL_VALUE;
    if (matcher_for(f, text, pattern, &matcher) != CALL_OK)
        return CALL_THROW;
    struct matcher *m = matcher_of(matcher);
    const struct string *s = AS_STRING(m->text);
    struct buf result = {0};
    size_t done = 0;
    int rc;
    enum call_status status = CALL_OK;
    while (status == CALL_OK && (rc = matcher_find(f, m)) != 0) {
        const size_t *at = pcre2_get_ovector_pointer(m->match);
        if (rc < 0)
            status = CALL_THROW;
        if (rc < 0)
            break;
        buf_add(&result, s->data + done, at[0] - done);
        status = matcher_expand(f, m, replacement, &result);
        done = at[1];
        if (!all)
            break;
    }
    buf_add(&result, s->data + done, s->len - done);
    if (status == CALL_OK)
        *out = text_from_buf(&result);
    buf_release(&result);
    return status;
}

/* String[] is what split() returns: scripts ask for .length and pass it on. */
static struct value strings_array(struct vm *vm, struct value list)
{
    struct value array = array_new(vm, "String", AS_LIST(list)->len);
    for (size_t i = 0; i < AS_LIST(list)->len; i++)
        list_set(AS_LIST(array), i, AS_LIST(list)->items[i]);
    return array;
}

static void push_piece(struct list *l, const struct string *s, size_t from, size_t to)
{
    struct value piece = string_new(s->data + from, to - from);
    list_push(l, piece);
    value_release(piece);
}

/* split() with limit 0 only; a text without any match keeps its single piece even if that is empty. */
static void drop_trailing_empties(struct list *l)
{
    while (l->len && AS_STRING(l->items[l->len - 1])->len == 0)
        list_remove(l, l->len - 1);
}

/* A match of no width at the start gives no empty first piece (Java 8). */
enum call_status regex_split(struct fiber *f, struct value text, struct value pattern, int limit,
                             struct value *out)
{
    _cleanup_(value_release_ptr) struct value matcher = NULL_VALUE, pieces = list_new(fiber_vm(f), 0);
    if (matcher_for(f, text, pattern, &matcher) != CALL_OK)
        return CALL_THROW;
    struct matcher *m = matcher_of(matcher);
    const struct string *s = AS_STRING(m->text);
    size_t done = 0;
    int rc;
    bool any = false;
    while ((limit <= 0 || (int64_t)AS_LIST(pieces)->len < limit - 1) && (rc = matcher_find(f, m)) != 0) {
        if (rc < 0)
            return CALL_THROW;
        const size_t *at = pcre2_get_ovector_pointer(m->match);
        if (at[1] == 0 || (at[0] == at[1] && at[0] == s->len))
            continue;
        any = true;
        push_piece(AS_LIST(pieces), s, done, at[0]);
        done = at[1];
    }
    push_piece(AS_LIST(pieces), s, done, s->len);
    if (limit == 0 && any)
        drop_trailing_empties(AS_LIST(pieces));
    return give(out, strings_array(fiber_vm(f), pieces));
}

static const struct native_class classes[] = {
    {.name = "java.util.regex.Pattern", .release = pattern_free},
    {.name = "java.util.regex.MatchResult", .interface = true},
    {.name = "java.util.regex.Matcher", .interfaces = "MatchResult", .release = matcher_free},
};

const struct lib_table regex_table = {classes, ARRAY_LEN(classes), NULL, 0};
