/* What all chat services share: one POST, an answer that may say "no" with status 200, failures that are
 * the build's or only a line of its log. A webhook is copied to the heap and belongs to the call from
 * webhook_send() on; `next` changes it for a further message of the same step. Addresses hold tokens, so
 * they are hidden before they are used. */
#include "runner/steps/notify/webhook.h"
#include "base/hash.h"
#include <string.h>
#include <time.h>

enum { TIMEOUT = 30, SHOWN_MAX = 300 };

void webhook_release(struct webhook *w)
{
    free(w->url);
    free(w->header);
    json_decref(w->payload);
}

static void webhook_free(void *data)
{
    webhook_release(data);
    free(data);
}

/* Twelve characters with a digit: "robot" or "send" at an address' end are words of logs. */
static bool is_token(const char *s)
{
    enum { TOKEN_MIN = 12 };
    return strlen(s) >= TOKEN_MIN && strpbrk(s, "0123456789");
}

/* Tokens stand behind the last = or /; what is short or has no digit is a word. */
void webhook_hide(struct step_call *c, const char *url)
{
    const char *query = strrchr(url, '='), *path = strrchr(url, '/');
    step_hide(c, url);
    if (query && is_token(query + 1))
        step_hide(c, query + 1);
    if (path && !strchr(path, '?') && is_token(path + 1))
        step_hide(c, path + 1);
}

static void put_form(json_t *request, const char *field, const char *text)
{
    _cleanup_(buf_release) struct buf body = {0};
    buf_printf(&body, "%s=", field);
    url_encode(&body, text);
    json_object_set_new(request, "body", json_string(body.data));
}

/* `hide` keeps the helper's own messages from showing the address or the login. */
json_t *webhook_request(const struct webhook *w)
{
    _cleanup_free_ char *text = json_dumps(w->payload, JSON_COMPACT);
    json_t *headers =
        json_pack("[s]", w->field ? "Content-Type: application/x-www-form-urlencoded; charset=UTF-8"
                                  : "Content-Type: application/json; charset=utf-8");
    json_t *request =
        json_pack("{s:s,s:s,s:s,s:i,s:o,s:[s]}", "op", "http", "url", w->url, "method", "POST", "timeout",
                  TIMEOUT, "headers", headers, "hide", w->header ? w->header : w->url);
    if (w->header)
        json_array_append_new(headers, json_string(w->header));
    if (w->field)
        put_form(request, w->field, text);
    else
        json_object_set_new(request, "body", json_string(text));
    return request;
}

/* What a JSON answer says is wrong; owned, NULL: nothing.
 * DingTalk and WeCom say errcode, Lark code or StatusCode; 0 is success. Others say ok or success: false. */
static char *coded_problem(const json_t *answer, bool coded)
{
    static const struct {
        const char *code, *message;
    } forms[] = {{"errcode", "errmsg"}, {"code", "msg"}, {"StatusCode", "StatusMessage"}};
    for (size_t i = 0; coded && i < ARRAY_LEN(forms); i++) {
        const json_t *code = json_object_get(answer, forms[i].code);
        const char *why = json_string_value(json_object_get(answer, forms[i].message));
        if (!json_is_integer(code))
            continue;
        return json_integer_value(code) == 0 ? NULL
                                             : xasprintf("%s %lld: %s", forms[i].code,
                                                         (long long)json_integer_value(code), why ? why : "");
    }
    if (coded)
        return xstrdup("the answer is not that of the service");
    if (json_is_false(json_object_get(answer, "ok")) || json_is_false(json_object_get(answer, "success"))) {
        const char *why = json_string_value(json_object_get(answer, "error"));
        return xstrdup(why ? why : "refused");
    }
    return NULL;
}

/* Three places where a refusal may stand: no answer, its status, its body. */
static char *problem_of(const struct worker_end *end, const json_t *answer, bool coded)
{
    if (!end->result)
        return xstrdup(end->message);
    int status = (int)json_integer_value(json_object_get(end->result, "status"));
    const char *body = json_string_value(json_object_get(end->result, "body"));
    if (status < 200 || status > 299)
        return xasprintf("HTTP status %d%s%.*s", status, body && *body ? ": " : "", SHOWN_MAX,
                         body ? body : "");
    return coded_problem(answer, coded);
}

