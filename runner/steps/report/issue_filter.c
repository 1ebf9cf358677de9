/* filters: an issue stays when one of the includes fits (if there are any) and none of the excludes
 * [analysis-model: IssueFilterBuilder]. A pattern has to match the whole text. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "runner/steps/report/described.h"
#include "runner/steps/report/issue_report.h"
#include <pcre2.h>
#include <string.h>

struct filter {
    pcre2_code *code;
    pcre2_match_data *match;
    bool include;
    char field; /* first letter: File, Category, Type, Message */
};

/* includeFile, excludeMessage …: the first word tells the kind, the letter behind it the field; old plugins'
 * classes begin the same. */
static int filter_init(struct step_call *c, struct filter *f, struct map *m, struct error *err)
{
    const char *name = described_class(c, m), *pattern = described_str(c, m, "pattern", "");
    bool include = strncasecmp(name, "include", 7) == 0, exclude = strncasecmp(name, "exclude", 7) == 0;
    int code;
    size_t at;
    if ((!include && !exclude) || !strchr("FCTM", name[7]))
        return error_set(err, ERROR_INVALID, "filter '%s' is not known here", name);
    f->include = include;
    f->field = name[7];
    f->code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_ANCHORED | PCRE2_ENDANCHORED,
                            &code, &at, NULL);
    if (!f->code)
        return error_set(err, ERROR_INVALID, "filter %s: '%s' is no regular expression", name, pattern);
    f->match = pcre2_match_data_create_from_pattern(f->code, NULL);
    return 0;
}

/* A pattern that reaches pcre2's limit of steps does not fit. */
static bool filter_fits(const struct filter *f, const struct issue *i)
{
    const char *text = f->field == 'F'   ? i->file
                       : f->field == 'C' ? i->category
                       : f->field == 'T' ? i->type
                                         : i->message;
    return pcre2_match(f->code, (PCRE2_SPTR)text, strlen(text), 0, 0, f->match, NULL) > 0;
}

static bool issue_stays(const struct filter *filters, size_t n, const struct issue *i)
{
    bool any_include = false, included = false;
    for (size_t k = 0; k < n; k++) {
        bool fits = filter_fits(&filters[k], i);
        if (!filters[k].include && fits)
            return false;
        any_include |= filters[k].include;
        included |= filters[k].include && fits;
    }
    return !any_include || included;
}

int issue_report_filter(struct issue_report *r, struct value list, struct error *err)
{
    VEC(struct filter) filters = {0};
    size_t kept = 0, before = r->issues.list.len;
    int rc = 0;
    for (size_t i = 0; !rc && i < described_count(list); i++) {
        struct map *m = described_at(list, i);
        struct filter f = {0};
        if (!m || (rc = filter_init(r->call, &f, m, err)) < 0)
            continue;
        vec_push(&filters, f);
    }
    for (size_t i = 0; !rc && i < before; i++)
        if (issue_stays(filters.items, filters.len, &r->issues.list.items[i]))
            r->issues.list.items[kept++] = r->issues.list.items[i];
    if (!rc)
        issues_truncate(&r->issues, kept);
    if (!rc && filters.len)
        issue_say(r,
                  "Applying %zu filters on the set of %zu issues (%zu issues have been removed, %zu issues "
                  "will be published)",
                  filters.len, before, before - kept, kept);
    for (size_t i = 0; i < filters.len; i++) {
        pcre2_match_data_free(filters.items[i].match);
        pcre2_code_free(filters.items[i].code);
    }
    vec_release(&filters);
    return rc;
}
