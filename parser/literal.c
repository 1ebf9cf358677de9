/* Values of literals: numbers, strings with values, lists and maps. */
#include "parser/parse.h"
#include "parser/charset.h"
#include <string.h>

enum { MAX_DIGITS = 20000 }; /* of a BigInteger literal in another base, whose conversion is quadratic */

/* Digits without underscores, prefix and suffix; returns the base. */
static int clean_digits(const char *s, size_t n, char *out)
{
    int base = 10;
    if (n > 2 && s[0] == '0' && (s[1] | 32) == 'x')
        base = 16, s += 2, n -= 2;
    else if (n > 2 && s[0] == '0' && (s[1] | 32) == 'b')
        base = 2, s += 2, n -= 2;
    char *begin = out;
    for (size_t i = 0; i < n; i++)
        if (is_digit(s[i]) || (base == 16 && is_hex(s[i])))
            *out++ = s[i];
    *out = '\0';
    if (base == 10 && *begin == '0' && begin[1])
        base = 8;
    return base;
}

/* The value of the digits modulo 2^64; false if it is above the greatest long. */
static bool small_value(const char *digits, int base, uint64_t *value)
{
    bool small = true;
    *value = 0;
    for (; *digits; digits++) {
        small &= *value <= (uint64_t)INT64_MAX / (unsigned)base;
        *value = *value * (unsigned)base + (unsigned)hex_value(*digits);
        small &= *value <= INT64_MAX;
    }
    return small;
}

/* Digits of any base in decimal; limbs of nine digits, lowest first. */
static const char *decimal_digits(struct parser *p, const char *digits, int base)
{
    if (base == 10)
        return arena_strdup(&p->ast->arena, digits);
    size_t n = strlen(digits), limbs = n / 7 + 2, used = 1;
    uint32_t *limb = arena_alloc(&p->ast->arena, limbs * sizeof(*limb));
    for (; *digits; digits++) {
        uint64_t carry = (uint64_t)hex_value(*digits);
        for (size_t i = 0; i < used; i++) {
            carry += (uint64_t)limb[i] * (unsigned)base;
            limb[i] = (uint32_t)(carry % 1000000000);
            carry /= 1000000000;
        }
        if (carry)
            limb[used++] = (uint32_t)carry;
    }
    char *out = arena_alloc(&p->ast->arena, used * 9 + 1), *end = out;
    end += snprintf(end, 10, "%u", limb[used - 1]);
    for (size_t i = used - 1; i-- > 0;)
        end += snprintf(end, 10, "%09u", limb[i]);
    return out;
}

static struct node *parse_integer(struct parser *p, struct node *n, const char *s, size_t len)
{
    char suffix = (char)(s[len - 1] | 32);
    if (suffix != 'l' && suffix != 'g' && suffix != 'i')
        suffix = 0;
    char *digits = arena_alloc(&p->ast->arena, len + 1);
    int base = clean_digits(s, len - (suffix ? 1 : 0), digits);
    uint64_t value;
    n->quote = suffix;
    if (base != 10 && strlen(digits) > MAX_DIGITS)
        return fail_message(p, p->tok, "number is too long");
    bool small = small_value(digits, base, &value);
    if (suffix == 'g' || (!small && !suffix)) {
        n->kind = NODE_BIGINT;
        n->u.text = decimal_digits(p, digits, base);
        return n;
    }
    /* with a suffix the value wraps around, as Java's intValue() does */
    n->kind = suffix == 'l' || (!suffix && value > INT32_MAX) ? NODE_LONG : NODE_INT;
    n->u.num = suffix == 'i' ? (int32_t)value : (int64_t)value;
    return n;
}

static struct node *parse_real(struct parser *p, struct node *n, const char *s, size_t len)
{
    char *text = arena_alloc(&p->ast->arena, len + 1), *out = text;
    for (size_t i = 0; i < len; i++)
        if (is_digit(s[i]) || s[i] == '.' || (s[i] | 32) == 'e' || s[i] == '+' || s[i] == '-')
            *out++ = s[i];
    switch (p->tok->kind) {
    case TOK_DECIMAL:
        n->kind = NODE_DECIMAL;
        n->u.text = text;
        break;
    case TOK_FLOAT:
        n->kind = NODE_FLOAT;
        n->u.real = strtof(text, NULL);
        break;
    default:
        n->kind = NODE_DOUBLE;
        n->u.real = strtod(text, NULL);
        break;
    }
    return n;
}

struct node *parse_number(struct parser *p)
{
    const char *s = p->text + p->tok->start;
    size_t len = p->tok->end - p->tok->start;
    struct node *n = node_at(p, NODE_INT, p->tok);
    bool integer = p->tok->kind == TOK_INT || p->tok->kind == TOK_LONG || p->tok->kind == TOK_BIGINT;
    n = integer ? parse_integer(p, n, s, len) : parse_real(p, n, s, len);
    take(p);
    return n;
}

