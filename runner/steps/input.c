/* input [pipeline-input-step]. The policy of a run without a person is PRODUCT.md's: --answer, then --yes and
 * --no-input, then the terminal; without one, abort and say so.
 *
 * A question has an id (given, or the message's MD5), by which --answer names it. The first policy that fits
 * decides; only the terminal's answer makes the step wait. */
#include "base/buf.h"
#include "base/hash.h"
#include "runner/cli/run_options.h"
#include "runner/engine/question.h"
#include "runner/steps/input_value.h"
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

/* The text behind "ID" of an --answer: "" proceeds, "=…" has values; NULL: not answered.
 * Ids are compared without case: Jenkins capitalises the first letter, users do not. */
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

/* [InputStep.canSettle]; groups are not known here, so a list is one of users. */
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

/* [Rejection.getShortDescription]
 * The result is ABORTED, as an abort by the user. */
static struct value rejected(struct step_call *c)
{
    _cleanup_free_ char *why = xasprintf("Rejected by %s", c->run->options->user);
    return interruption_new(c->fiber, RESULT_ABORTED, why);
}

static bool asks_values(struct step_call *c)
{
    struct value list = step_arg(c, "parameters");
    return value_is(list, OBJ_LIST) && AS_LIST(list)->len > 0;
}

/* Checked before values are read: who may not answer learns nothing about them. */
static int approve(struct step_call *c, const char *pairs, struct value *out, struct error *err)
{
    const char *submitters = step_str(c, "submitter", NULL), *user = c->run->options->user;
    if (!may_submit(submitters, user))
        return error_set(err, ERROR_INVALID, "You need to be %s to submit this (you are %s; see --user)",
                         submitters, user);
    if (input_value(c, pairs, out, err) < 0)
        return -1;
    step_log(c, "Approved by %s", user);
    return 0;
}

static enum call_status proceed(struct step_call *c, const char *pairs, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    return approve(c, pairs, out, &err) == 0 ? CALL_OK : step_abort(c, "%s", err.message);
}

static enum call_status reject(struct step_call *c, const char *why)
{
    step_log(c, "%s", why);
    return vm_throw_value(c->fiber, interruption_new(c->fiber, RESULT_ABORTED, why));
}

/* The terminal's answer comes as a line: empty or "y" proceeds, NAME=VALUE pairs too, "n" and "abort" do not.
 *
 * A wrong answer is told and asked for again; the end of the terminal's input is a "no". */
static void typed(void *data, const char *line)
{
    struct step_call *c = data;
    c->state = NULL;
    struct value v = NULL_VALUE;
    bool no = !line || !strcasecmp(line, "n") || !strcasecmp(line, "no") || !strcasecmp(line, "abort");
    if (no) {
        step_fail(c, rejected(c));
        return;
    }
    _cleanup_(error_release) struct error err = {0};
    if (approve(c, strchr(line, '=') ? line : "", &v, &err) == 0) {
        step_done(c, v);
        return;
    }
    step_log(c, "%s", err.message);
    if (question_ask(c->run, c, typed) < 0)
        step_fail(c, rejected(c));
}

/* step_done() only ends the call: the interruption that cancelled it is thrown instead of the value. */
static void cancel_question(struct step_call *c)
{
    question_cancel(c->run, c);
    step_done(c, NULL_VALUE);
}

/* The event comes before any policy decides, so that the web page shows answered questions, too. */
static enum call_status ask(struct step_call *c, const char *id, struct value *out)
{
    struct event e = {.kind = EVENT_INPUT, .name = id};
    const char *message = step_str(c, "message", ""), *given = answer_for(c->run->options, id);
    e.text = message;
    e.len = strlen(message);
    run_emit(c->run, c->branch, &e);
    if (asks_values(c)) {
        step_log(c, "Input requested");
    } else {
        step_log(c, "%s", message);
        step_log(c, "%s or Abort", step_str(c, "ok", "Proceed"));
    }
    if (given && strcmp(given, "=abort") == 0)
        return vm_throw_value(c->fiber, rejected(c));
    if (given)
        return proceed(c, *given ? given + 1 : "", out);
    if (c->run->options->yes)
        return proceed(c, "", out);
    if (c->run->options->no_input)
        return reject(c, "Aborted: input was asked and --no-input given");
    if (!isatty(0))
        return reject(c, "Aborted: input was asked and there is no terminal; answer it by --answer or --yes");
    if (asks_values(c)) {
        _cleanup_(buf_release) struct buf names = {0};
        input_describe(c, &names);
        run_notice(c->run, "answer NAME=VALUE,… or nothing for the defaults: %s",
                   names.data ? names.data : "");
    }
    if (question_ask(c->run, c, typed) < 0)
        return reject(c, "Aborted: the terminal cannot be read");
    step_on_cancel(c, cancel_question);
    return CALL_WAIT;
}

enum call_status step_input(struct step_call *c, struct value *out)
{
    _cleanup_free_ char *id = input_id(c);
    if (c->run->dry_run) {
        input_value(c, "", out, NULL);
        return CALL_OK;
    }
    return ask(c, id, out);
}
