/* podTemplate [kubernetes-plugin: PodTemplateStepExecution]: while its block runs, node(POD_LABEL) gets a pod
 * of the template. A template inside another inherits from it, unless it says from which. */
#include "agents/kube/pod_name.h"
#include "agents/kube/pod_parts.h"
#include "agents/kube/pod_template.h"
#include "runner/engine/node.h"
#include "runner/engine/pod_config.h"
#include "runner/lib/json.h"
#include "runner/steps/rows.h"
#include <string.h>

struct open_template { /* of a scope */
    json_t *template;
    struct build_node *offer;
};

static void template_close(void *data)
{
    struct open_template *t = data;
    node_pool_withdraw(t->offer);
    json_decref(t->template);
    free(t);
}

static const json_t *template_around(const struct scope *scope)
{
    for (; scope; scope = scope->parent)
        if (scope->release == template_close)
            return ((struct open_template *)scope->data)->template;
    return NULL;
}

static json_t *parameters_of(struct step_call *c, struct error *err)
{
    _cleanup_(buf_release) struct buf text = {0};
    json_error_t error;
    if (value_to_json(c->fiber, c->args, 0, &text, err) < 0)
        return NULL;
    json_t *out = json_loadb(text.data, text.len, 0, &error);
    if (!out)
        error_set(err, ERROR_INVALID, "podTemplate: %s", error.text);
    return out;
}

/* Of its own parameters, and with what it inherits. */
static json_t *template_of(struct step_call *c, struct error *err)
{
    json_t *parameters = parameters_of(c, err), *yaml = NULL, *own = NULL, *all = NULL;
    const json_t *around = step_has(c, "inheritFrom") ? NULL : template_around(c->branch->scope);
    if (parameters && pod_yaml_read("yaml of the pod template", step_str(c, "yaml", ""), &yaml, err) == 0)
        own = pod_template_new(parameters, yaml, err);
    if (own)
        all = pod_config_inherit(c->run, own, around, err);
    json_decref(parameters);
    json_decref(yaml);
    json_decref(own);
    return all;
}

enum call_status step_pod_template(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    json_t *template = template_of(c, &err);
    if (!template)
        return step_abort(c, "%s", err.message);
    _cleanup_free_ char *given = pod_text(template, "label"), *own_name = pod_text(template, "name"),
                        *label =
                            given ? xstrdup(given) : pod_label_of(c->run->record.job, c->run->record.number),
                        *name = pod_template_name(own_name ? own_name : label),
                        *cloud = pod_text(template, "cloud");
    const struct agent_config *row = pod_config_row(c->run, template);
    pod_config_settle(row, template);
    struct node_offer offer = {.template = json_incref(template),
                               .name = name,
                               .label = label,
                               .cloud = cloud ? cloud : "kubernetes",
                               .row = row,
                               .cap = (int)pod_int(template, "instanceCap"),
                               .own_label = !given};
    struct open_template *t = xcalloc(1, sizeof(*t));
    *t = (struct open_template){template, node_pool_offer(c->run->nodes, &offer)};
    struct scope *scope = scope_new(c->branch->scope);
    scope->data = t;
    scope->release = template_close;
    env_set(&scope->vars, "POD_LABEL", label);
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}
