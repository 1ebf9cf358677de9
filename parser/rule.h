/* What kinds of findings there are: the rule of a message, for machines that read the linter's output. */
#ifndef PARSER_RULE_H
#define PARSER_RULE_H

#include "parser/diagnostics.h"

struct rule {
    const char *id;            /* stable: users suppress findings by it */
    const char *help;          /* one sentence */
    const char *const *pieces; /* of the messages' formats; ended by NULL */
};

/* All rules; the last one is for messages that no other claims. */
extern const struct rule rules[];
extern const size_t rule_count;

/* Never NULL. */
const struct rule *rule_of(const struct diagnostic *d);

#endif
