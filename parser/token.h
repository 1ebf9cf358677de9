/* The token kinds of Groovy 2.4. They are also the operator codes of the tree and of the code that
 * is compiled from it (`a += b` is TOK_PLUS_ASSIGN there, its arithmetic token_arithmetic() of that).
 *
 * One row a kind: the name behind TOK_, and the text that dumps and messages show. */
#ifndef PARSER_TOKEN_H
#define PARSER_TOKEN_H

#include <stdbool.h>

/* clang-format off */

/* Literals and structure. A string with values is GSTRING_START (opening quote up to the `$`), the
 * value's own tokens, GSTRING_MIDDLE …, GSTRING_END (up to the closing quote). */
#define TOKEN_BASIC(X)                                                                                       \
    X(EOF, "end of file") X(NL, "newline") X(ERROR, "error") X(IDENT, "identifier") X(STRING, "string")      \
    X(GSTRING_START, "gstring start") X(GSTRING_MIDDLE, "gstring middle") X(GSTRING_END, "gstring end")              \
    X(INT, "int") X(LONG, "long") X(BIGINT, "bigint") X(DECIMAL, "decimal")            \
    X(DOUBLE, "double") X(FLOAT, "float")

#define TOKEN_PUNCTUATION(X)                                                                                 \
    X(LPAREN, "(") X(RPAREN, ")") X(LBRACK, "[") X(RBRACK, "]") X(LBRACE, "{") X(RBRACE, "}") X(COMMA, ",")  \
    X(SEMI, ";") X(COLON, ":") X(QUESTION, "?") X(ELVIS, "?:") X(ARROW, "->") X(AT, "@") X(DOT, ".")         \
    X(SAFE_DOT, "?.") X(SPREAD_DOT, "*.") X(POINTER, ".&") X(SPREAD_MAP, "*:") X(ELLIPSIS, "...")

#define TOKEN_OPERATORS(X)                                                                                   \
    X(PLUS, "+") X(MINUS, "-") X(STAR, "*") X(SLASH, "/") X(PERCENT, "%") X(POWER, "**") X(SHL, "<<")        \
    X(SHR, ">>") X(USHR, ">>>") X(AND, "&") X(OR, "|") X(XOR, "^") X(ANDAND, "&&") X(OROR, "||")             \
    X(NOT, "!") X(TILDE, "~") X(EQ, "==") X(NE, "!=") X(IDENTICAL, "===") X(NOT_IDENTICAL, "!==")            \
    X(LT, "<") X(LE, "<=") X(GT, ">") X(GE, ">=") X(COMPARE, "<=>") X(FIND, "=~") X(MATCH, "==~")            \
    X(NOT_IN, "!in") X(RANGE, "..") X(RANGE_EX, "..<") X(INC, "++") X(DEC, "--")

/* In the order of their arithmetic operators above. */
#define TOKEN_ASSIGNMENTS(X)                                                                                 \
    X(ASSIGN, "=") X(PLUS_ASSIGN, "+=") X(MINUS_ASSIGN, "-=") X(STAR_ASSIGN, "*=") X(SLASH_ASSIGN, "/=")     \
    X(PERCENT_ASSIGN, "%=") X(POWER_ASSIGN, "**=") X(SHL_ASSIGN, "<<=") X(SHR_ASSIGN, ">>=")                 \
    X(USHR_ASSIGN, ">>>=") X(AND_ASSIGN, "&=") X(OR_ASSIGN, "|=") X(XOR_ASSIGN, "^=")

/* In alphabetical order, which the lexer's table relies on. */
#define TOKEN_KEYWORDS(X)                                                                                    \
    X(ABSTRACT, "abstract") X(AS, "as") X(ASSERT, "assert") X(BOOLEAN, "boolean") X(BREAK, "break")          \
    X(BYTE, "byte") X(CASE, "case") X(CATCH, "catch") X(CHAR, "char") X(CLASS, "class") X(CONST, "const")    \
    X(CONTINUE, "continue") X(DEF, "def") X(DEFAULT, "default") X(DO, "do") X(DOUBLE_TYPE, "double")         \
    X(ELSE, "else") X(ENUM, "enum") X(EXTENDS, "extends") X(FALSE, "false") X(FINAL, "final")                \
    X(FINALLY, "finally") X(FLOAT_TYPE, "float") X(FOR, "for") X(GOTO, "goto") X(IF, "if")                   \
    X(IMPLEMENTS, "implements") X(IMPORT, "import") X(IN, "in") X(INSTANCEOF, "instanceof")                  \
    X(INT_TYPE, "int") X(INTERFACE, "interface") X(LONG_TYPE, "long") X(NATIVE, "native") X(NEW, "new")      \
    X(NULL, "null") X(PACKAGE, "package") X(PRIVATE, "private") X(PROTECTED, "protected")                    \
    X(PUBLIC, "public") X(RETURN, "return") X(SHORT, "short") X(STATIC, "static") X(STRICTFP, "strictfp")    \
    X(SUPER, "super") X(SWITCH, "switch") X(SYNCHRONIZED, "synchronized") X(THIS, "this")                    \
    X(THREADSAFE, "threadsafe") X(THROW, "throw") X(THROWS, "throws") X(TRAIT, "trait")                      \
    X(TRANSIENT, "transient") X(TRUE, "true") X(TRY, "try") X(VOID, "void") X(VOLATILE, "volatile")          \
    X(WHILE, "while")

#define TOKEN_ALL(X)                                                                                         \
    TOKEN_BASIC(X) TOKEN_PUNCTUATION(X) TOKEN_OPERATORS(X) TOKEN_ASSIGNMENTS(X) TOKEN_KEYWORDS(X)

/* clang-format on */

enum token_kind {
#define TOKEN_ROW(name, text) TOK_##name,
    TOKEN_ALL(TOKEN_ROW)
#undef TOKEN_ROW
        TOK_COUNT,
};

/* "+=", "while", "identifier". */
const char *token_text(enum token_kind kind);

static inline bool token_is_keyword(enum token_kind kind)
{
    return kind >= TOK_ABSTRACT && kind <= TOK_WHILE;
}

static inline bool token_is_assignment(enum token_kind kind)
{
    return kind >= TOK_ASSIGN && kind <= TOK_XOR_ASSIGN;
}

/* The operator a compound assignment applies: TOK_PLUS for TOK_PLUS_ASSIGN. Not for TOK_ASSIGN. */
static inline enum token_kind token_arithmetic(enum token_kind assign)
{
    return (enum token_kind)(assign - TOK_PLUS_ASSIGN + TOK_PLUS);
}

#endif
