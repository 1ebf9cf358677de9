/* The stage graph as a picture: stages from left to right, branches below each other, groups framed. Each
 * node is measured first, bottom up, then drawn; both are linear. No script and no link in it: the
 * picture can be embedded anywhere. Names are escaped as XML text. */
#include "base/utf8.h"
#include "runner/cli/graph.h"
#include <string.h>

/* Pixels; LETTER is the width of 13 px monospace, a little more rather than less. */
enum { BOX_HEIGHT = 34, GAP = 28, PADDING = 12, TITLE = 22, LETTER = 8, MARGIN = 16 };

static int text_width(const char *text)
{
    return (int)utf8_width(text, strlen(text)) * LETTER + 2 * PADDING;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* In pixels. Letters are counted at a fixed width (the font is monospace), wide ones as two. */
static void measure(struct graph_node *n)
{
    bool fork = graph_is_fork(n);
    int width = 0, height = 0;
    for (struct graph_node *child = n->children; child; child = child->next) {
        measure(child);
        int gap = child->next ? (fork ? PADDING : GAP) : 0;
        width = fork ? larger(width, child->width) : width + child->width + gap;
        height = fork ? height + child->height + gap : larger(height, child->height);
    }
    /* A group is at least as wide as its own title. */
    int title = text_width(n->name);
    n->width = n->children ? larger(width + 2 * PADDING, title) : title;
    n->height = n->children ? height + TITLE + 2 * PADDING : BOX_HEIGHT;
}

static void add_text(struct buf *out, int x, int y, const char *anchor, const char *text)
{
    buf_printf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">", x, y, anchor);
    for (; *text; text++) {
        if (*text == '&')
            buf_addstr(out, "&amp;");
        else if (*text == '<')
            buf_addstr(out, "&lt;");
        else
            buf_addch(out, (unsigned char)*text < ' ' ? ' ' : *text);
    }
    buf_addstr(out, "</text>\n");
}

static void draw(const struct graph_node *n, int x, int y, struct buf *out);

static void draw_children(const struct graph_node *n, int x, int y, int height, struct buf *out)
{
    bool fork = graph_is_fork(n);
    for (const struct graph_node *child = n->children; child; child = child->next) {
        draw(child, x, fork ? y : y + (height - child->height) / 2, out);
        if (fork) {
            y += child->height + PADDING;
            continue;
        }
        x += child->width;
        if (child->next)
            buf_printf(out, "<path d=\"M%d %d h%d\" marker-end=\"url(#arrow)\"/>\n", x, y + height / 2,
                       GAP - 6);
        x += GAP;
    }
}

static void draw(const struct graph_node *n, int x, int y, struct buf *out)
{
    buf_printf(out, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n",
               n->children ? "group" : "stage", x, y, n->width, n->height);
    if (!n->children) {
        add_text(out, x + n->width / 2, y + BOX_HEIGHT / 2 + 5, "middle", n->name);
        return;
    }
    add_text(out, x + PADDING, y + TITLE - 4, "start", n->name);
    draw_children(n, x + PADDING, y + TITLE + PADDING / 2, n->height - TITLE - 2 * PADDING, out);
}

void graph_write_svg(struct graph *g, struct buf *out)
{
    measure(g->root);
    int width = g->root->width + 2 * MARGIN, height = g->root->height + 2 * MARGIN;
    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n"
               "<style>text{font:13px monospace;fill:#1f2933}.stage{fill:#e8f1fb;stroke:#3178c6}"
               ".group{fill:none;stroke:#9aa5b1;stroke-dasharray:4 3}path{stroke:#52606d;fill:none}</style>\n"
               "<defs><marker id=\"arrow\" markerWidth=\"8\" markerHeight=\"8\" refX=\"2\" refY=\"4\" "
               "orient=\"auto\">"
               "<polygon points=\"0 1,7 4,0 7\" fill=\"#52606d\"/></marker></defs>\n",
               width, height, width, height);
    draw(g->root, MARGIN, MARGIN, out);
    buf_addstr(out, "</svg>\n");
}
