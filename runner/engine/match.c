/* Regular expressions of `when`, by PCRE2 with a limit on its work: a pattern comes from the pipeline, and
 * one that backtracks without end must not hang the runner; it does not match then. (Those of scripts are
 * runner/lib/regex.c.) */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "runner/engine/match.h"
#include "base/util.h"
#include <pcre2.h>

/* Steps of backtracking; then the pattern does not match. */
enum { MATCH_LIMIT = 1000000 };

static bool search(const char *pattern, const char *text, uint32_t flags)
{
    int number;
    PCRE2_SIZE at;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, flags | PCRE2_UTF, &number, &at, NULL);
    if (!code)
        return false;
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(context, MATCH_LIMIT);
    bool found = pcre2_match(code, (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0, 0, data, context) >= 0;
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
    pcre2_code_free(code);
    return found;
}

bool regex_matches(const char *pattern, const char *text)
{
    return search(pattern, text, PCRE2_ANCHORED | PCRE2_ENDANCHORED);
}

bool regex_finds_multiline(const char *pattern, const char *text)
{
    return search(pattern, text, PCRE2_MULTILINE | PCRE2_DOTALL);
}
