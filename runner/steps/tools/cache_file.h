/* A cached folder and the archive it is packed into. Each build packs into a file of its own, which replaces
 * the archive by a rename: builds at the same time see the old or the new one. */
#ifndef RUNNER_STEPS_TOOLS_CACHE_FILE_H
#define RUNNER_STEPS_TOOLS_CACHE_FILE_H

#include "base/hash.h"
#include "runner/steps/helper.h"

struct cache_file { /* texts owned; NULL: none */
    char *dir;      /* absolute folder */
    char *includes, *excludes;
    bool no_default_excludes;
};

/* Packs into a file beside `archive`, whose name is *made (owned). NULL/err. Of a far node the file crosses.
 */
json_t *cache_pack_request(struct helper_queue *q, const struct cache_file *c, const char *archive,
                           char **made, struct error *err);
/* The packed file becomes the archive. */
int cache_keep(const char *made, const char *archive, struct error *err);
json_t *cache_unpack_request(struct helper_queue *q, const struct cache_file *c, const char *archive);
/* Bytes of the files that would be packed. */
int64_t cache_size(struct step_call *call, const struct cache_file *c);
/* MD5 over the content of the files that an Ant pattern names below the current folder, in the order of their
 * paths. */
int cache_hash(struct step_call *c, const char *pattern, char hex[HASH_HEX_MAX], struct error *err);
void cache_file_release(struct cache_file *c);
/* A text as one part of a path: what is not a letter, digit, - or _ becomes %XX; long ones end in a digest.
 */
char *cache_name(const char *text);
char *cache_name_text(const char *name, size_t len); /* the text again, as far as the name holds it; owned */

#endif
