/* Java regular expressions on pcre2: Pattern and Matcher values, and the operators =~ ==~ ~.
 *
 * Patterns are translated where Java's syntax differs. Matching is bounded (steps and memory): a
 * runaway pattern throws java.lang.StackOverflowError, as a hard one does in Java, instead of hanging.
 * Indices that scripts see are UTF-16 units. */
#ifndef RUNNER_LIB_REGEX_H
#define RUNNER_LIB_REGEX_H

#include "runner/lang/vm.h"

/* Pattern.compile(text, flags): a Pattern value. Throws PatternSyntaxException. `text` may be any value (its
 * toString). */
enum call_status regex_compile(struct fiber *f, struct value text, int flags, struct value *out);
/* text =~ pattern: a Matcher. Either side is converted by toString, a Pattern on the right is used as it is.
 */
enum call_status regex_find_operator(struct fiber *f, struct value text, struct value pattern,
                                     struct value *out);
/* text ==~ pattern. */
enum call_status regex_match_operator(struct fiber *f, struct value text, struct value pattern, bool *out);
/* Whether a Matcher value is true: it finds something (from the start on). */
enum call_status regex_matcher_truth(struct fiber *f, struct value matcher, bool *out);
bool value_is_pattern(struct value v);
bool value_is_matcher(struct value v);

#endif
