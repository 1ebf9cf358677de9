/* Reads byte by byte: what follows the line stays in the pipe for the next question. The terminal is that
 * of standard input, not /dev/tty: in a pipe there is no prompt and nothing to hide. */
#include "runner/cli/secret.h"
#include <errno.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

enum { MAX_SECRET = 1 << 20 };

static int read_bytes(struct buf *out, bool one_line, struct error *err)
{
    /* No stdio: its buffer would keep the secret, and what follows it. */
    for (char c;;) {
        ssize_t n = read(STDIN_FILENO, &c, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(err, "standard input");
        if (n == 0 || (one_line && c == '\n'))
            return 0;
        if (out->len == MAX_SECRET)
            return error_set(err, ERROR_USAGE, "standard input: more than %d bytes", MAX_SECRET);
        buf_addch(out, c);
    }
}

/* TCSAFLUSH drops what was typed before the prompt. Echo comes back also when reading fails. */
int secret_line(const char *prompt, bool hidden, struct buf *out, struct error *err)
{
    struct termios old, quiet;
    bool terminal = tcgetattr(STDIN_FILENO, &old) == 0;
    quiet = old;
    /* ICANON stays: backspace works, and a line comes whole. */
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    if (terminal)
        fputs(prompt, stderr);
    if (terminal && hidden)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    int rc = read_bytes(out, true, err);
    if (terminal && hidden) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
        fputc('\n', stderr);
    }
    if (rc)
        return -1;
    return out->len ? 0 : error_set(err, ERROR_USAGE, "%sa value is needed on standard input", prompt);
}

int secret_rest(struct buf *out, struct error *err)
{
    if (isatty(STDIN_FILENO))
        fputs("Content, ended by Ctrl-D:\n", stderr);
    return read_bytes(out, false, err);
}
