/* VersionNumber [versionnumber plugin: VersionNumberStep, VersionNumberCommon]: a text of tokens: dates of
 * this build, and how many builds there were in a period. The plugin keeps its counts with each build; here
 * they are counted from the records. */
#include "base/buf.h"
#include "runner/lib/date.h"
#include "runner/steps/rows.h"
#include <ctype.h>
#include <string.h>

struct counts {
    int today, week, month, year, worse; /* of earlier builds; those with a result that does not count */
};

struct version {
    struct step_call *call;
    struct civil now, start;
    struct counts counts;
    bool counted;
};

static struct civil civil_of(int64_t millis)
{
    return civil_at(millis, NULL);
}

/* java.text's week of the default locale. */
static int week_of(const struct civil *c)
{
    struct buf text = {0};
    int week = civil_format(c, "w", NULL, false, &text, NULL) == 0 ? (int)strtol(text.data, NULL, 10) : 0;
    buf_release(&text);
    return week;
}

static int64_t day_of(const struct civil *c)
{
    return days_from_civil(c->year, c->month, c->day);
}

/* Six days apart can be another week: both conditions are needed. */
static void count_build(struct version *v, const struct civil *c)
{
    bool year = c->year == v->now.year;
    int64_t days = day_of(&v->now) - day_of(c);
    v->counts.today += days == 0;
    v->counts.week += days > -7 && days < 7 && week_of(c) == week_of(&v->now);
    v->counts.month += year && c->month == v->now.month;
    v->counts.year += year;
}

/* On the first token that needs it: a version of dates alone reads no records. */
static void count_builds(struct version *v)
{
    struct run *run = v->call->run;
    enum result limit = RESULT_ABORTED;
    int *numbers;
    size_t n = build_numbers(&run->home, run->record.job, &numbers);
    result_parse(step_str(v->call, "worstResultForIncrement", "ABORTED"), &limit);
    for (size_t i = 0; i < n; i++) {
        enum result r = RESULT_NONE;
        json_t *build = numbers[i] < run->record.number
                            ? build_load(&run->home, run->record.job, numbers[i], NULL)
                            : NULL;
        const char *name = json_string_value(json_object_get(build, "result"));
        struct civil c = civil_of(json_integer_value(json_object_get(build, "started_ms")));
        if (build && name && result_parse(name, &r) && r > limit)
            v->counts.worse++;
        else if (build)
            count_build(v, &c);
        json_decref(build);
    }
    free(numbers);
    v->counted = true;
}

/* ---- tokens: their numbers */

#define TOKEN(fn, expression)                                                                                \
    static int64_t fn(const struct version *v)                                                               \
    {                                                                                                        \
        return expression;                                                                                   \
    }
TOKEN(t_day, v->now.day)
TOKEN(t_week, week_of(&v->now))
TOKEN(t_month, v->now.month)
TOKEN(t_year, v->now.year)
TOKEN(t_today, v->counts.today + 1)
TOKEN(t_this_week, v->counts.week + 1)
TOKEN(t_this_month, v->counts.month + 1)
TOKEN(t_this_year, v->counts.year + 1)
TOKEN(t_all_time, v->call->run->record.number - v->counts.worse)
TOKEN(t_months, (v->now.year - v->start.year) * 12 + v->now.month - v->start.month)
TOKEN(t_years, v->now.year - v->start.year)

static const struct {
    const char *name;
    int64_t (*number)(const struct version *v);
} tokens[] = {{"BUILD_DAY", t_day},
              {"BUILD_WEEK", t_week},
              {"BUILD_MONTH", t_month},
              {"BUILD_YEAR", t_year},
              {"BUILDS_TODAY", t_today},
              {"BUILDS_TODAY_Z", t_today},
              {"BUILDS_THIS_WEEK", t_this_week},
              {"BUILDS_THIS_MONTH", t_this_month},
              {"BUILDS_THIS_YEAR", t_this_year},
              {"BUILDS_ALL_TIME", t_all_time},
              {"MONTHS_SINCE_PROJECT_START", t_months},
              {"YEARS_SINCE_PROJECT_START", t_years}};

/* `argument`: XX… is the least number of digits; of a date its pattern, in quotes. */
static int add_token(struct version *v, const char *name, const char *argument, struct buf *out,
                     struct error *err)
{
    if (strcmp(name, "BUILD_DATE_FORMATTED") == 0)
        return civil_format(&v->now, *argument ? argument : "yyyy-MM-dd", NULL, false, out, err);
    for (size_t i = 0; i < ARRAY_LEN(tokens); i++)
        if (strcmp(tokens[i].name, name) == 0) {
            int zero = str_has_suffix(name, "_Z"), width = (int)strspn(argument, "Xx");
            if (!v->counted)
                count_builds(v);
            buf_printf(out, "%0*lld", width < 20 ? width : 20, (long long)tokens[i].number(v) - zero);
            return 0;
        }
    _cleanup_free_ char *value = run_getenv(v->call->run, v->call->branch->scope, name);
    buf_addstr(out, value ? value : "");
    return 0;
}

/* Text between ${ and }: NAME, or NAME, argument.
 * Quotes and blanks around an argument are no part of it. */
static int add_expression(struct version *v, const char *text, size_t n, struct buf *out, struct error *err)
{
    size_t name_len = strcspn(text, ",}"), from = name_len < n ? name_len + 1 : n;
    while (from < n && strchr(" \"", text[from]))
        from++;
    while (n > from && strchr(" \"", text[n - 1]))
        n--;
    while (name_len && isspace((unsigned char)text[name_len - 1]))
        name_len--;
    _cleanup_free_ char *name = xstrndup(text, name_len), *argument = xstrndup(text + from, n - from);
    return add_token(v, name, argument, out, err);
}

enum call_status step_version_number(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf text = {0};
    const char *p = step_str(c, "versionNumberString", ""), *start = step_str(c, "projectStartDate", "");
    struct version v = {.call = c, .now = civil_of(c->run->started_ms), .start = {.year = 1970, .month = 1}};
    bool offset;
    size_t at;
    civil_parse(&v.start, "yyyy-MM-dd", start, &offset, &at);
    buf_addstr(&text, step_str(c, "versionPrefix", ""));
    while (*p) {
        const char *end = str_has_prefix(p, "${") ? strchr(p, '}') : NULL;
        if (!end) {
            buf_addch(&text, *p++);
            continue;
        }
        if (add_expression(&v, p + 2, (size_t)(end - p - 2), &text, &err) < 0)
            return vm_throw(c->fiber, "IllegalArgumentException", "%s", err.message);
        p = end + 1;
    }
    *out = string_from(text.data ? text.data : "");
    return CALL_OK;
}
