/* Badges and summaries are JSON in the build's record, nothing else. The object that createSummary gives
 * shares its JSON with the record (both count): text appended later stands in the record without a search. */
#include "runner/steps/report/badges.h"
#include "base/buf.h"
#include "runner/steps/report/kept.h"
#include "runner/steps/rows.h"
#include <string.h>

/* ---- addBadge, addInfoBadge, addWarningBadge, addErrorBadge, addShortText, addHtmlBadge */

static const struct {
    const char *step, *kind;
} kinds[] = {{"addBadge", "badge"},    {"addErrorBadge", "error"}, {"addHtmlBadge", "html"},
             {"addInfoBadge", "info"}, {"addShortText", "text"},   {"addWarningBadge", "warning"}};

/* A record outlives the block whose secret a text may hold.
 * Empty texts are left out of the record. */
static void put_masked(struct step_call *c, json_t *o, const char *key, const char *text)
{
    _cleanup_free_ char *shown = run_masked(c->run, text);
    if (shown && *shown)
        json_object_set_new(o, key, json_string(shown));
}

enum call_status step_add_badge(struct step_call *c, struct value *out)
{
    static const char *const details[] = {"id", "link", "icon", "color", "background"};
    json_t *badge = json_object();
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(kinds[i].step, c->step->name) == 0)
            json_object_set_new(badge, "kind", json_string(kinds[i].kind));
    put_masked(c, badge, "text", step_str(c, "text", step_str(c, "html", NULL)));
    for (size_t i = 0; i < ARRAY_LEN(details); i++)
        put_masked(c, badge, details[i], step_str(c, details[i], NULL));
    kept_add(c->run, "badges", badge);
    return CALL_OK;
}

/* ---- removeBadges, removeHtmlBadges, removeSummaries (id: of those with it, else all) */

/* removeHtmlBadges spares all other kinds. */
static bool to_remove(const char *step, const char *id, const json_t *item)
{
    bool html = str_eq(json_string_value(json_object_get(item, "kind")), "html");
    if (id && !str_eq(json_string_value(json_object_get(item, "id")), id))
        return false;
    return strcmp(step, "removeHtmlBadges") || html;
}

enum call_status step_remove_badges(struct step_call *c, struct value *out)
{
    const char *step = c->step->name;
    json_t *list = kept_list(c->run, strcmp(step, "removeSummaries") ? "badges" : "summaries");
    for (size_t i = json_array_size(list); i-- > 0;)
        if (to_remove(step, step_str(c, "id", NULL), json_array_get(list, i)))
            json_array_remove(list, i);
    return CALL_OK;
}

/* ---- createSummary, addSummary: an object to which the script may append */

static void summary_release(void *data)
{
    json_decref(data);
}

static json_t *summary_of(struct value self)
{
    return AS_NATIVE(self)->data;
}

/* appendText(text, escapeHtml, bold, italic, color): only the text matters to a terminal. */
static enum call_status summary_append(struct fiber *f, struct value self, int argc, struct value *argv,
                                       struct value *out)
{
    struct value hold = NULL_VALUE;
    _cleanup_free_ char *more = run_masked(run_of(f), value_text(f, argv[0], &hold));
    const char *old = json_string_value(json_object_get(summary_of(self), "text"));
    _cleanup_free_ char *text = xasprintf("%s%s", old ? old : "", more);
    json_object_set_new(summary_of(self), "text", json_string(text));
    value_release(hold);
    return CALL_OK;
}

static enum call_status summary_text(struct fiber *f, struct value self, int argc, struct value *argv,
                                     struct value *out)
{
    const char *text = json_string_value(json_object_get(summary_of(self), "text"));
    *out = string_from(text ? text : "");
    return CALL_OK;
}

void badges_register(struct run *run)
{
    static const struct native_class classes[] = {
        {.name = "com.jenkinsci.plugins.badge.action.BadgeSummaryAction", .release = summary_release}};
    static const struct native_method methods[] = {
        {"BadgeSummaryAction", "appendText", 1, 5, 0, summary_append},
        {"BadgeSummaryAction", "getText", 0, 0, 0, summary_text},
    };
    vm_register(run->vm, classes, ARRAY_LEN(classes), methods, ARRAY_LEN(methods));
}

enum call_status step_create_summary(struct step_call *c, struct value *out)
{
    json_t *summary = json_object();
    put_masked(c, summary, "text", step_str(c, "text", NULL));
    put_masked(c, summary, "id", step_str(c, "id", NULL));
    put_masked(c, summary, "icon", step_str(c, "icon", NULL));
    *out = native_new(c->run->vm, vm_class(c->run->vm, "BadgeSummaryAction"), json_incref(summary));
    kept_add(c->run, "summaries", summary);
    return CALL_OK;
}
