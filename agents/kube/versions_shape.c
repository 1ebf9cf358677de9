/* Changes of shape between versions of built-in kinds; versions.c says which belong where. Each does what
 * Kubernetes' own conversion does, on JSON. */
#include "agents/kube/versions.h"
#include "base/util.h"
#include <string.h>

static json_t *at(const json_t *o, const char *a, const char *b)
{
    return json_object_get(json_object_get(o, a), b);
}

/* Gives a member a new name, unless one of that name is there. */
static void rename_member(json_t *o, const char *from, const char *to)
{
    json_t *value = json_object_get(o, from);
    if (!value)
        return;
    if (!json_object_get(o, to))
        json_object_set(o, to, value);
    json_object_del(o, from);
}

static void set_default(json_t *o, const char *key, json_t *value)
{
    if (json_object_get(o, key))
        json_decref(value);
    else
        json_object_set_new(o, key, value);
}

/* ---- apps: the selector was taken from the template's labels, now it has to be there */

int kube_reshape_workload(json_t *o, struct error *err)
{
    json_t *spec = json_object_get(o, "spec"),
           *labels = json_object_get(at(spec, "template", "metadata"), "labels"),
           *selector = json_object_get(spec, "selector");
    json_object_del(spec, "rollbackTo");
    json_object_del(spec, "templateGeneration");
    if (json_object_size(selector) || !json_is_object(spec))
        return 0;
    if (!json_object_size(labels))
        return error_set(err, ERROR_INVALID,
                         "spec.selector is missing and the template has no labels for it");
    json_object_set_new(spec, "selector", json_pack("{s:O}", "matchLabels", labels));
    return 0;
}

/* ---- networking: Ingress */

/* A text of digits was meant as a number: a port's name has a letter. */
static json_t *service_port(json_t *port)
{
    const char *text = json_string_value(port);
    if (!text)
        return json_pack("{s:O}", "number", port);
    if (*text && !text[strspn(text, "0123456789")])
        return json_pack("{s:I}", "number", (json_int_t)strtol(text, NULL, 10));
    return json_pack("{s:s}", "name", text);
}

static void reshape_backend(json_t *backend)
{
    json_t *name = json_object_get(backend, "serviceName"), *port = json_object_get(backend, "servicePort");
    if (!name && !port)
        return;
    json_t *service = json_object();
    if (name)
        json_object_set(service, "name", name);
    if (port)
        json_object_set_new(service, "port", service_port(port));
    set_default(backend, "service", service);
    json_object_del(backend, "serviceName");
    json_object_del(backend, "servicePort");
}

int kube_reshape_ingress(json_t *o, struct error *err)
{
    json_t *spec = json_object_get(o, "spec"), *rule, *path;
    size_t i, k;
    rename_member(spec, "backend", "defaultBackend");
    reshape_backend(json_object_get(spec, "defaultBackend"));
    json_array_foreach(json_object_get(spec, "rules"), i, rule)
    {
        json_array_foreach(at(rule, "http", "paths"), k, path)
        {
            if (!json_is_object(path))
                continue;
            reshape_backend(json_object_get(path, "backend"));
            set_default(path, "pathType", json_string("ImplementationSpecific"));
        }
    }
    return 0;
}

/* ---- policy: an empty selector chose nothing, which is now said by none */

int kube_reshape_budget(json_t *o, struct error *err)
{
    json_t *selector = at(o, "spec", "selector");
    if (json_is_object(selector) && !json_object_size(json_object_get(selector, "matchLabels")) &&
        !json_array_size(json_object_get(selector, "matchExpressions")))
        json_object_del(json_object_get(o, "spec"), "selector");
    return 0;
}

/* ---- rbac: subjects of v1alpha1 */

int kube_reshape_binding(json_t *o, struct error *err)
{
    json_t *subject;
    size_t i;
    json_array_foreach(json_object_get(o, "subjects"), i, subject)
    {
        json_object_del(subject, "apiVersion");
        if (json_is_object(subject) &&
            !str_eq(json_string_value(json_object_get(subject, "kind")), "ServiceAccount"))
            set_default(subject, "apiGroup", json_string("rbac.authorization.k8s.io"));
    }
    return 0;
}

/* ---- autoscaling: v2beta1 named the metric and its target beside each other */

static void move_target(json_t *source, const char *from, const char *type, const char *to)
{
    json_t *value = json_object_get(source, from);
    if (!value)
        return;
    set_default(source, "target", json_pack("{s:s, s:O}", "type", type, to, value));
    json_object_del(source, from);
}

static void move_metric(json_t *source, const char *selector)
{
    json_t *name = json_object_get(source, "metricName"), *chosen = json_object_get(source, selector);
    if (!name)
        return;
    json_t *metric = json_pack("{s:O}", "name", name);
    if (chosen)
        json_object_set(metric, "selector", chosen);
    set_default(source, "metric", metric);
    json_object_del(source, "metricName");
    json_object_del(source, selector);
}

