/* Java-style matching of C strings, for conditions: a pattern that is no regular expression matches nothing.
 */
#ifndef RUNNER_ENGINE_MATCH_H
#define RUNNER_ENGINE_MATCH_H

#include <stdbool.h>

bool regex_matches(const char *pattern, const char *text); /* the whole text, as String.matches() */
bool regex_finds_multiline(const char *pattern,
                           const char *text); /* Matcher.find() with MULTILINE | DOTALL */

#endif
