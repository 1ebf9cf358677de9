/* readMavenPom, writeMavenPom [pipeline-utility-steps; maven-model: Model, MavenXpp3Reader].
 *
 * A Maven model is a tree of objects with fixed properties. Here it is a tree of maps of one native class: an
 * element with elements in it is an object, one whose children all carry its singular
 * (dependencies/dependency) a list, another its text. Elements keep the order of the file; new ones come
 * behind.
 *
 * A plugin's configuration is free (Xpp3Dom in Maven), and has to come out of writeMavenPom as it went in:
 * elements of one name beside each other are a list under that name, written as often again; attributes stand
 * in the map under "@name", and the text beside them under "". Only the order between different names is
 * lost. */
#include "base/fs.h"
#include "base/buf.h"
#include "runner/steps/pom.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <ctype.h>
#include <expat.h>
#include <string.h>

enum { POM_LIMIT = 16 << 20, MAX_DEPTH = 64 };

struct element {
    struct value map;  /* of its children, in order; null: none yet */
    struct value list; /* of its children, if they are a list */
    struct buf text;
    char *name;
    bool attributed; /* its map begins with attributes; it is no list, whatever its name */
};

struct reader {
    struct run *run;
    XML_Parser parser;
    struct element stack[MAX_DEPTH];
    int depth;
    bool too_deep;
    struct value result;
};

/* ---- names */

static const struct {
    const char *list, *item;
} lists[] = {
    {"activations", "activation"},
    {"contributors", "contributor"},
    {"dependencies", "dependency"},
    {"developers", "developer"},
    {"excludes", "exclude"},
    {"exclusions", "exclusion"},
    {"executions", "execution"},
    {"extensions", "extension"},
    {"filters", "filter"},
    {"goals", "goal"},
    {"includes", "include"},
    {"licenses", "license"},
    {"mailingLists", "mailingList"},
    {"modules", "module"},
    {"notifiers", "notifier"},
    {"pluginRepositories", "pluginRepository"},
    {"plugins", "plugin"},
    {"profiles", "profile"},
    {"reportSets", "reportSet"},
    {"reports", "report"},
    {"repositories", "repository"},
    {"resources", "resource"},
    {"roles", "role"},
    {"testResources", "testResource"},
};

static const char *item_of(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        if (strcmp(lists[i].list, name) == 0)
            return lists[i].item;
    return NULL;
}

/* ---- the object */

static void node_free(void *data)
{
    value_release(*(struct value *)data);
    free(data);
}

static struct map *node_map(struct value self)
{
    return AS_MAP(*(struct value *)AS_NATIVE(self)->data);
}

static struct value node_new(struct run *run, struct value map) /* takes map */
{
    struct value *payload = xmalloc(sizeof(*payload));
    *payload = map;
    return native_new(run->vm, vm_class(run->vm, "Model"), payload);
}

static bool is_node(struct run *run, struct value v)
{
    return value_is(v, OBJ_NATIVE) && AS_NATIVE(v)->class == vm_class(run->vm, "Model");
}

/* An absent list is an empty one that is kept, so that add() works; packaging has Maven's default. */
static struct value absent(struct fiber *f, struct map *map, const char *name)
{
    struct value v = NULL_VALUE, artifact;
    bool project = map_get_str(map, "modelVersion", &artifact);
    if (strcmp(name, "packaging") == 0 && project)
        return string_from("jar");
    if (strcmp(name, "properties") == 0)
        v = map_new(fiber_vm(f));
    else if (item_of(name))
        v = list_new(fiber_vm(f), 0);
    if (!value_is_null(v))
        map_set_str(map, name, v);
    return v;
}

static enum call_status node_get(struct fiber *f, struct value self, const char *name, struct value *out)
{
    struct value v;
    if (map_get_str(node_map(self), name, &v))
        *out = value_retain(v);
    else
        *out = absent(f, node_map(self), name);
    return CALL_OK;
}

static enum call_status node_set(struct fiber *f, struct value self, const char *name, struct value v)
{
    if (!value_is_null(v)) {
        map_set_str(node_map(self), name, v);
        return CALL_OK;
    }
    struct value key = string_from(name);
    map_remove(node_map(self), key, NULL);
    value_release(key);
    return CALL_OK;
}