int kube_reshape_autoscaler(json_t *o, struct error *err)
{
    json_t *metric, *source;
    size_t i;
    json_array_foreach(at(o, "spec", "metrics"), i, metric)
    {
        const char *key;
        if ((source = json_object_get(metric, "object")))
            if (json_object_get(source, "metricName"))
                rename_member(source, "target", "describedObject");
        json_object_foreach(metric, key, source)
        {
            if (!json_is_object(source))
                continue;
            move_metric(source, strcmp(key, "external") == 0 ? "metricSelector" : "selector");
            move_target(source, "targetAverageUtilization", "Utilization", "averageUtilization");
            move_target(source, "targetAverageValue", "AverageValue", "averageValue");
            move_target(source, "averageValue", "AverageValue", "averageValue");
            move_target(source, "targetValue", "Value", "value");
        }
    }
    return 0;
}

/* ---- admission: what v1beta1 left open has to be said */

static int reshape_webhook(json_t *hook, struct error *err)
{
    const char *effects = json_string_value(json_object_get(hook, "sideEffects"));
    if (!effects || !str_in_words("None NoneOnDryRun", effects))
        return error_set(err, ERROR_INVALID, "a webhook needs sideEffects None or NoneOnDryRun");
    set_default(hook, "admissionReviewVersions", json_pack("[s]", "v1beta1"));
    set_default(hook, "failurePolicy", json_string("Ignore"));
    set_default(hook, "matchPolicy", json_string("Exact"));
    set_default(hook, "timeoutSeconds", json_integer(30));
    return 0;
}

int kube_reshape_webhooks(json_t *o, struct error *err)
{
    json_t *hook;
    size_t i;
    json_array_foreach(json_object_get(o, "webhooks"), i, hook)
    {
        if (reshape_webhook(hook, err) < 0)
            return -1;
    }
    return 0;
}

/* ---- apiextensions: what stood once for all versions stands in each */

static void reshape_columns(json_t *version)
{
    json_t *column;
    size_t i;
    json_array_foreach(json_object_get(version, "additionalPrinterColumns"), i, column)
        rename_member(column, "JSONPath", "jsonPath");
}

static void reshape_version(json_t *spec, json_t *version)
{
    static const char *const shared[] = {"subresources", "additionalPrinterColumns"};
    json_t *schema = json_object_get(spec, "validation");
    for (size_t i = 0; i < ARRAY_LEN(shared); i++)
        if (json_object_get(spec, shared[i]))
            set_default(version, shared[i], json_deep_copy(json_object_get(spec, shared[i])));
    reshape_columns(version);
    set_default(version, "schema", schema ? json_deep_copy(schema) : json_object());
    set_default(json_object_get(version, "schema"), "openAPIV3Schema", json_object());
    json_t *root = at(version, "schema", "openAPIV3Schema");
    set_default(root, "type", json_string("object"));
    /* v1beta1 kept unknown fields unless told otherwise */
    if (!json_is_false(json_object_get(spec, "preserveUnknownFields")))
        set_default(root, "x-kubernetes-preserve-unknown-fields", json_true());
}

static void reshape_conversion(json_t *conversion)
{
    json_t *client = json_object_get(conversion, "webhookClientConfig"),
           *versions = json_object_get(conversion, "conversionReviewVersions");
    if (!client)
        return;
    json_t *hook = json_pack("{s:O}", "clientConfig", client);
    if (versions)
        json_object_set(hook, "conversionReviewVersions", versions);
    else
        json_object_set_new(hook, "conversionReviewVersions", json_pack("[s]", "v1beta1"));
    set_default(conversion, "webhook", hook);
    json_object_del(conversion, "webhookClientConfig");
    json_object_del(conversion, "conversionReviewVersions");
}

int kube_reshape_crd(json_t *o, struct error *err)
{
    static const char *const gone[] = {"version", "validation", "subresources", "additionalPrinterColumns",
                                       "preserveUnknownFields"};
    json_t *spec = json_object_get(o, "spec"), *name = json_object_get(spec, "version"), *version;
    size_t i;
    if (!json_array_size(json_object_get(spec, "versions")) && !name)
        return error_set(err, ERROR_INVALID, "spec.versions is missing");
    if (!json_array_size(json_object_get(spec, "versions")))
        json_object_set_new(spec, "versions",
                            json_pack("[{s:O, s:b, s:b}]", "name", name, "served", 1, "storage", 1));
    json_array_foreach(json_object_get(spec, "versions"), i, version) reshape_version(spec, version);
    reshape_conversion(json_object_get(spec, "conversion"));
    set_default(spec, "scope", json_string("Namespaced"));
    for (i = 0; i < ARRAY_LEN(gone); i++)
        json_object_del(spec, gone[i]);
    return 0;
}
