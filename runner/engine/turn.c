/* disableConcurrentBuilds: a build waits for the older ones of its job, or ends them. Read from the text, as
 * it has to be known before the first step. */
#include "base/fs.h"
#include "parser/model.h"
#include "runner/cli/run_options.h"
#include "runner/engine/job_options.h"
#include <signal.h>
#include <string.h>

enum { LOOK_BACK = 64 }; /* builds older than that do not run any more */

static bool asks_abort(const struct node *args)
{
    for (const struct node *a = args; a; a = a->next)
        if (a->kind == NODE_ENTRY && a->u.entry.key->kind == NODE_STRING &&
            strcmp(a->u.entry.key->u.str.bytes, "abortPrevious") == 0)
            return a->u.entry.value->kind == NODE_TRUE;
    return false;
}

static const struct node *call_of(const struct node *n, const char *name)
{
    bool is = n && n->kind == NODE_CALL && !n->u.call.obj && n->u.call.method &&
              n->u.call.method->kind == NODE_STRING && strcmp(n->u.call.method->u.str.bytes, name) == 0;
    return is ? n : NULL;
}

bool turn_is_wanted(const struct run *run, bool *abort)
{
    for (const struct model_item *i = run->model ? run->model->root.options : NULL; i; i = i->next)
        if (strcmp(i->name, "disableConcurrentBuilds") == 0) {
            *abort = asks_abort(i->args);
            return true;
        }
    for (const struct node *s = run->ast->body; s; s = s->next) {
        const struct node *call = s->kind == NODE_EXPR ? call_of(s->u.unary.operand, "properties") : NULL;
        const struct node *list = call ? call->u.call.args : NULL;
        for (const struct node *i = list && list->kind == NODE_LIST ? list->u.list.items : NULL; i;
             i = i->next)
            if (call_of(i, "disableConcurrentBuilds")) {
                *abort = asks_abort(i->u.call.args);
                return true;
            }
    }
    return false;
}

int turn_blocker(struct run *run, pid_t *pid)
{
    _cleanup_free_ int *numbers = NULL;
    size_t n = build_numbers(&run->home, run->record.job, &numbers);
    for (size_t i = 0, seen = 0; i < n && seen < LOOK_BACK; i++) {
        if (numbers[i] >= run->record.number)
            continue;
        seen++;
        if (build_running(&run->home, run->record.job, numbers[i], pid))
            return numbers[i];
    }
    return 0;
}

void turn_stop(struct run *run, int number, pid_t pid)
{
    _cleanup_free_ char *dir = build_dir(&run->home, run->record.job, number),
                        *marker = path_join(dir, "stop");
    _cleanup_free_ char *text = xasprintf("%s\n", run->options->user);
    if (pid > 1 && !fs_exists(marker) && fs_write_file_atomic(marker, text, strlen(text), 0644, NULL) == 0)
        kill(pid, SIGTERM);
}
