/* An image of the engine: looked at, and pulled when it is not there.
 *
 * Also the names of images and the engine's progress, for who builds and pushes. */
#ifndef AGENTS_DOCKER_PULL_H
#define AGENTS_DOCKER_PULL_H

#include "agents/engine.h"

struct docker_pull;
struct docker_pull_options {
    const char *image;    /* name[:tag][@digest] */
    const char *auth;     /* NULL: none */
    const char *platform; /* NULL: the engine's own */
    bool never;           /* one that is missing is an error */
    bool always;          /* pull also when it is there */
    char *const
        *mirrors; /* of Docker Hub, tried before it: hosts or URLs, borrowed until done(); NULL: none */
    size_t n_mirrors;
};
struct docker_pull_callbacks {
    void (*log)(void *data, const char *text); /* NULL: nothing is told */
    /* Once, never from within the start. `image` is the engine's description (borrowed); NULL: err says why.
     */
    void (*done)(void *data, json_t *image, const struct error *err);
};
struct docker_pull *docker_pull_start(struct engine *e, const struct docker_pull_options *o,
                                      const struct docker_pull_callbacks *cb, void *data);
void docker_pull_cancel(struct docker_pull *p); /* no callback comes any more */

/* "name:tag" of an image in two, both owned. No tag means "latest"; a digest belongs to the name, the tag is
 * empty then. */
void docker_split_image(const char *image, char **name, char **tag);

/* What a mirror of Docker Hub (a host or URL) calls the image, owned; NULL: mirrors are not asked for it. */
char *docker_mirror_name(const char *mirror, const char *image);

/* The next line for a log out of an engine's stream of progress: the layers' states, not each step of a bar.
 * NULL: nothing to tell. Owned. `failure` gets the text of an error in the stream (owned, replaced). */
char *docker_progress(json_t *line, char **failure);

#endif
