/* The rule of a finding is told by its format, so that the places that report need not name it twice. */
#include "parser/rule.h"
#include <string.h>

#define PIECES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* The first row whose piece the format contains wins, so the narrower pieces stand before "Duplicate " and
 * its like. A new message needs a piece here, else its rule is `other`. */
const struct rule rules[] = {
    {"unreadable-file", "The file cannot be read.", PIECES(DIAG_UNREADABLE)},
    {"syntax", "The text is no Groovy.", PIECES(DIAG_SYNTAX)},
    {"no-pipeline", "The file holds one pipeline block, at its top level.",
     PIECES("did not contain the 'pipeline' step", "pipeline block must be", "Only one pipeline {")},
    {"missing-section", "A section or field that has to be there is missing.",
     PIECES("Missing required section", "No message specified for input", "Stage does not have a name",
            "Expected one of \"steps\"", "No agent type specified")},
    {"unknown-section", "There is no such section here.",
     PIECES("Undefined section", "Unknown stage section", "Not a valid section", "Not a valid stage section",
            "section has been re", "Expected a new line before", "Invalid option \"%s\" for input")},
    {"duplicate", "A name or section may stand there only once.",
     PIECES("Multiple occurrences of", "Duplicate ", "is declared twice", "Repetitive method",
            "Invalid duplicate class")},
    {"empty-section", "A section has no content.",
     PIECES("can not be empty", "No stages specified", "No variables specified", "Empty when closure",
            "No steps specified", "No axis directives", "No exclude directives",
            "requires at least one child")},
    {"misplaced-content", "This may not stand here.",
     PIECES("Only one of \"", "cannot be nested inside another", "is not allowed in stage",
            "Expected a stage", "Expected an axis", "Expected an exclude", "Expected closure or failFast",
            "job property cant be used", "Only one agent type", "requires exactly 1 child",
            "No additional arguments are", "No children when conditions")},
    {"block", "A block is missing, or stands where none may be.",
     PIECES("Expected a block for", "cannot have blocks", "must be called with a body",
            "does not take a body", "cannot use closures", "cannot be defined as maps")},
    {"invalid-type", "There is no such option, trigger, parameter, tool, agent or condition.",
     PIECES("Invalid %s type", "Invalid tool type", "Invalid agent type", "Invalid condition",
            "Unknown conditional", "unknown comparator")},
    {"invalid-parameter", "A step or definition has no such parameter.",
     PIECES("Invalid parameter", "Invalid config option")},
    {"missing-parameter", "A parameter that has to be given is missing.",
     PIECES("Missing required parameter")},
    {"argument-type", "An argument is of the wrong type or out of range.",
     PIECES("Expecting \"", "Expected a boolean", "Expected string literal", "BigIntegers cannot",
            "number of builds to preserve", "not a valid regular expression")},
    {"argument-count", "The number or form of arguments is wrong.",
     PIECES("should have ", "Step does not take a single", "Cannot mix named")},
    {"environment", "An environment section holds only NAME = value.",
     PIECES("Environment variable values", "not a valid environment expression",
            "cannot be used for an environment variable")},
    {"invalid-step", "Only steps may stand here, and not every step.",
     PIECES("Expected a step", "Method calls on objects", "Invalid step \"", "Expected an option",
            "Expected a trigger", "Expected a build parameter", "Expected a when condition",
            "Expected to find", "Expected a method call")},
    {"scope", "A name is declared twice in a scope, or a jump leads nowhere.",
     PIECES("The current scope already contains", "is only allowed inside loops", "to missing label")},
    {"unknown-name", "The configuration knows no such tool, label or library.",
     PIECES("does not have an install of", "No agent has the label", "Could not find any definition of")},
    {"library-step", "No step of gmrun: it may come from a shared library.", PIECES("it may come from")},
    {"unknown-step", "There is no such step.", PIECES("unknown step")},
    {"not-supported", "gmrun knows this but does not carry it out.", PIECES("is not supported")},
    {"unknown-class", "gmrun knows no such class.", PIECES("unable to resolve class")},
    {"doubtful", "This may mean something else than it seems.",
     PIECES("the word is not replaced", "this exclude matches no cell")},
    {"other", "Another finding.", (const char *const[]){NULL}},
};
const size_t rule_count = ARRAY_LEN(rules);

const struct rule *rule_of(const struct diagnostic *d)
{
    /* a message that was chosen elsewhere is its own format */
    const char *form = strcmp(d->form, "%s") == 0 ? d->message : d->form;
    for (size_t i = 0; i < rule_count; i++)
        for (const char *const *piece = rules[i].pieces; *piece; piece++)
            if (strstr(form, *piece))
                return &rules[i];
    return &rules[rule_count - 1];
}
