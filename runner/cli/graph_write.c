/* The stage graph as a text tree, for Graphviz, for Mermaid and as JSON.
 *
 * JSON is for programs, the others are for eyes. Names are quoted for each form, as they may hold any
 * character. */
#include "runner/cli/graph.h"
#include <stdio.h>
#include <stdlib.h>

static void add_details(const struct graph_node *n, struct buf *out)
{
    if (graph_is_fork(n) && n->kind != GRAPH_PIPELINE)
        buf_printf(out, " [%s]", graph_kind_name(n->kind));
    if (n->agent)
        buf_printf(out, " (agent %s)", n->agent);
    if (n->when)
        buf_printf(out, " (when %s)", n->when);
    if (n->input)
        buf_addstr(out, " (input)");
    buf_addch(out, '\n');
}

static void add_tree(const struct graph_node *list, struct buf *prefix, struct buf *out)
{
    size_t depth = prefix->len;
    for (const struct graph_node *n = list; n; n = n->next) {
        buf_printf(out, "%.*s%s%s", (int)depth, prefix->data ? prefix->data : "", n->next ? "├─ " : "└─ ",
                   n->name);
        add_details(n, out);
        /* The prefix grows on the way down and is cut on the way up: one buffer for the whole tree. */
        buf_addstr(prefix, n->next ? "│  " : "   ");
        add_tree(n->children, prefix, out);
        prefix->len = depth;
    }
}

void graph_write_text(struct graph *g, struct buf *out)
{
    struct buf prefix _cleanup_(buf_release) = {0};
    buf_addstr(out, g->root->name);
    add_details(g->root, out);
    add_tree(g->root->children, &prefix, out);
}

/* Each form quotes its own way: dot with backslashes, Mermaid with entities. */
struct form {
    const char *edge;
    void (*quote)(const char *text, struct buf *out);
};

static void quote_dot(const char *text, struct buf *out)
{
    buf_addch(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            buf_addch(out, '\\');
        buf_addch(out, *text == '\n' ? ' ' : *text);
    }
    buf_addch(out, '"');
}

static void quote_mermaid(const char *text, struct buf *out)
{
    buf_addch(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            buf_addstr(out, "#quot;");
        /* # begins an entity in Mermaid. */
        else if (*text == '#')
            buf_addstr(out, "#35;");
        else
            buf_addch(out, *text == '\n' ? ' ' : *text);
    }
    buf_addch(out, '"');
}

/* Edges from what a node ends with: itself, its last child, or all its branches. */
static void add_exits(const struct graph_node *n, const struct graph_node *to, const char *edge,
                      struct buf *out)
{
    if (!n->children) {
        buf_printf(out, "  n%u %s n%u\n", n->id, edge, to->id);
        return;
    }
    for (const struct graph_node *child = n->children; child; child = child->next)
        if (graph_is_fork(n) || !child->next)
            add_exits(child, to, edge, out);
}

static void add_edges(const struct graph_node *n, const char *edge, struct buf *out)
{
    const struct graph_node *previous = NULL;
    for (const struct graph_node *child = n->children; child; previous = child, child = child->next) {
        if (graph_is_fork(n) || (!previous && n->kind != GRAPH_PIPELINE))
            buf_printf(out, "  n%u %s n%u\n", n->id, edge, child->id);
        else if (previous)
            add_exits(previous, child, edge, out);
        add_edges(child, edge, out);
    }
}

/* A group is a cluster with a point in it: edges of dot lead to nodes, never to clusters. */
static void add_dot_nodes(const struct graph_node *list, struct buf *out)
{
    for (const struct graph_node *n = list; n; n = n->next) {
        if (n->children) {
            buf_printf(out, "  subgraph cluster_%u {\n  label=", n->id);
            quote_dot(n->name, out);
            buf_addstr(out, ";\n");
        }
        buf_printf(out, "  n%u [label=", n->id);
        quote_dot(n->name, out);
        buf_printf(out, ", shape=%s];\n", n->children ? "point" : "box");
        add_dot_nodes(n->children, out);
        if (n->children)
            buf_addstr(out, "  }\n");
    }
}

void graph_write_dot(struct graph *g, struct buf *out)
{
    buf_addstr(out, "digraph ");
    quote_dot(g->root->name, out);
    buf_addstr(out, " {\n  rankdir=LR;\n  node [fontname=\"sans-serif\", style=rounded];\n");
    add_dot_nodes(g->root->children, out);
    add_edges(g->root, "->", out);
    buf_addstr(out, "}\n");
}

static void add_mermaid_nodes(const struct graph_node *list, struct buf *out)
{
    for (const struct graph_node *n = list; n; n = n->next) {
        if (n->children) {
            buf_printf(out, "  subgraph g%u [", n->id);
            quote_mermaid(n->name, out);
            buf_printf(out, "]\n  n%u(( ))\n", n->id);
            add_mermaid_nodes(n->children, out);
            buf_addstr(out, "  end\n");
            continue;
        }
        buf_printf(out, "  n%u(", n->id);
        quote_mermaid(n->name, out);
        buf_addstr(out, ")\n");
    }
}

void graph_write_mermaid(struct graph *g, struct buf *out)
{
    buf_addstr(out, "flowchart LR\n");
    add_mermaid_nodes(g->root->children, out);
    add_edges(g->root, "-->", out);
}

static json_t *node_json(const struct graph_node *n)
{
    json_t *o = json_pack("{s:s, s:s}", "name", n->name, "type", graph_kind_name(n->kind));
    if (n->agent)
        json_object_set_new(o, "agent", json_string(n->agent));
    if (n->when)
        json_object_set_new(o, "when", json_string(n->when));
    if (n->input)
        json_object_set_new(o, "input", json_true());
    json_t *children = json_array();
    for (const struct graph_node *child = n->children; child; child = child->next)
        json_array_append_new(children, node_json(child));
    json_object_set_new(o, n->kind == GRAPH_PIPELINE ? "stages" : "children", children);
    return o;
}

void graph_write_json(struct graph *g, struct buf *out)
{
    json_t *root = node_json(g->root);
    char *text _cleanup_free_ = json_dumps(root, JSON_INDENT(2));
    json_decref(root);
    buf_printf(out, "%s\n", text ? text : "{}");
}
