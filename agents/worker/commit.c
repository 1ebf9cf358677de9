/* Commits as JSON. Old repositories have messages in GBK and other encodings, said in a header. */
#include "agents/worker/commit.h"
#include "base/buf.h"
#include <iconv.h>
#include <string.h>

enum { CHANGES_MAX = 1024 };

/* Four bytes of UTF-8 are enough for any one byte of a legacy encoding. What iconv does not know or cannot
 * convert comes as it is, cleaned: a wrong letter is better than no log. */
static json_t *text_of(git_commit *c, const char *s)
{
    const char *encoding = git_commit_message_encoding(c);
    if (!s || !encoding || strcasecmp(encoding, "UTF-8") == 0)
        return json_text(s);
    iconv_t cd = iconv_open("UTF-8", encoding);
    if (cd == (iconv_t)-1)
        return json_text(s);
    size_t in_left = strlen(s), size = in_left * 4 + 1, out_left = size;
    _cleanup_free_ char *out = xmalloc(size);
    char *in_at = (char *)s, *out_at = out;
    bool whole = iconv(cd, &in_at, &in_left, &out_at, &out_left) != (size_t)-1;
    iconv_close(cd);
    return whole ? json_textn(out, size - out_left) : json_text(s);
}

static json_int_t ms(git_time_t seconds)
{
    return (json_int_t)seconds * 1000;
}

static void put(json_t *o, const char *name, json_t *value)
{
    json_object_set_new(o, name, value);
}

int commit_describe(json_t *out, git_repository *repo, const git_oid *id, struct error *err)
{
    git_commit *c = NULL;
    if (git_commit_lookup(&c, repo, id) < 0)
        return fail_set(err, FAIL_OTHER, "cannot read commit %s", git_oid_tostr_s(id));
    const git_signature *a = git_commit_author(c), *k = git_commit_committer(c);
    put(out, "commit", json_text(git_oid_tostr_s(id)));
    put(out, "message", text_of(c, git_commit_message(c)));
    put(out, "author", text_of(c, a->name));
    put(out, "authorEmail", text_of(c, a->email));
    put(out, "authorTime", json_integer(ms(a->when.time)));
    put(out, "committer", text_of(c, k->name));
    put(out, "committerEmail", text_of(c, k->email));
    put(out, "commitTime", json_integer(ms(k->when.time)));
    git_commit_free(c);
    return 0;
}

static json_t *title_of(git_commit *c)
{
    const char *message = git_commit_message(c);
    _cleanup_free_ char *line = xstrndup(message, strcspn(message, "\r\n"));
    return text_of(c, line);
}

char *commit_title(git_repository *repo, const git_oid *id)
{
    git_commit *c = NULL;
    if (git_commit_lookup(&c, repo, id) < 0)
        return xstrdup("");
    json_t *t = title_of(c);
    char *s = xstrdup(json_string_value(t));
    json_decref(t);
    git_commit_free(c);
    return s;
}

struct tag_search {
    git_repository *repo;
    const git_oid *commit;
    const char *wanted;
    json_t *names;
    char *best;
    git_time_t time;
    bool annotated;
};

static void keep_tag(struct tag_search *s, const char *name, git_object *o)
{
    bool annotated = git_object_type(o) == GIT_OBJECT_TAG;
    const git_signature *who = annotated ? git_tag_tagger((git_tag *)o) : NULL;
    git_time_t time = who ? who->when.time : 0;
    bool final = s->best && str_eq(s->best, s->wanted);
    bool better = !s->best || str_eq(name, s->wanted) || annotated > s->annotated ||
                  (annotated == s->annotated && (annotated ? time >= s->time : strcmp(name, s->best) > 0));
    json_array_append_new(s->names, json_text(name));
    if (final || !better)
        return;
    free(s->best);
    s->best = xstrdup(name);
    s->annotated = annotated;
    s->time = time;
}

static int on_tag(const char *ref, git_oid *id, void *data)
{
    struct tag_search *s = data;
    git_object *o = NULL, *commit = NULL;
    if (git_object_lookup(&o, s->repo, id, GIT_OBJECT_ANY) == 0 &&
        git_object_peel(&commit, o, GIT_OBJECT_COMMIT) == 0 &&
        git_oid_equal(git_object_id(commit), s->commit))
        keep_tag(s, ref + strlen("refs/tags/"), o);
    git_object_free(commit);
    git_object_free(o);
    return 0;
}

