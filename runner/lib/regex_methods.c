/* Methods of java.util.regex.Pattern and Matcher. */
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/regex.h"
#include "runner/lib/regex_impl.h"
#include "runner/lib/text.h"
#include <string.h>

/* ---- Pattern */

NATIVE(pattern_compile)
{
    int64_t flags = 0;
    if (argc > 1 && !value_int_arg(argv[1], &flags))
        return CALL_NONE;
    return regex_compile(f, argv[0], (int)flags, out);
}

NATIVE(pattern_matcher)
{
    return regex_find_operator(f, argv[0], self, out);
}

NATIVE(pattern_matches)
{
    bool yes;
    if (regex_match_operator(f, argv[1], argv[0], &yes) != CALL_OK)
        return CALL_THROW;
    return give(out, value_bool(yes));
}

NATIVE(pattern_quote)
{
    TEXT(s, argv[0]);
    if (!strstr(s->data, "\\E"))
        return give(out, string_printf("\\Q%s\\E", s->data));
    _cleanup_(value_release_ptr) struct value body = text_replace(s, "\\E", 2, "\\E\\\\E\\Q", 7, true);
    return give(out, string_printf("\\Q%s\\E", AS_STRING(body)->data));
}

NATIVE(pattern_source)
{
    return give(out, string_from(pattern_of(self)->source));
}

NATIVE(pattern_flags)
{
    return give(out, value_int(pattern_of(self)->flags));
}

NATIVE(pattern_split)
{
    int64_t limit = 0;
    if (argc > 1 && !value_int_arg(argv[1], &limit))
        return CALL_NONE;
    return regex_split(f, argv[0], self, (int)limit, out);
}

NATIVE(pattern_is_case)
{
    bool yes;
    if (value_is_case(f, self, argv[0], &yes) != CALL_OK)
        return CALL_THROW;
    return give(out, value_bool(yes));
}

/* ---- Matcher */

static enum call_status found(struct matcher *m, int rc, struct value *out)
{
    if (rc < 0)
        return CALL_THROW;
    m->found = rc > 0;
    return give(out, value_bool(rc > 0));
}

static enum call_status attempt(struct fiber *f, struct value self, uint32_t options, struct value *out)
{
    struct matcher *m = matcher_of(self);
    return found(m, matcher_match(f, m, 0, options), out);
}

NATIVE(matcher_matches)
{
    return attempt(f, self, PCRE2_ANCHORED | PCRE2_ENDANCHORED, out);
}

NATIVE(matcher_looking_at)
{
    return attempt(f, self, PCRE2_ANCHORED, out);
}

NATIVE(matcher_find_method)
{
    struct matcher *m = matcher_of(self);
    if (argc) {
        INT_ARG(from, argv[0]);
        if (from < 0 || (size_t)from > text_length(AS_STRING(m->text)))
            return vm_throw(f, "IndexOutOfBoundsException", "Illegal start index");
        matcher_reset(m);
        m->from = text_offset(AS_STRING(m->text), (size_t)from);
    }
    return found(m, matcher_find(f, m), out);
}

NATIVE(matcher_reset_method)
{
    struct matcher *m = matcher_of(self);
    if (argc) {
        struct value text = NULL_VALUE;
        if (value_to_string(f, argv[0], &text) != CALL_OK)
            return CALL_THROW;
        value_release(m->text);
        m->text = text;
        m->utf8 = TEXT_UNKNOWN;
    }
    matcher_reset(m);
    return give(out, value_retain(self));
}

/* The number of the group that an argument names; 0 without one. */
static enum call_status group_arg(struct fiber *f, const struct matcher *m, int argc, struct value *argv,
                                  uint32_t *group)
{
    *group = 0;
    if (!m->found)
        return vm_throw(f, "IllegalStateException", "No match found");
    if (argc == 0)
        return CALL_OK;
    if (value_is_number(argv[0])) {
        int64_t n = number_long(argv[0]);
        if (n < 0 || n > pattern_of(m->pattern)->groups)
            return vm_throw(f, "IndexOutOfBoundsException", "No group %lld", (long long)n);
        *group = (uint32_t)n;
        return CALL_OK;
    }
    TEXT_ARG(name, argv[0]);
    int n = matcher_group_number(m, name->data);
    if (n < 0)
        return vm_throw(f, "IllegalArgumentException", "No group with name <%s>", name->data);
    *group = (uint32_t)n;
    return CALL_OK;
}

