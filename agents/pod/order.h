/* What the runner asks of gmrun-pod by its standard input: "SIZE\n" and SIZE bytes of fields, each a letter,
 * a text and a NUL. Environment and scripts may be secret, so nothing of them stands in an argument list. */
#ifndef POD_ORDER_H
#define POD_ORDER_H

#include <stdbool.h>
#include <stddef.h>

struct order {
    char *bytes;        /* the fields; all texts below point into it */
    const char *id;     /* I: of the run; NULL: not kept, the program takes this one's place */
    const char *cwd;    /* C: made when missing */
    const char *tmp;    /* T: where the script's folder is made */
    const char *script; /* S: text of a file that becomes the last argument */
    char **argv;        /* A; NULL: the script alone */
    char **env;         /* E: whole environment; NULL: this one's */
    const char **over;  /* R: runs whose end the runner knows */
    bool split;         /* P: standard error apart */
    long long out, err; /* O, F: bytes of the outputs that the runner has already */
};

/* Ends the program with a message when standard input holds no order. */
void order_read(struct order *o);

/* "\1TEXT: strerror" on standard error and exit 255: not a script's end, but this program's own failure. */
void refuse(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
