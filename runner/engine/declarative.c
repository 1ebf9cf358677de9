#include "runner/engine/declarative.h"

__asm__(".section .rodata\n"
        ".global declarative_begin\n.global declarative_end\n"
        "declarative_begin:\n.incbin \"runner/engine/declarative.groovy\"\ndeclarative_end:\n.byte 0\n"
        ".previous\n");
extern const char declarative_begin[], declarative_end[];

const char *declarative_text(size_t *len)
{
    *len = (size_t)(declarative_end - declarative_begin);
    return declarative_begin;
}
