/* XML for XmlSlurper and XmlParser. */
#ifndef RUNNER_LIB_XML_H
#define RUNNER_LIB_XML_H

#include "runner/lib/lib.h"

/* The root element as [name, attributes, children]; throws SAXParseException. */
enum call_status xml_parse(struct fiber *f, const char *text, size_t len, struct value *out);

#endif
