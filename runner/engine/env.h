/* Environment of a build as Jenkins' EnvVars has it: names keep their case but compare without it; an
 * overlay entry `NAME+ANY=x` prepends x to the path-like NAME; an empty overriding value unsets.
 * [core: hudson.EnvVars.override]
 *
 * Layers of a build (run.h) are separate environments and put on each other when a step starts. */
#ifndef RUNNER_ENGINE_ENV_H
#define RUNNER_ENGINE_ENV_H

#include <stdbool.h>
#include <stddef.h>

struct env_var {
    char *name, *value; /* owned */
};
struct env { /* zeroed: empty; sorted by name without case */
    struct env_var *items;
    size_t len, cap;
};

void env_set(struct env *e, const char *name, const char *value); /* replaces; plain, no + rule */
void env_unset(struct env *e, const char *name);
/* With the rules for overlays: NAME+X prepends, empty unsets. */
void env_override(struct env *e, const char *name, const char *value);
void env_override_all(struct env *e, const struct env *over);
const char *env_get(const struct env *e, const char *name); /* borrowed, NULL if absent */
/* Replaces $NAME and ${NAME} by values of e; unknown ones stay. Owned result. */
char *env_expand(const struct env *e, const char *text);
/* The same for a file's text, with $$ for a dollar [kubernetes-cd: enableConfigSubstitution]. Appends. */
struct buf;
void env_substitute(const struct env *e, const char *text, size_t len, struct buf *out);
/* NULL-terminated "NAME=value" block for exec; one allocation each, free with env_block_free(). */
char **env_block(const struct env *e);
void env_block_free(char **block);
void env_copy(struct env *to, const struct env *from);
void env_release(struct env *e);

#endif