NATIVE(matcher_group_method)
{
    struct matcher *m = matcher_of(self);
    uint32_t group;
    enum call_status status = group_arg(f, m, argc, argv, &group);
    return status == CALL_OK ? give(out, matcher_group(m, group)) : status;
}

static enum call_status group_edge(struct fiber *f, struct value self, int argc, struct value *argv, int edge,
                                   struct value *out)
{
    struct matcher *m = matcher_of(self);
    uint32_t group;
    enum call_status status = group_arg(f, m, argc, argv, &group);
    if (status != CALL_OK)
        return status;
    size_t at = pcre2_get_ovector_pointer(m->match)[2 * group + (uint32_t)edge];
    return give(out, value_int(at == PCRE2_UNSET ? -1 : (int32_t)text_index(AS_STRING(m->text), at)));
}

NATIVE(matcher_start)
{
    return group_edge(f, self, argc, argv, 0, out);
}

NATIVE(matcher_end)
{
    return group_edge(f, self, argc, argv, 1, out);
}

NATIVE(matcher_group_count)
{
    return give(out, value_int((int32_t)pattern_of(matcher_of(self)->pattern)->groups));
}

NATIVE(matcher_has_group)
{
    return give(out, value_bool(pattern_of(matcher_of(self)->pattern)->groups > 0));
}

static enum call_status replace(struct fiber *f, struct value self, struct value replacement, bool all,
                                struct value *out)
{
    struct matcher *m = matcher_of(self);
    TEXT_ARG(text, replacement);
    matcher_reset(m);
    return regex_replace(f, m->text, m->pattern, text->data, all, out);
}

NATIVE(matcher_replace_all)
{
    return replace(f, self, argv[0], true, out);
}

NATIVE(matcher_replace_first)
{
    return replace(f, self, argv[0], false, out);
}

/* The pair of appendReplacement() and appendTail(): `appended` is how far the text has gone into the
 * buffer. */
NATIVE(matcher_append_replacement)
{
    struct matcher *m = matcher_of(self);
    if (!value_is_builder(argv[0]))
        return CALL_NONE;
    if (!m->found)
        return vm_throw(f, "IllegalStateException", "No match available");
    TEXT(text, argv[1]);
    const size_t *at = pcre2_get_ovector_pointer(m->match);
    if (at[0] < m->appended) /* this match was appended already */
        return vm_throw(f, "IndexOutOfBoundsException", NULL);
    buf_add(builder_buf(argv[0]), AS_STRING(m->text)->data + m->appended, at[0] - m->appended);
    m->appended = at[1];
    if (matcher_expand(f, m, text->data, builder_buf(argv[0])) != CALL_OK)
        return CALL_THROW;
    return give(out, value_retain(self));
}

NATIVE(matcher_append_tail)
{
    struct matcher *m = matcher_of(self);
    if (!value_is_builder(argv[0]))
        return CALL_NONE;
    const struct string *s = AS_STRING(m->text);
    buf_add(builder_buf(argv[0]), s->data + m->appended, s->len - m->appended);
    return give(out, value_retain(argv[0]));
}

NATIVE(matcher_quote_replacement)
{
    TEXT(s, argv[0]);
    struct buf b = {0};
    for (size_t i = 0; i < s->len; i++) {
        if (s->data[i] == '\\' || s->data[i] == '$')
            buf_addch(&b, '\\');
        buf_addch(&b, s->data[i]);
    }
    return give(out, text_from_buf(&b));
}

/* Every match from the start on, as a list of texts or of groups; the matcher is at its end. */
static enum call_status all_matches(struct fiber *f, struct matcher *m, struct value *out)
{
    int rc;
    *out = list_new(fiber_vm(f), 0);
    matcher_reset(m);
    while ((rc = matcher_find(f, m)) > 0) {
        struct value item = matcher_item(f, m);
        list_push(AS_LIST(*out), item);
        value_release(item);
    }
    if (rc == 0)
        return CALL_OK;
    value_release(*out);
    *out = NULL_VALUE;
    return CALL_THROW;
}

NATIVE(matcher_iterator)
{
    struct value list;
    if (all_matches(f, matcher_of(self), &list) != CALL_OK)
        return CALL_THROW;
    *out = NULL_VALUE;
    enum call_status status = vm_invoke_sync(f, list, "iterator", 0, NULL, out);
    value_release(list);
    return status;
}

NATIVE(matcher_to_list)
{
    return all_matches(f, matcher_of(self), out);
}

