/* Only what withMaven needs of a POM: its own coordinates. No inheritance from files elsewhere and no
 * properties are resolved; what the archiver wrote while packaging replaces what stands in pom.xml, as
 * Maven has resolved that. */
#include "runner/steps/tools/maven_project.h"
#include "base/buf.h"
#include "base/fs.h"
#include "base/util.h"
#include "runner/lib/properties.h"
#include <expat.h>
#include <string.h>

enum { POM_LIMIT = 16 << 20 };

struct pom_reader {
    struct maven_project *project;
    struct buf path, text; /* of the element: "/project/parent/version" */
};

/* Rows of one field stand in the order in which they count. */
static const struct {
    const char *path;
    size_t offset;
} fields[] = {
    {"/project/groupId", offsetof(struct maven_project, group)},
    {"/project/parent/groupId", offsetof(struct maven_project, group)},
    {"/project/artifactId", offsetof(struct maven_project, artifact)},
    {"/project/version", offsetof(struct maven_project, version)},
    {"/project/parent/version", offsetof(struct maven_project, version)},
    {"/project/packaging", offsetof(struct maven_project, packaging)},
    {"/project/build/finalName", offsetof(struct maven_project, final_name)},
};

/* A text without the white space around it; owned, NULL when nothing is left. */
static char *trimmed(const char *text)
{
    size_t skip = strspn(text, " \t\r\n"), n = strlen(text + skip);
    while (n && strchr(" \t\r\n", text[skip + n - 1]))
        n--;
    return n ? xstrndup(text + skip, n) : NULL;
}

static void set_field(struct maven_project *p, size_t offset, const char *text, bool replace)
{
    char **field = (char **)((char *)p + offset);
    if (*field && !replace)
        return;
    free(*field);
    *field = trimmed(text);
}

static bool names_module(const char *path)
{
    return strcmp(path, "/project/modules/module") == 0 ||
           strcmp(path, "/project/profiles/profile/modules/module") == 0;
}

static void on_start(void *data, const char *name, const char **attributes)
{
    struct pom_reader *r = data;
    buf_printf(&r->path, "/%s", name);
    buf_clear(&r->text);
}

static void on_text(void *data, const char *text, int len)
{
    buf_add(&((struct pom_reader *)data)->text, text, (size_t)len);
}

static void on_end(void *data, const char *name)
{
    struct pom_reader *r = data;
    buf_add(&r->text, "", 0);
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (strcmp(fields[i].path, r->path.data) == 0)
            set_field(r->project, fields[i].offset, r->text.data,
                      !str_has_prefix(r->path.data, "/project/parent"));
    char *module = names_module(r->path.data) ? trimmed(r->text.data) : NULL;
    if (module)
        vec_push(&r->project->modules, module);
    buf_clear(&r->text);
    r->path.len -= strlen(name) + 1;
    r->path.data[r->path.len] = '\0';
}

static void on_property(void *data, const char *key, const char *value)
{
    static const struct {
        const char *key;
        size_t offset;
    } keys[] = {{"groupId", offsetof(struct maven_project, group)},
                {"artifactId", offsetof(struct maven_project, artifact)},
                {"version", offsetof(struct maven_project, version)}};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (strcmp(keys[i].key, key) == 0)
            set_field(data, keys[i].offset, value, true);
}

int maven_project_read_pom(struct maven_project *p, const char *file, struct error *err)
{
    _cleanup_(buf_release) struct buf text = {0};
    struct pom_reader r = {.project = p};
    if (fs_read_file(file, POM_LIMIT, &text, err) < 0)
        return -1;
    XML_Parser parser = XML_ParserCreate(NULL);
    XML_SetUserData(parser, &r);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    int status =
        XML_Parse(parser, text.data ? text.data : "", (int)text.len, 1) == XML_STATUS_OK
            ? 0
            : error_set(err, ERROR_INVALID, "%s: %s", file, XML_ErrorString(XML_GetErrorCode(parser)));
    XML_ParserFree(parser);
    buf_release(&r.path);
    buf_release(&r.text);
    return status;
}

int maven_project_read(struct maven_project *p, const char *dir, struct error *err)
{
    _cleanup_free_ char *pom = path_join(dir, "pom.xml");
    _cleanup_free_ char *archived = path_join(dir, "target/maven-archiver/pom.properties");
    _cleanup_(buf_release) struct buf text = {0};
    if (maven_project_read_pom(p, pom, err) < 0)
        return -1;
    if (!p->packaging)
        p->packaging = xstrdup("jar");
    if (fs_read_file(archived, POM_LIMIT, &text, NULL) == 0 && text.len)
        properties_parse(text.data, text.len, on_property, p);
    return 0;
}

int maven_project_complete(const struct maven_project *p)
{
    const char *const needed[] = {p->group, p->artifact, p->version};
    for (size_t i = 0; i < ARRAY_LEN(needed); i++)
        if (!needed[i] || strpbrk(needed[i], "${}/\\") || str_has_prefix(needed[i], "."))
            return 0;
    return 1;
}

void maven_project_release(struct maven_project *p)
{
    free(p->group);
    free(p->artifact);
    free(p->version);
    free(p->packaging);
    free(p->final_name);
    for (size_t i = 0; i < p->modules.len; i++)
        free(p->modules.items[i]);
    vec_release(&p->modules);
    memset(p, 0, sizeof(*p));
}
