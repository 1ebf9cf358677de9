/* The table behind charset.h: what the lexer asks of every byte. */
#include "parser/charset.h"

enum { W = CHAR_WORD, P = CHAR_PLAIN, B = CHAR_WORD | CHAR_PLAIN };

/* No quote, backslash, dollar, slash or control character is plain, nor a byte of UTF-8, which is part of a
 * column only. */
const uint8_t char_classes[256] = {
    [' '] = P, ['!'] = P, ['#'] = P, ['%'] = P,           ['&'] = P, ['('] = P,         [')'] = P,
    ['*'] = P, ['+'] = P, [','] = P, ['-'] = P,           ['.'] = P, ['0' ... '9'] = B, [':'] = P,
    [';'] = P, ['<'] = P, ['='] = P, ['>'] = P,           ['?'] = P, ['@'] = P,         ['A' ... 'Z'] = B,
    ['['] = P, [']'] = P, ['^'] = P, ['_'] = B,           ['`'] = P, ['a' ... 'z'] = B, ['{'] = P,
    ['|'] = P, ['}'] = P, ['~'] = P, [0x80 ... 0xff] = W,
};
