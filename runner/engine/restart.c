#include "runner/engine/restart.h"
#include "base/fs.h"
#include "parser/model.h"
#include "runner/cli/run_options.h"
#include <string.h>

struct copying {
    const char *from, *to;
};

static int copy_one(void *data, const char *path, const struct stat *st, struct error *err)
{
    const struct copying *c = data;
    _cleanup_free_ char *from = path_join(c->from, path), *to = path_join(c->to, path);
    return S_ISREG(st->st_mode) ? fs_copy_file(from, to, 0, err) : 0;
}

/* Jenkins allows top-level stages only [RestartDeclarativePipelineAction]. */
int restart_check(const struct run *run, struct error *err)
{
    _cleanup_(buf_release) struct buf names = {0};
    for (const struct model_item *o = run->model ? run->model->root.options : NULL; o; o = o->next)
        if (strcmp(o->name, "disableRestartFromStage") == 0)
            return error_set(err, ERROR_USAGE,
                             "the pipeline forbids restarts (option disableRestartFromStage)");
    for (const struct model_stage *s = run->model ? run->model->stages : NULL; s; s = s->next) {
        if (strcmp(s->name, run->restart_from) == 0)
            return 0;
        buf_printf(&names, "%s\"%s\"", names.len ? ", " : "", s->name);
    }
    return error_set(err, ERROR_USAGE, "no top-level stage \"%s\" to restart from; there are: %s",
                     run->restart_from, names.data ? names.data : "none");
}

int restart_take_over(struct run *run, struct error *err)
{
    int number = (int)json_integer_value(json_object_get(run->options->replayed, "number"));
    _cleanup_free_ char *old = build_dir(&run->home, run->record.job, number);
    _cleanup_free_ char *from = path_join(old, "stashes"), *to = path_join(run->record.dir, "stashes");
    struct copying c = {from, to};
    if (!fs_is_dir(from))
        return 0;
    return fs_mkdir_p(to, 0700, err) < 0 ? -1 : fs_walk(from, copy_one, &c, err);
}