NATIVE(matcher_size)
{
    _cleanup_(value_release_ptr) struct value list = NULL_VALUE;
    if (all_matches(f, matcher_of(self), &list) != CALL_OK)
        return CALL_THROW;
    matcher_reset(matcher_of(self));
    return give(out, value_int((int32_t)AS_LIST(list)->len));
}

/* The matcher stands on the chosen match afterwards, so that group() gives its parts. */
static enum call_status matcher_select(struct fiber *f, struct matcher *m, int64_t index)
{
    matcher_reset(m);
    for (int64_t i = 0; i <= index; i++) {
        if (matcher_find(f, m) < 0)
            return CALL_THROW;
    }
    return CALL_OK;
}

NATIVE(matcher_get_at)
{
    struct matcher *m = matcher_of(self);
    _cleanup_(value_release_ptr) struct value list = NULL_VALUE;
    if (all_matches(f, m, &list) != CALL_OK)
        return CALL_THROW;
    if (!value_is_number(argv[0]))
        return value_get_at(f, list, argv[0], out);
    int64_t count = AS_LIST(list)->len, i = number_long(argv[0]);
    if (i < -count || i >= count)
        return vm_throw(f, "IndexOutOfBoundsException", "index is out of range %lld..%lld (index = %lld)",
                        (long long)-count, (long long)count - 1, (long long)i);
    i += i < 0 ? count : 0;
    *out = value_retain(AS_LIST(list)->items[i]);
    return matcher_select(f, m, i);
}

NATIVE(matcher_pattern)
{
    return give(out, value_retain(matcher_of(self)->pattern));
}

NATIVE(matcher_to_string)
{
    struct matcher *m = matcher_of(self);
    _cleanup_(value_release_ptr) struct value last = m->found ? matcher_group(m, 0) : NULL_VALUE;
    return give(out, string_printf("java.util.regex.Matcher[pattern=%s region=0,%zu lastmatch=%s]",
                                   pattern_of(m->pattern)->source, text_length(AS_STRING(m->text)),
                                   value_is(last, OBJ_STRING) ? AS_STRING(last)->data : ""));
}

static const struct native_method methods[] = {
    {"Pattern", "compile", 1, 2, METHOD_STATIC, pattern_compile},
    {"Pattern", "matches", 2, 2, METHOD_STATIC, pattern_matches},
    {"Pattern", "quote", 1, 1, METHOD_STATIC, pattern_quote},
    {"Pattern", "matcher", 1, 1, 0, pattern_matcher},
    {"Pattern", "pattern", 0, 0, 0, pattern_source},
    {"Pattern", "toString", 0, 0, 0, pattern_source},
    {"Pattern", "flags", 0, 0, 0, pattern_flags},
    {"Pattern", "split", 1, 2, 0, pattern_split},
    {"Pattern", "isCase", 1, 1, 0, pattern_is_case},
    {"Matcher", "quoteReplacement", 1, 1, METHOD_STATIC, matcher_quote_replacement},
    {"Matcher", "matches", 0, 0, 0, matcher_matches},
    {"Matcher", "lookingAt", 0, 0, 0, matcher_looking_at},
    {"Matcher", "find", 0, 1, 0, matcher_find_method},
    {"Matcher", "reset", 0, 1, 0, matcher_reset_method},
    {"Matcher", "group", 0, 1, 0, matcher_group_method},
    {"Matcher", "start", 0, 1, 0, matcher_start},
    {"Matcher", "end", 0, 1, 0, matcher_end},
    {"Matcher", "groupCount", 0, 0, 0, matcher_group_count},
    {"Matcher", "hasGroup", 0, 0, 0, matcher_has_group},
    {"Matcher", "replaceAll", 1, 1, 0, matcher_replace_all},
    {"Matcher", "replaceFirst", 1, 1, 0, matcher_replace_first},
    {"Matcher", "appendReplacement", 2, 2, 0, matcher_append_replacement},
    {"Matcher", "appendTail", 1, 1, 0, matcher_append_tail},
    {"Matcher", "iterator", 0, 0, 0, matcher_iterator},
    {"Matcher", "toList", 0, 0, 0, matcher_to_list},
    {"Matcher", "size", 0, 0, 0, matcher_size},
    {"Matcher", "getCount", 0, 0, 0, matcher_size},
    {"Matcher", "getAt", 1, 1, 0, matcher_get_at},
    {"Matcher", "pattern", 0, 0, 0, matcher_pattern},
    {"Matcher", "toString", 0, 0, 0, matcher_to_string},
};

const struct lib_table regex_methods_table = {NULL, 0, methods, ARRAY_LEN(methods)};
