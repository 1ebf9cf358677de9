/* The instructions. R is a register, K a constant, rel an offset from the next instruction.
 * Operands: a b c, or a and bx (32 bits). Calls: the result replaces R[a]; arguments follow it. */
#ifndef RUNNER_LANG_OPCODE_H
#define RUNNER_LANG_OPCODE_H

/* clang-format off */
#define OPCODES(X)                                                                                           \
    /* moves: a <- */                                                                                        \
    X(MOVE) X(NULL) X(BOOL) X(INT) X(CONST) X(THIS)                                                          \
    /* captured variables: cells in registers, of the closure, of an anonymous class's instance */           \
    X(CELL_NEW) X(CELL_BOX) X(CELL_GET) X(CELL_SET) X(UP_GET) X(UP_SET) X(UP_CELL) X(THIS_CELL)                         \
    /* by name: bx is a site */                                                                              \
    X(VAR_GET) X(VAR_SET) X(PROP_GET) X(PROP_SET) X(POINTER)                                                 \
    /* a <- b op c; the order is that of the tokens from TOK_PLUS on */                                      \
    X(ADD) X(SUB) X(MUL) X(DIV) X(MOD) X(POW) X(SHL) X(SHR) X(USHR) X(AND) X(OR) X(XOR)                      \
    X(ADDI) /* c is the number */                                                                            \
    X(NEG) X(POS) X(BITNOT) X(NEXT) X(PREVIOUS) X(NOT) X(TRUTH)                                              \
    X(EQ) X(NE) X(LT) X(LE) X(GT) X(GE) X(COMPARE) X(IDENTICAL) X(NOT_IDENTICAL) X(FIND) X(MATCH) X(IN)      \
    X(NOT_IN) X(CASE) X(INSTANCEOF) X(CAST) X(COERCE) X(RANGE) X(RANGE_EX) X(INDEX) X(INDEX_SET)             \
    /* jumps: bx is rel */                                                                                   \
    X(JUMP) X(JUMP_TRUE) X(JUMP_FALSE) X(JUMP_NULL) X(JUMP_SET)                                              \
    /* compare R[a] with R[b]; the next word jumps by its bx if the result is its a */                       \
    X(JEQ) X(JLT) X(JLE) X(JGT) X(JGE)                                                                       \
    /* the same with the number bx instead of R[b] */                                                        \
    X(JEQI) X(JLTI) X(JLEI) X(JGTI) X(JGEI)                                                                  \
    /* R[a], an int, grows by one and is compared with bx or R[b]; the next word jumps if it is less */     \
    X(LOOP_LTI) X(LOOP_LT)                                                                                   \
    /* a whole loop over machine numbers: bx which one, R[a] where it stands, 0 at first */                  \
    X(NUMERIC)                                                                                               \
    /* building */                                                                                           \
    X(LIST) X(LIST_ADD) X(LIST_SPREAD) X(MAP) X(MAP_PUT) X(MAP_SPREAD) X(GSTRING) X(CLOSURE) X(ARRAY)        \
    /* calls: bx is a site; INIT a 0: initialisers of the class; INIT a b c: hidden field b - 1 <- cell c */\
                                                                                   \
    X(CALL) X(CALL_SELF) X(CALL_VALUE) X(CALL_SUPER) X(CALL_STATIC) X(NEW) X(CONSTRUCT) X(INIT)              \
    /* loops over anything: R[a] the iterated, R[a+1] its place, R[a+2] the item */                          \
    X(ITERATE) X(ITERATE_NEXT)                                                                               \
    X(RETURN) X(RETURN_NULL) X(THROW) X(ASSERT) X(NOP)
/* clang-format on */

enum opcode {
#define OPCODE_ROW(name) OP_##name,
    OPCODES(OPCODE_ROW)
#undef OPCODE_ROW
        OP_COUNT,
};

#endif