/* getX(), setX(v): the property behind the prefix. */
static enum call_status node_invoke(struct fiber *f, struct value self, const char *name, int argc,
                                    struct value *argv, struct value *out)
{
    bool get = str_has_prefix(name, "get") && name[3] && argc == 0,
         set = str_has_prefix(name, "set") && name[3] && argc == 1;
    if (!get && !set)
        return CALL_NONE;
    _cleanup_free_ char *property = xstrdup(name + 3);
    property[0] = (char)tolower((unsigned char)property[0]);
    return get ? node_get(f, self, property, out) : node_set(f, self, property, argv[0]);
}

static void print_part(struct fiber *f, struct map *map, const char *name, const char *dflt, struct buf *out)
{
    struct value v, hold = NULL_VALUE, parent;
    if (map_get_str(map, name, &v))
        buf_addstr(out, value_text(f, v, &hold));
    else if (map_get_str(map, "parent", &parent) && is_node(run_of(f), parent) &&
             map_get_str(node_map(parent), name, &v))
        buf_addstr(out, value_text(f, v, &hold));
    else
        buf_addstr(out, dflt);
    value_release(hold);
}

/* As Model.getId(): group:artifact:packaging:version, where the parent's group and version count. */
static enum call_status node_to_string(struct fiber *f, struct value self, int argc, struct value *argv,
                                       struct value *out)
{
    static const char *const parts[][2] = {
        {"groupId", "[inherited]"}, {"artifactId", ""}, {"packaging", "jar"}, {"version", "[inherited]"}};
    _cleanup_(buf_release) struct buf text = {0};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        buf_addstr(&text, i ? ":" : "");
        print_part(f, node_map(self), parts[i][0], parts[i][1], &text);
    }
    *out = string_from(text.data);
    return CALL_OK;
}

void pom_register(struct run *run)
{
    static const struct native_class classes[] = {
        {.name = "org.apache.maven.model.Model",
         .release = node_free,
         .get = node_get,
         .set = node_set,
         .invoke = node_invoke},
    };
    static const struct native_method methods[] = {
        {"Model", "toString", 0, 0, 0, node_to_string},
        {"Model", "getId", 0, 0, 0, node_to_string},
    };
    vm_register(run->vm, classes, ARRAY_LEN(classes), methods, ARRAY_LEN(methods));
}

/* ---- reading */

static void open_element(void *data, const XML_Char *name, const XML_Char **attributes)
{
    struct reader *r = data;
    if (r->depth == MAX_DEPTH) {
        r->too_deep = true;
        XML_StopParser(r->parser, XML_FALSE);
        return;
    }
    struct element *e = &r->stack[r->depth++];
    *e = (struct element){.name = xstrdup(name), .map = NULL_VALUE, .list = NULL_VALUE};
    if (r->depth == 1 || !*attributes)
        return; /* the project's own are the namespaces, which are written anew */
    e->attributed = true;
    e->map = map_new(r->run->vm);
    for (; *attributes; attributes += 2) {
        _cleanup_free_ char *key = xasprintf("@%s", attributes[0]);
        struct value v = string_from(attributes[1]);
        map_set_str(AS_MAP(e->map), key, v);
        value_release(v);
    }
}

static void add_text(void *data, const XML_Char *text, int n)
{
    struct reader *r = data;
    if (r->depth)
        buf_add(&r->stack[r->depth - 1].text, text, (size_t)n);
}

static struct value trimmed(const struct buf *b)
{
    size_t from = 0, to = b->len;
    while (to && isspace((unsigned char)b->data[to - 1]))
        to--;
    while (from < to && isspace((unsigned char)b->data[from]))
        from++;
    return string_new(b->data ? b->data + from : "", to - from);
}

/* Text beside attributes; what stands between elements is blanks. */
static void keep_text(struct element *e)
{
    struct value v = trimmed(&e->text);
    if (AS_STRING(v)->len)
        map_set_str(AS_MAP(e->map), "", v);
    value_release(v);
}

/* What a finished element is to its parent; owned. */
static struct value element_value(struct reader *r, struct element *e)
{
    struct value v;
    if (e->attributed)
        keep_text(e);
    if (!value_is_null(e->list))
        v = value_retain(e->list);
    else if (!value_is_null(e->map) && strcmp(e->name, "properties") == 0)
        v = value_retain(e->map);
    else if (!value_is_null(e->map))
        v = node_new(r->run, value_retain(e->map));
    else if (item_of(e->name))
        v = list_new(r->run->vm, 0);
    else
        v = trimmed(&e->text);
    return v;
}

