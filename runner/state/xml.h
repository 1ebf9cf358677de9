/* Reports in XML, read by expat in pieces, so that their size does not matter. As the reports come from
 * whatever a build ran, nothing is fetched from outside, entity declarations are refused (no report has any,
 * and they are how XML files attack their readers), and nesting has a limit. */
#ifndef RUNNER_STATE_XML_H
#define RUNNER_STATE_XML_H

#include "base/buf.h"
#include "base/error.h"
#include <stdbool.h>

enum { XML_MAX_DEPTH = 512 };

struct XML_ParserStruct;
struct xml_handlers;
struct xml { /* a reader while it reads */
    struct XML_ParserStruct *parser;
    const struct xml_handlers *on;
    void *data;
    const char *problem; /* of xml_stop() */
    int depth;           /* of the element at hand; the root is at 1 */
};

/* Names come without their namespace prefix. A handler may be NULL. */
struct xml_handlers {
    void (*start)(struct xml *x, const char *name, const char **attributes);
    void (*end)(struct xml *x, const char *name); /* depth is still the element's */
    void (*text)(struct xml *x, const char *text, size_t n);
};

/* Of one element; NULL when it has none of that name. */
const char *xml_attribute(const char **attributes, const char *name);
int xml_line(const struct xml *x);
void xml_stop(struct xml *x, const char *problem); /* a constant text; the reading ends as malformed */

/* Reads the whole file. -1: it cannot be read, or it is malformed (kind ERROR_SYNTAX with line and column;
 * what was told before stands). An empty file is malformed. `show` is its name in messages. */
int xml_read(const char *path, const char *show, const struct xml_handlers *on, void *data,
             struct error *err);

/* For expat: charsets that it does not know itself, by iconv. */
struct XML_Encoding;
int xml_encoding(const char *name, int *map, void **data, int (**convert)(void *, const char *),
                 void (**release)(void *));

#endif
