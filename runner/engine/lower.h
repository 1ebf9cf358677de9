/* Lowers a checked declarative model to a call of the engine: the `pipeline { }` call in the tree becomes
 * `__pipeline(MODEL)`, MODEL being nested map and list literals whose expressions are closures. The
 * compiler then treats it like any other code, so scopes, functions and places in the file stay the
 * script's own. Called once for each `pipeline { }`, before its code is compiled. */
#ifndef RUNNER_ENGINE_LOWER_H
#define RUNNER_ENGINE_LOWER_H

#include "parser/model.h"

/* Changes model->call in place; new nodes live in the tree's arena. The model must be free of errors. */
void lower_pipeline(struct ast *ast, struct model *model);

#endif
