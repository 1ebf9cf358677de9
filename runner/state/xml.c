/* Reading XML reports through expat. Reports come from the workspace, which anybody's code may have
 * written: entities are refused as a whole (billion laughs, files of the machine), nesting is bounded, and
 * only regular files are read. */
#include "runner/state/xml.h"
#include "base/fs.h"
#include "base/util.h"
#include <errno.h>
#include <expat.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A report of any size takes this much memory and what its handlers keep. */
enum { PIECE = 64 * 1024 };

static const char *local_name(const char *name)
{
    /* Not namespace-aware: reports of two tools that differ in the prefix alone are read alike. */
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

const char *xml_attribute(const char **attributes, const char *name)
{
    for (; *attributes; attributes += 2)
        if (strcmp(attributes[0], name) == 0)
            return attributes[1];
    return NULL;
}

int xml_line(const struct xml *x)
{
    return (int)XML_GetCurrentLineNumber(x->parser);
}

void xml_stop(struct xml *x, const char *problem)
{
    x->problem = problem;
    XML_StopParser(x->parser, XML_FALSE);
}

static void XMLCALL element_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
    struct xml *x = data;
    if (++x->depth > XML_MAX_DEPTH)
        xml_stop(x, "nested too deep");
    else if (x->on->start)
        x->on->start(x, local_name(name), attributes);
}

static void XMLCALL element_end(void *data, const XML_Char *name)
{
    struct xml *x = data;
    if (x->on->end)
        x->on->end(x, local_name(name));
    x->depth--;
}

static void XMLCALL characters(void *data, const XML_Char *text, int len)
{
    struct xml *x = data;
    x->on->text(x, text, (size_t)len);
}

static void XMLCALL entity_declared(void *data, const XML_Char *name, int is_parameter, const XML_Char *value,
                                    int length, const XML_Char *base, const XML_Char *system_id,
                                    const XML_Char *public_id, const XML_Char *notation)
{
    /* Expat's own protection (2.4) against amplification would let small ones pass. */
    xml_stop(data, "it declares entities");
}

static int XMLCALL encoding_unknown(void *data, const XML_Char *name, XML_Encoding *info)
{
    return xml_encoding(name, info->map, &info->data, &info->convert, &info->release);
}

/* 0, 1: malformed, -1: errno. */
static int feed(struct xml *x, int fd)
{
    for (;;) {
        /* Read into expat's buffer: no copy. */
        void *piece = XML_GetBuffer(x->parser, PIECE);
        ssize_t n = piece ? read(fd, piece, PIECE) : -1;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (XML_ParseBuffer(x->parser, (int)n, n == 0) != XML_STATUS_OK)
            return 1;
        if (n == 0)
            return 0;
    }
}

static int malformed(const struct xml *x, const char *show, struct error *err)
{
    const char *why = x->problem ? x->problem : XML_ErrorString(XML_GetErrorCode(x->parser));
    return error_at(err, ERROR_SYNTAX, show, xml_line(x), (int)XML_GetCurrentColumnNumber(x->parser) + 1,
                    "%s", why);
}

/* A FIFO of a report's name must not make the build wait for somebody who writes to it: hence O_NONBLOCK. */
int xml_read(const char *path, const char *show, const struct xml_handlers *on, void *data, struct error *err)
{
    _cleanup_(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_errno(err, "%s", show);
    if (!S_ISREG(st.st_mode))
        return error_set(err, ERROR_INVALID, "%s is not a regular file", show);
    struct xml x = {.parser = XML_ParserCreate(NULL), .on = on, .data = data};
    XML_SetUserData(x.parser, &x);
    XML_SetElementHandler(x.parser, element_start, element_end);
    if (on->text)
        XML_SetCharacterDataHandler(x.parser, characters);
    XML_SetEntityDeclHandler(x.parser, entity_declared);
    XML_SetUnknownEncodingHandler(x.parser, encoding_unknown, NULL);
    int rc = feed(&x, fd);
    if (rc)
        rc = rc < 0 ? error_errno(err, "%s", show) : malformed(&x, show, err);
    XML_ParserFree(x.parser);
    return rc;
}