/* value() sees the last good answer. */
static bool answered(struct step_call *c, const struct worker_end *end)
{
    struct webhook *w = helper_data(c);
    const char *body = json_string_value(json_object_get(end->result, "body"));
    json_t *answer = json_loads(body ? body : "", 0, NULL);
    _cleanup_free_ char *problem = problem_of(end, answer, w->coded);
    w->sent++;
    if (problem && !w->fatal)
        step_log(c, "ERROR: %s notification failed: %s", w->service, problem);
    if (problem && w->fatal) {
        step_fail_text(c, "%s notification failed: %s", w->service, problem);
    } else if (w->next && w->next(c, w)) { /* each message by itself: one that is refused stops no other */
        helper_again(c, webhook_request(w), answered);
    } else {
        step_done(c, w->value && !problem ? w->value(c, answer) : NULL_VALUE);
    }
    json_decref(answer);
    return true;
}

/* A copy, as the caller's struct is on its stack. */
enum call_status webhook_send(struct step_call *c, struct webhook *w)
{
    struct webhook *kept = xmalloc(sizeof(*kept));
    *kept = *w;
    if (!w->header) /* else the token is there, and the address is no secret */
        webhook_hide(c, w->url);
    return helper_start_with(c, webhook_request(kept), answered, kept, webhook_free);
}

enum call_status webhook_refuse(struct step_call *c, struct webhook *w, const char *message)
{
    bool fatal = w->fatal;
    const char *service = w->service;
    webhook_release(w);
    if (fatal)
        return step_abort(c, "%s notification failed: %s", service, message);
    step_log(c, "ERROR: %s notification failed: %s", service, message);
    return CALL_OK;
}

/* ---- robots */

char *webhook_signature(const char *key, const char *data)
{
    unsigned char mac[HMAC_SIZE];
    struct buf text = {0};
    hmac_sha256(key, strlen(key), data, strlen(data), mac);
    base64_encode(&text, mac, sizeof(mac), 0);
    return buf_steal(&text);
}

static const struct robot_config *robot_find(const struct robots_config *robots, const char *id)
{
    for (size_t i = 0; i < robots->n; i++)
        if (str_eq(robots->items[i].id, id) || str_eq(robots->items[i].name, id))
            return &robots->items[i];
    return NULL;
}

/* An address in the configuration, or the secret text of a credential. */
char *robot_url(struct step_call *c, const struct robots_config *robots, const char *service, const char *id,
                const struct robot_config **robot, struct error *err)
{
    const struct robot_config *r = *robot = robot_find(robots, id);
    if (!r) {
        error_set(err, ERROR_INVALID,
                  "no robot '%s': put `%s: {robots: [{id: %s, webhook: …}]}` into gmrun.yaml", id, service,
                  id);
        return NULL;
    }
    if (r->webhook)
        return xstrdup(r->webhook);
    return xstrdup(step_token(c, r->webhook_credentials_id, err));
}

/* ---- arguments */

static void add_line(struct buf *out, const json_t *item)
{
    _cleanup_free_ char *text =
        json_is_string(item) ? xstrdup(json_string_value(item)) : json_dumps(item, JSON_ENCODE_ANY);
    buf_addstr(out, text ? text : "");
}

char *step_lines(struct step_call *c, const char *name)
{
    _cleanup_(buf_release) struct buf text = {0};
    json_t *v = step_json(c, name), *item;
    size_t i;
    json_array_foreach(v, i, item)
    {
        buf_addstr(&text, i ? "\n" : "");
        add_line(&text, item);
    }
    if (v && !json_is_array(v))
        add_line(&text, v);
    json_decref(v);
    return run_expand(c->run, c->branch->scope, text.data ? text.data : "");
}

const char *step_setting(struct step_call *c, const char *name, const char *configured)
{
    const char *own = step_str(c, name, "");
    return *own ? own : configured;
}

json_t *step_words(struct step_call *c, const char *name)
{
    _cleanup_free_ char *lines = step_lines(c, name);
    json_t *list = json_array();
    for (const char *s = lines + strspn(lines, ", \n"); *s; s += strspn(s, ", \n")) {
        size_t n = strcspn(s, ", \n");
        json_array_append_new(list, json_stringn(s, n));
        s += n;
    }
    return list;
}

void url_encode(struct buf *out, const char *text)
{
    static const char unreserved[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    for (const char *p = text; *p; p++)
        if (strchr(unreserved, *p))
            buf_addch(out, *p);
        else
            buf_printf(out, "%%%02X", (unsigned char)*p);
}
