/* The pieces a declarative model is made of: items, environment entries, agent, when, input, post.
 * Ownership and life are those of parser/model.h. */
#ifndef PARSER_MODEL_PARTS_H
#define PARSER_MODEL_PARTS_H

#include "parser/ast.h"

/* One line of a section: `timeout(time: 5)`, `cron('@daily')`, `maven 'M3'`, `lib('x@1')`, `image 'a:1'`.
 * `args` is the argument list as in NODE_CALL (positional and NODE_ENTRY mixed, closures last). */
struct model_item {
    const char *name;
    struct node *node; /* the whole expression: NODE_CALL, or NODE_NAME for a bare word */
    struct node *args; /* NULL if none */
    struct model_item
        *block; /* of an agent's field: what its braces hold, `containerTemplate { name 'x' }` */
    struct span span;
    struct model_item *next;
};

struct model_env {
    const char *name;
    struct node *value;       /* string, GString, concatenation with +, call; evaluated lazily in Jenkins */
    struct node *credentials; /* the first argument if value is `credentials(x)`, otherwise NULL */
    struct span span;
    struct model_env *next;
};

enum agent_kind {
    AGENT_ANY,
    AGENT_NONE,
    AGENT_LABEL,
    AGENT_NODE,
    AGENT_DOCKER,
    AGENT_DOCKERFILE,
    AGENT_KUBERNETES
};

struct model_agent {
    enum agent_kind kind;
    /* The single argument: `label 'x'`, `docker 'image'`, `dockerfile true`; NULL when there is a block or
     * nothing. `agent { label { label 'x' } }` has fields instead. */
    struct node *value;
    struct model_item *fields; /* entries of the block or map: args holds the value(s), args NULL: `name()` */
    struct span span;
};

enum condition_kind {
    WHEN_BRANCH,
    WHEN_TAG,
    WHEN_BUILDING_TAG,
    WHEN_CHANGE_REQUEST,
    WHEN_CHANGELOG,
    WHEN_CHANGESET,
    WHEN_ENVIRONMENT,
    WHEN_EQUALS,
    WHEN_EXPRESSION,
    WHEN_IS_RESTARTED_RUN,
    WHEN_TRIGGERED_BY,
    WHEN_NOT,
    WHEN_ALL_OF,
    WHEN_ANY_OF,
};

struct model_condition {
    enum condition_kind kind;
    const char *name;
    struct node *args;                /* as in NODE_CALL, without the block */
    struct node *closure;             /* WHEN_EXPRESSION: NODE_CLOSURE to evaluate */
    struct model_condition *children; /* WHEN_NOT (exactly one), WHEN_ALL_OF, WHEN_ANY_OF */
    struct span span;
    struct model_condition *next;
};

struct model_when {
    bool before_agent, before_input, before_options;
    struct model_condition *conditions; /* joined by AND */
    struct span span;
};

struct model_input {
    struct node *message; /* never NULL in a valid model */
    struct node *id, *ok, *submitter, *submitter_parameter;
    struct model_item *parameters;
    struct span span;
};

enum post_kind { /* in the order of evaluation */
                 POST_ALWAYS,
                 POST_CHANGED,
                 POST_FIXED,
                 POST_REGRESSION,
                 POST_ABORTED,
                 POST_SUCCESS,
                 POST_UNSUCCESSFUL,
                 POST_UNSTABLE,
                 POST_FAILURE,
                 POST_NOT_BUILT,
                 POST_CLEANUP,
                 POST_KINDS,
};

/* Indexed by kind: the NODE_CLOSURE with the steps, or NULL. */
struct model_post {
    struct node *body[POST_KINDS];
    struct span span;
};

const char *agent_kind_name(enum agent_kind kind);
const char *condition_kind_name(enum condition_kind kind);
const char *post_kind_name(enum post_kind kind);

#endif
