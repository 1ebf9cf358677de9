/* Character classes of the lexer, by byte. Bytes of UTF-8 sequences count as letters: Groovy takes any
 * letter in names, and nothing else above ASCII stands outside of strings and comments. */
#ifndef PARSER_CHARSET_H
#define PARSER_CHARSET_H

#include <stdbool.h>
#include <stdint.h>

enum char_class {
    CHAR_WORD = 1,  /* in a name */
    CHAR_PLAIN = 2, /* stands for itself in a string of any kind */
};
extern const uint8_t char_classes[256]; /* by byte */

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static inline int hex_value(char c)
{
    return is_digit(c) ? c - '0' : (c | 32) - 'a' + 10;
}

/* A letter in a name; $ is one too, except directly behind the $ of a string. */
static inline bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static inline bool is_word(char c)
{
    return char_classes[(unsigned char)c] & CHAR_WORD;
}

#endif
