/* The tokens of email-ext and token-macro about a build: $PROJECT_NAME, $BUILD_STATUS, ${BUILD_LOG,
 * maxLines=50}, ${CHANGES} … and, as in Jenkins, the variables of its environment. */
#ifndef RUNNER_STEPS_NOTIFY_BUILD_TOKENS_H
#define RUNNER_STEPS_NOTIFY_BUILD_TOKENS_H

#include "runner/steps/step.h"

/* Owned. Unknown tokens stay as they are. */
char *build_tokens_expand(struct step_call *c, const char *text);
/* "Failure", "Still Failing", "Fixed" … [email-ext: BuildStatusMacro] */
const char *build_status_word(struct run *run);
/* The build's address: $BUILD_URL, else that of its folder. Owned. */
char *build_url_text(struct step_call *c);

/* Commits of the builds from the one after the last successful build on (with `all`), or of this build. Calls
 * fn for each build, older ones first, with the list (may be empty or NULL). */
void builds_changes(struct run *run, bool all, void (*fn)(void *data, int number, const json_t *commits),
                    void *data);

#endif
