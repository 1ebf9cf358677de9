/* See pod_parts.h: reading the objects, and containers with what is in them
 * [kubernetes-plugin: PodTemplateBuilder.createContainer]. */
#include "agents/kube/pod_parts.h"
#include "agents/kube/pod_merge.h"
#include "base/util.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* ---- parameters */

char *pod_text(const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);
    if (json_is_integer(v))
        return xasprintf("%lld", (long long)json_integer_value(v));
    if (json_is_real(v))
        return xasprintf("%.10g", json_real_value(v));
    if (json_is_boolean(v))
        return xstrdup(json_is_true(v) ? "true" : "false");
    const char *text = json_string_value(v);
    return text && text[strspn(text, " \t\r\n")] ? xstrdup(text) : NULL;
}

bool pod_flag(const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);
    const char *text = json_string_value(v);
    return json_is_true(v) || (text && strcasecmp(text, "true") == 0);
}

json_int_t pod_int(const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);
    const char *text = json_string_value(v);
    return text ? strtoll(text, NULL, 10) : json_integer_value(v);
}

void pod_put(json_t *out, const char *key, json_t *value)
{
    if (value)
        json_object_set_new(out, key, value);
}

static json_t *text_or_none(const json_t *object, const char *key)
{
    _cleanup_free_ char *text = pod_text(object, key);
    return text ? json_string(text) : NULL;
}

static json_t *int_or_none(const json_t *object, const char *key)
{
    json_int_t n = pod_int(object, key);
    return n ? json_integer(n) : NULL;
}

/* ---- environment */

static json_t *secret_key(const json_t *var)
{
    json_t *ref = json_object();
    pod_put(ref, "name", text_or_none(var, "secretName"));
    pod_put(ref, "key", text_or_none(var, "secretKey"));
    if (json_object_get(var, "optional"))
        pod_put(ref, "optional", json_boolean(pod_flag(var, "optional")));
    return json_pack("{s:{s:o}}", "valueFrom", "secretKeyRef", ref);
}

static void add_var(json_t *out, const char *name, json_t *var) /* takes var */
{
    json_object_set_new(var, "name", json_string(name));
    json_array_append_new(out, var);
}

static json_t *value_var(const json_t *object, const char *key)
{
    _cleanup_free_ char *text = pod_text(object, key);
    return json_pack("{s:s}", "value", text ? text : "");
}

json_t *pod_env(const json_t *vars, struct error *err)
{
    json_t *out = json_array(), *var;
    size_t i;
    const char *name;
    json_object_foreach((json_t *)(uintptr_t)vars, name, var) add_var(out, name, value_var(vars, name));
    json_array_foreach(vars, i, var)
    {
        _cleanup_free_ char *key = pod_text(var, "key");
        if (!key) {
            error_set(err, ERROR_INVALID, "an environment variable of a pod has no key");
            json_decref(out);
            return NULL;
        }
        add_var(out, key, json_object_get(var, "secretName") ? secret_key(var) : value_var(var, "value"));
    }
    return out;
}

/* ---- containers */

/* Words, or texts in double quotes, which may stand only at the start of a word
 * [PodTemplateUtils/PodTemplateBuilder.parseDockerCommand]. */
static json_t *split_command(const json_t *object, const char *key)
{
    _cleanup_free_ char *text = pod_text(object, key);
    const json_t *given = json_object_get(object, key);
    if (json_is_array(given))
        return json_deep_copy(given);
    json_t *words = text ? json_array() : NULL;
    for (const char *p = text; p && *p;) {
        const char *quote = *p == '"' && p[1] ? strchr(p + 2, '"') : NULL;
        const char *end = quote ? quote + 1 : p;
        while (!quote && *end && !isspace((unsigned char)*end))
            end++;
        if (quote)
            json_array_append_new(words, json_stringn(p + 1, (size_t)(quote - p - 1)));
        else if (end > p)
            json_array_append_new(words, json_stringn(p, (size_t)(end - p)));
        p = end > p ? end : p + 1;
        p += strspn(p, " \t\r\n");
    }
    return words;
}

static json_t *quantities(const json_t *object, const char *const keys[3])
{
    static const char *const names[] = {"cpu", "memory", "ephemeral-storage"};
    json_t *out = NULL;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        json_t *amount = text_or_none(object, keys[i]);
        if (amount && !out)
            out = json_object();
        pod_put(out, names[i], amount);
    }
    return out;
}

