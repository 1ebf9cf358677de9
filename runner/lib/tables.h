/* The list of the library's tables, one a file. */
#ifndef RUNNER_LIB_TABLES_H
#define RUNNER_LIB_TABLES_H

#include "runner/lib/lib.h"

/* clang-format off */
#define LIB_TABLES(X)                                                                                        \
    X(object) X(iterator) X(collection) X(list) X(map) X(regex) X(regex_methods) X(builder) X(text_query)        \
    X(text_change) X(text_lines) X(number) X(number_statics) X(json) X(date) X(text_convert) X(file) X(url) X(system)  \
    X(temporal) X(temporal_methods) X(calendar) X(groovy_time) X(stream) X(temporal_span) X(range) X(list_default) X(library_support)
/* clang-format on */

#define LIB_TABLE_EXTERN(name) extern const struct lib_table name##_table;
#define LIB_TABLE_ADDRESS(name) &name##_table,
LIB_TABLES(LIB_TABLE_EXTERN)

/* Constants such as Integer.MAX_VALUE: lib_statics.c. */
void lib_set_statics(struct vm *vm);
void system_set_statics(struct vm *vm);
void temporal_set_statics(struct vm *vm);
void calendar_set_statics(struct vm *vm);
/* The methods that take closures: prelude.c. */
void lib_register_preludes(struct vm *vm);
/* Classes in Groovy: class_sources.c. */
void lib_class_sources(struct vm *vm);

#endif