git_time_t commit_time(git_repository *repo, const git_oid *id)
{
    git_commit *c = NULL;
    git_time_t t = git_commit_lookup(&c, repo, id) == 0 ? git_commit_time(c) : 0;
    git_commit_free(c);
    return t;
}

/* A tag may point to a tree or blob, or to another tag: it is peeled, and what is no commit is passed over.
 */
void commit_tags(json_t *out, git_repository *repo, const git_oid *id, const char *wanted)
{
    struct tag_search s = {.repo = repo, .commit = id, .wanted = wanted, .names = json_array()};
    git_tag_foreach(repo, on_tag, &s);
    if (s.best) {
        put(out, "tags", json_incref(s.names));
        put(out, "tag", json_text(s.best));
        put(out, "tagTime", json_integer(ms(s.time ? s.time : commit_time(repo, id))));
    }
    json_decref(s.names);
    free(s.best);
}

static const char *edit_type(git_delta_t status)
{
    return status == GIT_DELTA_ADDED ? "add" : status == GIT_DELTA_DELETED ? "delete" : "edit";
}

/* *tree NULL with success: the first commit, whose files are all added. */
static int tree_of_parent(git_tree **tree, git_commit *c)
{
    git_commit *parent = NULL;
    *tree = NULL;
    if (git_commit_parentcount(c) == 0)
        return 0;
    int rc = git_commit_parent(&parent, c, 0);
    if (rc == 0)
        rc = git_commit_tree(tree, parent);
    git_commit_free(parent);
    return rc;
}

/* Binary files are not opened (SKIP_BINARY_CHECK), renames not searched: both would read every blob, and
 * Jenkins tells an add and a delete, too. */
static json_t *files_of(git_repository *repo, git_commit *c)
{
    json_t *files = json_array();
    git_tree *old = NULL, *new = NULL;
    git_diff *diff = NULL;
    git_diff_options options;
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.flags = GIT_DIFF_SKIP_BINARY_CHECK;
    if (tree_of_parent(&old, c) == 0 && git_commit_tree(&new, c) == 0 &&
        git_diff_tree_to_tree(&diff, repo, old, new, &options) == 0) {
        for (size_t i = 0; i < git_diff_num_deltas(diff); i++) {
            const git_diff_delta *d = git_diff_get_delta(diff, i);
            json_array_append_new(files, json_pack("{s:o, s:s}", "path", json_text(d->new_file.path),
                                                   "editType", edit_type(d->status)));
        }
    }
    git_diff_free(diff);
    git_tree_free(new);
    git_tree_free(old);
    return files;
}

static json_t *change_of(git_repository *repo, git_commit *c)
{
    const git_signature *a = git_commit_author(c), *k = git_commit_committer(c);
    json_t *o = json_object();
    put(o, "commitId", json_text(git_oid_tostr_s(git_commit_id(c))));
    put(o, "timestamp", json_integer(ms(k->when.time)));
    put(o, "authorTimestamp", json_integer(ms(a->when.time)));
    put(o, "msg", title_of(c));
    put(o, "comment", text_of(c, git_commit_message(c)));
    put(o, "author", text_of(c, a->name));
    put(o, "authorEmail", text_of(c, a->email));
    put(o, "committer", text_of(c, k->name));
    put(o, "committerEmail", text_of(c, k->email));
    put(o, "affectedFiles", files_of(repo, c));
    return o;
}

json_t *commit_changes(git_repository *repo, const git_oid *since, const git_oid *until)
{
    git_revwalk *walk = NULL;
    git_oid id;
    json_t *list = NULL;
    if (git_revwalk_new(&walk, repo) == 0 && git_revwalk_push(walk, until) == 0 &&
        git_revwalk_hide(walk, since) == 0) {
        list = json_array();
        git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME);
        while (json_array_size(list) < CHANGES_MAX && git_revwalk_next(&id, walk) == 0) {
            git_commit *c = NULL;
            if (git_commit_lookup(&c, repo, &id) == 0 && git_commit_parentcount(c) < 2)
                json_array_append_new(list, change_of(repo, c));
            git_commit_free(c);
        }
    }
    git_revwalk_free(walk);
    return list;
}
