/* Where the state lies, and paths made absolute without asking the file system: a home that does not exist
 * yet must have a name, and a link in it stays what the user wrote. */
#include "runner/state/home.h"
#include "base/fs.h"
#include "base/util.h"
#include <pwd.h>
#include <unistd.h>

char *path_absolute(const char *path)
{
    _cleanup_free_ char *cwd = path[0] == '/' ? NULL : get_current_dir_name();
    _cleanup_free_ char *joined = path_join(cwd ? cwd : "/", path);
    return path_normalise(joined);
}

char *home_find(const char *given)
{
    if (!given)
        given = getenv("GMRUN_HOME");
    if (given && *given)
        return path_absolute(given);
    const char *user_home = getenv("HOME");
    /* cron and some containers set no HOME. */
    if (!user_home || !*user_home) {
        const struct passwd *pw = getpwuid(getuid());
        user_home = pw ? pw->pw_dir : NULL;
    }
    if (!user_home || !*user_home)
        return NULL;
    _cleanup_free_ char *joined = path_join(user_home, ".gmrun");
    return path_absolute(joined);
}