static void element_release(struct element *e)
{
    value_release(e->map);
    value_release(e->list);
    buf_release(&e->text);
    free(e->name);
}

/* A second element of a name makes a list of both, unless the first is a list by itself. */
static void put_child(struct reader *r, struct element *parent, const char *name, struct value v)
{
    struct value first;
    if (value_is_null(parent->map))
        parent->map = map_new(r->run->vm);
    struct map *map = AS_MAP(parent->map);
    if (item_of(name) || !map_get_str(map, name, &first)) {
        map_set_str(map, name, v);
    } else if (value_is(first, OBJ_LIST)) {
        list_push(AS_LIST(first), v);
    } else {
        struct value both = list_new(r->run->vm, 2);
        list_push(AS_LIST(both), first);
        list_push(AS_LIST(both), v);
        map_set_str(map, name, both);
        value_release(both);
    }
}

static void close_element(void *data, const XML_Char *name)
{
    struct reader *r = data;
    struct element *e = &r->stack[--r->depth], *parent = r->depth ? &r->stack[r->depth - 1] : NULL;
    struct value v = element_value(r, e);
    const char *item = parent && !parent->attributed ? item_of(parent->name) : NULL;
    if (!parent) {
        r->result = value_retain(v);
    } else if (item && strcmp(item, e->name) == 0) {
        if (value_is_null(parent->list))
            parent->list = list_new(r->run->vm, 4);
        list_push(AS_LIST(parent->list), v);
    } else {
        put_child(r, parent, e->name, v);
    }
    value_release(v);
    element_release(e);
}

static int pom_parse(struct reader *r, const struct buf *text, struct error *err)
{
    r->parser = XML_ParserCreate(NULL);
    XML_SetUserData(r->parser, r);
    XML_SetElementHandler(r->parser, open_element, close_element);
    XML_SetCharacterDataHandler(r->parser, add_text);
    int rc = 0;
    if (XML_Parse(r->parser, text->data ? text->data : "", (int)text->len, 1) == XML_STATUS_ERROR)
        rc = error_set(
            err, ERROR_SYNTAX, "%s (position: line %d, column %d)",
            r->too_deep ? "elements are nested too deeply" : XML_ErrorString(XML_GetErrorCode(r->parser)),
            (int)XML_GetCurrentLineNumber(r->parser), (int)XML_GetCurrentColumnNumber(r->parser) + 1);
    XML_ParserFree(r->parser);
    while (r->depth)
        element_release(&r->stack[--r->depth]);
    return rc;
}

enum call_status step_read_maven_pom(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf text = {0};
    _cleanup_free_ char *path = step_path(c, step_str(c, "file", "pom.xml"));
    if (!ws_exists(c, path))
        return vm_throw(c->fiber, "FileNotFoundException", "%s does not exist.", path);
    if (ws_read_file(c, path, POM_LIMIT, &text, &err) < 0)
        return step_abort(c, "%s", err.message);
    struct reader *r = xcalloc(1, sizeof(*r));
    *r = (struct reader){.run = c->run, .result = NULL_VALUE};
    enum call_status status = CALL_OK;
    if (pom_parse(r, &text, &err) < 0)
        status = vm_throw(c->fiber, "XmlPullParserException", "%s: %s", path, err.message);
    else if (!is_node(c->run, r->result))
        status = vm_throw(c->fiber, "XmlPullParserException", "%s: there is no project in it", path);
    else
        *out = value_retain(r->result);
    value_release(r->result);
    free(r);
    return status;
}

/* ---- writing */

static void add_escaped(struct buf *out, const char *s, bool attribute)
{
    for (; *s; s++)
        if (*s == '&')
            buf_addstr(out, "&amp;");
        else if (*s == '<')
            buf_addstr(out, "&lt;");
        else if (*s == '>')
            buf_addstr(out, "&gt;");
        else if (*s == '"' && attribute)
            buf_addstr(out, "&quot;");
        else
            buf_addch(out, *s);
}

static void write_element(struct fiber *f, const char *name, struct value v, int depth, struct buf *out);