static json_t *resources(const json_t *object)
{
    static const char *const limits[] = {"resourceLimitCpu", "resourceLimitMemory",
                                         "resourceLimitEphemeralStorage"},
                             *const requests[] = {"resourceRequestCpu", "resourceRequestMemory",
                                                  "resourceRequestEphemeralStorage"};
    json_t *limit = quantities(object, limits), *request = quantities(object, requests),
           *out = limit || request ? json_object() : NULL;
    pod_put(out, "limits", limit);
    pod_put(out, "requests", request);
    return out;
}

static json_t *ports(const json_t *list)
{
    json_t *out = NULL, *port;
    size_t i;
    json_array_foreach(list, i, port)
    {
        json_t *p = json_object();
        pod_put(p, "name", text_or_none(port, "name"));
        pod_put(p, "containerPort", int_or_none(port, "containerPort"));
        pod_put(p, "hostPort", int_or_none(port, "hostPort"));
        out = out ? out : json_array();
        json_array_append_new(out, p);
    }
    return out;
}

/* containerLivenessProbe(execArgs: …, initialDelaySeconds: …) */
static json_t *probe(const json_t *object)
{
    static const char *const numbers[] = {"initialDelaySeconds", "timeoutSeconds", "failureThreshold",
                                          "periodSeconds", "successThreshold"};
    json_t *command = split_command(object, "execArgs");
    if (!command)
        return NULL;
    json_t *out = json_pack("{s:{s:o}}", "exec", "command", command);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        pod_put(out, numbers[i], int_or_none(object, numbers[i]));
    return out;
}

static int put_id(json_t *out, const json_t *object, const char *key, struct error *err)
{
    _cleanup_free_ char *text = pod_text(object, key);
    if (!text)
        return 0;
    if (text[strspn(text, "0123456789")])
        return error_set(err, ERROR_INVALID, "%s of a pod template is no number: %s", key, text);
    pod_put(out, key, json_integer(strtoll(text, NULL, 10)));
    return 0;
}

json_t *pod_security(const json_t *object, struct error *err)
{
    json_t *out = json_object();
    if (pod_flag(object, "privileged"))
        pod_put(out, "privileged", json_true());
    if (put_id(out, object, "runAsUser", err) < 0 || put_id(out, object, "runAsGroup", err) < 0 ||
        !json_object_size(out)) {
        json_decref(out);
        return NULL;
    }
    return out;
}

/* Its own variables win over those of the whole template. */
static json_t *both_envs(const json_t *of_pod, const json_t *own, struct error *err)
{
    json_t *under = pod_env(of_pod, err), *over = under ? pod_env(own, err) : NULL, *out = NULL;
    if (over) {
        json_t *a = json_pack("{s:O}", "env", under), *b = json_pack("{s:O}", "env", over),
               *m = pod_merge(a, b);
        out = json_incref(json_object_get(m, "env"));
        json_decref(a);
        json_decref(b);
        json_decref(m);
    }
    json_decref(under);
    json_decref(over);
    return out;
}

json_t *pod_container(const json_t *t, const json_t *env, struct error *err)
{
    _cleanup_free_ char *name = pod_text(t, "name");
    _cleanup_(error_release) struct error own = {0};
    if (!name)
        error_set(&own, ERROR_INVALID, "a containerTemplate has no name");
    json_t *vars = both_envs(env, json_object_get(t, "envVars"), &own), *security = pod_security(t, &own);
    if (own.message) {
        error_set(err, own.kind, "%s", own.message);
        json_decref(vars);
        json_decref(security);
        return NULL;
    }
    json_t *out = json_pack("{s:s}", "name", name);
    pod_put(out, "image", text_or_none(t, "image"));
    pod_put(out, "command", split_command(t, "command"));
    pod_put(out, "args", split_command(t, "args"));
    pod_put(out, "env", vars);
    pod_put(out, "imagePullPolicy", json_string(pod_flag(t, "alwaysPullImage") ? "Always" : "IfNotPresent"));
    pod_put(out, "livenessProbe", probe(json_object_get(t, "livenessProbe")));
    pod_put(out, "ports", ports(json_object_get(t, "ports")));
    pod_put(out, "resources", resources(t));
    pod_put(out, "securityContext", security);
    if (pod_flag(t, "ttyEnabled"))
        pod_put(out, "tty", json_true());
    pod_put(out, "workingDir", text_or_none(t, "workingDir"));
    return out;
}