/* -2147483648 is an int although 2147483648 is none, and so for long. */
static void negate_big(struct parser *p, struct node *n)
{
    if (n->u.text[0] == '-') {
        n->u.text++;
        return;
    }
    if (!n->quote && !strcmp(n->u.text, "9223372036854775808")) {
        n->kind = NODE_LONG;
        n->u.num = INT64_MIN;
        return;
    }
    n->u.text = arena_printf(&p->ast->arena, "-%s", n->u.text);
}

bool number_negate(struct parser *p, struct node *n)
{
    switch (n->kind) {
    case NODE_INT:
        n->u.num = -n->u.num;
        return true;
    case NODE_LONG:
        n->u.num = (int64_t)(0 - (uint64_t)n->u.num);
        if (!n->quote && n->u.num == INT32_MIN)
            n->kind = NODE_INT;
        return true;
    case NODE_BIGINT:
    case NODE_DECIMAL:
        negate_big(p, n);
        return true;
    case NODE_DOUBLE:
    case NODE_FLOAT:
        n->u.real = -n->u.real;
        return true;
    default:
        return false;
    }
}

static struct node *string_part(struct parser *p)
{
    struct node *n = node_at(p, NODE_STRING, p->tok);
    uint32_t len;
    n->u.str.bytes = lexer_string(p->lx, p->tok, &len);
    n->u.str.len = len;
    n->quote = p->tok->quote;
    return n;
}

/* `$a.b.c` */
static struct node *parse_dotted_value(struct parser *p)
{
    struct node *n = node_at(p, NODE_NAME, p->tok);
    if (!at(p, TOK_IDENT) && !at(p, TOK_THIS) && !at(p, TOK_SUPER))
        return fail_unexpected(p, p->tok);
    bool name = at(p, TOK_IDENT);
    n->u.name = intern_token(p, p->tok);
    take(p);
    while (n && name && at(p, TOK_DOT)) {
        take(p);
        if (!at(p, TOK_IDENT)) {
            expect(p, TOK_IDENT);
            return NULL;
        }
        struct node *prop = node_from(p, NODE_PROPERTY, n);
        if (!prop)
            return NULL;
        prop->u.prop.obj = n;
        prop->u.prop.name = string_node(p, p->tok);
        take(p);
        n = node_close(p, prop);
    }
    return n;
}

/* `${…}` without an arrow is its only expression; nothing is null, several statements are a closure called.
 */
static struct node *parse_braced_value(struct parser *p)
{
    struct node *closure = parse_closure(p);
    if (!closure || !closure->u.fn->implicit_it)
        return closure;
    closure->u.fn->implicit_it = false;
    struct node *first = closure->u.fn->body->u.list.items;
    if (first && !first->next && first->kind == NODE_EXPR)
        return first->u.unary.operand;
    if (!first) {
        closure->kind = NODE_NULL;
        return closure;
    }
    struct node *call = make_call(p, closure);
    if (call)
        call->u.call.parens = true;
    return call;
}

struct node *parse_gstring(struct parser *p)
{
    struct node *n = node_at(p, NODE_GSTRING, p->tok);
    struct list parts;
    uint16_t outer = peak_begin(p);
    list_init(&parts);
    n->quote = p->tok->quote;
    do {
        list_add(&parts, string_part(p));
        take(p);
        if (!list_add(&parts, at(p, TOK_LBRACE) ? parse_braced_value(p) : parse_dotted_value(p)))
            return NULL;
    } while (at(p, TOK_GSTRING_MIDDLE));
    if (!at(p, TOK_GSTRING_END)) {
        expect(p, TOK_GSTRING_END);
        return NULL;
    }
    list_add(&parts, string_part(p));
    take(p);
    n->u.gstr.parts = parts.first;
    return peak_end(p, n, outer) ? node_close(p, n) : NULL;
}

/* Groovy's AST builder, not its grammar, refuses a list that is a map in places. */
static struct node *check_map(struct parser *p, struct node *n)
{
    bool map = false;
    for (const struct node *item = n->u.list.items; item; item = item->next)
        map |= item->kind == NODE_ENTRY || item->kind == NODE_SPREAD_MAP;
    if (!map)
        return n;
    n->kind = NODE_MAP;
    for (const struct node *item = n->u.map.entries; item; item = item->next)
        if (item->kind != NODE_ENTRY && item->kind != NODE_SPREAD_MAP)
            fail_soft(p, item->span, "Unexpected node type: EXPR found when expecting type: LABELED_ARG");
    return n;
}

struct node *parse_list_or_map(struct parser *p)
{
    struct node *n = node_at(p, NODE_LIST, p->tok);
    struct list items;
    list_init(&items);
    if (kind_at(p, 1) == TOK_COLON) {
        take(p);
        take(p);
        n->kind = NODE_MAP;
        return expect(p, TOK_RBRACK) ? node_close(p, n) : NULL;
    }
    enum token_kind next = kind_at(p, 1);
    if (!token_begins_expression(next) && next != TOK_RBRACK && next != TOK_STAR && next != TOK_ERROR &&
        !token_is_keyword(next))
        return fail_unexpected(p, p->tok);
    take(p);
    if (!parse_args(p, TOK_RBRACK, &items, n) || !expect(p, TOK_RBRACK))
        return NULL;
    n->u.list.items = items.first;
    return check_map(p, node_close(p, n));
}
