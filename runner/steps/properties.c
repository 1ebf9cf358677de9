/* properties([…]): parameters get their defaults, options of the job are recorded [workflow-multibranch:
 * JobPropertyStep]. What has to be known before the first step was read from the text already
 * (engine/params.c, engine/turn.c). */
#include "runner/engine/job_options.h"
#include "runner/engine/params_value.h"
#include "runner/steps/rows.h"
#include <string.h>

static const char *class_of(struct fiber *f, struct value item, struct value *hold)
{
    struct value class;
    if (!value_is(item, OBJ_MAP) || !map_get_str(AS_MAP(item), "$class", &class))
        return "";
    return value_text(f, class, hold);
}

/* The option that a property's class is. */
static const char *option_of_class(const char *class)
{
    static const char *const classes[][2] = {
        {"BuildDiscarderProperty", "buildDiscarder"},
        {"DisableConcurrentBuildsJobProperty", "disableConcurrentBuilds"},
        {"DisableResumeJobProperty", "disableResume"},
        {"DurabilityHintJobProperty", "durabilityHint"},
        {"PreserveStashesJobProperty", "preserveStashes"},
        {"RateLimitBranchProperty$JobPropertyImpl", "rateLimitBuilds"},
        {"ThrottleJobProperty", "throttleJobProperty"},
    };
    const char *dot = strrchr(class, '.'), *simple = dot ? dot + 1 : class;
    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        if (strcmp(simple, classes[i][0]) == 0)
            return classes[i][1];
    return class;
}

/* Named, or as the single unnamed value: parameters([…]) and pipelineTriggers([…]). */
static struct value list_in(struct value item, const char *name)
{
    struct value list;
    bool found = map_get_str(AS_MAP(item), name, &list) || map_get_str(AS_MAP(item), "", &list);
    return found && value_is(list, OBJ_LIST) ? list : NULL_VALUE;
}

static enum call_status declare_all(struct fiber *f, struct value list,
                                    enum call_status (*declare)(struct fiber *, const char *, struct value))
{
    enum call_status status = CALL_OK;
    for (uint32_t i = 0; status == CALL_OK && value_is(list, OBJ_LIST) && i < AS_LIST(list)->len; i++) {
        struct value item = AS_LIST(list)->items[i], hold = NULL_VALUE;
        const char *kind = class_of(f, item, &hold);
        if (*kind)
            status = declare(f, kind, item);
        value_release(hold);
    }
    return status;
}

static enum call_status declare_parameter(struct fiber *f, const char *kind, struct value item)
{
    return params_declare(f, kind, AS_MAP(item));
}

/* In order: a later property of a kind replaces what an earlier one said. */
enum call_status step_properties(struct step_call *c, struct value *out)
{
    struct value list = step_arg(c, "properties");
    enum call_status status = CALL_OK;
    for (uint32_t i = 0; status == CALL_OK && value_is(list, OBJ_LIST) && i < AS_LIST(list)->len; i++) {
        struct value item = AS_LIST(list)->items[i], hold = NULL_VALUE;
        const char *class = class_of(c->fiber, item, &hold);
        if (!strcmp(class, "parameters") || !strcmp(class, "ParametersDefinitionProperty"))
            status = declare_all(c->fiber, list_in(item, "parameterDefinitions"), declare_parameter);
        else if (!strcmp(class, "pipelineTriggers") || !strcmp(class, "PipelineTriggersJobProperty"))
            status = declare_all(c->fiber, list_in(item, "triggers"), job_trigger_add);
        else if (*class)
            job_option_set(c->fiber, option_of_class(class), item);
        value_release(hold);
    }
    if (status == CALL_OK)
        job_state_save(c->run);
    return status;
}
