/* gmrun-worker: the helper that alone links libgit2 and libarchive. Reads requests on standard input, one
 * JSON object a line, and answers on standard output (see job.h). Ends at end of file: status 0 when the
 * last request gave a result, 1 when it failed, 143/130 after a signal.
 *
 * On a far machine its input is a line to the runner, and stays open: --once, for a single request and the
 * files that go with it; --session, for many. There the end of input ends the work, too.
 *
 * Called with GMRUN_ASKPASS in the environment it is the program that git and ssh ask for passwords. */
#include "agents/worker/askpass.h"
#include "agents/worker/supervise.h"
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    const char *answers = getenv("GMRUN_ASKPASS");
    if (answers)
        return askpass_answer(answers, argc > 1 ? argv[1] : "");
    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        puts("gmrun-worker " GMRUN_VERSION);
        return 0;
    }
    bool once = argc == 2 && strcmp(argv[1], "--once") == 0,
         session = argc == 2 && strcmp(argv[1], "--session") == 0;
    if (argc > 1 && !once && !session) {
        fputs("usage: gmrun-worker [--once | --session] < REQUESTS\n", stderr);
        return 2;
    }
    return supervise(once || session, once);
}