static void write_attributes(struct fiber *f, struct map *map, struct buf *out)
{
    struct map_slot *slot;
    for (size_t i = 0; map_next(map, &i, &slot);) {
        struct value key = NULL_VALUE, hold = NULL_VALUE;
        const char *name = value_text(f, slot->key, &key);
        if (*name == '@') {
            buf_printf(out, " %s=\"", name + 1);
            add_escaped(out, value_text(f, slot->value, &hold), true);
            buf_addch(out, '"');
        }
        value_release(hold);
        value_release(key);
    }
}

static void write_children(struct fiber *f, struct map *map, int depth, struct buf *out)
{
    struct map_slot *slot;
    for (size_t i = 0; map_next(map, &i, &slot);) {
        struct value key = NULL_VALUE;
        const char *name = value_text(f, slot->key, &key);
        if (*name && *name != '@')
            write_element(f, name, slot->value, depth, out);
        value_release(key);
    }
}

/* What stands between an element's tags: its text, then its children, each on a line of its own. */
static void write_content(struct fiber *f, struct map *map, int depth, struct buf *out)
{
    struct value text, hold = NULL_VALUE;
    if (map_get_str(map, "", &text))
        add_escaped(out, value_text(f, text, &hold), false);
    value_release(hold);
    buf_addch(out, '\n');
    size_t before = out->len;
    write_children(f, map, depth + 1, out);
    if (out->len > before)
        buf_printf(out, "%*s", depth * 2, "");
    else
        out->data[--out->len] = 0;
}

static void write_list(struct fiber *f, const char *name, const struct list *l, int depth, struct buf *out)
{
    const char *item = item_of(name);
    buf_printf(out, "%*s<%s>\n", depth * 2, "", name);
    for (uint32_t i = 0; i < l->len; i++)
        write_element(f, item, l->items[i], depth + 1, out);
    buf_printf(out, "%*s</%s>\n", depth * 2, "", name);
}

static bool is_empty(struct run *run, struct value v)
{
    return (value_is(v, OBJ_LIST) && !AS_LIST(v)->len) || (value_is(v, OBJ_MAP) && !AS_MAP(v)->len) ||
           value_is_null(v);
}

static void write_element(struct fiber *f, const char *name, struct value v, int depth, struct buf *out)
{
    struct run *run = run_of(f);
    struct value hold = NULL_VALUE;
    if (is_empty(run, v) || depth > MAX_DEPTH)
        return;
    if (value_is(v, OBJ_LIST) && item_of(name)) {
        write_list(f, name, AS_LIST(v), depth, out);
        return;
    }
    for (uint32_t i = 0; value_is(v, OBJ_LIST) && i < AS_LIST(v)->len; i++)
        write_element(f, name, AS_LIST(v)->items[i], depth, out);
    if (value_is(v, OBJ_LIST))
        return;
    struct map *map = value_is(v, OBJ_MAP) ? AS_MAP(v) : is_node(run, v) ? node_map(v) : NULL;
    buf_printf(out, "%*s<%s", depth * 2, "", name);
    if (map)
        write_attributes(f, map, out);
    buf_addch(out, '>');
    if (map)
        write_content(f, map, depth, out);
    else
        add_escaped(out, value_text(f, v, &hold), false);
    value_release(hold);
    buf_printf(out, "</%s>\n", name);
}

enum call_status step_write_maven_pom(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf text = {0};
    struct value model = step_arg(c, "model");
    if (!is_node(c->run, model))
        return vm_throw(c->fiber, "IllegalArgumentException",
                        "model of writeMavenPom must be what readMavenPom returns");
    buf_addstr(&text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<project xmlns=\"http://maven.apache.org/POM/4.0.0\" "
                      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                      "xsi:schemaLocation=\"http://maven.apache.org/POM/4.0.0 "
                      "https://maven.apache.org/xsd/maven-4.0.0.xsd\">\n");
    write_children(c->fiber, node_map(model), 1, &text);
    buf_addstr(&text, "</project>\n");
    _cleanup_free_ char *path = step_path(c, step_str(c, "file", "pom.xml"));
    if (ws_write_file(c, path, text.data, text.len, 0, &err) < 0)
        return step_abort(c, "%s", err.message);
    return CALL_OK;
}
