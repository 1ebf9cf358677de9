/* Extensions of a GitSCM, by class or symbol [git: hudson.plugins.git.extensions.impl]. */
#ifndef RUNNER_STEPS_GIT_EXTENSIONS_H
#define RUNNER_STEPS_GIT_EXTENSIONS_H

#include "runner/steps/step.h"
#include <jansson.h>

/* What the extensions of a checkout ask for beyond the helper program's request. */
struct git_extras {
    char *subdir;                 /* RelativeTargetDirectory; NULL */
    char *user_name, *user_email; /* UserIdentity; NULL */
    int64_t timeout_ms;           /* CloneOption, CheckoutOption; 0: none */
};
void git_extras_release(struct git_extras *x);

/* Puts what the extensions of `scm` say into the request and the extras. CALL_OK, or CALL_THROW for one that
 * is not known. */
enum call_status git_extensions_apply(struct step_call *c, struct value scm, json_t *request,
                                      struct git_extras *x);

#endif
