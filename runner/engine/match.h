/* Java-style matching of C strings, for conditions: a pattern that is no regular expression matches
 * nothing.  No errors: a condition in Jenkins would throw PatternSyntaxException, and the stage fail;
 * here it is skipped. */
#ifndef RUNNER_ENGINE_MATCH_H
#define RUNNER_ENGINE_MATCH_H

#include <stdbool.h>

bool regex_matches(const char *pattern, const char *text); /* the whole text, as String.matches() */
bool regex_finds_multiline(const char *pattern,
                           const char *text); /* Matcher.find() with MULTILINE | DOTALL */

#endif
