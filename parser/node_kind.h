/* The kinds of syntax tree nodes, each with the member of struct node's union that holds it. */
#ifndef PARSER_NODE_KIND_H
#define PARSER_NODE_KIND_H

enum node_kind {
    /* expressions */
    NODE_NULL,
    NODE_TRUE,
    NODE_FALSE,
    NODE_INT,      /* u.num: Integer */
    NODE_LONG,     /* u.num: Long (suffix L, or too large for int) */
    NODE_BIGINT,   /* u.text: decimal digits, maybe with '-': suffix G or too large for long */
    NODE_DECIMAL,  /* u.text: BigDecimal, as written without '_' and suffix */
    NODE_DOUBLE,   /* u.real: suffix D */
    NODE_FLOAT,    /* u.real: suffix F */
    NODE_STRING,   /* u.str: any literal without interpolation */
    NODE_GSTRING,  /* u.gstr */
    NODE_LIST,     /* u.list: items (NODE_SPREAD allowed) */
    NODE_MAP,      /* u.map: entries NODE_ENTRY or NODE_SPREAD_MAP */
    NODE_ENTRY,    /* u.entry: `key: value` in map literals and argument lists */
    NODE_RANGE,    /* u.binary.left .. right; u.binary.op = TOK_RANGE or exclusive TOK_RANGE_EX */
    NODE_CLOSURE,  /* u.fn */
    NODE_NAME,     /* u.name: a bare identifier, `this`, `super` */
    NODE_PROPERTY, /* u.prop: obj.name */
    NODE_INDEX,    /* u.index: obj[args] */
    NODE_CALL,     /* u.call */
    NODE_NEW,      /* u.new_: new T(args), new T[n], new T(){…} */
    NODE_UNARY,    /* u.unary: ! - + ~ ++x --x */
    NODE_POSTFIX,  /* u.unary: x++ x-- */
    NODE_BINARY,   /* u.binary, also && || == <=> in !in instanceof is NODE_INSTANCEOF */
    NODE_ASSIGN,  /* u.binary: left op= right; op TOK_ASSIGN or compound. left may be NODE_LIST for (a, b) = x
                   */
    NODE_TERNARY, /* u.cond; then == NULL for elvis */
    NODE_CAST,    /* u.cast: (T)x; with .coerce: x as T */
    NODE_INSTANCEOF, /* u.cast: x instanceof T */
    NODE_POINTER,    /* u.prop: obj.&name */
    NODE_SPREAD,     /* u.unary.operand: *x */
    NODE_SPREAD_MAP, /* u.unary.operand: *:x */
    /* statements */
    NODE_EXPR, /* u.unary.operand: expression statement */
    NODE_VAR,  /* u.var: def a = 1 / String b / def (a, b) = x: one node a declarator */
    NODE_VARS, /* u.list.items: several declarators of one statement; .destructure = init for def (a,b) = x */
    NODE_BLOCK,    /* u.list.items */
    NODE_IF,       /* u.cond */
    NODE_WHILE,    /* u.loop: cond, body */
    NODE_DO,       /* u.loop */
    NODE_FOR,      /* u.loop: init list, cond, step list, body */
    NODE_FOR_IN,   /* u.loop: var (NODE_VAR), iterable in cond, body */
    NODE_SWITCH,   /* u.switch_ */
    NODE_CASE,     /* u.case_: value == NULL for default */
    NODE_TRY,      /* u.try_ */
    NODE_CATCH,    /* u.catch_ */
    NODE_THROW,    /* u.unary.operand */
    NODE_RETURN,   /* u.unary.operand or NULL */
    NODE_BREAK,    /* u.name: label or NULL */
    NODE_CONTINUE, /* u.name: label or NULL */
    NODE_ASSERT,   /* u.assert_ */
    NODE_LABELED,  /* u.labeled */
    NODE_IMPORT,   /* u.import */
    NODE_PACKAGE,  /* u.name: dotted */
    NODE_METHOD,   /* u.fn: function of the script or method of a class */
    NODE_CLASS,    /* u.class_ */
    NODE_EMPTY,    /* ; */
};

#endif
