/* Arguments of steps: from Groovy's call forms to one map, checked against the catalogue. */
#ifndef RUNNER_STEPS_ARGUMENTS_H
#define RUNNER_STEPS_ARGUMENTS_H

#include "runner/steps/step.h"

/* Folds (map?, positional?, closure?) into *args (owned Map, never null on success) and *body (owned closure
 * or null), as workflow-cps' DSL.parseArgs does. CALL_THROW with Jenkins' words for wrong ones. */
enum call_status arguments_fold(struct fiber *f, const struct step_impl *impl, int argc, struct value *argv,
                                struct value *args, struct value *body);
/* GStrings among a call's arguments become Strings; CALL_THROW: what a part of one threw. */
enum call_status arguments_flatten(struct step_call *c);
/* The argument that tells a person what the step does (script, message, path …), or NULL. Lives as the call.
 */
const char *argument_summary(struct step_call *c);
/* What a step that is only printed by a dry run returns: "" for sh(returnStdout), 0 for returnStatus … Owned.
 */
struct value argument_dry_value(struct step_call *c);
/* What a checkout would tell, in form: files take it apart (GIT_COMMIT.take(7), GIT_URL.split('/')). Owned
 * map. url: NULL for a made-up one. */
struct value dry_checkout(struct run *run, const struct scope *scope, const char *url);

/* Runs a step by its row with ready arguments (both taken). */
enum call_status step_start(struct fiber *f, const struct step_impl *impl, struct value args,
                            struct value body, struct value *out);

#endif
