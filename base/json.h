/* Texts in and out of jansson's trees. Not part of libjansson's own interface: it refuses bytes that are no
 * UTF-8 without a word, and a tree then lacks the member. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>
#include <stddef.h>

/* The text of a member; borrowed from the tree. NULL: no object, no such member, or no text. */
static inline const char *json_text(const json_t *o, const char *key)
{
    return json_string_value(json_object_get(o, key));
}

/* A JSON text of any bytes (names of files, output): each that is no UTF-8 becomes U+FFFD. New reference. */
json_t *json_clean_text(const char *text, size_t n);

#endif
