/* All gates of a step are collected before anything is marked: the log tells them together, and the worst
 * one decides [plugin-util: QualityGateEvaluator, QualityGateResult]. */
#include "runner/steps/report/gate.h"
#include "runner/steps/report/described.h"
#include <string.h>

static const struct {
    const char *name;
    enum result result;
    bool only_stage;
} criticalities[] = {{"NOTE", RESULT_UNSTABLE, true},
                     {"UNSTABLE", RESULT_UNSTABLE, false},
                     {"ERROR", RESULT_FAILURE, true},
                     {"FAILURE", RESULT_FAILURE, false}};

/* `unstable: false` is the older way to say FAILURE; without either a missed gate is UNSTABLE. */
static size_t criticality_of(struct step_call *c, struct map *gate)
{
    const char *name = gate ? described_str(c, gate, "criticality", NULL) : NULL;
    if (gate && !name && !value_is_null(described_arg(gate, "unstable")))
        name = described_bool(c, gate, "unstable", true) ? "UNSTABLE" : "FAILURE";
    for (size_t i = 0; name && i < ARRAY_LEN(criticalities); i++)
        if (strcmp(criticalities[i].name, name) == 0)
            return i;
    return 1;
}

/* Of two gates with the same worst result one that does not spare the build decides. */
void gates_add_result(struct gates *g, const char *label, const char *actual, double threshold, bool missed,
                      enum result on_miss, bool only_stage)
{
    const char *word = strcmp(actual, "n/a") == 0   ? "Inactive"
                       : !missed                    ? "Success"
                       : on_miss == RESULT_UNSTABLE ? "Unstable"
                                                    : "Failed";
    buf_printf(&g->details, "%s    - [%s]: ≪%s≫ - (Actual value: %s, Quality gate: %.2f)\n", g->prefix, label,
               word, actual, threshold);
    if (!missed || on_miss < g->worst)
        return;
    g->only_stage = only_stage && (on_miss > g->worst || g->only_stage);
    g->worst = on_miss;
}

void gates_add(struct gates *g, struct map *gate, const char *label, const char *actual, double threshold,
               bool missed)
{
    size_t i = criticality_of(g->call, gate);
    gates_add_result(g, label, actual, threshold, missed, criticalities[i].result,
                     criticalities[i].only_stage);
}

enum result gates_finish(struct gates *g)
{
    struct step_call *c = g->call;
    enum result worst = g->worst;
    if (!g->details.len) {
        step_log(c, "%s No quality gates have been set - skipping", g->prefix);
        return RESULT_SUCCESS;
    }
    step_log(c, "%s Evaluating quality gates", g->prefix);
    if (worst == RESULT_SUCCESS)
        step_log(c, "%s -> All quality gates have been passed", g->prefix);
    else
        step_log(c, "%s -> Some quality gates have been missed: overall result is %s", g->prefix,
                 result_name(worst));
    step_log(c, "%s -> Details for each quality gate:", g->prefix);
    g->details.data[g->details.len - 1] = 0;
    step_log(c, "%s", g->details.data);
    if (worst != RESULT_SUCCESS) {
        stage_mark(c->run, c->branch->scope, worst);
        if (!g->only_stage)
            run_set_result(c->run, worst);
    }
    buf_release(&g->details);
    return worst;
}
