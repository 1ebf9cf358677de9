/* input [pipeline-input-step]. The policy of a run without a person is PRODUCT.md's: --answer, then --yes and
 * --no-input, then the terminal; without one, abort and say so. */
#include "base/hash.h"
#include "runner/cli/run_options.h"
#include "runner/engine/question.h"
#include "runner/steps/rows.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* Given, or made of the message: its MD5. The first letter is upper-case, as Jenkins makes it. */
static char *input_id(struct step_call *c)
{
    const char *given = step_str(c, "id", NULL);
    if (given && *given) {
        char *id = xstrdup(given);
        id[0] = (char)toupper((unsigned char)id[0]);
        return id;
    }
    char hex[HASH_HEX_MAX];
    const char *message = step_str(c, "message", "");
    hash_hex(HASH_MD5, message, strlen(message), hex);
    hex[0] = (char)toupper((unsigned char)hex[0]);
    return xstrdup(hex);
}

/* The text behind "ID" of an --answer: "" proceeds, "=…" has values; NULL: not answered. */
static const char *answer_for(const struct run_options *o, const char *id)
{
    size_t n = strlen(id);
    for (size_t i = 0; i < o->answers.len; i++) {
        const char *a = o->answers.items[i];
        if (strncasecmp(a, id, n) == 0 && (a[n] == 0 || a[n] == '='))
            return a + n;
    }
    return NULL;
}

static bool may_submit(const char *submitters, const char *user)
{
    size_t n = strlen(user);
    if (!submitters || !*submitters)
        return true;
    for (const char *p = submitters; *p;) {
        p += strspn(p, " ,");
        size_t len = strcspn(p, " ,");
        if (len == n && strncasecmp(p, user, n) == 0)
            return true;
        p += len;
    }
    return false;
}

/* One declared parameter's value: as answered, else its default. Booleans are booleans. Owned. */
static struct value parameter_value(struct step_call *c, struct map *p, const char *given)
{
    struct value kind, dflt, hold = NULL_VALUE;
    bool boolean = map_get_str(p, "$class", &kind) && value_is(kind, OBJ_STRING) &&
                   strstr(AS_STRING(kind)->data, "oolean") != NULL;
    if (given)
        return boolean ? value_bool(strcmp(given, "true") == 0) : string_from(given);
    if (map_get_str(p, "defaultValue", &dflt) && !value_is_null(dflt))
        return value_retain(dflt);
    if (map_get_str(p, "choices", &dflt) && value_is(dflt, OBJ_LIST) && AS_LIST(dflt)->len)
        return value_retain(AS_LIST(dflt)->items[0]);
    if (map_get_str(p, "choices", &dflt) && !value_is(dflt, OBJ_LIST)) {
        const char *text = value_text(c->fiber, dflt, &hold);
        struct value first = string_new(text, strcspn(text, "\n"));
        value_release(hold);
        return first;
    }
    return boolean ? value_bool(false) : string_from("");
}

/* Nothing: null; one value: itself; more: a map by name. */
static struct value answer_value(struct step_call *c, const char *pairs)
{
    struct value list = step_arg(c, "parameters"), map = map_new(c->run->vm), last = NULL_VALUE;
    const char *submitter = step_str(c, "submitterParameter", NULL);
    for (uint32_t i = 0; value_is(list, OBJ_LIST) && i < AS_LIST(list)->len; i++) {
        struct value item = AS_LIST(list)->items[i], name;
        if (!value_is(item, OBJ_MAP) || !map_get_str(AS_MAP(item), "name", &name))
            continue;
        struct value hold = NULL_VALUE;
        const char *key = value_text(c->fiber, name, &hold);
        _cleanup_free_ char *given = question_pair(pairs, key);
        struct value v = parameter_value(c, AS_MAP(item), given);
        map_set_str(AS_MAP(map), key, v);
        value_release(v);
        value_release(hold);
    }
    if (submitter && *submitter) {
        struct value user = string_from(c->run->options->user);
        map_set_str(AS_MAP(map), submitter, user);
        value_release(user);
    }
    if (AS_MAP(map)->len > 1)
        return map;
    size_t at = 0;
    struct map_slot *slot;
    if (map_next(AS_MAP(map), &at, &slot))
        last = value_retain(slot->value);
    value_release(map);
    return last;
}

static enum call_status proceed(struct step_call *c, const char *pairs, struct value *out)
{
    const char *submitters = step_str(c, "submitter", NULL), *user = c->run->options->user;
    if (!may_submit(submitters, user))
        return step_abort(c, "You need to be %s to submit this (you are %s; see --user)", submitters, user);
    *out = answer_value(c, pairs);
    step_log(c, "Approved by %s", user);
    return CALL_OK;
}

static enum call_status reject(struct step_call *c, const char *why)
{
    step_log(c, "%s", why);
    return vm_throw_value(c->fiber, interruption_new(c->fiber, RESULT_ABORTED, why));
}

/* The terminal's answer comes as a line: empty or "y" proceeds, NAME=VALUE pairs too, "n" and "abort" do not.
 */
static void typed(void *data, const char *line)
{
    struct step_call *c = data;
    c->state = NULL;
    struct value v = NULL_VALUE;
    bool no = !line || !strcasecmp(line, "n") || !strcasecmp(line, "no") || !strcasecmp(line, "abort");
    if (no) {
        step_log(c, "Rejected by %s", c->run->options->user);
        step_fail(c, interruption_new(c->fiber, RESULT_ABORTED, "Rejected"));
        return;
    }
    v = answer_value(c, strchr(line, '=') ? line : "");
    step_log(c, "Approved by %s", c->run->options->user);
    step_done(c, v);
}

static void cancel_question(struct step_call *c)
{
    question_cancel(c->run, c);
    step_done(c, NULL_VALUE);
}

static enum call_status ask(struct step_call *c, const char *id, struct value *out)
{
    struct event e = {.kind = EVENT_INPUT, .name = id};
    const char *message = step_str(c, "message", ""), *given = answer_for(c->run->options, id);
    e.text = message;
    e.len = strlen(message);
    run_emit(c->run, c->branch, &e);
    step_log(c, "%s", message);
    step_log(c, "%s or Abort", step_str(c, "ok", "Proceed"));
    if (given && strcmp(given, "=abort") == 0)
        return reject(c, "Rejected by an --answer");
    if (given)
        return proceed(c, *given ? given + 1 : "", out);
    if (c->run->options->yes)
        return proceed(c, "", out);
    if (c->run->options->no_input)
        return reject(c, "Aborted: input was asked and --no-input given");
    if (!isatty(0))
        return reject(c, "Aborted: input was asked and there is no terminal; answer it by --answer or --yes");
    if (question_ask(c->run, c, typed) < 0)
        return reject(c, "Aborted: the terminal cannot be read");
    step_on_cancel(c, cancel_question);
    return CALL_WAIT;
}

enum call_status step_input(struct step_call *c, struct value *out)
{
    _cleanup_free_ char *id = input_id(c);
    if (c->run->dry_run) {
        *out = answer_value(c, "");
        return CALL_OK;
    }
    return ask(c, id, out);
}
