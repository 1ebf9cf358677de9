/* The functions by which the compiler's files call each other; included by compile.h. */
#ifndef RUNNER_LANG_COMPILE_PARTS_H
#define RUNNER_LANG_COMPILE_PARTS_H

/* ---- compile_emit.c */
uint32_t emit(struct func *c, enum opcode op, unsigned a, unsigned b, unsigned operand);
uint32_t emit_x(struct func *c, enum opcode op, unsigned a, int32_t bx);
uint32_t emit_jump(struct func *c, enum opcode op, unsigned a); /* to be patched */
void patch_here(struct func *c, uint32_t at);
void patch_to(struct func *c, uint32_t at, uint32_t target);
void emit_back(struct func *c, uint32_t target); /* jump to an earlier place */
uint32_t here(struct func *c);
unsigned reg_new(struct func *c);
unsigned reg_new_n(struct func *c, unsigned n);     /* consecutive */
uint32_t const_add(struct func *c, struct value v); /* takes */
uint32_t site_add(struct func *c, const char *name, unsigned argc, unsigned flags);
uint32_t type_add(struct func *c, const struct type *t);
struct string *name_symbol(struct func *c, const char *name);
int compile_error(struct unit *u, const struct span *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
struct proto *func_finish(struct func *c);
void func_begin(struct func *c, struct unit *u, struct func *outer, const char *name);

/* ---- compile_names.c */
void find_nested_names(struct unit *u, const struct ast *ast);
struct name_ref resolve_name(struct func *c, const char *name);
struct local *local_add(struct func *c, const char *name, const struct type *type);
bool is_captured(struct func *c, const char *name);
struct class *resolve_class(struct unit *u, const char *name);
struct class *class_of_node(struct func *c,
                            const struct node *n); /* a name or dotted name that is a class, or NULL */
const struct type *type_of_ref(struct unit *u, const struct type_ref *ref); /* NULL: any */
void compile_import(struct unit *u, const struct node *n);

/* ---- compile_expr.c: static type of the result: a value tag, or 0 */
unsigned expr(struct func *c, const struct node *n, unsigned dst);
unsigned expr_any(struct func *c, const struct node *n,
                  unsigned *reg); /* *reg: where it is; may be a local */
struct jump_list {
    VEC(uint32_t) at;
};
void jump_if(struct func *c, const struct node *n, bool sense, struct jump_list *out);
void patch_all(struct func *c, struct jump_list *list);
bool own_field(struct func *c, const struct node *n);
void load_name(struct func *c, const char *name, unsigned dst);
const char *constant_name(const struct node *n); /* text of a NODE_STRING, or NULL */
void convert(struct func *c, const struct type *type, unsigned static_type, unsigned reg);

/* ---- compile_call.c */
unsigned expr_call(struct func *c, const struct node *n, unsigned dst);
unsigned expr_new(struct func *c, const struct node *n, unsigned dst);
void emit_construct(struct func *c, unsigned base, uint32_t site, bool is_anonymous);
/* Arguments into registers from `first` on; returns argc, adds to *flags. */
unsigned compile_args(struct func *c, const struct node *args, unsigned first, unsigned *flags);
unsigned expr_closure(struct func *c, const struct node *n, unsigned dst);

/* ---- compile_assign.c */
unsigned expr_assign(struct func *c, const struct node *n, unsigned dst);
unsigned expr_step(struct func *c, const struct node *n, unsigned dst); /* ++ and -- */
void store_name(struct func *c, const char *name, unsigned reg, unsigned static_type);
void destructure(struct func *c, const struct node *targets, unsigned reg);

/* ---- compile_stmt.c */
void stmt(struct func *c, const struct node *n, bool tail);
void block(struct func *c, const struct node *items, bool tail);

bool has_field_annotation(const struct node *var);

/* ---- compile_numeric.c */
/* Whether the loop is one over machine numbers alone, and has been compiled as such. */
bool numeric_loop(struct func *c, const struct node *n);

/* ---- compile_exit.c */
void emit_return(struct func *c, const struct node *value);
void emit_return_null(struct func *c);
void open_exit(struct func *c, struct exit_scope *s, int kind);
void close_exit(struct func *c, struct exit_scope *s, uint32_t continue_at);
void patch_list(struct func *c, uint32_t *at, size_t n, uint32_t target);
void stmt_jump(struct func *c, const struct node *n, bool tail);
void stmt_try(struct func *c, const struct node *n, bool tail);

/* ---- compile_function.c */
bool is_annotated(const struct function *fn, const char *name); /* the end of the annotation's name */
/* The method that @Memoized puts in front of fn, which has the name `real` then: it keeps results in a
 * constant of its own and calls Object's $memoized (runner/prelude/object.groovy). */
struct proto *compile_memoized(struct unit *u, struct class_context *context, const struct function *fn,
                               const char *real);
struct proto *compile_function(struct unit *u, struct func *outer, struct class_context *context,
                               const struct function *fn);

/* ---- compile_class.c */
const char *package_of(const struct unit *u); /* of the file; NULL */
void declare_classes(struct unit *u, const struct node *items, struct class_context *outer);
void compile_classes(struct unit *u, const struct node *items);
struct class *compile_anonymous(struct func *c, const struct node *n, struct class_context *context);
void script_fields(struct unit *u, const struct node *items); /* @Field variables */
void script_init(struct unit *u, const struct node *items);
struct code *compile_unit(struct vm *vm, const struct ast *ast, const char *class_name, bool synthetic,
                          struct error *err);
void declare_method(struct unit *u, struct class_context *context, const struct node *n);

#endif
